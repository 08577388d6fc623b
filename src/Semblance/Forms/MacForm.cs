using System.Collections.Immutable;
using System.Globalization;

namespace Semblance.Forms;

/// <summary>Hardware (MAC) addresses of six octets. Made ones have the locally administered bit set, so they belong to no manufacturer.</summary>
public sealed class MacForm : IForm
{
    /// <inheritdoc/>
    public string Id => "mac";
    /// <inheritdoc/>
    public string Title => "hardware (MAC) address";
    /// <inheritdoc/>
    public FormProof Proof => FormProof.Syntax;
    /// <inheritdoc/>
    public bool IsPersonal => true;
    /// <inheritdoc/>
    public ImmutableArray<string> Names { get; } = ["mac", "macaddress", "macaddr"];
    /// <inheritdoc/>
    public ulong Room => 1UL << 40;

    /// <inheritdoc/>
    public bool Recognises(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length != 17 || utf8[2] is not ((byte)':' or (byte)'-')) return false;
        for (var i = 0; i < 17; i++)
            if (i % 3 == 2 ? utf8[i] != utf8[2] : !AsciiText.IsHex(utf8[i])) return false;
        return true;
    }

    /// <inheritdoc/>
    public string Make(ulong entropy) => string.Create(CultureInfo.InvariantCulture,
        $"02:{(byte)(entropy >> 32):x2}:{(byte)(entropy >> 24):x2}:{(byte)(entropy >> 16):x2}:{(byte)(entropy >> 8):x2}:{(byte)entropy:x2}");
}
