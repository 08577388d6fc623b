using Semblance.Codecs;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// Cells of a column gathered into tokens, the classes that a network predicts: each cell its own token where few are allowed to be, else neighbours (or the rare levels) together.
/// Which cell of a token it is follows the cells' frequency.
/// </summary>
internal sealed class ColumnTokens
{
    private readonly ushort[] tokenOfCell;
    private readonly int[] counts; // rows of each cell
    private readonly int[] cells; // cells, token after token
    private readonly int[] starts; // first place of each token in `cells`
    private readonly long[] sums; // rows of a token's cells up to and with this place

    private ColumnTokens(ushort[] tokenOfCell, int[] counts, int count)
    {
        (this.tokenOfCell, this.counts, Count) = (tokenOfCell, counts, count);
        starts = new int[count + 1];
        foreach (var token in tokenOfCell) starts[token + 1]++;
        for (var token = 0; token < count; token++) starts[token + 1] += starts[token];
        (cells, sums) = (new int[tokenOfCell.Length], new long[tokenOfCell.Length]);
        var next = starts[..^1];
        for (var cell = 0; cell < tokenOfCell.Length; cell++)
        {
            var (token, place) = (tokenOfCell[cell], next[tokenOfCell[cell]]++);
            (cells[place], sums[place]) = (cell, counts[cell] + (place > starts[token] ? sums[place - 1] : 0));
        }
    }

    /// <summary>Number of tokens.</summary>
    public int Count { get; }

    /// <summary>Rows that have a token.</summary>
    public long Rows(int token) => starts[token] == starts[token + 1] ? 0 : sums[starts[token + 1] - 1];

    public static ColumnTokens Of(ColumnCodec codec, ReadOnlySpan<ushort> cells, int most)
    {
        var counts = new int[codec.Cells];
        foreach (var cell in cells) counts[cell]++;
        var tokens = new ushort[codec.Cells];
        if (codec.Cells <= most)
            for (var c = 0; c < tokens.Length; c++) tokens[c] = (ushort)c;
        else if (!codec.Ordered)
            for (var c = 0; c < tokens.Length; c++) tokens[c] = (ushort)Math.Min(c, most - 1);
        else Gather(counts, codec.MissingCells, most, tokens);
        return new ColumnTokens(tokens, counts, tokens.Length == 0 ? 0 : tokens[^1] + 1);
    }

    /// <summary>Near-equal rows a token; a frequent value fills one alone, and what it takes too much is shared out over the rest.</summary>
    private static void Gather(int[] counts, int missing, int most, ushort[] tokens)
    {
        double left = counts.Sum(c => (double)c), inToken = 0;
        var token = 0;
        for (var c = 0; c < counts.Length; c++)
        {
            var share = left / (most - token);
            if (c > 0 && token < most - 1 && (c <= missing || inToken > 0 && inToken + counts[c] / 2.0 > share))
            {
                left -= inToken;
                token++;
                inToken = 0;
            }
            tokens[c] = (ushort)token;
            inToken += counts[c];
        }
    }

    /// <summary>Token of each row.</summary>
    public ushort[] Apply(ReadOnlySpan<ushort> cellsOfRows)
    {
        var tokens = new ushort[cellsOfRows.Length];
        for (var row = 0; row < tokens.Length; row++) tokens[row] = tokenOfCell[cellsOfRows[row]];
        return tokens;
    }

    /// <summary>Token of a cell.</summary>
    public int TokenOf(int cell) => tokenOfCell[cell];

    /// <summary>A cell by a random word, as often as it occurs; whatever its token.</summary>
    public int DrawAny(uint word)
    {
        var total = counts.Sum(c => (long)c);
        var left = (long)((UInt128)word * (ulong)total >> 32);
        for (var cell = 0; cell < counts.Length; cell++)
            if ((left -= counts[cell]) < 0) return cell;
        return Array.FindLastIndex(counts, c => c > 0);
    }

    /// <summary>A cell of a token by a random word.</summary>
    public int Draw(int token, uint word)
    {
        int low = starts[token], high = starts[token + 1] - 1;
        if (low == high) return cells[low];
        var u = (long)((ulong)word * (ulong)sums[high] >> 32);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sums[middle] > u) high = middle;
            else low = middle + 1;
        }
        return cells[low];
    }

    /// <summary>For each token the share of its rows whose cells are allowed; and for drawing, the tokens of the allowed cells alone.</summary>
    public (float[] Shares, ColumnTokens Restricted) Restrict(bool[] allowed)
    {
        var kept = new int[counts.Length];
        for (var c = 0; c < kept.Length; c++) kept[c] = allowed[c] ? counts[c] : 0;
        var restricted = new ColumnTokens(tokenOfCell, kept, Count);
        var shares = new float[Count];
        for (var token = 0; token < Count; token++) shares[token] = Rows(token) == 0 ? 0 : (float)(restricted.Rows(token) / (double)Rows(token));
        return (shares, restricted);
    }

    /// <summary>
    /// What is known of a token beforehand, as numbers: of a number or a moment, cosines of its rank, so that neighbours are alike from the start. Categories and missing markers have none (all zero).
    /// </summary>
    /// <param name="codec">The column's codec.</param>
    /// <param name="most">Most cosines.</param>
    /// <returns>Tokens × cosines, and how many cosines.</returns>
    public (float[] Values, int Width) Features(ColumnCodec codec, int most)
    {
        var present = tokenOfCell.Length == 0 ? 0 : Count - Math.Min(Count, codec.MissingCells);
        var width = codec.Ordered ? Math.Min(most, present - 1) : 0;
        if (width <= 0) return ([], 0);
        var values = new float[Count * width];
        double total = 0, before = 0;
        for (var token = codec.MissingCells; token < Count; token++) total += Rows(token);
        for (var token = codec.MissingCells; token < Count; token++)
        {
            // half by rank, half by place: tokens of few rows between frequent ones stay apart
            var rank = total > 0 ? (before + Rows(token) / 2.0) / total : 0;
            before += Rows(token);
            var place = (token - codec.MissingCells + 0.5) / present;
            var u = 0.5 * (rank + place);
            for (var k = 1; k <= width; k++) values[token * width + k - 1] = (float)(1.4142135623730951 * FastMath.Cos(k * Math.PI * u));
        }
        return (values, width);
    }

    public void Save(ModelArchive archive, string name)
    {
        archive.Add<ushort>(name + "/token", tokenOfCell);
        archive.Add<int>(name + "/rows", counts);
    }

    public static ColumnTokens Load(ModelArchive archive, string name, int cells)
    {
        var tokens = archive.Get<ushort>(name + "/token", cells);
        var counts = archive.Get<int>(name + "/rows", cells);
        for (var c = 0; c < cells; c++)
        {
            if (tokens[c] != (c == 0 ? 0 : tokens[c - 1]) && (c == 0 || tokens[c] != tokens[c - 1] + 1)) throw archive.Unfit($"its array `{name}/token` is not a grouping of cells");
            if (counts[c] < 0) throw archive.Unfit($"its array `{name}/rows` holds a count below zero");
        }
        if (!counts.Any(c => c > 0)) throw archive.Unfit($"its array `{name}/rows` holds no rows");
        return new ColumnTokens(tokens, counts, tokens[^1] + 1);
    }
}
