using FsCheck;
using FsCheck.Fluent;
using Semblance.Data;

namespace Semblance.Tests.Transforms;

public sealed class TableSplitTests
{
    private static Table Numbered(int rows) =>
        new([new NumberColumn(new ColumnSchema("n", ColumnKind.Integer), [.. Enumerable.Range(0, rows).Select(i => (double)i)])]);

    private static double[] Values(Table table) => ((NumberColumn)table.Columns[0]).Values;

    [Fact]
    public void Every_row_lands_in_exactly_one_part_in_its_old_order() =>
        Prop.ForAll(Gen.Choose(1, 500).ToArbitrary(), Gen.Choose(1, 99).ToArbitrary(), (rows, percent) =>
        {
            var (train, holdout) = Numbered(rows).Split(percent / 100.0, Run.With(5));
            double[] a = Values(train), b = Values(holdout);
            return a.Concat(b).Order().SequenceEqual(Enumerable.Range(0, rows).Select(i => (double)i))
                && a.SequenceEqual(a.Order()) && b.SequenceEqual(b.Order()) && a.Length >= 1 && Math.Abs(a.Length - rows * percent / 100.0) <= 1;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Same_seed_gives_same_parts_and_another_seed_others()
    {
        var table = Numbered(1000);
        Assert.Equal(Values(table.Split(0.8, Run.With(1)).Train), Values(table.Split(0.8, Run.With(1)).Train));
        Assert.NotEqual(Values(table.Split(0.8, Run.With(1)).Train), Values(table.Split(0.8, Run.With(2)).Train));
    }

    [Fact]
    public void A_row_is_held_out_as_often_as_the_share_says()
    {
        // 400 seeds, row 7: Binomial(400, 0.2), mean 80, sd 8; outside 80 +- 40 (5 sd) by chance once in 1.7 million.
        var out7 = Enumerable.Range(0, 400).Count(seed => Values(Numbered(50).Split(0.8, Run.With((ulong)seed)).Holdout).Contains(7));
        Assert.InRange(out7, 40, 120);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_share_outside_0_to_1_is_refused(double share) => Assert.Throws<ArgumentOutOfRangeException>(() => Numbered(5).Split(share, Run.With(1)));
}
