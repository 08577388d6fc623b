using System.Collections.Immutable;
using Semblance.Codecs;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// Keeps values of several columns together as in the real data. One column leads (the one with the most values): a row whose combination stands nowhere in the real
/// data gets one with the same leading value, drawn as often as it occurs there. Combinations that few rows have are not known, so they tell of nobody.
/// </summary>
internal sealed class CombinationRepair : IRepair
{
    private const int MostCombinations = 1 << 20, MostColumns = 1_000;

    private readonly int leader; // which of the columns
    private readonly long[][] keys; // [column][combination], those of one leading value together
    private readonly int[] counts; // real rows of each
    private readonly long[] sums; // of the counts up to each
    private readonly Dictionary<long, (int From, int To)> places = [];
    private readonly double[] values; // the leader's numbers or dates in order, and their keys
    private readonly long[] valueKeys;
    private readonly bool isNumber;

    private CombinationRepair(ImmutableArray<int> columns, int leader, long[][] keys, int[] counts, ColumnSchema leading)
    {
        (Writes, this.leader, this.keys, this.counts, sums, isNumber) = (columns, leader, keys, counts, new long[counts.Length], leading.IsNumeric);
        for (var i = 0; i < counts.Length; i++) sums[i] = counts[i] + (i > 0 ? sums[i - 1] : 0);
        for (int from = 0, to; from < counts.Length; from = to)
        {
            to = from + 1;
            while (to < counts.Length && keys[leader][to] == keys[leader][from]) to++;
            places[keys[leader][from]] = (from, to);
        }
        valueKeys = leading.IsNumeric || leading.Kind == ColumnKind.DateTime ? [.. places.Keys.Where(k => !CellKeys.IsMissing(k))] : [];
        values = Array.ConvertAll(valueKeys, Value);
        Array.Sort(values, valueKeys);
    }

    public ImmutableArray<int> Reads => Writes;

    public ImmutableArray<int> Writes { get; }

    /// <summary>Share of the real rows whose combination is not known, because too few rows have it.</summary>
    public double Lost { get; private init; }

    /// <summary>Learns the combinations of a real table; null when none stands in enough rows.</summary>
    public static CombinationRepair? Learn(Table real, ImmutableArray<int> columns, ColumnCodec[] codecs, int rare)
    {
        // as for single columns: a number has to stand out a little more to be told as it is
        if (columns.Any(c => codecs[c].Ordered)) rare += 3;
        var cells = columns.Select(c => CellKeys.OfReal(real.Columns[c], codecs[c])).ToArray();
        var found = new Dictionary<long[], int>(SameKeys.Instance);
        for (var row = 0; row < real.Rows; row++)
        {
            var key = Array.ConvertAll(cells, c => c[row]);
            if (Array.IndexOf(key, CellKeys.None) < 0) found[key] = found.GetValueOrDefault(key) + 1;
        }
        var kept = found.Where(f => f.Value >= rare).ToArray();
        if (kept.Length is 0 or > MostCombinations) return null;
        var leader = Enumerable.Range(0, columns.Length).MaxBy(c => kept.Select(k => k.Key[c]).Distinct().Count());
        Array.Sort(kept, (a, b) =>
        {
            var order = a.Key[leader].CompareTo(b.Key[leader]);
            for (var c = 0; order == 0 && c < columns.Length; c++) order = a.Key[c].CompareTo(b.Key[c]);
            return order;
        });
        var keys = Enumerable.Range(0, columns.Length).Select(c => Array.ConvertAll(kept, k => k.Key[c])).ToArray();
        var counts = Array.ConvertAll(kept, k => k.Value);
        return new(columns, leader, keys, counts, real.Columns[columns[leader]].Schema) { Lost = 1 - counts.Sum(c => (long)c) / (double)real.Rows };
    }

    public void Apply(Column[] columns, ReadOnlySpan<long> rows, uint draw, RandomStream stream)
    {
        var cells = Writes.Select(c => CellKeys.Of(columns[c])).ToArray();
        var changed = new long[cells.Length][];
        for (var row = 0; row < rows.Length; row++)
        {
            var (from, to) = Place(cells[leader][row]);
            if (Find(cells, row, from, to) >= 0) continue;
            var before = from > 0 ? sums[from - 1] : 0;
            var words = stream.Words(rows[row], draw);
            var wanted = before + (long)((UInt128)((ulong)words.A << 32 | words.B) * (ulong)(sums[to - 1] - before) >> 64);
            var chosen = Array.BinarySearch(sums, from, to - from, wanted + 1);
            if (chosen < 0) chosen = ~chosen;
            for (var c = 0; c < cells.Length; c++)
                if (cells[c][row] != keys[c][chosen]) (changed[c] ??= [.. cells[c]])[row] = keys[c][chosen];
        }
        for (var c = 0; c < cells.Length; c++)
            if (changed[c] is { } other) columns[Writes[c]] = CellKeys.With(columns[Writes[c]], other);
    }

    /// <summary>Removes from a mask the rows whose combination is not known.</summary>
    public void Check(Table table, bool[] mask)
    {
        var cells = Writes.Select(c => CellKeys.Of(table.Columns[c])).ToArray();
        for (var row = 0; row < mask.Length; row++)
            if (mask[row]) mask[row] = places.TryGetValue(cells[leader][row], out var place) && Find(cells, row, place.From, place.To) >= 0;
    }

    /// <summary>Position of the leading column.</summary>
    public int Leader => Writes[leader];

    /// <summary>Cells of the leading column that can end in a combination whose cell in another column is wanted.</summary>
    public (int Leader, bool[] Cells) LeadersOf(int column, bool[] wanted, ColumnCodec[] codecs)
    {
        var place = Writes.IndexOf(column);
        var ends = new int[counts.Length];
        codecs[column].Encode(CellKeys.With(codecs[column].Candidates(out _), keys[place]), ends);
        var pass = Array.ConvertAll(ends, cell => cell >= 0 && wanted[cell]);
        var codec = codecs[Writes[leader]];
        var candidates = CellKeys.Of(codec.Candidates(out var cells));
        var ok = new bool[codec.Cells];
        for (var i = 0; i < cells.Length; i++)
        {
            var (from, to) = Place(candidates[i]);
            ok[cells[i]] |= Array.IndexOf(pass, true, from, to - from) >= 0;
        }
        return (Leader, ok);
    }

    /// <summary>Combinations of a leading value; of the nearest number or date, or all, when it is not known.</summary>
    private (int From, int To) Place(long key)
    {
        if (places.TryGetValue(key, out var place)) return place;
        if (values.Length == 0 || CellKeys.IsMissing(key)) return (0, counts.Length);
        var wanted = Value(key);
        var at = Array.BinarySearch(values, wanted);
        if (at < 0) at = ~at;
        if (at == values.Length || at > 0 && wanted - values[at - 1] <= values[at] - wanted) at--;
        return places[valueKeys[at]];
    }

    private int Find(long[][] cells, int row, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            var same = true;
            for (var c = 0; same && c < cells.Length; c++) same = cells[c][row] == keys[c][i];
            if (same) return i;
        }
        return -1;
    }

    private double Value(long key) => isNumber ? BitConverter.Int64BitsToDouble(key) : key;

    public void Save(ModelArchive archive, string name)
    {
        archive.Add<int>(name + "/leader", [leader]);
        archive.Add<int>(name + "/rows", counts);
        for (var c = 0; c < keys.Length; c++) archive.Add<long>($"{name}/{c}", keys[c]);
    }

    public static CombinationRepair Load(ModelArchive archive, string name, ImmutableArray<int> columns, ColumnCodec[] codecs)
    {
        var leader = archive.Get<int>(name + "/leader", 1)[0];
        if (leader < 0 || leader >= columns.Length || columns.Length > MostColumns) throw archive.Unfit("a combination has no leading column");
        var counts = archive.Get<int>(name + "/rows");
        if (counts.Length is 0 or > MostCombinations || Array.Exists(counts, c => c <= 0)) throw archive.Unfit("a combination has no rows");
        var keys = new long[columns.Length][];
        for (var c = 0; c < keys.Length; c++)
        {
            var codec = codecs[columns[c]];
            keys[c] = archive.Get<long>($"{name}/{c}", counts.Length);
            if (!keys[c].Distinct().All(key => CellKeys.IsSound(key, codec))) throw archive.Unfit($"a combination has a value that column `{codec.Schema.Name}` can't hold");
        }
        for (var i = 1; i < counts.Length; i++)
            if (keys[leader][i] < keys[leader][i - 1]) throw archive.Unfit("combinations are not in order");
        return new(columns, leader, keys, counts, codecs[columns[leader]].Schema);
    }

    private sealed class SameKeys : IEqualityComparer<long[]>
    {
        public static SameKeys Instance { get; } = new();

        public bool Equals(long[]? x, long[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(long[] keys)
        {
            var hash = new HashCode();
            foreach (var key in keys) hash.Add(key);
            return hash.ToHashCode();
        }
    }
}
