using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>Every pair of columns, scored once for all metrics that need it.</summary>
internal sealed class PairTable
{
    /// <summary>Most pairs that are scored; wider tables are represented by a random sample of pairs.</summary>
    public const int PairLimit = 10_000;

    private const double RelatedPearson = 0.5, RelatedCramer = 0.3; // the thresholds of SDMetrics' quality report

    private PairTable(Pair[] pairs, PairCodes codes, int possible) => (Pairs, Codes, Possible) = (pairs, codes, possible);

    public Pair[] Pairs { get; }

    /// <summary>Pairs there are; more than were scored on wide tables.</summary>
    public int Possible { get; }

    private PairCodes Codes { get; }

    /// <summary>One scored pair. A pair of numbers of which the real one is constant has no score and is left out.</summary>
    /// <param name="First">Position among the features.</param>
    /// <param name="Second">Position among the features.</param>
    /// <param name="Score">Similarity of the synthetic pair.</param>
    /// <param name="HoldoutScore">Similarity of the holdout's pair, not yet scaled; 0 without a holdout.</param>
    /// <param name="Dependence">Pearson or Cramér's V per side.</param>
    /// <param name="IsPearson">Which of both.</param>
    public readonly record struct Pair(int First, int Second, double Score, double HoldoutScore, (double Real, double Synthetic, double Holdout) Dependence, bool IsPearson)
    {
        public bool IsRelated => Math.Abs(Dependence.Real) > (IsPearson ? RelatedPearson : RelatedCramer);
    }

    public static PairTable Of(Comparison data, Run run, CancellationToken ct)
    {
        var codes = new PairCodes(data);
        var columns = new List<int>();
        for (var i = 0; i < data.Features.Length; i++)
            if (codes.IsUsable(i)) columns.Add(i);
        var all = columns.Count * (columns.Count - 1) / 2;
        var chosen = new List<(int, int)>(Math.Min(all, PairLimit));
        if (all <= PairLimit)
        {
            for (var a = 0; a < columns.Count; a++)
                for (var b = a + 1; b < columns.Count; b++) chosen.Add((columns[a], columns[b]));
        }
        else
        {
            var sequence = run.Stream("evaluate/pairs").Sequence();
            var seen = new HashSet<(int, int)>();
            while (chosen.Count < PairLimit)
            {
                int a = sequence.NextBelow(columns.Count), b = sequence.NextBelow(columns.Count);
                if (a < b && seen.Add((a, b))) chosen.Add((columns[a], columns[b]));
            }
        }
        return new PairTable(Score(codes, chosen, run, ct), codes, all);
    }

    /// <summary>Mean score of the pairs, all or only the related ones, with the ceiling; null when there are none.</summary>
    public Score Mean(Comparison data, bool related)
    {
        double sum = 0, ceiling = 0, squares = 0;
        var count = 0;
        foreach (var pair in Pairs)
        {
            if (related && !pair.IsRelated) continue;
            sum += pair.Score;
            squares += pair.Score * pair.Score;
            ceiling += data.HasHoldout ? data.CeilingOf(pair.HoldoutScore) : 0;
            count++;
        }
        if (count == 0) return Semblance.Score.None(related ? "no two columns of the real data are related (|r| above 0.5 or Cramér's V above 0.3)" : "there are no two columns that can be compared");
        var mean = sum / count;
        Interval? interval = null;
        if (Possible > Pairs.Length)
        {
            var half = 1.96 * Math.Sqrt(Math.Max(0, squares / count - mean * mean) / count);
            interval = new Interval(Math.Max(0, mean - half), Math.Min(1, mean + half));
        }
        return new Score(mean, interval, data.HasHoldout ? ceiling / count : null,
            interval is null ? null : $"a random {PairLimit} of {Possible} pairs");
    }

    /// <summary>Matrices and worst pairs for the report; null when there are fewer than two usable columns.</summary>
    public PairDetail? Detail(Comparison data, Run run, CancellationToken ct)
    {
        if (Pairs.Length == 0) return null;
        var strength = new double[data.Features.Length];
        foreach (var pair in Pairs)
        {
            strength[pair.First] = Math.Max(strength[pair.First], Math.Abs(pair.Dependence.Real));
            strength[pair.Second] = Math.Max(strength[pair.Second], Math.Abs(pair.Dependence.Real));
        }
        var shown = Enumerable.Range(0, data.Features.Length).Where(Codes.IsUsable).OrderByDescending(i => strength[i]).ThenBy(i => i).Take(PairDetail.MaxColumns).Order().ToArray();
        var pairs = Pairs;
        if (Possible > Pairs.Length)
        {
            var needed = new List<(int, int)>();
            for (var a = 0; a < shown.Length; a++)
                for (var b = a + 1; b < shown.Length; b++) needed.Add((shown[a], shown[b]));
            pairs = Score(Codes, needed, run, ct);
        }
        var place = new Dictionary<int, int>();
        foreach (var column in shown) place.Add(column, place.Count);
        var size = shown.Length;
        double[] real = Unit(size), synthetic = Unit(size), holdout = Unit(size);
        foreach (var pair in pairs)
        {
            if (!place.TryGetValue(pair.First, out var a) || !place.TryGetValue(pair.Second, out var b)) continue;
            real[a * size + b] = real[b * size + a] = pair.Dependence.Real;
            synthetic[a * size + b] = synthetic[b * size + a] = pair.Dependence.Synthetic;
            holdout[a * size + b] = holdout[b * size + a] = pair.Dependence.Holdout;
        }
        return new PairDetail
        {
            Columns = [.. shown.Select(i => data.Features[i].Name)],
            Real = new DependenceMatrix(size, [.. real]),
            Synthetic = new DependenceMatrix(size, [.. synthetic]),
            Holdout = data.HasHoldout ? new DependenceMatrix(size, [.. holdout]) : null,
            Pairs = Pairs.Length,
            RelatedPairs = Pairs.Count(p => p.IsRelated),
            Worst = [.. Pairs.OrderBy(p => p.Score - (data.HasHoldout ? data.CeilingOf(p.HoldoutScore) : 1)).ThenBy(p => p.First).ThenBy(p => p.Second).Take(20).Select(p => new PairScore(
                data.Features[p.First].Name, data.Features[p.Second].Name, p.IsPearson ? "Pearson" : "Cramér's V",
                p.Dependence.Real, p.Dependence.Synthetic, p.Score, data.HasHoldout ? data.CeilingOf(p.HoldoutScore) : null))],
        };
    }

    private static double[] Unit(int size)
    {
        var matrix = new double[size * size];
        for (var i = 0; i < size; i++) matrix[i * size + i] = 1;
        return matrix;
    }

    private static Pair[] Score(PairCodes codes, List<(int First, int Second)> chosen, Run run, CancellationToken ct)
    {
        var pairs = new Pair?[chosen.Count];
        Blocks.For(pairs.Length, run, ct, k => pairs[k] = codes.Score(chosen[k].First, chosen[k].Second));
        return [.. pairs.OfType<Pair>()];
    }
}
