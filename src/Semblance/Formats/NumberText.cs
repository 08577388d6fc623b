using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Semblance.Data;

namespace Semblance.Formats;

/// <summary>
/// Reads the text of a number into a double and a form code from which, with the double, the same text can be made again:
/// <c>1.50</c> is 1.5 with two decimals of which one is a trailing zero.
/// </summary>
internal static class NumberText
{
    /// <summary>Most decimals a packed form can hold.</summary>
    public const int MaxDecimals = 20;
    // Above the triangle: the shortest round-trip digits, more than 15, with 1 to 19 decimals.
    private const int PackedShortest = 230;
    /// <summary>The text is what the shortest round-trip digits give.</summary>
    public const int Shortest = 254;
    /// <summary>A number, but its text must be kept.</summary>
    public const int Verbatim = 255;
    /// <summary>Not a number that fits a double.</summary>
    public const int NotANumber = -1;
    /// <summary>A whole number beyond 2^53, which a double would change.</summary>
    public const int TooBig = -2;

    // 10^0 to 10^22 are exact in a double: mantissa (at most 15 digits) over one of them is one correctly rounded division.
    private static ReadOnlySpan<double> PowersOfTen =>
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    // (decimals, trailing zeros) -> 0..230, a triangle.
    private static ReadOnlySpan<byte> Triangle => [0, 1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 66, 78, 91, 105, 120, 136, 153, 171, 190, 210];

    /// <summary>Decimals written and, of these, trailing zeros.</summary>
    public static (int Decimals, int Zeros) Unpack(int code)
    {
        if (code > PackedShortest) return (code - PackedShortest, 0);
        var decimals = 0;
        while (decimals < MaxDecimals && Triangle[decimals + 1] <= code) decimals++;
        return (decimals, code - Triangle[decimals]);
    }

    /// <summary>Parses a text without surrounding spaces.</summary>
    /// <returns>A form code, <see cref="Shortest"/>, <see cref="Verbatim"/>, <see cref="NotANumber"/> or <see cref="TooBig"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Parse(ReadOnlySpan<byte> text, out double value)
    {
        ref var p = ref MemoryMarshal.GetReference(text);
        var n = text.Length;
        var i = 0;
        var negative = n > 0 && p == '-';
        if (negative) i = 1;
        var first = i;
        ulong mantissa = 0;
        uint digit;
        while (i < n && (digit = (uint)Unsafe.Add(ref p, i) - '0') <= 9)
        {
            mantissa = mantissa * 10 + digit;
            i++;
        }
        var whole = i - first;
        // Plain whole number: no leading zero, at most 15 digits.
        if (i == n)
        {
            if ((uint)(whole - 1) < 15u && (Unsafe.Add(ref p, first) != '0' || (whole == 1 && !negative)))
            {
                value = negative ? -(double)mantissa : mantissa;
                return 0;
            }
        }
        else if (Unsafe.Add(ref p, i) == '.' && whole > 0 && (Unsafe.Add(ref p, first) != '0' || whole == 1))
        {
            i++;
            var point = i;
            // Eight digits at a step where there are so many: a chain of single ones is what long decimals cost.
            for (ulong eight; i + 8 <= n && AreDigits(eight = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref p, i))); i += 8)
                mantissa = mantissa * 100_000_000 + EightDigits(eight);
            while (i < n && (digit = (uint)Unsafe.Add(ref p, i) - '0') <= 9)
            {
                mantissa = mantissa * 10 + digit;
                i++;
            }
            var decimals = i - point;
            // At most 15 significant digits; leading zeros of 0.000… do not count, but then 16 places keep the sum from overflowing.
            if (i == n && decimals > 0 && whole + decimals <= 16 && mantissa < 1_000_000_000_000_000 && (mantissa != 0 || !negative))
            {
                value = mantissa / PowersOfTen[decimals];
                if (negative) value = -value;
                var zeros = 0;
                if (Unsafe.Add(ref p, n - 1) == '0')
                {
                    zeros = 1;
                    while (zeros < decimals && Unsafe.Add(ref p, n - 1 - zeros) == '0') zeros++;
                }
                return Triangle[decimals] + zeros;
            }
            if (i == n && whole + decimals <= 19 && ShortestDigits.TryRead(mantissa, decimals, out value, out var shortest))
            {
                if (negative) value = -value;
                return shortest ? PackedShortest + decimals : Verbatim;
            }
        }
        return ParseSlow(text, out value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ParseSlow(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        // [+-] digits [. digits] [e [+-] digits], with a digit on at least one side of the point, no leading zero before another digit
        var i = 0;
        if (i < text.Length && text[i] is (byte)'+' or (byte)'-') i++;
        var first = i;
        while (i < text.Length && IsDigit(text[i])) i++;
        var whole = i - first;
        if (whole > 1 && text[first] == '0') return NotANumber;
        var decimals = 0;
        var plain = true;
        if (i < text.Length && text[i] == '.')
        {
            plain = false;
            var point = ++i;
            while (i < text.Length && IsDigit(text[i])) i++;
            decimals = i - point;
        }
        if (whole + decimals == 0) return NotANumber;
        if (i < text.Length && text[i] is (byte)'e' or (byte)'E')
        {
            plain = false;
            i++;
            if (i < text.Length && text[i] is (byte)'+' or (byte)'-') i++;
            var exponent = i;
            while (i < text.Length && IsDigit(text[i])) i++;
            if (i == exponent) return NotANumber;
        }
        if (i != text.Length || text.Length > 1100) return NotANumber;
        var digits = text[0] == '+' ? text[1..] : text;
        if (!double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out value) || !double.IsFinite(value)) return NotANumber;
        if (plain && Math.Abs(value) > 9007199254740992.0) return TooBig;
        if (plain && Math.Abs(value) == 9007199254740992.0 && !digits.TrimStart((byte)'-').SequenceEqual("9007199254740992"u8)) return TooBig;
        if (value == 0) value = 0; // no minus zero
        Span<byte> again = stackalloc byte[NumberColumn.MaxLength];
        return again[..NumberColumn.Format(value, default, again)].SequenceEqual(text) ? Shortest : Verbatim;
    }

    /// <summary>Makes the text of a value again.</summary>
    /// <param name="value">The value.</param>
    /// <param name="code">Form code or <see cref="Shortest"/>.</param>
    /// <param name="output">At least <see cref="NumberColumn.MaxLength"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public static int Format(double value, int code, Span<byte> output)
    {
        if (code > PackedShortest) return NumberColumn.Format(value, default, output);
        var (decimals, _) = Unpack(code);
        var at = 0;
        if (value < 0) output[at++] = (byte)'-';
        // The product is within half a unit of the mantissa that was read, which has at most 15 digits.
        var mantissa = (ulong)Math.Round(Math.Abs(value) * PowersOfTen[decimals]);
        Span<byte> digits = stackalloc byte[24];
        Utf8Formatter.TryFormat(mantissa, digits, out var n, decimals == 0 ? default : new System.Buffers.StandardFormat('D', (byte)(decimals + 1)));
        digits[..(n - decimals)].CopyTo(output[at..]);
        at += n - decimals;
        if (decimals == 0) return at;
        output[at++] = (byte)'.';
        digits.Slice(n - decimals, decimals).CopyTo(output[at..]);
        return at + decimals;
    }

    // Each byte is 0x30 to 0x39: the upper half is 3, and still is when 6 is added.
    private static bool AreDigits(ulong eight) =>
        (eight & 0xF0F0F0F0F0F0F0F0 | (eight + 0x0606060606060606 & 0xF0F0F0F0F0F0F0F0) >> 4) == 0x3333333333333333;

    // The first digit is the lowest byte. Neighbours are joined to pairs, pairs to fours, fours to eight.
    private static ulong EightDigits(ulong eight)
    {
        eight = (eight & 0x0F0F0F0F0F0F0F0F) * 2561 >> 8;
        eight = (eight & 0x00FF00FF00FF00FF) * 6553601 >> 16;
        return (eight & 0x0000FFFF0000FFFF) * 42949672960001 >> 32;
    }

    private static bool IsDigit(byte b) => (uint)b - '0' <= 9;
}
