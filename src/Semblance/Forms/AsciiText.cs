using System.Runtime.CompilerServices;

namespace Semblance.Forms;

/// <summary>Small questions about ASCII bytes, shared by the forms.</summary>
internal static class AsciiText
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsDigit(byte b) => (uint)(b - '0') <= 9;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsUpper(byte b) => (uint)(b - 'A') <= 25;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsLower(byte b) => (uint)(b - 'a') <= 25;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsLetter(byte b) => IsUpper((byte)(b & ~0x20));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsHex(byte b) => IsDigit(b) || (uint)((b | 0x20) - 'a') <= 5;

    public static bool AllDigits(ReadOnlySpan<byte> text)
    {
        foreach (var b in text)
            if (!IsDigit(b)) return false;
        return text.Length > 0;
    }

    /// <summary>Copies the digits of a text that consists of digits and separators; -1 when anything else stands in it, when it does not begin and end with a digit, when two separators follow each other or when it does not fit.</summary>
    public static int Digits(ReadOnlySpan<byte> text, ReadOnlySpan<byte> separators, Span<byte> digits)
    {
        var count = 0;
        var separated = true;
        foreach (var b in text)
        {
            if (IsDigit(b))
            {
                if (count == digits.Length) return -1;
                digits[count++] = (byte)(b - '0');
                separated = false;
            }
            else
            {
                if (separated || separators.IndexOf(b) < 0) return -1;
                separated = true;
            }
        }
        return separated ? -1 : count;
    }

    /// <summary>Hash of a word's bytes, ASCII letters in lower case; never 0.</summary>
    public static ulong FoldedHash(ReadOnlySpan<byte> word)
    {
        var hash = 0xCBF29CE484222325UL;
        foreach (var b in word) hash = (hash ^ (IsUpper(b) ? b | 0x20u : b)) * 0x100000001B3UL;
        return KeyedPermutation.Mix(hash) | 1;
    }

    /// <summary>Takes a mixed-radix digit off a number: the remainder, leaving the quotient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Take(ref ulong number, uint radix)
    {
        (number, var digit) = Math.DivRem(number, radix);
        return (int)digit;
    }
}
