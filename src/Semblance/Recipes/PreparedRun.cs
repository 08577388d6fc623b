using System.Collections.Immutable;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Metrics;
using Semblance.Models;
using Semblance.Rules;

namespace Semblance.Recipes;

/// <summary>A recipe with every choice made that can be made without looking at the data: all names known, all texts read.</summary>
internal sealed record CheckedRecipe(Recipe Recipe, Run Run)
{
    public required ImmutableArray<Gate> Gates { get; init; }

    public required MetricCatalog Metrics { get; init; }

    public required Constrained Model { get; init; }

    /// <summary>Whether a gate or the scores asked for name one that fits the model anew: that costs many fits, and is not done unasked.</summary>
    public bool Attacks => Recipe.Evaluate.Concat(Gates.SelectMany(g => g.Scores)).Any(MetricCatalog.Default.NeedsModel);

    /// <summary>The model to be attacked: the very one that was fitted, where a search chose it, and not the search.</summary>
    public IModel<Table>? Attacked(About fitted) => Attacks ? Model with { Model = ModelCatalog.Default.Create(fitted.Model, fitted.Spec) } : null;

    /// <summary>What is asked of the generator, but for the number of rows.</summary>
    public required Request Request { get; init; }

    /// <exception cref="RecipeException">The recipe names no folder (SB2010), or something in it does not make sense.</exception>
    public static CheckedRecipe Of(Recipe recipe, Run run)
    {
        if (recipe.To is null) throw new RecipeException("SB2010", "the recipe does not say where the results go; give it `to: out`, or use --to out");
        if (recipe.Refine is not null && recipe.Model is { } named) throw new RecipeException("SB2011", $"refine chooses the model itself, and the recipe names `{named}`; leave `model:` out, or name it under `refine: models:`");
        recipe = recipe with { Seed = recipe.Seed ?? run.Seed.Value, Model = recipe.Refine is null ? recipe.Model ?? ModelCatalog.Default.DefaultId : null };
        run = run with { Seed = new Seed(recipe.Seed.Value), Threads = recipe.Threads ?? run.Threads, Budget = recipe.Budget is { } time ? Budget.Parse(time) : run.Budget };
        var gates = recipe.Require.Union(recipe.Refine?.Until ?? [], StringComparer.Ordinal).SelectMany(text => Gate.Parse(text)).ToImmutableArray();
        foreach (var gate in gates) gate.RequireNames([.. MetricCatalog.Default.Metrics.Select(m => m.Name)]);
        IModel<Table> model = (recipe.Refine?.Model(recipe.Target, recipe.Fair, recipe.Quasi) ?? ModelCatalog.Default.Create(recipe.Model!, recipe.Set, recipe.Target)).With(recipe.Encoding);
        FittingVerbs.RequirePlanner(model, run);
        var fair = recipe.Fair is not { } sensitive ? null
            : new Fairness(recipe.Target ?? throw new RecipeException("SB2103", $"fair: the recipe names no target to be made independent of {sensitive}; give it `target: income`, or use --target income"), sensitive);
        if (fair is not null && recipe.Balance is not null) throw new RecipeException("SB2104", "fair and balance both set how often each group occurs; give one of them");
        if (recipe.Match && (recipe.Where is not null || recipe.Balance is not null || fair is not null))
            throw new RecipeException("SB2105", "match makes rows as frequent as the real ones; leave where, balance and fair out, or match");
        recipe.Mix?.Check(recipe.Target);
        return new(recipe, run)
        {
            Gates = gates, Metrics = Judges(recipe, gates), Model = new Constrained(model) { Constraints = [.. recipe.Constraints.Select(Constraint.Parse)] },
            Request = new(recipe.Count ?? 0) { Where = recipe.Where is { } where ? new(where) : null, Balance = recipe.Balance is { } balance ? new(balance) : null, Fair = fair },
        };
    }

    /// <summary>The metrics asked for, and those that gates and fairness need.</summary>
    private static MetricCatalog Judges(Recipe recipe, ImmutableArray<Gate> gates)
    {
        if (recipe.Evaluate.IsEmpty) return MetricCatalog.Default;
        var names = recipe.Evaluate.SelectMany(text => MetricNames.Of(text)).Concat(gates.SelectMany(g => g.Scores));
        if (recipe.Fair is not null) names = names.Append(FairnessCost.Utility);
        return MetricCatalog.Default.Only([.. names]);
    }
}

/// <summary>A run before its first step: the data are read and parted, and fit what is asked for.</summary>
internal sealed record PreparedRun(CheckedRecipe Checked, Table Real, Table? HeldOut, Table Train, Table? Holdout)
{
    /// <summary>The recipe, its rows counted.</summary>
    public Recipe Recipe => Checked.Recipe with { Count = Request.Count };

    public Run Run => Checked.Run;

    public Request Request => Checked.Request with { Count = Checked.Recipe.Count ?? Real.Rows };

    /// <summary>Reads and parts the data.</summary>
    /// <exception cref="DataException">They can't be read.</exception>
    /// <exception cref="SchemaException">They lack a column.</exception>
    /// <exception cref="RecipeException">A condition, balance, fairness or mix does not fit them.</exception>
    public static async Task<PreparedRun> OfAsync(CheckedRecipe told, CancellationToken ct)
    {
        var (recipe, run) = (told.Recipe, told.Run);
        var real = await Table.ReadAsync(recipe.Data, new TableOptions { Kinds = recipe.Columns.ToImmutableDictionary(StringComparer.Ordinal) }, run, ct).ConfigureAwait(false);
        if (recipe.Target is { } target) real.Schema.Require(target, "target");
        if (recipe.Quasi is { } quasi) QuasiIdentifiers.Named(quasi, real.Schema);
        told.Request.Where?.Bind(real.Schema);
        told.Request.Balance?.Bind(real.Schema);
        told.Request.Fair?.Bind(real.Schema);
        var heldOut = recipe.HoldoutFile is { } file ? await Table.ReadAsync(file, new TableOptions { Schema = real.Schema }, run, ct).ConfigureAwait(false) : null;
        var (train, holdout) = heldOut is null ? real.Split(1 - recipe.HoldoutShare, run) : (real, heldOut);
        var prepared = new PreparedRun(told, real, heldOut, train, holdout.Rows > 0 ? holdout : null);
        if (recipe.Mix is { } mix) MixStep.Require(mix, prepared);
        return prepared;
    }
}
