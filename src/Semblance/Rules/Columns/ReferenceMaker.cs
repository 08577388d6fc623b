using Semblance.Data;

namespace Semblance.Rules;

/// <summary>A column of the rows that a reference has chosen.</summary>
internal sealed class ReferenceMaker(int choice, int table, int column) : ColumnMaker
{
    public override Column Make(RowFrame frame)
    {
        var rows = frame.Chosen(choice);
        if (Array.IndexOf(rows, -1L) < 0) return frame.Scope.Column(table, column, rows).WithSchema(Schema);
        var none = Array.ConvertAll(rows, r => r < 0);
        return Gaps.Without(frame.Scope.Column(table, column, Array.ConvertAll(rows, r => Math.Max(0, r))), Schema, none);
    }
}

/// <summary>A number over the children of each row.</summary>
internal sealed class AggregateMaker(AggregateKind kind, int children, int column, int decimals) : ColumnMaker
{
    private const int MostAtOnce = 1 << 18; // children made together

    public override Column Make(RowFrame frame)
    {
        var index = frame.Scope.Rows.Tables[children].Children!;
        var (firsts, counts) = index.Of(frame.Rows);
        if (kind == AggregateKind.Count) return new NumberColumn(Schema, Array.ConvertAll(counts, c => (double)c));
        var moments = Schema.Kind == ColumnKind.DateTime;
        var values = new double[frame.Count];
        var ticks = new long[moments ? frame.Count : 0];
        for (var start = 0; start < frame.Count;)
        {
            // parents whose children are made together
            long total = counts[start];
            var end = start + 1;
            while (end < frame.Count && (frame.IsRun || total + counts[end] <= MostAtOnce)) total += counts[end++];
            var cells = frame.IsRun ? frame.Scope.Frame(children, firsts[start], checked((int)total)).Column(column) : frame.Scope.Frame(children, Rows(firsts, counts, start, end, total)).Column(column);
            var at = 0;
            for (; start < end; at += counts[start++])
                if (moments) ticks[start] = Extreme(((DateTimeColumn)cells).Ticks.AsSpan(at, counts[start]));
                else values[start] = Of(((NumberColumn)cells).Values.AsSpan(at, counts[start]));
        }
        return moments ? new DateTimeColumn(Schema, ticks) : new NumberColumn(Schema, values);
    }

    private static long[] Rows(long[] firsts, int[] counts, int start, int end, long total)
    {
        var rows = new long[total];
        for (int i = start, at = 0; i < end; i++)
            for (var c = 0; c < counts[i]; c++) rows[at++] = firsts[i] + c;
        return rows;
    }

    private double Of(ReadOnlySpan<double> cells)
    {
        var (sum, least, most, n) = (0.0, double.PositiveInfinity, double.NegativeInfinity, 0);
        foreach (var cell in cells)
        {
            if (double.IsNaN(cell)) continue;
            sum += cell;
            (least, most, n) = (Math.Min(least, cell), Math.Max(most, cell), n + 1);
        }
        if (n == 0 && kind != AggregateKind.Sum) return double.NaN;
        return LawMaker.Rounded(kind switch { AggregateKind.Sum => sum, AggregateKind.Min => least, AggregateKind.Max => most, _ => sum / n }, decimals);
    }

    private long Extreme(ReadOnlySpan<long> cells)
    {
        var best = long.MinValue;
        foreach (var cell in cells)
            if (cell >= 0 && (best < 0 || (kind == AggregateKind.Min ? cell < best : cell > best))) best = cell;
        return best;
    }
}

/// <summary>A column of a fitted model's rows.</summary>
internal sealed class ModelledMaker(IRowModel model, int column) : ColumnMaker
{
    public override Column Make(RowFrame frame) => frame.RowsOf(model).Columns[column].WithSchema(Schema);
}
