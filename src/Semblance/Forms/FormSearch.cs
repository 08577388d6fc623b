using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Semblance.Forms;

/// <summary>A stretch of a text that has a form.</summary>
/// <param name="Start">First byte.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Form">What it is.</param>
public readonly record struct FoundForm(int Start, int Length, IForm Form)
{
    /// <summary>One past the last byte.</summary>
    public int End => Start + Length;
}

/// <summary>
/// Finds personal data inside texts, in one pass that stops at digits, capitals and a few signs only. What the form alone does not prove, words beside it do: a checksum that a tenth of
/// all numbers pass, a date, a name that is an everyday word. What stands behind <c>order</c> or <c>version</c> is a thing's number. English first; words of context in German, French and Spanish too.
/// </summary>
/// <remarks>
/// Found: e-mail addresses, account and card numbers, US, British and Polish personal numbers, telephone numbers, street addresses, names of persons, places (with a preposition), dates of birth,
/// IP and hardware addresses. Names are told by lists, capitals and context: names that are on no list and follow no title, greeting or listed name are missed, and so are names in lower case.
/// </remarks>
public sealed partial class FormSearch
{
    private static readonly SearchValues<byte> Triggers = SearchValues.Create([.. "0123456789+(ABCDEFGHIJKLMNOPQRSTUVWXYZ"u8, 0xC3, 0xC4, 0xC5, 0xC8, 0xCE, 0xD0]);
    private static readonly SearchValues<byte> Signs = SearchValues.Create("@:-"u8);

    private readonly IForm email = Known("email"), iban = Known("iban"), card = Known("card"), ssn = Known("us-ssn"), nino = Known("uk-nino"), nhs = Known("uk-nhs"), pesel = Known("pl-pesel"),
        phone = Known("phone"), street = Known("street-address"), person = Known("person-name"), given = Known("given-name"), family = Known("family-name"), birth = Known("date-of-birth"),
        mac = Known("mac"), ipv6 = Known("ipv6"), ipv4 = Known("ipv4"), place = Place;

    private readonly ImmutableHashSet<string>? kinds;

    /// <summary>A search for all kinds, or for some.</summary>
    /// <param name="kinds">Ids of <see cref="Kinds"/>; null for all. Others are ignored.</param>
    public FormSearch(IEnumerable<string>? kinds = null) => this.kinds = kinds?.ToImmutableHashSet();

    /// <summary>Towns and countries; see <see cref="PlaceForm"/>.</summary>
    public static IForm Place { get; } = new PlaceForm();

    /// <summary>Ids of what is searched for.</summary>
    public static ImmutableArray<string> Kinds { get; } =
        ["email", "iban", "card", "us-ssn", "uk-nino", "uk-nhs", "pl-pesel", "phone", "street-address", "person-name", "given-name", "family-name", "place", "date-of-birth", "mac", "ipv6", "ipv4"];

    /// <summary>Appends what stands in a text, from left to right, without overlaps.</summary>
    /// <param name="utf8">The text; bytes that are no valid UTF-8 are passed over.</param>
    /// <param name="found">Where to append.</param>
    public void Find(ReadOnlySpan<byte> utf8, List<FoundForm> found)
    {
        var first = found.Count;
        if (utf8.IndexOfAny(Signs) >= 0) FindBySigns(utf8, found);
        var signs = found.Count;
        var at = 0;
        for (var sign = first; sign < signs; sign++)
        {
            FindBetween(utf8, at, found[sign].Start, found);
            at = found[sign].End;
        }
        FindBetween(utf8, at, utf8.Length, found);
        if (signs > first && found.Count > signs) found.Sort(first, found.Count - first, Comparer<FoundForm>.Create(static (a, b) => a.Start.CompareTo(b.Start)));
        if (kinds is not null)
            for (var i = found.Count - 1; i >= first; i--)
                if (!kinds.Contains(found[i].Form.Id)) found.RemoveAt(i);
    }

    private void FindBetween(ReadOnlySpan<byte> text, int at, int end, List<FoundForm> found)
    {
        while (at < end)
        {
            var step = text[at..end].IndexOfAny(Triggers);
            if (step < 0) return;
            at += step;
            var b = text[at];
            if (AsciiText.IsDigit(b) || b is (byte)'+' or (byte)'(') at = Number(text, at, end, found);
            else if (at > 0 && IsWordByte(text[at - 1])) at++;
            else at = Capital(text, at, end, found);
        }
    }

    // E-mail, hardware and IPv6 addresses by the sign that each must have, before anything else: their parts look like other forms.
    private void FindBySigns(ReadOnlySpan<byte> text, List<FoundForm> found)
    {
        var done = 0;
        for (var at = 0; at < text.Length; at++)
        {
            var step = text[at..].IndexOfAny(Signs);
            if (step < 0) return;
            at += step;
            var (start, length, form) = text[at] == '@' ? Email(text, at, done) : AddressOfMachine(text, at, done);
            if (form is null) continue;
            found.Add(new(start, length, form));
            done = start + length;
            at = done - 1;
        }
    }

    private (int Start, int Length, IForm? Form) Email(ReadOnlySpan<byte> text, int at, int done)
    {
        var start = at;
        while (start > done && at - start < 64 && IsLocalByte(text[start - 1])) start--;
        while (start < at && text[start] is (byte)'.' or (byte)'\'' or (byte)'/' or (byte)'=' or (byte)'-' or (byte)'*' or (byte)'`' or (byte)'{' or (byte)'|') start++;
        var end = at + 1;
        while (end < text.Length && end - at < 254 && (AsciiText.IsLetter(text[end]) || AsciiText.IsDigit(text[end]) || text[end] is (byte)'.' or (byte)'-')) end++;
        while (end > at && text[end - 1] is (byte)'.' or (byte)'-') end--;
        return email.Recognises(text[start..end]) ? (start, end - start, email) : default;
    }

    // A colon or hyphen inside a run of hexadecimal digits.
    private (int Start, int Length, IForm? Form) AddressOfMachine(ReadOnlySpan<byte> text, int at, int done)
    {
        if (text[at] == '-') // hh-hh-hh-hh-hh-hh alone
        {
            if (at < done + 2 || at + 15 > text.Length || text[at + 3] != '-' || at > 2 && IsWordByte(text[at - 3]) || at + 15 < text.Length && IsWordByte(text[at + 15])) return default;
            return mac.Recognises(text.Slice(at - 2, 17)) ? (at - 2, 17, mac) : default;
        }
        int start = at, end = at + 1;
        while (start > done && at - start < 4 && AsciiText.IsHex(text[start - 1])) start--;
        if (start > done && (IsWordByte(text[start - 1]) || text[start - 1] == ':')) return default;
        while (end < text.Length && end - start < 46 && (AsciiText.IsHex(text[end]) || text[end] == ':' || text[end] == '.' && end + 1 < text.Length && AsciiText.IsDigit(text[end + 1]))) end++;
        if (end < text.Length && IsWordByte(text[end])) return default;
        while (end > start && text[end - 1] == ':' && !(end - start > 2 && text[end - 2] == ':')) end--;
        var run = text[start..end];
        if (run.Length == 17 && mac.Recognises(run)) return (start, 17, mac);
        // 10:30:00 is a time and a::b may be code: at least two groups, and three colons or a double one between digits.
        if (run.Length < 6 || run.Count((byte)':') < 3 && run.IndexOf("::"u8) < 0 || !ipv6.Recognises(run)) return default;
        var digits = 0;
        foreach (var b in run)
            if (AsciiText.IsDigit(b)) digits++;
        return digits >= 2 ? (start, run.Length, ipv6) : default;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsWordByte(byte b) => AsciiText.IsLetter(b) || AsciiText.IsDigit(b) || b is (byte)'_' or >= 0xC3 and <= 0xE1;

    private static bool IsLocalByte(byte b) => AsciiText.IsLetter(b) || AsciiText.IsDigit(b) || "!#$%&'*+/=?^_`{|}~-."u8.IndexOf(b) >= 0 || b is >= 0xC3 and < 0xE2 or >= 0x80 and < 0xC0;

    /// <summary>
    /// The nearest word before a place in the text that is marked with any of some marks, up to six words and 64 bytes back: not beyond the line, nor beyond another number, whose context it is.
    /// </summary>
    private static WordMark Before(ReadOnlySpan<byte> text, int at, WordMark wanted, int most = 6)
    {
        var least = Math.Max(0, at - 64);
        for (var words = 0; words < most; words++)
        {
            while (at > least && !IsWordByte(text[at - 1]) && text[at - 1] != '\n' && !(text[at - 1] is >= 0x80 and < 0xC0 && IsLetterTail(text, at - 1))) at--;
            if (at <= least || text[at - 1] == '\n') return WordMark.None;
            var end = at;
            while (at > least && (IsWordByte(text[at - 1]) || text[at - 1] is (byte)'\'' or >= 0x80 and < 0xC0 || text[at - 1] == '.' && at > 1 && at < end && IsWordByte(text[at - 2]))) at--;
            var word = text[at..end];
            if (AsciiText.IsDigit(word[0])) return WordMark.None;
            var mark = SearchWords.Of(word) & wanted;
            if (mark != WordMark.None) return mark;
        }
        return WordMark.None;
    }

    private static bool IsLetterTail(ReadOnlySpan<byte> text, int at) => at > 0 && text[at - 1] is >= 0xC3 and <= 0xDF;

    private static IForm Known(string id) => FormCatalog.Find(id)!;
}
