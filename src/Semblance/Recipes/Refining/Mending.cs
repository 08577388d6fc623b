using System.Collections.Immutable;
using Semblance.Data;

namespace Semblance.Recipes;

/// <summary>What fails in an attempt, and what can mend it: neighbours of its model, the likeliest to help first.</summary>
internal static class Mending
{
    private enum Fault { Privacy, Utility, Fidelity }

    /// <summary>Neighbours of a trial with the reason for each.</summary>
    public static IEnumerable<(IModel<Table> Model, string Why)> Of(RefineTrial trial, Schema schema, int rows)
    {
        var (fault, why) = Worst(trial.First);
        var number = trial.First.GivesAway is { } name && schema.IndexOf(name) is >= 0 and var at && schema.Columns[at].Kind is ColumnKind.Integer or ColumnKind.Decimal or ColumnKind.DateTime;
        var knobs = Knob.Of(trial.Family, rows);
        foreach (var (knob, step) in Order(knobs, fault, number))
            if (knob.Turn(trial.Model, step) is { } turned)
                yield return (turned, $"{why}: {knob.Setting} {knob.Now(trial.Model)} to {knob.Now(turned)}");
    }

    private static IEnumerable<(Knob Knob, int Step)> Order(ImmutableArray<Knob> knobs, Fault fault, bool number)
    {
        var directed = knobs.Where(k => k.Use != KnobUse.Order);
        var orders = knobs.Where(k => k.Use == KnobUse.Order).Select(k => (k, 1));
        // knobs are listed with those that bring most first; what tells numbers apart leads or trails by what gives the rows away
        var leading = directed.OrderBy(k => k.Use == KnobUse.Numbers != number).ToArray();
        var sharper = leading.Select(k => (k, 1));
        var smoother = leading.Select(k => (k, -1));
        return fault switch
        {
            Fault.Privacy => [.. directed.Select(k => (k, -1)), .. orders, .. sharper],
            // a target that is predicted badly was learned too coarsely, or in the wrong place
            Fault.Utility => [.. sharper.Where(s => s.k.Use == KnobUse.Capacity), .. orders, .. sharper, .. smoother],
            _ => [.. sharper, .. orders, .. smoother],
        };
    }

    /// <summary>The gate missed by most; with all met, what fresh real rows get most more of.</summary>
    private static (Fault Fault, string Why) Worst(RefineJudgement judged)
    {
        if (judged.Bounds.Any(b => b > 0)) return (Fault.Privacy, "it comes too near to training rows");
        if (judged.Goals.Where(r => !r.Met).MaxBy(r => r.Margin) is { } gate)
            return gate.Gate.Scores[0].StartsWith("utility.", StringComparison.Ordinal) ? (Fault.Utility, $"{gate.Gate.Text} is missed") : (Fault.Fidelity, Shown($"{gate.Gate.Text} is missed"));
        var (detection, utility) = RefineJudge.Lacks(judged);
        return utility > detection ? (Fault.Utility, "utility.tstr falls short") : (Fault.Fidelity, Shown("fidelity.c2st falls short"));

        string Shown(string what) => judged.GivesAway is { } column ? $"{what}, `{column}` gives rows away" : what;
    }
}
