using System.Collections.Immutable;
using Semblance.Data;

namespace Semblance.Models;

/// <summary>Which models <see cref="Auto"/> may take.</summary>
public enum AutoPreference
{
    /// <summary>Those that make 170,000 rows a second or more on two cores.</summary>
    Speed,
    /// <summary>All.</summary>
    Quality,
}

/// <summary>
/// What <see cref="Auto"/> will do in the time it is given: which models it tries, on how many rows. Time is counted by <see cref="FitCost"/>, never by a clock, so a busy or slow machine chooses the same
/// model; it only takes longer.
/// </summary>
internal sealed class AutoPlan
{
    /// <summary>Time without <c>--budget</c>, in seconds: <c>cart</c> alone takes about that for 40,000 rows of 15 columns.</summary>
    private const double Quick = 10;

    /// <summary>Time without <c>--budget</c> where quality is preferred.</summary>
    private const double Thorough = 300;

    /// <summary>Two cores do in a second what one does in this many.</summary>
    internal const double Together = 1.8;

    /// <summary>Most rows candidates are tried on: beyond it their order no longer changes.</summary>
    private const int MostTrialRows = 40_000;

    /// <summary>Below it a copula can hold its own against trees; above it is not worth trying.</summary>
    private const int FewRows = 3_000;

    private AutoPlan(ImmutableArray<IModel<Table>> candidates, int trialRows, double seconds) => (Candidates, TrialRows, Seconds) = (candidates, trialRows, seconds);

    /// <summary>The models to try, the likeliest best first.</summary>
    public ImmutableArray<IModel<Table>> Candidates { get; }

    /// <summary>Rows each is fitted to.</summary>
    public int TrialRows { get; }

    /// <summary>What all of it takes by the table, in seconds of two cores.</summary>
    public double Seconds { get; }

    /// <summary>Plans.</summary>
    /// <param name="auto">Target, least rows of a trial, preference.</param>
    /// <param name="rows">Rows of the table.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="budget">What the user allows; null takes a quick class in which <c>cart</c> is always affordable.</param>
    public static AutoPlan Of(Auto auto, int rows, int columns, TimeSpan? budget)
    {
        var cart = new Cart { Target = auto.Target };
        List<IModel<Table>> likely = [cart];
        if (auto.Target is not null) likely.Add(new Cart { Target = auto.Target, Order = ColumnOrder.TargetLast });
        if (rows < FewRows || auto.Target is null) likely.Add(new Copula { Target = auto.Target });
        var quick = likely.Count;
        likely.Add(new Circuit());
        likely.Add(new Argn { Target = auto.Target });
        likely.Add(new Tvae());
        if (auto.Prefer == AutoPreference.Quality) likely.Add(new Diffusion());

        if (budget is null && auto.Prefer == AutoPreference.Quality) budget = TimeSpan.FromSeconds(Thorough);
        var seconds = budget?.TotalSeconds ?? Quick;
        var trialRows = Math.Min(auto.TrialRows, rows * 4 / 5);
        List<IModel<Table>> taken = [];
        for (var i = 0; i < likely.Count; i++)
        {
            // what was always tried without a budget stays so, whatever the size
            if ((budget is null && i < quick) || Cost([.. taken, likely[i]], rows, columns, trialRows) <= seconds) taken.Add(likely[i]);
        }
        if (taken.Count == 0) taken.Add(Cheapest(auto, rows, columns, seconds));
        if (budget is not null)
            while (trialRows < Math.Min(MostTrialRows, rows * 4 / 5) && Cost(taken, rows, columns, Math.Min(trialRows * 2, rows * 4 / 5)) <= seconds) trialRows = Math.Min(trialRows * 2, rows * 4 / 5);
        return new AutoPlan([.. taken.Select(m => m.With(auto.Encoding))], trialRows, Cost(taken, rows, columns, trialRows));
    }

    /// <summary>Where not even one can be tried and fitted: the best that can be fitted untried.</summary>
    private static IModel<Table> Cheapest(Auto auto, int rows, int columns, double seconds)
    {
        IModel<Table>[] others = [new Cart { Target = auto.Target }, new Circuit(), new Copula { Target = auto.Target }];
        return Array.Find(others, m => FitCost.Seconds(m, rows, columns) / Together <= seconds) ?? new Independent();
    }

    /// <summary>Seconds of two cores: every candidate tried and judged (a single one is neither), then the dearest fitted to all rows.</summary>
    private static double Cost(List<IModel<Table>> models, int rows, int columns, int trialRows)
    {
        double sum = 0, dearest = 0;
        foreach (var model in models)
        {
            sum += FitCost.Seconds(model, trialRows, columns) + FitCost.JudgeSeconds(trialRows, columns);
            dearest = Math.Max(dearest, FitCost.Seconds(model, rows, columns));
        }
        return (models.Count == 1 ? dearest : sum + dearest) / Together;
    }
}
