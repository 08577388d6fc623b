using System.Runtime.CompilerServices;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// Draws rows by unmasking their tokens and then denoising their numbers. Cells that are given, and columns that a condition binds, come first: they are known to both networks from then on, so
/// the rest follows given them.
/// </summary>
internal sealed class DiffusionSampler : ISampler
{
    /// <summary>Rows worked on together: their layers stay in the second-level cache.</summary>
    private const int Chunk = 64;

    private readonly DiffusionItems items;
    private readonly DiffusionNet? tokens, numbers;
    private readonly int steps, reveals;
    private readonly ConditionalWeakTable<bool[]?[], DiffusionItems.Restriction?[]> conditions = [];

    public DiffusionSampler(DiffusionItems items, DiffusionNet? tokens, DiffusionNet? numbers, int steps, int reveals) =>
        (this.items, this.tokens, this.numbers, this.steps, this.reveals) = (items, tokens, numbers, steps, reveals);

    public bool TakesGiven => true;

    public static DiffusionNet TokenNet(DiffusionItems items, RandomStream stream, int width, int layers) => new(stream, items.Tokens, 0, width, layers, items.Logits.End);

    public static DiffusionNet NumberNet(DiffusionItems items, RandomStream stream, int width, int layers) =>
        new(stream, items.Tokens[..items.Discrete.Length], DiffusionNoise.Inputs(items.Lines.Length), width, layers, items.Lines.Length);

    public void Sample(SampleBlock block) => Sample(block, null);

    /// <summary>Moves the stretches of the lines to where these networks put them (<see cref="CircuitColumn.Calibrated"/>).</summary>
    public void Calibrate(int fittedRows, Run run, CancellationToken ct)
    {
        const int least = 500, part = 1024, mostParts = 16;
        if (items.Count < 2) return;
        var streams = new RandomStream[items.Columns.Length];
        for (var c = 0; c < streams.Length; c++) streams[c] = run.Stream($"fit/diffusion/calibrate/{c}");
        var drawn = new float[Math.Clamp(fittedRows / part, 1, mostParts)][][];
        Blocks.For(drawn.Length, run, ct, p =>
        {
            var rows = new long[part];
            for (var i = 0; i < part; i++) rows[i] = p * part + i;
            drawn[p] = new float[streams.Length][];
            Sample(new SampleBlock(streams, rows, 0), drawn[p]);
        });
        foreach (var c in items.Lines)
        {
            var scores = drawn.SelectMany(d => d[c]).Where(x => !float.IsNaN(x)).Select(x => (double)x).ToArray();
            Array.Sort(scores);
            if (scores.Length >= least) items.Columns[c] = items.Columns[c].Calibrated(scores);
        }
    }

    private void Sample(SampleBlock block, float[][]? scores)
    {
        using var tape = new Tape { Recording = false };
        var bound = block.Allowed is { } allowed ? conditions.GetValue(allowed, items.Restrict) : null;
        if (scores is not null)
            for (var c = 0; c < scores.Length; c++) scores[c] = new float[block.Rows.Length];
        for (var start = 0; start < block.Rows.Length; start += Chunk)
        {
            var part = new Part(this, block, tape, start, Math.Min(Chunk, block.Rows.Length - start));
            part.TakeGiven();
            if (bound is not null) part.DrawBound(bound);
            part.Unmask();
            part.Denoise(scores);
        }
    }

    /// <summary>Some rows of a block on their way.</summary>
    private sealed class Part
    {
        private readonly DiffusionSampler sampler;
        private readonly DiffusionItems items;
        private readonly SampleBlock block;
        private readonly Tape tape;
        private readonly int start, count, discrete, lines;
        private readonly int[] codes; // rows × items, -1 hidden
        private readonly float[] known; // rows × lines: scores, NaN where one is still to be drawn
        private readonly bool[] settled; // rows × columns: the cell is drawn

        public Part(DiffusionSampler sampler, SampleBlock block, Tape tape, int start, int count)
        {
            (this.sampler, items, this.block, this.tape, this.start, this.count) = (sampler, sampler.items, block, tape, start, count);
            (discrete, lines) = (items.Discrete.Length, items.Lines.Length);
            (codes, known, settled) = (new int[count * items.Count], new float[count * lines], new bool[count * items.Columns.Length]);
            Array.Fill(codes, -1);
            Array.Fill(known, float.NaN);
        }

        private ref int Code(int row, int item) => ref codes[row * items.Count + item];

        private void Settle(int row, int column, int cell)
        {
            block.Cells[column][start + row] = cell;
            settled[row * items.Columns.Length + column] = true;
        }

        private bool IsSettled(int row, int column) => settled[row * items.Columns.Length + column];

        /// <summary>A number is known: its bin to the first network, its score to the second.</summary>
        private void Know(int row, int column, double share)
        {
            var line = items.LinePlace(column);
            Code(row, discrete + line) = DiffusionItems.BinOf(share);
            known[row * lines + line] = CircuitColumn.ScoreAt(share);
        }

        /// <summary>What the first network makes of the tokens so far.</summary>
        private Tensor Hidden() => sampler.tokens!.Hidden(sampler.tokens.Sums(tape, codes, count), null);

        public void TakeGiven()
        {
            if (block.Given is not { } given) return;
            for (var c = 0; c < given.Length; c++)
            {
                var column = items.Columns[c];
                var (cells, ends) = column.LineCells;
                for (var row = 0; row < count; row++)
                {
                    var cell = given[c][start + row];
                    if (cell < 0) continue;
                    Settle(row, c, cell);
                    var level = column.LevelOf(cell);
                    if (items.LevelItem(c) is >= 0 and var item) Code(row, item) = level;
                    if (level != column.Line) continue;
                    var place = Array.BinarySearch(cells, cell);
                    var from = place > 0 ? ends[place - 1] : 0;
                    Know(row, c, from + (ends[place] - from) * RandomStream.Unit(block.Words(c, start + row).First));
                }
            }
        }

        /// <summary>Draws the columns that a condition binds, each given those before it; weights take in the probability of what is allowed.</summary>
        public void DrawBound(DiffusionItems.Restriction?[] bound)
        {
            for (var c = 0; c < bound.Length; c++)
            {
                if (bound[c] is not { } restriction) continue;
                var (column, levelItem, lineItem) = (items.Columns[c], items.LevelItem(c), discrete + items.LinePlace(c));
                int[] rows = [.. Enumerable.Range(0, count).Where(row => !IsSettled(row, c))];
                if (rows.Length == 0) continue;
                tape.Clear();
                var hidden = levelItem >= 0 || restriction.BindsLine ? Hidden() : null;
                var levels = levelItem >= 0 ? sampler.tokens!.Outputs(hidden!, rows, items.Logits[levelItem]) : null;
                var bins = restriction.BindsLine ? sampler.tokens!.Outputs(hidden!, rows, items.Logits[lineItem]) : null;
                var shares = new double[column.Levels];
                for (var i = 0; i < rows.Length; i++)
                {
                    var row = rows[i];
                    var (first, second) = block.Words(c, start + row);
                    var third = block.Third(c, start + row);
                    var levelShares = levels is null ? [1] : Probabilities(levels, i);
                    var binShares = bins is null ? [] : Probabilities(bins, i);
                    var line = 0.0;
                    for (var bin = 0; bin < binShares.Length; bin++) line += binShares[bin] *= restriction.BinShares[bin];
                    for (var level = 0; level < shares.Length; level++) shares[level] = levelShares[level] * (bins is not null && level == column.Line ? line : restriction.LevelShares[level]);
                    var picked = Pick(shares, second, out var mass);
                    if (block.Weights is { } weights) weights[start + row] *= mass;
                    if (picked < 0)
                    {
                        Settle(row, c, restriction.AnyCell); // of weight zero
                        continue;
                    }
                    if (levelItem >= 0) Code(row, levelItem) = picked;
                    if (picked != column.Line) Settle(row, c, restriction.CellOf(picked, RandomStream.Unit(third)));
                    else if (bins is not null)
                    {
                        var (cell, share) = restriction.PlaceIn(Pick(binShares, first, out _), RandomStream.Unit(third));
                        Settle(row, c, cell);
                        Know(row, c, share);
                    }
                }
            }
        }

        /// <summary>Draws the levels that are still hidden, one after another, several at once where there are many. Neighbouring rows share an order, so that they meet in products.</summary>
        public void Unmask()
        {
            var order = new int[count][]; // of each row: items still hidden
            var most = 0;
            var keys = new uint[discrete];
            for (var row = 0; row < count; row++)
            {
                var hidden = order[row] = [.. Enumerable.Range(0, discrete)];
                for (var item = 0; item < discrete; item++) keys[item] = block.Shared(items.Discrete[item], start + row);
                Array.Sort(keys, hidden);
                var at = row;
                order[row] = Array.FindAll(hidden, item => Code(at, item) < 0);
                most = Math.Max(most, order[row].Length);
            }
            if (most == 0)
            {
                SettleLevels();
                return;
            }
            tape.Clear();
            var net = sampler.tokens!;
            var sums = net.Sums(tape, codes, count).Values.ToArray();
            var together = (discrete + sampler.reveals - 1) / sampler.reveals;
            List<int>[] rows = [.. Enumerable.Range(0, discrete).Select(_ => new List<int>(count))];
            for (var step = 0; step < most; step += together)
            {
                foreach (var list in rows) list.Clear();
                for (var row = 0; row < count; row++)
                    for (var k = step; k < Math.Min(step + together, order[row].Length); k++) rows[order[row][k]].Add(row);
                tape.Clear();
                var hidden = net.Hidden(tape.Input(sums, new Shape(count, net.Width)), null);
                for (var item = 0; item < discrete; item++)
                {
                    if (rows[item].Count == 0) continue;
                    var logits = net.Outputs(hidden, rows[item].ToArray(), items.Logits[item]);
                    for (var i = 0; i < rows[item].Count; i++)
                    {
                        var row = rows[item][i];
                        var token = Code(row, item) = PickByLogits(logits, i, block.Words(items.Discrete[item], start + row).Second);
                        net.Reveal(sums.AsSpan(row * net.Width, net.Width), item, token);
                    }
                }
            }
            SettleLevels();
        }

        /// <summary>Cells of all levels that are not a line's.</summary>
        private void SettleLevels()
        {
            for (var c = 0; c < items.Columns.Length; c++)
            {
                var (column, item) = (items.Columns[c], items.LevelItem(c));
                for (var row = 0; row < count; row++)
                {
                    var level = item < 0 ? 0 : Code(row, item);
                    if (level != column.Line && !IsSettled(row, c)) Settle(row, c, column.CellOf(level, RandomStream.Unit(block.Third(c, start + row))));
                }
            }
        }

        /// <summary>Follows the probability flow from noise to scores by DPM-Solver++(2M) (Lu et al. 2022): one evaluation a step, each made second-order by the one before.</summary>
        public void Denoise(float[][]? scores)
        {
            var size = count * lines;
            float[] x = new float[size], before = new float[size];
            var (moving, isKnown) = (new bool[size], Array.ConvertAll(known, score => !float.IsNaN(score)));
            for (var row = 0; row < count; row++)
                for (var i = 0; i < lines; i++)
                {
                    var (c, at) = (items.Lines[i], row * lines + i);
                    if (isKnown[at]) x[at] = known[at];
                    else if (!IsSettled(row, c))
                    {
                        moving[at] = true;
                        x[at] = (float)FastMath.NormalQuantile((block.Words(c, start + row).First + 0.5) / 4294967296.0);
                    }
                }
            if (Array.IndexOf(moving, true) < 0) return;
            var heard = new int[count * discrete];
            for (var row = 0; row < count; row++) codes.AsSpan(row * items.Count, discrete).CopyTo(heard.AsSpan(row * discrete));
            var levels = DiffusionNoise.Levels(sampler.steps);
            float[] sums = [];
            if (items.Count > 1)
            {
                tape.Clear();
                sums = sampler.numbers!.Sums(tape, heard, count).Values.ToArray(); // the same in every step
            }
            for (var step = 0; step < sampler.steps && items.Count > 1; step++)
            {
                tape.Clear();
                var (now, next) = (levels[step], levels[step + 1]);
                var ((cos, sin), (cosNext, sinNext)) = (DiffusionNoise.At(now), DiffusionNoise.At(next));
                var input = DiffusionNoise.Features(tape, x, isKnown, lines, [(float)FastMath.Log(now)]);
                var velocity = sampler.numbers!.Outputs(sampler.numbers.Hidden(tape.Input(sums, new Shape(count, sums.Length / count)), input)).Values;
                // with h the step in the logarithm of the level: x' = sin'/sin x + cos' (1 - e^-h) (d + (d - d before) h / (2 h before))
                var ahead = step > 0 && next > 0 ? FastMath.Log(now / next) / FastMath.Log(levels[step - 1] / now) / 2 : 0;
                float a = (float)cos, b = (float)sin, keep = (float)(sinNext / sin), take = (float)(cosNext * (1 - next / now)), extra = (float)ahead;
                for (var i = 0; i < size; i++)
                {
                    if (!moving[i]) continue;
                    var score = a * x[i] - b * velocity[i];
                    x[i] = keep * x[i] + take * (score + extra * (score - before[i]));
                    before[i] = score;
                }
            }
            for (var i = 0; i < lines; i++)
                for (var row = 0; row < count; row++)
                {
                    var (c, at) = (items.Lines[i], row * lines + i);
                    if (moving[at]) Settle(row, c, items.Columns[c].CellAt(x[at]));
                    if (scores is not null) scores[c][start + row] = moving[at] ? x[at] : float.NaN;
                }
        }

        /// <summary>Makes a row of logits probabilities, but for a factor.</summary>
        private static Span<float> Exponentials(Tensor logits, int row, out double sum)
        {
            var x = logits.Values.Slice(row * logits.Columns, logits.Columns);
            var top = x[0];
            foreach (var value in x) top = MathF.Max(top, value);
            for (var i = 0; i < x.Length; i++) x[i] -= top;
            FastMath.Exp(x, x);
            sum = 0;
            foreach (var value in x) sum += value;
            return x;
        }

        /// <summary>Softmax of a row of logits.</summary>
        private static double[] Probabilities(Tensor logits, int row)
        {
            var x = Exponentials(logits, row, out var sum);
            var shares = new double[x.Length];
            for (var i = 0; i < shares.Length; i++) shares[i] = x[i] / sum;
            return shares;
        }

        /// <summary>Draws a place by logits.</summary>
        private static int PickByLogits(Tensor logits, int row, uint word)
        {
            var x = Exponentials(logits, row, out var sum);
            var left = RandomStream.Unit(word) * sum;
            for (var i = 0; i < x.Length; i++)
            {
                if (left < x[i]) return i;
                left -= x[i];
            }
            return x.LastIndexOfAnyExcept(0);
        }

        /// <summary>Draws a place by shares that need not sum to 1.</summary>
        private static int Pick(double[] shares, uint word, out double sum)
        {
            sum = 0;
            foreach (var share in shares) sum += share;
            var left = RandomStream.Unit(word) * sum;
            var last = -1;
            for (var i = 0; i < shares.Length; i++)
            {
                if (!(shares[i] > 0)) continue;
                last = i;
                if (left < shares[i]) return i;
                left -= shares[i];
            }
            return last;
        }
    }

    public void Save(ModelArchive archive)
    {
        items.Save(archive);
        archive.Json["width"] = Width;
        archive.Json["layers"] = Layers;
        archive.Json["steps"] = steps;
        archive.Json["reveals"] = reveals;
        if (tokens is not null) archive.Add("tokens", tokens.Parameters);
        if (numbers is not null) archive.Add("numbers", numbers.Parameters);
    }

    private int Width => tokens?.Width ?? 16;

    private int Layers => tokens?.Layers ?? 1;

    public static DiffusionSampler Load(ModelArchive archive, TabularParts parts)
    {
        var items = DiffusionItems.Load(archive, parts);
        var (width, layers) = ((int)archive.Whole("width", 16, 2048), (int)archive.Whole("layers", 1, 12));
        var tokens = items.Count > 0 ? TokenNet(items, default, width, layers) : null;
        tokens?.Parameters.Load(archive, "tokens");
        var numbers = items.Lines.Length > 0 ? NumberNet(items, default, width, layers) : null;
        numbers?.Parameters.Load(archive, "numbers");
        return new DiffusionSampler(items, tokens, numbers, (int)archive.Whole("steps", 2, 1000), (int)archive.Whole("reveals", 1, 1000));
    }
}
