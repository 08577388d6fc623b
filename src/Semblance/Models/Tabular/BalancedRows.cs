using Semblance.Codecs;
using Semblance.Data;
using Semblance.Numerics;
using Semblance.Rules;

namespace Semblance.Models;

/// <summary>The groups of a balance: which cells they have, and how many rows.</summary>
internal static class BalancedRows
{
    private const int MostGroups = 1_000;

    /// <summary>Rows in the proportions of a balance.</summary>
    public static GroupedRows Of(TabularGenerator generator, BoundBalance balance, BoundCondition? where, long total, TabularGenerator.Streams streams, Run run, CancellationToken ct)
    {
        var columns = balance.Columns.Select((c, i) => new GroupColumn(generator.Codecs[c], c, balance.WithMissing[i])).ToArray();
        List<(GroupValue[] Values, double Share)> wanted = balance.Groups.IsEmpty ? Every(columns) : [.. balance.Groups.Select(g => (columns.Select((c, i) => c.Named(g.Values[i])).ToArray(), g.Share))];
        var example = string.Join(", ", columns.Select(c => c.Name)) + ": " + string.Join(", ", wanted.Take(2).Select(w => string.Join('/', w.Values.Select(v => v.Quoted)) + " 1"));
        var sizes = GroupedRows.Sizes(total, [.. wanted.Select(w => w.Share)]);
        var groups = wanted.Select((w, g) =>
        {
            var cells = new bool[]?[generator.Codecs.Length];
            for (var c = 0; c < columns.Length; c++) cells[columns[c].Index] = w.Values[c].Cells;
            return new RowGroup(cells, string.Join(" and ", w.Values.Select((v, c) => v.Text is null ? $"{columns[c].Name} is missing" : $"{columns[c].Name} = {v.Quoted}")), sizes[g]);
        }).ToArray();
        return new GroupedRows(generator, groups, where, example, streams, run, ct)
        {
            Notes = rows => [$"balance: {string.Join("; ", rows.Take(8).Select((r, i) => $"{sizes[i]} rows of {r.Summary}"))}{(rows.Count > 8 ? $"; and {rows.Count - 8} groups more" : "")}"],
        };
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
        private bool IsRange(int i) => codec.HasRanges && (i > 0 && cells[i - 1] == cells[i] || i + 1 < cells.Length && cells[i + 1] == cells[i]);
    }
}
