using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>Fits the two networks of <see cref="Diffusion"/>: one that unmasks tokens, one that denoises numbers given the tokens.</summary>
internal sealed class DiffusionFit : IDisposable
{
    /// <summary>Share of training in which some of the numbers are known: what conditions on numbers and completion need.</summary>
    private const double KnownNumbers = 0.2;

    private const int MostHeldOut = 2_048, Looks = 40, HeldOutDraws = 8, Patience = 12;
    private const double AverageKeep = 0.999;

    /// <summary>Rows beyond which the network for numbers has less dropout.</summary>
    private const double DropoutRows = 5_000;

    private readonly Diffusion model;
    private readonly Run run;
    private readonly CancellationToken ct;
    private readonly DiffusionItems items;
    private readonly int[] codes; // rows × items, -1 where a number is on no line
    private readonly float[] scores; // rows × lines
    private readonly int[] trained, held;
    private readonly int width;
    private readonly Tape tape;

    public DiffusionFit(Diffusion model, CellTable table, Run run, CancellationToken ct)
    {
        (this.model, this.run, this.ct, tape) = (model, run, ct, new Tape(run.Threads));
        items = DiffusionItems.Learn(table, run, ct);
        var (count, lines) = (items.Count, items.Lines.Length);
        (codes, scores) = (new int[table.Rows * count], new float[table.Rows * lines]);
        Blocks.For(items.Columns.Length, run, ct, c =>
        {
            var column = items.Columns[c];
            var (levels, placed) = column.Place(table.Cells[c], run.Stream($"fit/diffusion/scores/{table.Schema.Columns[c].Name}"));
            var (item, line) = (items.LevelItem(c), items.LinePlace(c));
            for (var row = 0; row < table.Rows; row++)
            {
                if (item >= 0) codes[row * count + item] = levels[row];
                if (line < 0) continue;
                var on = levels[row] == column.Line;
                codes[row * count + items.Discrete.Length + line] = on ? DiffusionItems.BinOf(FastMath.NormalCdf(placed[row])) : -1;
                scores[row * lines + line] = on ? placed[row] : 0;
            }
        });
        var rows = Enumerable.Range(0, table.Rows).ToArray();
        run.Stream("fit/diffusion/holdout").Sequence().Shuffle<int>(rows);
        var part = Math.Min(MostHeldOut, table.Rows / 10);
        (held, trained) = (rows[..part], rows[part..]);
        width = model.WidthFor(table.Rows);
    }

    private delegate Tensor LossOf(ReadOnlySpan<int> rows, long step, bool train);

    /// <summary>Losses on held-out rows, look after look: nats of the tokens and squared error of the numbers.</summary>
    public IReadOnlyList<double> Curve { get; private set; } = [];

    public DiffusionSampler Learn()
    {
        var tokens = items.Count > 0 ? LearnTokens() : null;
        var numbers = items.Lines.Length > 0 ? LearnNumbers() : null;
        var sampler = new DiffusionSampler(items, tokens, numbers, model.Steps, model.Reveals);
        sampler.Calibrate(trained.Length + held.Length, run, ct);
        return sampler;
    }

    public void Dispose() => tape.Dispose();

    /// <summary>Any of the tokens are known, in any number, and the others asked for.</summary>
    private DiffusionNet LearnTokens()
    {
        var (count, discrete) = (items.Count, items.Discrete.Length);
        var net = DiffusionSampler.TokenNet(items, run.Stream("fit/diffusion/tokens/weights"), width, model.Layers);
        for (var item = 0; item < count; item++)
            for (var token = 0; token < items.Tokens[item]; token++) net.OutputBias[items.Logits[item].Start + token] = (float)FastMath.Log(Math.Max(1e-9, items.Share(item, token)));
        if (count < 2) return net;
        var (masks, dropout) = (run.Stream("fit/diffusion/tokens/masks"), run.Stream("fit/diffusion/tokens/dropout"));
        var order = new int[count];
        // with one column of levels its marginal is all that rows without a condition need
        Learn(net, "tokens", discrete > 1 ? model.Epochs : Math.Max(1, model.Epochs / 3), (rows, step, train) =>
        {
            int[] heard = new int[rows.Length * count], targets = new int[rows.Length * count];
            var weights = new float[rows.Length * count];
            for (var r = 0; r < rows.Length; r++)
            {
                var random = masks.Sequence((step << 16) + r);
                // numbers take part now and then: as a rule they are denoised later, and no token hears of them
                var asked = discrete < 2 || random.NextUnit() < KnownNumbers ? count : discrete;
                for (var i = 0; i < count; i++) order[i] = i;
                random.Shuffle(order.AsSpan(0, asked));
                var known = random.NextBelow(asked);
                for (var k = 0; k < count; k++)
                {
                    var (place, token) = (r * count + order[k], codes[rows[r] * count + order[k]]);
                    heard[place] = k < known ? token : -1;
                    targets[place] = k < known || k >= asked ? -1 : token;
                    weights[place] = (float)asked / (asked - known);
                }
            }
            return net.Outputs(net.Hidden(net.Sums(tape, heard, rows.Length), null, Drop(dropout, (float)model.Dropout, step, train))).SoftmaxCrossEntropy(items.Logits, targets, weights);
        });
        return net;
    }

    /// <summary>All tokens are known, and numbers carry noise; now and then some of them carry none.</summary>
    private DiffusionNet LearnNumbers()
    {
        var (count, discrete, lines) = (items.Count, items.Discrete.Length, items.Lines.Length);
        var net = DiffusionSampler.NumberNet(items, run.Stream("fit/diffusion/numbers/weights"), width, model.Layers);
        if (count < 2) return net;
        var (noise, choice, dropout) = (run.Stream("fit/diffusion/numbers/noise"), run.Stream("fit/diffusion/numbers/choice"), run.Stream("fit/diffusion/numbers/dropout"));
        // what is left out blurs what numbers tell of each other; the more rows there are, the less they can be learned by heart
        var dropped = (float)(model.Dropout * Math.Min(1, DropoutRows / trained.Length));
        Learn(net, "numbers", model.Epochs, (rows, step, train) =>
        {
            var size = rows.Length;
            var heard = new int[size * discrete];
            var logs = new float[size];
            var values = new float[size * lines];
            var knows = new bool[size * lines];
            Tensor target = tape.Input(new Shape(size, lines)), mask = tape.Input(new Shape(size, lines));
            Span<float> wanted = target.Values, counts = mask.Values, normals = tape.Normal(new Shape(size, lines), noise, step).Values;
            var shift = choice.UnitAt(step);
            for (var r = 0; r < size; r++)
            {
                codes.AsSpan(rows[r] * count, discrete).CopyTo(heard.AsSpan(r * discrete));
                // levels are spread evenly over a batch, whose rows are in random order
                var log = DiffusionNoise.LogLevel((r + shift) / size);
                var (cos, sin) = DiffusionNoise.At(FastMath.Exp(log));
                logs[r] = (float)log;
                var random = choice.Sequence((step + 1 << 16) + r);
                var known = lines > 1 && random.NextUnit() < KnownNumbers ? random.NextUnit() : 0;
                for (var i = 0; i < lines; i++)
                {
                    var on = codes[rows[r] * count + discrete + i] >= 0;
                    var clean = on && known > 0 && random.NextUnit() < known;
                    var at = r * lines + i;
                    var (score, normal) = (scores[rows[r] * lines + i], normals[at]);
                    values[at] = !on ? 0 : clean ? score : (float)(cos * score + sin * normal);
                    knows[at] = clean;
                    counts[at] = on && !clean ? 1 : 0;
                    wanted[at] = on && !clean ? (float)(cos * normal - sin * score) : 0;
                }
            }
            return net.Outputs(net.Hidden(net.Sums(tape, heard, size), DiffusionNoise.Features(tape, values, knows, lines, logs), Drop(dropout, dropped, step, train))).Times(mask).MeanSquaredError(target);
        });
        return net;
    }

    private static Func<Tensor, int, Tensor>? Drop(RandomStream stream, float rate, long step, bool train) =>
        train && rate > 0 ? (x, layer) => x.Dropout(rate, stream, step * 16 + layer) : null;

    private void Learn(DiffusionNet net, string what, int epochs, LossOf loss)
    {
        var size = Math.Clamp(1 << System.Numerics.BitOperations.Log2((uint)Math.Max(1, trained.Length / 16)), Math.Min(64, trained.Length), 512);
        var batches = new Minibatches(trained.Length, size, run.Stream($"fit/diffusion/{what}/batches"));
        var steps = Math.Max(5 * epochs, checked(epochs * batches.PerEpoch));
        var training = new Training
        {
            Steps = steps,
            Adam = new AdamOptions { LearningRate = model.Rate * Math.Sqrt(Math.Sqrt(batches.Size / 512.0)), Beta2 = 0.99 },
            Schedule = Schedule.Cosine(steps, Math.Min(200, steps / 10), 0.01),
            Average = AverageKeep,
            CheckEvery = Math.Max(1, steps / Looks),
            ClipNorm = 5,
            Patience = held.Length == 0 ? null : Patience,
            What = what,
        };
        var rows = new int[batches.Size];
        var curve = training.Fit(net.Parameters, tape, run, step =>
        {
            var batch = batches.Rows(step);
            for (var i = 0; i < batch.Length; i++) rows[i] = trained[batch[i]];
            return loss(rows, step, true);
        }, held.Length == 0 ? null : () => HeldOut(loss), ct);
        var losses = (curve.Validation.Count > 0 ? curve.Validation : curve.Training).Select(p => p.Loss).ToArray();
        // a network that has ended counts with its best
        var (mine, other) = (losses.Min(), Curve.DefaultIfEmpty().Min());
        Curve = [.. Enumerable.Range(0, Math.Max(losses.Length, Curve.Count)).Select(i => (i < losses.Length ? losses[i] : mine) + (i < Curve.Count ? Curve[i] : other))];
    }

    /// <summary>The loss on held-out rows, with the same noise each time.</summary>
    private double HeldOut(LossOf loss)
    {
        var sum = 0.0;
        for (var draw = 1; draw <= HeldOutDraws; draw++)
        {
            tape.Clear();
            sum += loss(held, uint.MaxValue - draw, false).Scalar; // steps that training does not reach
        }
        return sum / HeldOutDraws;
    }
}
