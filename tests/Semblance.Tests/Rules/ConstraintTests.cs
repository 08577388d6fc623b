using Semblance.Rules;

namespace Semblance.Tests.Rules;

/// <summary>Constraints are read, checked against their columns, and refused by name when no row could satisfy them together.</summary>
public sealed class ConstraintTests
{
    private static readonly Schema Columns = new(
    [
        new("a", ColumnKind.Integer), new("b", ColumnKind.Integer), new("c", ColumnKind.Decimal) { Number = new(0, 2) }, new("education-num", ColumnKind.Integer),
        new("day", ColumnKind.DateTime) { Format = "yyyy-MM-dd" }, new("end", ColumnKind.DateTime) { Format = "yyyy-MM-dd" }, new("city", ColumnKind.Category), new("flag", ColumnKind.Boolean),
        new("id", ColumnKind.Identifier), new("note", ColumnKind.Text),
    ]);

    [Theory]
    [InlineData("a between 0 and 120", "Condition", "a between 0 and 120")]
    [InlineData("a <= b", "Order", "a <= b")]
    [InlineData("day < end", "Order", "day < end")]
    [InlineData("a = b * 2 + c", "Formula", "a = b * 2 + c")]
    [InlineData("b * 2 = c", "Formula", "b * 2 = c")]
    [InlineData("end = day + 3", "Formula", "end = day + 3")]
    [InlineData("a = 5", "Condition", "a = 5")]
    [InlineData("city = 'x' or a > 3", "Condition", "city = 'x' or a > 3")]
    [InlineData("Combination( city , education-num )", "Combination", "Combination( city , education-num )")]
    [InlineData("onehot(a, flag)", "OneHot", "onehot(a, flag)")]
    [InlineData("unique(city, id)", "Unique", "unique(city, id)")]
    [InlineData(@"pattern(id, 'INV-\d{6}')", "Pattern", @"pattern(id, 'INV-\d{6}')")]
    [InlineData("ordered(a, b, education-num)", "Order Order", "a <= b; b <= `education-num`")]
    [InlineData("a > 0 and (b > a and c = a + b)", "Condition Order Formula", "a > 0; b > a; c = a + b")]
    public void Constraints_are_read_and_told_apart(string text, string kinds, string parts)
    {
        var bound = Constraint.Parse(text).Bind(Columns);
        Assert.Equal(kinds, string.Join(' ', bound.Select(b => b.Kind)));
        Assert.Equal(parts, string.Join("; ", bound.Select(b => b.Text)));
        Assert.All(bound, b => Assert.Equal(b.Text, Assert.Single(Constraint.Parse(b.Text).Bind(Columns)).Text));
    }

    [Theory]
    [InlineData("a <", "SB2063")]
    [InlineData("unique()", "SB2080")]
    [InlineData("combination(a)", "SB2080")]
    [InlineData("onehot(a, 3)", "SB2080")]
    [InlineData("combination(a, a)", "SB2080")]
    [InlineData("pattern(id)", "SB2080")]
    [InlineData("unique(a + b)", "SB2080")]
    public void What_cannot_be_read_is_refused(string text, string code) => Assert.Equal(code, Assert.Throws<RecipeException>(() => Constraint.Parse(text)).Code);

    [Theory]
    [InlineData("combination(city, hello)", "SB2067")]
    [InlineData("combination(city, id)", "SB2082")]
    [InlineData("onehot(a, city)", "SB2082")]
    [InlineData("unique(city, flag)", "SB2082")]
    [InlineData("pattern(city, 'A')", "SB2082")]
    [InlineData("pattern(id, '(a|b)+')", "SB2083")]
    [InlineData("pattern(id, 'a.c')", "SB2083")]
    [InlineData("pattern(id, '[z-a]')", "SB2083")]
    [InlineData("day < 3", "SB2068")]
    [InlineData("city + 1", "SB2068")]
    public void What_does_not_fit_its_columns_is_refused(string text, string code) => Assert.Equal(code, Assert.Throws<RecipeException>(() => Constraint.Parse(text).Bind(Columns)).Code);

    [Theory]
    [InlineData("a > 5; a < 3", "`a > 5` and `a < 3`")]
    [InlineData("a > 5; a < 6", "`a > 5` and `a < 6`")] // no whole number between
    [InlineData("a < b; b < a", "`a < b` and `b < a`")]
    [InlineData("a < b; b <= education-num; education-num <= a", "education-num` <= a`")]
    [InlineData("a < a", "`a < a`")]
    [InlineData("a <= b; a > 100; b < 50", "`b < 50`")]
    [InlineData("day <= end; day > '2024-01-01'; end < '2023-01-01'", "`end < '2023-01-01'`")]
    [InlineData("a < b; b < education-num; a > 0; education-num < 3", "`education-num` < 3")] // no whole number between
    [InlineData("c >= 5; c <= a; a < 5", "`a < 5`")]
    [InlineData("unique(a); a != 5; b > 3", "`unique(a)` and `a != 5`")]
    [InlineData("unique(a); b = a + 1; b < 10", "`unique(a)` and `b < 10`")]
    [InlineData("a = b + 1; a = b * 2", "both determine `a`")]
    [InlineData("a = b + 1; b = a - 1", "none can be computed first")]
    [InlineData("combination(city, a); combination(a, b)", "both determine `a`")]
    [InlineData("unique(a); a = b + c", "both determine `a`")]
    [InlineData("unique(city, a); a < b", "`unique(city, a)` and `a < b`")]
    public void Contradictions_are_named(string texts, string part)
    {
        var error = Assert.Throws<RecipeException>(() => Contradictions.Refuse(Columns, Bound(texts)));
        Assert.Equal("SB2081", error.Code);
        Assert.Contains(part, error.Message);
    }

    [Theory]
    [InlineData("a > 5; a < 7")]
    [InlineData("c > 5; c < 6")]
    [InlineData("a <= b; b <= a")]
    [InlineData("a < b; a < education-num; b < education-num; a > 0; education-num < 4")]
    [InlineData("unique(a); a > 0; a <= 1000")]
    [InlineData("unique(a); unique(a, city)")]
    [InlineData("a = b + 1; b = education-num * 2; a > 3")]
    [InlineData(@"unique(id); pattern(id, 'A\d{3}')")]
    [InlineData("a != 3; a >= 3")]
    public void What_can_be_satisfied_passes(string texts) => Contradictions.Refuse(Columns, Bound(texts));

    [Theory]
    [InlineData(@"INV-\d{6}", "INV-004711", true)]
    [InlineData(@"INV-\d{6}", "INV-4711", false)]
    [InlineData(@"[A-F0-9]{2}\.x y", "C0.x y", true)]
    [InlineData(@"[A-F0-9]{2}\.x y", "C0,x y", false)]
    public void Patterns_match_what_they_make(string pattern, string text, bool matches)
    {
        var read = TextPattern.Parse(pattern, "it");
        Assert.Equal(matches, read.Matches(text));
        var made = Enumerable.Range(0, 200).Select(i => read.Make(i, 99)).ToArray();
        Assert.All(made, m => Assert.True(read.Matches(m), m));
        Assert.Equal(200, made.Distinct().Count());
    }

    private static BoundConstraint[] Bound(string texts) => [.. texts.Split("; ").SelectMany(t => Constraint.Parse(t).Bind(Columns))];
}
