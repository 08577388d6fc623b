using System.Collections.Immutable;
using System.Globalization;

namespace Semblance.Metrics;

public sealed partial record Verdict
{
    /// <summary>How far a score may exceed what real rows give to be good, and to be fair. {0}: the value, {1}: its ceiling, {2}: where.</summary>
    private static readonly ImmutableArray<(string Name, string Word, double Good, double Fair)> FairnessRules =
    [
        ("fairness.representation", "the group {2} loses {0} of its share of rows, where chance takes {1}", 0.05, 0.20),
        ("fairness.parity", "a model trained on synthetic rows gives groups the outcome with shares {0} apart ({2}), one trained on real rows {1}", 0.03, 0.10),
        ("fairness.equalised-odds", "its rates of right and wrong answers differ by {0} between groups ({2}), those after real rows by {1}", 0.05, 0.15),
    ];

    /// <summary>Unfairness of the real data is not blamed on the synthetic ones: what counts is what they add.</summary>
    private static VerdictSection Treatment(Dictionary<string, Score> scores, string sensitive)
    {
        var grade = Grade.Unknown;
        var decided = ImmutableArray.CreateBuilder<string>();
        var shortfalls = new List<string>();
        string? missing = null;
        foreach (var (name, word, good, fair) in FairnessRules)
        {
            if (!scores.TryGetValue(name, out var score)) continue;
            if (score.Value is not { } value)
            {
                missing ??= score.Why;
                continue;
            }
            decided.Add(name);
            var excess = (score.Interval?.Low ?? value) - (score.Ceiling ?? 0); // chance is not blamed
            var one = excess <= good ? Grade.Good : excess <= fair ? Grade.Fair : Grade.Poor;
            if (one != Grade.Good) shortfalls.Add(string.Format(CultureInfo.InvariantCulture, word, P(value), P(score.Ceiling ?? 0), score.Why ?? "one group"));
            grade = grade == Grade.Unknown ? one : (Grade)Math.Min((int)grade, (int)one);
        }
        var reason = grade switch
        {
            Grade.Unknown => Capital(missing ?? "fairness was not measured") + ".",
            Grade.Good => $"Groups of {sensitive} " + (decided.Count > 1
                ? "keep their shares, and a model trained on the synthetic rows treats them no less alike than one trained on real rows."
                : $"keep their shares. How models treat them could not be judged: {missing ?? "it was not measured"}."),
            _ => Capital(string.Join("; ", shortfalls)) + ".",
        };
        return new VerdictSection("Fairness", grade, reason, decided.ToImmutable());
    }
}
