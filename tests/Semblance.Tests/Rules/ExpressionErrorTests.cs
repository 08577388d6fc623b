using Semblance.Rules;

namespace Semblance.Tests.Rules;

public sealed class ExpressionErrorTests
{
    // The third line of a case is the caret line of the message, without the indent of two.
    [Theory]
    [InlineData("age & 3", "SB2060", "    ^", "`and`")]
    [InlineData("age = ‘x’", "SB2060", "      ^", "straight quotes")]
    [InlineData("age ≥ 3", "SB2060", "    ^", ">=")]
    [InlineData("job = 'nurse", "SB2061", "      ^", "not closed")]
    [InlineData("`age > 3", "SB2061", "^", "not closed")]
    [InlineData("age > 3x", "SB2062", "      ^^", "neither a number nor a name")]
    [InlineData("age > 1e999", "SB2062", "      ^^^^^", "too large")]
    [InlineData("", "SB2063", "^", "empty")]
    [InlineData("   ", "SB2063", "   ^", "empty")]
    [InlineData("age >", "SB2063", "     ^", "ends where a value")]
    [InlineData("age > > 3", "SB2063", "      ^", "`>` stands where a value")]
    [InlineData("age > 3 4", "SB2063", "        ^", "`4` stands where the end")]
    [InlineData("1 < age < 3", "SB2063", "        ^", "don't chain")]
    [InlineData("(age > 3", "SB2063", "        ^", "ends where `)`")]
    [InlineData("age in ()", "SB2063", "        ^", "empty")]
    [InlineData("age in 3", "SB2063", "       ^", "list in brackets")]
    [InlineData("age in (1 2)", "SB2063", "          ^", "`,` or `)`")]
    [InlineData("age between 1 or 2", "SB2063", "              ^^", "`and`")]
    [InlineData("age not 3", "SB2063", "        ^", "after `not`")]
    [InlineData("age is 3", "SB2063", "       ^", "`missing`")]
    [InlineData("age = missing", "SB2063", "      ^^^^^^^", "`is missing`")]
    [InlineData("job like age", "SB2063", "         ^^^", "pattern")]
    [InlineData("rond(pay) > 1", "SB2065", "^^^^", "`round`")]
    [InlineData("abs(pay, 1) > 1", "SB2066", "^^^", "takes 1 argument, here are 2")]
    [InlineData("if(member, 1) > 1", "SB2066", "^^", "takes 3 arguments, here are 2")]
    [InlineData("min() > 1", "SB2066", "^^^", "at least 1")]
    [InlineData("round(pay, a) > 1", "SB2066", "           ^", "from 0 to 15")]
    [InlineData("hours-per-weak >= 40", "SB2067", "^^^^^^^^^^^^^^", "`hours-per-week`")]
    [InlineData("Age > 3", "SB2067", "^^^", "`age`")]
    [InlineData("pay > 1 and agee-5 > 3", "SB2067", "            ^^^^^^", "`age`")]
    [InlineData("zzzzzz > 3", "SB2067", "^^^^^^", "the columns are age, hours-per-week")]
    [InlineData("job + 1 > 3", "SB2068", "^^^", "job is a text where a number")]
    [InlineData("since > 3", "SB2068", "        ^", "3 is a number where a date")]
    [InlineData("since + since > 3", "SB2068", "^^^^^^^^^^^^^", "can't be added")]
    [InlineData("age like '4%'", "SB2068", "^^^", "where a text")]
    [InlineData("year(age) = 3", "SB2068", "     ^^^", "where a date")]
    [InlineData("min(job, note) = 'x'", "SB2068", "^^^^^^^^^^^^^^", "numbers or dates")]
    [InlineData("(age > 3) < (pay > 3)", "SB2068", "^^^^^^^^^", "only equal or not equal")]
    [InlineData("age = 'forty'", "SB2069", "      ^^^^^^^", "not a number")]
    [InlineData("since > '31.12.2020'", "SB2069", "        ^^^^^^^^^^^^", "dd/MM/yyyy")]
    [InlineData("age + 1", "SB2070", "^^^^^^^", "not a condition")]
    [InlineData("member and job", "SB2070", "           ^^^", "not a condition")]
    [InlineData("job != '?'", "SB2071", "       ^^^", "job is missing")]
    [InlineData("job in ('nurse', '?')", "SB2071", "                 ^^^", "job is missing")]
    public void The_place_of_a_mistake_is_shown(string condition, string code, string carets, string hint)
    {
        var error = Assert.Throws<RecipeException>(() => Expression.Parse(condition).Bind(RulesSamples.People.Schema));
        Assert.Equal(code, error.Code);
        var lines = error.Message.Split('\n');
        Assert.Equal("  " + condition, lines[1]);
        Assert.Equal("  " + carets, lines[2]);
        Assert.Contains(hint, lines[0]);
        Assert.Contains($"(at character {carets.IndexOf('^') + 1})", lines[0]);
    }

    [Fact]
    public void Of_a_long_text_only_the_surroundings_are_shown()
    {
        var text = string.Concat(Enumerable.Repeat("age > 3 and ", 50)) + "wages\n> 3" + string.Concat(Enumerable.Repeat(" and age > 3", 50));
        var lines = Assert.Throws<RecipeException>(() => Expression.Parse(text).Bind(RulesSamples.People.Schema)).Message.Split('\n');
        Assert.Equal(3, lines.Length); // the line break in the text is shown as a space
        var at = lines[2].IndexOf('^');
        Assert.Equal("wages >", lines[1].Substring(at, 7));
        Assert.Equal("^^^^^", lines[2].Trim());
        Assert.True(lines[1].Length < 130 && lines[1].StartsWith("  …") && lines[1].EndsWith('…'));
    }

    [Theory]
    [InlineData(100_001)]
    [InlineData(50_000_000)]
    public void A_text_too_long_is_refused(int length) =>
        Assert.Equal("SB2064", Assert.Throws<RecipeException>(() => Expression.Parse(new string('(', length))).Code);

    [Theory]
    [InlineData("(", "1 < 2", ")")]
    [InlineData("not ", "1 < 2", "")]
    [InlineData("- ", "1", " < 2")]
    [InlineData("abs(", "1", ")")]
    [InlineData("1 < if(1 < 2, ", "1", ", 2)")]
    public void Depth_is_bounded(string before, string middle, string after)
    {
        string Nested(int depth) => string.Concat(Enumerable.Repeat(before, depth)) + middle + string.Concat(Enumerable.Repeat(after, depth));
        Assert.Equal("SB2064", Assert.Throws<RecipeException>(() => Expression.Parse(Nested(101))).Code);
        Assert.Equal("SB2064", Assert.Throws<RecipeException>(() => Expression.Parse(Nested(9_000)[..^1])).Code);
    }

    [Fact]
    public void Long_sums_and_lists_are_bounded_and_long_chains_of_and_are_not_deep()
    {
        var sum = string.Join(" + ", Enumerable.Repeat("1", 1_000)) + " > 0";
        Assert.Equal("SB2064", Assert.Throws<RecipeException>(() => Expression.Parse(sum)).Code);
        var list = "a in (" + string.Join(", ", Enumerable.Repeat("1", 10_001)) + ")";
        Assert.Equal("SB2064", Assert.Throws<RecipeException>(() => Expression.Parse(list)).Code);
        Assert.Equal("0", RulesSamples.Rows("a in (" + string.Join(", ", Enumerable.Repeat("1", 10_000)) + ")"));
        Assert.Equal("0", RulesSamples.Rows(string.Join(" and ", Enumerable.Repeat("a = 1", 8_000))));
        Assert.Equal("SB2064", Assert.Throws<RecipeException>(() => Expression.Parse($"job like '{new string('a', 1_001)}'")).Code);
    }

    [Fact]
    public void A_hostile_pattern_takes_no_more_than_text_times_pattern()
    {
        // A backtracking matcher would need 2^400 steps here; this one needs 40 thousand.
        var text = new string('a', 400);
        var table = new Semblance.Data.Table([new Semblance.Data.CategoryColumn(new("t", ColumnKind.Category), [0], [text])]);
        Assert.Equal(0, table.Where(new($"t like '{string.Concat(Enumerable.Repeat("%a", 200))}%b'")).Rows);
        Assert.Equal(1, table.Where(new($"t like '{string.Concat(Enumerable.Repeat("%a", 200))}%'")).Rows);
    }

    [Theory]
    [InlineData("score > 'x'", "SB2069")]
    [InlineData("score like 'x'", "SB2068")]
    [InlineData("score", "SB2070")]
    public void A_gate_knows_numbers_only(string gate, string code) =>
        Assert.Equal(code, Assert.Throws<RecipeException>(() => Expression.Parse(gate).EvaluateNumbers(_ => 1)).Code);
}
