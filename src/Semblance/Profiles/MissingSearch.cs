using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Profiles;

/// <summary>Which columns are missing together, and under which conditions on others.</summary>
internal static class MissingSearch
{
    private const int MostPatterns = 50, MostRulesPerColumn = 5;
    private const int FewestGaps = 5;
    private const double LeastPrecision = 0.5, LeastRecall = 0.5, Lift = 3;

    /// <summary>Patterns over all rows, the most frequent ones; with the rows of all others dropped.</summary>
    public static ImmutableArray<MissingPattern> Patterns(Table table, ReadOnlySpan<ColumnProfile> profiles)
    {
        var gapped = new List<int>();
        for (var i = 0; i < profiles.Length; i++)
            if (profiles[i].Missing > 0) gapped.Add(i);
        if (gapped.Count == 0) return [];
        var hashes = new ulong[table.Rows];
        foreach (var index in gapped)
        {
            var column = table.Columns[index];
            for (var row = 0; row < hashes.Length; row++)
                if (column.IsMissing(row)) hashes[row] ^= RowHash.Mix(0, (ulong)index);
        }
        var patterns = new Dictionary<ulong, (int Row, long Rows)>();
        for (var row = 0; row < hashes.Length; row++)
        {
            ref var pattern = ref CollectionsMarshal.GetValueRefOrAddDefault(patterns, hashes[row], out var known);
            pattern = (known ? pattern.Row : row, pattern.Rows + 1);
        }
        return [.. patterns.Values.OrderByDescending(p => p.Rows).ThenBy(p => p.Row).Take(MostPatterns)
            .Select(p => new MissingPattern([.. gapped.Where(index => table.Columns[index].IsMissing(p.Row))], p.Rows))];
    }

    /// <summary>For each column with gaps, the conditions that tell best where they are.</summary>
    /// <param name="gapped">Columns with gaps in the rows looked at.</param>
    /// <param name="given">Columns to look for conditions on.</param>
    /// <param name="least">Rows that must share a value before it is named.</param>
    /// <param name="run">Threads.</param>
    /// <param name="ct">Cancels.</param>
    public static ImmutableArray<MissingRule> Rules(IReadOnlyList<CodedColumn> gapped, IReadOnlyList<CodedColumn> given, int least, Run run, CancellationToken ct)
    {
        var found = new List<MissingRule>[gapped.Count];
        Blocks.For(gapped.Count, run, ct, i =>
        {
            found[i] = [];
            var target = gapped[i];
            if (target.Counts[0] < FewestGaps || target.Present < FewestGaps) return;
            foreach (var column in given)
                if (column.Index != target.Index && Best(target, column, least) is { } rule) found[i].Add(rule);
            found[i] = [.. found[i].OrderByDescending(Quality).ThenBy(r => r.Given).Take(MostRulesPerColumn)];
        });
        return [.. found.SelectMany(list => list).OrderByDescending(Quality).ThenBy(r => r.Column).ThenBy(r => r.Given)];
    }

    // Harmonic mean of precision and recall.
    private static double Quality(MissingRule rule) => 2 * rule.Precision * rule.Recall / (rule.Precision + rule.Recall);

    private static MissingRule? Best(CodedColumn target, CodedColumn given, int least)
    {
        var gaps = new int[given.Levels + 1];
        for (var i = 0; i < target.Codes.Length; i++)
            if (target.Codes[i] == 0) gaps[given.Codes[i]]++;
        var (rate, all) = (target.Counts[0] / (double)target.Codes.Length, target.Counts[0]);
        MissingRule? best = null;
        void Try(int gap, int rows, Func<string> condition)
        {
            if (gap == 0 || rows < least || gap < FewestGaps) return;
            double precision = gap / (double)rows, recall = gap / (double)all;
            if (precision < LeastPrecision || recall < LeastRecall || precision < Math.Min(Lift * rate, (1 + rate) / 2)) return;
            var rule = new MissingRule(target.Index, given.Index, "", precision, recall, rows);
            if (best is null || Quality(rule) > Quality(best)) best = rule with { Condition = condition() };
        }
        var name = Name(given.Source.Name);
        Try(gaps[0], given.Counts[0], () => name + " is missing");
        if (given.Source is TextColumn) return best;
        for (var code = 1; code <= given.Levels; code++)
        {
            var value = code;
            if (gaps[code] > 0) Try(gaps[code], given.Counts[code], () => $"{name} = {Value(given, value)}");
        }
        if (!given.IsNumeric) return best;
        int under = 0, underGaps = 0, present = given.Present, presentGaps = all - gaps[0];
        for (var code = 1; code < given.Levels; code++)
        {
            under += given.Counts[code];
            underGaps += gaps[code];
            var (value, next) = (code, code + 1);
            // Only a border that pays: below a value with gaps, above one without.
            if (gaps[code] > 0 && gaps[next] < given.Counts[next]) Try(underGaps, under, () => $"{name} <= {Value(given, value)}");
            if (gaps[next] > 0 && gaps[code] < given.Counts[code]) Try(presentGaps - underGaps, present - under, () => $"{name} >= {Value(given, next)}");
        }
        return best;
    }

    private static string Value(CodedColumn column, int code) => column.Source switch
    {
        CategoryColumn category => Quoted(category.Levels[column.LevelOf![code - 1]]),
        DateTimeColumn date => Quoted(ColumnScan.Moment(column.Values![code - 1]).ToString(date.Schema.Format ?? "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)),
        _ => column.Values![code - 1].ToString("R", CultureInfo.InvariantCulture),
    };

    private static string Quoted(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";

    /// <summary>A column name as the expression language writes it.</summary>
    internal static string Name(string name)
    {
        var plain = name.Length > 0 && (char.IsAsciiLetter(name[0]) || name[0] == '_') && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
            && name.ToLowerInvariant() is not ("and" or "or" or "not" or "in" or "between" or "like" or "is" or "missing" or "null" or "true" or "false");
        return plain ? name : new StringBuilder("`").Append(name.Replace("`", "``", StringComparison.Ordinal)).Append('`').ToString();
    }
}
