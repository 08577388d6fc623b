using Semblance.Numerics;

namespace Semblance.Bench;

internal static class NearestNeighborsBench
{
    public static void Run()
    {
        const int rows = 5000, dimensions = 110;
        var numbers = new RandomStream(new Seed(1), "bench/knn").Sequence();
        var reference = new float[rows * dimensions];
        var queries = new float[rows * dimensions];
        foreach (ref var value in reference.AsSpan()) value = (float)numbers.NextUnit();
        foreach (ref var value in queries.AsSpan()) value = (float)numbers.NextUnit();
        var one = Semblance.Run.With(1) with { Threads = 1 };
        Measure.Head($"Nearest neighbours, {rows:N0} queries x {rows:N0} references x {dimensions} dimensions, 1 thread", "runs/s");
        foreach (var k in new[] { 1, 2, 10 })
            foreach (var tier in new[] { 512, 256 })
                Measure.Rate($"k = {k}, {tier} bits", 1, () => NearestNeighbors.Find(reference, queries, dimensions, k, one, CancellationToken.None, false, tier));
    }
}
