using System.Collections.Immutable;

namespace Semblance.Forms;

/// <summary>Given names standing alone. Recognised by a short list of common ones; other capitalised words only resemble one.</summary>
public sealed class GivenNameForm : IForm
{
    /// <inheritdoc/>
    public string Id => "given-name";
    /// <inheritdoc/>
    public string Title => "given name";
    /// <inheritdoc/>
    public FormProof Proof => FormProof.Words;
    /// <inheritdoc/>
    public bool IsPersonal => true;
    /// <inheritdoc/>
    public ImmutableArray<string> Names { get; } = ["firstname", "givenname", "forename", "fname", "vorname", "prenom", "middlename"];
    /// <inheritdoc/>
    public ulong Room => (ulong)NameWords.Given.Length;
    /// <inheritdoc/>
    public bool Recognises(ReadOnlySpan<byte> utf8) => NameWords.IsGiven(utf8);
    /// <inheritdoc/>
    public bool Resembles(ReadOnlySpan<byte> utf8) => NameWords.LooksLikeName(utf8) || NameWords.IsGiven(utf8);
    /// <inheritdoc/>
    public string Make(ulong entropy) => NameWords.Given[(int)(entropy % Room)];
}
