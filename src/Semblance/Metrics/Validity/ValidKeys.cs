namespace Semblance.Metrics;

/// <summary>Mean over the keys of the real data (columns, or sets of columns, that are different in every row) of the share of synthetic rows whose key is their own.</summary>
internal sealed class ValidKeys : TableMetric
{
    public override string Name => "validity.keys";
    public override string Title => "Keys kept";
    public override string What => "Whether columns that name each row only once in the real data still do.";

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        var keys = data.Profile(run, ct).Keys;
        if (keys.IsEmpty) return Finding.None("the real data have no key");
        var real = data.Full(Side.Real)!;
        return new Finding(new Score(keys.Average(k => Share(Side.Synthetic, [.. k.Columns])), null, data.HasHoldout ? keys.Average(k => Share(Side.Holdout, [.. k.Columns])) : null));

        double Share(Side side, int[] columns)
        {
            var seen = RowKeys.Of(real, data.Full(side)!, columns, run, ct);
            Array.Sort(seen);
            var own = 0;
            for (var i = 0; i < seen.Length; i++)
                if ((i == 0 || seen[i - 1] != seen[i]) && (i == seen.Length - 1 || seen[i + 1] != seen[i])) own++;
            return (double)own / seen.Length;
        }
    }
}
