using System.Runtime.CompilerServices;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>Draws a leaf, then every column by itself.</summary>
internal sealed class ArfSampler : ISampler
{
    private readonly ArfForest forest;
    private readonly ArfCells[] all;
    private readonly ConditionalWeakTable<bool[]?[], ArfEvidence> conditions = [];

    public ArfSampler(ArfForest forest) => (this.forest, all) = (forest, Array.ConvertAll(forest.Columns, column => new ArfCells(column, null)));

    public bool TakesGiven => true; // leaves are weighed exactly

    public void Sample(SampleBlock block)
    {
        var evidence = block.Allowed is { } allowed ? conditions.GetValue(allowed, a => new ArfEvidence(forest, all, a)) : null;
        var n = block.Rows.Length;
        uint[] first = new uint[n], second = new uint[n];
        block.Words(0, first, second);
        var leaves = Leaves(block, evidence, first);
        if (evidence is not null && block.Weights is { } weights)
            for (var row = 0; row < n; row++) weights[row] *= evidence.Probability;
        for (var c = 0; c < all.Length; c++)
        {
            if (c > 0) block.Words(c, first, second);
            var (cells, known) = (block.Cells[c], block.Given?[c]);
            var restricted = evidence is not null && evidence.Concerns(c);
            for (var row = 0; row < n; row++)
            {
                if (known is not null && known[row] >= 0) cells[row] = known[row];
                else if (restricted) cells[row] = evidence!.Draw(leaves[row], c, RandomStream.Unit(second[row]));
                else cells[row] = Draw(leaves[row], c, RandomStream.Unit(second[row]));
            }
        }
    }

    private int[] Leaves(SampleBlock block, ArfEvidence? evidence, uint[] words)
    {
        var leaves = new int[words.Length];
        if (block.Given is { } given)
        {
            var posterior = new ArfPosterior(forest, all, evidence);
            for (var row = 0; row < leaves.Length; row++) leaves[row] = posterior.Draw(given, row, RandomStream.Unit(words[row]));
        }
        else if (evidence is not null)
            for (var row = 0; row < leaves.Length; row++) leaves[row] = evidence.Leaf(RandomStream.Unit(words[row]));
        else
            for (var row = 0; row < leaves.Length; row++) leaves[row] = forest.LeafAt(RandomStream.Below(words[row], forest.Rows));
        return leaves;
    }

    private int Draw(int leaf, int c, double u)
    {
        var donors = forest.Donors(leaf, c);
        var column = forest.Columns[c];
        u *= donors.Length + forest.Doubt;
        var i = (int)u;
        if (i >= donors.Length && all[c].Draw(forest.Box(leaf, c), Math.Min((u - donors.Length) / forest.Doubt, 1 - 1e-9)) is >= 0 and var cell) return cell;
        i = Math.Min(i, donors.Length - 1);
        if (!column.Ordered) return donors[i];
        var (from, to) = column.Piece(donors, i);
        return column.CellAt(from + Math.Min(u - i, 1 - 1e-9) * (to - from));
    }

    public void Save(ModelArchive archive) => forest.Save(archive);
}
