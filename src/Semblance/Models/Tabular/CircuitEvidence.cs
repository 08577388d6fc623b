using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// A condition carried up the tree: for each component and each key that a column can hear, the probability that all restrictions on it and below it hold. Components and levels are then drawn
/// by what they leave possible below, so that every draw satisfies the restrictions. Where the column above passes a score, the message takes the middle of a stretch for it; a row's weight
/// makes up for that exactly.
/// </summary>
internal sealed class CircuitEvidence
{
    private readonly CircuitComponents components;
    private readonly CircuitTree tree;
    private readonly CircuitColumn.Part?[] parts; // of columns with a restriction on or below them
    private readonly (double From, double To, int Key)[][] stretches;
    private readonly double[][] messages; // [component · keys + key]

    public CircuitEvidence(CircuitComponents components, bool[]?[] allowed)
    {
        (this.components, tree) = (components, components.Tree);
        var n = tree.Columns.Length;
        parts = new CircuitColumn.Part?[n];
        stretches = new (double, double, int)[n][];
        messages = new double[n][];
        Shares = new double[components.Count];
        for (var k = 0; k < Shares.Length; k++) Shares[k] = components.Weights[k];
        for (var i = n - 1; i >= 0; i--)
        {
            var c = tree.Order[i];
            var below = Enumerable.Range(0, n).Any(d => tree.Parents[d] == c && parts[d] is not null);
            if (allowed[c] is null && !below) continue;
            var part = parts[c] = allowed[c] is { } mask ? tree.Columns[c].Restrict(mask) : tree.Columns[c].Whole();
            stretches[c] = [.. part.Runs.SelectMany(run => tree.Columns[c].Stretches().Where(s => s.From < run.To && s.To > run.From).Select(s => (Math.Max(s.From, run.From), Math.Min(s.To, run.To), s.Key)))];
            messages[c] = Message(c, part);
            if (tree.Parents[c] >= 0) continue;
            for (var k = 0; k < Shares.Length; k++) Shares[k] *= messages[c][k];
        }
        for (var k = 1; k < Shares.Length; k++) Shares[k] += Shares[k - 1];
    }

    /// <summary>Cumulated shares of the components under the condition, not divided by <see cref="Probability"/>.</summary>
    public double[] Shares { get; }

    /// <summary>Probability of the restrictions, up to what the weights make up for.</summary>
    public double Probability => Shares[^1];

    /// <summary>Whether a restriction lies on a column or below it.</summary>
    public bool Concerns(int column) => parts[column] is not null;

    private double[] Message(int c, CircuitColumn.Part part)
    {
        int keys = tree.Keys[c], count = components.Count;
        var message = new double[count * keys];
        var weights = new double[part.Levels.Length + stretches[c].Length];
        for (var key = 0; key < keys; key++)
        {
            var (place, spread) = PlaceOf(c, key);
            for (var k = 0; k < count; k++) message[k * keys + key] = Weigh(c, part, k, key, place, spread, weights);
        }
        return message;
    }

    /// <summary>Probability of each level, then of each stretch, together with all that is asked below it.</summary>
    private double Weigh(int c, CircuitColumn.Part part, int k, int key, double place, double spread, Span<double> weights)
    {
        var column = tree.Columns[c];
        var count = components.Count;
        var sum = 0.0;
        for (var l = 0; l < column.Levels; l++)
        {
            var p = column.Levels > 1 ? components.Levels[c][(key * column.Levels + l) * count + k] : 1.0;
            if (l == column.Line)
            {
                weights[l] = 0;
                var mean = components.Start[c][k] + components.Slope[c][k] * place;
                var deviation = Math.Sqrt(components.Variance[c][k] + components.Slope[c][k] * components.Slope[c][k] * spread);
                for (var i = 0; i < stretches[c].Length; i++)
                {
                    var (from, to, keyHere) = stretches[c][i];
                    sum += weights[column.Levels + i] = p * Between((from - mean) / deviation, (to - mean) / deviation) * Below(c, k, keyHere);
                }
            }
            else sum += weights[l] = part.Levels[l] == 0 ? 0 : p * part.Levels[l] * Below(c, k, column.KeyOf(l, 0));
        }
        return sum;
    }

    private double Below(int c, int k, int key)
    {
        var product = 1.0;
        for (var d = 0; d < parts.Length; d++)
            if (tree.Parents[d] == c && parts[d] is not null) product *= messages[d][k * tree.Keys[d] + key];
        return product;
    }

    /// <summary>Mean and variance of the place that a key stands for.</summary>
    private (double Place, double Spread) PlaceOf(int c, int key)
    {
        if (tree.Parents[c] < 0 || !tree.Columns[c].HasLine) return (0, 0);
        var above = tree.Columns[tree.Parents[c]];
        if (above.HasLine)
            foreach (var (from, to, k) in above.Stretches())
                if (k == key)
                {
                    // a standard normal between two ends
                    double p = Between(from, to), a = FastMath.NormalDensity(from), b = FastMath.NormalDensity(to), mean = (a - b) / p;
                    return (mean, Math.Max(0, 1 + ((double.IsInfinity(from) ? 0 : from * a) - (double.IsInfinity(to) ? 0 : to * b)) / p - mean * mean));
                }
        double sum = 0, share = 0;
        for (var l = 0; l < above.Levels; l++)
            if (l != above.Line && above.KeyOf(l, 0) == key) (sum, share) = (sum + above.Shares[l] * tree.Places[c][l], share + above.Shares[l]);
        return (share > 0 ? sum / share : 0, 0);
    }

    /// <summary>Draws a level and what lies on it among what is allowed.</summary>
    public (int Level, double Score, int Cell) Draw(int c, int k, int levelAbove, double scoreAbove, double u, double v, ref double weight)
    {
        var column = tree.Columns[c];
        var part = parts[c]!;
        var weights = new double[part.Levels.Length + stretches[c].Length];
        var key = tree.KeyOf(c, levelAbove, scoreAbove);
        var place = tree.PlaceOf(c, levelAbove, scoreAbove);
        var total = Weigh(c, part, k, key, place, 0, weights);
        var told = messages[c][k * tree.Keys[c] + key];
        weight = total > 0 && told > 0 ? weight * total / told : 0;
        var at = u * total;
        var last = -1;
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] <= 0) continue;
            last = i;
            if (at < weights[i]) break;
            at -= weights[i];
        }
        // nothing possible, by rounding only: the row has no weight, but must have a cell that is allowed
        if (last < 0) last = Array.FindIndex(part.Levels, 0, part.Levels.Length - (column.HasLine ? 1 : 0), p => p > 0) is >= 0 and var level ? level : part.Levels.Length;
        if (last < column.Levels) return (last, 0, part.CellOf(last, Math.Clamp(at / Math.Max(weights[last], 1e-300), 0, 1 - 1e-9)));
        var (from, to, _) = stretches[c][last - column.Levels];
        var score = Between(components.Start[c][k] + components.Slope[c][k] * place, Math.Sqrt(components.Variance[c][k]), from, to, v);
        return (column.Line, score, column.CellAt(score));
    }

    /// <summary>A normal number between two ends.</summary>
    public static double Between(double mean, double spread, double from, double to, double v)
    {
        double a = (from - mean) / spread, b = (to - mean) / spread, p = Between(a, b) * (v + 1e-10);
        // by the tail that is nearer, which keeps its digits
        var z = a > 0 ? -FastMath.NormalQuantile(FastMath.NormalCdf(-a) - p) : FastMath.NormalQuantile(FastMath.NormalCdf(a) + p);
        if (!double.IsFinite(z)) z = double.IsFinite(a) ? a : b;
        // rounding must not carry it over an end
        return Math.Clamp(mean + spread * z, Math.Max(from, -20), Math.Max(Math.Max(from, -20), Math.BitDecrement(Math.Min(to, 20))));
    }

    public static double Between(double from, double to) => from > 0 ? FastMath.NormalCdf(-from) - FastMath.NormalCdf(-to) : FastMath.NormalCdf(to) - FastMath.NormalCdf(from);
}
