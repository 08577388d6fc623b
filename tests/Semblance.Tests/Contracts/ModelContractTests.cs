using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Semblance.Data;
using Semblance.Models;
using Semblance.Tests.Conventions;
using Table = Semblance.Data.Table;

namespace Semblance.Tests.Contracts;

/// <summary>What every model of the catalogue must keep, whatever it does inside. A new line in the catalogue is tested here without a further word.</summary>
public sealed class ModelContractTests
{
    private static readonly Run Seven = Run.With(7) with { Threads = 2 };

    // One fit a model serves all tests that only generate.
    private static readonly Dictionary<string, Lazy<Task<byte[]>>> Fitted =
        Ids.ToDictionary(id => id, id => new Lazy<Task<byte[]>>(async () => await Saved(await Fit(id, Seven))));

    public static IEnumerable<string> Ids => ModelCatalog.Default.Entries.Select(e => e.Id);

    public static TheoryData<string> Models => [.. Ids];

    [Theory, MemberData(nameof(Models))]
    public async Task Same_seed_gives_same_bytes_at_any_thread_count(string id)
    {
        using var alone = await Fit(id, Run.With(7) with { Threads = 1 });
        using var three = await Fit(id, Run.With(7) with { Threads = 3 });
        Assert.Equal(Convert.ToHexString(await Saved(alone)), Convert.ToHexString(await Saved(three)));
        var rows = WorstCase.Bytes(await alone.GenerateAsync(5_000, Run.With(3) with { Threads = 1 }));
        Assert.Equal(rows, WorstCase.Bytes(await alone.GenerateAsync(5_000, Run.With(3) with { Threads = 3 })));
        Assert.Equal(rows, WorstCase.Bytes(await three.GenerateAsync(5_000, Run.With(3) with { Threads = 2 })));
    }

    [Theory, MemberData(nameof(Models))]
    public async Task Another_seed_gives_other_bytes(string id)
    {
        using var generator = await Open(id);
        Assert.NotEqual(WorstCase.Bytes(await generator.GenerateAsync(100, Run.With(1))), WorstCase.Bytes(await generator.GenerateAsync(100, Run.With(2))));
    }

    [Theory, MemberData(nameof(Models))]
    public async Task Exactly_as_many_rows_as_asked_for_come_in_blocks(string id)
    {
        using var generator = await Open(id);
        foreach (var count in new[] { 0, 1, 4_095, 4_096, 4_097, 9_000 })
        {
            var sizes = new List<int>();
            await foreach (var block in generator.StreamAsync(new Request(count), Seven))
            {
                Assert.Equal(WorstCase.Table.Schema, block.Schema);
                sizes.Add(block.Rows);
            }
            Assert.Equal(count, sizes.Sum());
            Assert.All(sizes.SkipLast(1), size => Assert.Equal(4_096, size));
        }
    }

    [Theory, MemberData(nameof(Models))]
    public async Task Any_part_can_be_made_alone(string id)
    {
        using var generator = await Open(id);
        foreach (var where in new Condition?[] { null, new("group = 'north'") })
        {
            var whole = await generator.GenerateAsync(new Request(600) { Where = where }, Seven);
            foreach (var (first, count) in new[] { (0, 1), (37, 200), (599, 1), (100, 500) })
            {
                var part = await generator.GenerateAsync(new Request(count) { First = first, Where = where }, Seven);
                Assert.Equal(WorstCase.Bytes(whole.Take([.. Enumerable.Range(first, count)])), WorstCase.Bytes(part));
            }
        }
    }

    [Theory, MemberData(nameof(Models))]
    public async Task What_is_loaded_generates_what_was_saved(string id)
    {
        using var fitted = await Fit(id, Seven);
        var bytes = await Saved(fitted);
        using var loaded = await ModelCatalog.Default.OpenAsync(new MemoryStream(bytes));
        Assert.Equal(fitted.Schema, loaded.Schema);
        Assert.Equal(fitted.About.Model, loaded.About.Model);
        Assert.Equal(fitted.About.DataFingerprint, loaded.About.DataFingerprint);
        Assert.Equal(fitted.About.FittedRows, loaded.About.FittedRows);
        Assert.Equal(WorstCase.Rows, loaded.About.FittedRows);
        Assert.Equal(WorstCase.Bytes(await fitted.GenerateAsync(500, Seven)), WorstCase.Bytes(await loaded.GenerateAsync(500, Seven)));
        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(await Saved(loaded)));
    }

    [Theory, MemberData(nameof(Models))]
    public async Task Types_come_back(string id)
    {
        using var generator = await Open(id);
        Assert.Equal(WorstCase.Table.Schema, generator.Schema);
        var made = await generator.GenerateAsync(2_000, Seven);
        for (var c = 0; c < made.Columns.Length; c++)
        {
            Column column = made.Columns[c], real = WorstCase.Table.Columns[c];
            Assert.Equal(real.GetType(), column.GetType());
            var mayMiss = Enumerable.Range(0, WorstCase.Rows).Any(real.IsMissing);
            for (var row = 0; row < made.Rows; row++)
            {
                if (column.IsMissing(row))
                {
                    Assert.True(mayMiss, $"`{column.Name}` has no gaps, row {row} has");
                    Assert.True(column.MissingCode(row) < column.Schema.MissingMarkers.Length, $"`{column.Name}`: an unknown marker in row {row}");
                }
                else if (column is NumberColumn number)
                {
                    Assert.True(double.IsFinite(number.Values[row]));
                    var decimals = column.Text(row).Split('.').ElementAtOrDefault(1)?.Length ?? 0;
                    Assert.True(decimals <= column.Schema.Number.MaxDecimals && decimals >= column.Schema.Number.MinDecimals, $"`{column.Name}`: {column.Text(row)}");
                }
                else if (column is CategoryColumn)
                    Assert.True(((CategoryColumn)real).Levels.Contains(column.Text(row)) || column.Kind == ColumnKind.Category, $"`{column.Name}`: {column.Text(row)}");
            }
        }
        Assert.True(Enumerable.Range(0, made.Rows).All(r => made["gone"].IsMissing(r) && made["nothing"].IsMissing(r)));
        Assert.True(Enumerable.Range(0, made.Rows).All(r => made["same"].Text(r) == "42" && made["constant"].Text(r) == "always"));
    }

    [Theory, MemberData(nameof(Models))]
    public async Task Conditions_hold_in_every_row(string id)
    {
        using var generator = await Open(id);
        foreach (var text in WorstCase.Conditions)
        {
            var made = await generator.GenerateAsync(new Request(300) { Where = new Condition(text) }, Seven);
            Assert.Equal(300, made.Rows);
            Assert.True(made.Where(new Condition(text)).Rows == 300, $"{id}: rows that do not satisfy {text}");
            Assert.Equal(WorstCase.Bytes(made), WorstCase.Bytes(await generator.GenerateAsync(new Request(300) { Where = new Condition(text) }, Seven with { Threads = 1 })));
        }
    }

    [Theory, MemberData(nameof(Models))]
    public async Task Conditions_that_cannot_be_met_are_named(string id)
    {
        using var generator = await Open(id);
        foreach (var text in WorstCase.Impossible)
        {
            var error = await Assert.ThrowsAsync<GenerateException>(() => generator.GenerateAsync(new Request(10) { Where = new Condition(text) }, Seven));
            Assert.StartsWith("SB40", error.Code);
        }
        await Assert.ThrowsAsync<RecipeException>(() => generator.GenerateAsync(new Request(10) { Where = new Condition("groop = 'north'") }, Seven));
    }

    [Theory, MemberData(nameof(Models))]
    public async Task Cancelling_stops_fit_and_generation(string id)
    {
        using var before = new CancellationTokenSource();
        before.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Model(id).FitAsync(WorstCase.Table, Seven, before.Token));

        using var during = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Model(id).FitAsync(WorstCase.Table, Seven with { Progress = new CancelAtOnce(during) }, during.Token));

        using var generator = await Open(id);
        using var early = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            // A billion rows: only cancelling ends this.
            await foreach (var _ in generator.StreamAsync(new Request(1_000_000_000), Seven, early.Token)) await early.CancelAsync();
        });
    }

    [Theory, MemberData(nameof(Models))]
    public async Task Small_and_narrow_tables_are_fitted_or_refused_with_a_reason(string id)
    {
        foreach (var table in new[] { WorstCase.Table.Take([3]), WorstCase.Table.Take([3, 4]), WorstCase.Table.Take([.. Enumerable.Range(0, 25)]) }
            .Concat(WorstCase.Table.Columns.Select(c => new Table([c]))))
        {
            IGenerator<Table> generator;
            try
            {
                generator = await Model(id).FitAsync(table, Seven);
            }
            catch (FitException error)
            {
                Assert.Matches("^SB30", error.Code);
                continue;
            }
            using (generator) Assert.Equal(50, (await generator.GenerateAsync(50, Seven)).Rows);
        }
        await Assert.ThrowsAsync<FitException>(() => Model(id).FitAsync(WorstCase.Table.Take([]), Seven));
    }

    [Theory, MemberData(nameof(Models))]
    public async Task A_model_file_does_not_hold_what_stands_in_one_row_only(string id)
    {
        var contents = Unpack(await Fitted[id].Value);
        foreach (var text in new[] { WorstCase.RareGroup, WorstCase.RareNote, WorstCase.RareId, "P-000123", "(case 200)", "987654.32", "47.118151625", "1903-04-09" })
            Assert.False(Holds(contents, Encoding.UTF8.GetBytes(text)), $"{id}: the archive holds the text {text}");
        foreach (var number in new[] { WorstCase.LargestAmount, WorstCase.UniqueMeasure })
        {
            Assert.False(Holds(contents, BitConverter.GetBytes(number)), $"{id}: the archive holds the number {number}");
            Assert.False(Holds(contents, BitConverter.GetBytes((float)number)), $"{id}: the archive holds the number {number} in single precision");
        }
        var ticks = WorstCase.EarliestDay.Ticks;
        foreach (var form in new[] { BitConverter.GetBytes(ticks), BitConverter.GetBytes((double)ticks), BitConverter.GetBytes((double)(ticks / TimeSpan.TicksPerDay)), BitConverter.GetBytes((double)(ticks / TimeSpan.TicksPerSecond)) })
            Assert.False(Holds(contents, form), $"{id}: the archive holds the earliest day");
    }

    [Theory, MemberData(nameof(Models))]
    public async Task A_model_file_holds_none_of_the_near_unique_numbers(string id)
    {
        var contents = Unpack(await Fitted[id].Value);
        var kept = ((NumberColumn)WorstCase.Table["measure"]).Values.Where(v => Holds(contents, BitConverter.GetBytes(v))).ToList();
        Assert.True(kept.Count == 0, $"{id}: {kept.Count} of {WorstCase.Rows} unique values can be read out of the archive: {string.Join(", ", kept.Take(5))}");
    }

    [Theory, MemberData(nameof(Models))]
    public async Task What_stands_in_one_row_only_is_not_generated(string id)
    {
        using var generator = await Open(id);
        var made = await generator.GenerateAsync(8_192, Seven);
        var amounts = ((NumberColumn)made["amount"]).Values;
        Assert.DoesNotContain(WorstCase.LargestAmount, amounts);
        var second = ((NumberColumn)WorstCase.Table["amount"]).Values.Where(v => v < WorstCase.LargestAmount).Max();
        var most = amounts.Where(a => !double.IsNaN(a)).Max();
        Assert.True(most < 2 * second, $"{id}: one row of {WorstCase.LargestAmount} stretches the range of all others from {second} to {most}");
        Assert.DoesNotContain(WorstCase.UniqueMeasure, ((NumberColumn)made["measure"]).Values);
        Assert.DoesNotContain(WorstCase.EarliestDay.Ticks, ((DateTimeColumn)made["day"]).Ticks);
        for (var row = 0; row < made.Rows; row++)
        {
            Assert.NotEqual(WorstCase.RareGroup, made["group"].Text(row));
            Assert.NotEqual(WorstCase.RareNote, made["note"].Text(row));
        }
        var real = Enumerable.Range(0, WorstCase.Rows).Select(WorstCase.Table["id"].Text).ToHashSet();
        var copied = Enumerable.Range(0, made.Rows).Count(r => real.Contains(made["id"].Text(r)));
        Assert.True(copied < made.Rows / 20, $"{id}: {copied} identifiers of real rows"); // 360 of a million numbers: by chance about 3
    }

    [Fact]
    public void No_model_knows_network_files_or_processes()
    {
        var wanted = new Regex(@"\b(HttpClient|WebRequest|Socket|TcpClient|Process\.Start|File\.\w+|Directory\.\w+|FileStream|Environment\.GetEnvironmentVariable)\b");
        foreach (var path in Repository.Files("src/Semblance/Models", "*.cs"))
        {
            var match = wanted.Match(SourceCode.Strip(Repository.Read(path)));
            Assert.False(match.Success, $"{path} uses {match.Value}; a model gets its data from its caller and gives them back to it");
        }
    }

    [Fact]
    public void Every_entry_says_what_it_is()
    {
        Assert.NotEmpty(ModelCatalog.Default.Entries);
        Assert.Equal(Ids.Distinct().Count(), Ids.Count());
        Assert.All(ModelCatalog.Default.Entries, entry =>
        {
            Assert.Matches("^[a-z][a-z0-9-]*$", entry.Id);
            Assert.True(entry.Title.Length > 3 && entry.Summary.Length > 20);
            Assert.Equal(entry.Model, ModelCatalog.Default.Create(entry.Id));
        });
        Assert.Contains("cart", Assert.Throws<RecipeException>(() => ModelCatalog.Default.Create("crat")).Message);
    }

    private static IModel<Table> Model(string id) => ModelCatalog.Default.Create(id);

    private static Task<IGenerator<Table>> Fit(string id, Run run) => Model(id).FitAsync(WorstCase.Table, run);

    private static async Task<IGenerator<Table>> Open(string id) => await ModelCatalog.Default.OpenAsync(new MemoryStream(await Fitted[id].Value));

    private static async Task<byte[]> Saved(IGenerator<Table> generator)
    {
        using var stream = new MemoryStream();
        await generator.SaveAsync(stream);
        return stream.ToArray();
    }

    /// <summary>Every entry of the archive, unpacked.</summary>
    private static List<byte[]> Unpack(byte[] archive)
    {
        using var zip = new ZipArchive(new MemoryStream(archive));
        return [.. zip.Entries.Select(entry =>
        {
            using var content = entry.Open();
            using var copy = new MemoryStream();
            content.CopyTo(copy);
            return copy.ToArray();
        })];
    }

    private static bool Holds(List<byte[]> contents, byte[] wanted) => contents.Any(c => c.AsSpan().IndexOf(wanted) >= 0);

    /// <summary>Cancels at the first sign of life.</summary>
    private sealed class CancelAtOnce(CancellationTokenSource source) : IProgress<Step>
    {
        public void Report(Step value) => source.Cancel();
    }
}
