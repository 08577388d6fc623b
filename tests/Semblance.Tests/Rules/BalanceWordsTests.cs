using Semblance.Data;

namespace Semblance.Tests.Rules;

public sealed class BalanceWordsTests
{
    private static readonly Schema Columns = new([new("income", ColumnKind.Category), new("sex", ColumnKind.Category), new("a: b, c", ColumnKind.Category), new("with`tick", ColumnKind.Category)]);

    [Theory]
    [InlineData("income", "0", "-", "")]
    [InlineData(" sex ,income ", "1 0", "- -", "")]
    [InlineData("sex with missing, income", "1 0", "m -", "")]
    [InlineData("`a: b, c` with missing", "2", "m", "")]
    [InlineData("`with``tick`", "3", "-", "")]
    [InlineData("income: <=50K 0.25, >50K 0.75", "0", "-", "<=50K=0.25;>50K=0.75")]
    [InlineData("income: '<=50K' 3, '>50K' 1", "0", "-", "<=50K=0.75;>50K=0.25")]
    [InlineData("income: Never married 1,'it''s, so'   1", "0", "-", "Never married=0.5;it's, so=0.5")]
    [InlineData("income: missing .5, 'missing' .5", "0", "-", "(gap)=0.5;missing=0.5")]
    [InlineData("sex,income: F/>50K 1, 'M'/ '<=50K' 1 ,M/missing 2", "1 0", "- -", "F/>50K=0.25;M/<=50K=0.25;M/(gap)=0.5")]
    public void Balances_are_read(string text, string columns, string missing, string groups)
    {
        var bound = new Balance(text).Bind(Columns);
        Assert.Equal(columns, string.Join(' ', bound.Columns));
        Assert.Equal(missing, string.Join(' ', bound.WithMissing.Select(m => m ? "m" : "-")));
        Assert.Equal(groups, string.Join(';', bound.Groups.Select(g => FormattableString.Invariant($"{string.Join('/', g.Values.Select(v => v ?? "(gap)"))}={g.Share}"))));
    }

    [Theory]
    [InlineData("", "SB2100")]
    [InlineData("income,", "SB2100")]
    [InlineData("income, income", "SB2100")]
    [InlineData("income:", "SB2100")]
    [InlineData("income: >50K", "SB2100")]
    [InlineData("income: '>50K", "SB2100")]
    [InlineData("`income", "SB2100")]
    [InlineData("`income` please", "SB2100")]
    [InlineData("income: F/>50K 1", "SB2100")]
    [InlineData("sex, income: F 1", "SB2100")]
    [InlineData("income: >50K 0", "SB2101")]
    [InlineData("income: >50K -1", "SB2101")]
    [InlineData("income: >50K half", "SB2101")]
    [InlineData("income: >50K 0.5, <=50K 0.4", "SB2101")]
    [InlineData("income: >50K 0.5, >50K 0.5", "SB2101")]
    [InlineData("income: >50K 1e3", "SB2101")]
    public void What_is_no_balance_is_refused(string text, string code) =>
        Assert.Equal(code, Assert.Throws<RecipeException>(() => new Balance(text).Bind(Columns)).Code);

    [Fact]
    public void Unknown_columns_are_named() =>
        Assert.Contains("`income`", Assert.Throws<SchemaException>(() => new Balance("incme").Bind(Columns)).Message, StringComparison.Ordinal);
}
