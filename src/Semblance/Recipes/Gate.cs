using System.Collections.Immutable;
using System.Globalization;
using Semblance.Metrics;
using Semblance.Rules;

namespace Semblance.Recipes;

/// <summary>A demand on scores: <c>privacy.dcr-share&lt;=0.52</c>. One condition of the expression language over the names of a scorecard.</summary>
public sealed record Gate
{
    private readonly Expression condition;

    private Gate(Expression condition) => this.condition = condition;

    /// <summary>The gate as written.</summary>
    public string Text => condition.Text;

    /// <summary>Whether it speaks of a privacy score: when such a gate fails, neither data nor model is given out.</summary>
    public bool IsPrivacy => condition.Names.Any(name => name.StartsWith("privacy.", StringComparison.Ordinal));

    /// <summary>Reads a text; the parts of a top-level <c>and</c> become gates of their own, so that each can say how it ended.</summary>
    /// <exception cref="RecipeException">It can't be read as a condition (SB2060 to SB2066), or names no score (SB2030).</exception>
    public static ImmutableArray<Gate> Parse(string text)
    {
        var gates = Expression.Parse(text).Conjuncts.Select(c => new Gate(c)).ToImmutableArray();
        return gates.FirstOrDefault(g => g.condition.Names.IsEmpty) is null ? gates
            : throw new RecipeException("SB2030", $"the gate `{text}` names no score; write it as \"privacy.dcr-share<=0.52 and fidelity.c2st>=0.9\"");
    }

    /// <summary>Refuses names that no scorecard has, before any work is done.</summary>
    /// <exception cref="RecipeException">There is no such score (SB2031); the message names the nearest.</exception>
    public void RequireNames(IReadOnlyCollection<string> scores)
    {
        foreach (var name in condition.Names)
            if (!scores.Contains(name))
                throw new RecipeException("SB2031", $"the gate `{Text}` asks for the score `{name}`, which does not exist; "
                    + (Nearest.Of(name, scores) is { } near ? $"did you mean `{near}`?" : $"the scores are {string.Join(", ", scores)}"));
    }

    /// <summary>Whether a scorecard passes. A score without a value does not: what could not be measured was not shown.</summary>
    /// <exception cref="RecipeException">The scorecard has no such score, or the condition does not fit numbers (SB2050, SB2068 to SB2070).</exception>
    public GateResult Check(Scorecard card)
    {
        var met = condition.EvaluateNumbers(name => card[name].Score.Value) ?? false;
        var why = string.Join(", ", condition.Names.Select(name => card[name].Score is { Value: { } value }
            ? $"{name} is {value.ToString("0.####", CultureInfo.InvariantCulture)}"
            : $"{name} has no value ({card[name].Score.Why})"));
        return new GateResult(this, met, why);
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>What became of a gate.</summary>
/// <param name="Gate">The gate.</param>
/// <param name="Met">Whether it holds.</param>
/// <param name="Why">The scores it speaks of, in words.</param>
public sealed record GateResult(Gate Gate, bool Met, string Why);
