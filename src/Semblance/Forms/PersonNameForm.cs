using System.Collections.Immutable;

namespace Semblance.Forms;

/// <summary>
/// Full names of people: two to four capitalised words, with a common given name before the last or a common family name after the first; <c>Keller, Anna</c> too.
/// Made ones pair a common given name with a common family name, with a middle initial, and mean nobody.
/// </summary>
public sealed class PersonNameForm : IForm
{
    private const uint Initials = 27;

    /// <inheritdoc/>
    public string Id => "person-name";
    /// <inheritdoc/>
    public string Title => "name of a person";
    /// <inheritdoc/>
    public FormProof Proof => FormProof.Words;
    /// <inheritdoc/>
    public bool IsPersonal => true;
    /// <inheritdoc/>
    public ImmutableArray<string> Names { get; } = ["=name", "fullname", "customername", "patientname", "contactname", "personname", "employeename", "cardholder"];
    /// <inheritdoc/>
    public ulong Room => (ulong)NameWords.Given.Length * (ulong)NameWords.Family.Length * Initials;

    /// <inheritdoc/>
    public bool Recognises(ReadOnlySpan<byte> utf8) => Read(utf8, out var known) && known;

    /// <inheritdoc/>
    public bool Resembles(ReadOnlySpan<byte> utf8) => Read(utf8, out _);

    /// <inheritdoc/>
    public string Make(ulong entropy)
    {
        entropy %= Room;
        var given = NameWords.Given[AsciiText.Take(ref entropy, (uint)NameWords.Given.Length)];
        var family = NameWords.Family[AsciiText.Take(ref entropy, (uint)NameWords.Family.Length)];
        return entropy == 0 ? $"{given} {family}" : $"{given} {(char)('A' + entropy - 1)}. {family}";
    }

    // Title, given names, initials, family name; or family name, comma, given names.
    private static bool Read(ReadOnlySpan<byte> text, out bool known)
    {
        known = false;
        if (text.Length is < 4 or > 80) return false;
        var words = 0;
        var comma = false;
        while (text.Length > 0)
        {
            var end = text.IndexOf((byte)' ');
            var word = end < 0 ? text : text[..end];
            text = end < 0 ? [] : text[(end + 1)..];
            if (IsTitle(word) && words == 0) continue;
            if (word.Length is 1 or 2 && AsciiText.IsUpper(word[0]) && (word.Length == 1 || word[1] == '.') && words > 0) continue;
            if (word.Length > 0 && word[^1] == ',')
            {
                if (comma || words == 0 && text.Length == 0) return false;
                comma = true;
                word = word[..^1];
            }
            if (!NameWords.LooksLikeName(word) || ++words > 4) return false;
            known |= NameWords.IsGiven(word) && text.Length > 0 || comma && NameWords.IsGiven(word) || words > 1 && NameWords.IsFamily(word);
        }
        return words >= 2;
    }

    private static bool IsTitle(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("Mr."u8) || word.SequenceEqual("Mrs."u8) || word.SequenceEqual("Ms."u8) || word.SequenceEqual("Miss."u8) || word.SequenceEqual("Dr."u8) ||
        word.SequenceEqual("Mr"u8) || word.SequenceEqual("Mrs"u8) || word.SequenceEqual("Ms"u8) || word.SequenceEqual("Miss"u8) || word.SequenceEqual("Dr"u8);
}
