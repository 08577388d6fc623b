using System.Globalization;
using Semblance.Codecs;
using Semblance.Numerics;
using Semblance.Rules;

namespace Semblance.Models;

/// <summary>
/// Statistical parity by construction: groups of (sensitive, target) with shares P(sensitive) P(target), both the model's own. In every sensitive group the target then has the same shares, to a
/// row, and each group holds the model's rows given both: what is related to either stays related to it as before.
/// </summary>
internal static class FairRows
{
    private const int MostGroups = 1_000;
    private const int PilotCount = 65_536, ConditionedCount = 16_384;

    public static GroupedRows Of(TabularGenerator generator, BoundFairness fair, BoundCondition? where, long total, TabularGenerator.Streams streams, Run run, CancellationToken ct)
    {
        int[] columns = [.. fair.Sensitive, fair.Target];
        var cells = Pilot(generator, columns, where, streams, run, ct);
        var parts = columns.Select((c, i) => new FairColumn(generator.Codecs[c], cells[i])).ToArray();
        var sensitive = new List<int[]>(); // parts of each sensitive group
        var counts = Count(parts, cells, sensitive);
        var (targets, outcome) = (parts[^1].Parts.Count, parts[^1]);
        if ((long)sensitive.Count * targets > MostGroups)
            throw new GenerateException("SB4052", $"fair: {string.Join(", ", columns.Select(c => generator.Schema.Columns[c].Name))} make more than {MostGroups} groups; name fewer sensitive columns, or columns with fewer values");

        var bySensitive = counts.Select(row => row.Sum()).ToArray();
        var byTarget = Enumerable.Range(0, targets).Select(t => counts.Sum(row => row[t])).ToArray();
        var sizes = GroupedRows.Sizes(total, bySensitive).Select(rows => GroupedRows.Sizes(rows, byTarget)).ToArray();
        var groups = new List<RowGroup>();
        for (var s = 0; s < sizes.Length; s++)
            for (var t = 0; t < targets; t++)
            {
                if (sizes[s][t] == 0) continue;
                var allowed = new bool[]?[generator.Codecs.Length];
                for (var i = 0; i < fair.Sensitive.Length; i++) allowed[columns[i]] = parts[i].Parts[sensitive[s][i]].Cells;
                allowed[fair.Target] = outcome.Parts[t].Cells;
                groups.Add(new(allowed, $"{NameOf(s)} and {outcome.Parts[t].What}", sizes[s][t]));
            }
        var before = Difference.Of(counts);
        var after = Difference.Of([.. sizes.Select(row => Array.ConvertAll(row, n => (double)n))]);
        var note = string.Create(CultureInfo.InvariantCulture, $"fair: {outcome.Name} made independent of {string.Join(", ", fair.Sensitive.Select(c => generator.Schema.Columns[c].Name))}. ")
            + (before is null ? "The model has fewer than two groups large enough to compare" : string.Create(CultureInfo.InvariantCulture,
                $"In the model's own rows {outcome.Parts[before.Target].What} has a share of {before.Most:P1} where {NameOf(before.MostGroup)} and of {before.Least:P1} where {NameOf(before.LeastGroup)}, a difference of {before.Value:0.000}"))
            + (after is null ? "; too few rows were asked for to compare shares in them" : string.Create(CultureInfo.InvariantCulture, $"; in these rows the largest difference is {after.Value:0.0000}"))
            + (sizes.Count(row => row.Sum() is > 0 and < BoundFairness.LeastRows) is > 0 and var small
                ? string.Create(CultureInfo.InvariantCulture, $". {small} group{(small == 1 ? " has" : "s have")} fewer than {BoundFairness.LeastRows} rows: there whole rows may keep shares from being equal to {BoundFairness.Tolerance}") : "");
        try
        {
            return new GroupedRows(generator, groups, where, "", streams, run, ct) { Notes = _ => [note] };
        }
        catch (GenerateException e) when (e.Code is "SB4010" or "SB4011" or "SB4012" or "SB4021")
        {
            throw new GenerateException("SB4051", $"fair: a group can't be made, because the model knows too few rows like it ({e.Message}). Leave such rows out with a condition, or name fewer sensitive columns", e);
        }

        string NameOf(int s) => string.Join(" and ", sensitive[s].Select((part, i) => parts[i].Parts[part].What));
    }

    /// <summary>Cells of some columns in rows of the model, to learn shares from.</summary>
    private static int[][] Pilot(TabularGenerator generator, int[] columns, BoundCondition? where, TabularGenerator.Streams streams, Run run, CancellationToken ct)
    {
        var count = where is null ? PilotCount : ConditionedCount;
        var cells = Array.ConvertAll(columns, _ => new int[count]);
        var source = where is null ? null : new ConditionalRows(generator, new RowTarget(where, null, $"the condition `{where.Text}`"), new PilotRows(generator, streams), streams, ct);
        Blocks.ForRange(count, Blocks.Rows, run, ct, (from, to) =>
        {
            var rows = Enumerable.Range(from, to - from).Select(i => (long)i).ToArray();
            if (source is null)
            {
                var block = generator.Draw(rows, uint.MaxValue, streams).Block;
                for (var i = 0; i < columns.Length; i++) block.Cells[columns[i]].CopyTo(cells[i], from);
                return;
            }
            var table = source.Make(rows);
            for (var i = 0; i < columns.Length; i++) generator.Codecs[columns[i]].Encode(table.Columns[columns[i]], cells[i].AsSpan(from, to - from));
        });
        return cells;
    }

    /// <summary>Rows of each sensitive group and part of the target.</summary>
    private static double[][] Count(FairColumn[] parts, int[][] cells, List<int[]> sensitive)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var counts = new List<double[]>();
        for (var row = 0; row < cells[0].Length; row++)
        {
            var own = new int[parts.Length];
            for (var i = 0; i < own.Length; i++) own[i] = cells[i][row] < 0 ? -1 : parts[i].PartOf[cells[i][row]];
            if (own.Contains(-1)) continue;
            var group = own[..^1];
            var name = string.Join(',', group);
            if (!numbers.TryGetValue(name, out var number))
            {
                numbers[name] = number = sensitive.Count;
                sensitive.Add(group);
                counts.Add(new double[parts[^1].Parts.Count]);
            }
            counts[number][own[^1]]++;
        }
        return [.. counts];
    }

    /// <summary>The largest difference of a share of the target between two sensitive groups of enough rows.</summary>
    private sealed record Difference(int Target, double Most, int MostGroup, double Least, int LeastGroup)
    {
        public double Value => Most - Least;

        public static Difference? Of(double[][] counts)
        {
            var large = Enumerable.Range(0, counts.Length).Where(s => counts[s].Sum() >= BoundFairness.LeastRows).ToArray();
            if (large.Length < 2) return null;
            return Enumerable.Range(0, counts[0].Length).Select(t =>
            {
                double ShareOf(int s) => counts[s][t] / counts[s].Sum();
                int most = large.MaxBy(ShareOf), least = large.MinBy(ShareOf);
                return new Difference(t, ShareOf(most), most, ShareOf(least), least);
            }).MaxBy(d => d.Value);
        }
    }
}

/// <summary>A column cut into parts whose shares are to be equal: values, the gap, or tenths of a line.</summary>
internal sealed class FairColumn
{
    private const int MostParts = 10; // of a line

    /// <summary>One part.</summary>
    /// <param name="What">In words: <c>sex = 'Male'</c>, <c>age from 17 to 26</c>.</param>
    /// <param name="Cells">Its cells.</param>
    public sealed record Part(string What, bool[] Cells);

    public FairColumn(ColumnCodec codec, int[] pilot)
    {
        Name = codec.Schema.Name;
        if (codec.WritesAnew) throw new GenerateException("SB4052", $"fair: column `{Name}` is made anew for each row and has no values to compare; name another");
        var counts = new int[codec.Cells];
        foreach (var cell in pilot)
            if (cell >= 0) counts[cell]++;
        PartOf = new int[codec.Cells];
        Array.Fill(PartOf, -1);
        var candidates = codec.Candidates(out var cells);
        var texts = new (string First, string Last)?[codec.Cells];
        for (var i = 0; i < cells.Length; i++) texts[cells[i]] = (texts[cells[i]]?.First ?? candidates.Text(i), candidates.Text(i));
        Add(Enumerable.Range(0, codec.MissingCells).Where(c => counts[c] > 0), $"{Name} is missing");
        var present = Enumerable.Range(codec.MissingCells, codec.Cells - codec.MissingCells).Where(c => counts[c] > 0).ToArray();
        var isLine = codec.Ordered && (present.Length > MostParts || present.Any(c => texts[c] is { } t && t.First != t.Last));
        if (!isLine)
        {
            foreach (var cell in present)
            {
                if (codec.HasRanges && texts[cell] is { } t && t.First != t.Last) AddLine([cell], texts);
                else Add([cell], $"{Name} = '{texts[cell]?.First.Replace("'", "''")}'");
            }
            return;
        }
        double left = present.Sum(c => counts[c]), rows = 0;
        var own = new List<int>();
        for (int i = 0, parts = 0; i < present.Length; i++)
        {
            // a part ends where the next value would carry it further past its share than it now falls short
            if (own.Count > 0 && parts < MostParts - 1 && rows + counts[present[i]] / 2.0 > left / (MostParts - parts))
            {
                AddLine(own, texts);
                (left, rows, parts) = (left - rows, 0, parts + 1);
                own.Clear();
            }
            own.Add(present[i]);
            rows += counts[present[i]];
        }
        AddLine(own, texts);
    }

    public string Name { get; }

    public List<Part> Parts { get; } = [];

    /// <summary>Part of each cell; -1 for one that the model did not draw.</summary>
    public int[] PartOf { get; }

    private void AddLine(List<int> cells, (string First, string Last)?[] texts) =>
        Add(Enumerable.Range(cells[0], cells[^1] - cells[0] + 1), $"{Name} from {texts[cells[0]]?.First} to {texts[cells[^1]]?.Last}");

    private void Add(IEnumerable<int> cells, string what)
    {
        var own = new bool[PartOf.Length];
        foreach (var cell in cells) (own[cell], PartOf[cell]) = (true, Parts.Count);
        if (own.Contains(true)) Parts.Add(new(what, own));
    }
}
