using Semblance.Data;

namespace Semblance.Formats;

/// <summary>
/// The date and time formats looked for, in order of preference. A column has a format when every value of it is exactly what the format writes, so
/// day-first and month-first are told apart by the whole column; where all days are 12 or less, <c>/</c> is read month-first and <c>.</c> and <c>-</c> day-first.
/// </summary>
internal static class MomentFormats
{
    private static readonly DateTimePattern[] dates = Compile(
    [
        "yyyy-MM-dd", "yyyy/MM/dd", "yyyy.MM.dd", "MM/dd/yyyy", "dd/MM/yyyy", "dd.MM.yyyy", "MM.dd.yyyy", "dd-MM-yyyy", "MM-dd-yyyy",
        "M/d/yyyy", "d/M/yyyy", "d.M.yyyy", "d-M-yyyy", "M-d-yyyy", "yyyy-M-d", "yyyy/M/d",
        "MM/dd/yy", "dd/MM/yy", "dd.MM.yy", "M/d/yy", "d/M/yy", "d.M.yy",
        "dd-MMM-yyyy", "dd MMM yyyy", "d MMM yyyy", "d-MMM-yyyy", "dd MMMM yyyy", "d MMMM yyyy", "MMM dd, yyyy", "MMM d, yyyy", "MMMM dd, yyyy", "MMMM d, yyyy", "dd-MMM-yy", "d-MMM-yy",
    ]);

    private static readonly DateTimePattern[] times = Compile(
    [
        "HH:mm:ss", "HH:mm", "HH:mm:ss.fff", "HH:mm:ss.ffffff", "HH:mm:ss.fffffff", "HH:mm:ss.f", "HH:mm:ss.ff", "HH:mm:ss.ffff", "HH:mm:ss.fffff", "HH:mm:ss.FFFFFFF",
        "H:mm:ss", "H:mm", "hh:mm:ss tt", "h:mm:ss tt", "hh:mm tt", "h:mm tt",
    ]);

    private static readonly DateTimePattern[] alone = [.. dates, .. Compile("yyyy-MM", "MMM yyyy", "MMM-yyyy", "MMMM yyyy"), .. times];

    /// <summary>All formats that could have written a text, best first. Empty when it is no date or time.</summary>
    public static List<DateTimePattern> Of(ReadOnlySpan<byte> text)
    {
        var found = new List<DateTimePattern>();
        // Cheap doubts first: this is asked once a column, but of every kind of text.
        if (text.Length is < 4 or > 48 || text.IndexOfAnyInRange((byte)'0', (byte)'9') < 0) return found;
        foreach (var pattern in alone)
            if (pattern.TryParse(text, out _)) found.Add(pattern);
        var zone = Zone(text);
        var body = text[..^zone.Length];
        var suffix = zone.Length == 0 ? "" : zone[0] == 'Z' ? "Z" : $"'{zone}'";
        for (var at = 6; at < Math.Min(body.Length - 3, 24); at++)
        {
            if (body[at] is not ((byte)'T' or (byte)' ')) continue;
            foreach (var date in dates)
            {
                if (!date.TryParse(body[..at], out _)) continue;
                foreach (var time in times)
                    if (time.TryParse(body[(at + 1)..], out _)) found.Add(DateTimePattern.Compile(date.Format + (char)body[at] + time.Format + suffix)!);
            }
        }
        return found;
    }

    // A constant zone at the end is part of the format: Z, +01:00, +0100. A column with several zones is no date column.
    private static string Zone(ReadOnlySpan<byte> text)
    {
        if (text.Length < 17) return "";
        if (text[^1] == 'Z') return "Z";
        foreach (var length in (ReadOnlySpan<int>)[6, 5])
        {
            var tail = text[^length..];
            if (tail[0] is not ((byte)'+' or (byte)'-') || length == 6 && tail[3] != ':') continue;
            var digits = 0;
            foreach (var b in tail) digits += b is >= (byte)'0' and <= (byte)'9' ? 1 : 0;
            if (digits == 4) return System.Text.Encoding.ASCII.GetString(tail);
        }
        return "";
    }

    private static DateTimePattern[] Compile(params string[] formats) => Array.ConvertAll(formats, f => DateTimePattern.Compile(f)!);
}
