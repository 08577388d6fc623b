using System.Runtime.CompilerServices;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// Samplers that make a row from one of a number of origins (a component of a prior, a condition that was learned) and a code of normal numbers: a network turns both into hidden units, and from
/// these all columns are drawn at once.
/// </summary>
internal abstract unsafe class CodedSampler(LevelHead head, int codeLength) : ISampler
{
    /// <summary>Rows worked on together: their numbers stay in the second-level cache.</summary>
    protected const int Chunk = LevelHead.Drawing.Chunk;

    private readonly ConditionalWeakTable<bool[]?[], double[]> proposals = [];
    private double[] ends = [];

    public LevelHead Head => head;

    /// <summary>Numbers in a code.</summary>
    protected int CodeLength => codeLength;

    public void Sample(SampleBlock block) => Sample(block, null);

    public void Sample(SampleBlock block, LevelHead.Observed? observed) =>
        Sample(block, observed, block.Allowed is { } allowed ? proposals.GetValue(allowed, _ => Propose(block)) : ends, null);

    public abstract void Save(ModelArchive archive);

    /// <summary>Floats of scratch that <see cref="Hidden"/> needs.</summary>
    protected abstract nint Scratch { get; }

    /// <summary>Works out hidden units.</summary>
    /// <param name="origins">Of each row, at most <see cref="Chunk"/> rows.</param>
    /// <param name="normals">Standard normals, [place in the code][row].</param>
    /// <param name="start">First of the rows in <paramref name="normals"/>.</param>
    /// <param name="scratch">As many floats as <see cref="Scratch"/>.</param>
    /// <param name="workspace">Memory of matrix products.</param>
    /// <returns>Rows × units, somewhere in the scratch.</returns>
    protected abstract float* Hidden(ReadOnlySpan<int> origins, float[][] normals, int start, float* scratch, Workspace workspace);

    /// <summary>Sets the shares of the origins.</summary>
    protected void Share(ReadOnlySpan<float> shares)
    {
        var sum = 0.0;
        foreach (var share in shares) sum += share;
        ends = new double[shares.Length];
        for (var k = 0; k < ends.Length; k++) ends[k] = (k > 0 ? ends[k - 1] : 0) + shares[k] / sum;
    }

    /// <summary>
    /// Cumulated shares from which origins are drawn under a condition: the more of its rows hold it, the more often. A tenth of the draws stays as it is, so that the weights, which make up for the
    /// difference exactly, stay below ten times the others.
    /// </summary>
    private double[] Propose(SampleBlock block)
    {
        const int tries = 16;
        var rows = new long[ends.Length * tries];
        var of = new int[rows.Length];
        for (var i = 0; i < rows.Length; i++) (rows[i], of[i]) = (i, i / tries);
        var trial = block.Beside(rows, uint.MaxValue - 1);
        Sample(trial, null, ends, of);
        var proposal = new double[ends.Length];
        for (var i = 0; i < rows.Length; i++) proposal[of[i]] += trial.Weights![i] * Of(ends, of[i]);
        var sum = proposal.Sum();
        for (var k = 0; k < proposal.Length; k++) proposal[k] = (k > 0 ? proposal[k - 1] : 0) + (sum > 0 ? 0.9 * proposal[k] / sum + 0.1 * Of(ends, k) : Of(ends, k));
        return proposal;
    }

    /// <summary>Draws a block, its origins from cumulated shares, or as given.</summary>
    private void Sample(SampleBlock block, LevelHead.Observed? observed, double[] proposal, int[]? given)
    {
        var n = block.Rows.Length;
        using var drawing = head.Begin(block, observed);
        using var scratch = new NativeBuffer(Scratch);
        var fours = (codeLength + 3) / 4;
        var normals = new float[4 * fours][];
        for (var i = 0; i < normals.Length; i++) normals[i] = new float[n];
        for (var i = 0; i < fours; i++) block.Normals(i, normals[4 * i], normals[4 * i + 1], normals[4 * i + 2], normals[4 * i + 3]);
        var choice = new float[n];
        block.Units(fours, choice);
        var origins = new int[Chunk];
        for (var start = 0; start < n; start += Chunk)
        {
            var rows = Math.Min(Chunk, n - start);
            for (var row = 0; row < rows; row++)
            {
                origins[row] = given is null ? Find(proposal, choice[start + row]) : given[start + row];
                if (proposal != ends && block.Weights is { } weights) weights[start + row] *= Of(ends, origins[row]) / Of(proposal, origins[row]);
            }
            drawing.Draw(start, rows, Hidden(origins.AsSpan(0, rows), normals, start, scratch.Data, drawing.Workspace));
        }
    }

    private static double Of(double[] ends, int origin) => ends[origin] - (origin > 0 ? ends[origin - 1] : 0);

    private static int Find(double[] ends, double u)
    {
        var at = CircuitColumn.Find(ends, u * ends[^1]);
        while (at > 0 && Of(ends, at) <= 0) at--; // what has no share ends where the one before it does
        return at;
    }
}
