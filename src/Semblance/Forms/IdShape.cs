using System.Globalization;

namespace Semblance.Forms;

/// <summary>One shape of an identifier: a numbered set of texts, and which numbers are free.</summary>
internal abstract class IdShape
{
    /// <summary>Different texts that can be made.</summary>
    public ulong Room => Free.Size;

    /// <summary>The first so many positions give texts that were not learnt from.</summary>
    public ulong FreshRoom => Free.AvoidsReal ? Free.Count : 0;

    public required FreeNumbers Free { get; init; }

    public abstract int MaxLength { get; }

    /// <summary>The shape alone, for a person and for the short form.</summary>
    public abstract string Text { get; }

    /// <summary>Writes the text at a position of the key's order; positions beyond the room begin again.</summary>
    public abstract int Write(ulong position, ulong key, Span<byte> utf8);

    public override string ToString() => Text + " " + Free;
}

/// <summary>
/// Numbers of a set 0 to n - 1 that no real value has: all of them, a residue class, or those outside a range. In the order that a key chooses these come first, then the others:
/// rows stay different even when there are more than fresh numbers.
/// </summary>
/// <param name="Size">Size n of the set.</param>
/// <param name="Modulus">Only numbers that leave <paramref name="Residue"/> when divided by it; 0 for all.</param>
/// <param name="Residue">See <paramref name="Modulus"/>.</param>
/// <param name="From">First number of the range left out.</param>
/// <param name="To">End of the range left out; equal to <paramref name="From"/> when nothing is.</param>
/// <param name="AvoidsReal">None of the numbers was seen.</param>
internal readonly record struct FreeNumbers(ulong Size, ulong Modulus, ulong Residue, ulong From, ulong To, bool AvoidsReal)
{
    public static FreeNumbers All(ulong size) => new(size, 0, 0, 0, 0, false);

    public ulong Count => Modulus > 0 ? (Size - Residue + Modulus - 1) / Modulus : Size - (To - From);

    /// <summary>The number at a position of a key's order.</summary>
    public ulong At(ulong position, ulong key)
    {
        var fresh = Count;
        if (position < fresh)
        {
            position = KeyedPermutation.Permute(position, fresh, key);
            return Modulus > 0 ? Residue + Modulus * position : position < From ? position : position + (To - From);
        }
        position = KeyedPermutation.Permute(position - fresh, Size - fresh, key);
        if (Modulus == 0) return From + position;
        var (block, other) = Math.DivRem(position, Modulus - 1);
        return block * Modulus + (other < Residue ? other : other + 1);
    }

    /// <summary>Finds room beside the real numbers: for four times as many rows if it can be had, else for a quarter more.</summary>
    public static FreeNumbers Beside(ReadOnlySpan<ulong> real, ulong size)
    {
        var n = (ulong)real.Length;
        if (n == 0) return All(size) with { AvoidsReal = true };
        foreach (var (wanted, room) in (ReadOnlySpan<(ulong, ulong)>)[(4 * n, 4 * n), (n, 4 * n), (n / 4, 4 * n), (n / 4, n + n / 4)])
        {
            // By chance a class is empty with probability e^(-n / m): 78 %, 37 %, 2 %. A prime spreads the class over every position of the text.
            var modulus = NextPrime(Math.Max(wanted, 7));
            if (size / modulus < Math.Max(room, 100)) continue;
            var taken = new bool[modulus];
            foreach (var number in real) taken[number % modulus] = true;
            var first = KeyedPermutation.Mix(modulus) % modulus;
            for (ulong i = 0; i < modulus; i++)
                if (!taken[(first + i) % modulus])
                    return new FreeNumbers(size, modulus, (first + i) % modulus, 0, 0, true);
        }
        var (from, to) = Rounded(real, size);
        return size - (to - from) >= 2 * n ? new FreeNumbers(size, 0, 0, from, to, true) : All(size);
    }

    /// <summary>The range of the numbers, rounded outward to about a twentieth of its width so that its ends are nobody's number.</summary>
    public static (ulong From, ulong To) Rounded(ReadOnlySpan<ulong> real, ulong size)
    {
        ulong low = ulong.MaxValue, high = 0;
        foreach (var number in real) (low, high) = (Math.Min(low, number), Math.Max(high, number));
        ulong unit = 10;
        while (unit < (high - low) / 20) unit *= 10;
        var end = (high / unit + 1) * unit;
        return (low / unit * unit, Math.Min(size, end));
    }

    public override string ToString() => Modulus > 0
        ? string.Create(CultureInfo.InvariantCulture, $"@{Modulus},{Residue}")
        : To > From ? string.Create(CultureInfo.InvariantCulture, $"!{From},{To}") : AvoidsReal ? "+" : "*";

    private static ulong NextPrime(ulong n)
    {
        for (n |= 1; ; n += 2)
        {
            var prime = true;
            for (ulong d = 3; d * d <= n && prime; d += 2) prime = n % d != 0;
            if (prime) return n;
        }
    }
}
