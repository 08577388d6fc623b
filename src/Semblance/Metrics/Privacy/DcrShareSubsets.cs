using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>
/// <see cref="DcrShare"/> over all columns and over halves of them: three of columns that depend on each other most, three at random. The worst share counts: what is
/// remembered of a few columns drowns in the distance over all. Column sets as in mostlyai-qa (Platzer and Reutterer 2021), here seeded and with an interval.
/// </summary>
/// <remarks>The ceiling is the worst share of training rows outside the cut over the same column sets, so that the choice of the worst raises both alike.</remarks>
internal sealed class DcrShareSubsets : TableMetric
{
    private const int ReferenceLimit = 10_000, RowLimit = 3_000, LeastRows = 30, LeastFresh = 200;
    private const int LeastColumns = 4; // fewer leave halves in which most rows are equal
    private const int MostOfSubset = 50, SubsetsOfAKind = 3;
    private const int MostNamed = 6;

    public override string Name => "privacy.dcr-share-subsets";
    public override string Title => "Nearness to training rows, worst part of the columns";
    public override string What => "The same share for several parts of the columns, the worst of them: half is ideal, more means that these columns of training rows are remembered.";
    public override Direction Direction => Direction.NotAbove;

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        if (!data.HasHoldout) return Finding.None("needs a holdout: real rows the generator never saw");
        var features = data.Features.Where(f => f.IsComparable).ToArray();
        if (features.Length == 0) return Finding.None("the table has identifiers only");
        var whole = new RowSpace(features, 0.5);
        var limit = whole.RowLimit(RowLimit);
        var size = Math.Min(whole.RowLimit(ReferenceLimit), Math.Min(data.Rows(Side.Holdout), data.Rows(Side.Real)));
        if (size < LeastRows) return Finding.None($"needs at least {LeastRows} rows of train and holdout");

        var shuffled = data.Sample(Side.Real, data.Rows(Side.Real), run, "evaluate/dcr-subsets");
        var holdout = data.Sample(Side.Holdout, size, run, "evaluate/dcr-subsets");
        var synthetic = data.Sample(Side.Synthetic, limit, run, "evaluate/dcr-subsets");
        var rest = shuffled[size..Math.Min(shuffled.Length, size + limit)];
        var subsets = Subsets(data, features, run, ct);
        var z = FastMath.NormalQuantile(1 - 0.025 / subsets.Count);
        var shares = new List<(Feature[] Columns, NearerShare Found)>();
        var ceiling = rest.Length < LeastFresh ? 0.5 : 0;
        foreach (var columns in subsets)
        {
            var space = new RowSpace(columns, 0.5);
            RowSpace.Points train = space.Of(Side.Real, shuffled[..size]), unseen = space.Of(Side.Holdout, holdout);
            shares.Add((columns, NearerShare.Of(space, train, unseen, space.Of(Side.Synthetic, synthetic), z, run, ct)));
            if (rest.Length >= LeastFresh) ceiling = Math.Max(ceiling, NearerShare.Of(space, train, unseen, space.Of(Side.Real, rest), z, run, ct).Share);
        }
        var worst = shares.MaxBy(s => s.Found.Share);
        return new Finding(new Score(worst.Found.Share, worst.Found.Interval, ceiling, Said(worst.Columns, features.Length, subsets.Count))) { SampledRows = size };
    }

    private static string Said(Feature[] columns, int all, int subsets) => columns.Length == all ? $"the worst of {subsets} {(subsets == 1 ? "set" : "sets")} of columns: all of them"
        : $"the worst of {subsets} sets of columns: {string.Join(", ", columns.Take(MostNamed).Select(c => $"`{c.Name}`"))}{(columns.Length > MostNamed ? $" and {columns.Length - MostNamed} more" : "")}";

    /// <summary>All columns; then halves, no two alike.</summary>
    private static List<Feature[]> Subsets(Comparison data, Feature[] features, Run run, CancellationToken ct)
    {
        var result = new List<Feature[]> { features };
        if (features.Length < LeastColumns) return result;
        var size = Math.Min(MostOfSubset, features.Length / 2);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var half in Dependent(data, features, size, run, ct))
            if (result.Count <= SubsetsOfAKind) Add(half);
        for (var k = 0; k < SubsetsOfAKind; k++)
        {
            var order = Enumerable.Range(0, features.Length).ToArray();
            run.Stream("evaluate/dcr-subsets/random").Sequence(k).Shuffle<int>(order);
            Add(order[..size]);
        }
        return result;

        void Add(int[] chosen)
        {
            Array.Sort(chosen);
            if (seen.Add(string.Join(',', chosen))) result.Add(Array.ConvertAll(chosen, k => features[k]));
        }
    }

    /// <summary>Each column with those it depends on most, columns that depend most on others first.</summary>
    private static IEnumerable<int[]> Dependent(Comparison data, Feature[] features, int size, Run run, CancellationToken ct)
    {
        var place = new Dictionary<Feature, int>();
        foreach (var feature in features) place.Add(feature, place.Count);
        var strength = new Dictionary<(int, int), double>();
        var sums = new double[features.Length];
        foreach (var pair in data.Pairs(run, ct).Pairs)
        {
            if (!place.TryGetValue(data.Features[pair.First], out var a) || !place.TryGetValue(data.Features[pair.Second], out var b)) continue;
            strength[(a, b)] = strength[(b, a)] = Math.Abs(pair.Dependence.Real);
            sums[a] += Math.Abs(pair.Dependence.Real);
            sums[b] += Math.Abs(pair.Dependence.Real);
        }
        return Enumerable.Range(0, features.Length).OrderByDescending(k => sums[k]).ThenBy(k => k).Select(centre =>
            Enumerable.Range(0, features.Length).OrderByDescending(k => k == centre ? double.PositiveInfinity : strength.GetValueOrDefault((centre, k))).ThenBy(k => k).Take(size).ToArray());
    }
}
