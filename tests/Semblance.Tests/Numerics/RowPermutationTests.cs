using Semblance.Numerics;

namespace Semblance.Tests.Numerics;

public sealed class RowPermutationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(1_000)]
    [InlineData(4_097)]
    public void Every_place_is_taken_once(int count)
    {
        foreach (var key in new ulong[] { 0, 1, ulong.MaxValue })
            Assert.Equal(Enumerable.Range(0, count).Select(i => (long)i), Enumerable.Range(0, count).Select(i => RowPermutation.Permute(i, count, key)).Order());
    }

    /// <summary>The largest set: images stay inside and do not meet.</summary>
    [Fact]
    public void Large_sets_are_permuted_row_by_row()
    {
        const long count = (1L << 62) - 57;
        var images = Enumerable.Range(0, 1_000).Select(i => RowPermutation.Permute(count - 1 - i, count, 3)).ToArray();
        Assert.All(images, image => Assert.InRange(image, 0, count - 1));
        Assert.Equal(1_000, images.Distinct().Count());
    }

    /// <summary>Rows next to each other land anywhere: over 10,000 rows the correlation of a place with the one before it has a standard error of 0.01; five of them alarm falsely once in 10^6.</summary>
    [Fact]
    public void Neighbours_are_scattered()
    {
        const int count = 10_000;
        double sum = 0;
        for (var i = 1; i < count; i++)
            sum += (RowPermutation.Permute(i, count, 9) - (count - 1) / 2.0) * (RowPermutation.Permute(i - 1, count, 9) - (count - 1) / 2.0);
        Assert.InRange(sum / (count / 12.0 * count * count), -0.05, 0.05);
        Assert.NotEqual(RowPermutation.Permute(5, count, 1), RowPermutation.Permute(5, count, 2));
    }
}
