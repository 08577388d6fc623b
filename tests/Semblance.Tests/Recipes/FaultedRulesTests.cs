using System.Text;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Recipes;
using Semblance.Rules;

namespace Semblance.Tests.Recipes;

public sealed class FaultedRulesTests
{
    private const string Rules = """
        rules: 1
        tables:
          people:
            rows: 6000
            key: id
            columns:
              id: {sequence: 1}
              name: {form: person-name}
              age: {integer-uniform: {min: 18, max: 90}}
              label: {choice: {a: 50, b: 50}}
            faults:
              - missing: {column: age, rate: 0.4, when: "label = 'a'", otherwise: 0.05}
              - typo: {column: name, rate: 0.1}
              - label: {column: label, rate: 0.02}
              - duplicates: {rate: 0.05, changes: 0.3, columns: [name]}
          visits:
            per: people
            columns:
              person: {reference: people}
        """;

    private static async Task<(Table[] Tables, DatabaseSchema Schemas)> Made(IGenerator<Database> generator, DatabaseSchema schemas)
    {
        var blocks = new List<Database>();
        await foreach (var block in generator.StreamAsync(new Request(6000), Run.With(4) with { Threads = 2 })) blocks.Add(block);
        return ([.. schemas.Tables.Select((t, i) => Table.Concatenate(t.Schema, [.. blocks.Select(b => b.Tables[i])]))], schemas);
    }

    private static string Text(Column column, int row)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        column.WriteText(row, buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    [Fact]
    public async Task Clean_rows_and_the_answer_key_are_the_damaged_rows()
    {
        using var rules = RuleSchema.Read(Rules, "people.rules.yaml");
        using var faulted = new FaultedRules(rules);
        Assert.Equal(["people", "visits", "people.faults"], faulted.Schemas.Tables.Select(t => t.Name));
        var (clean, _) = await Made(rules, rules.Schemas);
        var (dirty, _) = await Made(faulted, faulted.Schemas);
        var key = dirty[2];
        // id tells of which clean row a damaged row is: no fault touches it
        Dictionary<(int Row, string Column), string> told = [];
        var copies = new HashSet<int>();
        for (var i = 0; i < key.Rows; i++)
        {
            var row = int.Parse(Text(key["row"], i), System.Globalization.CultureInfo.InvariantCulture);
            if (Text(key["column"], i) is { Length: > 0 } column) told[(row, column)] = Text(key["clean"], i);
            else copies.Add(row);
        }
        var compared = 0;
        for (var row = 0; row < dirty[0].Rows; row++)
        {
            var source = int.Parse(Text(dirty[0]["id"], row), System.Globalization.CultureInfo.InvariantCulture) - 1;
            foreach (var column in clean[0].Columns)
            {
                var (was, now) = (Text(column, source), Text(dirty[0][column.Name], row));
                Assert.Equal(was, told.TryGetValue((row, column.Name), out var before) ? before : now);
                compared++;
            }
        }
        Assert.Equal(dirty[0].Rows - 6000, copies.Count);
        Assert.InRange(copies.Count, 220, 380); // 300 expected, standard deviation 17: false alarm below 1 in 100,000
        Assert.True(compared > 24_000 && told.Count > 1_500);
        // the children are as they were
        Assert.Equal(clean[1].Rows, dirty[1].Rows);
    }

    /// <summary>A database would refuse copies of a key, and rows that refer to a key that is gone.</summary>
    [Fact]
    public void What_the_faults_break_is_promised_no_longer()
    {
        using var copies = new FaultedRules(RuleSchema.Read(Rules, "people.rules.yaml"));
        Assert.Empty(copies.Schemas.Tables[0].Key);
        Assert.Empty(copies.Schemas.Tables[1].ForeignKeys);
        using var typos = new FaultedRules(RuleSchema.Read(Rules[..Rules.IndexOf("      - duplicates", StringComparison.Ordinal)] + Rules[Rules.IndexOf("  visits:", StringComparison.Ordinal)..], "people.rules.yaml"));
        Assert.Equal(["id"], typos.Schemas.Tables[0].Key.AsEnumerable());
        Assert.Single(typos.Schemas.Tables[1].ForeignKeys);
    }

    [Fact]
    public async Task Rules_without_faults_come_out_as_they_are()
    {
        using var rules = RuleSchema.Read(Rules[..Rules.IndexOf("    faults:", StringComparison.Ordinal)], "people.rules.yaml");
        using var faulted = new FaultedRules(rules);
        Assert.Equal(rules.Schemas, faulted.Schemas);
        var (clean, _) = await Made(rules, rules.Schemas);
        var (same, _) = await Made(faulted, faulted.Schemas);
        for (var row = 0; row < 6000; row += 97) Assert.Equal(Text(clean[0]["name"], row), Text(same[0]["name"], row));
    }

    [Fact]
    public async Task A_part_of_damaged_rows_is_refused()
    {
        using var faulted = new FaultedRules(RuleSchema.Read(Rules, "people.rules.yaml"));
        var error = await Assert.ThrowsAsync<GenerateException>(async () =>
        {
            await foreach (var _ in faulted.StreamAsync(new Request(10) { First = 5 }, Run.With(1))) { }
        });
        Assert.Equal("SB4078", error.Code);
    }

    [Theory]
    [InlineData("- typo: {colum: name, rate: 0.1}", "SB2130", "did you mean `column`?")]
    [InlineData("- typos: {column: name, rate: 0.1}", "SB2130", "did you mean `typo`?")]
    [InlineData("- typo: {column: nme, rate: 0.1}", "SB2134", "did you mean `name`?")]
    [InlineData("- duplicates: {rate: 0.1, columns: [name, agee]}", "SB2134", "did you mean `age`?")]
    [InlineData("- typo: {column: name}", "SB2132", "`rate`")]
    [InlineData("- typo: {column: name, rate: 1.5}", "SB2131", "from 0 to 1")]
    [InlineData("- drift: {column: age, amount: 3, from: 10, to: 5}", "SB2131", "whole number from 11")]
    public void A_fault_badly_written_is_told_with_its_line(string fault, string code, string told)
    {
        var yaml = Rules[..(Rules.IndexOf("faults:", StringComparison.Ordinal) + 7)] + "\n      " + fault + "\n";
        var error = Assert.Throws<RecipeException>(() => RuleSchema.Read(yaml, "people.rules.yaml"));
        Assert.Equal(code, error.Code);
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
        Assert.Contains("line 12", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Rules made in C# have no lines to tell of.</summary>
    [Fact]
    public void A_fault_of_a_column_that_is_not_there_is_refused()
    {
        var tables = RuleSchema.Read(Rules, "x.yaml").Tables;
        Assert.Equal("SB1202", Assert.Throws<SchemaException>(() => new FaultedRules(new RuleSchema([tables[0] with { Faults = [new Fault.Typo("nme", .1)] }, tables[1]]))).Code);
    }
}
