using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>Share of synthetic rows that equal no earlier one in every column but identifiers, among as many rows as the real table has at most. The ceiling is the same share of as many real rows.</summary>
internal sealed class DistinctRows : TableMetric
{
    private const int RowLimit = 1_000_000;

    public override string Name => "diversity.distinct-rows";
    public override string Title => "Distinct rows";
    public override string What => "Share of synthetic rows that repeat no other: well below what real rows get means the same few rows are made again and again.";
    public override Direction Direction => Direction.NotBelow;

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        Data.Table real = data.Full(Side.Real)!, made = data.Full(Side.Synthetic)!;
        int[] columns = [.. Enumerable.Range(0, real.Columns.Length).Where(i => real.Columns[i].Kind != ColumnKind.Identifier)];
        if (columns.Length == 0) return Finding.None("the table has identifiers only");
        var count = Math.Min(RowLimit, Math.Min(real.Rows, made.Rows));
        var distinct = Distinct(made);
        return new Finding(new Score((double)distinct / count, RankStatistics.Wilson(distinct, count), (double)Distinct(real) / count)) { SampledRows = count < made.Rows ? count : null };

        int Distinct(Data.Table table)
        {
            var some = count == table.Rows ? table : table.Take(RowSample.Of(table.Rows, count, run.Stream("evaluate/distinct")));
            return new HashSet<ulong>(RowKeys.Of(real, some, columns, run, ct)).Count;
        }
    }
}
