using Semblance.Numerics;

namespace Semblance.Tests.Numerics.Tensors;

public sealed class TrainingTests
{
    /// <summary>y = sin-like bumps of two inputs, with noise; the first rows are for training, the last for validation.</summary>
    private sealed class Task : IDisposable
    {
        public const int Train = 200, Held = 50;
        private readonly float[] x = new float[2 * (Train + Held)], y = new float[Train + Held];

        public Task(int threads = 1)
        {
            var random = new RandomStream(new Seed(3), "task").Sequence();
            for (var i = 0; i < x.Length; i++) x[i] = (float)(2 * random.NextUnit() - 1);
            for (var i = 0; i < y.Length; i++) y[i] = x[2 * i] * x[2 * i + 1] + (float)random.NextNormal() * 0.02f;
            Tape = new Tape(threads);
            Parameters = new Parameters(new RandomStream(new Seed(1), "fit/weights"));
            Net = new Mlp(Parameters, "net", Activation.Tanh, 2, 16, 1);
            Batches = new Minibatches(Train, 20, new RandomStream(new Seed(1), "fit/batches"));
        }

        public Tape Tape { get; }
        public Parameters Parameters { get; }
        public Mlp Net { get; }
        public Minibatches Batches { get; }

        public Tensor Loss(long step) => Loss(Batches.Rows(step));

        public double Validation()
        {
            Assert.False(Tape.Recording);
            Tape.Clear();
            return Loss([.. Enumerable.Range(Train, Held)]).Scalar;
        }

        public void Dispose()
        {
            Tape.Dispose();
            Parameters.Dispose();
        }

        private Tensor Loss(ReadOnlySpan<int> rows) => Net.Apply(Tape.InputRows(x, 2, rows)).MeanSquaredError(Tape.InputRows(y, 1, rows));
    }

    private sealed class Watcher : IProgress<Step>
    {
        public List<Step> Steps { get; } = [];

        public void Report(Step value) => Steps.Add(value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0.95)]
    public void Training_learns_reports_and_keeps_the_best_parameters(double? average)
    {
        using var task = new Task();
        var watcher = new Watcher();
        var training = new Training { Steps = 1030, Adam = new AdamOptions { LearningRate = 0.02 }, Schedule = Schedule.Cosine(1030, warmUp: 20), ClipNorm = 1, Average = average, What = "bumps" };
        var curve = training.Fit(task.Parameters, task.Tape, Run.With(1) with { Progress = watcher }, task.Loss, task.Validation);
        Assert.Equal(1030, curve.Steps);
        Assert.Equal([100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 1030], curve.Training.Select(p => p.Step));
        Assert.Equal(curve.Training.Select(p => p.Step), curve.Validation.Select(p => p.Step));
        Assert.Equal(curve.Training.Select(p => new Step(Stage.Fit, "bumps", p.Step, 1030, p.Loss)), watcher.Steps);
        Assert.InRange(curve.Validation[^1].Loss, 0, 0.005);
        Assert.Equal(curve.Validation.MinBy(p => p.Loss), curve.Best);
        Assert.True(task.Tape.Recording);
        task.Tape.Recording = false;
        Assert.Equal(curve.Best!.Value.Loss, task.Validation()); // the very parameters
    }

    [Fact]
    public void It_stops_when_patience_runs_out_and_repeats_itself_bit_by_bit()
    {
        // A rate that grows far too large half way, as a plateau in the other direction: the best point lies in the middle.
        var training = new Training { Steps = 5000, Adam = new AdamOptions { LearningRate = 0.5 }, Schedule = Schedule.Constant(warmUp: 600), CheckEvery = 20, Patience = 3 };
        float[] Fit(int threads, out LossCurve curve)
        {
            using var task = new Task(threads);
            curve = training.Fit(task.Parameters, task.Tape, Run.With(1), task.Loss, task.Validation);
            return [.. task.Parameters.All.SelectMany(p => p.Values.ToArray())];
        }
        var first = Fit(1, out var curve);
        Assert.InRange(curve.Steps, 20 * 4, 4980);
        Assert.Equal(curve.Best!.Value.Step + 60, curve.Steps);
        Assert.Equal(first, Fit(1, out _));
        Assert.Equal(first, Fit(2, out _));
    }

    [Fact]
    public void Without_validation_the_last_step_counts_and_its_average_where_there_is_one()
    {
        using var plain = new Task();
        using var averaged = new Task();
        var training = new Training { Steps = 50 };
        var curve = training.Fit(plain.Parameters, plain.Tape, Run.With(1), plain.Loss);
        (training with { Average = 0.9 }).Fit(averaged.Parameters, averaged.Tape, Run.With(1), averaged.Loss);
        Assert.Empty(curve.Validation);
        Assert.Null(curve.Best);
        Assert.NotEqual(plain.Parameters.All[0].Values.ToArray(), averaged.Parameters.All[0].Values.ToArray());
    }

    [Fact]
    public void The_average_is_what_is_validated_and_training_does_not_see_it()
    {
        using var plain = new Task();
        using var averaged = new Task();
        var training = new Training { Steps = 60, CheckEvery = 20 };
        var first = training.Fit(plain.Parameters, plain.Tape, Run.With(1), plain.Loss, plain.Validation);
        var second = (training with { Average = 0.9 }).Fit(averaged.Parameters, averaged.Tape, Run.With(1), averaged.Loss, averaged.Validation);
        Assert.Equal(first.Training, second.Training);
        Assert.All(first.Validation.Zip(second.Validation), pair => Assert.NotEqual(pair.First.Loss, pair.Second.Loss));
    }

    [Fact]
    public void A_plateau_is_seen_through_the_validation_losses()
    {
        using var task = new Task();
        var before = task.Parameters.All[0].Values.ToArray();
        var training = new Training { Steps = 12, CheckEvery = 1, Schedule = Schedule.Plateau(patience: 1, factor: 1e-9, floor: 0) };
        var moved = new List<float>();
        training.Fit(task.Parameters, task.Tape, Run.With(1), step =>
        {
            moved.Add(task.Parameters.All[0].Values[0]);
            return task.Loss(step);
        }, () => 1);
        Assert.NotEqual(before[0], moved[1]);
        Assert.NotEqual(moved[1], moved[2]);
        Assert.Equal(moved[2], moved[3]); // the second loss was no better: from the third step on the rate is next to nothing
    }

    [Fact]
    public void Cancelling_and_losses_that_are_no_numbers_end_it()
    {
        using var task = new Task();
        using var source = new CancellationTokenSource();
        var training = new Training { Steps = 100 };
        var steps = 0;
        Assert.Throws<OperationCanceledException>(() => training.Fit(task.Parameters, task.Tape, Run.With(1), step =>
        {
            if (++steps == 3) source.Cancel();
            return task.Loss(step);
        }, ct: source.Token));
        Assert.Equal(3, steps);
        var error = Assert.Throws<FitException>(() => training.Fit(task.Parameters, task.Tape, Run.With(1), step => task.Loss(step).Affine(step == 5 ? float.PositiveInfinity : 1)));
        Assert.Equal("SB3030", error.Code);
        Assert.Contains("Lower the learning rate", error.Message, StringComparison.Ordinal);
        Assert.Equal("SB3030", Assert.Throws<FitException>(() => training.Fit(task.Parameters, task.Tape, Run.With(1), task.Loss, () => double.NaN)).Code);
        Assert.True(task.Tape.Recording);
    }
}
