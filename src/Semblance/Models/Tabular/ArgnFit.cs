using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>Fits the networks of <see cref="Argn"/>, each by itself.</summary>
internal sealed class ArgnFit
{
    private const int InputCosines = 16, OutputCosines = 32;

    /// <summary>Weight of the free numbers beside the cosines in the last layer: below one they learn more slowly, so that what is smooth is not learned token by token.</summary>
    private const float Rough = 0.3f;

    private const int MostHeldOut = 8_192, LeastSteps = 1_000, MostCalibrated = 32_768;

    private readonly Argn model;
    private readonly CellTable table;
    private readonly Run run;
    private readonly CancellationToken ct;
    private readonly ushort[][] codes;
    private readonly (float[] Values, int Width)[] features;
    private readonly int[] shuffled, trained, held;

    public ArgnFit(Argn model, CellTable table, Run run, CancellationToken ct)
    {
        (this.model, this.table, this.run, this.ct) = (model, table, run with { Progress = null, Threads = 1 }, ct);
        var columns = table.Codecs.Length;
        (Tokens, codes, features) = (new ColumnTokens[columns], new ushort[columns][], new (float[], int)[columns]);
        Blocks.For(columns, run, ct, c =>
        {
            Tokens[c] = ColumnTokens.Of(table.Codecs[c], table.Cells[c], model.Tokens);
            codes[c] = Tokens[c].Apply(table.Cells[c]);
            features[c] = Tokens[c].Features(table.Codecs[c], InputCosines);
        });
        var rows = Enumerable.Range(0, table.Rows).ToArray();
        run.Stream("fit/argn/holdout").Sequence().Shuffle<int>(rows);
        var part = Math.Min(MostHeldOut, table.Rows / 10);
        (shuffled, held, trained) = (rows, rows[..part], rows[part..]);
    }

    public ColumnTokens[] Tokens { get; }

    /// <summary>Fits one column's network.</summary>
    /// <returns>It, and its losses on held-out rows, first to last.</returns>
    public (ArgnColumn Column, IReadOnlyList<double> Losses) Column(int column, int[] earlier)
    {
        var bias = Marginal(column);
        var alone = Loss(column, bias);
        var marginal = new ArgnColumn(column, [], Tokens, model.Hidden);
        bias.CopyTo(marginal.OutputBias);
        if (Tokens[column].Count < 2 || earlier.Length == 0) return (marginal, [alone]);
        var net = new Network(this, column, earlier, bias);
        var curve = net.Train();
        List<double> losses = [alone, .. curve.Validation.Select(p => p.Loss)];
        return (curve.Best is { } best && best.Loss < alone ? net.Fitted() : marginal, losses);
    }

    /// <summary>Logarithm of each token's share.</summary>
    private float[] Marginal(int column)
    {
        var bias = new float[Tokens[column].Count];
        for (var token = 0; token < bias.Length; token++)
            bias[token] = Tokens[column].Rows(token) == 0 ? ArgnColumn.Never : (float)FastMath.Log(Tokens[column].Rows(token) / (double)table.Rows);
        return bias;
    }

    private double Loss(int column, float[] bias) => held.Sum(row => -(double)bias[codes[column][row]]) / held.Length;

    /// <summary>A network in training.</summary>
    private sealed class Network
    {
        private readonly ArgnFit fit;
        private readonly int column;
        private readonly int[] earlier, offsets, ranked;
        private readonly int featureWidth, outputs;
        private readonly Parameters parameters;
        private readonly Parameter free, freeOut, bias;
        private readonly LinearLayer? smooth;
        private readonly Parameter inputBias;
        private readonly LinearLayer hidden;
        private readonly Parameter? smoothOut;
        private readonly float[] basis, marginal;
        private readonly int basisWidth;
        private readonly RandomStream dropout;

        public Network(ArgnFit fit, int column, int[] earlier, float[] marginal)
        {
            (this.fit, this.column, this.earlier) = (fit, column, earlier);
            var (model, name, units) = (fit.model, fit.table.Schema.Columns[column].Name, fit.model.Hidden);
            outputs = fit.Tokens[column].Count;
            offsets = new int[earlier.Length + 1];
            for (var i = 0; i < earlier.Length; i++) offsets[i + 1] = offsets[i] + fit.Tokens[earlier[i]].Count;
            ranked = [.. earlier.Where(c => fit.features[c].Width > 0)];
            featureWidth = ranked.Sum(c => fit.features[c].Width);
            parameters = new Parameters(fit.run.Stream($"fit/argn/{name}/weights"));
            dropout = fit.run.Stream($"fit/argn/{name}/dropout");
            free = parameters.Add("free", new Shape(offsets[^1], units), 1 / MathF.Sqrt(earlier.Length));
            for (var i = 0; i < earlier.Length; i++)
                if (fit.features[earlier[i]].Width > 0) free.Values[(offsets[i] * units)..(offsets[i + 1] * units)].Clear();
            smooth = featureWidth > 0 ? new LinearLayer(parameters, "smooth", featureWidth, units, bias: false) : null;
            inputBias = parameters.Add("inputBias", new Shape(units), 0.1f);
            hidden = new LinearLayer(parameters, "hidden", units, units);
            freeOut = parameters.Add("freeOut", new Shape(units, outputs), 0);
            (basis, basisWidth) = Basis();
            smoothOut = basisWidth > 0 ? parameters.Add("smoothOut", new Shape(units, basisWidth), 0) : null;
            bias = parameters.Add("bias", new Shape(outputs), 0);
            this.marginal = marginal;
        }

        /// <summary>Cosines of the tokens' ranks, the later the smaller: cosines × tokens.</summary>
        private (float[] Values, int Width) Basis()
        {
            var (values, width) = fit.Tokens[column].Features(fit.table.Codecs[column], OutputCosines);
            var turned = new float[values.Length];
            for (var token = 0; token < outputs; token++)
                for (var k = 0; k < width; k++) turned[k * outputs + token] = values[token * width + k] / MathF.Sqrt(k + 1);
            return (turned, width);
        }

        public LossCurve Train()
        {
            var model = fit.model;
            var size = Math.Clamp(1 << System.Numerics.BitOperations.Log2((uint)Math.Max(1, fit.trained.Length / 64)), 16, 256);
            using var tape = new Tape();
            var batches = new Minibatches(fit.trained.Length, size, fit.run.Stream($"fit/argn/{fit.table.Schema.Columns[column].Name}/batches"));
            var steps = Math.Max(LeastSteps, model.Epochs * batches.PerEpoch);
            var check = Math.Max(100, batches.PerEpoch / 2);
            var training = new Training
            {
                Steps = steps,
                Adam = new AdamOptions { LearningRate = model.Rate, WeightDecay = 0.1, Beta2 = 0.99 },
                Schedule = Schedule.Plateau(2, 0.5, 0.02, Math.Min(100, steps / 10)),
                Average = 0.995,
                CheckEvery = check,
                Patience = 7,
                ClipNorm = 5,
            };
            var rows = new int[size];
            return training.Fit(parameters, tape, fit.run, step =>
            {
                var batch = batches.Rows(step);
                for (var i = 0; i < batch.Length; i++) rows[i] = fit.trained[batch[i]];
                return Loss(tape, rows.AsSpan(0, batch.Length), step);
            }, () => HeldOut(tape), fit.ct);
        }

        private double HeldOut(Tape tape)
        {
            const int size = 1024;
            var sum = 0.0;
            for (var start = 0; start < fit.held.Length; start += size)
            {
                tape.Clear();
                var rows = fit.held.AsSpan(start, Math.Min(size, fit.held.Length - start));
                sum += Loss(tape, rows, null).Scalar * (double)rows.Length;
            }
            return sum / fit.held.Length;
        }

        private Tensor Loss(Tape tape, ReadOnlySpan<int> rows, long? step)
        {
            var targets = new int[rows.Length];
            for (var row = 0; row < rows.Length; row++) targets[row] = fit.codes[column][rows[row]];
            return Logits(tape, rows, step).SoftmaxCrossEntropy(ColumnBlocks.OfWidths(outputs), targets);
        }

        /// <summary>
        /// Corrects the bias until the mean of the predicted distributions over the real rows is the real marginal, which is what the bias of a perfect fit would do (its gradient would be zero).
        /// Stopping early and averaging leave it a little off, and every later column would inherit that.
        /// </summary>
        private void Calibrate()
        {
            const int size = 1024, passes = 3;
            using var tape = new Tape { Recording = false };
            var rows = Math.Min(MostCalibrated, fit.shuffled.Length);
            var wanted = new double[outputs];
            for (var i = 0; i < rows; i++) wanted[fit.codes[column][fit.shuffled[i]]]++;
            for (var pass = 0; pass < passes; pass++)
            {
                fit.ct.ThrowIfCancellationRequested();
                var given = new double[outputs];
                for (var start = 0; start < rows; start += size)
                {
                    tape.Clear();
                    var shares = Logits(tape, fit.shuffled.AsSpan(start, Math.Min(size, rows - start)), null).Softmax(ColumnBlocks.OfWidths(outputs)).Values;
                    for (var i = 0; i < shares.Length; i += outputs)
                        for (var token = 0; token < outputs; token++) given[token] += shares[i + token];
                }
                // a row's worth on both sides keeps rare tokens from leaping
                for (var token = 0; token < outputs; token++) bias.Values[token] += (float)FastMath.Log((wanted[token] + 1) / (given[token] + 1));
            }
        }

        private Tensor Logits(Tape tape, ReadOnlySpan<int> rows, long? step)
        {
            var codes = new int[rows.Length * earlier.Length];
            for (var i = 0; i < earlier.Length; i++)
            {
                var of = fit.codes[earlier[i]];
                for (var row = 0; row < rows.Length; row++) codes[row * earlier.Length + i] = of[rows[row]];
            }
            var x = tape.Use(free).Embedding(codes, offsets.AsSpan(0, earlier.Length), EmbeddingForm.Summed);
            if (smooth is not null) x = x.Plus(Features(tape, rows).Linear(tape.Use(smooth.Weight), tape.Use(inputBias)));
            else x = x.PlusRow(tape.Use(inputBias));
            x = x.Apply(Activation.Relu);
            x = Dropped(x, step, 0);
            x = hidden.Apply(x, Activation.Relu);
            x = Dropped(x, step, 1);
            var weight = tape.Use(freeOut);
            if (smoothOut is not null) weight = weight.Affine(Rough).Plus(tape.Use(smoothOut).MatMul(tape.Input(basis, new Shape(basisWidth, outputs))));
            return x.Linear(weight, tape.Use(bias).Plus(tape.Input(marginal, new Shape(outputs))));
        }

        private Tensor Dropped(Tensor x, long? step, int layer) => step is { } s && fit.model.Dropout > 0 ? x.Dropout((float)fit.model.Dropout, dropout, 2 * s + layer) : x;

        private Tensor Features(Tape tape, ReadOnlySpan<int> rows)
        {
            var x = tape.Input(new Shape(rows.Length, featureWidth));
            var to = x.Values;
            var start = 0;
            foreach (var c in ranked)
            {
                var (values, width) = fit.features[c];
                var of = fit.codes[c];
                for (var row = 0; row < rows.Length; row++) values.AsSpan(of[rows[row]] * width, width).CopyTo(to[(row * featureWidth + start)..]);
                start += width;
            }
            return x;
        }

        /// <summary>The network as it is sampled from: what is smooth and what is free added up.</summary>
        public ArgnColumn Fitted()
        {
            Calibrate();
            var units = fit.model.Hidden;
            var made = new ArgnColumn(column, earlier, fit.Tokens, units);
            free.Values.CopyTo(made.Input);
            var start = 0;
            for (var i = 0; i < earlier.Length; i++)
            {
                var (values, width) = fit.features[earlier[i]];
                for (var token = 0; token < fit.Tokens[earlier[i]].Count; token++)
                {
                    var to = made.Input.Slice((offsets[i] + token) * units, units);
                    for (var k = 0; k < width; k++)
                    {
                        var value = values[token * width + k];
                        var weights = smooth!.Weight.Values.Slice((start + k) * units, units);
                        for (var u = 0; u < units; u++) to[u] += value * weights[u];
                    }
                }
                start += width;
            }
            inputBias.Values.CopyTo(made.InputBias);
            hidden.Weight.Values.CopyTo(made.Hidden);
            hidden.Bias!.Values.CopyTo(made.HiddenBias);
            for (var u = 0; u < units; u++)
            {
                var to = made.Output.Slice(u * made.Padded, outputs);
                var rough = smoothOut is null ? 1 : Rough;
                for (var token = 0; token < outputs; token++) to[token] = rough * freeOut.Values[u * outputs + token];
                for (var k = 0; k < basisWidth; k++)
                {
                    var weight = smoothOut!.Values[u * basisWidth + k];
                    for (var token = 0; token < outputs; token++) to[token] += weight * basis[k * outputs + token];
                }
            }
            for (var token = 0; token < outputs; token++) made.OutputBias[token] = marginal[token] + bias.Values[token];
            return made;
        }
    }
}
