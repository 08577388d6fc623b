namespace Semblance.Numerics;

/// <summary>
/// How the learning rate changes as training goes on. A function of the step and of the validation losses so far and of nothing else, so one schedule may serve several trainings.
/// Every kind may begin with a warm-up: in step i of w the rate is (i + 1) / w of what it will be.
/// </summary>
public abstract record Schedule
{
    private Schedule(int warmUp)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(warmUp);
        WarmUp = warmUp;
    }

    /// <summary>Steps until the full rate is reached; large rates would throw a fresh network, and Adam's fresh averages, far off.</summary>
    public int WarmUp { get; }

    /// <summary>The same rate from the end of the warm-up on.</summary>
    public static Schedule Constant(int warmUp = 0) => new ConstantSchedule(warmUp);

    /// <summary>After the warm-up down by half a cosine wave to a floor, which is reached at the last step (Loshchilov and Hutter 2017).</summary>
    /// <param name="steps">Steps in all.</param>
    /// <param name="warmUp">Steps of warm-up among them.</param>
    /// <param name="floor">The lowest share of the rate, in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">The warm-up is longer than the training, or the floor is no share.</exception>
    public static Schedule Cosine(int steps, int warmUp = 0, double floor = 0) => new CosineSchedule(steps, warmUp, floor);

    /// <summary>After the warm-up the rate is multiplied by a factor again and again, each time after so many steps.</summary>
    /// <param name="every">Steps between two reductions.</param>
    /// <param name="factor">In (0, 1].</param>
    /// <param name="warmUp">Steps of warm-up.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number out of its range.</exception>
    public static Schedule Stairs(int every, double factor = 0.5, int warmUp = 0) => new StairSchedule(every, factor, warmUp);

    /// <summary>After the warm-up the rate is multiplied by a factor each time the validation loss has not fallen for a while.</summary>
    /// <param name="patience">Validations without a new best one after which the rate is reduced; counting then starts anew.</param>
    /// <param name="factor">In (0, 1].</param>
    /// <param name="floor">The lowest share of the rate, in [0, 1].</param>
    /// <param name="warmUp">Steps of warm-up.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number out of its range.</exception>
    public static Schedule Plateau(int patience, double factor = 0.5, double floor = 0.01, int warmUp = 0) => new PlateauSchedule(patience, factor, floor, warmUp);

    /// <summary>The share of the full learning rate in a step.</summary>
    /// <param name="step">Counted from 0.</param>
    /// <param name="validation">Validation losses so far, first to last; empty where there are none.</param>
    /// <exception cref="ArgumentOutOfRangeException">The step is below zero.</exception>
    public double Share(long step, IReadOnlyList<double>? validation = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        return step < WarmUp ? (step + 1.0) / WarmUp : After(step - WarmUp, validation ?? []);
    }

    /// <summary>The share after the warm-up; <paramref name="step"/> counts from its end.</summary>
    private protected abstract double After(long step, IReadOnlyList<double> validation);

    private static double Within(double share, string name, bool zero) =>
        share <= 1 && (share > 0 || zero && share == 0) ? share : throw new ArgumentOutOfRangeException(name, share, "a share is at most 1 and not below zero");

    private sealed record ConstantSchedule(int warmUp) : Schedule(warmUp)
    {
        private protected override double After(long step, IReadOnlyList<double> validation) => 1;
    }

    private sealed record CosineSchedule : Schedule
    {
        private readonly int steps;
        private readonly double floor;

        public CosineSchedule(int steps, int warmUp, double floor) : base(warmUp)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(steps, warmUp);
            (this.steps, this.floor) = (steps - warmUp, Within(floor, nameof(floor), zero: true));
        }

        private protected override double After(long step, IReadOnlyList<double> validation) =>
            step >= steps - 1 ? floor : floor + (1 - floor) * 0.5 * (1 + FastMath.Cos(Math.PI * step / (steps - 1)));
    }

    private sealed record StairSchedule : Schedule
    {
        private readonly int every;
        private readonly double factor;

        public StairSchedule(int every, double factor, int warmUp) : base(warmUp)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(every);
            (this.every, this.factor) = (every, Within(factor, nameof(factor), zero: false));
        }

        private protected override double After(long step, IReadOnlyList<double> validation) => FastMath.Pow(factor, step / every);
    }

    private sealed record PlateauSchedule : Schedule
    {
        private readonly int patience;
        private readonly double factor, floor;

        public PlateauSchedule(int patience, double factor, double floor, int warmUp) : base(warmUp)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(patience);
            (this.patience, this.factor, this.floor) = (patience, Within(factor, nameof(factor), zero: false), Within(floor, nameof(floor), zero: true));
        }

        private protected override double After(long step, IReadOnlyList<double> validation)
        {
            var (share, best, since) = (1.0, double.PositiveInfinity, 0);
            for (var i = 0; i < validation.Count; i++)
                if (validation[i] < best) (best, since) = (validation[i], 0);
                else if (++since == patience) (share, since) = (share * factor, 0);
            return Math.Max(share, floor);
        }
    }
}
