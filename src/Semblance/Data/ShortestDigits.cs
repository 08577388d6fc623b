using System.Runtime.CompilerServices;

namespace Semblance.Data;

/// <summary>
/// The shortest decimal of a double, and the double of a long decimal, by exact 128-bit integers. Answers for about 0.001 to 2^52 with up to 18 digits,
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
            var product = (UInt128)m * power;
            digits = (ulong)((product + ((UInt128)1 << (k - 1))) >> k);
            // k is at most 62. Half way between two decimals: the even one, as everyone does.
            if (((ulong)product & ((1ul << k) - 1)) == 1ul << (k - 1)) digits &= ~1ul;
            var near = (UInt128)digits << k;
            var error = near > product ? near - product : product - near;
            if (error * 2 == power) return false;
            if (error * 2 > power) continue;
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
        Int128 half = (Int128)power;
        var error = ((Int128)digits << k) - (Int128)((UInt128)m * power);
        for (var step = 0; step < 3 && Int128.Abs(error) * 2 > half; step++)
        {
            if (error > 0) (m, error) = (m + 1, error - power);
            else (m, error) = (m - 1, error + power);
        }
        var off = Int128.Abs(error) * 2;
        if (off >= half || m <= Hidden || m >= 2 * Hidden) return false;
        value = BitConverter.UInt64BitsToDouble((ulong)(1075 - k) << 52 | m & (Hidden - 1));
        var unit = (Int128)1 << k; // one in the last decimal
        if (off == unit) return false;
        var lastDigit = digits % 10;
        var below = error - unit * lastDigit;
        var above = error + unit * (10 - lastDigit);
        shortest = off < unit && Int128.Abs(below) * 2 > half && Int128.Abs(above) * 2 > half;
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
