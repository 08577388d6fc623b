using Semblance.Data;
using Semblance.Models;

namespace Semblance.Tests.Contracts;

/// <summary>What every model of the catalogue must keep of balances and of rows with holes, or say that it can't.</summary>
public sealed class ControlContractTests
{
    private static readonly Run Seven = Run.With(7) with { Threads = 2 };

    private static readonly Dictionary<string, Lazy<Task<IGenerator<Table>>>> Fitted =
        ModelCatalog.Default.Entries.ToDictionary(e => e.Id, e => new Lazy<Task<IGenerator<Table>>>(() => ModelCatalog.Default.Create(e.Id).FitAsync(WorstCase.Table, Seven)));

    // Models that are known to complete rows: none of them may stop doing so unseen.
    private static readonly string[] Completing = ["arf", "argn", "auto", "cart", "circuit", "copula", "diffusion", "independent"];

    public static TheoryData<string> Models => [.. ModelCatalog.Default.Entries.Select(e => e.Id)];

    [Theory, MemberData(nameof(Models))]
    public async Task Balances_are_exact_to_a_row(string id)
    {
        var generator = await Fitted[id].Value;
        foreach (var count in new[] { 1, 401, 4_500 })
        {
            var made = await generator.GenerateAsync(new Request(count) { Balance = new("group: north 0.25, 'south' 0.5, west 0.25") }, Seven);
            Assert.Equal(count, made.Rows);
            Assert.InRange(made.Where(new("group = 'south'")).Rows, Math.Floor(count / 2.0), Math.Ceiling(count / 2.0));
            Assert.InRange(made.Where(new("group = 'west'")).Rows, Math.Floor(count / 4.0), Math.Ceiling(count / 4.0));
            Assert.Equal(count, made.Where(new("group in ('north', 'south', 'west')")).Rows);
        }
        var gaps = await generator.GenerateAsync(new Request(300) { Balance = new("flag with missing") }, Seven);
        Assert.Equal((100, 100, 100), (gaps.Where(new("flag")).Rows, gaps.Where(new("not flag")).Rows, gaps.Where(new("flag is missing")).Rows));
        var both = await generator.GenerateAsync(new Request(120) { Balance = new("zip, few"), Where = new("visits > 1 and amount is not missing") }, Seven);
        Assert.Equal(120, both.Where(new("visits > 1 and amount is not missing")).Rows);
        foreach (var zip in new[] { "00123", "00777", "10115" })
            foreach (var few in new[] { "0.5", "2.25" }) Assert.Equal(20, both.Where(new($"zip = '{zip}' and few = {few}")).Rows);
    }

    [Theory, MemberData(nameof(Models))]
    public async Task Any_part_of_a_balanced_whole_can_be_made_alone(string id)
    {
        var generator = await Fitted[id].Value;
        var asked = new Request(600) { Balance = new("group: north 1, east 3"), Where = new("visits > 1") };
        var whole = await generator.GenerateAsync(asked, Seven);
        Assert.Equal(WorstCase.Bytes(whole), WorstCase.Bytes(await generator.GenerateAsync(asked, Seven with { Threads = 1 })));
        foreach (var (first, count) in new[] { (0, 1), (37, 200), (599, 1), (100, 500) })
        {
            var part = await generator.GenerateAsync(asked with { Count = count, First = first, Total = 600 }, Seven);
            Assert.Equal(WorstCase.Bytes(whole.Take([.. Enumerable.Range(first, count)])), WorstCase.Bytes(part));
        }
        Assert.Equal("SB4001", (await Assert.ThrowsAsync<GenerateException>(() => generator.GenerateAsync(asked with { First = 1, Total = 600 }, Seven))).Code);
    }

    [Theory, MemberData(nameof(Models))]
    public async Task Fairness_is_exact_to_a_row_and_any_part_of_it_can_be_made_alone(string id)
    {
        var generator = await Fitted[id].Value;
        var asked = new Request(1_200) { Fair = new("flag", "few") };
        var whole = await generator.GenerateAsync(asked, Seven);
        Assert.Equal(1_200, whole.Rows);
        foreach (var answer in new[] { "flag", "not flag", "flag is missing" })
        {
            var shares = new[] { "few = 0.5", "few = 2.25" }.Select(few => whole.Where(new(few))).Select(own => (Share: own.Where(new(answer)).Rows / (double)own.Rows, own.Rows)).ToArray();
            Assert.InRange(shares[0].Share - shares[1].Share, -1.0 / shares[0].Rows - 1.0 / shares[1].Rows, 1.0 / shares[0].Rows + 1.0 / shares[1].Rows);
        }
        Assert.Equal(WorstCase.Bytes(whole), WorstCase.Bytes(await generator.GenerateAsync(asked, Seven with { Threads = 1 })));
        foreach (var (first, count) in new[] { (0, 1), (137, 200), (1_199, 1) })
            Assert.Equal(WorstCase.Bytes(whole.Take([.. Enumerable.Range(first, count)])), WorstCase.Bytes(await generator.GenerateAsync(asked with { Count = count, First = first, Total = 1_200 }, Seven)));
    }

    [Theory, MemberData(nameof(Models))]
    public async Task Groups_that_cannot_be_made_are_named(string id)
    {
        var generator = await Fitted[id].Value;
        foreach (var (balance, where, code) in new[] { ("group: north 0.5, nroth 0.5", null, "SB4020"), ("measure", null, "SB4020"), ("note", null, "SB4020"), ("zip: missing 1", null, "SB4020"), ("group: north 1, west 1", "group = 'west'", "SB4021") })
        {
            var error = await Assert.ThrowsAsync<GenerateException>(() => generator.GenerateAsync(new Request(10) { Balance = new(balance), Where = where is null ? null : new(where) }, Seven));
            Assert.Equal(code, error.Code);
            Assert.Contains(balance.Split(':')[0], error.Message, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Models))]
    public async Task Holes_are_filled_and_present_cells_stay_to_the_byte(string id)
    {
        var generator = await Fitted[id].Value;
        var holes = Holes.AtRandom(WorstCase.Table, 0.3, 5);
        if (await Refuses(generator, holes, id)) return;
        var filled = await generator.CompleteAsync(holes, Seven);
        Assert.Equal(WorstCase.Table.Schema, filled.Schema);
        Assert.Equal(holes.Rows, filled.Rows);
        for (var c = 0; c < holes.Columns.Length; c++)
        {
            Column before = holes.Columns[c], after = filled.Columns[c];
            for (var row = 0; row < holes.Rows; row++)
                if (!before.IsMissing(row)) Assert.Equal(before.Text(row), after.Text(row));
                else Assert.Equal(before.Name is "gone" or "nothing", after.IsMissing(row));
        }
        Assert.Equal(WorstCase.Bytes(filled), WorstCase.Bytes(await generator.CompleteAsync(holes, Seven with { Threads = 1 })));
    }

    [Theory, MemberData(nameof(Models))]
    public async Task Rows_with_holes_come_out_the_same_in_any_blocks(string id)
    {
        var generator = await Fitted[id].Value;
        var holes = Holes.AtRandom(WorstCase.Table, 0.2, 6);
        holes = new Table([.. holes.Columns.Where(c => c.Name is not ("amount" or "zip" or "note")).Reverse()]); // whole columns absent, others in another order
        if (await Refuses(generator, holes, id)) return;
        var whole = await generator.CompleteAsync(holes, Seven);
        Assert.Equal(WorstCase.Table.Schema, whole.Schema);
        Assert.True(Enumerable.Range(0, whole.Rows).All(row => !whole["amount"].IsMissing(row) && !whole["note"].IsMissing(row)));
        var at = 0;
        await foreach (var block in generator.CompleteAsync(Parts(holes, 100), Seven))
        {
            Assert.Equal(WorstCase.Bytes(whole.Take([.. Enumerable.Range(at, block.Rows)])), WorstCase.Bytes(block));
            at += block.Rows;
        }
        Assert.Equal(holes.Rows, at);
    }

    [Theory, MemberData(nameof(Models))]
    public async Task Values_the_model_does_not_know_stay_and_are_told_of(string id)
    {
        var generator = await Fitted[id].Value;
        var csv = "visits,group,amount,day,zip\n3,Atlantis,,2020-07-01,\n-99999999,north,1e300,1700-01-01,\n,south,?,2999-12-31,00777\n"u8.ToArray();
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, csv);
            var holes = Table.Concatenate(generator.Schema, [(await Blocks(generator.ReadHolesAsync(path))).Single()]);
            if (await Refuses(generator, holes, id)) return;
            var notes = new Notes();
            var filled = await generator.CompleteAsync(holes, Seven with { Progress = notes });
            Assert.Equal(["Atlantis", "north", "south"], Enumerable.Range(0, 3).Select(filled["group"].Text));
            Assert.Equal(["2020-07-01", "1700-01-01", "2999-12-31"], Enumerable.Range(0, 3).Select(filled["day"].Text));
            Assert.Equal(("3", "-99999999", "1e300", "00777"), (filled["visits"].Text(0), filled["visits"].Text(1), filled["amount"].Text(1), filled["zip"].Text(2)));
            Assert.False(filled["visits"].IsMissing(2) || filled["amount"].IsMissing(0) || filled["amount"].IsMissing(2) || filled["zip"].IsMissing(0));
            Assert.Single(notes.Texts, text => text.Contains("`group`: 1 present cell", StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(path);
        }
        var strange = new Table([new NumberColumn(new("vistis", ColumnKind.Integer), [1])]);
        Assert.Contains("`visits`", (await Assert.ThrowsAsync<SchemaException>(() => generator.CompleteAsync(strange, Seven))).Message, StringComparison.Ordinal);
        var wrong = new Table([new CategoryColumn(new("visits", ColumnKind.Category), [0], ["three"])]);
        Assert.Equal("SB1212", (await Assert.ThrowsAsync<SchemaException>(() => generator.CompleteAsync(wrong, Seven))).Code);
        var held = await Assert.ThrowsAsync<GenerateException>(() => generator.GenerateAsync(new Request(3) { Complete = WorstCase.Table.Take([1, 2, 3]), Where = new("visits > 2") }, Seven));
        Assert.Equal("SB4030", held.Code);
    }

    private static async Task<bool> Refuses(IGenerator<Table> generator, Table holes, string id)
    {
        try
        {
            await generator.CompleteAsync(holes.Take([0]), Seven);
            return false;
        }
        catch (GenerateException error) when (error.Code == "SB4034" && !Completing.Contains(id))
        {
            return true;
        }
    }

    private static async IAsyncEnumerable<Table> Parts(Table table, int rows)
    {
        await Task.Yield();
        for (var at = 0; at < table.Rows; at += rows) yield return table.Take([.. Enumerable.Range(at, Math.Min(rows, table.Rows - at))]);
    }

    private static async Task<List<Table>> Blocks(IAsyncEnumerable<Table> blocks)
    {
        var all = new List<Table>();
        await foreach (var block in blocks) all.Add(block);
        return all;
    }

    private sealed class Notes : IProgress<Step>
    {
        public List<string> Texts { get; } = [];

        public void Report(Step value)
        {
            if (value.IsNote) lock (Texts) Texts.Add(value.What);
        }
    }
}
