using System.Collections.Immutable;

namespace Semblance.Forms;

/// <summary>Family names standing alone. Recognised by a short list of common ones; other capitalised words only resemble one.</summary>
public sealed class FamilyNameForm : IForm
{
    /// <inheritdoc/>
    public string Id => "family-name";
    /// <inheritdoc/>
    public string Title => "family name";
    /// <inheritdoc/>
    public FormProof Proof => FormProof.Words;
    /// <inheritdoc/>
    public bool IsPersonal => true;
    /// <inheritdoc/>
    public ImmutableArray<string> Names { get; } = ["lastname", "surname", "familyname", "lname", "nachname", "apellido"];
    /// <inheritdoc/>
    public ulong Room => (ulong)NameWords.Family.Length;
    /// <inheritdoc/>
    public bool Recognises(ReadOnlySpan<byte> utf8) => NameWords.IsFamily(utf8);
    /// <inheritdoc/>
    public bool Resembles(ReadOnlySpan<byte> utf8) => NameWords.LooksLikeName(utf8) || NameWords.IsFamily(utf8);
    /// <inheritdoc/>
    public string Make(ulong entropy) => NameWords.Family[(int)(entropy % Room)];
}
