using System.Collections.Immutable;
using System.Globalization;

namespace Semblance.Metrics;

/// <summary>
/// What the attacks say of privacy. The lower end of an interval counts, so that chance is not blamed; a margin beyond what is reached where nothing leaked is granted,
/// so that a trace found in very many rows does not decide.
/// </summary>
internal static class AttackRules
{
    /// <summary>How far beyond its reference the lower end of an attack's interval may lie to be good, and to be fair.</summary>
    private static readonly ImmutableArray<(string Name, string Word, double Good, double Fair)> Rules =
    [
        ("privacy.singling-out", "guesses that single a person out are right more often by", 0.03, 0.10),
        ("privacy.linkability", "two halves of a person's row can be joined more often by", 0.03, 0.10),
        ("privacy.inference", "a column can be guessed from the others more often by", 0.03, 0.10),
        ("privacy.membership", "who was learned from can be told with an AUC above a half by", 0.02, 0.06),
    ];

    /// <summary>The worst grade an attack gives, why if it is not good, and which scores had a say.</summary>
    public static (Grade Grade, string? Reason, ImmutableArray<string> Names) Of(IReadOnlyDictionary<string, Score> scores)
    {
        var worst = Grade.Good;
        var reasons = new List<string>();
        var names = ImmutableArray.CreateBuilder<string>();
        foreach (var (name, word, good, fair) in Rules)
        {
            if (!scores.TryGetValue(name, out var score) || score.Value is not { } value) continue;
            names.Add(name);
            var beyond = (score.Interval?.Low ?? value) - (score.Ceiling ?? 0);
            var grade = beyond <= good ? Grade.Good : beyond <= fair ? Grade.Fair : Grade.Poor;
            if (grade == Grade.Good) continue;
            worst = (Grade)Math.Min((int)worst, (int)grade);
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"{word} {value - (score.Ceiling ?? 0):0.000}{(score.Why is { } why ? $" ({why})" : "")}"));
        }
        return (worst, reasons.Count == 0 ? null : "Attacks gain from it: " + string.Join("; ", reasons) + ".", names.ToImmutable());
    }
}
