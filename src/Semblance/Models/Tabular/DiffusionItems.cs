using System.Runtime.CompilerServices;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// The columns of a table as a diffusion sees them. An item is what is hidden and unmasked: the level of a column, or the bin in which a number's score lies. Bins are unmasked only where a number is
/// known beforehand or bound by a condition; else the score is denoised as a whole.
/// </summary>
internal sealed class DiffusionItems
{
    /// <summary>Equally frequent parts of a line of scores.</summary>
    private const int Bins = 32;

    /// <summary>Ordered columns of at most so many cells have tokens only.</summary>
    private const int FewCells = 128;

    private readonly int[] levelItems, lineItems; // of each column, or -1

    private DiffusionItems(CircuitColumn[] columns)
    {
        Columns = columns;
        Discrete = [.. Enumerable.Range(0, columns.Length).Where(c => columns[c].Levels > 1)];
        Lines = [.. Enumerable.Range(0, columns.Length).Where(c => columns[c].HasLine)];
        Tokens = [.. Discrete.Select(c => columns[c].Levels), .. Lines.Select(_ => Bins)];
        Logits = ColumnBlocks.OfWidths(Tokens);
        (levelItems, lineItems) = ([.. columns.Select((_, c) => Array.IndexOf(Discrete, c))], [.. columns.Select((_, c) => Array.IndexOf(Lines, c))]);
    }

    public CircuitColumn[] Columns { get; }

    /// <summary>Columns with several levels: items 0, 1, ...</summary>
    public int[] Discrete { get; }

    /// <summary>Columns with a line: the items after those.</summary>
    public int[] Lines { get; }

    public int Count => Tokens.Length;

    /// <summary>Tokens of each item.</summary>
    public int[] Tokens { get; }

    /// <summary>Where the logits of each item lie.</summary>
    public ColumnBlocks Logits { get; }

    /// <summary>Item of a column's level, -1 where it has only one.</summary>
    public int LevelItem(int column) => levelItems[column];

    /// <summary>Place of a column among those with a line, or -1.</summary>
    public int LinePlace(int column) => lineItems[column];

    public static DiffusionItems Learn(CellTable table, Run run, CancellationToken ct)
    {
        var columns = new CircuitColumn[table.Codecs.Length];
        Blocks.For(columns.Length, run, ct, c => columns[c] = CircuitColumn.Learn(table.Codecs[c], table.Cells[c], FewCells));
        return new DiffusionItems(columns);
    }

    /// <summary>Share of an item's tokens in the real rows.</summary>
    public double Share(int item, int token) => item < Discrete.Length ? Columns[Discrete[item]].Shares[token] : 1.0 / Bins;

    public static int BinOf(double share) => Math.Clamp((int)(share * Bins), 0, Bins - 1);

    public void Save(ModelArchive archive)
    {
        for (var c = 0; c < Columns.Length; c++) Columns[c].Save(archive, c);
    }

    public static DiffusionItems Load(ModelArchive archive, TabularParts parts) =>
        new([.. parts.Codecs.Select((codec, c) => CircuitColumn.Load(archive, codec, c))]);

    /// <summary>What a condition leaves of each column; null where it leaves all.</summary>
    public Restriction?[] Restrict(bool[]?[] allowed) => [.. Columns.Select((column, c) => allowed[c] is { } cells ? new Restriction(column, cells) : null)];

    /// <summary>What a condition leaves of a column.</summary>
    public sealed class Restriction
    {
        private readonly CircuitColumn.Part part;
        private readonly List<(int Cell, double From, double To)>[] segments = []; // of each bin: stretches that are allowed

        public Restriction(CircuitColumn column, bool[] allowed)
        {
            part = column.Restrict(allowed);
            AnyCell = Math.Max(0, Array.IndexOf(allowed, true));
            BindsLine = column.HasLine && part.Levels[column.Line] < 1 - 1e-9;
            if (!BindsLine) return;
            segments = [.. Enumerable.Range(0, Bins).Select(_ => new List<(int, double, double)>())];
            var (cells, ends) = column.LineCells;
            for (var i = 0; i < cells.Length; i++)
            {
                if (!allowed[cells[i]]) continue;
                var from = i > 0 ? ends[i - 1] : 0;
                for (var bin = BinOf(from); bin < Bins && bin / (double)Bins < ends[i]; bin++)
                    segments[bin].Add((cells[i], Math.Max(from, bin / (double)Bins), Math.Min(ends[i], (bin + 1) / (double)Bins)));
            }
            BinShares = [.. segments.Select(s => (float)Math.Min(1, s.Sum(x => x.To - x.From) * Bins))];
        }

        /// <summary>An allowed cell, for rows in which the networks give all of them no chance.</summary>
        public int AnyCell { get; }

        /// <summary>Whether a part of the line is left out.</summary>
        public bool BindsLine { get; }

        /// <summary>Allowed share of each bin, where the line is bound.</summary>
        public float[] BinShares { get; } = [];

        /// <summary>Allowed share of each level.</summary>
        public double[] LevelShares => part.Levels;

        /// <summary>An allowed cell of a level that is no line.</summary>
        public int CellOf(int level, double u) => part.CellOf(level, u);

        /// <summary>An allowed place in a bin: its cell, and the share of rows below it.</summary>
        public (int Cell, double Share) PlaceIn(int bin, double u)
        {
            var left = u * segments[bin].Sum(s => s.To - s.From);
            foreach (var (cell, from, to) in segments[bin])
            {
                if (left < to - from) return (cell, from + left);
                left -= to - from;
            }
            return (segments[bin][^1].Cell, segments[bin][^1].To);
        }
    }
}
