using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Semblance.Profiles;

namespace Semblance.Recipes;

/// <summary>
/// The words of a rules file that make a column like one that was profiled: its marginal and its gaps. Nothing of single rows gets in: values that few rows share are left out, the tails beyond the
/// outermost half percent are cut at round ends, texts become shapes, forms or filler.
/// </summary>
internal static class ColumnRules
{
    private const int MostValues = 200;
    private const double MostRest = 0.05; // of values too rare to tell; where they are more, a value stands for them

    /// <summary>The rule as a map in one line.</summary>
    /// <param name="column">The column.</param>
    /// <param name="decimals">Digits after the point, where they are known.</param>
    public static string Of(ColumnProfile column, int? decimals)
    {
        var rule = Maker(column, decimals);
        if (column.MissingShare > 0) rule += $", missing: {Text(Math.Round(column.MissingShare, 4))}";
        return "{" + rule + "}";
    }

    private static string Maker(ColumnProfile column, int? decimals)
    {
        if (column.Personal.FirstOrDefault(p => !p.Inside && p.Share > 0.5 && Forms.FormCatalog.Find(p.Form) is not null) is { } personal && column.Kind is not ColumnKind.DateTime && column.Numbers is null)
            return $"form: {personal.Form}";
        if (column.Moments is { } moments) return Moments(moments);
        if (column.Numbers is { } numbers) return column.Kind != ColumnKind.Identifier && Listed(column) ? Choice(column) + Digits(column, decimals) : Numbers(column, numbers, decimals);
        if (column.Kind is ColumnKind.Identifier or ColumnKind.Text) return Texts(column);
        return column.Top.IsEmpty ? "choice: [other]" : Choice(column);
    }

    private static string Digits(ColumnProfile column, int? decimals) => column.Kind == ColumnKind.Decimal && decimals is { } d ? $", decimals: {d}" : "";

    /// <summary>Whether a few numbers are nearly all there are.</summary>
    private static bool Listed(ColumnProfile column) => column.Distinct <= 20 && column.Top.Sum(t => t.Count) >= (1 - MostRest) * column.Present && column.Top.All(t => ChoiceNumber(t.Value));

    private static bool ChoiceNumber(string text) => Rules.ChoiceMaker.NumberOf(text) is not null;

    private static string Choice(ColumnProfile column)
    {
        var values = column.Top.Take(MostValues).ToList();
        var rest = column.Present - values.Sum(v => v.Count);
        var quoted = column.Numbers is null;
        var text = new StringBuilder("choice: {");
        for (var i = 0; i < values.Count; i++)
            text.Append(i > 0 ? ", " : "").Append(quoted ? Quoted(values[i].Value) : values[i].Value).Append(": ").Append(Weight(values[i].Count, column.Present));
        if (quoted && rest > MostRest * column.Present && values.All(v => v.Value != "other")) text.Append(", other: ").Append(Weight(rest, column.Present));
        return text.Append('}').ToString();
    }

    private static string Weight(long count, long of) => Text(Math.Max(0.01, Math.Round(100.0 * count / Math.Max(1, of), 2)));

    private static string Numbers(ColumnProfile column, NumberSummary numbers, int? decimals)
    {
        var edges = numbers.Histogram.Edges;
        var digits = column.Kind == ColumnKind.Integer ? 0 : decimals ?? DigitsOf(edges);
        // The table of quantiles: bins as straight lines, spikes as steps inside them.
        var counts = numbers.Histogram.Counts.Select(c => (double)c).ToArray();
        var points = new List<(double Value, double Share)>(); // share that lies between the value before and this one
        if (edges.Length < 2 || counts.Sum() == 0) return column.Top.IsEmpty ? "choice: [0]" : Choice(column);
        var spikes = column.Spikes.Where(s => s.Value >= edges[0] && s.Value <= edges[^1]).OrderBy(s => s.Value).ToArray();
        points.Add((edges[0], 0));
        for (var b = 0; b < counts.Length; b++)
        {
            var last = b == counts.Length - 1;
            var inside = spikes.Where(s => s.Value >= edges[b] && (last ? s.Value <= edges[b + 1] : s.Value < edges[b + 1])).ToArray();
            var left = Math.Max(0, counts[b] - inside.Sum(s => s.Count));
            var at = edges[b];
            foreach (var spike in inside)
            {
                points.Add((spike.Value, left * (spike.Value - at) / (edges[b + 1] - edges[b])));
                points.Add((spike.Value, spike.Count));
                at = spike.Value;
            }
            points.Add((edges[b + 1], left * (edges[b + 1] - at) / (edges[b + 1] - edges[b])));
        }
        var total = points.Sum(p => p.Share);
        var (probabilities, values, sum) = (new List<string>(), new List<string>(), 0.0);
        var before = -1.0;
        foreach (var (value, share) in points)
        {
            sum += share;
            var probability = Math.Round(sum / total, 6);
            if (probability <= before)
            {
                if (before == 0) values[^1] = Text(value); // nothing lies below: begin later
                if (before == 0) continue;
                probability = before + 1e-6; // an empty bin: the table must rise, by next to nothing
            }
            if (probability >= 1 && before >= 1) break;
            probabilities.Add(Text(before = probability));
            values.Add(Text(value));
        }
        if (probabilities.Count < 2) return $"choice: [{values[0]}]";
        probabilities[^1] = "1";
        return $"empirical: {{probabilities: [{string.Join(", ", probabilities)}], values: [{string.Join(", ", values)}]}}, decimals: {digits}";
    }

    /// <summary>Two digits more than a bin is wide.</summary>
    private static int DigitsOf(ImmutableArray<double> edges)
    {
        var digits = 0;
        for (var width = edges.Length > 1 ? edges[1] - edges[0] : 1; width > 0 && width < 50 && digits < 8; width *= 10) digits++;
        return digits;
    }

    private static string Moments(MomentSummary moments)
    {
        var bins = moments.Histogram;
        if (bins.Edges.Length < 2 || bins.Counts.Sum() == 0) return "date: {from: 2000-01-01, to: 2000-12-31}";
        var (from, to) = (Day(bins.Edges[0]), Day(bins.Edges[^1]));
        var time = moments.Quantiles.Any(q => q.TimeOfDay != TimeSpan.Zero);
        var weights = from == to ? "" : $", weights: [{string.Join(", ", bins.Counts.Select(c => Weight(c, bins.Counts.Sum())))}]";
        return $"date: {{from: {from}, to: {to}{(time ? ", step: second" : "")}{weights}}}";

        static string Day(double ticks) => new DateTime((long)Math.Clamp(ticks, 0, DateTime.MaxValue.Ticks)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    private static string Texts(ColumnProfile column)
    {
        if (column.Texts?.Shape is { Length: > 0 } shape)
        {
            // a number of free width: running numbers between the same texts
            var at = shape.IndexOf(@"\N", StringComparison.Ordinal);
            if (at >= 0 && shape.IndexOf('\\', StringComparison.Ordinal) == at && !shape.AsSpan(0, at).ContainsAny("[{}"))
            {
                var rest = shape[(at + 2)..];
                var width = 0;
                if (rest.StartsWith('{') && rest.IndexOf('}', StringComparison.Ordinal) is > 1 and var end && int.TryParse(rest.AsSpan(1, end - 1), NumberStyles.None, CultureInfo.InvariantCulture, out width)) rest = rest[(end + 1)..];
                if (!rest.AsSpan().ContainsAny("\\[{}"))
                    return $"sequence: {{prefix: {Quoted(shape[..at])}{(rest.Length > 0 ? $", suffix: {Quoted(rest)}" : "")}{(width > 0 ? $", width: {width}" : "")}}}".Replace("prefix: '', ", "", StringComparison.Ordinal).Replace("{prefix: ''}", "1", StringComparison.Ordinal);
            }
            else if (IsShape(shape)) return $"pattern: {Quoted(shape)}" + (column.Kind == ColumnKind.Identifier ? ", unique: true" : "");
        }
        if (column.Kind == ColumnKind.Identifier) return "sequence: {prefix: 'id-'}";
        var words = Math.Clamp((int)Math.Round(column.Texts?.MeanWords ?? 3), 1, 12);
        return $"template: {{text: {Quoted(string.Join(' ', Enumerable.Range(1, words).Select(i => $"{{w{i}}}")))}, words: {{{string.Join(", ", Enumerable.Range(1, words).Select(i => $"w{i}: {Filler}"))}}}}}";
    }

    private const string Filler = "[amber, birch, cedar, delta, ember, fjord, grove, hazel, ivory, jade, kelp, linen, maple, north, ocean, pearl]";

    private static bool IsShape(string shape)
    {
        try { return Rules.TextPattern.MakerOf(shape).Room > 0; }
        catch (SemblanceException) { return false; }
    }

    /// <summary>A text that YAML reads as this very text.</summary>
    public static string Quoted(string text) => text.Any(char.IsControl) ? "\"" + string.Concat(text.Select(c => char.IsControl(c) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : c is '"' or '\\' ? "\\" + c : c.ToString())) + "\"" : "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture) is var text && text.Contains('E', StringComparison.Ordinal) ? ((decimal)value).ToString(CultureInfo.InvariantCulture) : text;
}
