using System.Collections.Immutable;
using Semblance.Codecs;
using Semblance.Data;
using Semblance.Models;

namespace Semblance.Recipes;

/// <summary>What fails in an attempt, and what can mend it: neighbours of its model, the likeliest to help first.</summary>
internal static class Mending
{
    private enum Fault { Privacy, Utility, Fidelity }

    /// <summary>Neighbours of a trial with the reason for each.</summary>
    /// <param name="trial">What is to be mended.</param>
    /// <param name="schema">Of the real table.</param>
    /// <param name="byValues">Columns of it that can be taken by their values.</param>
    /// <param name="rows">Rows of a trial.</param>
    public static IEnumerable<(IModel<Table> Model, string Why)> Of(RefineTrial trial, Schema schema, ImmutableHashSet<string> byValues, int rows)
    {
        var (fault, why) = Worst(trial.First);
        var number = trial.First.GivesAway is { } name && schema.IndexOf(name) is >= 0 and var at && schema.Columns[at].Kind is ColumnKind.Integer or ColumnKind.Decimal or ColumnKind.DateTime;
        var knobs = Knob.Of(trial.Family, rows);
        var turned = Order(knobs, fault, number).Select(k => (Of: k.Knob, To: k.Knob.Turn(trial.Model, k.Step))).Where(k => k.To is not null)
            .Select(k => (k.To!, $"{why}: {k.Of.Setting} {k.Of.Now(trial.Model)} to {k.Of.Now(k.To!)}")).ToArray();
        var encoded = Encoded(trial, byValues).Select(e => (e.Model, $"{why}: column `{e.Column}`: taken by its values")).ToArray();
        // one knob is cheaper to try than to doubt; then the very column that fails
        return fault switch
        {
            Fault.Privacy => turned, // values of their own bring no row further from those learned from
            Fault.Utility => [.. turned, .. encoded],
            _ => [.. turned.Take(1), .. encoded, .. turned.Skip(1)],
        };
    }

    /// <summary>The same model that takes one of the columns that fail by its values: those that give rows away, or the one of the worst shape.</summary>
    private static IEnumerable<(IModel<Table> Model, string Column)> Encoded(RefineTrial trial, ImmutableHashSet<string> byValues)
    {
        if (trial.Model is not IEncodes told) yield break;
        foreach (var column in trial.First.Suspects)
            if (byValues.Contains(column) && told.Encoding[column] == ColumnEncoding.Line) yield return (trial.Model.With(ColumnEncodings.None.With(column, ColumnEncoding.Levels)), column);
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
