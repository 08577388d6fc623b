using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Semblance.Data;

/// <summary>
/// Integers and decimals as doubles. A missing cell is a NaN whose marker code stands in <see cref="Markers"/>.
/// Texts that value and <see cref="NumberForm"/> can't give back (<c>1e5</c>, <c>+3</c>, <c>1.50</c> beside <c>1.5</c>) are kept in <see cref="Verbatim"/>.
/// </summary>
public sealed class NumberColumn : Column
{
    /// <summary>Makes a column; arrays are kept, not copied.</summary>
    /// <param name="schema">Integer or Decimal.</param>
    /// <param name="values">One double a row, NaN where missing.</param>
    /// <param name="markers">Marker code of each missing cell, null when all missing cells have marker 0.</param>
    /// <param name="verbatim">Row to exact text, for texts that can't be recomputed.</param>
    public NumberColumn(ColumnSchema schema, double[] values, byte[]? markers = null, IReadOnlyDictionary<int, string>? verbatim = null)
        : base(schema, values.Length) => (Values, Markers, Verbatim) = (values, markers, verbatim);

    /// <summary>The values, NaN where missing.</summary>
    public double[] Values { get; }

    /// <summary>Marker code per row (only meaningful where the value is NaN), or null for all 0.</summary>
    public byte[]? Markers { get; }

    /// <summary>Exact texts of the rows whose text can't be recomputed; null when there are none.</summary>
    public IReadOnlyDictionary<int, string>? Verbatim { get; }

    /// <inheritdoc/>
    public override int MissingCode(int row) => double.IsNaN(Values[row]) ? Markers?[row] ?? 0 : -1;

    /// <inheritdoc/>
    public override void WriteText(int row, IBufferWriter<byte> output)
    {
        var value = Values[row];
        if (double.IsNaN(value)) WriteMarker(Markers?[row] ?? 0, output);
        else if (Verbatim is not null && Verbatim.TryGetValue(row, out var text)) Encoding.UTF8.GetBytes(text, output);
        else output.Advance(Format(value, Schema.Number, output.GetSpan(MaxLength)));
    }

    /// <summary>Bytes that any formatted number fits in.</summary>
    public const int MaxLength = 352;

    /// <summary>Writes a number in a form: shortest digits that round-trip, never an exponent, padded with zeros to the form's least decimals.</summary>
    /// <returns>Bytes written.</returns>
    public static int Format(double value, NumberForm form, Span<byte> output)
    {
        if (value == 0) value = 0; // no minus zero
        var asLong = (long)value;
        if (form.MaxDecimals == 0 && asLong == value && Math.Abs(value) < 1e15)
        {
            Utf8Formatter.TryFormat(asLong, output, out var n);
            return n;
        }
        value.TryFormat(output, out var written, "R", System.Globalization.CultureInfo.InvariantCulture);
        var digits = output[..written];
        if (digits.IndexOfAny((byte)'E', (byte)'e') >= 0)
        {
            // decimal expansion of the same shortest digits
            value.TryFormat(output, out written, Math.Abs(value) >= 1 ? "F0" : "F" + Math.Min(340, form.MaxDecimals == 0 ? 20 : form.MaxDecimals), System.Globalization.CultureInfo.InvariantCulture);
            digits = output[..written];
        }
        var point = digits.IndexOf((byte)'.');
        var decimals = point < 0 ? 0 : written - point - 1;
        if (decimals < form.MinDecimals)
        {
            if (point < 0) output[written++] = (byte)'.';
            output.Slice(written, form.MinDecimals - decimals).Fill((byte)'0');
            written += form.MinDecimals - decimals;
        }
        return written;
    }

    /// <inheritdoc/>
    public override Column Take(ReadOnlySpan<int> rows)
    {
        var values = new double[rows.Length];
        var markers = Markers is null ? null : new byte[rows.Length];
        Dictionary<int, string>? verbatim = null;
        for (var i = 0; i < rows.Length; i++)
        {
            values[i] = Values[rows[i]];
            if (markers is not null) markers[i] = Markers![rows[i]];
            if (Verbatim is not null && Verbatim.TryGetValue(rows[i], out var text)) (verbatim ??= [])[i] = text;
        }
        return new NumberColumn(Schema, values, markers, verbatim);
    }

    /// <inheritdoc/>
    public override Column WithSchema(ColumnSchema schema) => new NumberColumn(schema, Values, Markers, Verbatim);
}
