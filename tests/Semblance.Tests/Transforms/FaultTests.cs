using System.Collections.Immutable;
using Semblance.Data;
using Semblance.Numerics;
using Semblance.Rules;
using Semblance.Transforms;

namespace Semblance.Tests.Transforms;

/// <summary>Faults against their answer key, and rates within 5 standard deviations of a binomial: a right one fails once in a million times.</summary>
public sealed class FaultTests
{
    private const int Rows = 20_000;

    private static readonly Table Clean = Made();

    private static readonly ImmutableArray<Fault> All =
    [
        new Fault.Drift("temperature", 5) { From = 10_000, To = 15_000 },
        new Fault.Outlier("income", 0.01),
        new Fault.Outlier("age", 0.005) { Factor = 1, Distance = 200 },
        new Fault.Label("class", 0.1),
        new Fault.Swap("first", "last", 0.02),
        new Fault.Typo("last", 0.05),
        new Fault.Format("born", 0.03),
        new Fault.Duplicates(0.04),
        new Fault.Duplicates(0.03) { Changes = 0.2 },
        new Fault.Missing("age", 0.1),
        new Fault.Missing("income", 0.3) { When = new("age > 50"), Otherwise = 0.05 },
        new Fault.Missing("temperature", 0.4) { When = new("temperature > 25"), Otherwise = 0.02 },
    ];

    private static Table Made()
    {
        var stream = new RandomStream(new Seed(3), "tests/faults");
        double[] age = new double[Rows], income = new double[Rows], temperature = new double[Rows];
        Distribution.IntegerUniform(18, 90).Fill(stream, 0, 0, age);
        Distribution.Lognormal(10, 0.5).Fill(stream, 0, 64, income);
        Distribution.Normal(20, 5).Fill(stream, 0, 128, temperature);
        for (var i = 0; i < Rows; i++) (income[i], temperature[i]) = (Math.Round(income[i], 2), Math.Round(temperature[i], 1));
        var us = Semblance.Forms.Locale.Find("en-US");
        string?[] first = new string?[Rows], last = new string?[Rows];
        var (codes, ticks) = (new int[Rows], new long[Rows]);
        for (var i = 0; i < Rows; i++)
        {
            (first[i], last[i]) = (us.Form("given-name").Make((ulong)i), i % 50 == 0 ? null : us.Form("family-name").Make((ulong)i));
            codes[i] = RandomStream.Below(stream.Words(i, 300).A, 3);
            ticks[i] = new DateTime(1950, 1, 1).AddDays(RandomStream.Below(stream.Words(i, 301).A, 20_000)).Ticks;
        }
        return new(
        [
            new NumberColumn(new("age", ColumnKind.Integer), age),
            new NumberColumn(new("income", ColumnKind.Decimal) { Number = new(2, 2), MissingMarkers = ["?"] }, income),
            new NumberColumn(new("temperature", ColumnKind.Decimal) { Number = new(1, 1) }, temperature),
            FaultColumn.OfTexts(new("first", ColumnKind.Text), first),
            FaultColumn.OfTexts(new("last", ColumnKind.Text) { MissingMarkers = ["-"] }, last),
            new CategoryColumn(new("class", ColumnKind.Category), codes, ["a", "b", "c"]),
            new DateTimeColumn(new("born", ColumnKind.DateTime) { Format = "yyyy-MM-dd" }, ticks),
        ]);
    }

    private static FaultedBlock Damage(params Fault[] faults) => new FaultLayer([.. faults], Clean.Schema).Apply(Clean, 0, Run.With(7), "people");

    private static int Hits(FaultedBlock block, string column, FaultKind kind) => block.Key.Count(e => e.Column == column && e.Kind == kind);

    private static void Within(int count, double n, double rate)
    {
        var spread = 5 * Math.Sqrt(n * rate * (1 - rate)) + 1;
        Assert.InRange(count, n * rate - spread, n * rate + spread);
    }

    private static string? Text(Column column, int row) => column.IsMissing(row) ? null : column.Text(row);

    [Fact]
    public void The_clean_table_and_the_key_make_the_damaged_one()
    {
        var block = Damage([.. All]);
        var key = block.Key.ToDictionary(e => (e.Row, e.Column));
        Assert.Equal(block.Key.Length, key.Count);
        Assert.True(block.Key.Select(e => e.Row).SequenceEqual(block.Key.Select(e => e.Row).Order()));
        for (var row = 0; row < block.Damaged.Rows; row++)
        {
            var origin = (int)block.Origins[row];
            Assert.Equal(row >= Rows, key.ContainsKey((row, "")));
            if (row >= Rows) Assert.Equal(origin.ToString(), key[(row, "")].Clean);
            else Assert.Equal(row, origin);
            foreach (var column in Clean.Columns)
            {
                var (was, now) = (Text(column, origin), Text(block.Damaged[column.Name], row));
                if (!key.TryGetValue((row, column.Name), out var entry)) Assert.Equal(was, now);
                else
                {
                    Assert.Equal(was, entry.Clean);
                    Assert.NotEqual(was, now);
                    Assert.Equal(entry.Kind == FaultKind.Missing, now is null);
                }
            }
        }
        Assert.Equal(Enum.GetValues<FaultKind>().Order(), block.Key.Select(e => e.Kind).Distinct().Order());
        var table = block.KeyTable(100);
        Assert.Equal(block.Key.Length, table.Rows);
        Assert.Equal((100 + block.Key[5].Row).ToString(), table["row"].Text(5));
        Assert.Equal(block.Damaged.Schema, new FaultLayer(All, Clean.Schema).Damaged);
    }

    [Fact]
    public void Any_part_alone_is_damaged_alike()
    {
        var layer = new FaultLayer(All, Clean.Schema);
        var whole = layer.Apply(Clean, 0, Run.With(7), "people");
        foreach (var (first, count) in new[] { (0, 500), (4096, 777), (19_000, 1000) })
        {
            var part = layer.Apply(Clean.Take([.. Enumerable.Range(first, count)]), first, Run.With(7), "people");
            for (var row = 0; row < count; row++)
                foreach (var column in part.Damaged.Columns) Assert.Equal(Text(whole.Damaged[column.Name], first + row), Text(column, row));
            Assert.Equal(whole.Key.Where(e => e.Row >= first && e.Row < first + count).Select(e => e with { Row = e.Row - first }), part.Key.Where(e => e.Row < count));
            // the same rows have copies, changed alike
            string[] Copies(FaultedBlock b, int from) => [.. Enumerable.Range(from, b.Damaged.Rows - from).Where(r => b.Origins[r] >= first && b.Origins[r] < first + count)
                .Select(r => b.Origins[r] + string.Join('|', b.Damaged.Columns.Select(c => Text(c, r)))).Order()];
            Assert.Equal(Copies(whole, Rows), Copies(part, count));
        }
        Assert.NotEqual(Damage(All[3]).Key.AsEnumerable(), layer.Apply(Clean, 0, Run.With(8), "people").Key);
    }

    [Fact]
    public async Task Blocks_in_a_row_are_the_whole()
    {
        var layer = new FaultLayer([All[5], All[9]], Clean.Schema);
        var entries = new List<FaultEntry>();
        var first = 0;
        async IAsyncEnumerable<Table> BlocksOf()
        {
            for (var row = 0; row < Rows; row += 4096) yield return Clean.Take([.. Enumerable.Range(row, Math.Min(4096, Rows - row))]);
            await Task.CompletedTask;
        }
        await foreach (var block in layer.ApplyAsync(BlocksOf(), Run.With(7), "people"))
        {
            entries.AddRange(block.Key.Select(e => e with { Row = e.Row + first }));
            first += block.Damaged.Rows;
        }
        Assert.Equal(layer.Apply(Clean, 0, Run.With(7), "people").Key.AsEnumerable(), entries);
    }

    [Fact]
    public void Rates_are_as_asked()
    {
        Within(Hits(Damage(All[1]), "income", FaultKind.Outlier), Rows, 0.01);
        Within(Hits(Damage(All[3]), "class", FaultKind.Label), Rows, 0.1);
        Within(Hits(Damage(All[9]), "age", FaultKind.Missing), Rows, 0.1);
        Within(Hits(Damage(All[5]), "last", FaultKind.Typo), Rows * 0.98, 0.05); // a fiftieth is missing
        Within(Hits(Damage(All[6]), "born", FaultKind.Format), Rows, 0.03);
        Within(Damage(All[7]).Damaged.Rows - Rows, Rows, 0.04);
        var near = Damage(All[8]);
        Within(near.Damaged.Rows - Rows, Rows, 0.03);
        Assert.All(near.Key.Where(e => e.Column == ""), e => Assert.Equal(FaultKind.NearDuplicate, e.Kind));
        Assert.All(Damage(All[7]).Key, e => Assert.Equal(FaultKind.Duplicate, e.Kind));
        Assert.Empty(Damage(new Fault.Typo("last", 0)).Key);
        Assert.Equal(Rows, Hits(Damage(new Fault.Missing("age", 1)), "age", FaultKind.Missing));
    }

    /// <summary>Difference of a column's mean between rows where another went missing and where not, in standard errors: beyond 5 by chance once in a million times.</summary>
    private static double Dependence(FaultedBlock block, string lost, string on)
    {
        var values = ((NumberColumn)Clean[on]).Values;
        var gone = Enumerable.Range(0, Rows).Where(r => block.Damaged[lost].IsMissing(r)).Select(r => values[r]).ToList();
        var stays = Enumerable.Range(0, Rows).Where(r => !block.Damaged[lost].IsMissing(r)).Select(r => values[r]).ToList();
        static double Spread(List<double> x) => x.Sum(v => (v - x.Average()) * (v - x.Average())) / x.Count / x.Count;
        return (gone.Average() - stays.Average()) / Math.Sqrt(Spread([.. gone.Take(1500)]) * Math.Min(1500, gone.Count) / gone.Count + Spread([.. stays.Take(1500)]) * 1500 / stays.Count);
    }

    [Fact]
    public void Missing_completely_at_random_depends_on_nothing_the_others_on_what_they_say()
    {
        var (mcar, mar, mnar) = (Damage(All[9]), Damage(All[10]), Damage(All[11]));
        foreach (var on in new[] { "age", "income", "temperature" }) Assert.InRange(Dependence(mcar, "age", on), -5, 5);
        Assert.InRange(Dependence(mar, "income", "age"), 20, 1000);
        Assert.InRange(Dependence(mar, "income", "temperature"), -5, 5);
        Assert.InRange(Dependence(mnar, "temperature", "temperature"), 20, 1000);
        Assert.InRange(Dependence(mnar, "temperature", "age"), -5, 5);
        var old = Enumerable.Range(0, Rows).Where(r => ((NumberColumn)Clean["age"]).Values[r] > 50).ToList();
        Within(old.Count(r => mar.Damaged["income"].IsMissing(r)), old.Count, 0.3);
        Within(Enumerable.Range(0, Rows).Except(old).Count(r => mar.Damaged["income"].IsMissing(r)), Rows - old.Count, 0.05);
    }

    [Fact]
    public void Symmetric_label_noise_picks_all_others_alike_and_confusions_only_what_they_name()
    {
        var symmetric = Damage(All[3]);
        var damaged = symmetric.Damaged["class"];
        foreach (var from in new[] { "a", "b", "c" })
        {
            var hit = symmetric.Key.Where(e => e.Clean == from).Select(e => damaged.Text(e.Row)).ToList();
            var other = from == "a" ? "b" : "a";
            Within(hit.Count(t => t == other), hit.Count, 0.5);
        }
        var confused = Damage(new Fault.Label("class", 0) { Confusions = [("a", "b", 0.2), ("a", "c", 0.05), ("b", "c", 0.1)] });
        var codes = ((CategoryColumn)Clean["class"]).Codes;
        int Moved(string from, string to) => confused.Key.Count(e => e.Clean == from && confused.Damaged["class"].Text(e.Row) == to);
        Within(Moved("a", "b"), codes.Count(c => c == 0), 0.2);
        Within(Moved("a", "c"), codes.Count(c => c == 0), 0.05);
        Within(Moved("b", "c"), codes.Count(c => c == 1), 0.1);
        Assert.Equal(confused.Key.Length, Moved("a", "b") + Moved("a", "c") + Moved("b", "c"));
    }

    [Fact]
    public void Drift_grows_and_stays_and_outliers_are_far()
    {
        var drift = Damage(All[0]);
        var (was, now) = (((NumberColumn)Clean["temperature"]).Values, ((NumberColumn)drift.Damaged["temperature"]).Values);
        for (var row = 0; row < Rows; row++) Assert.Equal(5 * Math.Clamp((row - 10_000) / 5000.0, 0, 1), now[row] - was[row], 0.051);
        var outliers = Damage(All[2]);
        Assert.All(outliers.Key, e => Assert.Equal(200, Math.Abs(((NumberColumn)outliers.Damaged["age"]).Values[e.Row] - double.Parse(e.Clean!)), 1e-9));
    }

    [Theory]
    [InlineData(TypoKinds.Drop, -1)]
    [InlineData(TypoKinds.Double, 1)]
    [InlineData(TypoKinds.Transpose, 0)]
    [InlineData(TypoKinds.Keyboard, 0)]
    public void A_slip_does_what_its_kind_says(TypoKinds kind, int longer)
    {
        var block = Damage(new Fault.Typo("last", 0.2) { Kinds = kind });
        Assert.True(block.Key.Length > 1000);
        foreach (var entry in block.Key)
        {
            var now = block.Damaged["last"].Text(entry.Row);
            Assert.Equal(entry.Clean!.Length + longer, now.Length);
            if (kind == TypoKinds.Transpose) Assert.Equal(entry.Clean.Order(), now.Order());
            if (kind == TypoKinds.Keyboard) Assert.Equal(1, entry.Clean.Zip(now).Count(p => p.First != p.Second));
        }
    }

    [Fact]
    public void Faults_that_do_not_fit_are_told()
    {
        string Code(Fault fault) => Assert.ThrowsAny<SemblanceException>(() => new FaultLayer([fault], Clean.Schema)).Code;
        Assert.Equal("SB1202", Code(new Fault.Typo("lst", 0.1)));
        Assert.Equal("SB1310", Code(new Fault.Outlier("first", 0.1)));
        Assert.Equal("SB1310", Code(new Fault.Label("age", 0.1)));
        Assert.Equal("SB2190", Code(new Fault.Typo("last", 1.1)));
        Assert.Equal("SB2190", Code(new Fault.Missing("last", double.NaN)));
        Assert.Equal("SB2190", Code(new Fault.Drift("age", 1) { From = 5, To = 5 }));
        Assert.Equal("SB2190", Code(new Fault.Label("class", 0) { Confusions = [("a", "b", 0.7), ("a", "c", 0.7)] }));
        Assert.StartsWith("SB20", Code(new Fault.Missing("age", 0.1) { When = new("nonsense > 3") }), StringComparison.Ordinal);
    }
}
