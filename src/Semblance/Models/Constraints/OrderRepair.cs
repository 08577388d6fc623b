using System.Collections.Immutable;
using Semblance.Codecs;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Numerics;
using Semblance.Rules;

namespace Semblance.Models;

/// <summary>
/// Exchanges two values that stand the wrong way round. A model that knows ranges of values breaks an order mostly where the two are near each other (a first bill is the
/// sum of all bills): drawing such rows again would make them rare. Values that the other column can't hold are not exchanged.
/// </summary>
internal sealed class OrderRepair : IRepair
{
    private readonly ImmutableArray<ValueOrder> orders;
    private readonly Dictionary<int, (double Low, double High, long Unit)> forms = []; // what a column can hold

    public OrderRepair(ImmutableArray<ValueOrder> orders, ColumnCodec[] codecs)
    {
        this.orders = orders;
        Writes = [.. orders.SelectMany(o => new[] { o.Lesser, o.Greater }).Distinct()];
        foreach (var c in Writes)
        {
            var values = codecs[c].Candidates(out _) switch
            {
                NumberColumn number => number.Values.Where(v => !double.IsNaN(v)),
                var moment => ((DateTimeColumn)moment).Ticks.Where(t => t >= 0).Select(t => (double)t),
            };
            forms[c] = (values.DefaultIfEmpty(double.PositiveInfinity).Min(), values.DefaultIfEmpty(double.NegativeInfinity).Max(), Unit(codecs[c].Schema));
        }
    }

    public ImmutableArray<int> Reads => Writes;

    public ImmutableArray<int> Writes { get; }

    /// <summary>What the last sign of a date stands for, in ticks; 0 for what is longer than a day.</summary>
    private static long Unit(ColumnSchema column) => column.Format is not { } format || format.Contains('f', StringComparison.OrdinalIgnoreCase) ? 1
        : format.Contains('s') ? TimeSpan.TicksPerSecond : format.Contains('m') ? TimeSpan.TicksPerMinute
        : format.Contains('h', StringComparison.OrdinalIgnoreCase) ? TimeSpan.TicksPerHour : format.Contains('d') ? TimeSpan.TicksPerDay : 0;

    /// <summary>A moment as a column can write it.</summary>
    public static long Floor(long ticks, ColumnSchema column) => Unit(column) is > 0 and var unit ? ticks / unit * unit : ticks;

    public void Apply(Column[] columns, DrawnRows drawn, RandomStream stream)
    {
        var isOwn = new HashSet<int>(); // columns that are copies already
        for (var pass = 0; pass < orders.Length; pass++)
        {
            var changed = false;
            foreach (var order in orders)
                changed |= columns[order.Lesser] is NumberColumn ? Numbers(columns, order, drawn, isOwn) : Dates(columns, order, drawn, isOwn);
            if (!changed) return;
        }
    }

    private bool Numbers(Column[] columns, ValueOrder order, DrawnRows drawn, HashSet<int> isOwn)
    {
        var (low, high) = ((NumberColumn)columns[order.Lesser], (NumberColumn)columns[order.Greater]);
        int lowDecimals = Math.Min(15, low.Schema.Number.MaxDecimals), highDecimals = Math.Min(15, high.Schema.Number.MaxDecimals);
        var changed = false;
        for (var row = 0; row < drawn.Count; row++)
        {
            if (!(low.Values[row] > high.Values[row]) || !Allows(order, drawn, row, low.Values[row], high.Values[row])) continue;
            if (!changed)
            {
                low = Own(columns, order.Lesser, low, isOwn);
                high = Own(columns, order.Greater, high, isOwn);
                changed = true;
            }
            (low.Values[row], high.Values[row]) = (Math.Round(high.Values[row], lowDecimals) + 0.0, Math.Round(low.Values[row], highDecimals) + 0.0);
        }
        return changed;
    }

    private bool Dates(Column[] columns, ValueOrder order, DrawnRows drawn, HashSet<int> isOwn)
    {
        var (low, high) = ((DateTimeColumn)columns[order.Lesser], (DateTimeColumn)columns[order.Greater]);
        long lowUnit = forms[order.Lesser].Unit, highUnit = forms[order.Greater].Unit;
        if (lowUnit == 0 || highUnit == 0) return false;
        var changed = false;
        for (var row = 0; row < drawn.Count; row++)
        {
            if (high.Ticks[row] < 0 || low.Ticks[row] <= high.Ticks[row] || !Allows(order, drawn, row, low.Ticks[row], high.Ticks[row])) continue;
            if (!changed)
            {
                if (isOwn.Add(order.Lesser)) columns[order.Lesser] = low = new DateTimeColumn(low.Schema, [.. low.Ticks]);
                if (isOwn.Add(order.Greater)) columns[order.Greater] = high = new DateTimeColumn(high.Schema, [.. high.Ticks]);
                changed = true;
            }
            (low.Ticks[row], high.Ticks[row]) = (high.Ticks[row] / lowUnit * lowUnit, low.Ticks[row] / highUnit * highUnit);
        }
        return changed;
    }

    private bool Allows(ValueOrder order, DrawnRows drawn, int row, double low, double high)
    {
        var (lesser, greater) = (forms[order.Lesser], forms[order.Greater]);
        return high >= lesser.Low && high <= lesser.High && low >= greater.Low && low <= greater.High && drawn.IsOpen(order.Lesser, row) && drawn.IsOpen(order.Greater, row);
    }

    private static NumberColumn Own(Column[] columns, int index, NumberColumn column, HashSet<int> isOwn)
    {
        if (isOwn.Add(index)) columns[index] = column = new NumberColumn(column.Schema, [.. column.Values], column.Markers);
        return column;
    }

    public void Save(ModelArchive archive, string name) { }
}
