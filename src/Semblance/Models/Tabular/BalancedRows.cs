using Semblance.Codecs;
using Semblance.Data;
using Semblance.Numerics;
using Semblance.Rules;

namespace Semblance.Models;

/// <summary>
/// Rows in groups of given sizes. Sizes are exact to a row over the whole; which group row i belongs to is a function of (seed, i, rows of the whole), so parts
/// made alone agree. Within a group rows are the model's own, given the group (<see cref="ConditionalRows"/>).
/// </summary>
internal sealed class BalancedRows : IRowSource
{
    private const int MostGroups = 1_000;

    private readonly Schema schema;
    private readonly ConditionalRows[] groups;
    private readonly long[] ends; // of each group, in permuted row numbers
    private readonly long total;
    private readonly ulong key;

    public BalancedRows(TabularGenerator generator, BoundBalance balance, BoundCondition? where, long total, TabularGenerator.Streams streams, Run run, CancellationToken ct)
    {
        (schema, this.total, key) = (generator.Schema, total, streams.Balance.Key);
        var columns = balance.Columns.Select((c, i) => new GroupColumn(generator.Codecs[c], c, balance.WithMissing[i])).ToArray();
        List<(GroupValue[] Values, double Share)> wanted = balance.Groups.IsEmpty ? Every(columns) : [.. balance.Groups.Select(g => (columns.Select((c, i) => c.Named(g.Values[i])).ToArray(), g.Share))];
        var example = string.Join(", ", columns.Select(c => c.Name)) + ": " + string.Join(", ", wanted.Take(2).Select(w => string.Join('/', w.Values.Select(v => v.Quoted)) + " 1"));
        var pilot = new PilotRows(generator, streams);
        groups = new ConditionalRows[wanted.Count];
        Blocks.For(groups.Length, run, ct, g =>
        {
            var cells = new bool[]?[generator.Codecs.Length];
            for (var c = 0; c < columns.Length; c++) cells[columns[c].Index] = wanted[g].Values[c].Cells;
            var what = "the group " + string.Join(" and ", wanted[g].Values.Select((v, c) => v.Text is null ? $"{columns[c].Name} is missing" : $"{columns[c].Name} = {v.Quoted}")) + (where is null ? "" : $" where `{where.Text}`");
            groups[g] = new ConditionalRows(generator, new RowTarget(where, cells, what) { Example = example }, pilot, streams, ct);
        });
        ends = Ends(total, [.. wanted.Select(w => w.Share)]);
        Notes = [$"balance: {string.Join("; ", groups.Take(8).Select((g, i) => $"{ends[i] - (i > 0 ? ends[i - 1] : 0)} rows of {g.Summary}"))}{(groups.Length > 8 ? $"; and {groups.Length - 8} groups more" : "")}"];
    }

    public IEnumerable<string> Notes { get; }

    public Table Make(long[] rows)
    {
        var places = new List<int>[groups.Length];
        for (var i = 0; i < rows.Length; i++) (places[GroupOf(rows[i])] ??= []).Add(i);
        var parts = new List<Table>();
        var order = new List<int>();
        for (var g = 0; g < groups.Length; g++)
        {
            if (places[g] is null) continue;
            parts.Add(groups[g].Make([.. places[g].Select(i => rows[i])]));
            order.AddRange(places[g]);
        }
        return Table.Concatenate(schema, [.. parts]).AtPlaces(order);
    }

    private int GroupOf(long row)
    {
        var place = RowPermutation.Permute(row, total, key);
        var group = Array.BinarySearch(ends, place + 1);
        if (group < 0) return ~group;
        while (group > 0 && ends[group - 1] == ends[group]) group--; // groups too small for a single row
        return group;
    }

    /// <summary>Sizes by largest remainders (Hamilton), summed up.</summary>
    private static long[] Ends(long total, double[] shares)
    {
        var sizes = new long[shares.Length];
        var rest = new decimal[shares.Length];
        var sum = 0m;
        foreach (var share in shares) sum += (decimal)share;
        for (var g = 0; g < shares.Length; g++)
        {
            var exact = (decimal)shares[g] / sum * total;
            sizes[g] = (long)Math.Floor(exact);
            rest[g] = exact - sizes[g];
        }
        var left = total - sizes.Sum();
        foreach (var g in Enumerable.Range(0, shares.Length).OrderByDescending(g => rest[g]).ThenBy(g => g).Take((int)Math.Min(left, shares.Length))) sizes[g]++;
        for (var g = 1; g < sizes.Length; g++) sizes[g] += sizes[g - 1];
        return sizes;
    }

    private static List<(GroupValue[] Values, double Share)> Every(GroupColumn[] columns)
    {
        List<GroupValue[]> all = [[]];
        foreach (var column in columns)
        {
            var values = column.All();
            if ((long)all.Count * values.Count > MostGroups)
                throw new GenerateException("SB4020", $"balance: {string.Join(", ", columns.Select(c => c.Name))} make more than {MostGroups} groups; list the groups that matter with their shares");
            all = [.. all.SelectMany(a => values, (a, v) => (GroupValue[])[.. a, v])];
        }
        return [.. all.Select(a => (a, 1.0 / all.Count))];
    }

    /// <summary>A value, or the gap, and its cells.</summary>
    private sealed record GroupValue(string? Text, bool[] Cells)
    {
        public string Quoted => Text is null ? "missing" : $"'{Text.Replace("'", "''")}'";
    }

    /// <summary>The values of one column.</summary>
    private sealed class GroupColumn
    {
        private readonly ColumnCodec codec;
        private readonly bool withMissing;
        private readonly Column candidates;
        private readonly int[] cells;

        public GroupColumn(ColumnCodec codec, int index, bool withMissing)
        {
            (this.codec, this.withMissing, Index) = (codec, withMissing, index);
            if (codec.WritesAnew) throw new GenerateException("SB4020", $"balance: column `{Name}` is made anew for each row and has no values to balance; leave it out");
            candidates = codec.Candidates(out cells);
        }

        public int Index { get; }

        public string Name => codec.Schema.Name;

        public List<GroupValue> All()
        {
            var values = new List<GroupValue>();
            var seen = new bool[codec.Cells];
            for (var i = 0; i < cells.Length; i++)
            {
                if (cells[i] < codec.MissingCells || seen[cells[i]]) continue;
                seen[cells[i]] = true;
                if (IsRange(i)) throw new GenerateException("SB4020", $"balance: column `{Name}` holds ranges of values, which have no sizes to make equal; name some of its values with their shares, or make parts with a condition each");
                values.Add(new(candidates.Text(i), Only(cells[i])));
            }
            if (withMissing && codec.MissingCells > 0) values.Add(Gap());
            return values.Count > 0 ? values : throw new GenerateException("SB4020", $"balance: the model knows no value of column `{Name}`; leave it out");
        }

        public GroupValue Named(string? text)
        {
            if (text is null) return codec.MissingCells > 0 ? Gap() : throw new GenerateException("SB4020", $"balance: column `{Name}` has no gaps in this model; leave `missing` out, or put it in quotes if it is a value");
            for (var i = 0; i < cells.Length; i++)
                if (cells[i] >= codec.MissingCells && !IsRange(i) && candidates.Text(i) == text) return new(text, Only(cells[i]));
            var known = Enumerable.Range(0, cells.Length).Where(i => cells[i] >= codec.MissingCells && !IsRange(i)).Select(candidates.Text).Distinct().ToArray();
            throw new GenerateException("SB4020", $"balance: the model knows no value `{text}` of column `{Name}`; " + (Nearest.Of(text, known) is { } near ? $"did you mean `{near}`?"
                : known.Length == 0 ? "it holds ranges only; make parts with a condition each" : $"it knows {string.Join(", ", known.Take(12).Select(k => $"`{k}`"))}{(known.Length > 12 ? " and others" : "")}"));
        }

        private GroupValue Gap() => new(null, [.. Enumerable.Range(0, codec.Cells).Select(c => c < codec.MissingCells)]);

        private bool[] Only(int cell)
        {
            var only = new bool[codec.Cells];
            only[cell] = true;
            return only;
        }

        /// <summary>Whether a candidate is an end or the middle of a range.</summary>
        private bool IsRange(int i) => codec.Ordered && (i > 0 && cells[i - 1] == cells[i] || i + 1 < cells.Length && cells[i + 1] == cells[i]);
    }
}
