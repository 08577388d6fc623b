using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>Numbers of a circuit's components. In every array the component is the last index, so that work on one row runs along all of them.</summary>
internal sealed class CircuitComponents
{
    /// <summary>Least variance of a score: spreads finer than 1/30 of the table's own are not told.</summary>
    public const double LeastVariance = 1e-3;

    public CircuitComponents(CircuitTree tree, int count)
    {
        (Tree, Count) = (tree, count);
        Weights = new float[count];
        Levels = new float[tree.Columns.Length][];
        Start = new float[tree.Columns.Length][];
        Slope = new float[tree.Columns.Length][];
        Variance = new float[tree.Columns.Length][];
        for (var c = 0; c < Levels.Length; c++)
        {
            var column = tree.Columns[c];
            Levels[c] = new float[column.Levels > 1 ? checked(tree.Keys[c] * column.Levels * count) : 0];
            Start[c] = new float[column.HasLine ? count : 0];
            Slope[c] = new float[column.HasLine ? count : 0];
            Variance[c] = new float[column.HasLine ? count : 0];
        }
    }

    public CircuitTree Tree { get; }

    public int Count { get; }

    /// <summary>Share of each component.</summary>
    public float[] Weights { get; }

    /// <summary>Of each column with more than one level: the probability of a level given the key above, [(key · levels + level) · components + component].</summary>
    public float[][] Levels { get; }

    /// <summary>Score = start + slope · place above + noise of this variance.</summary>
    public float[][] Start { get; }

    /// <inheritdoc cref="Start"/>
    public float[][] Slope { get; }

    /// <inheritdoc cref="Start"/>
    public float[][] Variance { get; }

    private IEnumerable<float[]> Arrays => [Weights, .. Levels, .. Start, .. Slope, .. Variance];

    public void CopyTo(CircuitComponents other)
    {
        foreach (var (from, to) in Arrays.Zip(other.Arrays)) from.CopyTo(to, 0);
    }

    public void Save(ModelArchive archive)
    {
        Tree.Save(archive);
        archive.Add<float>("components", Weights);
        for (var c = 0; c < Levels.Length; c++)
        {
            archive.Add<float>($"column/{c}/given", Levels[c]);
            archive.Add<float>($"column/{c}/line", [.. Start[c], .. Slope[c], .. Variance[c]]);
        }
    }

    public static CircuitComponents Load(ModelArchive archive, TabularParts parts)
    {
        var tree = CircuitTree.Load(archive, parts);
        var weights = archive.Get<float>("components");
        if (weights.Length is < 1 or > Circuit.MostComponents) throw archive.Unfit($"it has {weights.Length} components");
        // what the file holds bounds what is allocated
        for (var c = 0; c < tree.Columns.Length; c++)
        {
            if (archive.Shape($"column/{c}/given").Aggregate(1L, (n, side) => n * side) != (tree.Columns[c].Levels > 1 ? (long)tree.Keys[c] * tree.Columns[c].Levels * weights.Length : 0)) throw archive.Unfit($"the levels of column {c} are not as many as needed");
            if (archive.Shape($"column/{c}/line").Aggregate(1L, (n, side) => n * side) != (tree.Columns[c].HasLine ? 3 * weights.Length : 0)) throw archive.Unfit($"the lines of column {c} are not as many as needed");
        }
        var components = new CircuitComponents(tree, weights.Length);
        weights.CopyTo(components.Weights, 0);
        if (!SumToOne(weights, 1)) throw archive.Unfit("its components are no distribution");
        for (var c = 0; c < tree.Columns.Length; c++)
        {
            archive.Get<float>($"column/{c}/given").CopyTo(components.Levels[c], 0);
            if (!SumToOne(components.Levels[c], weights.Length, tree.Columns[c].Levels)) throw archive.Unfit($"the levels of column {c} are no distribution");
            if (!tree.Columns[c].HasLine) continue;
            var line = archive.Get<float>($"column/{c}/line");
            line.AsSpan(0, weights.Length).CopyTo(components.Start[c]);
            line.AsSpan(weights.Length, weights.Length).CopyTo(components.Slope[c]);
            line.AsSpan(2 * weights.Length).CopyTo(components.Variance[c]);
            if (line.AsSpan(0, 2 * weights.Length).ContainsAnyExceptInRange(-1e4f, 1e4f) || components.Variance[c].AsSpan().ContainsAnyExceptInRange(1e-6f, 1e4f)) throw archive.Unfit($"the regressions of column {c} are out of range");
        }
        return components;
    }

    private static bool SumToOne(float[] values, int components) => SumToOne(values, components, values.Length);

    /// <summary>Whether each group of <paramref name="levels"/> is a distribution for each component.</summary>
    private static bool SumToOne(float[] values, int components, int levels)
    {
        for (var group = 0; group < values.Length; group += levels * components)
            for (var k = 0; k < components; k++)
            {
                var sum = 0.0;
                for (var l = 0; l < levels; l++)
                {
                    var p = values[group + l * components + k];
                    if (!(p >= 0)) return false;
                    sum += p;
                }
                if (!(Math.Abs(sum - 1) < 1e-3)) return false;
            }
        return true;
    }
}
