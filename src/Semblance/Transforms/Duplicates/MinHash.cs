using System.Numerics;

namespace Semblance.Transforms;

/// <summary>
/// MinHash (Broder 1997): of 128 permutations of all hashes the least image of a text's shingles. Two texts agree in a place with the probability of their Jaccard similarity. The permutations
/// are multiplications by odd numbers after an exclusive or, so that sixteen of them are one instruction; integers, the same on every machine.
/// </summary>
internal static class MinHash
{
    /// <summary>Permutations: the similarity told by agreeing places has a standard error of at most 0.044.</summary>
    public const int Permutations = 128;

    private static readonly uint[] Factors = Draw(1, odd: true), Masks = Draw(2, odd: false);

    /// <summary>The signature of a set of hashes, repeats welcome.</summary>
    public static void Sign(ReadOnlySpan<uint> hashes, Span<uint> signature)
    {
        var lanes = Vector<uint>.Count;
        for (var at = 0; at < Permutations; at += 4 * lanes)
        {
            var f0 = Load(Factors, at);
            var f1 = Load(Factors, at + lanes);
            var f2 = Load(Factors, at + 2 * lanes);
            var f3 = Load(Factors, at + 3 * lanes);
            var m0 = Load(Masks, at);
            var m1 = Load(Masks, at + lanes);
            var m2 = Load(Masks, at + 2 * lanes);
            var m3 = Load(Masks, at + 3 * lanes);
            Vector<uint> a = Vector<uint>.AllBitsSet, b = a, c = a, d = a;
            foreach (var hash in hashes)
            {
                var h = new Vector<uint>(hash);
                a = Vector.Min(a, (h ^ m0) * f0);
                b = Vector.Min(b, (h ^ m1) * f1);
                c = Vector.Min(c, (h ^ m2) * f2);
                d = Vector.Min(d, (h ^ m3) * f3);
            }
            a.CopyTo(signature[at..]);
            b.CopyTo(signature[(at + lanes)..]);
            c.CopyTo(signature[(at + 2 * lanes)..]);
            d.CopyTo(signature[(at + 3 * lanes)..]);
        }
    }

    private static Vector<uint> Load(uint[] from, int at) => new(from, at);

    private static uint[] Draw(uint stream, bool odd)
    {
        var numbers = new uint[Permutations];
        for (var i = 0; i < numbers.Length; i++)
        {
            var word = Semblance.Numerics.Philox.Words(0x4D696E48617368, (uint)i, stream, 0, 0).A;
            numbers[i] = odd ? word | 1 : word;
        }
        return numbers;
    }
}
