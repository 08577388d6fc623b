using Semblance.Data;
using Semblance.Rules;

namespace Semblance.Tests.Rules;

public sealed class ExpressionTests
{
    [Theory]
    [InlineData("age >= 40", "235")]
    [InlineData("AGE < 0 or 40 <= age", null)] // column names keep their case
    [InlineData("age = 40 OR age == 25", "12")]
    [InlineData("age != 40", "0135")]
    [InlineData("not age = 40", "0135")]
    [InlineData("not (age > 30 and pay > 5)", "015")] // row 3: true and unknown; row 4: unknown and true
    [InlineData("age > 30 or pay > 5", "12345")]
    [InlineData("age in (17, 90, 17)", "05")]
    [InlineData("age not in (17, 90)", "123")]
    [InlineData("age in (a + 16, 25)", "01")]
    [InlineData("age between 25 and 61", "123")]
    [InlineData("age not between 25 and 61", "05")]
    [InlineData("age is missing", "4")]
    [InlineData("age is null or since is missing", "24")]
    [InlineData("age is not missing", "01235")]
    [InlineData("note is missing", "2")]
    [InlineData("job is not null", "01235")]
    [InlineData("(age > 30) is missing", "4")]
    public void Comparisons_and_logic(string condition, string? rows)
    {
        if (rows is null) Assert.Equal("SB2067", Assert.Throws<RecipeException>(() => RulesSamples.Rows(condition)).Code);
        else Assert.Equal(rows, RulesSamples.Rows(condition));
    }

    [Theory]
    [InlineData("hours-per-week >= 40", "13")]
    [InlineData("hours-per-week-a >= 38", "13")] // longest name, then minus
    [InlineData("hours-per-week - a >= 38", "13")]
    [InlineData("a-1 = 0", "0")]
    [InlineData("a-b.c > 0", "345")]
    [InlineData("a-abs(b.c) > 0", "345")]
    [InlineData("a-(b.c) > 0", "345")]
    [InlineData("`hours-per-week` = 60", "3")]
    [InlineData("\"b.c\" = 6", "0")]
    [InlineData("`odd ``name` = 1", "135")]
    public void Names_may_hold_signs(string condition, string rows) => Assert.Equal(rows, RulesSamples.Rows(condition));

    [Theory]
    [InlineData("a + 2 * 3 = 9", "2")]
    [InlineData("(a + 2) * 3 = 9", "0")]
    [InlineData("a - 1 - 1 = 1", "2")]
    [InlineData("-a = -3", "2")]
    [InlineData("- - a = 3", "2")]
    [InlineData("a % 2 = 0", "135")]
    [InlineData("pay / (a - 1) is missing", "03")]
    [InlineData("pay % (a - 1) is missing", "03")]
    [InlineData("abs(pay) = 4", "5")]
    [InlineData("min(a, b.c) = 3", "23")]
    [InlineData("max(a, pay, 4) = 4", "0")]
    [InlineData("min(age, 1000) is missing", "4")]
    [InlineData("round(pay) = 1251", "1")]
    [InlineData("round(pay / 1000, 1) = 1.3", "1")]
    [InlineData("floor(pay / 100) = -1", "5")]
    [InlineData("ceil(pay / 100) = 13", "1")]
    [InlineData("if(age > 30, a, 0 - a) < 0", "014")] // unknown takes the second
    [InlineData("coalesce(pay, age) > 50", "123")]
    [InlineData("if(member, job = 'clerk', true)", "0134" + "5")]
    [InlineData("1 < 2", "012345")]
    [InlineData("false", "")]
    public void Numbers_and_functions(string condition, string rows) => Assert.Equal(rows, RulesSamples.Rows(condition));

    [Theory]
    [InlineData("job = 'nurse'", "13")]
    [InlineData("job != 'nurse'", "025")]
    [InlineData("job in ('nurse', 'it''s é')", "123")]
    [InlineData("job < 'd'", "05")]
    [InlineData("'d' > job", "05")]
    [InlineData("job like '%r%'", "0135")]
    [InlineData("job like '_urse'", "13")]
    [InlineData("job like '%s _'", "2")] // one character, two bytes
    [InlineData("job not like '%r%'", "2")]
    [InlineData("note like '%\\%'", "1")]
    [InlineData("note like 'a\\_b'", "3")]
    [InlineData("length(note) = 4", "015")]
    [InlineData("length(job) = 6", "2")]
    [InlineData("upper(job) = 'CLERK'", "05")]
    [InlineData("lower(note) = 'über'", "5")]
    [InlineData("note = 'good' or note = ''", "04")]
    [InlineData("note > job", "05")]
    [InlineData("coalesce(note, job) = 'it''s é'", "2")]
    [InlineData("if(a > 3, note, job) = 'clerk'", "0")]
    [InlineData("code = 7", "03")]
    [InlineData("code = '7'", "")]
    [InlineData("code != 12", "0235")] // x is no number, so it differs from 12
    [InlineData("code > 1", "0134")]
    [InlineData("code in (7, 12)", "0134")]
    [InlineData("code = a + 6", "0")]
    [InlineData("site * 2 = 6 and site = '3' and site >= 3", "012345")]
    [InlineData("age = '40'", "2")]
    public void Texts(string condition, string rows) => Assert.Equal(rows, RulesSamples.Rows(condition));

    [Theory]
    [InlineData("member", "025")]
    [InlineData("not member", "13")]
    [InlineData("member = true", "025")]
    [InlineData("member = 'yes'", "025")]
    [InlineData("member = 0", "13")]
    [InlineData("member + 1 = 2", "025")]
    [InlineData("member in (1)", "025")]
    [InlineData("(a > 3) = (b.c < 4)", "012345")]
    public void Booleans(string condition, string rows) => Assert.Equal(rows, RulesSamples.Rows(condition));

    [Theory]
    [InlineData("since >= '2021-06-01'", "145")]
    [InlineData("since = '01/06/2021'", "15")] // as the column writes it
    [InlineData("since between '2020' and '2021-06'", "015")]
    [InlineData("since in ('2024-02-29', '1999-12-31')", "34")]
    [InlineData("seen > '2021-06-01 12:00'", "1234")]
    [InlineData("seen > since", "013")]
    [InlineData("'2022-01-01T00:00:00' = seen", "2")]
    [InlineData("year(since) = 2021 and month(since) = 6 and day(since) = 1", "15")]
    [InlineData("hour(seen) >= 12", "135")]
    [InlineData("seen - since > 1", "03")]
    [InlineData("since + 1.25 = seen", "0")]
    [InlineData("seen - 0.25 - since = 1", "0")]
    [InlineData("seen - '2021-06-01' < 0", "05")]
    [InlineData("max(since, '2021-06-01') = '2021-06-01'", "0135")]
    [InlineData("coalesce(since, seen) = '2022-01-01'", "2")]
    [InlineData("since + 1e9 is missing", "012345")]
    [InlineData("if(a = 1, since, '2000-01-01') < '2010-01-01'", "12345")]
    public void Dates(string condition, string rows) => Assert.Equal(rows, RulesSamples.Rows(condition));

    [Fact]
    public void Rows_that_satisfy_are_taken_in_order()
    {
        var adults = RulesSamples.People.Where(new("age > 30"));
        Assert.Equal([40, 61, 90], ((NumberColumn)adults["age"]).Values);
    }

    [Fact]
    public void Columns_are_those_it_uses()
    {
        var bound = Expression.Parse("pay > 3 and (job = 'nurse' or pay < a)").Bind(RulesSamples.People.Schema);
        Assert.Equal([2, 3, 10], bound.Columns.ToArray());
    }

    [Fact]
    public void A_table_longer_than_a_chunk_is_evaluated_whole()
    {
        var values = new double[5_000];
        for (var i = 0; i < values.Length; i++) values[i] = i;
        var codes = Array.ConvertAll(values, v => (int)v % 3);
        var table = new Table([new NumberColumn(new("x", ColumnKind.Integer), values), new CategoryColumn(new("c", ColumnKind.Category), codes, ["p", "q", "r"])]);
        var mask = new bool[5_000];
        Expression.Parse("x % 2 = 0 and lower(upper(c)) = 'q'").Bind(table.Schema).Evaluate(table, mask);
        for (var i = 0; i < mask.Length; i++) Assert.Equal(i % 2 == 0 && i % 3 == 1, mask[i]);
    }

    [Fact]
    public void A_table_of_another_schema_is_refused()
    {
        var bound = Expression.Parse("pay > 3").Bind(RulesSamples.People.Schema);
        var other = new Table([.. RulesSamples.People.Columns.Reverse()]);
        Assert.Equal("SB1210", Assert.Throws<SchemaException>(() => bound.Evaluate(other, new bool[6])).Code);
    }

    [Theory]
    [InlineData("privacy.dcr-share<=0.52 and fidelity.c2st>=0.9", true)]
    [InlineData("privacy.dcr-share<=0.5", false)]
    [InlineData("privacy.unknown<=0.5", null)]
    [InlineData("privacy.unknown<=0.5 and fidelity.c2st<0.5", false)]
    [InlineData("privacy.unknown<=0.5 or fidelity.c2st>0.5", true)]
    [InlineData("abs(fidelity.c2st - 1) < 0.1", true)]
    [InlineData("1 < 2", true)]
    public void Scores_are_compared_in_the_same_language(string gate, bool? holds) => Assert.Equal(holds, Expression.Parse(gate).EvaluateNumbers(name => name switch
    {
        "privacy.dcr-share" => 0.51,
        "fidelity.c2st" => 0.95,
        _ => null,
    }));

    [Fact]
    public void A_gate_tells_its_parts_and_names()
    {
        var gate = Expression.Parse("privacy.dcr-share<=0.52 and (fidelity.c2st>=0.9 or utility.tstr > .8)");
        Assert.Equal(["privacy.dcr-share<=0.52", "(fidelity.c2st>=0.9 or utility.tstr > .8)"], gate.Conjuncts.Select(c => c.Text));
        Assert.Equal(["privacy.dcr-share", "fidelity.c2st", "utility.tstr"], gate.Names.ToArray());
        Assert.Equal(gate, Expression.Parse("`privacy.dcr-share` <= 0.520 AND (fidelity.c2st >= 0.9 or utility.tstr > 0.8)"));
    }
}
