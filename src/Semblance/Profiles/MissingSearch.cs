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
            var gapRows = GapRows(target);
            foreach (var column in given)
                if (column.Index != target.Index && Best(target, gapRows, column, least) is { } rule) found[i].Add(rule);
            found[i] = [.. found[i].OrderByDescending(Quality).ThenBy(r => r.Given).Take(MostRulesPerColumn)];
        });
        return [.. found.SelectMany(list => list).OrderByDescending(Quality).ThenBy(r => r.Column).ThenBy(r => r.Given)];
    }

    // Harmonic mean of precision and recall.
    private static double Quality(MissingRule rule) => 2 * rule.Precision * rule.Recall / (rule.Precision + rule.Recall);

    private enum Shape { None, Missing, Equal, AtMost, AtLeast }

    private static MissingRule? Best(CodedColumn target, int[] gapRows, CodedColumn given, int least)
    {
        var gaps = new int[given.Levels + 1];
        foreach (var row in gapRows) gaps[given.Codes[row]]++;
        double rate = gapRows.Length / (double)target.Codes.Length, all = gapRows.Length, best = 0;
        var enough = Math.Max(LeastPrecision, Math.Min(Lift * rate, (1 + rate) / 2));
        var (shape, code, found, holding) = (Shape.None, 0, 0, 0);
        void Try(int gap, int rows, Shape candidate, int at)
        {
            if (gap < FewestGaps || rows < least || gap < LeastRecall * all || gap < enough * rows) return;
            var quality = 2 * gap / (all + rows);
            if (quality > best) (best, shape, code, found, holding) = (quality, candidate, at, gap, rows);
        }

        Try(gaps[0], given.Counts[0], Shape.Missing, 0);
        if (given.Source is not TextColumn)
            for (var level = 1; level <= given.Levels; level++) Try(gaps[level], given.Counts[level], Shape.Equal, level);
        if (given.IsNumeric)
        {
            int under = 0, underGaps = 0, present = given.Present, presentGaps = gapRows.Length - gaps[0];
            for (var level = 1; level < given.Levels; level++)
            {
                under += given.Counts[level];
                underGaps += gaps[level];
                // Only a border that pays: below a value with gaps, above one without.
                if (gaps[level] > 0 && gaps[level + 1] < given.Counts[level + 1]) Try(underGaps, under, Shape.AtMost, level);
                if (gaps[level + 1] > 0 && gaps[level] < given.Counts[level]) Try(presentGaps - underGaps, present - under, Shape.AtLeast, level + 1);
            }
        }
        if (shape == Shape.None) return null;
        var name = Name(given.Source.Name);
        var condition = shape switch
        {
            Shape.Missing => name + " is missing",
            Shape.Equal => $"{name} = {Value(given, code)}",
            Shape.AtMost => $"{name} <= {Value(given, code)}",
            _ => $"{name} >= {Value(given, code)}",
        };
        return new MissingRule(target.Index, given.Index, condition, found / (double)holding, found / all, holding);
    }

    private static int[] GapRows(CodedColumn column)
    {
        var rows = new int[column.Counts[0]];
        for (int row = 0, at = 0; row < column.Codes.Length; row++)
            if (column.Codes[row] == 0) rows[at++] = row;
        return rows;
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
