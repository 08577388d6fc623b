using Semblance.Codecs;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// Gaussian copula over empirical marginals, all kinds mixed: each column is pushed through its own distribution to a normal score, the scores' correlations
/// are kept, and new scores are pulled back. Marginals are right to a cell; relations only as far as one correlation per pair can say. Patki, Wedge, Veeramachaneni:
/// The Synthetic Data Vault (DSAA 2016); Sklar 1959. Best where rows are few.
/// </summary>
public sealed record Copula : IModel<Table>, IEncodes
{
    /// <inheritdoc/>
    public string Id => "copula";

    /// <summary>Column the user would predict; the categories of other columns are laid out along it. Null takes the first column that is not an identifier.</summary>
    public string? Target { get; init; }

    /// <inheritdoc cref="ColumnEncodings"/>
    public ColumnEncodings Encoding { get; init; } = ColumnEncodings.None;

    /// <inheritdoc/>
    public Task<IGenerator<Table>> FitAsync(Table real, Run run, CancellationToken ct = default) => Task.Run<IGenerator<Table>>(() =>
    {
        var table = CellTable.Learn(real, Encoding, run, ct);
        var columns = table.Codecs.Length;
        var pivot = Target is null ? Array.FindIndex(table.Codecs, c => c.Cells > 1) : table.Schema.Require(Target, "target");
        var along = pivot < 0 ? [] : Array.ConvertAll(table.Cells[pivot], cell => (double)cell);
        var lines = new CellLine[columns];
        var scores = new double[columns][];
        Blocks.For(columns, run, ct, c =>
        {
            lines[c] = CellLine.Learn(table.Codecs[c], table.Cells[c], c == pivot ? [] : along);
            scores[c] = lines[c].Scores(table.Cells[c]);
        });
        var correlation = Correlate(scores, run, ct);
        LinearAlgebra.RepairCorrelation(correlation, columns);
        var lower = new double[columns * columns];
        if (!LinearAlgebra.TryCholesky(correlation, columns, lower)) throw new FitException("SB3003", "copula: the correlations of these columns do not fit together; try the model `cart`");
        return new TabularGenerator(table.Schema, table.Codecs, new Sampler(lines, lower), table.Describe(this, run));
    }, ct);

    /// <summary>
    /// Correlations of the latent normals. What is seen of a column with few cells is only the mean of its normal over each cell, whose spread s is below 1; the
    /// correlation of two such means is s_a s_b times that of the normals (Olsson, Drasgow, Dorans: The polyserial correlation coefficient, Psychometrika 1982:
    /// exact when one of the two is continuous).
    /// </summary>
    private static double[] Correlate(double[][] scores, Run run, CancellationToken ct)
    {
        int n = scores.Length, rows = scores[0].Length;
        foreach (var score in scores)
        {
            double mean = 0, square = 0;
            foreach (var x in score) mean += x / rows;
            for (var i = 0; i < rows; i++) square += (score[i] -= mean) * score[i];
            // divided by the variance: once to make a correlation of it, once to undo the loss of spread
            var scale = square > 0 ? Math.Sqrt(rows) / square : 0;
            for (var i = 0; i < rows; i++) score[i] *= scale;
        }
        var correlation = new double[n * n];
        Blocks.For(n, run, ct, a =>
        {
            correlation[a * n + a] = 1;
            for (var b = 0; b < a; b++) correlation[a * n + b] = Math.Clamp(LinearAlgebra.Dot(scores[a], scores[b]), -0.995, 0.995);
        });
        for (var a = 0; a < n; a++)
            for (var b = 0; b < a; b++) correlation[b * n + a] = correlation[a * n + b];
        return correlation;
    }

    internal static ISampler Load(ModelArchive archive, TabularParts parts)
    {
        var columns = parts.Codecs.Length;
        var lines = new CellLine[columns];
        for (var c = 0; c < columns; c++)
            lines[c] = CellLine.Load(archive.Get<int>($"line/{c}/cells", parts.Codecs[c].Cells), archive.Get<double>($"line/{c}/ends", parts.Codecs[c].Cells)) ?? throw archive.Unfit($"the marginal of column {c} is not a distribution");
        var lower = archive.Get<double>("cholesky", checked(columns * columns));
        foreach (var x in lower)
            if (!(Math.Abs(x) <= 1.000001)) throw archive.Unfit("its correlations are none");
        return new Sampler(lines, lower);
    }

    /// <summary>A column's cells laid on the unit interval, each as long as it is frequent.</summary>
    private sealed class CellLine
    {
        private readonly int[] cells; // in order along the line
        private readonly double[] ends; // end of each on [0, 1]
        private readonly int[] places; // of each cell
        private readonly double[] scores; // normal quantile of each end

        private CellLine(int[] cells, double[] ends)
        {
            (this.cells, this.ends) = (cells, ends);
            scores = Array.ConvertAll(ends, FastMath.NormalQuantile);
            places = new int[cells.Length];
            for (var i = 0; i < cells.Length; i++) places[cells[i]] = i;
        }

        public static CellLine Learn(ColumnCodec codec, ushort[] column, double[] along)
        {
            double[] counts = new double[codec.Cells], sums = new double[codec.Cells];
            for (var row = 0; row < column.Length; row++)
            {
                counts[column[row]]++;
                if (along.Length > 0) sums[column[row]] += along[row];
            }
            var cells = Enumerable.Range(0, codec.Cells).ToArray();
            // categories have no order of their own: lay them along the target, so that one correlation can say most of what they tell of it
            if (!codec.Ordered && along.Length > 0) cells = [.. cells.OrderBy(c => counts[c] > 0 ? sums[c] / counts[c] : 0)];
            var ends = new double[cells.Length];
            double end = 0;
            for (var i = 0; i < cells.Length; i++) ends[i] = (end += counts[cells[i]]) / column.Length;
            return new CellLine(cells, ends);
        }

        public static CellLine? Load(int[] cells, double[] ends)
        {
            if (!cells.Order().SequenceEqual(Enumerable.Range(0, cells.Length))) return null;
            for (var i = 0; i < ends.Length; i++)
                if (!(ends[i] >= (i > 0 ? ends[i - 1] : 0) && ends[i] <= 1.000001)) return null;
            return new CellLine(cells, ends);
        }

        /// <summary>Normal score of each row: the mean of a standard normal over its cell's stretch.</summary>
        public double[] Scores(ushort[] column)
        {
            var means = new double[cells.Length];
            double start = 0, before = 0; // end of the last stretch, and the normal density there
            for (var i = 0; i < cells.Length; i++)
            {
                var after = ends[i] >= 1 - 1e-12 ? 0 : FastMath.NormalDensity(FastMath.NormalQuantile(ends[i]));
                if (ends[i] > start) means[cells[i]] = (before - after) / (ends[i] - start);
                (start, before) = (ends[i], after);
            }
            return Array.ConvertAll(column, cell => means[cell]);
        }

        public int CellAt(double u)
        {
            int low = 0, high = ends.Length - 1;
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (ends[middle] > u) high = middle;
                else low = middle + 1;
            }
            return cells[low];
        }

        /// <summary>Draws z ~ N(mean, sd) given its cell.</summary>
        /// <returns>z, and the log of how much likelier the cell is than by itself.</returns>
        public (double Z, double LogRatio) DrawWithin(double mean, double sd, int cell, double u)
        {
            var place = places[cell];
            double start = place == 0 ? 0 : ends[place - 1], end = place == ends.Length - 1 ? 1 : ends[place];
            if (end <= start) return (mean + sd * FastMath.NormalQuantile(u), 0); // no row had it: it tells nothing
            double low = start <= 0 ? double.NegativeInfinity : (scores[place - 1] - mean) / sd, high = end >= 1 ? double.PositiveInfinity : (scores[place] - mean) / sd;
            // the lower tail is the precise one
            var turned = low > 0;
            if (turned) (low, high) = (-high, -low);
            double before = double.IsNegativeInfinity(low) ? 0 : FastMath.NormalCdf(low), after = double.IsPositiveInfinity(high) ? 1 : FastMath.NormalCdf(high);
            var mass = after - before;
            var z = mass > 1e-13 ? FastMath.NormalQuantile(Math.Clamp(before + u * mass, 1e-300, 1 - 1e-16)) : double.IsPositiveInfinity(high) ? low : high; // far out: the near end
            z = Math.Clamp(z, low, high);
            return (mean + sd * (turned ? -z : z), FastMath.Log(Math.Max(mass, 1e-30) / (end - start)));
        }

        /// <summary>Draws z ~ N(mean, sd) given that its cell is allowed.</summary>
        /// <returns>Cell, z, and the probability of the allowed cells.</returns>
        public (int Cell, double Z, double Mass) DrawAllowed(double mean, double sd, bool[] allowed, double u)
        {
            double mass = 0;
            var last = -1;
            for (var pass = 0; pass < 2; pass++)
            {
                var wanted = u * mass;
                double before = 0, sum = 0;
                for (var i = 0; i < cells.Length; i++)
                {
                    var after = ends[i] >= 1 ? 1 : ends[i] <= 0 ? 0 : FastMath.NormalCdf((scores[i] - mean) / sd);
                    var own = Math.Max(0, after - before);
                    if (allowed[cells[i]] && own > 0)
                    {
                        last = i;
                        if (pass == 1 && sum + own > wanted) return (cells[i], mean + sd * FastMath.NormalQuantile(Math.Clamp(before + wanted - sum, 1e-12, 1 - 1e-12)), mass);
                        sum += own;
                    }
                    before = after;
                }
                mass = sum;
                if (mass == 0) break;
            }
            return last < 0 ? (Array.IndexOf(allowed, true), mean, 0) : (cells[last], mean, mass);
        }

        public void Save(ModelArchive archive, int column)
        {
            archive.Add<int>($"line/{column}/cells", cells);
            archive.Add<double>($"line/{column}/ends", ends);
        }
    }

    private sealed class Sampler(CellLine[] lines, double[] lower) : ISampler
    {
        private readonly Lazy<double[]> correlation = new(() => Square(lower, lines.Length));

        public bool TakesGiven => true;

        public void Sample(SampleBlock block)
        {
            if (block.Given is not null)
            {
                SampleGiven(block, block.Given);
                return;
            }
            int rows = block.Rows.Length, n = lines.Length;
            uint[] first = new uint[rows], second = new uint[rows];
            var noise = new double[n][];
            var means = new double[rows];
            for (var c = 0; c < n; c++)
            {
                block.Words(c, first, second);
                var own = noise[c] = new double[rows];
                Array.Clear(means);
                for (var k = 0; k < c; k++)
                    if (lower[c * n + k] != 0) LinearAlgebra.AddScaled(lower[c * n + k], noise[k], means);
                var sd = lower[c * n + c];
                var allowed = block.Allowed?[c];
                for (var i = 0; i < rows; i++)
                {
                    var u = Unit((first[i], second[i]));
                    if (allowed is null)
                    {
                        own[i] = FastMath.NormalQuantile(u);
                        block.Cells[c][i] = lines[c].CellAt(FastMath.NormalCdf(means[i] + sd * own[i]));
                        continue;
                    }
                    var (cell, z, mass) = lines[c].DrawAllowed(means[i], sd, allowed, u);
                    block.Cells[c][i] = cell;
                    own[i] = (z - means[i]) / sd;
                    if (block.Weights is { } weights) weights[i] *= mass;
                }
            }
        }

        private static double Unit((uint First, uint Second) words) => (words.First + (words.Second + 0.5) * (1.0 / 4294967296.0)) * (1.0 / 4294967296.0);

        /// <summary>
        /// Normals may be drawn in any order: the given columns first, each within its cell and weighed by how likely that is after the ones before (Geweke, Hajivassiliou,
        /// Keane), then the others from their exact conditional. What is left to resampling is only where in their cells the given ones lie.
        /// </summary>
        private void SampleGiven(SampleBlock block, int[][] given)
        {
            var n = lines.Length;
            var patterns = new Dictionary<string, (int[] Order, double[] Lower)>(StringComparer.Ordinal);
            var pattern = new char[n];
            var noise = new double[n];
            for (var i = 0; i < block.Rows.Length; i++)
            {
                for (var c = 0; c < n; c++) pattern[c] = given[c][i] >= 0 ? '1' : '0';
                var key = new string(pattern);
                if (!patterns.TryGetValue(key, out var way)) patterns[key] = way = Way(key);
                for (var k = 0; k < n; k++)
                {
                    var c = way.Order[k];
                    var row = way.Lower.AsSpan(k * n, k + 1);
                    double mean = 0, sd = row[k];
                    for (var j = 0; j < k; j++) mean += row[j] * noise[j];
                    var u = Unit(block.Words(c, i));
                    double z;
                    if (given[c][i] >= 0)
                    {
                        (z, var ratio) = lines[c].DrawWithin(mean, sd, given[c][i], u);
                        block.Cells[c][i] = given[c][i];
                        if (k > 0 && block.LogWeights is { } weights) weights[i] += ratio;
                    }
                    else if (block.Allowed?[c] is { } allowed) (block.Cells[c][i], z, _) = lines[c].DrawAllowed(mean, sd, allowed, u);
                    else
                    {
                        z = mean + sd * FastMath.NormalQuantile(u);
                        block.Cells[c][i] = lines[c].CellAt(FastMath.NormalCdf(z));
                    }
                    noise[k] = (z - mean) / sd;
                }
            }
        }

        private (int[] Order, double[] Lower) Way(string pattern)
        {
            var n = lines.Length;
            int[] order = [.. Enumerable.Range(0, n).OrderBy(c => pattern[c] == '1' ? 0 : 1)];
            var ordered = new double[n * n];
            for (var a = 0; a < n; a++)
                for (var b = 0; b < n; b++) ordered[a * n + b] = correlation.Value[order[a] * n + order[b]];
            var factor = new double[n * n];
            // what has a factor in one order has one in every order, but for rounding: then the given cells are met in the order that is known to do
            return LinearAlgebra.TryCholesky(ordered, n, factor) ? (order, factor) : ([.. Enumerable.Range(0, n)], lower);
        }

        private static double[] Square(double[] lower, int n)
        {
            var square = new double[n * n];
            for (var a = 0; a < n; a++)
                for (var b = 0; b < n; b++)
                    for (var k = 0; k <= Math.Min(a, b); k++) square[a * n + b] += lower[a * n + k] * lower[b * n + k];
            return square;
        }

        public void Save(ModelArchive archive)
        {
            for (var c = 0; c < lines.Length; c++) lines[c].Save(archive, c);
            archive.Add<double>("cholesky", lower);
        }
    }
}
