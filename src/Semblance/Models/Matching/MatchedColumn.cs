using Semblance.Codecs;
using Semblance.Data;

namespace Semblance.Models;

/// <summary>A column of the real and of the made rows in bins, by three measures: fine for counts of one column, middle for two, coarse for three.</summary>
internal sealed class MatchedColumn
{
    private static ReadOnlySpan<int> MostBins => [64, 16, 6];

    private readonly byte[][] real, made; // [columns together - 1][row]
    private readonly int[] bins;

    private MatchedColumn(byte[][] real, byte[][] made, int[] bins) => (this.real, this.made, this.bins) = (real, made, bins);

    /// <summary>Bins of this column where so many columns are counted together.</summary>
    public int Bins(int together) => bins[together - 1];

    public byte[] Real(int together) => real[together - 1];

    public byte[] Made(int together) => made[together - 1];

    public static MatchedColumn Of(ColumnCodec codec, Column real, Column made)
    {
        var (ofReal, ofMade) = (new int[real.Count], new int[made.Count]);
        codec.Encode(real, ofReal);
        codec.Encode(made, ofMade);
        var counts = new int[codec.Cells];
        foreach (var cell in ofReal)
            if (cell >= 0) counts[cell]++;
        var (codesReal, codesMade, bins) = (new byte[3][], new byte[3][], new int[3]);
        for (var k = 0; k < 3; k++)
        {
            var binOf = Bin(codec, counts, real.Count, MostBins[k], out bins[k]);
            codesReal[k] = Code(ofReal, binOf, bins[k] - 1);
            codesMade[k] = Code(ofMade, binOf, bins[k] - 1);
        }
        return new MatchedColumn(codesReal, codesMade, bins);
    }

    /// <summary>Bin of each cell. Missing markers share the first; a line is cut into stretches of near-equal rows; categories keep a bin each, the rare ones share the last.</summary>
    private static byte[] Bin(ColumnCodec codec, int[] counts, int rows, int most, out int bins)
    {
        var binOf = new byte[codec.Cells];
        var gap = Math.Min(1, codec.MissingCells);
        if (!codec.Ordered || codec.Cells - codec.MissingCells + gap <= most)
        {
            for (var cell = codec.MissingCells; cell < binOf.Length; cell++) binOf[cell] = (byte)Math.Min(cell - codec.MissingCells + gap, most - 1);
        }
        else
        {
            var (bin, inBin, left) = (gap, 0.0, (double)rows);
            for (var cell = 0; cell < codec.MissingCells; cell++) left -= counts[cell];
            for (var cell = codec.MissingCells; cell < binOf.Length; cell++)
            {
                var share = left / (most - bin);
                if (inBin > 0 && inBin + counts[cell] / 2.0 > share && bin < most - 1)
                {
                    left -= inBin;
                    bin++;
                    inBin = 0;
                }
                binOf[cell] = (byte)bin;
                inBin += counts[cell];
            }
        }
        bins = binOf.Max() + 1;
        return binOf;
    }

    /// <summary>Codes of rows; a value without a cell goes where the rare ones are.</summary>
    private static byte[] Code(int[] cells, byte[] binOf, int rare) => Array.ConvertAll(cells, cell => cell < 0 ? (byte)rare : binOf[cell]);
}
