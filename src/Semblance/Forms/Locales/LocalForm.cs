using System.Buffers;
using System.Text;

namespace Semblance.Forms;

/// <summary>Writes a value into a span of at least <see cref="LocalForm.MaxLength"/> bytes; tells its length.</summary>
internal delegate int LocalWriter(ulong entropy, Span<byte> utf8);

/// <summary>
/// A form of one locale. A value is a pure function of 64 bits. The same bits give matching parts: the e-mail address and user name of the person's name, the sex of its given name and national id,
/// the postcode, region and area code of the city. Immutable; threads may share it.
/// </summary>
public sealed class LocalForm
{
    /// <summary>No value is longer, in bytes of UTF-8.</summary>
    public const int MaxLength = 2048;

    private readonly LocalWriter writer;

    internal LocalForm(string id, LocalWriter writer) => (Id, this.writer) = (id, writer);

    /// <summary>Stable id: <c>person-name</c>, <c>iban</c>.</summary>
    public string Id { get; }

    /// <summary>Writes a value in UTF-8 and returns its length; makes no string.</summary>
    /// <param name="entropy">Any 64 bits.</param>
    /// <param name="utf8">At least <see cref="MaxLength"/> bytes.</param>
    public int Write(ulong entropy, Span<byte> utf8) => writer(entropy, utf8);

    /// <summary>Appends a value in UTF-8.</summary>
    public void Write(ulong entropy, IBufferWriter<byte> target) => target.Advance(writer(entropy, target.GetSpan(MaxLength)));

    /// <summary>A value as a string.</summary>
    public string Make(ulong entropy)
    {
        Span<byte> utf8 = stackalloc byte[MaxLength];
        return Encoding.UTF8.GetString(utf8[..writer(entropy, utf8)]);
    }

    /// <inheritdoc/>
    public override string ToString() => Id;
}
