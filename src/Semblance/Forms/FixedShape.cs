namespace Semblance.Forms;

/// <summary>Texts of fixed length, a set of characters at each position: <c>\d{4}-\u{5}</c>.</summary>
internal sealed class FixedShape : IdShape
{
    private const ulong MostNumbers = 1UL << 62;
    private readonly byte[][] sets;
    private readonly int numbered; // so many positions, from the left, are spelt by the number; the others by a hash of it

    public FixedShape(byte[][] sets) => (this.sets, Size, numbered) = (sets, Count(sets, out var n), n);

    /// <summary>Numbered texts: all the shape allows, up to 2^62.</summary>
    public ulong Size { get; }

    /// <summary>The same shape with other free numbers.</summary>
    public FixedShape With(FreeNumbers free) => new(sets) { Free = free };

    public override int MaxLength => sets.Length;

    public override string Text => CharSets.Describe(sets);

    /// <summary>Number of a text of this shape.</summary>
    public bool TryNumber(ReadOnlySpan<byte> text, out ulong number)
    {
        number = 0;
        if (text.Length != sets.Length) return false;
        for (var i = numbered - 1; i >= 0; i--)
        {
            var digit = Array.IndexOf(sets[i], text[i]);
            if (digit < 0) return false;
            number = number * (ulong)sets[i].Length + (ulong)digit;
        }
        return true;
    }

    public override int Write(ulong position, ulong key, Span<byte> utf8)
    {
        var number = Free.At(position % Room, key);
        var rest = KeyedPermutation.Mix(number ^ KeyedPermutation.Mix(key));
        for (var i = 0; i < numbered; i++) utf8[i] = sets[i][AsciiText.Take(ref number, (uint)sets[i].Length)];
        for (var i = numbered; i < sets.Length; i++)
        {
            utf8[i] = sets[i][(int)(rest % (ulong)sets[i].Length)];
            rest = KeyedPermutation.Mix(rest + (ulong)i);
        }
        return sets.Length;
    }

    private static ulong Count(byte[][] sets, out int numbered)
    {
        ulong size = 1;
        for (numbered = 0; numbered < sets.Length && size <= MostNumbers / (ulong)sets[numbered].Length; numbered++) size *= (ulong)sets[numbered].Length;
        return size;
    }
}
