using FsCheck;
using FsCheck.Fluent;
using Semblance.Numerics;

namespace Semblance.Tests.Numerics;

public sealed class NearestNeighborsTests
{
    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(33, 7, 3, 5)]
    [InlineData(200, 131, 20, 3)]
    [InlineData(70, 9, 1, 70)]
    public void Agrees_with_sorting_all_distances(int references, int queries, int dimensions, int k)
    {
        var (r, q) = (Draw(references * dimensions, 1), Draw(queries * dimensions, 2));
        var (index, distance) = NearestNeighbors.Find(r, q, dimensions, k, Run.With(1), CancellationToken.None);
        for (var i = 0; i < queries; i++)
        {
            var want = Enumerable.Range(0, references).Select(j => (Distance: Squared(q, i, r, j, dimensions), j)).Order().Take(k).ToArray();
            Assert.Equal(want.Select(w => w.j), index.Skip(i * k).Take(k));
            Assert.Equal(want.Select(w => w.Distance), distance.Skip(i * k).Take(k));
        }
    }

    [Fact]
    public void Every_tier_and_thread_count_gives_the_same_bits()
    {
        Prop.ForAll(Gen.Choose(1, 90).Two().Zip(Gen.Choose(1, 40)).ToArbitrary(), size =>
        {
            var ((references, queries), dimensions) = size;
            var (r, q) = (Draw(references * dimensions, 3), Draw(queries * dimensions, 4));
            var k = Math.Min(4, references);
            (int[], float[]) By(int tier, int threads) => NearestNeighbors.Find(r, q, dimensions, k, Run.With(1) with { Threads = threads }, CancellationToken.None, false, tier);
            var (index, distance) = By(512, 1);
            foreach (var (tier, threads) in new[] { (256, 1), (1, 1), (512, 3) })
            {
                var (otherIndex, otherDistance) = By(tier, threads);
                if (!index.AsSpan().SequenceEqual(otherIndex) || !distance.AsSpan().SequenceEqual(otherDistance)) return false;
            }
            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_row_is_not_its_own_neighbour_but_its_copy_is()
    {
        float[] rows = [1, 2, 5, 5, 1, 2, 9, 9];
        var (index, distance) = NearestNeighbors.Find(rows, rows, 2, 1, Run.With(1), CancellationToken.None, excludeSelf: true);
        Assert.Equal([2, 0, 0, 1], index);
        Assert.Equal([0, 25, 0, 32], distance);
    }

    [Fact]
    public void Ties_go_to_the_lower_index()
    {
        var rows = new float[100];
        var (index, _) = NearestNeighbors.Find(rows, new float[] { 0 }, 1, 3, Run.With(1), CancellationToken.None);
        Assert.Equal([0, 1, 2], index);
    }

    [Fact]
    public void Cancels() =>
        Assert.ThrowsAny<OperationCanceledException>(() => NearestNeighbors.Find(new float[8], new float[8], 1, 1, Run.With(1), new CancellationToken(true)));

    private static float Squared(float[] q, int i, float[] r, int j, int dimensions)
    {
        var sum = 0f;
        for (var d = 0; d < dimensions; d++)
        {
            var difference = q[i * dimensions + d] - r[j * dimensions + d];
            sum = MathF.FusedMultiplyAdd(difference, difference, sum);
        }
        return sum;
    }

    /// <summary>Values on a coarse grid half of the time, so that ties happen.</summary>
    private static float[] Draw(int count, long row)
    {
        var numbers = new RandomStream(new Seed(8), "tests/neighbours").Sequence(row);
        var values = new float[count];
        for (var i = 0; i < count; i++) values[i] = numbers.NextBelow(2) == 0 ? numbers.NextBelow(3) : (float)numbers.NextUnit();
        return values;
    }
}
