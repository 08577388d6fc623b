namespace Semblance.Forms;

public sealed partial class FormSearch
{
    // 12 Alder Road, 4b High St., 12 rue de la Paix: end of the address that begins with a number, or 0.
    private int Street(ReadOnlySpan<byte> text, int at, int i, int end)
    {
        var year = i - at == 4 && (text[at] == '1' && text[at + 1] == '9' || text[at] == '2' && text[at + 1] == '0');
        if (i < end && AsciiText.IsLetter(text[i]) && (i + 1 == end || text[i + 1] == ' ')) i++; // 4b
        else if (i + 1 < end && text[i] == '-' && AsciiText.IsDigit(text[i + 1]))
        {
            var from = ++i;
            while (i < end && AsciiText.IsDigit(text[i])) i++;
            if (i - from > 4) return 0;
        }
        if (i < end && text[i] == ',') i++; // 12, rue de la Paix
        if (i + 2 >= end || text[i] != ' ') return 0;
        i++;
        var stop = WordEnd(text, i, end);
        if (stop == i && !AsciiText.IsDigit(text[i])) return 0;
        var leads = stop > i && (SearchWords.Of(text[i..stop]) & WordMark.StreetLead) != 0;
        if (leads) return CapitalsAfter(text, stop, end) is > 0 and var led ? Extended(text, led, end) : 0;
        if (text[i - 2] == ',') return 0;
        for (var words = 0; words < 5; words++)
        {
            stop = WordEnd(text, i, end);
            if (stop == i)
            {
                while (stop < end && AsciiText.IsDigit(text[stop])) stop++; // 200 West 42nd Street
                if (stop == i || stop + 2 >= end || !AsciiText.IsLower(text[stop]) || !AsciiText.IsLower(text[stop + 1])) return 0;
                stop += 2;
            }
            else
            {
                var mark = SearchWords.Of(text[i..stop]);
                if (words > 0 && (mark & WordMark.StreetEnd) != 0 && (stop == end || !IsWordByte(text[stop])))
                {
                    if (year && IsYearWord(WordBefore(text, at - 1))) return 0; // in 2019 Main Street was closed
                    if (stop < end && text[stop] == '.' && (stop - i <= 3 || text[i..stop].EndsWith("vd"u8)) && (stop + 1 == end || text[stop + 1] is (byte)' ' or (byte)',')) stop++;
                    return Extended(text, stop, end);
                }
                if (!IsCapital(text, i)) return 0;
                if (words == 0 && (mark & WordMark.Month) != 0) return 0;
            }
            if (stop + 1 < end && text[stop] == '\'' && text[stop + 1] == 's') stop += 2;
            if (stop + 1 < end && text[stop] == '.' && stop - i <= 2) stop++; // St. John's Road, N. Main St
            if (stop + 1 >= end || text[stop] != ' ') return 0;
            i = stop + 1;
        }
        return 0;
    }

    private static bool IsYearWord(ReadOnlySpan<byte> word)
    {
        Span<byte> lower = stackalloc byte[8];
        if (word.Length is 0 or > 8) return false;
        for (var i = 0; i < word.Length; i++) lower[i] = (byte)(word[i] | 0x20);
        ReadOnlySpan<byte> w = lower[..word.Length];
        return w.SequenceEqual("in"u8) || w.SequenceEqual("since"u8) || w.SequenceEqual("until"u8) || w.SequenceEqual("by"u8) || w.SequenceEqual("of"u8) || w.SequenceEqual("during"u8) || w.SequenceEqual("after"u8) || w.SequenceEqual("before"u8)
            || (SearchWords.Of(word) & WordMark.Month) != 0;
    }

    // Lindenstrasse 4, Via Roma 12, Calle Mayor 5: end of the address that begins with the street, or 0.
    private static int StreetFirst(ReadOnlySpan<byte> text, int at, int first, WordMark mark, int end)
    {
        var i = first;
        if ((mark & WordMark.StreetLead) != 0)
        {
            i = CapitalsAfter(text, first, end);
            if (i == 0) return 0;
        }
        else
        {
            var word = text[at..first];
            if (word.Length < 6 || !(word.EndsWith("strasse"u8) || word.EndsWith("straße"u8) || word.EndsWith("weg"u8) || word.EndsWith("allee"u8) || word.EndsWith("platz"u8) || word.EndsWith("gasse"u8) || word.EndsWith("straat"u8)
                || word.EndsWith("gatan"u8) || word.EndsWith("str"u8) && first < end && text[first] == '.')) return 0;
            if (i < end && text[i] == '.') i++;
        }
        if (i < end && text[i] == ',') i++;
        if (i + 1 >= end || text[i] != ' ' || !AsciiText.IsDigit(text[i + 1])) return 0;
        var from = ++i;
        while (i < end && AsciiText.IsDigit(text[i])) i++;
        if (i - from > 4) return 0;
        if (i < end && AsciiText.IsLower(text[i]) && (i + 1 == end || !IsWordByte(text[i + 1]))) i++;
        return i < end && IsWordByte(text[i]) ? 0 : Extended(text, i, end);
    }

    // Particles and one to three capitalised words: "de la Paix", "Roma".
    private static int CapitalsAfter(ReadOnlySpan<byte> text, int i, int end)
    {
        var last = 0;
        for (var words = 0; words < 5 && i + 1 < end && text[i] == ' '; words++)
        {
            var stop = WordEnd(text, i + 1, end);
            if (stop == i + 1) break;
            if (IsCapital(text, i + 1)) last = stop;
            else if (last > 0 || (SearchWords.Of(text[(i + 1)..stop]) & WordMark.Particle) == 0 && stop - i > 4) break;
            i = stop;
        }
        return last;
    }

    // A flat, a town and a post code behind the street belong to the address.
    private static int Extended(ReadOnlySpan<byte> text, int at, int end)
    {
        if (Part(text, at, end, out var i) && WordEnd(text, i, end) is var word && word > i && (SearchWords.Of(text[i..word]) & WordMark.Unit) != 0)
        {
            if (word < end && text[word] == '.') word++;
            if (word + 1 < end && text[word] == ' ' && IsWordByte(text[word + 1]))
            {
                var stop = SkipWord(text, word + 1, end);
                if (stop - word <= 6 && (AsciiText.IsDigit(text[word + 1]) || stop - word == 2)) at = stop;
            }
        }
        if (!Part(text, at, end, out i)) return at;
        if (PostCode(text, i, end) is > 0 and var coded) return coded;
        if (AsciiText.IsDigit(text[i])) // 10115 Berlin
        {
            var stop = i;
            while (stop < end && AsciiText.IsDigit(text[stop])) stop++;
            return stop - i is 4 or 5 && stop + 1 < end && text[stop] == ' ' && IsCapital(text, stop + 1) && text[at] == ',' ? WordEnd(text, stop + 1, end) : at;
        }
        if (text[at] != ',' || !IsCapital(text, i)) return at;
        var town = i;
        for (var words = 0; words < 3; words++)
        {
            town = WordEnd(text, town, end);
            if (town == i) return at;
            if (Part(text, town, end, out var next))
            {
                // Springfield, IL 62704
                if (next + 8 <= end && AsciiText.IsUpper(text[next]) && AsciiText.IsUpper(text[next + 1]) && text[next + 2] == ' ' && AsciiText.AllDigits(text.Slice(next + 3, 5)) && (next + 8 == end || !IsWordByte(text[next + 8])))
                    return next + 8;
                if (PostCode(text, next, end) is > 0 and var post) return post;
            }
            if (Place.Recognises(text[i..town])) return town;
            if (town + 1 >= end || text[town] != ' ' || !IsCapital(text, town + 1)) return at;
            town++;
        }
        return at;
    }

    // After ", " or " ".
    private static bool Part(ReadOnlySpan<byte> text, int at, int end, out int start)
    {
        start = at;
        if (start < end && text[start] == ',') start++;
        if (start + 2 >= end || text[start] != ' ') return false;
        start++;
        return true;
    }

    // British post codes: SW1A 1AA, M1 1AE.
    private static int PostCode(ReadOnlySpan<byte> text, int i, int end)
    {
        var start = i;
        while (i < end && i - start < 2 && AsciiText.IsUpper(text[i])) i++;
        if (i == start || i >= end || !AsciiText.IsDigit(text[i])) return 0;
        i++;
        if (i < end && (AsciiText.IsDigit(text[i]) || AsciiText.IsUpper(text[i]))) i++;
        if (i + 4 > end || text[i] != ' ' || !AsciiText.IsDigit(text[i + 1]) || !AsciiText.IsUpper(text[i + 2]) || !AsciiText.IsUpper(text[i + 3])) return 0;
        return i + 4 == end || !IsWordByte(text[i + 4]) ? i + 4 : 0;
    }
}
