using System.Globalization;
using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>
/// Singling out (Giomi and others 2023): conditions that exactly one synthetic row meets are guesses that exactly one training row meets them. Univariate guesses
/// look at one column (a value that occurs once, the least, the greatest, the only gap), multivariate ones at several columns of one synthetic row.
/// </summary>
/// <remarks>
/// The control is what the same guesses would get if training and holdout rows were mixed: given how many rows of both together meet a guess, the number of training
/// rows among them is hypergeometric. This needs no model of how success depends on the number of rows, whatever the sizes of both. Guesses that point at one row count
/// as less than one trial each.
/// </remarks>
internal sealed class SinglingOut : TableMetric
{
    private const int MostGuesses = 1_000, FewestGuesses = 30;
    private const long Work = 150_000_000; // rows that all guesses of a kind may look at
    private const int MostColumns = 8; // of a multivariate guess
    private const int Tries = 4; // drawn for each multivariate guess wanted

    public override string Name => "privacy.singling-out";
    public override string Title => "Singling people out";
    public override string What => "How much better conditions that fit a single synthetic row pick out a single training row than chance does: 0 means no better.";
    public override Direction Direction => Direction.Lower;
    public override Bounds Bounds => new(-1, 1);

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        if (!data.HasHoldout) return Finding.None("needs a holdout: real rows the generator never saw");
        var features = data.Features.Where(f => f.IsComparable).ToArray();
        var total = (long)data.Rows(Side.Real) + data.Rows(Side.Holdout) + data.Rows(Side.Synthetic);
        var most = (int)Math.Clamp(Work / total, 300, MostGuesses);
        var found = new List<(AttackRisk Risk, AttackDetail Detail)>();
        Try("Singling out by one column", "a condition on one column", Univariate(data, features, most, run));
        Try("Singling out by several columns", "a combination of conditions", Multivariate(data, features, most, run, ct));
        if (found.Count == 0) return Finding.None($"under {FewestGuesses} conditions hold for exactly one synthetic row");
        var (worst, _) = found.MaxBy(f => f.Risk.Interval.Low);
        return new Finding(new Score(worst.Value, worst.Interval, 0))
        {
            SampledRows = data.Rows(Side.Real),
            Privacy = panel => panel with { Attacks = panel.Attacks.AddRange(found.Select(f => f.Detail)) },
        };

        void Try(string title, string what, List<Predicate> guesses)
        {
            if (guesses.Count < FewestGuesses || Risk(data, guesses, run, ct) is not { } risk) return;
            found.Add((risk, new AttackDetail
            {
                Metric = Name, Title = title, Measure = "risk", Value = risk.Value, Interval = risk.Interval, Reference = 0,
                Said = string.Create(CultureInfo.InvariantCulture,
                    $"Of {guesses.Count:N0} guesses that {what} fits exactly one person, {100 * risk.Attack:0.0}% are right; {100 * risk.Control:0.0}% would be if nothing had leaked."),
            }));
        }
    }

    private static AttackRisk? Risk(Comparison data, List<Predicate> guesses, Run run, CancellationToken ct)
    {
        int train = data.Rows(Side.Real), holdout = data.Rows(Side.Holdout);
        var matches = new (int Train, int Both, int First)[guesses.Count];
        Blocks.ForRange(matches.Length, 16, run, ct, (from, to) =>
        {
            var rows = new int[Math.Max(train, holdout)];
            for (var g = from; g < to; g++)
            {
                var (inside, first) = guesses[g].Matches(Side.Real, All(rows, train));
                var (outside, firstOutside) = guesses[g].Matches(Side.Holdout, All(rows, holdout));
                matches[g] = (inside, inside + outside, inside > 0 ? first : train + firstOutside);
            }
        });
        double right = 0, expected = 0;
        var followers = new Dictionary<int, int>(); // guesses that one real row decides
        foreach (var (inside, both, first) in matches)
        {
            if (inside == 1) right++;
            if (both == 0) continue;
            expected += ChanceOfOne(both, train, holdout);
            followers[first] = followers.GetValueOrDefault(first) + 1;
        }
        double together = 0, squares = 0;
        foreach (var count in followers.Values) (together, squares) = (together + count, squares + (double)count * count);
        var trials = together > 0 ? matches.Length * together / squares : matches.Length;
        return AttackRisk.Of(right / matches.Length, trials, expected / matches.Length, null, choices: 2);
    }

    private static Span<int> All(int[] rows, int count)
    {
        for (var i = 0; i < count; i++) rows[i] = i;
        return rows.AsSpan(0, count);
    }

    /// <summary>Chance that exactly one of <paramref name="count"/> rows, drawn without repetition from train and holdout together, is a training row.</summary>
    internal static double ChanceOfOne(int count, int train, int holdout)
    {
        double rows = (double)train + holdout, chance = count * (train / rows);
        for (var i = 0; i < count - 1 && chance > 0; i++) chance *= Math.Max(0, holdout - i) / (rows - 1 - i);
        return chance;
    }

    /// <summary>Conditions on single columns that exactly one synthetic row meets, as evenly from all columns as there are.</summary>
    private static List<Predicate> Univariate(Comparison data, Feature[] features, int most, Run run)
    {
        var all = new List<List<Condition>>();
        for (var k = 0; k < features.Length; k++)
        {
            var feature = features[k];
            var mine = new List<Condition>();
            if (feature.IsNumber)
            {
                var sorted = feature.Sorted(Side.Synthetic);
                for (var i = 0; i < sorted.Length; i++)
                    if ((i == 0 || sorted[i - 1] != sorted[i]) && (i == sorted.Length - 1 || sorted[i + 1] != sorted[i])) mine.Add(new(feature, Comparator.Equal, sorted[i]));
            }
            else
            {
                var counts = feature.Counts(Side.Synthetic);
                for (var code = 0; code < counts.Length; code++)
                    if (counts[code] == 1) mine.Add(new(feature, Comparator.Equal, code));
            }
            run.Stream($"evaluate/singling-out/univariate/{feature.Name}").Sequence().Shuffle<Condition>(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(mine));
            mine.InsertRange(0, Ends(data, feature));
            if (mine.Count > 0) all.Add(mine);
        }
        var taken = new List<Predicate>();
        for (var round = 0; taken.Count < most; round++)
        {
            var before = taken.Count;
            foreach (var mine in all)
                if (round < mine.Count && taken.Count < most) taken.Add(new Predicate(mine[round]));
            if (taken.Count == before) break;
        }
        return taken;
    }

    /// <summary>The only least, the only greatest and the only missing cell of a column.</summary>
    private static IEnumerable<Condition> Ends(Comparison data, Feature feature)
    {
        if (feature.IsNumber)
        {
            var sorted = feature.Sorted(Side.Synthetic);
            if (sorted.Length > 1 && sorted[0] < sorted[1]) yield return new(feature, Comparator.AtMost, sorted[0]);
            if (sorted.Length > 1 && sorted[^1] > sorted[^2]) yield return new(feature, Comparator.AtLeast, sorted[^1]);
        }
        if ((int)Math.Round(feature.MissingShare(Side.Synthetic) * data.Rows(Side.Synthetic)) == 1) yield return new(feature, Comparator.Missing, 0);
    }

    /// <summary>
    /// What a random synthetic row alone meets: conditions on its columns in random order, one more until no other row is left. A category must be equal, a number at least
    /// so great where it lies above the median and at most so great below.
    /// </summary>
    private static List<Predicate> Multivariate(Comparison data, Feature[] features, int most, Run run, CancellationToken ct)
    {
        if (features.Length < 2) return [];
        var rows = data.Rows(Side.Synthetic);
        var medians = Array.ConvertAll(features, f => f.IsNumber && f.Sorted(Side.Synthetic) is { Length: > 0 } sorted ? sorted[sorted.Length / 2] : 0);
        var stream = run.Stream("evaluate/singling-out/multivariate");
        var drawn = new Predicate?[Tries * most];
        Blocks.ForRange(drawn.Length, 16, run, ct, (from, to) =>
        {
            var order = new int[features.Length];
            var left = new int[rows];
            for (var g = from; g < to; g++)
            {
                var sequence = stream.Sequence(g);
                var row = sequence.NextBelow(rows);
                for (var k = 0; k < order.Length; k++) order[k] = k;
                sequence.Shuffle<int>(order);
                var alike = All(left, rows);
                var conditions = new List<Condition>();
                while (alike.Length > 1 && conditions.Count < Math.Min(MostColumns, order.Length))
                {
                    var column = order[conditions.Count];
                    var condition = Of(features[column], medians[column], row);
                    conditions.Add(condition);
                    alike = alike[..condition.Keep(Side.Synthetic, alike)];
                }
                if (alike.Length == 1 && conditions.Count > 1) drawn[g] = new Predicate([.. conditions]);
            }
        });
        return [.. drawn.OfType<Predicate>().Take(most)];
    }

    private static Condition Of(Feature feature, double median, int row)
    {
        if (feature.IsMissing(Side.Synthetic, row)) return new(feature, Comparator.Missing, 0);
        if (!feature.IsNumber) return new(feature, Comparator.Equal, feature.Codes[(int)Side.Synthetic][row]);
        var value = feature.Numbers[(int)Side.Synthetic][row];
        return new(feature, value > median ? Comparator.AtLeast : Comparator.AtMost, value);
    }
}
