using Semblance.Numerics;

namespace Semblance.Worlds;

/// <summary>A draw from a distribution of the catalogue whose parameters are the same for all.</summary>
internal sealed class DistributionNode(Distribution distribution) : Node
{
    public override double Eval(Frame frame) => distribution.Sample(ref frame.Random);
}

/// <summary>A draw whose parameters depend on the frame.</summary>
internal sealed class ParametricNode(ParametricDraw draw, Node first, Node second) : Node
{
    public override double Eval(Frame frame)
    {
        double a = first.Eval(frame), b = second.Eval(frame);
        return draw(ref frame.Random, a, b);
    }
}

/// <summary>Draws a value from parameters that are known only now.</summary>
internal delegate double ParametricDraw(ref RandomSequence random, double a, double b);

/// <summary>The distributions whose parameters may be expressions.</summary>
internal static class ParametricDraws
{
    private static readonly (string Name, string[] Words, ParametricDraw Draw)[] All =
    [
        ("uniform", ["min", "max"], static (ref r, a, b) => a + (b - a) * r.NextUnit()),
        ("integer-uniform", ["min", "max"], static (ref r, a, b) => Math.Ceiling(a) + Math.Floor((Math.Floor(b) - Math.Ceiling(a) + 1) * r.NextUnit())),
        ("normal", ["mean", "sd"], static (ref r, a, b) => a + b * r.NextNormal()),
        ("lognormal", ["mu", "sigma"], static (ref r, a, b) => FastMath.Exp(a + b * r.NextNormal())),
        ("lognormal", ["median", "sigma"], static (ref r, a, b) => a * FastMath.Exp(b * r.NextNormal())),
        ("exponential", ["mean"], static (ref r, a, _) => a * Exponential(ref r)),
        ("exponential", ["rate"], static (ref r, a, _) => Exponential(ref r) / a),
        ("poisson", ["mean"], static (ref r, a, _) => Poisson(ref r, a)),
        ("bernoulli", ["p"], static (ref r, a, _) => r.NextUnit() < a ? 1 : 0),
    ];

    public static IEnumerable<string> Names => All.Select(d => d.Name).Distinct();

    /// <summary>The draw of a name whose words are those given; null when there is none.</summary>
    public static (string[] Words, ParametricDraw Draw)? Find(string name, IReadOnlyCollection<string> given)
    {
        foreach (var (known, words, draw) in All)
            if (known == name && words.Length == given.Count && words.All(given.Contains)) return (words, draw);
        return null;
    }

    /// <summary>Standard exponential.</summary>
    public static double Exponential(ref RandomSequence random) => -FastMath.Log(1 - random.NextUnit());

    /// <summary>Number of events whose mean is known only now: gaps are added up in pieces of a mean of at most 30, so that no product underflows. Means above a million are cut there.</summary>
    public static double Poisson(ref RandomSequence random, double mean)
    {
        if (!(mean > 0)) return 0;
        var count = 0L;
        for (var left = Math.Min(mean, 1e6); left > 0; left -= 30)
        {
            var limit = FastMath.Exp(-Math.Min(left, 30));
            for (var product = random.NextUnit(); product > limit; product *= random.NextUnit()) count++;
        }
        return count;
    }
}

/// <summary>Whether something happens that has a chance.</summary>
internal sealed class ChanceNode(Node chance) : Node
{
    public override double Eval(Frame frame)
    {
        var p = chance.Eval(frame);
        return frame.Random.NextUnit() < p ? 1 : 0;
    }
}

/// <summary>One of a list by weight, the weights perhaps by a level.</summary>
internal sealed class PickLevelNode(double[][] cumulative, Node? by) : Node
{
    public override double Eval(Frame frame)
    {
        var row = by is null ? 0 : by.Eval(frame);
        var unit = frame.Random.NextUnit();
        if (!(row >= 0 && row < cumulative.Length)) return double.NaN;
        var weights = cumulative[(int)row];
        return Cumulative.Find(weights, unit);
    }
}

/// <summary>Levels in exact shares: the entities of a level are a run of numbers.</summary>
internal sealed class StrataNode(double[] cumulative, EntityKind kind) : Node
{
    public override double Eval(Frame frame) => Of(frame.Cells[Slots.Self]);

    private double Of(double index) => Cumulative.Find(cumulative, (index + 0.5) / kind.Count);

    /// <summary>Numbers [from, to) of a level: where <see cref="Eval"/> gives it.</summary>
    public (double From, double To) Range(int level)
    {
        var from = Math.Ceiling((level == 0 ? 0 : cumulative[level - 1]) * kind.Count - 0.5);
        var to = Math.Ceiling(cumulative[level] * kind.Count - 0.5);
        return (from, level == cumulative.Length - 1 ? kind.Count : to);
    }
}

/// <summary>Cumulated shares, ascending to 1.</summary>
internal static class Cumulative
{
    public static double[] Of(ReadOnlySpan<double> weights)
    {
        var sum = 0.0;
        var all = new double[weights.Length];
        for (var i = 0; i < all.Length; i++) all[i] = sum += weights[i];
        for (var i = 0; i < all.Length; i++) all[i] /= sum;
        return all;
    }

    public static int Find(double[] cumulative, double unit)
    {
        var (low, high) = (0, cumulative.Length - 1);
        while (low < high)
        {
            var middle = (low + high) >> 1;
            if (unit < cumulative[middle]) high = middle;
            else low = middle + 1;
        }
        return low;
    }
}

/// <summary>An entity of a kind: any, one of a level, or one that is always the same for the actor and a number (a habit).</summary>
internal sealed class PickEntityNode(EntityKind kind, RandomStream stream, StrataNode? strata, Node? level, Node? habit, double popularity) : Node
{
    private const int Habits = 1 << 20;

    public override double Eval(Frame frame)
    {
        var (from, to) = (0.0, (double)kind.Count);
        var code = 0.0;
        if (strata is not null)
        {
            code = level!.Eval(frame);
            if (!(code >= 0)) return double.NaN;
            (from, to) = strata.Range((int)code);
        }
        if (to <= from) return double.NaN;
        double unit;
        if (habit is null) unit = frame.Random.NextUnit();
        else
        {
            var number = habit.Eval(frame);
            if (!(number >= 0)) unit = frame.Random.NextUnit();
            else unit = stream.UnitAt((long)frame.Cells[Slots.Self], (uint)(((int)number % Habits) * 256 + (int)code % 256));
        }
        if (popularity != 1) unit = FastMath.Pow(unit, popularity);
        return Math.Min(to - 1, from + Math.Floor((to - from) * unit));
    }
}

/// <summary>An entity by its number; missing beyond the last.</summary>
internal sealed class ItemNode(Node number, long count) : Node
{
    public override double Eval(Frame frame)
    {
        var at = Math.Floor(number.Eval(frame));
        return at >= 0 && at < count ? at : double.NaN;
    }
}

/// <summary>A value within bounds and rounded. What falls outside is drawn again, and after 64 times set to the bound.</summary>
internal sealed class DressedNode(Node value, Node? min, Node? max, double scale, int decimals) : Node
{
    private const int Redraws = 64;

    public override double Eval(Frame frame)
    {
        double low = min?.Eval(frame) ?? double.NegativeInfinity, high = max?.Eval(frame) ?? double.PositiveInfinity;
        var drawn = value.Eval(frame) * scale;
        for (var i = 0; i < Redraws && (drawn < low || drawn > high); i++) drawn = value.Eval(frame) * scale;
        drawn = drawn < low ? low : drawn > high ? high : drawn;
        return decimals < 0 ? drawn : Math.Round(drawn, decimals, MidpointRounding.AwayFromZero);
    }
}

/// <summary>The first value whose condition holds; missing when none does.</summary>
internal sealed class GivenNode((Node? When, Node Value)[] cases) : Node
{
    public override double Eval(Frame frame)
    {
        foreach (var (when, value) in cases)
            if (when is null || when.Eval(frame) == 1) return value.Eval(frame);
        return double.NaN;
    }
}
