using System.Globalization;
using System.Text;

namespace Semblance.Transforms;

/// <summary>Another date, written the same way: 1985-03-12, 12/03/85, 12 March 1985, March 12th, 1985.</summary>
internal static class DateFakes
{
    private static readonly string[][] Months =
    [
        ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"],
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
        ["januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "dezember"],
        ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"],
    ];

    /// <summary>A date of 1930 to 2009, its day at most 12 where day and month can't be told apart and at most 28 else, the time after it kept.</summary>
    public static string Of(string value, ulong entropy)
    {
        var year = 1930 + (int)(entropy % 80);
        var month = 1 + (int)(entropy / 80 % 12);
        var day = 1 + (int)(entropy / 960 % 12);
        var lateDay = 1 + (int)(entropy / 960 % 28);
        if (value.Length == 8 && value.All(char.IsAsciiDigit))
            return value[0] is '1' or '2' && value[1] is '9' or '0' ? string.Create(CultureInfo.InvariantCulture, $"{year}{month:00}{lateDay:00}") : string.Create(CultureInfo.InvariantCulture, $"{day:00}{month:00}{year}");

        var text = new StringBuilder();
        int groups = 0, i = 0;
        var named = false;
        while (i < value.Length)
        {
            if (char.IsAsciiDigit(value[i]))
            {
                var from = i;
                while (i < value.Length && char.IsAsciiDigit(value[i])) i++;
                var length = i - from;
                groups++;
                if (groups > 3) return text.Append(value.AsSpan(from)).ToString(); // a time
                var number = length == 4 ? year : length <= 2 && groups == 3 ? year % 100 : named || HasMonth(value) ? lateDay : groups == 1 ? day : month;
                if (length > 4) number = year;
                text.Append(number.ToString(length == 2 || length == 4 ? "D" + length : "D", CultureInfo.InvariantCulture));
            }
            else if (char.IsLetter(value[i]))
            {
                var from = i;
                while (i < value.Length && char.IsLetter(value[i])) i++;
                text.Append(Word(value[from..i], month, lateDay, out var isMonth));
                named |= isMonth;
            }
            else text.Append(value[i++]);
        }
        return text.ToString();
    }

    private static bool HasMonth(string value) => value.Any(char.IsLetter) && value.Split(' ', '.', ',', '-', '/').Any(w => Months.Any(m => m.Contains(w.ToLowerInvariant())));

    private static string Word(string word, int month, int day, out bool isMonth)
    {
        var lower = word.ToLowerInvariant();
        isMonth = true;
        foreach (var months in Months)
            if (months.Contains(lower)) return char.IsUpper(word[0]) ? char.ToUpperInvariant(months[month - 1][0]) + months[month - 1][1..] : months[month - 1];
        isMonth = false;
        return lower is "st" or "nd" or "rd" or "th" ? day switch { 1 or 21 => "st", 2 or 22 => "nd", 3 or 23 => "rd", _ => "th" } : word;
    }
}
