using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Semblance.Forms;

namespace Semblance.Transforms;

/// <summary>
/// Fakes for values: SHA-256 of a key from the seed and the value as it is compared (letters and digits of a number, words of a name in lower case) chooses among the form's safe texts. The parts
/// of a name are chosen one by one, so <c>Anna Keller</c>, <c>Keller, Anna</c>, <c>Anna</c> and the address of anna.keller agree.
/// </summary>
internal sealed class SafeFakes(Seed seed, RedactionOptions options)
{
    private static readonly IForm Given = FormCatalog.Find("given-name")!, Family = FormCatalog.Find("family-name")!;
    private const int MostNames = 20_000;
    private readonly Dictionary<(string Form, string Word), string> names = [];
    private readonly byte[] key = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"redact/{seed.Value}")));

    /// <summary>What stands in the place of a value, UTF-8.</summary>
    public byte[] Of(IForm form, ReadOnlySpan<byte> value) => options.Mode switch
    {
        RedactionMode.Mask => Masked(form, value),
        RedactionMode.Label => Encoding.UTF8.GetBytes($"[{form.Id} {Chosen(form.Id, Compared(form, value)) & 0xFFFFFF:x6}]" + (KeepsDomain(form) ? Encoding.UTF8.GetString(value[value.IndexOf((byte)'@')..]) : "")),
        _ => Encoding.UTF8.GetBytes(Fake(form, Encoding.UTF8.GetString(value))),
    };

    private string Fake(IForm form, string value)
    {
        switch (form.Id)
        {
            case "email": return Email(form, value);
            case "given-name": return value.Contains(' ') ? Person(value) : Name(Given, value);
            case "family-name": return Name(Family, value);
            case "person-name": return Person(value);
            case "date-of-birth": return DateFakes.Of(value, Chosen(form.Id, Encoding.UTF8.GetBytes(value)));
        }
        var compared = Compared(form, Encoding.UTF8.GetBytes(value));
        var entropy = Chosen(form.Id, compared);
        var made = form.Make(entropy);
        if (Compared(form, Encoding.UTF8.GetBytes(made)).AsSpan().SequenceEqual(compared)) made = form.Make(entropy + 1);
        return form.Id switch
        {
            "phone" => Phone(value, made),
            "card" or "us-ssn" or "uk-nhs" or "uk-nino" or "pl-pesel" or "mac" => InShapeOf(value, made),
            "iban" => value.Contains(' ') ? Grouped(made) : made,
            "person-name" or "place" when value == value.ToUpperInvariant() => made.ToUpperInvariant(),
            _ => made,
        };
    }

    // anna.keller@firm.com: the fakes of both names, then digits that tell addresses apart.
    private string Email(IForm form, string value)
    {
        value = value.ToLowerInvariant();
        var entropy = Chosen(form.Id, Encoding.UTF8.GetBytes(value));
        var at = value.IndexOf('@');
        var domain = options.KeepDomain ? value[at..] : form.Make(entropy) is var made ? made[made.IndexOf('@')..] : "";
        var parts = value[..at].Split('.', '_', '-');
        var local = new StringBuilder();
        foreach (var part in parts)
        {
            var word = part.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
            var utf8 = Encoding.UTF8.GetBytes(word);
            var name = Given.Recognises(utf8) ? Name(Given, word) : Family.Recognises(utf8) || parts.Length > 1 && local.Length > 0 && word.Length > 2 ? Name(Family, word) : parts.Length > 1 && word.Length > 2 ? Name(Given, word) : null;
            if (name is not null) local.Append(local.Length > 0 ? "." : "").Append(name.ToLowerInvariant());
        }
        if (local.Length == 0)
        {
            var whole = form.Make(entropy);
            local.Append(whole.AsSpan(0, whole.IndexOf('@')).TrimEnd("0123456789"));
        }
        return string.Create(CultureInfo.InvariantCulture, $"{local}{entropy / 7 % 1_000_000:000000}{domain}");
    }

    // Titles and particles stay, initials are drawn, the last word (the first before a comma) is the family name.
    private string Person(string value)
    {
        var comma = value.IndexOf(',');
        var words = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var family = words.Length - 1;
        if (comma > 0) family = Array.FindIndex(words, w => w.EndsWith(','));
        while (family > 0 && comma < 0 && IsAfterName(words[family])) family--;
        var made = new List<string>(words.Length);
        for (var i = 0; i < words.Length; i++)
        {
            var word = words[i];
            var mark = word.TrimEnd('.', ',');
            var tail = word[mark.Length..];
            if (IsTitle(mark) && i == 0 || IsAfterName(word) && i > family) made.Add(word);
            else if (char.IsLower(word[0]) && i != family && i > 0 && words.Length > 2) continue; // von der: a name in itself
            else if (mark.Length == 1) made.Add((char)('A' + Chosen("initial", Encoding.UTF8.GetBytes(mark)) % 26) + tail);
            else if (i == family) made.Add(Name(Family, mark) + tail.TrimStart('.'));
            else made.Add(Name(Given, mark) + tail);
        }
        return string.Join(' ', made);
    }

    private string Name(IForm form, string word)
    {
        if (names.TryGetValue((form.Id, word), out var known)) return known;
        if (names.Count == MostNames) names.Clear(); // only saves work: the fake does not depend on what came before
        return names[(form.Id, word)] = NewName(form, word);
    }

    private string NewName(IForm form, string word)
    {
        var lower = word.ToLowerInvariant();
        var entropy = Chosen(form.Id, Encoding.UTF8.GetBytes(lower));
        var made = form.Make(entropy);
        if (made.Equals(word, StringComparison.OrdinalIgnoreCase)) made = form.Make(entropy + 1);
        return word.Length > 1 && word == word.ToUpperInvariant() ? made.ToUpperInvariant() : char.IsLower(word[0]) ? made.ToLowerInvariant() : made;
    }

    // A North American number keeps its way of writing; any other becomes an international one of the range kept for fiction.
    private static string Phone(string value, string made)
    {
        var digits = value.Count(char.IsAsciiDigit);
        if (digits == 10 && value[0] != '+' && value.First(char.IsAsciiDigit) is not ('0' or '1')) return InShapeOf(value, made[3..]);
        return digits == 11 && value.First(char.IsAsciiDigit) == '1' ? InShapeOf(value, made) : digits == 7 ? InShapeOf(value, made[^8..]) : made;
    }

    // The letters and digits of one text in the places of the other's, where they are as many.
    private static string InShapeOf(string shape, string made)
    {
        var symbols = made.Where(char.IsAsciiLetterOrDigit).ToArray();
        if (shape.Count(char.IsAsciiLetterOrDigit) != symbols.Length) return made;
        var upper = shape.Any(char.IsAsciiLetterUpper);
        var at = 0;
        return string.Concat(shape.Select(c => !char.IsAsciiLetterOrDigit(c) ? c : upper ? char.ToUpperInvariant(symbols[at++]) : symbols[at++]));
    }

    private static string Grouped(string made) => string.Join(' ', made.Chunk(4).Select(c => new string(c)));

    private byte[] Masked(IForm form, ReadOnlySpan<byte> value)
    {
        var kept = KeepsDomain(form) ? value.IndexOf((byte)'@') : value.Length;
        var text = new StringBuilder();
        foreach (var rune in Encoding.UTF8.GetString(value[..kept]).EnumerateRunes()) text.Append(Rune.IsLetterOrDigit(rune) ? "*" : rune.ToString());
        return Encoding.UTF8.GetBytes(text.Append(Encoding.UTF8.GetString(value[kept..])).ToString());
    }

    private bool KeepsDomain(IForm form) => options.KeepDomain && form.Id == "email";

    // What makes two values the same.
    private static byte[] Compared(IForm form, ReadOnlySpan<byte> value)
    {
        var digitsAlone = form.Id is "card" or "us-ssn" or "uk-nhs" or "phone" or "pl-pesel";
        var text = Encoding.UTF8.GetString(value).ToLowerInvariant();
        if (form.Id == "phone" && text.Count(char.IsAsciiDigit) == 11 && text.First(char.IsAsciiDigit) == '1') text = text[(text.IndexOf('1') + 1)..];
        return Encoding.UTF8.GetBytes(string.Concat(text.Where(c => digitsAlone ? char.IsAsciiDigit(c) : char.IsLetterOrDigit(c) || c is '@' or '.' or ':')));
    }

    private ulong Chosen(string kind, ReadOnlySpan<byte> value)
    {
        Span<byte> hash = stackalloc byte[32];
        var length = key.Length + kind.Length + 1 + value.Length;
        var text = length <= 512 ? stackalloc byte[length] : new byte[length];
        key.CopyTo(text);
        for (var i = 0; i < kind.Length; i++) text[key.Length + i] = (byte)kind[i];
        text[key.Length + kind.Length] = (byte)'/';
        value.CopyTo(text[^value.Length..]);
        SHA256.HashData(text, hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }

    private static bool IsTitle(string word) => word is "Mr" or "Mrs" or "Ms" or "Miss" or "Dr" or "Prof" or "Herr" or "Frau" or "MR" or "MRS" or "MS" or "DR";

    private static bool IsAfterName(string word) => word.TrimEnd('.') is "Jr" or "Sr" or "II" or "III" or "IV" or "PhD" or "MD" or "Esq";
}
