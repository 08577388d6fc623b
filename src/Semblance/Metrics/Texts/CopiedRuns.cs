using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>Longest run of words that a synthetic text shares with one real text it was made from, as a share of its words: the 95th percentile, less that of unseen real texts.</summary>
internal sealed class CopiedRuns : TableMetric
{
    private const int Texts = 500, LeastWords = 8, LongestRun = 40, MostWords = 2_000_000, Draws = 200;

    public override string Name => "privacy.text-runs";
    public override string Title => "Copied runs of words";
    public override string What => "How much of a synthetic text stands word by word in one real text, at the 95th percentile, beyond what unseen real texts share by chance.";
    public override Direction Direction => Direction.Lower;
    public override Bounds Bounds => new(-1, 1);

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        if (ComparedTexts.Column(data) is not { } column) return Finding.None(ComparedTexts.NoColumn);
        var known = new RunsOfWords(MostWords);
        foreach (var row in ComparedTexts.Rows(data, Side.Real, column, int.MaxValue, run, "evaluate/text-runs"))
            if (!known.Add(TextFeatures.Tokens(data.Full(Side.Real)![column].Text(row)))) break;
        known.Sort(LongestRun);
        var made = Shares(Side.Synthetic);
        if (made.Length == 0) return Finding.None($"no synthetic text has {LeastWords} words");
        if (!data.HasHoldout) return new Finding(new Score(Percentile(made), null, Why: "without a holdout the share that chance gives is not known, and not taken off"));
        var usual = Shares(Side.Holdout);
        if (usual.Length == 0) return Finding.None($"no text of the holdout has {LeastWords} words");
        var value = Percentile(made) - Percentile(usual);
        var draws = new double[Draws];
        for (var draw = 0; draw < Draws; draw++)
        {
            var sequence = run.Stream("evaluate/text-runs/bootstrap").Sequence(draw);
            draws[draw] = Percentile(Drawn(made, ref sequence)) - Percentile(Drawn(usual, ref sequence));
        }
        Array.Sort(draws);
        return new Finding(new Score(value, new(Math.Min(value, RankStatistics.Quantile(draws, 0.025)), Math.Max(value, RankStatistics.Quantile(draws, 0.975))), Ceiling: 0)) { SampledRows = made.Length };

        double[] Shares(Side side)
        {
            var shares = new List<double>();
            foreach (var row in ComparedTexts.Rows(data, side, column, int.MaxValue, run, "evaluate/text-runs"))
            {
                ct.ThrowIfCancellationRequested();
                var words = TextFeatures.Tokens(data.Full(side)![column].Text(row));
                if (words.Length < LeastWords) continue;
                shares.Add((double)known.Longest(words, LongestRun) / words.Length);
                if (shares.Count == Texts) break;
            }
            return [.. shares];
        }
    }

    private static double[] Drawn(double[] from, ref RandomSequence sequence)
    {
        var drawn = new double[from.Length];
        for (var i = 0; i < drawn.Length; i++) drawn[i] = from[sequence.NextBelow(from.Length)];
        return drawn;
    }

    private static double Percentile(double[] shares)
    {
        var sorted = (double[])shares.Clone();
        Array.Sort(sorted);
        return RankStatistics.Quantile(sorted, 0.95);
    }
}
