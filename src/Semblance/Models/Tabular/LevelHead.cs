using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// The last layer of a network that draws all columns of a row at once: from the hidden units the probabilities of every column's levels and the mixture of normals that its score on the line follows, and from these a
/// cell of each column, independently of the other columns' draws.
/// </summary>
internal sealed unsafe class LevelHead
{
    /// <summary>Bounds of the logarithms of the variances on the lines.</summary>
    public const float LeastLogVariance = -9, MostLogVariance = 2;

    private readonly Parameter weight, bias;
    private readonly LevelShape shape;

    public LevelHead(CircuitColumn[] columns, int units, int modes)
    {
        (Columns, Units, shape) = (columns, units, new LevelShape(columns, modes));
        Padded = (shape.Width + 15) / 16 * 16;
        Parameters = new Parameters(default);
        weight = Parameters.Add("weight", new Shape(units, Padded), 0);
        bias = Parameters.Add("bias", new Shape(Padded), 0);
    }

    public CircuitColumn[] Columns { get; }

    public Parameters Parameters { get; }

    public int Units { get; }

    public int Modes => shape.Modes;

    /// <summary>Outputs, rounded up to whole registers.</summary>
    public int Padded { get; }

    /// <summary>Takes the weights of a layer as it was trained.</summary>
    public void Take(LinearLayer layer, ReadOnlySpan<float> offset)
    {
        var width = shape.Width;
        for (var u = 0; u < Units; u++) layer.Weight.Values.Slice(u * width, width).CopyTo(weight.Values[(u * Padded)..]);
        for (var i = 0; i < width; i++) bias.Values[i] = layer.Bias!.Values[i] + (i < offset.Length ? offset[i] : 0);
    }

    /// <summary>Begins to draw a block.</summary>
    /// <param name="block">What to draw.</param>
    /// <param name="observed">Is told what was drawn; null: nobody is.</param>
    public Drawing Begin(SampleBlock block, Observed? observed = null) => new(this, block, observed);

    /// <summary>
    /// Corrects biases and lines until the marginals of what the network draws are those of the real table. Training leaves them a little off: the codes or noise that rows are made from are not quite those that
    /// it was trained on.
    /// </summary>
    /// <param name="model">Name of the model, for its streams.</param>
    /// <param name="sample">Draws a block and tells what it drew.</param>
    /// <param name="run">Seed and threads.</param>
    /// <param name="ct">Cancels.</param>
    public void Calibrate(string model, Action<SampleBlock, Observed> sample, Run run, CancellationToken ct)
    {
        const int blocks = 16, passes = 3;
        RandomStream[] Streams(string path, int count) => [.. Enumerable.Range(0, count).Select(i => run.Stream($"fit/{model}/calibrate/{path}/{i}"))];
        var (streams, shared) = (Streams("column", Columns.Length), Streams("shared", SampleBlock.MostFours));
        var drawn = new Observed[blocks];
        for (var pass = 0; pass <= passes; pass++)
        {
            Semblance.Numerics.Blocks.For(blocks, run, ct, block =>
            {
                var rows = new long[Semblance.Numerics.Blocks.Rows];
                for (var i = 0; i < rows.Length; i++) rows[i] = block * Semblance.Numerics.Blocks.Rows + i;
                drawn[block] = new Observed(Columns, shape, pass == passes);
                sample(new SampleBlock(streams, rows, (uint)pass, shared), drawn[block]);
            });
            const double all = blocks * Semblance.Numerics.Blocks.Rows;
            if (pass < passes)
                for (var c = 0; c < Columns.Length; c++)
                    for (var l = 0; l < Columns[c].Levels; l++)
                    {
                        var place = shape.Starts[c] + l;
                        // some rows' worth on both sides keeps rare levels from leaping
                        bias.Values[place] += (float)FastMath.Log((all * Columns[c].Shares[l] + 4) / (drawn.Sum(d => d.Levels[place]) + 4));
                    }
        }
        Semblance.Numerics.Blocks.For(Columns.Length, run, ct, c =>
        {
            if (!Columns[c].HasLine) return;
            var scores = drawn.SelectMany(d => d.Scores[c]).ToArray();
            Array.Sort(scores);
            if (scores.Length >= 1_000) Columns[c] = Columns[c].Calibrated(scores);
        });
    }

    /// <summary>What a network drew: the sum of each level's probabilities, and the scores of each line where they are asked for.</summary>
    public sealed class Observed(CircuitColumn[] columns, LevelShape shape, bool keepsScores)
    {
        public double[] Levels { get; } = new double[shape.Levels];

        public List<double>[] Scores { get; } = [.. columns.Select(_ => new List<double>())];

        public bool KeepsScores => keepsScores;
    }

    public void Save(ModelArchive archive)
    {
        for (var c = 0; c < Columns.Length; c++) Columns[c].Save(archive, c);
        archive.Add("head", Parameters);
    }

    public static LevelHead Load(ModelArchive archive, TabularParts parts, int units, int modes)
    {
        var columns = new CircuitColumn[parts.Codecs.Length];
        for (var c = 0; c < columns.Length; c++) columns[c] = CircuitColumn.Load(archive, parts.Codecs[c], c);
        var head = new LevelHead(columns, units, modes);
        head.Parameters.Load(archive, "head");
        return head;
    }

    /// <summary>What is needed while a block is drawn: its random words, the cells that are allowed, and memory.</summary>
    public sealed class Drawing : IDisposable
    {
        /// <summary>Rows worked on together: their numbers stay in the second-level cache.</summary>
        public const int Chunk = 112;

        private readonly LevelHead head;
        private readonly SampleBlock block;
        private readonly Observed? observed;
        private readonly (uint[] A, uint[] B)[] words;
        private readonly CircuitColumn.Part?[] parts;
        private readonly NativeBuffer outputs, tile;
        private readonly int[] drawn = new int[RowTile.Rows], mode = new int[RowTile.Rows];
        private readonly uint[] mixed = new uint[RowTile.Rows];

        public Drawing(LevelHead head, SampleBlock block, Observed? observed)
        {
            (this.head, this.block, this.observed) = (head, block, observed);
            var (columns, rows) = (head.Columns.Length, block.Rows.Length);
            (words, parts) = (new (uint[], uint[])[columns], new CircuitColumn.Part?[columns]);
            for (var c = 0; c < columns; c++)
            {
                words[c] = (new uint[rows], new uint[rows]);
                block.Words(c, words[c].A, words[c].B);
                if (block.Allowed?[c] is { } allowed) parts[c] = head.Columns[c].Restrict(allowed);
            }
            (outputs, tile) = (new NativeBuffer(Chunk * (nint)head.Padded), new NativeBuffer(RowTile.Size(head.Padded) + ClassPick.Scratch));
        }

        /// <summary>Memory of matrix products.</summary>
        public Workspace Workspace { get; } = new();

        /// <summary>Draws some rows of the block, at most <see cref="Chunk"/>, from their hidden units.</summary>
        public void Draw(int start, int rows, float* hidden)
        {
            var padded = head.Padded;
            Gemm.Multiply(Workspace, new Matrix(hidden, rows, head.Units), new Matrix(head.weight.Data, head.Units, padded), new Matrix(outputs.Data, rows, padded), bias: head.bias.Data);
            var sides = tile.Data + RowTile.Size(padded);
            var (all, modes) = (head.shape.AllModes, head.shape.Modes);
            for (var row = 0; row < rows; row += RowTile.Rows)
            {
                var (at, count) = (start + row, Math.Min(RowTile.Rows, rows - row));
                RowTile.Load(outputs.Data + row * (nint)padded, padded, count, tile.Data);
                float* shares = tile.Data + head.shape.Levels * (nint)RowTile.Rows, means = shares + all * (nint)RowTile.Rows, deviations = means + all * (nint)RowTile.Rows;
                var spread = new Span<float>(deviations, all * RowTile.Rows);
                for (var i = 0; i < spread.Length; i++) spread[i] = 0.5f * Math.Clamp(spread[i], LeastLogVariance, MostLogVariance);
                FastMath.Exp(spread, spread);
                for (int c = 0, line = 0; c < head.Columns.Length; c++)
                {
                    var column = head.Columns[c];
                    var first = line * modes * (nint)RowTile.Rows;
                    if (column.HasLine) line++;
                    float* levels = tile.Data + (nint)head.shape.Starts[c] * RowTile.Rows, share = shares + first, mean = means + first, deviation = deviations + first;
                    if (parts[c] is { } part)
                    {
                        for (var i = 0; i < count; i++) Restricted(c, part, levels + i, share + i, mean + i, deviation + i, at + i);
                        continue;
                    }
                    if (column.Levels > 1) ClassPick.Draw(levels, column.Levels, column.Levels, count, sides, words[c].A.AsSpan(at, count), null, default, drawn);
                    else Array.Clear(drawn);
                    if (observed is not null && column.Levels > 1) Observe(head.shape.Starts[c], column.Levels, levels, sides, count);
                    if (column.HasLine && modes > 1)
                    {
                        for (var i = 0; i < count; i++) mixed[i] = words[c].A[at + i] * 0x9E3779B9u; // the level took the high bits of the word, the mode takes a mix of all
                        ClassPick.Draw(share, modes, modes, count, sides, mixed, null, default, mode);
                    }
                    var cells = block.Cells[c];
                    for (var i = 0; i < count; i++)
                    {
                        if (drawn[i] != column.Line) cells[at + i] = column.CellOf(drawn[i], RandomStream.Unit(words[c].B[at + i]));
                        else
                        {
                            var place = mode[i] * RowTile.Rows + i;
                            var score = mean[place] + deviation[place] * FastMath.NormalQuantile((words[c].B[at + i] + 0.5) / 4294967296.0);
                            if (observed is { KeepsScores: true }) observed.Scores[c].Add(score);
                            cells[at + i] = column.CellAt(score);
                        }
                    }
                }
            }
        }

        /// <summary>Adds up the probabilities that <see cref="ClassPick"/> has left.</summary>
        private void Observe(int first, int levels, float* tile, float* sides, int rows)
        {
            for (var l = 0; l < levels; l++)
            {
                var sum = 0.0;
                for (var i = 0; i < rows; i++) sum += tile[l * RowTile.Rows + i] / sides[RowTile.Rows + i];
                observed!.Levels[first + l] += sum;
            }
        }

        /// <summary>Draws a cell among those allowed; the weight takes the probability that they have.</summary>
        private void Restricted(int c, CircuitColumn.Part part, float* logs, float* share, float* mean, float* deviation, int row)
        {
            var column = head.Columns[c];
            var (runs, modes) = (column.HasLine ? part.Runs : [], head.shape.Modes);
            var weights = new double[column.Levels + runs.Length * modes]; // of levels, then of the stretches of the line under each mode
            var (u, v) = (RandomStream.Unit(words[c].A[row]), RandomStream.Unit(words[c].B[row]));
            var all = 0.0;
            var top = Top(logs, column.Levels);
            for (var l = 0; l < column.Levels; l++)
            {
                var p = FastMath.Exp(logs[l * RowTile.Rows] - top);
                all += p;
                if (l != column.Line) weights[l] = p * part.Levels[l];
                else
                {
                    double sum = 0, highest = Top(share, modes);
                    for (var m = 0; m < modes; m++) sum += FastMath.Exp(share[m * RowTile.Rows] - highest);
                    for (var m = 0; m < modes; m++)
                    {
                        var (centre, spread, of) = (mean[m * RowTile.Rows], deviation[m * RowTile.Rows], p * FastMath.Exp(share[m * RowTile.Rows] - highest) / sum);
                        for (var i = 0; i < runs.Length; i++)
                            weights[column.Levels + m * runs.Length + i] = of * CircuitEvidence.Between((runs[i].From - centre) / spread, (runs[i].To - centre) / spread);
                    }
                }
            }
            var kept = weights.Sum();
            if (block.Weights is { } rowWeights) rowWeights[row] *= kept > 0 ? kept / all : 0;
            var at = u * kept;
            var last = -1;
            for (var i = 0; i < weights.Length; i++)
            {
                if (!(weights[i] > 0)) continue;
                last = i;
                if (at < weights[i]) break;
                at -= weights[i];
            }
            // nothing that is allowed has a probability that a number can hold: the row has no weight, but must have a cell that is allowed
            if (last < 0) last = Array.FindIndex(part.Levels, 0, part.Levels.Length - (column.HasLine ? 1 : 0), p => p > 0) is >= 0 and var level ? level : column.Levels;
            if (last < column.Levels) block.Cells[c][row] = part.CellOf(last, v);
            else
            {
                var (m, run) = ((last - column.Levels) / runs.Length * RowTile.Rows, runs[(last - column.Levels) % runs.Length]);
                block.Cells[c][row] = column.CellAt(CircuitEvidence.Between(mean[m], deviation[m], run.From, run.To, v));
            }
        }

        private static double Top(float* logs, int count)
        {
            var top = *logs;
            for (var i = 1; i < count; i++) top = Math.Max(top, logs[i * RowTile.Rows]);
            return top;
        }

        public void Dispose()
        {
            outputs.Dispose();
            tile.Dispose();
            Workspace.Dispose();
        }
    }
}
