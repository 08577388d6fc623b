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
        if (columns.Any(c => codecs[c].HasRanges)) rare += 3;
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

    public void Apply(Column[] columns, DrawnRows drawn, RandomStream stream)
    {
        var cells = Writes.Select(c => CellKeys.Of(columns[c])).ToArray();
        var changed = new long[cells.Length][];
        for (var row = 0; row < drawn.Count; row++)
        {
            var (from, to) = Place(cells[leader][row]);
            if (Find(cells, row, from, to) >= 0) continue;
            var words = stream.Words(drawn.Numbers[row], drawn.Draw);
            var word = (ulong)words.A << 32 | words.B;
            var chosen = drawn.Open is null ? Choose(from, to, word) : ChooseBeside(cells, drawn, row, (from, to), word);
            if (chosen < 0) continue;
            for (var c = 0; c < cells.Length; c++)
                if (cells[c][row] != keys[c][chosen]) (changed[c] ??= [.. cells[c]])[row] = keys[c][chosen];
        }
        for (var c = 0; c < cells.Length; c++)
            if (changed[c] is { } other) columns[Writes[c]] = CellKeys.With(columns[Writes[c]], other);
    }

    /// <summary>One of some combinations, as often as it occurs in the real data.</summary>
    private int Choose(int from, int to, ulong word)
    {
        var before = from > 0 ? sums[from - 1] : 0;
        var wanted = before + (long)((UInt128)word * (ulong)(sums[to - 1] - before) >> 64);
        var chosen = Array.BinarySearch(sums, from, to - from, wanted + 1);
        return chosen < 0 ? ~chosen : chosen;
    }

    /// <summary>One of the combinations that agree with the cells that may not be changed, with the drawn leading value if there is one; -1 for none.</summary>
    private int ChooseBeside(long[][] cells, DrawnRows drawn, int row, (int From, int To) place, ulong word)
    {
        var given = Enumerable.Range(0, cells.Length).Where(c => !drawn.IsOpen(Writes[c], row)).ToArray();
        if (given.Length == cells.Length) return -1;
        var open = Enumerable.Range(0, cells.Length).Except(given).ToArray();
        var fitting = Fitting(place.From, place.To);
        if (fitting.Count == 0 && !given.Contains(leader)) fitting = Fitting(0, counts.Length);
        if (fitting.Count == 0) return -1;
        var left = (long)((UInt128)word * (ulong)fitting.Sum(i => (long)counts[i]) >> 64);
        return fitting.First(i => (left -= counts[i]) < 0);

        List<int> Fitting(int from, int to)
        {
            var found = new List<int>();
            for (var i = from; i < to; i++)
                if (Array.TrueForAll(given, c => cells[c][row] == keys[c][i]) && !Array.Exists(open, c => CellKeys.IsMissing(keys[c][i]))) found.Add(i); // no gap fills a hole
            return found;
        }
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
    public bool[] LeadersOf(int column, bool[] wanted, ColumnCodec[] codecs)
    {
        var pass = Array.ConvertAll(CellsOf(Writes.IndexOf(column), codecs), cell => cell >= 0 && wanted[cell]);
        var codec = codecs[Leader];
        var ok = new bool[codec.Cells];
        var own = CellsOf(leader, codecs);
        for (var i = 0; i < own.Length; i++)
            if (pass[i] && own[i] >= 0) ok[own[i]] = true;
        // values between those of the combinations go to the nearest
        var candidates = CellKeys.Of(codec.Candidates(out var cells));
        for (var i = 0; i < cells.Length; i++)
        {
            var (from, to) = Place(candidates[i]);
            ok[cells[i]] |= Array.IndexOf(pass, true, from, to - from) >= 0;
        }
        return ok;
    }

    /// <summary>Cell of a column in each combination.</summary>
    private int[] CellsOf(int place, ColumnCodec[] codecs)
    {
        var cells = new int[counts.Length];
        var codec = codecs[Writes[place]];
        codec.Encode(CellKeys.With(codec.Candidates(out _), keys[place]), cells);
        return cells;
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

    /// <summary>Where a row's combination stands among those of its leading value, which are in order; -1 for nowhere.</summary>
    private int Find(long[][] cells, int row, int from, int to)
    {
        while (from < to)
        {
            var middle = (from + to) / 2;
            var order = cells[leader][row].CompareTo(keys[leader][middle]);
            for (var c = 0; order == 0 && c < cells.Length; c++) order = cells[c][row].CompareTo(keys[c][middle]);
            if (order == 0) return middle;
            if (order > 0) from = middle + 1;
            else to = middle;
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
        {
            var order = keys[leader][i].CompareTo(keys[leader][i - 1]);
            for (var c = 0; order == 0 && c < keys.Length; c++) order = keys[c][i].CompareTo(keys[c][i - 1]);
            if (order <= 0) throw archive.Unfit("combinations are not in order");
        }
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
