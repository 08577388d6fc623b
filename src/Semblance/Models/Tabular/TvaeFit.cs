using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>Fits the networks of <see cref="Tvae"/>.</summary>
internal sealed class TvaeFit : IDisposable
{
    private const int LeastSteps = 1_000, MostRowsPerStep = 512, RowsPerComponent = 100, MostByDefault = 256;

    /// <summary>Share of the training in which the cost of codes rises to what it is: a code that costs from the start is given up before the decoder has found a use for it.</summary>
    private const double WarmUp = 0.2;

    /// <summary>Logarithm of the variances of codes at the start: narrow, for the same reason.</summary>
    private const float FirstLogVariance = -3;

    private readonly Tvae model;
    private readonly LevelledTable table;
    private readonly Run run;
    private readonly Tape tape;
    private readonly Parameters parameters;
    private readonly Parameter embedding;
    private readonly LinearLayer? scores;
    private readonly LinearLayer encoder, code, output;
    private readonly LinearLayer[] decoder;
    private readonly NormalMixture prior;
    private readonly float[] marginal;
    private readonly RandomStream noise;
    private readonly int rowsPerStep;

    public TvaeFit(Tvae model, LevelledTable table, Run run)
    {
        (this.model, this.table, this.run) = (model, table, run);
        rowsPerStep = Math.Clamp(1 << System.Numerics.BitOperations.Log2((uint)Math.Max(1, table.Trained.Length / 32)), 16, MostRowsPerStep);
        tape = new Tape(rowsPerStep < MostRowsPerStep / 2 ? 1 : run.Threads); // small steps are over before a second thread has begun
        parameters = new Parameters(run.Stream("fit/tvae/weights"));
        noise = run.Stream("fit/tvae/code");
        var (units, latent, shape) = (model.Hidden, model.Latent, table.Shape);
        embedding = parameters.Add("embedding", new Shape(shape.Levels, units), 1 / MathF.Sqrt(table.Columns.Length));
        scores = shape.Lines.Length > 0 ? new LinearLayer(parameters, "scores", 2 * shape.Lines.Length, units) : null;
        encoder = new LinearLayer(parameters, "encoder", units, units);
        code = new LinearLayer(parameters, "code", units, 2 * latent);
        decoder = [new LinearLayer(parameters, "decoder/0", latent, units), new LinearLayer(parameters, "decoder/1", units, units)];
        output = new LinearLayer(parameters, "output", units, shape.Width);
        prior = new NormalMixture(parameters, "prior", model.Components > 0 ? model.Components : Math.Clamp(table.Trained.Length / RowsPerComponent, 1, MostByDefault), latent);
        code.Bias!.Values[latent..].Fill(FirstLogVariance);
        marginal = new float[shape.Width];
        table.Marginal().CopyTo(marginal, 0);
    }

    /// <summary>Trains.</summary>
    /// <returns>Bounds on the nats a held-out row, first to last; of numbers, those of their normal scores.</returns>
    public IEnumerable<double> Train(CancellationToken ct)
    {
        var trained = table.Trained;
        var batches = new Minibatches(trained.Length, rowsPerStep, run.Stream("fit/tvae/batches"));
        var steps = Math.Max(LeastSteps, model.Epochs * batches.PerEpoch);
        var training = new Training
        {
            Steps = steps,
            Adam = new AdamOptions { LearningRate = model.Rate, WeightDecay = 0.01, Beta2 = 0.99 },
            Schedule = Schedule.Cosine(steps, Math.Min(100, steps / 10), 0.01),
            Average = 0.998,
            CheckEvery = Math.Max(100, batches.PerEpoch),
            ClipNorm = 5,
            What = "tvae",
        };
        var rows = new int[batches.Size];
        var curve = training.Fit(parameters, tape, run, step =>
        {
            var batch = batches.Rows(step);
            for (var i = 0; i < batch.Length; i++) rows[i] = trained[batch[i]];
            return Loss(rows.AsSpan(0, batch.Length), step, (float)Math.Min(1, step / (WarmUp * steps)));
        }, HeldOut, ct);
        return curve.Validation.Select(p => p.Loss);
    }

    private double HeldOut()
    {
        const int size = 1024;
        var sum = 0.0;
        for (var start = 0; start < table.Held.Length; start += size)
        {
            tape.Clear();
            var rows = table.Held.AsSpan(start, Math.Min(size, table.Held.Length - start));
            sum += Loss(rows, start, 1).Scalar * (double)rows.Length;
        }
        return sum / table.Held.Length;
    }

    /// <summary>What the decoder does not know of the rows, plus what their codes cost: the encoder's density of a code over the prior's, in logarithms.</summary>
    private Tensor Loss(ReadOnlySpan<int> rows, long step, float cost)
    {
        var (levels, score, onLine) = table.Take(tape, rows);
        var x = tape.Use(embedding).Embedding(levels, table.Shape.Starts.AsSpan(0, table.Columns.Length), EmbeddingForm.Summed);
        if (scores is not null) x = x.Plus(scores.Apply(Tensor.Concat(score, score.Square())));
        var y = code.Apply(encoder.Apply(x.Apply(Activation.Relu), Activation.Relu));
        Tensor mean = y.Slice(0, model.Latent), logVariance = y.Slice(model.Latent, model.Latent), z = mean.Reparameterize(logVariance, noise, step);
        var codes = logVariance.Affine(-0.5f, -0.5f).RowSums().Mean().Plus(prior.NegativeLogDensity(z));
        foreach (var layer in decoder) z = layer.Apply(z, Activation.Relu);
        var outputs = output.Apply(z).PlusRow(tape.Input(marginal, new Shape(marginal.Length)));
        return table.Loss(outputs, levels, score, onLine).Plus(codes, 1, cost);
    }

    /// <summary>Decoder and prior, with the marginals put right.</summary>
    public TvaeSampler Fitted(CancellationToken ct)
    {
        var sampler = new TvaeSampler(new LevelHead(table.Columns, model.Hidden, model.Modes), model.Latent, prior.Components);
        sampler.Take(prior, decoder, CellTable.RareBelow(table.Rows) / (double)table.Rows);
        sampler.Head.Take(output, marginal);
        sampler.Head.Calibrate("tvae", sampler.Sample, run, ct);
        return sampler;
    }

    public void Dispose()
    {
        tape.Dispose();
        parameters.Dispose();
    }
}
