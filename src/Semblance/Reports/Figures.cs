using System.Globalization;

namespace Semblance.Reports;

/// <summary>Numbers as a reader sees them: invariant, never NaN or infinity, no more digits than mean something.</summary>
internal static class Figures
{
    /// <summary>What stands where there is no value.</summary>
    public const string None = "–";

    /// <summary>A score: three decimals. Tiny shares keep a fourth so that 0.0004 does not read as none.</summary>
    public static string Score(double? value) => value is not { } v || !double.IsFinite(v) ? None
        : v != 0 && Math.Abs(v) < 0.0095 ? Fixed(v, 4) : Math.Abs(v) >= 1000 ? Short(v) : Math.Abs(v) >= 10 ? Fixed(v, 2) : Fixed(v, 3);

    /// <summary>A share of 1 as per cent: <c>12.3 %</c>, <c>&lt; 0.1 %</c>.</summary>
    public static string Percent(double? share)
    {
        if (share is not { } s || !double.IsFinite(100 * s)) return None;
        if (s is > 0 and < 0.0005) return "< 0.1\u00a0%";
        if (s is < 1 and > 0.9995) return "> 99.9\u00a0%";
        return (Math.Abs(s) < 1e4 ? Fixed(100 * s, 1) : Short(s * 100)) + "\u00a0%";
    }

    /// <summary>A whole number with thousands apart: <c>39,074</c>.</summary>
    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>"1 row", "2 rows".</summary>
    public static string Count(long count, string noun) => Count(count) + "\u00a0" + noun + (count == 1 ? "" : "s");

    /// <summary>A number of the data in few characters: <c>0.0123</c>, <c>38.6</c>, <c>189k</c>, <c>1.5M</c>.</summary>
    public static string Short(double value)
    {
        if (!double.IsFinite(value)) return None;
        var size = Math.Abs(value);
        return size switch
        {
            0 => "0",
            >= 1e15 or < 1e-4 => value.ToString("0.##e0", CultureInfo.InvariantCulture),
            >= 9.9995e11 => Digits(value / 1e12) + "T",
            >= 9.9995e8 => Digits(value / 1e9) + "G",
            >= 9.9995e5 => Digits(value / 1e6) + "M",
            >= 9999.5 => Digits(value / 1e3) + "k",
            _ => Digits(value),
        };
    }

    /// <summary>A number of the data with enough digits to be looked up: up to seven.</summary>
    public static string Exact(double value) => !double.IsFinite(value) ? None
        : Math.Abs(value) is >= 1e15 or (< 1e-4 and > 0) ? value.ToString("0.####e0", CultureInfo.InvariantCulture)
        : Math.Abs(value) >= 1e4 ? value.ToString("#,0.##", CultureInfo.InvariantCulture)
        : value.ToString("0.#####", CultureInfo.InvariantCulture);

    /// <summary>A date, with its time of day where the span shown is short.</summary>
    public static string Date(long ticks, long span)
    {
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks) return None;
        return new DateTime(ticks).ToString(span < 3 * TimeSpan.TicksPerDay ? "yyyy-MM-dd HH:mm" : span < 3L * 365 * TimeSpan.TicksPerDay ? "yyyy-MM-dd" : "yyyy-MM", CultureInfo.InvariantCulture);
    }

    /// <summary>A text of the data cut to a length that can't harm the page.</summary>
    public static string Clip(string text, int length)
    {
        if (text.Length == 0) return "(empty)";
        if (text.Length <= length) return text;
        var cut = length - 1;
        if (char.IsHighSurrogate(text[cut - 1])) cut--;
        return string.Concat(text.AsSpan(0, cut), "…");
    }

    private static string Fixed(double value, int decimals) => value.ToString("F" + decimals, CultureInfo.InvariantCulture) switch
    {
        "-0.000" => "0.000",
        "-0.0000" => "0.0000",
        "-0.0" => "0.0",
        "-0.00" => "0.00",
        var text => text,
    };

    private static string Digits(double value) => (Math.Abs(value) switch
    {
        >= 999.5 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 99.95 => value.ToString("0.#", CultureInfo.InvariantCulture),
        >= 9.995 => value.ToString("0.##", CultureInfo.InvariantCulture),
        >= 0.9995 => value.ToString("0.###", CultureInfo.InvariantCulture),
        _ => value.ToString("0.####", CultureInfo.InvariantCulture),
    });
}
