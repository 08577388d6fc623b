using System.Collections.Immutable;
using System.Globalization;
using Semblance.Metrics;
using Semblance.Rules;

namespace Semblance.Recipes;

/// <summary>
/// A demand on scores, in the expression language over the names of a scorecard: <c>privacy.dcr-share&lt;=0.52</c>. A score's name alone, <c>privacy.dcr-share</c>, demands that it be no worse than what
/// fresh real rows get, beyond its 95 % interval.
/// </summary>
public sealed record Gate
{
    private readonly Expression condition;

    private Gate(Expression condition) => this.condition = condition;

    /// <summary>The gate as written.</summary>
    public string Text => condition.Text;

    /// <summary>Names of the scores it speaks of.</summary>
    public ImmutableArray<string> Scores => condition.Names;

    /// <summary>Whether it speaks of a privacy score: when such a gate fails, neither data nor model is given out.</summary>
    public bool IsPrivacy => condition.Names.Any(name => name.StartsWith("privacy.", StringComparison.Ordinal));

    /// <summary>Reads a text; the parts of a top-level <c>and</c> become gates of their own, so that each can say how it ended.</summary>
    /// <exception cref="RecipeException">It can't be read as a condition (SB2060 to SB2066), or names no score (SB2030).</exception>
    public static ImmutableArray<Gate> Parse(string text)
    {
        var gates = Expression.Parse(text).Conjuncts.Select(c => new Gate(c)).ToImmutableArray();
        return gates.FirstOrDefault(g => g.condition.Names.IsEmpty) is null ? gates
            : throw new RecipeException("SB2030", $"the gate `{text}` names no score; write it as \"privacy.dcr-share and fidelity.c2st>=0.9\"");
    }

    /// <summary>Refuses names that no scorecard has, before any work is done.</summary>
    /// <exception cref="RecipeException">There is no such score (SB2031); the message names the nearest, or the scores of a family.</exception>
    public void RequireNames(IReadOnlyCollection<string> scores)
    {
        foreach (var name in condition.Names)
        {
            if (scores.Contains(name)) continue;
            var family = scores.Where(s => s.StartsWith(name + ".", StringComparison.Ordinal)).ToArray();
            throw new RecipeException("SB2031", family.Length > 0
                ? $"the gate `{Text}` names a family of scores, and one score decides a gate; `{name}` has {string.Join(", ", family)}"
                : $"the gate `{Text}` asks for the score `{name}`, which does not exist; " + (Nearest.Of(name, scores) is { } near ? $"did you mean `{near}`?" : $"the scores are {string.Join(", ", scores)}"));
        }
    }

    /// <summary>Whether a scorecard passes. A score without a value does not: what could not be measured was not shown.</summary>
    /// <exception cref="RecipeException">The scorecard has no such score, or the condition does not fit numbers (SB2050, SB2068 to SB2070).</exception>
    public GateResult Check(Scorecard card)
    {
        if (condition.Root is Term.Name name) return Reference.Check(this, card[name.Value]);
        var met = condition.EvaluateNumbers(score => card[score].Score.Value) ?? false;
        var why = string.Join(", ", condition.Names.Select(score => Said(card[score])));
        if (Bound is not { } bound) return new GateResult(this, met, why) { Margin = met ? -1 : 1 };
        var score = card[bound.Score].Score;
        var doubtful = score.Interval is { } interval && interval.Low < bound.Number && bound.Number < interval.High;
        return new GateResult(this, met, why)
        {
            Margin = score.Value is { } value ? bound.IsLeast ? bound.Number - value : value - bound.Number : 1,
            Warning = doubtful ? string.Create(CultureInfo.InvariantCulture, $"`{Text}`: the bound lies inside the 95 % interval of the score ({score.Interval!.Value.Low:0.####} to {score.Interval.Value.High:0.####}); another seed may end otherwise") : null,
        };
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>The score, the number, and whether that is the least or the most, where the gate compares one with the other.</summary>
    private (string Score, double Number, bool IsLeast)? Bound
    {
        get
        {
            if (condition.Root is not Term.Comparison { Operator: not (ComparisonOperator.Equal or ComparisonOperator.NotEqual) } comparison) return null;
            var greater = comparison.Operator is ComparisonOperator.Greater or ComparisonOperator.GreaterOrEqual;
            return (comparison.Left, comparison.Right) switch
            {
                (Term.Name left, Term.Number right) => (left.Value, right.Value, greater),
                (Term.Number left, Term.Name right) => (right.Value, left.Value, !greater),
                _ => null,
            };
        }
    }

    private static string Said(ScoredMetric metric) => metric.Score.Value is { } value
        ? string.Create(CultureInfo.InvariantCulture, $"{metric.Name} is {value:0.####}") : $"{metric.Name} has no value ({metric.Score.Why})";

    /// <summary>A gate without a number: fresh real rows are the measure.</summary>
    private static class Reference
    {
        /// <summary>A score that isn't sampled has no interval: it may be off by as much again as fresh real rows are by chance.</summary>
        private const double Again = 2;

        private const double Rounding = 1e-9;

        public static GateResult Check(Gate gate, ScoredMetric metric)
        {
            var score = metric.Score;
            if (score.Value is not { } value) return new GateResult(gate, false, Said(metric)) { Margin = 1 };
            if (score.Ceiling is not { } fresh) return new GateResult(gate, false, $"{Said(metric)}; what fresh real rows get is not known (is there a holdout?), so it needs a number, as in `{metric.Name}{(IsLow(metric.Direction) ? "<=" : ">=")}{value.ToString("0.##", CultureInfo.InvariantCulture)}`") { Margin = 1 };
            var (low, high) = score.Interval is { } interval ? (interval.Low, interval.High) : Room(metric, value, fresh);
            var margin = metric.Direction switch
            {
                Direction.Higher or Direction.NotBelow => fresh - high,
                Direction.Lower or Direction.NotAbove => low - fresh,
                _ => Math.Max(fresh - high, low - fresh),
            };
            var met = margin <= Rounding;
            var sampled = score.Interval is { } i ? string.Create(CultureInfo.InvariantCulture, $" ({i.Low:0.####} to {i.High:0.####})") : "";
            return new GateResult(gate, met, string.Create(CultureInfo.InvariantCulture, $"{metric.Name} is {value:0.####}{sampled}, fresh real rows get {fresh:0.####}")) { Margin = margin };
        }

        private static (double Low, double High) Room(ScoredMetric metric, double value, double fresh)
        {
            var best = metric.Direction switch { Direction.Higher => metric.Bounds.High ?? fresh, Direction.Lower => Math.Min(0, fresh), _ => fresh };
            var room = (Again - 1) * Math.Abs(best - fresh);
            return (value - room, value + room);
        }

        private static bool IsLow(Direction direction) => direction is Direction.Lower or Direction.NotAbove;
    }
}

/// <summary>What became of a gate.</summary>
/// <param name="Gate">The gate.</param>
/// <param name="Met">Whether it holds.</param>
/// <param name="Why">The scores it speaks of, in words.</param>
public sealed record GateResult(Gate Gate, bool Met, string Why)
{
    /// <summary>How far the score is on the wrong side, in its own unit: above 0 when the gate is missed, else below. Where that can't be said 1 and -1.</summary>
    public double Margin { get; init; }

    /// <summary>Whether it keeps data, model and mix back: a privacy gate that does not hold.</summary>
    internal bool Withholds => !Met && Gate.IsPrivacy;

    /// <summary>A doubt about the answer: the bound lies inside the score's interval; null when there is none.</summary>
    public string? Warning { get; init; }
}
