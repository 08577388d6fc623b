using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// Cells of a corpus: a label and its texts. Labels are as frequent among any many rows as among the real ones, nearer than chance would have it: the row's number backwards in binary, scrambled (van der Corput's sequence; Owen 1995), instead
/// of a random number. Which texts are missing depends on the label.
/// </summary>
internal sealed class EvenCells(int label, double[] shares, double[][] others) : ISampler
{
    // others[column]: cumulative shares of the cells of a column given each label, [label * cells + cell]; the label's own is empty

    public bool TakesGiven => true; // texts tell nothing of labels here: what is drawn is drawn given the label

    public static EvenCells Learn(TabularGenerator inner, Data.Table real, int label)
    {
        var codecs = inner.Codecs;
        var cells = Array.ConvertAll(codecs, _ => new int[real.Rows]);
        for (var c = 0; c < codecs.Length; c++) codecs[c].Encode(real.Columns[c], cells[c]);
        var labels = codecs[label].Cells;
        var others = new double[codecs.Length][];
        for (var c = 0; c < codecs.Length; c++)
        {
            if (c == label) { others[c] = []; continue; }
            var counts = new double[labels * codecs[c].Cells];
            for (var row = 0; row < real.Rows; row++)
                if (cells[label][row] >= 0 && cells[c][row] >= 0) counts[cells[label][row] * codecs[c].Cells + cells[c][row]]++;
            for (var l = 0; l < labels; l++) Cumulate(counts.AsSpan(l * codecs[c].Cells, codecs[c].Cells), last: true);
            others[c] = counts;
        }
        var shares = new double[labels];
        foreach (var cell in cells[label])
            if (cell >= 0) shares[cell]++;
        Cumulate(shares, last: false);
        return new EvenCells(label, shares, others);
    }

    private static void Cumulate(Span<double> counts, bool last)
    {
        var total = 0.0;
        foreach (var count in counts) total += count;
        var sum = 0.0;
        for (var i = 0; i < counts.Length; i++) counts[i] = total > 0 ? (sum += counts[i]) / total : last && i == counts.Length - 1 ? 1 : 0; // a label never seen with it: its text is there
    }

    public void Sample(SampleBlock block)
    {
        for (var i = 0; i < block.Rows.Length; i++)
        {
            var given = block.Given?[label][i] ?? -1;
            var cell = block.Cells[label][i] = given >= 0 ? given : Pick(shares, block.Allowed?[label], Even(block.Key(label), block.Rows[i], block.Words(label, i).First, block.Draw), block.Weights, i);
            for (var c = 0; c < others.Length; c++)
            {
                if (c == label) continue;
                var count = others[c].Length / shares.Length;
                var known = block.Given?[c][i] ?? -1;
                block.Cells[c][i] = known >= 0 ? known : Pick(others[c].AsSpan(cell * count, count), block.Allowed?[c], RandomStream.Unit(block.Words(c, i).First), block.Weights, i);
            }
        }
    }

    /// <summary>A number in [0, 1): at the first draw that of the row in the scrambled sequence, later a random one.</summary>
    private static double Even(uint key, long row, uint random, uint draw)
    {
        if (draw > 0) return RandomStream.Unit(random);
        var bits = (uint)(row ^ row >> 32);
        // reversed bits, then a permutation in which each bit is flipped by a hash of those above it (Laine and Karras 2011)
        return RandomStream.Unit(Reverse(Scatter(bits, key)));
    }

    private static uint Scatter(uint x, uint key)
    {
        x += key;
        x ^= x * 0x6C50B47C;
        x ^= x * 0xB82F1E52;
        x ^= x * 0xC7AFE638;
        x ^= x * 0x8D22F6E6;
        return x;
    }

    private static uint Reverse(uint x)
    {
        x = x >> 1 & 0x55555555 | (x & 0x55555555) << 1;
        x = x >> 2 & 0x33333333 | (x & 0x33333333) << 2;
        x = x >> 4 & 0x0F0F0F0F | (x & 0x0F0F0F0F) << 4;
        return System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(x);
    }

    private static int Pick(ReadOnlySpan<double> cumulative, bool[]? allowed, double u, double[]? weights, int row)
    {
        if (allowed is null)
        {
            var cell = 0;
            while (cell < cumulative.Length - 1 && cumulative[cell] <= u) cell++;
            return cell;
        }
        var mass = 0.0;
        for (var c = 0; c < cumulative.Length; c++)
            if (allowed[c]) mass += cumulative[c] - (c > 0 ? cumulative[c - 1] : 0);
        if (weights is not null) weights[row] *= mass;
        var (left, last) = (u * mass, -1);
        for (var c = 0; c < cumulative.Length; c++)
        {
            if (!allowed[c]) continue;
            last = c;
            left -= cumulative[c] - (c > 0 ? cumulative[c - 1] : 0);
            if (left < 0) break;
        }
        return Math.Max(0, last);
    }

    public void Save(ModelArchive archive)
    {
        archive.Json["even"] = label;
        archive.Add<double>("even/shares", shares);
        for (var c = 0; c < others.Length; c++) archive.Add<double>($"even/{c}", others[c]);
    }

    public static bool IsIn(ModelArchive archive) => archive.Json["even"] is not null;

    public static EvenCells Load(ModelArchive archive, TabularParts parts)
    {
        var label = (int)archive.Whole("even", 0, parts.Codecs.Length - 1);
        var shares = archive.Get<double>("even/shares", parts.Codecs[label].Cells);
        var others = new double[parts.Codecs.Length][];
        Check(shares, shares.Length);
        for (var c = 0; c < others.Length; c++)
        {
            others[c] = archive.Get<double>($"even/{c}", c == label ? 0 : shares.Length * parts.Codecs[c].Cells);
            Check(others[c], parts.Codecs[c].Cells);
        }
        return new EvenCells(label, shares, others);

        void Check(double[] cumulative, int cells)
        {
            for (var i = 0; i < cumulative.Length; i++)
                if (!(cumulative[i] >= (i % cells == 0 ? 0 : cumulative[i - 1]) && cumulative[i] <= 1 + 1e-9)) throw archive.Unfit("the shares of its labels are not a distribution");
        }
    }
}
