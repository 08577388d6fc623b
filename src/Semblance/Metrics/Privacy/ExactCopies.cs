using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>
/// Share of synthetic rows that equal a training row in every column but identifiers, less the same share of holdout rows: what is above chance. Numbers are
/// compared at six decimals, and every row of the tables is looked at.
/// </summary>
internal sealed class ExactCopies : TableMetric
{
    public override string Name => "privacy.exact-copies";
    public override string Title => "Copied rows";
    public override string What => "Share of synthetic rows that are exact copies of real rows, beyond the share that chance alone gives.";
    public override Direction Direction => Direction.Lower;
    public override Bounds Bounds => new(-1, 1);

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        Table real = data.Full(Side.Real)!, synthetic = data.Full(Side.Synthetic)!;
        var columns = Enumerable.Range(0, real.Columns.Length).Where(i => real.Columns[i].Kind != ColumnKind.Identifier).ToArray();
        if (columns.Length == 0) return Finding.None("the table has identifiers only");
        var known = new HashSet<ulong>(RowKeys.Of(real, real, columns, run, ct));
        var copies = Count(synthetic);
        var share = (double)copies / synthetic.Rows;
        if (data.Full(Side.Holdout) is not { Rows: > 0 } holdout)
        {
            return new Finding(new Score(share, RankStatistics.Wilson(copies, synthetic.Rows), Why: "without a holdout the share that chance gives is not known, and not taken off"))
            {
                Privacy = panel => panel with { Copies = copies, CopyShare = share },
            };
        }
        var chance = Count(holdout);
        var usual = (double)chance / holdout.Rows;
        return new Finding(new Score(share - usual, Difference(copies, synthetic.Rows, chance, holdout.Rows), Ceiling: 0))
        {
            Privacy = panel => panel with { Copies = copies, CopyShare = share, HoldoutCopyShare = usual },
        };

        long Count(Table table)
        {
            long count = 0;
            foreach (var key in RowKeys.Of(real, table, columns, run, ct))
                if (known.Contains(key)) count++;
            return count;
        }
    }

    /// <summary>95 % interval of a difference of two shares, from the Wilson intervals of both (Newcombe 1998).</summary>
    private static Interval Difference(long a, long n, long b, long m)
    {
        double p = (double)a / n, q = (double)b / m;
        Interval first = RankStatistics.Wilson(a, n), second = RankStatistics.Wilson(b, m);
        return new(p - q - Math.Sqrt((p - first.Low) * (p - first.Low) + (second.High - q) * (second.High - q)),
            p - q + Math.Sqrt((first.High - p) * (first.High - p) + (q - second.Low) * (q - second.Low)));
    }
}
