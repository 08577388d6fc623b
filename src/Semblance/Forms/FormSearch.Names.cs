namespace Semblance.Forms;

public sealed partial class FormSearch
{
    private const int MostWords = 8;

    // What begins with a capital. Gives the place to go on at.
    private int Capital(ReadOnlySpan<byte> text, int at, int end, List<FoundForm> found)
    {
        if (AsciiText.IsUpper(text[at]))
        {
            if (Coded(text, at, end) is { Form: { } form } code)
            {
                found.Add(code);
                return code.End;
            }
        }
        else if (!IsCapital(text, at)) return SkipWord(text, at + 1, end);

        var first = WordEnd(text, at, end);
        if (first < end && (AsciiText.IsDigit(text[first]) || text[first] == '_')) return SkipWord(text, first, end);
        var mark = SearchWords.Of(text[at..first]);
        if ((mark & WordMark.Month) != 0 && MonthFirst(text, first, end) is > 0 and var dateEnd)
        {
            if (Before(text, at, WordMark.Born) != WordMark.None) found.Add(new(at, dateEnd - at, birth));
            return dateEnd;
        }
        if (StreetFirst(text, at, first, mark, end) is > 0 and var streetEnd)
        {
            found.Add(new(at, streetEnd - at, street));
            return streetEnd;
        }
        return Names(text, at, end, found);
    }

    // Account numbers (GB29 ...) and national insurance numbers: two capitals, then digits.
    private FoundForm Coded(ReadOnlySpan<byte> text, int at, int end)
    {
        if (at + 9 > end || !AsciiText.IsUpper(text[at + 1])) return default;
        if (AsciiText.IsDigit(text[at + 2]) && AsciiText.IsDigit(text[at + 3]) && IbanForm.LengthOf(text[at], text[at + 1]) is > 0 and var wanted)
        {
            var i = at;
            for (var count = 0; i < end && count < wanted; i++)
            {
                if (AsciiText.IsDigit(text[i]) || AsciiText.IsUpper(text[i])) count++;
                else if (text[i] != ' ') break;
            }
            if ((i == end || !IsWordByte(text[i])) && iban.Recognises(text[at..i])) return new(at, i - at, iban);
        }
        foreach (var length in (ReadOnlySpan<int>)[9, 13])
            if (at + length <= end && (at + length == text.Length || !IsWordByte(text[at + length])) && nino.Recognises(text.Slice(at, length))) return new(at, length, nino);
        return default;
    }

    // A run of capitalised words: which of them name a person or a place.
    private int Names(ReadOnlySpan<byte> text, int at, int end, List<FoundForm> found)
    {
        Span<int> starts = stackalloc int[MostWords], ends = stackalloc int[MostWords];
        Span<WordMark> marks = stackalloc WordMark[MostWords];
        var count = Words(text, at, end, starts, ends, marks);
        if (count == 0) return WordEnd(text, at, end) is var only && only > at ? only : at + 1;

        var (titled, context, p) = (false, WordMark.None, 0);
        const WordMark Contexts = WordMark.Introduces | WordMark.Greets | WordMark.Whereabouts | WordMark.Hails;
        for (; p < count; p++)
        {
            if ((marks[p] & WordMark.Title) != 0) titled = true;
            else if (PlaceForm.MayBegin(text[starts[p]..ends[p]]) && PlaceAt(text, p, count, starts, ends, marks) > 0) break;
            else if ((marks[p] & (WordMark.Stop | Contexts | WordMark.Phone | WordMark.Card)) != 0 && !((marks[p] & WordMark.Given) != 0 && (marks[p] & WordMark.Stop) == 0))
                (context, titled) = (marks[p] & Contexts, false);
            else break;
        }
        if (p == count) return ends[count - 1];
        if (p == 0) context = NameContext(text, starts[0], ref titled);
        if (context == WordMark.None && FollowsName(text, starts[p], found)) context = WordMark.Hails;

        if ((context & WordMark.Whereabouts) != 0 && !titled && PlaceAt(text, p, count, starts, ends, marks) is > 0 and var placed)
        {
            found.Add(new(starts[p], ends[placed - 1] - starts[p], place));
            return ends[placed - 1];
        }
        var m = p;
        while (m < count && m < p + 5 && (marks[m] & (WordMark.Stop | WordMark.Title)) == 0) m++;
        // What a company, an institution or a street is called after.
        if (!titled && m < count && (marks[m] & WordMark.Organisation) != 0 || m < count && (marks[m] & WordMark.StreetEnd) != 0 && (marks[m] & WordMark.Title) == 0) return ends[m];
        if (!titled)
            for (var k = p + 1; k < m; k++)
                if ((marks[k] & WordMark.StreetEnd) != 0 && k == m - 1) return ends[k];

        if (m > p && IsBeforeAddress(text, ends[m - 1])) context |= WordMark.Hails;
        if (PersonAt(text, p, m, starts, ends, marks, titled, context) is { Form: not null } name)
        {
            found.Add(name);
            return name.End;
        }
        return ends[Math.Max(p, m - 1)];
    }

    private FoundForm PersonAt(ReadOnlySpan<byte> text, int p, int m, Span<int> starts, Span<int> ends, Span<WordMark> marks, bool titled, WordMark context)
    {
        var hailed = (context & WordMark.Hails) != 0;
        var greeted = hailed || (context & WordMark.Greets) != 0;
        var introduced = (context & WordMark.Introduces) != 0;
        var shouted = IsShouted(text[starts[p]..ends[p]]);
        if (titled || introduced && !(shouted && (marks[p] & (WordMark.Given | WordMark.Family)) == 0))
        {
            var last = Math.Min(m, p + 4);
            while (last > p + 1 && (marks[last - 1] & WordMark.AfterName) != 0) last--;
            if (last - p >= 2) return new(starts[p], ends[last - 1] - starts[p], person);
            if (ends[p] - starts[p] < 2) return default;
            return new(starts[p], ends[p] - starts[p], (marks[p] & WordMark.Given) != 0 || introduced && (marks[p] & WordMark.Family) == 0 ? given : family);
        }
        // Keller, Anna
        if (m == p + 1 && (marks[p] & WordMark.Family) != 0 && FollowedByGiven(text, ends[p]) is > 0 and var commaEnd) return new(starts[p], commaEnd - starts[p], person);

        for (var w = p; w < m; w++)
        {
            var start = w == p && IsSentenceStart(text, starts[w]);
            var isGiven = (marks[w] & WordMark.Given) != 0;
            var ambiguous = (marks[w] & WordMark.Ambiguous) != 0;
            var next = w + 1;
            while (next < m && (ends[next] - starts[next] <= 2 && text[ends[next] - 1] == '.' || ends[next] - starts[next] == 1)) next++; // initials
            if (next < m && isGiven)
            {
                var familyNext = (marks[next] & WordMark.Family) != 0;
                var unlisted = !IsShouted(text[starts[next]..ends[next]]) || familyNext;
                if (unlisted && (!ambiguous || familyNext && !((marks[next] & WordMark.Ambiguous) != 0 && start && shouted) || !start && (marks[next] & WordMark.Place) == 0 || greeted) && (!shouted || familyNext))
                {
                    // a third word where the second is a given name too, or a particle, or the third a known one
                    var last = next + 1;
                    if (last < m && ((marks[next] & (WordMark.Given | WordMark.Particle)) != 0 || (marks[last] & (WordMark.Family | WordMark.Given)) != 0)) last++;
                    while (last < m && (marks[last - 1] & WordMark.Particle) != 0) last++;
                    var begin = w == p + 1 && ends[p] - starts[p] > 1 && (marks[p] & (WordMark.Place | WordMark.Particle)) == 0 && !IsShouted(text[starts[p]..ends[p]]) ? p : w;
                    return new(starts[begin], ends[last - 1] - starts[begin], person);
                }
            }
            if (next < m && !isGiven && (marks[next] & WordMark.Family) != 0 && !((marks[next] & WordMark.Given) != 0 && next + 1 < m) && !shouted && ends[w] - starts[w] > 1 && (marks[w] & (WordMark.Place | WordMark.Particle | WordMark.Family)) == 0
                && ((marks[next] & WordMark.Ambiguous) == 0 || greeted)) return new(starts[w], ends[next] - starts[w], person);
            if (hailed && w == p && m - p == 1 && !isGiven && !shouted && ends[w] - starts[w] > 2 && (ends[w] == text.Length || text[ends[w]] is (byte)',' or (byte)'!' or (byte)'\n' or (byte)'.'))
                return new(starts[w], ends[w] - starts[w], given);
            if (hailed && w == p && m - p is 2 or 3 && ends[w + 1] - starts[w + 1] <= 2 == (m - p == 3) && !shouted && ends[w] - starts[w] > 1) return new(starts[w], ends[m - 1] - starts[w], person);
            if (isGiven && !IsShouted(text[starts[w]..ends[w]]) && (!ambiguous || greeted && w == p && m == p + 1)) return new(starts[w], ends[w] - starts[w], given);
        }
        return default;
    }

    private static int PlaceAt(ReadOnlySpan<byte> text, int p, int count, Span<int> starts, Span<int> ends, Span<WordMark> marks)
    {
        if (PlaceForm.MayBegin(text[starts[p]..ends[p]]))
            for (var last = Math.Min(count, p + 4); last > p + 1; last--)
                if (Place.Recognises(text[starts[p]..ends[last - 1]])) return last;
        if ((marks[p] & WordMark.Place) == 0) return 0;
        return p + 1 < count && (marks[p + 1] & (WordMark.Organisation | WordMark.StreetEnd | WordMark.Family)) != 0 ? 0 : p + 1;
    }

    // The words one after another that are capitalised, with initials, titles and the particles between them.
    private static int Words(ReadOnlySpan<byte> text, int at, int end, Span<int> starts, Span<int> ends, Span<WordMark> marks)
    {
        var count = 0;
        while (count < MostWords && at < end && IsCapital(text, at))
        {
            var stop = WordEnd(text, at, end);
            if (stop == at || stop < end && (AsciiText.IsDigit(text[stop]) || text[stop] == '_')) break;
            starts[count] = at;
            var mark = SearchWords.Of(text[at..stop]);
            var dotted = stop < end && text[stop] == '.';
            var initial = stop - at == 1 && dotted;
            if (initial) stop++;
            ends[count] = stop;
            marks[count++] = initial ? WordMark.None : mark;
            if (dotted && (mark & WordMark.Title) != 0) stop++; // Dr. Keller
            if (stop + 1 >= end || text[stop] != ' ') break;
            at = stop + 1;
            // von der Heide
            for (var particles = 0; particles < 2 && at < end && AsciiText.IsLower(text[at]) && count < MostWords - 1; particles++)
            {
                var particle = WordEnd(text, at, end);
                if (particle + 1 >= end || text[particle] != ' ' || (SearchWords.Of(text[at..particle]) & WordMark.Particle) == 0) return count;
                var after = particle + 1;
                if (!IsCapital(text, after) && !AsciiText.IsLower(text[after])) return count;
                if (!IsCapital(text, after))
                {
                    var second = WordEnd(text, after, end);
                    if (second + 1 >= end || (SearchWords.Of(text[after..second]) & WordMark.Particle) == 0 || !IsCapital(text, second + 1)) return count;
                }
                (starts[count], ends[count], marks[count]) = (at, particle, WordMark.Particle);
                count++;
                at = after;
            }
        }
        while (count > 0 && marks[count - 1] == WordMark.Particle && AsciiText.IsLower(text[starts[count - 1]])) count--;
        return count;
    }

    // End of a word of letters, with hyphens and apostrophes between letters; a possessive s is not of the word.
    private static int WordEnd(ReadOnlySpan<byte> text, int at, int end)
    {
        var i = at;
        while (i < end)
        {
            var b = text[i];
            if (AsciiText.IsLetter(b)) i++;
            else if (b is >= 0xC3 and <= 0xD4 && i + 1 < end && text[i + 1] is >= 0x80 and < 0xC0) i += 2;
            else if (b is (byte)'-' or (byte)'\'' && i > at && i + 1 < end && (AsciiText.IsLetter(text[i + 1]) || text[i + 1] is >= 0xC3 and <= 0xD4))
            {
                if (b == '\'' && text[i + 1] is (byte)'s' or (byte)'S' && (i + 2 >= end || !IsWordByte(text[i + 2]))) break;
                i++;
            }
            else break;
        }
        return i;
    }

    private static bool IsCapital(ReadOnlySpan<byte> text, int at)
    {
        if (text[at] < 0x80) return AsciiText.IsUpper(text[at]);
        return System.Text.Rune.DecodeFromUtf8(text[at..], out var rune, out _) == System.Buffers.OperationStatus.Done && System.Text.Rune.IsUpper(rune);
    }

    private static bool IsShouted(ReadOnlySpan<byte> word)
    {
        foreach (var b in word)
            if (AsciiText.IsLower(b)) return false;
        return word.Length > 1;
    }

    private static bool IsSentenceStart(ReadOnlySpan<byte> text, int at)
    {
        while (at > 0 && text[at - 1] is (byte)' ' or (byte)'"' or (byte)'\'' or (byte)'(' or (byte)'\t') at--;
        return at == 0 || text[at - 1] is (byte)'.' or (byte)'!' or (byte)'?' or (byte)':' or (byte)'\n' or (byte)'-' or (byte)';';
    }

    // Anna Keller and Xochitl Abara
    private static bool FollowsName(ReadOnlySpan<byte> text, int at, List<FoundForm> found)
    {
        if (found.Count == 0 || found[^1].Form.Id != "person-name" || found[^1].End > at) return false;
        var between = text[found[^1].End..at];
        return between.SequenceEqual(" and "u8) || between.SequenceEqual(" & "u8) || between.SequenceEqual(" und "u8) || between.SequenceEqual(" et "u8) || between.SequenceEqual(" y "u8);
    }

    // Xochitl Abara <x@y.org>
    private static bool IsBeforeAddress(ReadOnlySpan<byte> text, int at)
    {
        if (at + 4 > text.Length || text[at] != ' ' || text[at + 1] is not ((byte)'<' or (byte)'(')) return false;
        var next = text[(at + 2)..Math.Min(text.Length, at + 80)];
        var sign = next.IndexOf((byte)'@');
        return sign > 0 && next[..sign].IndexOf((byte)' ') < 0;
    }

    // The word before a name. "my name is", "name:"; "Regards," on the line before; "mr smith" in lower case.
    private static WordMark NameContext(ReadOnlySpan<byte> text, int at, ref bool titled)
    {
        var i = at;
        while (i > 0 && at - i < 6 && text[i - 1] is (byte)' ' or (byte)',' or (byte)':' or (byte)'\n' or (byte)'\r' or (byte)'"' or (byte)'(' or (byte)'*' or (byte)'.')
        {
            if (text[i - 1] == '.' && !(i == at - 1)) return WordMark.None;
            i--;
        }
        var word = WordBefore(text, i);
        if (word.IsEmpty || i == at) return WordMark.None;
        var gap = text[i..at];
        var mark = SearchWords.Of(word);
        if (gap[0] == '.') // of abbreviations of a title alone
        {
            titled = (mark & WordMark.Title) != 0;
            return WordMark.None;
        }
        if (gap.SequenceEqual(" "u8) && (mark & WordMark.Title) != 0 && (mark & WordMark.Greets) == 0 && AsciiText.IsLower(word[0]) && !word.SequenceEqual("miss"u8) && !word.SequenceEqual("sir"u8))
            titled = true;
        if (word.SequenceEqual("name"u8) || word.SequenceEqual("Name"u8) || word.SequenceEqual("NAME"u8)) return gap.IndexOfAny(":\n"u8) >= 0 ? WordMark.Introduces : WordMark.None;
        if (word.SequenceEqual("is"u8) || word.SequenceEqual("ist"u8))
        {
            var before = WordBefore(text, i - word.Length - 1);
            if (before.Length == 4 && (SearchWords.Of(before) & WordMark.Stop) != 0 && (before[0] | 0x20) == 'n') return WordMark.Introduces; // name is
            return before.SequenceEqual("This"u8) || before.SequenceEqual("this"u8) ? WordMark.Greets | WordMark.Hails : WordMark.None;
        }
        if (word.SequenceEqual("by"u8) && (SearchWords.Of(WordBefore(text, i - 3)) & WordMark.Authored) != 0) return WordMark.Greets | WordMark.Hails;
        const WordMark Contexts = WordMark.Introduces | WordMark.Greets | WordMark.Whereabouts | WordMark.Hails;
        mark &= Contexts;
        if (gap.IndexOf((byte)'\n') >= 0 && (mark & WordMark.Hails) == 0 && gap[0] != ',') return WordMark.None;
        if (gap[0] == ',' && (mark & WordMark.Whereabouts) != 0) mark &= ~WordMark.Whereabouts;
        return mark;
    }

    private static ReadOnlySpan<byte> WordBefore(ReadOnlySpan<byte> text, int end)
    {
        if (end <= 0) return [];
        var start = end;
        while (start > 0 && end - start < 24 && (AsciiText.IsLetter(text[start - 1]) || text[start - 1] is (byte)'\'' or >= 0x80 and < 0xC0 or >= 0xC3 and <= 0xD4)) start--;
        return text[start..end];
    }

    private static int FollowedByGiven(ReadOnlySpan<byte> text, int at)
    {
        if (at + 3 >= text.Length || text[at] != ',' || text[at + 1] != ' ' || !IsCapital(text, at + 2)) return 0;
        var end = WordEnd(text, at + 2, text.Length);
        if ((SearchWords.Of(text[(at + 2)..end]) & WordMark.Given) == 0) return 0;
        if (end + 3 <= text.Length && text[end] == ' ' && AsciiText.IsUpper(text[end + 1]) && text[end + 2] == '.') return end + 3;
        return end + 2 < text.Length && text[end] == ' ' && IsCapital(text, end + 1) ? 0 : end;
    }
}
