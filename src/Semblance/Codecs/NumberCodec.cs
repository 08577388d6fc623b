using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Codecs;

/// <summary>Integers and decimals: frequent values as they are, the rest in ranges, written with as many decimals as the real ones.</summary>
public sealed class NumberCodec : ColumnCodec
{
    internal const string Type = "number";
    private const int MaxDecimals = 15;
    private readonly OrderedCells line;
    private readonly double[] decimals; // cumulated share of values with at most d decimals, d = 0..MaxDecimals, among those inside ranges

    private NumberCodec(ColumnSchema schema, OrderedCells line, double[] decimals) : base(schema, schema.MissingMarkers.Length + line.Count, true) =>
        (this.line, this.decimals) = (line, decimals);

    internal NumberCodec(CodecState state) : this(state.Schema, OrderedCells.FromNumbers(state.Numbers.AsSpan(Math.Min(state.Numbers.Length, MaxDecimals + 1)), state),
        state.Numbers.Length > MaxDecimals ? state.Numbers[..(MaxDecimals + 1)] : throw state.Unfit("its decimals are missing")) { }

    internal static NumberCodec Learn(NumberColumn column, int rare, ColumnEncoding encoding)
    {
        var sorted = column.Values.Where(v => !double.IsNaN(v)).ToArray();
        Array.Sort(sorted);
        var form = column.Schema.Number;
        var places = Math.Min(form.MaxDecimals, MaxDecimals);
        var line = OrderedCells.Learn(sorted, rare, 1 / Power(places), encoding);
        return new NumberCodec(column.Schema, line, DecimalShares(sorted, line, places));
    }

    /// <summary>How many decimals the values inside ranges have: 0.5 beside 0.333333 should stay as frequent as it was.</summary>
    private static double[] DecimalShares(double[] sorted, OrderedCells line, int places)
    {
        var counts = new double[MaxDecimals + 1];
        for (int i = 0, c = 0; i < sorted.Length; i++)
        {
            while (c + 1 < line.Count && line.From[c + 1] <= sorted[i]) c++;
            if (line.Low[c] == line.High[c]) continue;
            var d = 0;
            while (d < places && Math.Round(sorted[i] * Power(d)) / Power(d) != sorted[i]) d++;
            counts[d]++;
        }
        double total = 0, sum = 0;
        foreach (var count in counts) total += count;
        for (var d = 0; d <= MaxDecimals; d++) counts[d] = total == 0 ? d >= places ? 1 : 0 : (sum += counts[d]) / total;
        return counts;
    }

    private static double Power(int d) => PowersOfTen[d];

    private static ReadOnlySpan<double> PowersOfTen => [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    /// <inheritdoc/>
    public override void Encode(Column column, Span<int> cells)
    {
        var number = (NumberColumn)column;
        for (var row = 0; row < cells.Length; row++)
        {
            var value = number.Values[row];
            cells[row] = double.IsNaN(value) ? Math.Min(number.MissingCode(row), MissingCells - 1) : line.Count == 0 ? -1 : MissingCells + line.CellOf(value);
        }
    }

    /// <inheritdoc/>
    public override Column Decode(ReadOnlySpan<int> cells, ReadOnlySpan<long> rows, RandomStream stream, uint draw)
    {
        var values = new double[cells.Length];
        var markers = MissingCells > 1 ? new byte[cells.Length] : null;
        for (var i = 0; i < cells.Length; i++)
        {
            var c = cells[i] - MissingCells;
            if (c < 0)
            {
                values[i] = double.NaN;
                if (markers is not null) markers[i] = (byte)cells[i];
            }
            else values[i] = line.Low[c] == line.High[c] ? Writable(line.Low[c]) : Within(c, stream.Words(rows[i], draw));
        }
        return new NumberColumn(Schema, values, markers);
    }

    /// <summary>A value inside a range, rounded to a number of decimals that is as frequent as among the real ones.</summary>
    private double Within(int c, (uint A, uint B, uint C, uint D) words)
    {
        double low = line.Low[c], high = line.High[c];
        var value = low + (high - low) * ((words.A + words.B * (1.0 / 4294967296.0)) * (1.0 / 4294967296.0));
        var u = RandomStream.Unit(words.C);
        var d = 0;
        while (d < MaxDecimals && u >= decimals[d]) d++;
        for (; d < MaxDecimals && d <= Schema.Number.MaxDecimals; d++)
        {
            var rounded = Math.Round(value * Power(d)) / Power(d);
            if (rounded >= low && rounded <= high) return rounded;
        }
        return Math.Round(value * Power(Math.Min(MaxDecimals, Schema.Number.MaxDecimals))) / Power(Math.Min(MaxDecimals, Schema.Number.MaxDecimals));
    }

    /// <summary>A mean of extremes, rounded to what the column can write; a frequent value is that already.</summary>
    private double Writable(double value)
    {
        var power = Power(Math.Min(MaxDecimals, Schema.Number.MaxDecimals));
        return Math.Abs(value) * power < 1L << 53 ? Math.Round(value * power) / power : value;
    }

    /// <inheritdoc/>
    public override Column Candidates(out int[] cells)
    {
        (var values, cells) = line.Candidates(MissingCells);
        values = [.. Enumerable.Repeat(double.NaN, MissingCells), .. values];
        cells = [.. Enumerable.Range(0, MissingCells), .. cells];
        return new NumberColumn(Schema, values, MissingCells > 1 ? [.. cells.Select(c => (byte)Math.Min(c, MissingCells - 1))] : null);
    }

    /// <inheritdoc/>
    public override CodecState State => new(Type, Schema, [.. decimals, .. line.ToNumbers()], []);
}
