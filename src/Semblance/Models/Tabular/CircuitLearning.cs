using System.Numerics;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// Expectation maximisation of a mixture of trees. A row's log likelihood under all components is one row of a matrix product (regressions are linear in the features 1, x, x², y, xy, y²)
/// plus one stored row of logarithms for each column's level; its responsibilities are the softmax of that, and what they weigh is the transposed product.
/// </summary>
internal sealed unsafe class CircuitLearning : IDisposable
{
    private const int Features = 6, BlockRows = 64;
    private const double MeanShare = 0.1; // of the rows that slope and variance lean on: a component's own mean is what it is for
    private readonly CircuitTree tree;
    private readonly Smoothing smoothing;
    private readonly int rows, columns, count, lines;
    private readonly byte[][] levels;
    private readonly float[][] scores, places;
    private readonly int[][] slots; // key · levels + level of each row
    private readonly int[] lineOf; // first feature of each column, or -1
    private readonly float[][] logs, sums; // of levels, as in CircuitComponents
    private readonly NativeBuffer weights, moments; // feature · components + component
    private readonly float[] logShares, totals;
    private readonly double[][] given; // of each column: probability of a level given the key in the whole table
    private readonly double[][] whole; // of each line: mean score, mean place above and variance in the whole table
    private NativeBuffer responsibilities = NativeBuffer.Empty, features = NativeBuffer.Empty;

    /// <summary>How strongly a component is drawn to the table as a whole.</summary>
    /// <param name="Rows">Rows that the table's way from key to level counts for, tilted to the component's own shares of levels.</param>
    /// <param name="Share">Rows that the table's shares of levels count for.</param>
    /// <param name="Line">Rows that the slope and variance that components have in common count for.</param>
    public sealed record Smoothing(double Rows, double Share, double Line);

    public CircuitLearning(CircuitTree tree, byte[][] levels, float[][] scores, int count, Smoothing smoothing, Run run)
    {
        (this.tree, this.levels, this.scores, this.count, this.smoothing) = (tree, levels, scores, count, smoothing);
        (rows, columns) = (levels[0].Length, levels.Length);
        Components = new CircuitComponents(tree, count);
        slots = new int[columns][];
        places = new float[columns][];
        lineOf = new int[columns];
        given = new double[columns][];
        whole = new double[columns][];
        logs = Array.ConvertAll(Components.Levels, l => new float[l.Length]);
        sums = Array.ConvertAll(Components.Levels, l => new float[l.Length]);
        for (var c = 0; c < columns; c++)
        {
            lineOf[c] = tree.Columns[c].HasLine ? lines : -1;
            if (tree.Columns[c].HasLine) lines += Features;
        }
        Blocks.For(columns, run, default, Describe);
        weights = new NativeBuffer((nint)lines * count);
        moments = new NativeBuffer((nint)lines * count);
        (logShares, totals) = (new float[count], new float[count]);
    }

    public CircuitComponents Components { get; }

    /// <summary>What the column is in the table as a whole: the tree on its own.</summary>
    private void Describe(int c)
    {
        var column = tree.Columns[c];
        var above = tree.Parents[c];
        slots[c] = new int[rows];
        places[c] = new float[column.HasLine ? rows : 0];
        given[c] = new double[tree.Keys[c] * column.Levels];
        double n = 0, x = 0, y = 0, xx = 0;
        for (var row = 0; row < rows; row++)
        {
            var (level, score) = above < 0 ? (0, 0f) : (levels[above][row], scores[above][row]);
            given[c][slots[c][row] = tree.KeyOf(c, level, score) * column.Levels + levels[c][row]]++;
            if (levels[c][row] != column.Line) continue;
            double p = places[c][row] = (float)tree.PlaceOf(c, level, score), s = scores[c][row];
            (n, x, y, xx) = (n + 1, x + s, y + p, xx + s * s);
        }
        for (var key = 0; key < given[c].Length; key += column.Levels)
        {
            var total = 0.0;
            for (var l = 0; l < column.Levels; l++) total += given[c][key + l];
            // a tenth of a row of the table's shares, so that nothing is impossible
            for (var l = 0; l < column.Levels; l++) given[c][key + l] = (given[c][key + l] + 0.1 * column.Shares[l]) / (total + 0.1);
        }
        if (!column.HasLine) return;
        whole[c] = [x / n, y / n, Math.Max(CircuitComponents.LeastVariance, (xx - x * x / n) / n)];
    }

    /// <summary>Components begin around rows drawn by chance.</summary>
    public void Start(Gang gang, ReadOnlySpan<int> anchors, float evidence)
    {
        Clear();
        for (var k = 0; k < count; k++)
        {
            var row = anchors[k];
            for (var c = 0; c < columns; c++)
            {
                if (sums[c].Length > 0) sums[c][slots[c][row] * count + k] = evidence;
                if (lineOf[c] < 0 || levels[c][row] != tree.Columns[c].Line) continue;
                float x = scores[c][row], y = places[c][row];
                var to = moments.Data + lineOf[c] * count + k;
                (to[0], to[count], to[2 * count], to[3 * count], to[4 * count], to[5 * count]) = (evidence, evidence * x, evidence * (x * x + 0.3f), evidence * y, evidence * x * y, evidence * (y * y + 0.01f));
            }
        }
        Array.Fill(totals, evidence);
        Maximise(gang);
        Clear();
    }

    private void Clear()
    {
        foreach (var s in sums) Array.Clear(s);
        Array.Clear(totals);
        new Span<float>(moments.Data, lines * count).Clear();
    }

    /// <summary>Sum of log likelihoods; the responsibilities of the rows are kept for <see cref="Gather"/>.</summary>
    public double Expect(Gang gang, int[] batch)
    {
        Grow(ref responsibilities, (nint)batch.Length * count);
        Grow(ref features, (nint)batch.Length * lines);
        var blocks = (batch.Length + BlockRows - 1) / BlockRows;
        var likelihoods = new double[blocks];
        gang.For(blocks, (block, workspace) => likelihoods[block] = Expect(workspace, batch, block * BlockRows, Math.Min(batch.Length, (block + 1) * BlockRows)));
        var sum = 0.0;
        foreach (var x in likelihoods) sum += x;
        return sum;
    }

    private double Expect(Workspace workspace, int[] batch, int first, int end)
    {
        var block = responsibilities.Data + (nint)first * count;
        FillFeatures(batch, first, end);
        fixed (float* bias = logShares)
        {
            if (lines > 0) Gemm.Multiply(workspace, new Matrix(features.Data + (nint)first * lines, end - first, lines), new Matrix(weights.Data, lines, count), new Matrix(block, end - first, count), false, bias);
            else
                for (var i = 0; i < end - first; i++) new Span<float>(bias, count).CopyTo(new Span<float>(block + i * count, count));
        }
        for (var c = 0; c < columns; c++)
        {
            if (logs[c].Length == 0) continue;
            fixed (float* log = logs[c])
                for (var i = first; i < end; i++)
                {
                    var row = responsibilities.Data + (nint)i * count;
                    Vectors.Sum(row, log + (nint)slots[c][batch[i]] * count, row, count, 1, 1, 0);
                }
        }
        var scratch = workspace.Left(count + 64);
        var sum = 0.0;
        for (var i = first; i < end; i++) sum += Softmax(responsibilities.Data + (nint)i * count, count, scratch);
        return sum;
    }

    /// <summary>x becomes exp(x) over its sum; the logarithm of the sum comes back.</summary>
    private static double Softmax(float* x, int count, float* scratch)
    {
        var i = 0;
        var tops = new Vector<float>(float.NegativeInfinity);
        for (; i + Vector<float>.Count <= count; i += Vector<float>.Count) tops = Vector.Max(tops, Vector.Load(x + i)); // exact in any order
        var top = float.NegativeInfinity;
        for (var lane = 0; lane < Vector<float>.Count; lane++) top = Math.Max(top, tops[lane]);
        for (; i < count; i++) top = Math.Max(top, x[i]);
        Vectors.Sum(x, null, x, count, 1, 0, -top);
        FastMath.Exp(new Span<float>(x, count), new Span<float>(x, count));
        // halves onto halves, an order that no register changes
        var width = count;
        var from = x;
        while (width > 16)
        {
            var half = width / 2;
            if ((width & 1) != 0)
            {
                var odd = from[width - 1];
                Vectors.Sum(from, from + half, scratch, half, 1, 1, 0);
                scratch[0] += odd;
            }
            else Vectors.Sum(from, from + half, scratch, half, 1, 1, 0);
            from = scratch;
            width = half;
        }
        var sum = 0f;
        for (var j = 0; j < width; j++) sum += from[j];
        Vectors.Sum(x, null, x, count, 1 / sum, 0, 0);
        return top + FastMath.Log(sum);
    }

    private void FillFeatures(int[] batch, int first, int end)
    {
        for (var c = 0; c < columns; c++)
        {
            if (lineOf[c] < 0) continue;
            var line = (byte)tree.Columns[c].Line;
            for (var i = first; i < end; i++)
            {
                var to = features.Data + (nint)i * lines + lineOf[c];
                var row = batch[i];
                float x = scores[c][row], y = places[c][row];
                if (levels[c][row] == line) (to[0], to[1], to[2], to[3], to[4], to[5]) = (1, x, x * x, y, x * y, y * y);
                else (to[0], to[1], to[2], to[3], to[4], to[5]) = (0, 0, 0, 0, 0, 0);
            }
        }
    }

    /// <summary>Counts so far times <paramref name="keep"/>, plus those of the batch times <paramref name="scale"/>.</summary>
    public void Gather(Gang gang, int[] batch, float keep, float scale)
    {
        Vectors.Sum(responsibilities.Data, null, responsibilities.Data, batch.Length * count, scale, 0, 0);
        gang.For(columns + 1, (c, _) =>
        {
            if (c == columns) Total(batch.Length, keep);
            else if (sums[c].Length > 0) Count(c, batch, keep);
        });
        if (lines == 0) return;
        Vectors.Sum(moments.Data, null, moments.Data, lines * count, keep, 0, 0);
        Gemm.Multiply(gang, new Matrix(features.Data, batch.Length, lines).Transposed, new Matrix(responsibilities.Data, batch.Length, count), new Matrix(moments.Data, lines, count), true);
    }

    private void Total(int batch, float keep)
    {
        fixed (float* to = totals)
        {
            Vectors.Sum(to, null, to, count, keep, 0, 0);
            for (var i = 0; i < batch; i++) Vectors.Sum(to, responsibilities.Data + (nint)i * count, to, count, 1, 1, 0);
        }
    }

    private void Count(int c, int[] batch, float keep)
    {
        fixed (float* sum = sums[c])
        {
            Vectors.Sum(sum, null, sum, sums[c].Length, keep, 0, 0);
            for (var i = 0; i < batch.Length; i++)
            {
                var to = sum + (nint)slots[c][batch[i]] * count;
                Vectors.Sum(to, responsibilities.Data + (nint)i * count, to, count, 1, 1, 0);
            }
        }
    }

    /// <summary>Components from counts.</summary>
    public void Maximise(Gang gang)
    {
        gang.For(columns, (c, _) => Maximise(c));
        var sum = 0.0;
        foreach (var t in totals) sum += t;
        for (var k = 0; k < count; k++)
        {
            Components.Weights[k] = (float)(totals[k] / sum);
            logShares[k] = (float)FastMath.Log(Math.Max(1e-12, totals[k] / sum));
        }
    }

    private void Maximise(int c)
    {
        if (lineOf[c] >= 0) MaximiseLine(c);
        if (sums[c].Length > 0) MaximiseLevels(c);
    }

    private void MaximiseLevels(int c)
    {
        var (column, keys, sum, p) = (tree.Columns[c], tree.Keys[c], sums[c], Components.Levels[c]);
        int n = column.Levels, step = n * count;
        // how much more often than in the table the component is on a level
        var tilt = new float[step];
        for (var i = 0; i < sum.Length; i++) tilt[i % step] += sum[i];
        var norm = new float[count];
        for (var i = 0; i < step; i++) norm[i % count] += tilt[i];
        for (var l = 0; l < n; l++)
            for (var k = 0; k < count; k++)
            {
                var share = (float)column.Shares[l];
                var total = norm[k] + (float)smoothing.Share;
                tilt[l * count + k] = total > 0 ? (tilt[l * count + k] + (float)smoothing.Share * share) / (total * share) : 1;
            }
        var own = new float[count];
        var all = (float)smoothing.Rows;
        for (var key = 0; key < keys; key++)
        {
            Array.Clear(norm);
            Array.Clear(own);
            for (var l = 0; l < n; l++)
            {
                var g = (float)given[c][key * n + l];
                int from = key * step + l * count, at = l * count;
                for (var k = 0; k < count; k++)
                {
                    norm[k] += g * tilt[at + k];
                    own[k] += sum[from + k];
                }
            }
            for (var k = 0; k < count; k++) (norm[k], own[k]) = (norm[k] > 0 ? 1 / norm[k] : 0, own[k] + all > 0 ? 1 / (own[k] + all) : 0);
            for (var l = 0; l < n; l++)
            {
                var g = (float)given[c][key * n + l];
                int from = key * step + l * count, at = l * count;
                for (var k = 0; k < count; k++)
                    p[from + k] = own[k] > 0 ? (sum[from + k] + all * g * tilt[at + k] * norm[k]) * own[k] : g;
            }
        }
        for (var i = 0; i < p.Length; i++) logs[c][i] = Math.Max(p[i], 1e-12f);
        FastMath.Log(logs[c], logs[c]);
    }

    private void MaximiseLine(int c)
    {
        float* s = moments.Data + (nint)lineOf[c] * count, to = weights.Data + (nint)lineOf[c] * count;
        var strength = smoothing.Line;
        // what components have in common: slope and variance around their own means
        double rowsHere = 0, residuals = 0, crossed = 0, spread = 0;
        for (var k = 0; k < count; k++)
        {
            var (n, _, _, cxx, cxy, cyy) = Centred(s + k);
            (rowsHere, residuals, crossed, spread) = (rowsHere + n, residuals + cxx, crossed + cxy, spread + cyy);
        }
        var common = spread > 1e-9 ? crossed / spread : 0;
        var within = rowsHere > 1e-6 ? Math.Max(CircuitComponents.LeastVariance, (residuals - common * crossed) / rowsHere) : whole[c][2];
        var spreadEach = rowsHere > 1e-6 ? spread / rowsHere : 0;
        for (var k = 0; k < count; k++)
        {
            var (n, mx, my, cxx, cxy, cyy) = Centred(s + k);
            var slope = cyy + strength * spreadEach > 1e-9 ? (cxy + strength * spreadEach * common) / (cyy + strength * spreadEach) : 0;
            var variance = n + strength > 1e-6 ? (cxx - 2 * slope * cxy + slope * slope * cyy + strength * within) / (n + strength) : within;
            variance = Math.Max(variance, CircuitComponents.LeastVariance);
            // a component without rows of its own goes where the table goes
            var start = n > 1e-6 || strength > 0 ? (n * (mx - slope * my) + MeanShare * strength * (whole[c][0] - slope * whole[c][1])) / (n + MeanShare * strength) : whole[c][0];
            (Components.Start[c][k], Components.Slope[c][k], Components.Variance[c][k]) = ((float)start, (float)slope, (float)variance);
            to[k] = (float)(-0.5 * FastMath.Log(2 * Math.PI * variance) - start * start / (2 * variance));
            to[count + k] = (float)(start / variance);
            to[2 * count + k] = (float)(-0.5 / variance);
            to[3 * count + k] = (float)(-start * slope / variance);
            to[4 * count + k] = (float)(slope / variance);
            to[5 * count + k] = (float)(-slope * slope / (2 * variance));
        }
    }

    /// <summary>Rows, means and centred sums of a component from its moments.</summary>
    private (double N, double X, double Y, double Cxx, double Cxy, double Cyy) Centred(float* s)
    {
        double n = s[0], x = s[count], xx = s[2 * count], y = s[3 * count], xy = s[4 * count], yy = s[5 * count];
        return n > 1e-6 ? (n, x / n, y / n, Math.Max(0, xx - x * x / n), xy - x * y / n, Math.Max(0, yy - y * y / n)) : (0, 0, 0, 0, 0, 0);
    }

    private static void Grow(ref NativeBuffer buffer, nint size)
    {
        if (buffer.Count >= size) return;
        buffer.Dispose();
        buffer = new NativeBuffer(size);
    }

    public void Dispose()
    {
        responsibilities.Dispose();
        features.Dispose();
        weights.Dispose();
        moments.Dispose();
    }
}
