namespace Semblance.Metrics;

/// <summary>Distinct-2 (Li et al. 2016): different pairs of neighbouring words over all pairs, of as many synthetic as real texts.</summary>
internal sealed class DistinctPairs : TableMetric
{
    private const int RowLimit = 3_000;

    public override string Name => "diversity.distinct-2";
    public override string Title => "Distinct pairs of words";
    public override string What => "Share of pairs of neighbouring words that repeat no other: well below what real texts get means the same phrases come again and again.";
    public override Direction Direction => Direction.NotBelow;

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        if (ComparedTexts.Column(data) is not { } column) return Finding.None(ComparedTexts.NoColumn);
        var other = data.HasHoldout ? Side.Holdout : Side.Real;
        int[] made = ComparedTexts.Rows(data, Side.Synthetic, column, RowLimit, run, "evaluate/distinct-2"), real = ComparedTexts.Rows(data, other, column, RowLimit, run, "evaluate/distinct-2");
        var size = Math.Min(made.Length, real.Length);
        var usual = Share(ComparedTexts.Of(data, other, column, real[..size]));
        return Share(ComparedTexts.Of(data, Side.Synthetic, column, made[..size])) is { } share ? new Finding(new Score(share, null, usual)) { SampledRows = size } : Finding.None("no synthetic text has two words");
    }

    private static double? Share(string[] texts)
    {
        var pairs = new HashSet<(ulong, ulong)>();
        long all = 0;
        foreach (var text in texts)
        {
            var words = TextFeatures.Tokens(text);
            for (var i = 1; i < words.Length; i++, all++) pairs.Add((words[i - 1], words[i]));
        }
        return all == 0 ? null : (double)pairs.Count / all;
    }
}
