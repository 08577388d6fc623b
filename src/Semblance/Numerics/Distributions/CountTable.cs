namespace Semblance.Numerics;

/// <summary>
/// Cumulative probabilities of whole numbers, summed from both ends so that both tails keep their digits, and an index into them: a draw costs one look and a step or two
/// (Chen and Asau 1974).
/// </summary>
internal sealed class CountTable
{
    private const int Whole = 1 << 16, Most = 1 << 23;
    private readonly double first;
    private readonly double[] lower, upper; // P(X <= first + i), P(X > first + i)
    private readonly int[] index;           // the least i with lower[i] * index.Length > slot: where a search of the slot begins

    private CountTable(double first, double[] probabilities)
    {
        this.first = first;
        var n = probabilities.Length;
        (lower, upper) = (new double[n], new double[n]);
        for (var i = 0; i < n; i++) lower[i] = (i > 0 ? lower[i - 1] : 0) + probabilities[i];
        for (var i = n - 2; i >= 0; i--) upper[i] = upper[i + 1] + probabilities[i + 1];
        var total = lower[^1];
        for (var i = 0; i < n; i++)
        {
            lower[i] /= total;
            upper[i] /= total;
        }
        lower[^1] = 1;
        index = new int[Math.Clamp(n, 16, Whole)];
        for (int slot = 0, i = 0; slot < index.Length; slot++)
        {
            while (lower[i] * index.Length <= slot) i++;
            index[slot] = i;
        }
    }

    /// <summary>
    /// From the ratio of neighbours p(k + 1) / p(k), both ways from the mode until the probability falls under 1e-290 of it; in tables of over 65,536 numbers under 1e-24, which no draw can reach.
    /// </summary>
    public static CountTable FromRatios(double least, double mode, double greatest, Func<double, double> ratio)
    {
        var below = new List<double>();
        var above = new List<double> { 1 };
        var p = 1.0;
        for (var k = mode; k > least; k--)
        {
            p /= ratio(k - 1);
            if (Ends(p, below.Count)) break;
            below.Add(p);
        }
        p = 1;
        for (var k = mode; k < greatest; k++)
        {
            p *= ratio(k);
            if (Ends(p, above.Count)) break;
            above.Add(p);
        }
        below.Reverse();
        var from = mode - below.Count;
        below.AddRange(above);
        return new(from, [.. below]);
    }

    public double Cumulative(double x) => Math.Floor(x) - first is var i && i < 0 ? 0 : i >= lower.Length ? 1 : lower[(int)i];

    public double Survival(double x) => Math.Floor(x) - first is var i && i < 0 ? 1 : i >= upper.Length ? 0 : upper[(int)i];

    public double Quantile(double p)
    {
        var i = index[(int)(p * index.Length)];
        while (lower[i] < p) i++;
        return first + i;
    }

    /// <summary>The least number with at most q above it.</summary>
    public double UpperQuantile(double q)
    {
        int low = 0, high = upper.Length - 1;
        while (low < high)
        {
            var middle = (low + high) >> 1;
            if (upper[middle] <= q) high = middle;
            else low = middle + 1;
        }
        return first + low;
    }

    private static bool Ends(double p, int count) => p < 1e-290 || p < 1e-24 && count > Whole || count >= Most;
}

/// <summary>Whole numbers drawn by a table of their probabilities, made when it is first needed.</summary>
internal abstract class CountDistribution : UnitDistribution
{
    private readonly Lazy<CountTable> table;

    protected CountDistribution() => table = new(MakeTable);

    public override bool IsDiscrete => true;

    public override double Cumulative(double x) => double.IsNaN(x) ? x : table.Value.Cumulative(x);
    public override double Survival(double x) => double.IsNaN(x) ? x : table.Value.Survival(x);

    private protected override double Lower(double p) => table.Value.Quantile(p);
    private protected override double Upper(double q) => table.Value.UpperQuantile(q);

    private protected override void OfUnits(Span<double> values)
    {
        var counts = table.Value;
        foreach (ref var value in values) value = counts.Quantile(value);
    }

    private protected abstract CountTable MakeTable();
}

internal sealed class PoissonDistribution(double mean) : CountDistribution
{
    public override double Mean => mean;
    public override double Variance => mean;
    public override (double Min, double Max) Support => (0, double.PositiveInfinity);

    private protected override CountTable MakeTable() => CountTable.FromRatios(0, Math.Floor(mean), double.PositiveInfinity, k => mean / (k + 1));
}
