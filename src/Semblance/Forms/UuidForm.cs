using System.Collections.Immutable;
using System.Globalization;

namespace Semblance.Forms;

/// <summary>UUIDs in the 8-4-4-4-12 form of RFC 9562. Made ones are of version 4, lower case.</summary>
public sealed class UuidForm : IForm
{
    /// <inheritdoc/>
    public string Id => "uuid";
    /// <inheritdoc/>
    public string Title => "UUID";
    /// <inheritdoc/>
    public FormProof Proof => FormProof.Syntax;
    /// <inheritdoc/>
    public bool IsPersonal => false;
    /// <inheritdoc/>
    public ImmutableArray<string> Names { get; } = ["uuid", "guid"];
    /// <inheritdoc/>
    public ulong Room => ulong.MaxValue;

    /// <inheritdoc/>
    public bool Recognises(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length != 36) return false;
        for (var i = 0; i < 36; i++)
            if (i is 8 or 13 or 18 or 23 ? utf8[i] != '-' : !AsciiText.IsHex(utf8[i])) return false;
        return true;
    }

    /// <inheritdoc/>
    public string Make(ulong entropy)
    {
        // Both halves are bijections of the entropy. Version and variant cost the first half 4 bits; those 4 stand in the second, so no two entropies give one UUID.
        var first = KeyedPermutation.Mix(entropy + 0x9E3779B97F4A7C15);
        var rest = KeyedPermutation.Mix(entropy ^ 0xD1B54A32D192ED03);
        var time = first >> 4;                                                         // 60 bits: 48 before the version, 12 after it
        var second = 0x8000000000000000 | (first & 0xf) << 58 | (rest & 0x03ffffffffffffff);
        return string.Create(CultureInfo.InvariantCulture,
            $"{time >> 28:x8}-{(time >> 12) & 0xffff:x4}-4{time & 0xfff:x3}-{second >> 48:x4}-{second & 0xffffffffffff:x12}");
    }
}
