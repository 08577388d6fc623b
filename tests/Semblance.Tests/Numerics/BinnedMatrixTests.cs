using FsCheck;
using FsCheck.Fluent;
using Semblance.Numerics;

namespace Semblance.Tests.Numerics;

public sealed class BinnedMatrixTests
{
    private static readonly Run Run = Run.With(3) with { Threads = 1 };

    // Few and many distinct values, gaps, infinities, both zeros: whatever a column may hold.
    private static Arbitrary<float[]> Columns { get; } = Gen.Frequency(
        (6, Gen.Choose(-1_000_000, 1_000_000).Select(i => i / 7f)),
        (4, Gen.Choose(-3, 3).Select(i => (float)i)),
        (1, Gen.Elements(float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f, 0f, float.Epsilon, float.MaxValue, float.MinValue)))
        .ArrayOf().ToArbitrary();

    [Fact]
    public void Codes_keep_the_order_and_missing_is_zero() => Prop.ForAll(Columns, Gen.Choose(2, 255).ToArbitrary(), (column, maxBins) =>
    {
        var matrix = BinnedMatrix.Build([column], Run, default, maxBins);
        var codes = matrix.Column(0);
        for (var i = 0; i < column.Length; i++)
        {
            if (float.IsNaN(column[i]) != (codes[i] == 0) || codes[i] >= matrix.Bins(0) || matrix.Bins(0) > maxBins + 1 + (column.Length == 0 ? 1 : 0)) return false;
            for (var j = 0; j < i; j++)
                if (column[i] < column[j] ? codes[i] > codes[j] : column[i] == column[j] && codes[i] != codes[j]) return false;
        }
        return true;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Few_distinct_values_get_a_bin_each() => Prop.ForAll(Columns, column =>
    {
        var codes = BinnedMatrix.Build([column], Run).Column(0).ToArray();
        var values = column.Where(v => !float.IsNaN(v)).Select(v => v + 0f).Distinct().Count();
        return values > 255 || codes.Where(c => c > 0).Distinct().Count() == values;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_same_rows_coded_again_give_the_same_codes() => Prop.ForAll(Columns, column =>
    {
        var matrix = BinnedMatrix.Build([column], Run, default, 16);
        return matrix.Bin([column]).Column(0).SequenceEqual(matrix.Column(0));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_column_is_cut_into_even_shares_and_a_frequent_value_stands_alone()
    {
        var column = new float[30_000];
        for (var i = 0; i < column.Length; i++) column[i] = i % 3 == 0 ? 5000 : (i * 7919L) % 30_000;
        var matrix = BinnedMatrix.Build([column], Run);
        var counts = new int[256];
        foreach (var code in matrix.Column(0)) counts[code]++;
        var spike = matrix.Bin([[5000f, 4999f, 5001f]]).Column(0);
        Assert.True(spike[0] != spike[1] && spike[0] != spike[2]);
        counts[spike[0]] = 0;
        var fair = 20_000 / 254.0;
        Assert.InRange(counts.Max(), fair, 1.2 * fair);
        Assert.InRange(matrix.Bins(0), 250, 256);
    }

    [Fact]
    public void Unseen_values_go_to_the_nearer_bin()
    {
        var matrix = BinnedMatrix.Build([[1f, 2f, 10f]], Run);
        Assert.Equal(new byte[] { 1, 1, 2, 2, 3, 3, 0 }, matrix.Bin([[-5f, 1.4f, 1.6f, 5f, 7f, 99f, float.NaN]]).Column(0).ToArray());
        Assert.Equal(3, matrix.Edges.Encode(0, 7f));
    }

    [Fact]
    public void Edges_do_not_depend_on_the_thread_count()
    {
        var columns = new float[5][];
        for (var f = 0; f < columns.Length; f++)
        {
            var draw = Run.Stream($"test/{f}").Sequence();
            columns[f] = new float[9000];
            foreach (ref var v in columns[f].AsSpan()) v = (float)(draw.NextUnit() - 0.5) * (f + 1);
        }
        var one = BinnedMatrix.Build(columns, Run);
        var two = BinnedMatrix.Build(columns, Run with { Threads = 2 });
        for (var f = 0; f < columns.Length; f++)
        {
            Assert.Equal(one.Column(f).ToArray(), two.Column(f).ToArray());
            Assert.Equal(one.Edges.Cuts(f).ToArray(), two.Edges.Cuts(f).ToArray());
        }
    }

    [Fact]
    public void Stored_edges_code_the_same_and_damaged_ones_are_refused()
    {
        var matrix = BinnedMatrix.Build([[3f, 1f, float.NaN, 2f], [0f, 0f, 0f, 0f]], Run);
        var again = BinEdges.FromCuts([matrix.Edges.Cuts(0).ToArray(), matrix.Edges.Cuts(1).ToArray()]);
        Assert.Equal(matrix.Column(0).ToArray(), BinnedMatrix.Bin(again, [[3f, 1f, float.NaN, 2f], [0f, 0f, 0f, 0f]]).Column(0).ToArray());
        Assert.Equal("SB5041", Assert.Throws<DataException>(() => BinEdges.FromCuts([[1f, 1f]])).Code);
        Assert.Throws<DataException>(() => BinEdges.FromCuts([[float.NaN]]));
        Assert.Throws<DataException>(() => BinEdges.FromCuts([new float[255]]));
    }

    [Fact]
    public void Features_of_different_lengths_are_refused() => Assert.Throws<ArgumentException>(() => BinnedMatrix.Build([[1f], [1f, 2f]], Run));
}
