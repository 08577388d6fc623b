using Semblance.Data;
using Semblance.Formats;
using Semblance.Models;
using Semblance.Numerics;

namespace Semblance.Tests.Models;

public sealed class ArfTests
{
    private static readonly Run One = Run.With(1) with { Threads = 2 };

    private static readonly Lazy<Task<TabularGenerator>> Fitted = new(async () => (TabularGenerator)await MadeTable.Of(4_000, 6).FitAsync(new Arf(), One));

    /// <summary>
    /// The bound is 25 standard errors away from independence. A pair whose product alone tells a third column can be seen by no single cut of an adversary, and has to be found all the same.
    /// </summary>
    [Fact]
    public async Task A_relation_that_no_single_cut_can_see_is_found()
    {
        var made = await (await Fitted.Value).GenerateAsync(20_000, One);
        int[] left = MadeTable.Codes(made, "left"), right = MadeTable.Codes(made, "right"), both = MadeTable.Codes(made, "both");
        Assert.InRange(MadeTable.Share(made, row => both[row] == (left[row] ^ right[row])), 0.9, 1); // 0.975 in truth, 0.5 where columns are independent
    }

    [Fact]
    public async Task The_adversary_tells_shuffled_columns_and_then_stops()
    {
        var curve = (await Fitted.Value).About.LossCurve;
        Assert.InRange(curve.Length, 2, new Arf().Rounds);
        Assert.InRange(curve[0], 0.65, 1);
        Assert.True(curve[^1] < curve[0] - 0.1, string.Join(" ", curve));
        using var one = await MadeTable.Of(500, 6).FitAsync(new Arf { Rounds = 1 }, One);
        Assert.Single(one.About.LossCurve);
    }

    /// <summary>Restrictions on categories and numbers at once. All draws weigh the same, and that weight is the share of free rows that satisfy them (5 standard errors).</summary>
    [Fact]
    public async Task A_condition_is_weighed_exactly()
    {
        var generator = await Fitted.Value;
        bool[]?[] allowed = [null, null, null, [false, true], Upper(generator.Codecs[4].Cells, 3), Upper(generator.Codecs[5].Cells, 2)];
        var free = Draw(generator, 200_000, null, null);
        var holding = Enumerable.Range(0, 200_000).Where(row => Enumerable.Range(0, 6).All(c => allowed[c]?[free.Cells[c][row]] ?? true)).ToArray();
        var held = Draw(generator, 50_000, allowed, null);
        for (var c = 0; c < 6; c++)
            if (allowed[c] is { } ok) Assert.All(held.Cells[c], cell => Assert.True(ok[cell]));
        var weight = held.Weights![0];
        Assert.All(held.Weights!, w => Assert.Equal(weight, w));
        Near(weight, holding.Length, 200_000);
        // what is left free is distributed as in the free rows that hold
        for (var c = 0; c < 3; c++) Same(held.Cells[c].Count(cell => cell == 1), 50_000, holding.Count(row => free.Cells[c][row] == 1), holding.Length);
        var middle = held.Cells[4].Order().ElementAt(25_000);
        Same(held.Cells[4].Count(cell => cell < middle), 50_000, holding.Count(row => free.Cells[4][row] < middle), holding.Length);
    }

    /// <summary>A row with known cells is completed as free rows with these cells are (5 standard errors of both).</summary>
    [Fact]
    public async Task Known_cells_are_weighed_exactly()
    {
        var generator = await Fitted.Value;
        var free = Draw(generator, 300_000, null, null);
        foreach (var known in new (int Column, int Cell, int Other, int OtherCell)[] { (3, 1, 1, 1), (3, 0, 2, 1), (0, 1, 5, generator.Codecs[5].MissingCells) })
        {
            var given = Enumerable.Range(0, 6).Select(c => Enumerable.Repeat(c == known.Column ? known.Cell : c == known.Other ? known.OtherCell : -1, 20_000).ToArray()).ToArray();
            var block = Draw(generator, 20_000, null, given);
            Assert.All(block.Cells[known.Column], cell => Assert.Equal(known.Cell, cell));
            var like = Enumerable.Range(0, 300_000).Where(row => free.Cells[known.Column][row] == known.Cell && free.Cells[known.Other][row] == known.OtherCell).ToArray();
            for (var c = 0; c < 4; c++) Same(block.Cells[c].Count(cell => cell == 1), 20_000, like.Count(row => free.Cells[c][row] == 1), like.Length);
            foreach (var share in (double[])[0.1, 0.5, 0.9])
            {
                var cut = block.Cells[4].Order().ElementAt((int)(20_000 * share));
                Same(block.Cells[4].Count(cell => cell < cut), 20_000, like.Count(row => free.Cells[4][row] < cut), like.Length);
            }
        }
    }

    /// <summary>Two categories that no real row holds together, and no constraint forbids: a leaf's doubt makes the pair possible, and without doubt it is refused.</summary>
    [Fact]
    public async Task What_never_stood_together_is_possible_only_with_doubt()
    {
        int[] a = [.. Enumerable.Range(0, 600).Select(i => i % 3)], b = [.. a.Select(x => x == 2 ? 0 : x)];
        var table = new Table([new CategoryColumn(new("a", ColumnKind.Category), a, ["x", "y", "z"]), new CategoryColumn(new("b", ColumnKind.Category), b, ["p", "q"])]);
        var asked = new Request(50) { Where = new("a = 'x' and b = 'q'") };
        using var doubting = await new Arf { LeafRows = 200 }.FitAsync(table, One);
        Assert.Equal(50, (await doubting.GenerateAsync(asked, One)).Where(asked.Where!).Rows);
        using var sure = await new Arf { Doubt = 0 }.FitAsync(table, One);
        Assert.StartsWith("SB401", (await Assert.ThrowsAsync<GenerateException>(() => sure.GenerateAsync(asked, One))).Code, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_leaf_holds_enough_rows_and_every_row_lies_in_one_leaf_of_each_tree()
    {
        var generator = await Fitted.Value;
        var forest = ArfForest.Load(Archive(generator), new TabularParts(generator.Schema, generator.Codecs));
        for (var leaf = 0; leaf < forest.Leaves; leaf++) Assert.True(forest.RowsOf(leaf) >= new Arf().LeafRows);
        var free = Draw(generator, 500, null, null);
        var leaves = new List<int>();
        for (var row = 0; row < 500; row++)
        {
            leaves.Clear();
            forest.Visit([.. free.Cells.Select(cells => cells[row])], [], leaves);
            Assert.Equal(new Arf().Trees, leaves.Count);
            foreach (var leaf in leaves)
                for (var c = 0; c < 6; c++) Assert.True(forest.Box(leaf, c).Has(forest.Columns[c].BinOfCell[free.Cells[c][row]]));
        }
        leaves.Clear();
        forest.Visit([-1, -1, -1, -1, -1, -1], [], leaves);
        Assert.Equal(Enumerable.Range(0, forest.Leaves), leaves.Order());
    }

    [Fact]
    public async Task A_damaged_file_is_refused()
    {
        var generator = await Fitted.Value;
        var parts = new TabularParts(generator.Schema, generator.Codecs);
        var sound = Archive(generator);
        var (nexts, starts, cells, features) = (sound.Get<int>("nexts"), sound.Get<int>("starts"), sound.Get<ushort>("cells"), sound.Get<ushort>("features"));
        Refused("nexts", With(nexts, 0, 0)); // a circle
        Refused("nexts", With(nexts, 0, nexts.Length));
        Refused("nexts", With(nexts, Array.LastIndexOf(features, ushort.MaxValue), starts.Length));
        Refused("features", With(features, 0, (ushort)6));
        Refused("cuts", With(sound.Get<int>("cuts"), 0, int.MaxValue));
        Refused("roots", [.. sound.Get<int>("roots"), 0]);
        Refused("starts", With(starts, 1, 0));
        Refused("starts", With(starts, 1, starts[^1] + 1));
        Refused("cells", With(cells, 0, (ushort)60_000));
        Refused("cells", cells[1..]);
        Refused("counts/0", With(sound.Get<int>("counts/0"), 0, -1));
        Refused("bins/4", With(sound.Get<byte>("bins/4"), 0, (byte)200));

        void Refused<T>(string name, T[] values) where T : unmanaged
        {
            var damaged = Archive(generator, name);
            damaged.Add<T>(name, values);
            Assert.Throws<DataException>(() => ArfForest.Load(damaged, parts));
        }

        static T[] With<T>(T[] values, int at, T value)
        {
            var copy = values.ToArray();
            copy[at] = value;
            return copy;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(126)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(254)]
    [InlineData(255)]
    public void Bins_up_to_one_are_those_and_no_others(int bin)
    {
        var set = BinSet.UpTo(bin);
        for (var b = 0; b < 256; b++) Assert.Equal(b <= bin, set.Has(b));
        Assert.Equal((0, bin), (set.First, set.Last));
        var others = new BinSet(UInt128.MaxValue, UInt128.MaxValue).And(set, negated: true);
        Assert.Equal((bin + 1, bin == 255 ? -1 : 255), (others.First, others.Last));
    }

    [Theory]
    [InlineData("trees", "0")]
    [InlineData("trees", "201")]
    [InlineData("leafRows", "1")]
    [InlineData("rounds", "0")]
    [InlineData("delta", "-0.1")]
    [InlineData("doubt", "11")]
    public async Task Settings_out_of_range_are_named(string key, string value)
    {
        var model = ModelCatalog.Default.Create("arf", [new(key, value)]);
        var error = await Assert.ThrowsAsync<RecipeException>(() => model.FitAsync(MadeTable.Of(50, 1), One));
        Assert.Equal("SB2022", error.Code);
        Assert.Contains(key, error.Message, StringComparison.Ordinal);
    }

    private static bool[] Upper(int cells, int part) => [.. Enumerable.Range(0, cells).Select(cell => cell >= cells - cells / part)];

    private static SampleBlock Draw(TabularGenerator generator, int rows, bool[]?[]? allowed, int[][]? given)
    {
        var weights = new double[rows];
        Array.Fill(weights, 1.0);
        var streams = Enumerable.Range(0, generator.Codecs.Length).Select(c => new RandomStream(new Seed((ulong)(allowed is null ? 5 : 6)), $"draw/{c}/{given is null}")).ToArray();
        var block = new SampleBlock(streams, [.. Enumerable.Range(0, rows).Select(i => (long)i)], 0) { Allowed = allowed, Weights = weights, Given = given };
        generator.Sampler.Sample(block);
        return block;
    }

    private static void Near(double p, int hits, int of) => Assert.InRange(hits / (double)of, p - 5 * Math.Sqrt(p * (1 - p) / of), p + 5 * Math.Sqrt(p * (1 - p) / of));

    private static void Same(int a, int of, int b, int of2)
    {
        double p = (a + b) / (double)(of + of2), error = Math.Sqrt(p * (1 - p) * (1.0 / of + 1.0 / of2));
        Assert.InRange(a / (double)of - b / (double)of2, -5 * error - 1e-12, 5 * error + 1e-12);
    }

    /// <summary>The archive of a model, but for one array.</summary>
    private static ModelArchive Archive(TabularGenerator generator, string? without = null)
    {
        var whole = new ModelArchive();
        generator.Sampler.Save(whole);
        if (without is null) return whole;
        var part = new ModelArchive();
        part.Json["doubt"] = 0.1;
        for (var c = 0; c < generator.Codecs.Length; c++)
        {
            if (without != $"counts/{c}") part.Add<int>($"counts/{c}", whole.Get<int>($"counts/{c}"));
            if (without != $"bins/{c}") part.Add<byte>($"bins/{c}", whole.Get<byte>($"bins/{c}"));
        }
        foreach (var name in (string[])["roots", "cuts", "nexts", "starts"])
            if (name != without) part.Add<int>(name, whole.Get<int>(name));
        foreach (var name in (string[])["features", "cells"])
            if (name != without) part.Add<ushort>(name, whole.Get<ushort>(name));
        part.Add<long>("masks", whole.Get<long>("masks"));
        return part;
    }
}
