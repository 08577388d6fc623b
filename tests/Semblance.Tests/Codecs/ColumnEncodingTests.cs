using FsCheck;
using FsCheck.Fluent;
using Semblance.Codecs;
using Semblance.Data;
using Semblance.Models;
using Semblance.Numerics;
using Semblance.Tests.Contracts;
using Semblance.Tests.Models;

namespace Semblance.Tests.Codecs;

/// <summary>Columns cut otherwise than usual: what is kept, what is refused, what is written and read back.</summary>
public sealed class ColumnEncodingTests
{
    private const int Rare = 5;

    private static readonly RandomStream Stream = new(new Seed(1), "codec");

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var column in WorstCase.Table.Columns.Where(c => c is NumberColumn or DateTimeColumn))
                foreach (var encoding in (string[])["levels", "ranges 2", "ranges 20"]) cases.Add(column.Name, encoding);
            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Cells_come_back_as_themselves_also_from_the_saved_state(string name, string encoding)
    {
        var column = WorstCase.Table[name];
        var codec = ColumnCodec.Learn(column, Rare, ColumnEncoding.Parse(encoding));
        Assert.Equal(encoding != "levels", codec.Ordered);
        Assert.True(codec.HasRanges);
        var cells = Encode(codec, column);
        for (var row = 0; row < cells.Length; row++)
            Assert.Equal(column.MissingCode(row), cells[row] >= 0 && cells[row] < codec.MissingCells ? cells[row] : -1);
        int[] present = [.. cells.Where(c => c >= 0)];
        long[] rows = [.. present.Select((_, i) => (long)i)];
        var decoded = codec.Decode(present, rows, Stream, 0);
        Assert.Equal(column.Schema, decoded.Schema);
        // the end of a range may, rounded, be the beginning of the next
        Assert.InRange(present.Zip(Encode(codec, decoded)).Count(p => p.First != p.Second && !(codec.Ordered && Math.Abs(p.First - p.Second) == 1)), 0, encoding == "levels" ? present.Length / 20 : 0);
        var copy = ColumnCodec.FromState(codec.State);
        Assert.Equal((codec.Cells, codec.Ordered, codec.Note), (copy.Cells, copy.Ordered, copy.Note));
        Assert.Equal(Enumerable.Range(0, decoded.Count).Select(decoded.Text), Enumerable.Range(0, decoded.Count).Select(copy.Decode(present, rows, Stream, 0).Text));
    }

    [Fact]
    public void Levels_are_values_that_stand_out_most_frequent_first_and_few()
    {
        var random = new RandomStream(new Seed(3), "levels").Sequence();
        double[] values = [.. Enumerable.Range(0, 9_000).Select(i => i % 3 == 0 ? Math.Round(1e6 * random.NextUnit()) : 7 + 13 * (random.NextBelow(900) * random.NextBelow(900) / 900))];
        var column = new NumberColumn(new("x", ColumnKind.Integer) { Number = NumberForm.Integer }, values);
        var codec = ColumnCodec.Learn(column, Rare, ColumnEncoding.Levels);
        Assert.InRange(codec.Cells, 100, 240);
        var rows = Encode(codec, column).CountBy(c => c).ToDictionary();
        Assert.Equal(rows.Values.OrderDescending(), rows.OrderBy(r => r.Key).Select(r => r.Value));
        Assert.InRange(ColumnCodec.Learn(column, Rare, ColumnEncoding.InRanges(20)).Cells, 10, 60);
        Assert.True(ColumnCodec.Learn(column, Rare).Cells > 500);
    }

    [Fact]
    public void Only_columns_with_frequent_values_suit_levels()
    {
        Assert.True(LevelsCodec.Suits(Numbers(i => 3 + 17 * (i * 7 % 40)), Rare));
        Assert.False(LevelsCodec.Suits(Numbers(i => i * 1.7), Rare)); // nothing twice
        Assert.False(LevelsCodec.Suits(Numbers(i => i % 2), Rare)); // two values have no order to lose
        Assert.False(LevelsCodec.Suits(MadeTable.Of(500, 1)["group"], Rare));

        static NumberColumn Numbers(Func<int, double> of) => new(new("x", ColumnKind.Decimal) { Number = new(0, 1) }, [.. Enumerable.Range(0, 1_000).Select(of)]);
    }

    [Fact]
    public void A_damaged_order_of_values_is_refused()
    {
        var state = ColumnCodec.Learn(new NumberColumn(new("x", ColumnKind.Integer) { Number = NumberForm.Integer }, [.. Enumerable.Range(0, 200).Select(i => (double)(i % 5))]), Rare, ColumnEncoding.Levels).State;
        Assert.Equal("levels", state.Type);
        double[][] damaged = [[], [1e9, .. state.Numbers[1..]], [.. state.Numbers[..2], state.Numbers[1], .. state.Numbers[3..]], [state.Numbers[0], 0.5, .. state.Numbers[2..]], [state.Numbers[0] - 1, .. state.Numbers[2..]], [double.NaN, .. state.Numbers[1..]]];
        foreach (var numbers in damaged) Assert.Equal("SB5030", Assert.Throws<DataException>(() => ColumnCodec.FromState(state with { Numbers = numbers })).Code);
        Assert.Equal("SB5030", Assert.Throws<DataException>(() => ColumnCodec.FromState(state with { Texts = ["levels"] })).Code);
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var names = Gen.OneOf(ArbMap.Default.GeneratorFor<NonNull<string>>().Select(s => s.Get), Gen.Elements("a", "a: b", "a;b", "`", " ", "", "x`; y: levels", "capital-gain"));
        var encodings = Gen.Elements(ColumnEncoding.Levels, ColumnEncoding.InRanges(2), ColumnEncoding.InRanges(8_192));
        var all = names.Zip(encodings).ListOf().Select(list => list.Aggregate(ColumnEncodings.None, (e, c) => e.With(c.Item1, c.Item2)));
        Prop.ForAll(all.ToArbitrary(), e => ColumnEncodings.Parse(e.ToString()).Equals(e)).QuickCheckThrowOnFailure();
        Assert.Equal(ColumnEncodings.None, ColumnEncodings.Parse(""));
        Assert.Equal("a: levels; b c: ranges 20", ColumnEncodings.Parse(" b c : ranges 20 ;a:levels").ToString());
        Assert.Equal(ColumnEncoding.Line, ColumnEncodings.Parse("a: levels").With("a", ColumnEncoding.Line)["a"]);
    }

    [Theory]
    [InlineData("levels")]
    [InlineData("a: level")]
    [InlineData("a: ranges 1")]
    [InlineData("a: ranges 8193")]
    [InlineData("a: ranges -2")]
    [InlineData("a: levels; a: levels")]
    [InlineData("`a: levels")]
    [InlineData("`a` levels")]
    public void What_makes_no_sense_is_refused(string text) => Assert.Equal("SB2025", Assert.Throws<RecipeException>(() => ColumnEncodings.Parse(text)).Code);

    private static readonly Table Real = MadeTable.Of(240, 3);

    public static TheoryData<string> Models => [.. ModelCatalog.Default.Entries.Where(e => e.Model is IEncodes).Select(e => e.Id)];

    [Theory, MemberData(nameof(Models))]
    public async Task Every_model_takes_it_keeps_it_and_gives_the_users_schema(string id)
    {
        List<KeyValuePair<string, string>> settings = [new("encoding", "height: ranges 3; spiky: levels")];
        if (id is "tvae" or "diffusion" or "argn") settings.Add(new("epochs", "2"));
        if (id == "ctgan") settings.Add(new("steps", "5"));
        using var generator = await Real.FitAsync(ModelCatalog.Default.Create(id, settings), Run.With(1));
        Assert.Equal("height: ranges 3; spiky: levels", generator.About.Spec["encoding"]);
        Assert.Contains("column `spiky`: taken by its values", generator.About.Notes);
        Assert.Equal(Real.Schema, generator.Schema);
        using var file = new MemoryStream();
        await generator.SaveAsync(file);
        file.Position = 0;
        using var again = await ModelCatalog.Default.OpenAsync(file);
        Assert.Equal(Real.Schema, again.Schema);
        var request = new Request(50) { Where = new("spiky <= 0 and height > 140") };
        var (made, remade) = (await generator.GenerateAsync(request, Run.With(2)), await again.GenerateAsync(request, Run.With(2)));
        Assert.All(MadeTable.Values(made, "spiky"), v => Assert.Equal(0, v));
        Assert.Equal(MadeTable.Values(made, "height"), MadeTable.Values(remade, "height"));
    }

    [Fact]
    public async Task Columns_that_are_not_there_or_hold_no_numbers_are_refused()
    {
        Assert.Equal("SB2026", (await Assert.ThrowsAsync<RecipeException>(() => FitAsync("group: levels"))).Code);
        await Assert.ThrowsAsync<SchemaException>(() => FitAsync("heigth: levels"));

        static Task<IGenerator<Table>> FitAsync(string encoding) => Real.FitAsync(new Independent { Encoding = ColumnEncodings.Parse(encoding) }, Run.With(1));
    }

    private static int[] Encode(ColumnCodec codec, Column column)
    {
        var cells = new int[column.Count];
        codec.Encode(column, cells);
        return cells;
    }
}
