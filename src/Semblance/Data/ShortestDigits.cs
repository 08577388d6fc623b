using System.Runtime.CompilerServices;

namespace Semblance.Data;

/// <summary>
/// The shortest decimal of a double, and the double of a long decimal, by exact integers. Answers for about 0.001 to 2^52 with up to 18 digits,
/// which is nearly all of what tables hold; says false for the rest, for powers of two and for exact ties, which the runtime's own routines then take.
/// </summary>
/// <remarks>
/// A double is m / 2^k. A decimal D / 10^d reads as it when |D 2^k - m 10^d| &lt; 10^d / 2. Of all decimals with n digits the nearest to the double reads as
/// it if any does, so the first n of 15, 16, 17 whose nearest decimal does is the shortest; below 15 digits decimals are unique, and trailing zeros go.
/// </remarks>
internal static class ShortestDigits
{
    private const ulong Hidden = 1ul << 52;

    private static ReadOnlySpan<ulong> PowersOfTen =>
    [
        1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000, 100_000_000_000, 1_000_000_000_000, 10_000_000_000_000,
        100_000_000_000_000, 1_000_000_000_000_000, 10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
    ];

    /// <summary>Shortest digits of a positive double: the value is <paramref name="digits"/> / 10^<paramref name="decimals"/>.</summary>
    public static bool TryFind(double value, out ulong digits, out int decimals)
    {
        (digits, decimals) = (0, 0);
        if (!(value >= 1e-3 && value < Hidden)) return false;
        var (m, k) = Split(value);
        if (m == Hidden) return false; // the gap below a power of two is half as wide
        var whole = value >= 1 ? CountDigits((ulong)value) : value >= 0.1 ? 0 : value >= 0.01 ? -1 : -2;
        for (var n = Math.Max(15, whole); n <= 17; n++)
        {
            decimals = n - whole;
            var power = PowersOfTen[decimals];
            // product = m 10^d; its part above bit k are the digits, below it the error. k is at most 62.
            var high = Math.BigMul(m, power, out var low);
            var rest = low & (1ul << k) - 1;
            digits = high << 64 - k | low >> k;
            var half = 1ul << k - 1;
            // Half way between two decimals: the even one, as everyone does.
            if (rest > half || rest == half && (digits & 1) == 1) (digits, rest) = (digits + 1, (1ul << k) - rest);
            if (rest * 2 == power) return false;
            if (rest * 2 > power) continue;
            while (decimals > 0 && digits % 10 == 0) (digits, decimals) = (digits / 10, decimals - 1);
            return true;
        }
        return false;
    }

    /// <summary>The double nearest to <paramref name="digits"/> / 10^<paramref name="decimals"/>, and whether these are its shortest digits.</summary>
    public static bool TryRead(ulong digits, int decimals, out double value, out bool shortest)
    {
        (value, shortest) = (0, false);
        if (digits is 0 or >= 1_000_000_000_000_000_000 || decimals is < 1 or > 19) return false;
        var power = PowersOfTen[decimals];
        value = digits / (double)power; // at most two units off in the last place
        if (!(value >= 1e-3 && value < Hidden)) return false;
        var (m, k) = Split(value);
        if (decimals > 17 || k > 58) return TryReadWide(digits, decimals, m, k, ref value, out shortest);
        // The error is below 2^60, so its low 64 bits are all of it; so are those of its neighbours.
        var limit = (long)power;
        var error = (long)((digits << k) - m * power);
        for (var step = 0; step < 3 && Math.Abs(error) * 2 > limit; step++)
        {
            if (error > 0) (m, error) = (m + 1, error - limit);
            else (m, error) = (m - 1, error + limit);
        }
        var off = Math.Abs(error) * 2;
        if (off >= limit || m <= Hidden || m >= 2 * Hidden) return false;
        value = BitConverter.UInt64BitsToDouble((ulong)(1075 - k) << 52 | m & (Hidden - 1));
        var unit = 1L << k; // one in the last decimal
        if (off == unit) return false;
        var lastDigit = (long)(digits % 10);
        shortest = off < unit && Math.Abs(error - unit * lastDigit) > limit / 2 && Math.Abs(error + unit * (10 - lastDigit)) > limit / 2;
        return true;
    }

    // The same in 128 bits.
    private static bool TryReadWide(ulong digits, int decimals, ulong m, int k, ref double value, out bool shortest)
    {
        shortest = false;
        Int128 limit = PowersOfTen[decimals];
        var error = ((Int128)digits << k) - (Int128)((UInt128)m * PowersOfTen[decimals]);
        for (var step = 0; step < 3 && Int128.Abs(error) * 2 > limit; step++)
        {
            if (error > 0) (m, error) = (m + 1, error - limit);
            else (m, error) = (m - 1, error + limit);
        }
        var off = Int128.Abs(error) * 2;
        if (off >= limit || m <= Hidden || m >= 2 * Hidden) return false;
        value = BitConverter.UInt64BitsToDouble((ulong)(1075 - k) << 52 | m & (Hidden - 1));
        var unit = (Int128)1 << k;
        if (off == unit) return false;
        var lastDigit = digits % 10;
        shortest = off < unit && Int128.Abs(error - unit * lastDigit) * 2 > limit && Int128.Abs(error + unit * (10 - lastDigit)) * 2 > limit;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (ulong Mantissa, int Shift) Split(double value)
    {
        var bits = BitConverter.DoubleToUInt64Bits(value);
        return (bits & (Hidden - 1) | Hidden, 1075 - (int)(bits >> 52));
    }

    /// <summary>Number of decimal digits, 1 for 0.</summary>
    public static int CountDigits(ulong value)
    {
        // floor(log10 2^b) is b * 1233 / 4096 for these sizes; one comparison mends it.
        var guess = (64 - System.Numerics.BitOperations.LeadingZeroCount(value | 1)) * 1233 >> 12;
        return guess + (value >= PowersOfTen[guess] && guess < 20 ? 1 : 0) is var n and > 0 ? n : 1;
    }
}
