using System.Text;
using Semblance.Data;

namespace Semblance.Profiles;

/// <summary>Tells columns of texts that are numbers to a person: <c>17,07</c>, <c>$1,234.50</c>, <c>12 %</c>.</summary>
internal static class WrittenNumbers
{
    private const int Sample = 1_000, Fewest = 20;
    private const double Nearly = 0.95;

    public static bool Are(Column column)
    {
        if (column.Kind is not (ColumnKind.Text or ColumnKind.Identifier or ColumnKind.Category)) return false;
        int present = 0, numbers = 0;
        var stride = Math.Max(1, column.Count / Sample);
        for (var row = 0; row < column.Count; row += stride)
        {
            if (column.IsMissing(row)) continue;
            present++;
            if (Is(column.Text(row))) numbers++;
            else if (present - numbers > Sample - Nearly * Sample) return false;
        }
        return present >= Fewest && numbers >= Nearly * present;
    }

    // Digits with at most one mark before the decimals and groups of three, and something that keeps it from being a plain number: a comma, a sign of currency, a per cent.
    private static bool Is(ReadOnlySpan<char> text)
    {
        var core = text.Trim().Trim("$€£¥%").Trim();
        if (core.Length > 0 && core[0] is '-' or '+') core = core[1..].TrimStart("$€£¥");
        if (core.Length is 0 or > 24 || !char.IsAsciiDigit(core[0]) || !char.IsAsciiDigit(core[^1])) return false;
        if (core.IndexOfAnyExcept("0123456789.,") >= 0) return false;
        int comma = core.LastIndexOf(','), point = core.LastIndexOf('.');
        if (comma < 0 && core.Length == text.Length) return false;
        var mark = Math.Max(comma, point);
        if (mark < 0) return true;
        var whole = core[..mark];
        if (whole.IndexOfAny(".,") < 0) return true;
        var group = comma > point ? '.' : ',';
        if (point < 0 || comma < 0) group = core[mark]; // 1,234,567: one mark only, all groups
        for (var digits = 0; whole.Length > 0; whole = whole[..^1], digits++)
            if (whole[^1] == group && digits % 4 != 3 || whole[^1] != group && !char.IsAsciiDigit(whole[^1])) return false;
        return true;
    }
}
