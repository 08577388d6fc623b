namespace Semblance.Forms;

public sealed partial class FormSearch
{
    private const int MostGroups = 12;
    private const WordMark Things = WordMark.Order | WordMark.Version;

    // What begins with a digit, a plus or a bracket. Gives the place to go on at.
    private int Number(ReadOnlySpan<byte> text, int at, int end, List<FoundForm> found)
    {
        var sign = !AsciiText.IsDigit(text[at]);
        if (sign && (at + 1 >= end || !AsciiText.IsDigit(text[at + 1]) && !(text[at] == '+' && text[at + 1] == '(') || at > 0 && IsWordByte(text[at - 1]))) return at + 1;
        if (at > 0 && IsWordByte(text[at - 1])) return SkipWord(text, at, end); // part of a longer token

        // Groups of digits and what parts them.
        Span<int> starts = stackalloc int[MostGroups], ends = stackalloc int[MostGroups];
        int groups = 0, digits = 0, i = at;
        while (groups < MostGroups)
        {
            if (groups > 0 || sign)
            {
                var gap = 0;
                while (i + gap < end && gap < 3 && IsSeparator(text[i + gap], groups == 0)) gap++;
                if (gap == 0 || gap == 3 || gap == 2 && !(text[i] == ')' || text[i + 1] == '(' || groups == 0) || i + gap >= end || !AsciiText.IsDigit(text[i + gap])) break;
                i += gap;
            }
            starts[groups] = i;
            while (i < end && AsciiText.IsDigit(text[i])) i++;
            digits += i - starts[groups];
            ends[groups++] = i;
        }
        if (groups == 0) return at + 1;

        if (groups == 1 && digits <= 5 && !sign)
        {
            if (digits <= 2 && WrittenDate(text, at, i, end) is > 0 and var dateEnd)
            {
                if (Before(text, at, WordMark.Born) != WordMark.None) found.Add(new(at, dateEnd - at, birth));
                return dateEnd;
            }
        }
        if (!sign && ends[0] - starts[0] <= 5 && Street(text, at, ends[0], end) is > 0 and var streetEnd)
        {
            found.Add(new(at, streetEnd - at, street));
            return streetEnd;
        }
        if (digits < 6 && groups != 4) return AfterToken(text, i, end);

        // The last group may belong to what follows: 12:30, 5kg, 10 %.
        if (i < end && IsWordByte(text[i]))
        {
            if (groups == 1) return SkipWord(text, i, end);
            groups--;
        }
        else if (i + 1 < end && text[i] is (byte)':' or (byte)',' or (byte)'.' && AsciiText.IsDigit(text[i + 1]))
        {
            if (groups == 1) return AfterToken(text, i, end);
            groups--;
        }
        var attached = at > 0 && text[at - 1] is (byte)'-' or (byte)'/' or (byte)'.' or (byte)'#' or (byte)'$' or (byte)'_' or (byte)'%' or (byte)'&' || at > 1 && text[at - 1] is 0xA3 or 0xA5 or 0xAC;
        for (var from = 0; from < groups; from++)
        {
            if (from > 0 && text[starts[from] - 1] is not ((byte)' ' or (byte)'(')) continue;
            for (var to = groups - 1; to >= from; to--)
            {
                if (to + 1 < groups && text[ends[to]] != ' ') continue;
                var start = from == 0 ? at : text[starts[from] - 1] == '(' ? starts[from] - 1 : starts[from];
                if (text[start] == '(' && text[start..ends[to]].IndexOf((byte)')') < 0) start++; // phone (415.555.0142)
                var form = Test(text, start, ends[to], to - from + 1, attached && from == 0, out var known);
                if (!known) continue;
                if (form is not null) found.Add(new(start, ends[to] - start, form));
                if (to == groups - 1) return AfterToken(text, ends[to], end);
                from = to; // the loop goes on at the next group
                break;
            }
        }
        return AfterToken(text, i, end);
    }

    // What a run of digits and separators is; known without a form where it is something that is not personal.
    private IForm? Test(ReadOnlySpan<byte> text, int start, int end, int groups, bool attached, out bool known)
    {
        var run = text[start..end];
        var digits = 0;
        foreach (var b in run)
            if (AsciiText.IsDigit(b)) digits++;
        known = true;
        if (groups == 4 && digits is >= 4 and <= 12 && ipv4.Recognises(run))
            return attached || run[0] == '0' || run.StartsWith("127."u8) || Before(text, start, Things | WordMark.Phone, 2) is var near && (near & Things) != 0 ? null : ipv4;
        if (digits is >= 6 and <= 8 && birth.Recognises(run) && (groups == 3 || Before(text, start, WordMark.Born) != WordMark.None))
            return !attached && Before(text, start, WordMark.Born) != WordMark.None ? birth : null;
        known = false;
        if (attached || digits < 7) return null;
        if (groups == 3 && (birth.Recognises(run) || run.Length == 10 && (run[4] == run[7] || run[2] == run[5]) && digits == 8)) return null; // a date, though none that exists
        const WordMark Proofs = WordMark.Card | WordMark.SocialSecurity | WordMark.Nhs | WordMark.Pesel | WordMark.Phone | Things;
        var said = Before(text, start, Proofs);
        known = true;
        if (digits >= 13 && card.Recognises(run) && (said & Things) == 0 && ((said & WordMark.Card) != 0 || groups > 1 || IsIssued(run))) return card;
        if (digits == 9 && (groups == 3 ? ssn.Recognises(run) && ((said & Things) == 0 && (run[3] == '-' || (said & WordMark.SocialSecurity) != 0)) : (said & WordMark.SocialSecurity) != 0 && ssn.Resembles(run))) return ssn;
        if (digits == 10 && (said & WordMark.Nhs) != 0 && nhs.Recognises(run)) return nhs;
        if (digits == 11 && groups == 1 && (said & WordMark.Pesel) != 0 && pesel.Recognises(run)) return pesel;
        if (((said & Things) == 0 || run[0] == '+') && IsPhone(run, digits, groups, (said & WordMark.Phone) != 0)) return phone;
        known = false;
        return null;
    }

    // With a word of the telephone beside it whatever could be a number; without one, only what is written as nothing else is.
    private bool IsPhone(ReadOnlySpan<byte> run, int digits, int groups, bool said)
    {
        if (run.IndexOf((byte)'/') >= 0) return said && digits is >= 7 and <= 12 && groups == 2;
        if (said) return digits <= 15 && phone.Resembles(run) && (run.IndexOf((byte)'.') < 0 || groups > 2);
        if (!phone.Recognises(run)) return false;
        if (run[0] == '+') return digits >= 9;
        if (run.IndexOf((byte)'.') >= 0) return groups == 3 && run.Length == 12 && run[3] == '.' && run[7] == '.' || groups == 5 && run.Length == 14;
        if (run[0] == '0') return run[1] != '0' && AsciiText.IsDigit(run[1]) && !(run[1..].IndexOfAny(" -"u8) < 0);
        return true;
    }

    // Ranges that the great networks issue from (ISO/IEC 7812): a bare number elsewhere is no card though its check digit holds.
    private static bool IsIssued(ReadOnlySpan<byte> digits)
    {
        if (!AsciiText.IsDigit(digits[^1]) || digits.Length < 13) return false;
        var four = (digits[0] - '0') * 1000 + (digits[1] - '0') * 100 + (digits[2] - '0') * 10 + digits[3] - '0';
        return digits.Length switch
        {
            13 => false, // none is issued any more, and milliseconds since 1970 have thirteen
            15 => four / 100 is 34 or 37,
            14 => four / 100 is 36 or 38,
            16 => four is >= 4000 and < 5000 or >= 5100 and < 5600 or >= 2221 and <= 2720 or 6011 or >= 6440 and < 6600 or >= 3528 and <= 3589 or 9999,
            _ => false,
        };
    }

    // 3 March 1985, 3rd of March 1985, 3. März 1985: end of the date, or 0.
    private static int WrittenDate(ReadOnlySpan<byte> text, int at, int i, int end)
    {
        if (i + 1 < end && (text[i..].StartsWith("st"u8) || text[i..].StartsWith("nd"u8) || text[i..].StartsWith("rd"u8) || text[i..].StartsWith("th"u8))) i += 2;
        if (i < end && text[i] == '.') i++;
        if (i >= end || text[i] != ' ') return 0;
        i++;
        if (text[i..end].StartsWith("of "u8)) i += 3;
        else if (text[i..end].StartsWith("de "u8)) i += 3;
        var word = i;
        while (i < end && (AsciiText.IsLetter(text[i]) || text[i] >= 0xC0 || text[i] >= 0x80 && text[i] < 0xC0)) i++;
        if (i == word || (SearchWords.Of(text[word..i]) & WordMark.Month) == 0) return 0;
        if (i < end && text[i] is (byte)'.' or (byte)',') i++;
        if (i < end && text[i] == ' ') i++;
        if (text[i..end].StartsWith("de "u8)) i += 3;
        return Year(text, i, end);
    }

    // March 3, 1985: end of the date, or 0.
    private static int MonthFirst(ReadOnlySpan<byte> text, int i, int end)
    {
        if (i < end && text[i] == '.') i++;
        if (i >= end || text[i] != ' ') return 0;
        var day = ++i;
        while (i < end && AsciiText.IsDigit(text[i])) i++;
        if (i - day is 0 or > 2) return 0;
        if (i + 1 < end && AsciiText.IsLower(text[i])) i += 2;
        if (i < end && text[i] == ',') i++;
        return i < end && text[i] == ' ' ? Year(text, i + 1, end) : 0;
    }

    private static int Year(ReadOnlySpan<byte> text, int i, int end) =>
        i + 4 <= end && AsciiText.AllDigits(text.Slice(i, 4)) && text[i] is (byte)'1' or (byte)'2' && (i + 4 == end || !IsWordByte(text[i + 4])) ? i + 4 : 0;

    private static bool IsSeparator(byte b, bool beforeFirst) => b is (byte)' ' or (byte)'-' or (byte)'(' or (byte)')' || !beforeFirst && b is (byte)'.' or (byte)'/' || beforeFirst && b is (byte)'+';

    // Letters and digits that hang on a number are part of its token: 12b, 3rd, 7f3a.
    private static int AfterToken(ReadOnlySpan<byte> text, int i, int end) => i < end && IsWordByte(text[i]) ? SkipWord(text, i, end) : i;

    private static int SkipWord(ReadOnlySpan<byte> text, int i, int end)
    {
        while (i < end && (IsWordByte(text[i]) || text[i] is >= 0x80 and < 0xC0)) i++;
        return i;
    }
}
