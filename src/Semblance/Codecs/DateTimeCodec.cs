using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Codecs;

/// <summary>Dates and times: as numbers, in the coarsest unit that all of them are whole multiples of (days, hours, ... ticks).</summary>
public sealed class DateTimeCodec : ColumnCodec
{
    internal const string Type = "datetime";
    private static ReadOnlySpan<long> Units => [TimeSpan.TicksPerDay, TimeSpan.TicksPerHour, TimeSpan.TicksPerMinute, TimeSpan.TicksPerSecond, TimeSpan.TicksPerMillisecond, 10, 1];
    private readonly OrderedCells line;
    private readonly long unit;

    private DateTimeCodec(ColumnSchema schema, OrderedCells line, long unit) : base(schema, schema.MissingMarkers.Length + line.Count, true) =>
        (this.line, this.unit) = (line, unit);

    internal DateTimeCodec(CodecState state) : this(state.Schema, OrderedCells.FromNumbers(state.Numbers.AsSpan(Math.Min(1, state.Numbers.Length)), state), UnitOf(state))
    {
        if (Array.Exists(line.Low, low => low < 0) || Array.Exists(line.High, high => high * unit > DateTime.MaxValue.Ticks)) throw state.Unfit("a moment lies outside the calendar");
    }

    private static long UnitOf(CodecState state) =>
        state.Numbers.Length > 0 && Units.IndexOf((long)Math.Clamp(state.Numbers[0], 0, 1e18)) >= 0 ? (long)state.Numbers[0] : throw state.Unfit("its unit of time is unknown");

    internal static DateTimeCodec Learn(DateTimeColumn column, int rare, ColumnEncoding encoding)
    {
        var ticks = column.Ticks.Where(t => t >= 0).ToArray();
        var unit = 1L;
        foreach (var candidate in Units)
            if (Array.TrueForAll(ticks, t => t % candidate == 0))
            {
                unit = candidate;
                break;
            }
        var sorted = Array.ConvertAll(ticks, t => (double)(t / unit));
        Array.Sort(sorted);
        return new DateTimeCodec(column.Schema, OrderedCells.Learn(sorted, rare, 1, encoding), unit);
    }

    /// <inheritdoc/>
    public override void Encode(Column column, Span<int> cells)
    {
        var moments = (DateTimeColumn)column;
        for (var row = 0; row < cells.Length; row++)
        {
            var code = moments.MissingCode(row);
            cells[row] = code >= 0 ? Math.Min(code, MissingCells - 1) : line.Count == 0 ? -1 : MissingCells + line.CellOf((double)moments.Ticks[row] / unit);
        }
    }

    /// <inheritdoc/>
    public override Column Decode(ReadOnlySpan<int> cells, ReadOnlySpan<long> rows, RandomStream stream, uint draw)
    {
        var ticks = new long[cells.Length];
        for (var i = 0; i < cells.Length; i++)
        {
            var c = cells[i] - MissingCells;
            if (c < 0) ticks[i] = long.MinValue + cells[i];
            else
            {
                double low = line.Low[c], high = line.High[c];
                var words = low == high ? default : stream.Words(rows[i], draw);
                var value = low + (high - low) * ((words.A + words.B * (1.0 / 4294967296.0)) * (1.0 / 4294967296.0));
                ticks[i] = (long)Math.Clamp(Math.Round(value), Math.Ceiling(low), Math.Max(Math.Ceiling(low), Math.Floor(high))) * unit;
            }
        }
        return new DateTimeColumn(Schema, ticks);
    }

    /// <inheritdoc/>
    public override Column Candidates(out int[] cells)
    {
        (var values, cells) = line.Candidates(MissingCells);
        cells = [.. Enumerable.Range(0, MissingCells), .. cells];
        return new DateTimeColumn(Schema, [.. Enumerable.Range(0, MissingCells).Select(m => long.MinValue + m), .. values.Select(v => (long)Math.Round(v) * unit)]);
    }

    /// <inheritdoc/>
    public override CodecState State => new(Type, Schema, [unit, .. line.ToNumbers()], []);
}
