using System.Collections.Immutable;
using Semblance.Codecs;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Numerics;
using Semblance.Rules;

namespace Semblance.Models;

/// <summary>Makes exactly one of several columns 1: of several ones, one stays; where there is none, one is set. Columns are chosen as often as they are 1 in the real data.</summary>
internal sealed class OneHotRepair : IRepair
{
    private readonly int[] counts; // real rows in which each column is 1
    private readonly long[] ones, zeros; // keys of 1 and 0 in each column

    private OneHotRepair(ImmutableArray<int> columns, int[] counts, long[] ones, long[] zeros) => (Writes, this.counts, this.ones, this.zeros) = (columns, counts, ones, zeros);

    public ImmutableArray<int> Reads => Writes;

    public ImmutableArray<int> Writes { get; }

    public static OneHotRepair Learn(Table real, ImmutableArray<int> columns, ColumnCodec[] codecs)
    {
        var ones = columns.Select(c => Key(codecs[c], true)).ToArray();
        var counts = columns.Select((c, i) => CellKeys.OfReal(real.Columns[c], codecs[c]).Count(key => key == ones[i])).ToArray();
        return new(columns, counts, ones, [.. columns.Select(c => Key(codecs[c], false))]);
    }

    /// <summary>Key of 1 (or yes), or of 0 (or no); <see cref="CellKeys.None"/> where the column has none.</summary>
    private static long Key(ColumnCodec codec, bool one)
    {
        if (codec.Schema.IsNumeric) return BitConverter.DoubleToInt64Bits(one ? 1 : 0);
        var levels = (CategoryColumn)codec.Candidates(out _);
        for (var level = 0; level < levels.Levels.Length; level++)
            if (Texts.Truth(levels.LevelUtf8(level)) == Kleene.Of(one)) return level;
        return CellKeys.None;
    }

    public void Apply(Column[] columns, DrawnRows drawn, RandomStream stream)
    {
        var cells = Writes.Select(c => (long[])CellKeys.Of(columns[c]).Clone()).ToArray();
        var changed = false;
        var usable = new bool[cells.Length];
        for (var row = 0; row < drawn.Count; row++)
        {
            int hot = 0, fixedHot = 0, fixedOne = -1;
            for (var c = 0; c < cells.Length; c++)
            {
                usable[c] = drawn.IsOpen(Writes[c], row);
                if (cells[c][row] != ones[c]) continue;
                hot++;
                if (!usable[c]) (fixedHot, fixedOne) = (fixedHot + 1, c);
            }
            if (hot == 1 || fixedHot > 1) continue;
            for (var c = 0; hot > 1 && c < cells.Length; c++) usable[c] &= cells[c][row] == ones[c];
            var chosen = fixedHot == 1 ? fixedOne : Choose(usable, stream.Words(drawn.Numbers[row], drawn.Draw).A);
            if (chosen < 0) continue;
            changed = true;
            for (var c = 0; c < cells.Length; c++)
                if (c == chosen) cells[c][row] = ones[c];
                else if (cells[c][row] == ones[c] && zeros[c] != CellKeys.None && drawn.IsOpen(Writes[c], row)) cells[c][row] = zeros[c];
        }
        if (!changed) return;
        for (var c = 0; c < cells.Length; c++) columns[Writes[c]] = CellKeys.With(columns[Writes[c]], cells[c]);
    }

    /// <summary>One of some columns, as often as it is 1 in the real data; -1 for none.</summary>
    private int Choose(bool[] among, uint word)
    {
        long total = 0;
        for (var c = 0; c < among.Length; c++)
            if (among[c]) total += counts[c];
        var left = (long)((UInt128)word * (ulong)total >> 32);
        var last = -1;
        for (var c = 0; c < among.Length; c++)
        {
            if (!among[c] || ones[c] == CellKeys.None) continue;
            last = c;
            if ((left -= counts[c]) < 0) break;
        }
        return last;
    }

    public void Save(ModelArchive archive, string name) => archive.Add<int>(name + "/rows", counts);

    public static OneHotRepair Load(ModelArchive archive, string name, ImmutableArray<int> columns, ColumnCodec[] codecs)
    {
        var counts = archive.Get<int>(name + "/rows", columns.Length);
        if (Array.Exists(counts, c => c < 0)) throw archive.Unfit("a one-hot group has a negative number of rows");
        return new(columns, counts, [.. columns.Select(c => Key(codecs[c], true))], [.. columns.Select(c => Key(codecs[c], false))]);
    }
}
