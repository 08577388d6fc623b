using System.Collections.Immutable;
using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>
/// Share of synthetic rows whose combination of quasi-identifiers belongs to exactly one training row: k-map with k = 1 (Sweeney 2001), turned to the rows the generator
/// learned from. The ceiling is the same share of holdout rows: how often real people the generator never saw point at one it saw.
/// </summary>
internal sealed class KMap : TableMetric
{
    private const double Z = 1.959963984540054;
    private const int FewRows = 5; // the least group that is usually thought safe
    private const double LeastUnique = 0.01; // of the training rows; where fewer can be pointed at, not even copies point at any

    public override string Name => "privacy.k-map";
    public override string Title => "Rows that point at one person";
    public override string What => "Share of synthetic rows whose age, sex, place and the like belong to exactly one training row: more than among fresh real rows means that people are copied.";
    public override Direction Direction => Direction.NotAbove;

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        var columns = QuasiIdentifiers.Of(data);
        if (columns.IsEmpty) return Finding.None("no column could be known of a person beforehand (categories, whole numbers or dates, the target aside)");
        var train = QuasiIdentifiers.Count(QuasiIdentifiers.Keys(data, columns, Side.Real));
        var synthetic = QuasiIdentifiers.Keys(data, columns, Side.Synthetic);
        var (share, interval) = Pointing(synthetic, train);
        double? ceiling = null;
        if (data.HasHoldout)
        {
            var (usual, about) = Pointing(QuasiIdentifiers.Keys(data, columns, Side.Holdout), train);
            // The share is held against the holdout's, whose own chance counts too: the interval of the difference (Newcombe 1998), set about the share.
            interval = new(Math.Max(0, share - Length(share - interval.Low, about.High - usual)), Math.Min(1, share + Length(interval.High - share, usual - about.Low)));
            ceiling = usual;
        }
        var classes = QuasiIdentifiers.Count(synthetic).Values;
        var named = string.Join(", ", columns.Select(c => $"`{c.Name}`"));
        var unique = train.Values.Count(c => c == 1) / (double)data.Rows(Side.Real);
        var score = unique < LeastUnique ? Score.None($"what others may know of a person ({named}) singles out under 1 % of the training rows") : new Score(share, interval, ceiling, $"by {named}");
        return new Finding(score)
        {
            Privacy = panel => panel with
            {
                QuasiIdentifiers = [.. columns.Select(c => c.Name)], SmallestGroup = classes.Min(),
                SmallGroupShare = classes.Where(c => c < FewRows).Sum(c => (double)c) / synthetic.Length,
            },
        };
    }

    /// <summary>Share of rows whose key one training row has. Rows that point at the same one count as fewer trials.</summary>
    private static (double Share, Interval Interval) Pointing(ulong[] keys, Dictionary<ulong, int> train)
    {
        var followers = new Dictionary<ulong, int>();
        foreach (var key in keys)
            if (train.TryGetValue(key, out var count) && count == 1) followers[key] = followers.GetValueOrDefault(key) + 1;
        double sum = 0, squares = 0;
        foreach (var count in followers.Values) (sum, squares) = (sum + count, squares + (double)count * count);
        var trials = sum > 0 ? keys.Length * sum / squares : keys.Length;
        return (sum / keys.Length, RankStatistics.Wilson(sum / keys.Length * trials, trials, Z));
    }

    private static double Length(double x, double y) => Math.Sqrt(x * x + y * y);
}
