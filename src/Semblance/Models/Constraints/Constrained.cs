using System.Collections.Immutable;
using System.Globalization;
using Semblance.Data;
using Semblance.Numerics;
using Semblance.Rules;

namespace Semblance.Models;

/// <summary>
/// A model whose rows keep constraints, all of them in every row: those asked for, and those that the profile finds in every real row. <c>table.FitAsync(model, run)</c> wraps a model in
/// this by itself; write <c>new Constrained(new Cart()) { Constraints = [Constraint.Parse("start &lt;= end")] }</c> to add your own.
/// </summary>
/// <param name="Model">The model that draws the rows.</param>
public sealed record Constrained(IModel<Table> Model) : IModel<Table>
{
    /// <summary>Rows drawn to see whether constraints can be met.</summary>
    private const int Pilot = 4_096;

    /// <summary>Below this share of drawn rows that keep all constraints, those found are given up, worst first; below the other the fit is refused.</summary>
    private const double LeastWithFound = 0.2, Least = 0.001;

    /// <summary>Share of the real rows that may break a constraint that is asked for: a few are mistakes in the data, many one in the constraint.</summary>
    private const double MostBroken = 0.1;

    /// <summary>Share of the rows whose combination may be too rare to be known, for a combination to be kept unasked.</summary>
    private const double MostLost = 0.1;

    /// <summary>Proposals that a fit tells of.</summary>
    private const int MostProposed = 5;

    /// <inheritdoc/>
    public string Id => Model.Id;

    /// <summary>What every row must satisfy. Default: nothing beyond what is found.</summary>
    public ImmutableArray<Constraint> Constraints { get; init; } = [];

    /// <summary>Whether rules that hold in every real row (a code and its name, a sum, an order of dates) are kept unasked. Default: yes.</summary>
    public bool KeepFound { get; init; } = true;

    /// <inheritdoc/>
    /// <exception cref="RecipeException">Constraints can't be read, don't fit the columns or contradict each other (SB2060 to SB2083).</exception>
    /// <exception cref="FitException">The real data break a constraint in many rows (SB3050), the model can't keep one (SB3051), or one would tell of single rows (SB3052).</exception>
    public Task<IGenerator<Table>> FitAsync(Table real, Run run, CancellationToken ct = default) => Task.Run(async () =>
    {
        var declared = Check(real, run);
        var fitted = await Model.FitAsync(real, run, ct).ConfigureAwait(false);
        if (fitted is not TabularGenerator generator)
            return declared.Count == 0 ? fitted : throw new FitException("SB3053", $"model `{Model.Id}` can't keep constraints; use one of the catalogue");
        var notes = new List<string>();
        var kept = declared.Select(c => Learn(c, declared, false, real, generator, notes)!).ToList();
        if (KeepFound)
            foreach (var constraint in Found(real, declared, run, ct))
                if (Learn(constraint, declared, true, real, generator, notes) is { } found) kept.Add(found);
        kept = Attainable(kept, generator, run, notes, ct);
        return kept.Count + notes.Count == 0 ? generator : generator.With(generator.About with
        {
            Notes = [.. generator.About.Notes, .. kept.Select(k => $"every row keeps `{k.Constraint.Text}` ({(k.Found ? "found in every real row" : "asked for")})"), .. notes],
        }, Keeping.Of(kept, generator.Codecs));
    }, ct);

    /// <summary>What can be said before the fit: settings in their ranges, constraints that fit the columns and each other and hold in nearly all rows.</summary>
    internal List<BoundConstraint> Check(Table real, Run run)
    {
        (Model as IRanged)?.Check();
        (Model as IEncodes)?.Encoding.Check(real.Schema);
        var declared = Constraints.SelectMany(c => c.Bind(real.Schema)).DistinctBy(c => c.Text).ToList();
        Contradictions.Refuse(real.Schema, declared);
        foreach (var constraint in declared) Broken(constraint, real, run);
        return declared;
    }

    /// <summary>Tells of a constraint that some real rows break, and refuses one that many break. A model file says nothing of it.</summary>
    private static void Broken(BoundConstraint constraint, Table real, Run run)
    {
        var holds = constraint.Holds(real);
        var broken = holds.Count(h => !h);
        if (broken == 0) return;
        var first = string.Join(", ", holds.Select((h, row) => (h, row)).Where(p => !p.h).Take(5).Select(p => (p.row + 1).ToString(CultureInfo.InvariantCulture)));
        var what = string.Create(CultureInfo.InvariantCulture,
            $"the real data break the constraint `{constraint.Text}` in {broken} of {real.Rows} rows (of those the model learns from, row {first}{(broken > 5 ? ", ..." : "")})");
        if (broken > MostBroken * real.Rows) throw new FitException("SB3050", $"{what}; mend the data, or write what does hold");
        run.Note(Stage.Fit, $"{what}; generated rows keep it nevertheless");
    }

    /// <summary>Rules found in every row that neither contradict nor repeat what was asked for.</summary>
    private static List<BoundConstraint> Found(Table real, List<BoundConstraint> declared, Run run, CancellationToken ct)
    {
        var profile = real.Profile(new() { Parts = FoundConstraints.Parts }, run with { Progress = null }, ct);
        foreach (var near in profile.Constraints.Where(c => !c.Kept && !c.Text.StartsWith("unique", StringComparison.Ordinal) && !declared.Exists(d => d.Text == c.Text)).Take(MostProposed))
            run.Note(Stage.Fit, $"`{near.Text}` holds {near.Why}; to have every row keep it: {near.Option}");
        var found = new List<BoundConstraint>();
        foreach (var constraint in FoundConstraints.Exact(profile))
        {
            try
            {
                var bound = constraint.Bind(real.Schema);
                if (bound.Length != 1 || declared.Any(d => d.Text == bound[0].Text) || bound[0].Holds(real).Contains(false)) continue;
                Contradictions.Refuse(real.Schema, [.. declared, .. found, bound[0]]);
                found.Add(bound[0]);
            }
            catch (RecipeException) { } // it can't be said beside the others: what was asked for comes first
        }
        return found;
    }

    /// <summary>What it takes to keep a constraint; null for a found one that can't be kept.</summary>
    private static Kept? Learn(BoundConstraint constraint, List<BoundConstraint> all, bool found, Table real, TabularGenerator generator, List<string> notes)
    {
        IRepair? repair;
        switch (constraint.Kind)
        {
            case ConstraintKind.Combination:
                var made = constraint.Columns.Where(c => generator.Codecs[c].MakesUp).ToArray();
                var combination = made.Length > 0 ? null : CombinationRepair.Learn(real, constraint.Columns, generator.Codecs, CellTable.RareBelow(real.Rows));
                var why = made.Length > 0 ? $"the values of `{real.Schema.Columns[made[0]].Name}` tell of persons or of few rows, and come back as made-up ones"
                    : combination is null ? "no combination stands in enough rows to be told"
                    : found && combination.Lost > MostLost ? string.Create(CultureInfo.InvariantCulture, $"{combination.Lost:P0} of the rows have a combination that few share") : null;
                if (why is not null && !found) throw new FitException("SB3052", $"the constraint `{constraint.Text}` can't be kept without telling of single rows: {why}; leave it out");
                if (why is not null)
                {
                    notes.Add($"`{constraint.Text}` holds in every real row and is not kept: {why}");
                    return null;
                }
                repair = combination;
                break;
            case ConstraintKind.OneHot:
                repair = OneHotRepair.Learn(real, constraint.Columns, generator.Codecs);
                break;
            case ConstraintKind.Unique:
                repair = KeyRepair.Learn(real, constraint, all);
                break;
            default:
                repair = Keeping.Plain(constraint);
                break;
        }
        return new Kept(constraint, found, repair);
    }

    /// <summary>Draws some rows to see whether they can be kept by drawing again; gives up found ones that can't.</summary>
    private List<Kept> Attainable(List<Kept> kept, TabularGenerator generator, Run run, List<string> notes, CancellationToken ct)
    {
        while (Keeping.Of(kept, generator.Codecs) is { MayFail: true } keeping)
        {
            ct.ThrowIfCancellationRequested();
            using var trial = generator.With(generator.About, keeping);
            var (block, table) = trial.Draw([.. Enumerable.Range(0, Pilot).Select(i => (long)i)], 0, trial.StreamsOf(run));
            var share = block.Keeps!.Count(k => k) / (double)Pilot;
            var failures = keeping.Failures(table).OrderByDescending(f => f.Failing).ToArray();
            var worst = failures.FirstOrDefault(f => f.Constraint.Found);
            if (share >= LeastWithFound || worst.Constraint is null || worst.Failing == 0)
            {
                if (share >= Least) break;
                throw new FitException("SB3051", string.Create(CultureInfo.InvariantCulture,
                    $"model `{Model.Id}` hardly ever keeps the constraint `{failures[0].Constraint.Constraint.Text}`: {failures[0].Failing} of {Pilot} rows it draws break it, so drawing again is hopeless. Widen it, or fit another model"));
            }
            kept = [.. kept.Where(k => k != worst.Constraint)];
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"`{worst.Constraint.Constraint.Text}` holds in every real row and is not kept: model `{Model.Id}` breaks it in {worst.Failing / (double)Pilot:P0} of its rows"));
        }
        return kept;
    }
}
