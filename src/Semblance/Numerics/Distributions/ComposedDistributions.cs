namespace Semblance.Numerics;

/// <summary>A distribution given that its value lies from a to b. Every probability is taken from the nearer tail.</summary>
internal sealed class TruncatedDistribution : UnitDistribution
{
    private readonly Distribution inner;
    private readonly double a, b, lower, upper; // probability below a and above b
    private readonly bool isUpper;              // most of the mass lies above the median: count from above
    private readonly Lazy<(double Mean, double Variance)> moments;

    public TruncatedDistribution(Distribution inner, double a, double b)
    {
        (this.inner, this.a, this.b) = (inner, inner.IsDiscrete ? Math.Ceiling(a) : a, inner.IsDiscrete ? Math.Floor(b) : b);
        (lower, upper) = (Before(this.a), inner.Survival(this.b));
        isUpper = lower > 0.5;
        Mass = isUpper ? inner.Survival(Math.BitDecrement(this.a)) - upper : inner.Cumulative(this.b) - lower;
        moments = new(Moments);
    }

    /// <summary>Probability of the interval.</summary>
    public double Mass { get; }

    public override double Mean => moments.Value.Mean;
    public override double Variance => moments.Value.Variance;
    public override (double Min, double Max) Support => (a, b);
    public override bool IsDiscrete => inner.IsDiscrete;
    internal override bool HasFastQuantile => inner.HasFastQuantile;

    public override double Cumulative(double x) => x < a ? 0 : x >= b ? 1 : isUpper ? (inner.Survival(Math.BitDecrement(a)) - inner.Survival(x)) / Mass : (inner.Cumulative(x) - lower) / Mass;
    public override double Survival(double x) => x < a ? 1 : x >= b ? 0 : isUpper || inner.Survival(x) < 0.5 ? (inner.Survival(x) - upper) / Mass : (inner.Cumulative(b) - inner.Cumulative(x)) / Mass;

    private protected override double Lower(double p) => At(lower + p * Mass, upper + (1 - p) * Mass);
    private protected override double Upper(double q) => At(lower + (1 - q) * Mass, upper + q * Mass);

    private double At(double below, double above) => Math.Clamp(isUpper || below > 0.5 ? inner.UpperQuantile(above) : inner.Quantile(below), a, b);

    private double Before(double x) => double.IsInfinity(x) ? 0 : inner.Cumulative(Math.BitDecrement(x));

    private (double Mean, double Variance) Moments()
    {
        if (IsDiscrete && b - a < 1e6)
        {
            double first = 0, second = 0;
            for (var k = a; k <= b; k++) first += Probability(k) * (k - a);
            for (var k = a; k <= b; k++) second += Probability(k) * (k - a - first) * (k - a - first);
            return (a + first, second);
        }
        var mean = Integral(x => x);
        return (mean, Integral(x => (x - mean) * (x - mean)));

        double Probability(double k) => isUpper ? (inner.Survival(k - 0.5) - inner.Survival(k)) / Mass : (inner.Cumulative(k) - inner.Cumulative(k - 0.5)) / Mass;
    }

    // Over (0, 1) by the double exponential rule (Takahasi and Mori 1974), which bears a singularity at either end.
    private double Integral(Func<double, double> f)
    {
        const double step = 1 / 64.0;
        var sum = 0.0;
        for (var t = -6.0; t <= 6; t += step)
        {
            var e = FastMath.Exp(Math.Abs(t));
            var s = 1.5707963267948966 * (e - 1 / e) / 2;
            var tail = FastMath.Exp(-2 * s) / (1 + FastMath.Exp(-2 * s));
            if (tail < 1e-280) continue;
            sum += 1.5707963267948966 * (e + 1 / e) * tail * (1 - tail) * f(t < 0 ? Lower(tail) : Upper(tail));
        }
        return sum * step;
    }
}

/// <summary>A truncated distribution whose quantile is slow, drawn again until it fits; after many failures by the quantile, which changes nothing but the time.</summary>
internal sealed class RejectedDistribution(Distribution inner, TruncatedDistribution exact) : Distribution
{
    private const int Tries = 16;

    public override double Mean => exact.Mean;
    public override double Variance => exact.Variance;
    public override (double Min, double Max) Support => exact.Support;
    public override bool IsDiscrete => exact.IsDiscrete;

    public override double Cumulative(double x) => exact.Cumulative(x);
    public override double Survival(double x) => exact.Survival(x);

    public override double Sample(ref RandomSequence random)
    {
        var (min, max) = exact.Support;
        for (var i = 0; i < Tries; i++)
        {
            var x = inner.Sample(ref random);
            if (x >= min && x <= max) return x;
        }
        return exact.Sample(ref random);
    }

    public override void Fill(RandomStream stream, long firstRow, uint draw, Span<double> values)
    {
        inner.Fill(stream, firstRow, draw, values);
        var (min, max) = exact.Support;
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] >= min && values[i] <= max) continue;
            var random = stream.Sequence(firstRow + i, draw);
            values[i] = Sample(ref random);
        }
    }

    private protected override double Lower(double p) => exact.Quantile(p);
    private protected override double Upper(double q) => exact.UpperQuantile(q);
}

/// <summary>One of several distributions: the first uniform number says which.</summary>
internal sealed class MixtureDistribution : Distribution
{
    private readonly double[] weights, sums;
    private readonly Distribution[] components;

    public MixtureDistribution(ReadOnlySpan<double> weights, ReadOnlySpan<Distribution> components)
    {
        if (components.IsEmpty || weights.Length != components.Length) throw new ArgumentException("a mixture has components and as many weights", nameof(weights));
        this.components = components.ToArray();
        var total = 0.0;
        foreach (var weight in weights)
            total += weight > 0 && double.IsFinite(weight) ? weight : throw new ArgumentException("the weights of a mixture are above 0", nameof(weights));
        (this.weights, sums) = (weights.ToArray(), new double[weights.Length]);
        for (var i = 0; i < sums.Length; i++)
        {
            this.weights[i] /= total;
            sums[i] = (i > 0 ? sums[i - 1] : 0) + this.weights[i];
            Mean += this.weights[i] * components[i].Mean;
        }
        for (var i = 0; i < sums.Length; i++)
        {
            var away = components[i].Mean - Mean;
            Variance += this.weights[i] * (components[i].Variance + away * away);
        }
    }

    public override double Mean { get; }
    public override double Variance { get; }
    public override (double Min, double Max) Support => (components.Min(c => c.Support.Min), components.Max(c => c.Support.Max));
    public override bool IsDiscrete => components.All(c => c.IsDiscrete);

    public override double Cumulative(double x) => Sum(x, false);
    public override double Survival(double x) => Sum(x, true);

    public override double Sample(ref RandomSequence random) => components[Which(random.NextUnit())].Sample(ref random);

    public override void Fill(RandomStream stream, long firstRow, uint draw, Span<double> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var random = stream.Sequence(firstRow + i, draw);
            values[i] = Sample(ref random);
        }
    }

    private protected override double Lower(double p) => Search(components.Min(c => c.Quantile(p)), components.Max(c => c.Quantile(p)), x => Cumulative(x) >= p);
    private protected override double Upper(double q) => Search(components.Min(c => c.UpperQuantile(q)), components.Max(c => c.UpperQuantile(q)), x => Survival(x) <= q);

    private int Which(double u)
    {
        var i = 0;
        while (i < sums.Length - 1 && u >= sums[i]) i++;
        return i;
    }

    private double Sum(double x, bool above)
    {
        var sum = 0.0;
        for (var i = 0; i < weights.Length; i++) sum += weights[i] * (above ? components[i].Survival(x) : components[i].Cumulative(x));
        return Math.Min(1, sum);
    }

    /// <summary>The least x of a bracket where a rising condition holds.</summary>
    private double Search(double low, double high, Func<double, bool> holds)
    {
        if (holds(low)) return low;
        if (IsDiscrete)
        {
            while (high - low > 1)
            {
                var middle = Math.Floor(low + (high - low) / 2);
                if (holds(middle)) high = middle;
                else low = middle;
            }
            return high;
        }
        for (var round = 0; round < 200; round++)
        {
            var middle = low + (high - low) / 2;
            if (middle == low || middle == high) break;
            if (holds(middle)) high = middle;
            else low = middle;
        }
        return high;
    }
}

/// <summary>Extra zeros: the first uniform number says whether this is one.</summary>
internal sealed class ZeroInflatedDistribution(Distribution inner, double zeros) : Distribution
{
    public override double Mean => (1 - zeros) * inner.Mean;
    public override double Variance => (1 - zeros) * (inner.Variance + zeros * inner.Mean * inner.Mean);
    public override (double Min, double Max) Support => (zeros > 0 ? 0 : inner.Support.Min, inner.Support.Max);
    public override bool IsDiscrete => inner.IsDiscrete;

    public override double Cumulative(double x) => x < 0 ? 0 : zeros + (1 - zeros) * inner.Cumulative(x);
    public override double Survival(double x) => x < 0 ? 1 : (1 - zeros) * inner.Survival(x);
    public override double Sample(ref RandomSequence random) => random.NextUnit() < zeros ? 0 : inner.Sample(ref random);

    public override void Fill(RandomStream stream, long firstRow, uint draw, Span<double> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var random = stream.Sequence(firstRow + i, draw);
            values[i] = Sample(ref random);
        }
    }

    private protected override double Lower(double p) => p <= zeros ? 0 : inner.Quantile((p - zeros) / (1 - zeros));
    private protected override double Upper(double q) => q >= 1 - zeros ? 0 : inner.UpperQuantile(q / (1 - zeros));
}
