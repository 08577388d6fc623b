using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>Fits the two networks of <see cref="Ctgan"/>.</summary>
internal sealed class CtganFit : IDisposable
{
    private const int FewestRowsPerStep = 64, MostRowsPerStep = 512, LeastSteps = 300, StepsPerRoot = 25;

    /// <summary>The critic learns faster than the generator (Heusel et al. 2017), and neither with momentum: what one learned yesterday the other has answered today.</summary>
    private const double CriticRate = 3, Momentum = 0;

    /// <summary>Near 0 the critic sees draws that are almost whole, as real ones are; the paper's value.</summary>
    private const float Temperature = 0.2f;

    /// <summary>Logarithm of the variances on lines at the start: most of a score shall come from the noise that the whole row shares.</summary>
    private const float FirstLogVariance = -2;

    private readonly Ctgan model;
    private readonly LevelledTable table;
    private readonly Run run;
    private readonly Tape tape;
    private readonly Parameters made, judged;
    private readonly Parameter conditions;
    private readonly LinearLayer first, second, output;
    private readonly BatchNormLayer[] norms;
    private readonly Mlp critic;
    private readonly LearnedConditions learned;
    private readonly float[] marginal;
    private readonly int[] lineLevels;
    private readonly int size;
    private readonly RandomStream noise, draws, spread, between, choices;

    public CtganFit(Ctgan model, LevelledTable table, Run run)
    {
        (this.model, this.table, this.run) = (model, table, run);
        (made, judged) = (new Parameters(run.Stream("fit/ctgan/generator")), new Parameters(run.Stream("fit/ctgan/critic")));
        (noise, draws, spread) = (run.Stream("fit/ctgan/noise"), run.Stream("fit/ctgan/draws"), run.Stream("fit/ctgan/spread"));
        (between, choices) = (run.Stream("fit/ctgan/between"), run.Stream("fit/ctgan/conditions"));
        var (units, shape) = (model.Hidden, table.Shape);
        learned = new LearnedConditions(table);
        conditions = made.Add("conditions", new Shape(learned.Count, units), 1);
        first = new LinearLayer(made, "first", model.Noise, units);
        second = new LinearLayer(made, "second", units, units);
        norms = [new BatchNormLayer(made, "norm/0", units), new BatchNormLayer(made, "norm/1", units)];
        output = new LinearLayer(made, "output", units, shape.Width);
        critic = new Mlp(judged, "critic", Activation.LeakyRelu, model.Pack * (shape.Levels + shape.Lines.Length), units, units, 1);
        lineLevels = [.. shape.Lines.Select(c => shape.Starts[c + 1] - 1)];
        marginal = new float[shape.Width];
        table.Marginal().CopyTo(marginal, 0);
        marginal.AsSpan(shape.Levels + 2 * shape.AllModes).Fill(FirstLogVariance);
        size = Math.Clamp(1 << System.Numerics.BitOperations.Log2((uint)Math.Max(1, table.Trained.Length / 2)), FewestRowsPerStep, MostRowsPerStep) / model.Pack * model.Pack;
        tape = new Tape(size < MostRowsPerStep / 2 ? 1 : run.Threads); // small steps are over before a second thread has begun
    }

    /// <summary>Trains.</summary>
    /// <returns>The distance between made and real rows that the critic sees, first to last.</returns>
    public IReadOnlyList<double> Train(CancellationToken ct)
    {
        var steps = model.Steps > 0 ? model.Steps : Math.Max(LeastSteps, (int)(StepsPerRoot * Math.Sqrt(table.Rows)));
        var options = new AdamOptions { LearningRate = model.Rate, Beta1 = Momentum, Beta2 = 0.9 };
        using Adam forGenerator = new(made, options, tape), forCritic = new(judged, options, tape);
        using var average = new MovingAverage(made, 0.998);
        var schedule = Schedule.Cosine(steps, Math.Min(100, steps / 10), 0.05);
        var distances = new List<double>();
        var (sum, seen, every) = (0.0, 0, Math.Max(10, steps / 50));
        for (var step = 0; step < steps; step++)
        {
            ct.ThrowIfCancellationRequested();
            var (rate, turn) = (model.Rate * schedule.Share(step), (long)step * (model.Looks + 1));
            for (var look = 0; look < model.Looks; look++)
            {
                sum += Judge(turn + look);
                seen++;
                forCritic.Update(CriticRate * rate);
            }
            Make(turn + model.Looks);
            forGenerator.Update(rate);
            average.Update();
            if ((step + 1) % every != 0 && step + 1 < steps) continue;
            distances.Add(sum / seen);
            run.Report(Stage.Fit, "ctgan", step + 1, steps, sum / seen);
            (sum, seen) = (0, 0);
        }
        average.Adopt();
        return distances;
    }

    /// <summary>Derives the critic's loss.</summary>
    /// <returns>The distance that it sees.</returns>
    private double Judge(long turn)
    {
        tape.Clear();
        tape.Recording = false; // the critic learns from rows, not through them
        var asked = learned.Draw(choices, turn, size);
        Tensor real = Packed(Real(asked)), fake = Packed(Fake(asked, turn).Rows), share = tape.Uniform(new Shape(real.Rows, 1), between, turn);
        var mixed = real.TimesColumn(share).Plus(fake.TimesColumn(share.Affine(-1, 1)));
        tape.Recording = true;
        var difference = critic.Apply(fake).Mean().Plus(critic.Apply(real).Mean(), 1, -1);
        difference.Plus(critic.GradientPenalty(mixed), 1, (float)model.Penalty).Backward();
        return -difference.Scalar;
    }

    /// <summary>Derives the generator's loss: what the critic thinks of its rows, and how unlikely the levels are that it was asked for.</summary>
    private void Make(long turn)
    {
        tape.Clear();
        judged.IsFrozen = true;
        var asked = learned.Draw(choices, turn, size);
        var (rows, outputs) = Fake(asked, turn);
        critic.Apply(Packed(rows)).Mean().Affine(-1).Plus(outputs.SoftmaxCrossEntropy(table.Shape.Blocks, learned.Targets(asked))).Backward();
        judged.IsFrozen = false;
    }

    private Tensor Packed(Tensor x) => x.Reshape(new Shape(x.Rows / model.Pack, x.Columns * model.Pack));

    /// <summary>Real rows that have the levels asked for, as the critic sees rows: 1 for each level of a row, and its scores on lines.</summary>
    private Tensor Real((int Condition, int Row)[] asked)
    {
        var (levels, scores, _) = table.Take(tape, Array.ConvertAll(asked, a => a.Row));
        var (columns, shape) = (table.Columns.Length, table.Shape);
        var hot = tape.Input(new Shape(asked.Length, shape.Levels));
        hot.Values.Clear();
        for (var i = 0; i < levels.Length; i++) hot.Values[i / columns * shape.Levels + shape.Starts[i % columns] + levels[i]] = 1;
        return shape.Lines.Length == 0 ? hot : Tensor.Concat(hot, scores);
    }

    /// <summary>Made rows in the same form, soft enough to be derived; and the generator's outputs.</summary>
    private (Tensor Rows, Tensor Outputs) Fake((int Condition, int Row)[] asked, long turn)
    {
        var shape = table.Shape;
        var x = first.Apply(tape.Normal(new Shape(asked.Length, model.Noise), noise, turn)).Plus(tape.Use(conditions).Embedding(Array.ConvertAll(asked, a => a.Condition)));
        x = norms[0].Apply(x, Activation.Relu, true);
        x = x.Plus(norms[1].Apply(second.Apply(x), Activation.Relu, true));
        var outputs = output.Apply(x).PlusRow(tape.Input(marginal, new Shape(marginal.Length)));
        var soft = outputs.GumbelSoftmax(shape.Blocks, Temperature, draws, turn).Slice(0, shape.Levels);
        if (shape.Lines.Length == 0) return (soft, outputs);
        var lines = shape.AllModes; // one mode each: what is made of it is for the noise to say
        var deviations = outputs.Slice(shape.Levels + 2 * lines, lines).Clip(LevelHead.LeastLogVariance, LevelHead.MostLogVariance).Affine(0.5f).Exp();
        var scores = outputs.Slice(shape.Levels + lines, lines).Plus(deviations.Times(tape.Normal(new Shape(asked.Length, lines), spread, turn)));
        var onLine = Tensor.Concat([.. lineLevels.Select(level => soft.Slice(level, 1))]);
        return (Tensor.Concat(soft, scores.Times(onLine)), outputs);
    }

    /// <summary>The generator, with the marginals put right.</summary>
    public CtganSampler Fitted(CancellationToken ct)
    {
        var sampler = new CtganSampler(new LevelHead(table.Columns, model.Hidden, 1), model.Noise, learned.Count);
        sampler.Take(first, conditions, second, norms, learned.Shares());
        sampler.Head.Take(output, marginal);
        sampler.Head.Calibrate("ctgan", sampler.Sample, run, ct);
        return sampler;
    }

    public void Dispose()
    {
        tape.Dispose();
        made.Dispose();
        judged.Dispose();
    }
}
