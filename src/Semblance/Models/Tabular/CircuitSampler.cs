using System.Runtime.CompilerServices;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>Draws a component, then each column given the one above it.</summary>
internal sealed class CircuitSampler : ISampler
{
    private readonly CircuitComponents components;
    private readonly CircuitTree tree;
    private readonly double[] shares; // cumulated
    private readonly ConditionalWeakTable<bool[]?[], CircuitEvidence> conditions = [];
    private readonly ConditionalWeakTable<bool[]?[], CircuitCompletion> completions = [];
    private readonly float[][] ends; // cumulated levels, [(key · components + component) · levels + level]

    public CircuitSampler(CircuitComponents components)
    {
        (this.components, tree) = (components, components.Tree);
        shares = new double[components.Count];
        var sum = 0.0;
        for (var k = 0; k < shares.Length; k++) shares[k] = sum += components.Weights[k];
        ends = new float[tree.Columns.Length][];
        for (var c = 0; c < ends.Length; c++)
        {
            int levels = tree.Columns[c].Levels, count = components.Count;
            var given = components.Levels[c];
            ends[c] = new float[given.Length];
            for (var key = 0; key < given.Length / (levels * count); key++)
                for (var k = 0; k < count; k++)
                {
                    var total = 0f;
                    for (var l = 0; l < levels; l++) ends[c][(key * count + k) * levels + l] = total += given[(key * levels + l) * count + k];
                }
        }
    }

    public bool TakesGiven => true;

    public void Sample(SampleBlock block)
    {
        if (block.Given is null) Sample(block, new double[tree.Columns.Length][]);
        else (block.Allowed is { } allowed ? completions.GetValue(allowed, a => new CircuitCompletion(components, a)) : new CircuitCompletion(components, null)).Sample(block);
    }

    /// <summary>Moves the stretches of the lines to where this circuit puts them (<see cref="CircuitColumn.Calibrated"/>).</summary>
    public void Calibrate(Run run, CancellationToken ct)
    {
        const int blocks = 32;
        var streams = new RandomStream[tree.Columns.Length];
        for (var c = 0; c < streams.Length; c++) streams[c] = run.Stream($"fit/circuit/calibrate/{c}");
        var drawn = new double[blocks][][];
        Blocks.For(blocks, run, ct, block =>
        {
            var rows = new long[Blocks.Rows];
            for (var i = 0; i < rows.Length; i++) rows[i] = block * Blocks.Rows + i;
            drawn[block] = new double[streams.Length][];
            Sample(new SampleBlock(streams, rows, 0), drawn[block]);
        });
        Blocks.For(streams.Length, run, ct, c =>
        {
            if (!tree.Columns[c].HasLine) return;
            var scores = drawn.SelectMany(d => d[c]).Where(x => !double.IsNaN(x)).ToArray();
            Array.Sort(scores);
            if (scores.Length >= Blocks.Rows) tree.Columns[c] = tree.Columns[c].Calibrated(scores);
        });
    }

    private void Sample(SampleBlock block, double[][] scores)
    {
        var evidence = block.Allowed is { } allowed ? conditions.GetValue(allowed, a => new CircuitEvidence(components, a)) : null;
        if (evidence is not null && block.Weights is { } weights)
            for (var row = 0; row < weights.Length; row++) weights[row] *= evidence.Probability;
        var n = block.Rows.Length;
        uint[] first = new uint[n], second = new uint[n];
        var component = new int[n];
        var levels = new int[tree.Columns.Length][];
        var root = tree.Order[0];
        var unread = new double[1];
        foreach (var c in tree.Order)
        {
            block.Words(c, first, second);
            var column = tree.Columns[c];
            var above = tree.Parents[c];
            var (level, score, cells) = (levels[c] = new int[n], scores[c] = new double[n], block.Cells[c]);
            for (var row = 0; row < n; row++)
            {
                var u = RandomStream.Unit(first[row]);
                if (c == root) u = Component(evidence?.Shares ?? shares, u, out component[row]);
                var k = component[row];
                var (levelAbove, scoreAbove) = above < 0 ? (0, 0) : (levels[above][row], scores[above][row]);
                if (evidence is not null && evidence.Concerns(c))
                {
                    (level[row], score[row], cells[row]) = evidence.Draw(c, k, levelAbove, scoreAbove, u, RandomStream.Unit(second[row]), ref (block.Weights ?? unread)[block.Weights is null ? 0 : row]);
                    continue;
                }
                if (column.Levels > 1) level[row] = Level(c, tree.KeyOf(c, levelAbove, scoreAbove), k, ref u);
                if (level[row] != column.Line)
                {
                    cells[row] = column.CellOf(level[row], u);
                    score[row] = double.NaN;
                }
                else
                {
                    var mean = components.Start[c][k] + components.Slope[c][k] * tree.PlaceOf(c, levelAbove, scoreAbove);
                    score[row] = mean + Math.Sqrt(components.Variance[c][k]) * FastMath.NormalQuantile((second[row] + 0.5) / 4294967296.0);
                    cells[row] = column.CellAt(score[row]);
                }
            }
        }
    }

    /// <summary>Draws a component; what is left of u is uniform again.</summary>
    private static double Component(double[] shares, double u, out int component)
    {
        u *= shares[^1];
        component = CircuitColumn.Find(shares, u);
        var from = component > 0 ? shares[component - 1] : 0;
        return Math.Clamp((u - from) / (shares[component] - from), 0, 1 - 1e-9);
    }

    private int Level(int c, int key, int k, ref double u)
    {
        var levels = tree.Columns[c].Levels;
        var row = ends[c].AsSpan((key * components.Count + k) * levels, levels);
        var at = u * row[^1];
        var level = 0;
        if (levels <= 8)
            while (level < levels - 1 && row[level] <= at) level++;
        else
        {
            int low = 0, high = levels - 1;
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (row[middle] > at) high = middle;
                else low = middle + 1;
            }
            level = low;
        }
        var from = level > 0 ? row[level - 1] : 0;
        u = Math.Clamp((at - from) / (row[level] - from), 0, 1 - 1e-9);
        return level;
    }

    public void Save(ModelArchive archive) => components.Save(archive);
}
