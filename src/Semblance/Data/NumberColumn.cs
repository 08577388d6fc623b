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
        else if (Verbatim is VerbatimTexts texts && texts.TryGetUtf8(row, out var utf8)) output.Write(utf8);
        else if (Verbatim is not null and not VerbatimTexts && Verbatim.TryGetValue(row, out var text)) Encoding.UTF8.GetBytes(text, output);
        else output.Advance(Format(value, Schema.Number, output.GetSpan(MaxLength)));
    }

    /// <summary>Bytes that any formatted number fits in.</summary>
    public const int MaxLength = 352;

    /// <summary>Writes a number in a form: shortest digits that round-trip, never an exponent, padded with zeros to the form's least decimals.</summary>
    /// <param name="value">A finite number.</param>
    /// <param name="form">Its form.</param>
    /// <param name="output">At least <see cref="MaxLength"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public static int Format(double value, NumberForm form, Span<byte> output)
    {
        var size = Math.Abs(value);
        if (size < 1e15)
        {
            // A decimal of at most 15 digits that gives this very double back is its shortest text, so the integer m over 10^d tells all.
            var decimals = Math.Min(form.MaxDecimals, 15);
            while (decimals > 0 && size * PowersOfTen[decimals] >= 1e15) decimals--;
            var mantissa = (ulong)(size * PowersOfTen[decimals] + 0.5);
            if (mantissa / PowersOfTen[decimals] == size && mantissa < 1_000_000_000_000_000) return Write(mantissa, decimals, form.MinDecimals, value < 0, output);
        }
        return ShortestDigits.TryFind(size, out var digits, out var places)
            ? Write(digits, places, form.MinDecimals, value < 0, output)
            : FormatShortest(value, form, output);
    }

    // 10^0 to 10^15, exact in a double.
    private static ReadOnlySpan<double> PowersOfTen => [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    private static int Write(ulong mantissa, int decimals, int minDecimals, bool negative, Span<byte> output)
    {
        while (decimals > minDecimals)
        {
            var tenth = mantissa / 10;
            if (tenth * 10 != mantissa) break;
            (mantissa, decimals) = (tenth, decimals - 1);
        }
        var at = 0;
        if (negative) output[at++] = (byte)'-';
        // Digits from the right; at least one before the point.
        var digits = Math.Max(ShortestDigits.CountDigits(mantissa), decimals + 1);
        var end = at + digits + (decimals > 0 ? 1 : 0);
        var i = end;
        for (var d = 0; d < decimals; d++)
        {
            var tenth = mantissa / 10;
            output[--i] = (byte)('0' + (mantissa - tenth * 10));
            mantissa = tenth;
        }
        if (decimals > 0) output[--i] = (byte)'.';
        do
        {
            var tenth = mantissa / 10;
            output[--i] = (byte)('0' + (mantissa - tenth * 10));
            mantissa = tenth;
        } while (i > at);
        if (decimals < minDecimals)
        {
            if (decimals == 0) output[end++] = (byte)'.';
            output.Slice(end, minDecimals - decimals).Fill((byte)'0');
            end += minDecimals - decimals;
        }
        return end;
    }

    // The shortest digits of any double, moved to where the exponent says.
    private static int FormatShortest(double value, NumberForm form, Span<byte> output)
    {
        Span<byte> text = stackalloc byte[40];
        value.TryFormat(text, out var n, "R", System.Globalization.CultureInfo.InvariantCulture);
        text = text[..n];
        Span<byte> digits = stackalloc byte[40];
        int count = 0, point = -1, exponent = 0;
        foreach (var b in text)
        {
            if (b == '.') point = count;
            else if (b is (byte)'E')
            {
                Utf8Parser.TryParse(text[(text.IndexOf((byte)'E') + 1)..], out exponent, out _);
                break;
            }
            else if (b != '-') digits[count++] = b;
        }
        point = (point < 0 ? count : point) + exponent; // digits before the point
        var at = 0;
        if (value < 0) output[at++] = (byte)'-';
        if (point <= 0) output[at++] = (byte)'0';
        for (var i = 0; i < point; i++) output[at++] = i < count ? digits[i] : (byte)'0';
        var decimals = 0;
        for (var i = point; i < count || decimals < form.MinDecimals; i++, decimals++)
        {
            if (decimals == 0) output[at++] = (byte)'.';
            output[at++] = i >= 0 && i < count ? digits[i] : (byte)'0';
        }
        return at;
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

    /// <summary>Exact texts of columns that follow each other; null for none.</summary>
    internal static Dictionary<int, string>? Texts(NumberColumn[] parts)
    {
        Dictionary<int, string>? texts = null;
        var before = 0;
        foreach (var part in parts)
        {
            foreach (var (row, text) in part.Verbatim ?? new Dictionary<int, string>()) (texts ??= [])[before + row] = text;
            before += part.Count;
        }
        return texts;
    }

    /// <inheritdoc/>
    public override Column WithSchema(ColumnSchema schema) => new NumberColumn(schema, Values, Markers, Verbatim);
}
