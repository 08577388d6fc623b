using System.Collections.Immutable;
using System.Globalization;
using Semblance.Codecs;
using Semblance.Data;
using Semblance.Models;

namespace Semblance.Recipes;

/// <summary>How <see cref="Refine"/> goes from one attempt to the next.</summary>
public enum RefineSearch
{
    /// <summary>Families at their defaults first, then what can mend the fault of the best attempt so far; who is ahead by luck is found out on other rows.</summary>
    Guided,
    /// <summary>Families and settings at random, the luckiest wins: the yardstick that the guided search is measured against.</summary>
    Random,
}

/// <summary>
/// Tries models and settings on an inner holdout until the gates are met or the budget is used, and fits the best within the privacy bound to all rows. The budget is counted by a fixed table of costs, never by a
/// clock: the same budget finds the same model on any machine.
/// </summary>
public sealed record Refine : IModel<Table>, IBudgeted, IEncodes
{
    /// <summary>Budget where none is given, in seconds.</summary>
    internal const double Usual = 300;

    /// <summary>Attempts that the trial rows are chosen for: with fewer, a search finds nothing.</summary>
    private const int LeastAttempts = 6;

    /// <summary>Most rows an attempt is fitted to, and the least it is made with where the table has them.</summary>
    private const int MostTrialRows = 40_000, LeastTrialRows = 2_000;

    /// <summary>Splits that the best is judged on at least and at most; the fewer rows, the more luck there is, and the more splits are taken.</summary>
    private const int LeastSplits = 2, MostSplits = 6, RowsInAll = 20_000;

    /// <summary>Below this many rows a copula can hold its own.</summary>
    private const int FewRows = 3_000;

    /// <summary>Fewer rows can't be parted into rows to learn from and rows to judge by.</summary>
    private const int LeastRows = 200;

    private const int MostAttempts = 1_000;

    /// <inheritdoc/>
    public string Id => "refine";

    /// <summary>Column the user would predict; null when there is none.</summary>
    public string? Target { get; init; }

    /// <summary>Sensitive columns, for gates on fairness; null when there are none.</summary>
    public string? Sensitive { get; init; }

    /// <summary>Columns that others may know of a person, for a gate on <c>privacy.k-map</c>; null lets their names and kinds choose them.</summary>
    public string? Quasi { get; init; }

    /// <summary>Gates to reach. Those on privacy are bounds that an attempt has to keep. Default: none, the whole budget is used to find the best detection + utility.</summary>
    public ImmutableArray<Gate> Until { get; init; } = [];

    /// <summary>Catalogue ids of the families to try, in order. Default: all but those another one beats everywhere.</summary>
    public ImmutableArray<string> Families { get; init; } = [];

    /// <summary>Which models it may take: with speed, those that make 170,000 rows a second on two cores. Default: quality, all.</summary>
    public AutoPreference Prefer { get; init; } = AutoPreference.Quality;

    /// <summary>How it searches. Default: guided.</summary>
    public RefineSearch Search { get; init; } = RefineSearch.Guided;

    /// <summary>Columns that every attempt cuts otherwise than usual. The search may add to them. Default: none.</summary>
    public ColumnEncodings Encoding { get; init; } = ColumnEncodings.None;

    /// <inheritdoc/>
    /// <exception cref="RecipeException">A gate names no score (SB2031), or a family is unknown (SB2020).</exception>
    /// <exception cref="FitException">The table has under 200 rows (SB3060), or the budget does not even pay for one fit (SB3061).</exception>
    public async Task<IGenerator<Table>> FitAsync(Table real, Run run, CancellationToken ct = default)
    {
        foreach (var gate in Until) gate.RequireNames([.. Metrics.MetricCatalog.Default.Metrics.Select(m => m.Name)]);
        if (real.Rows < LeastRows) throw new FitException("SB3060", $"refine: {real.Rows} rows are too few to part into rows to learn from and rows to judge by; give {LeastRows} or more, or fit a model directly");
        var work = new Work(this, real, run);
        if (!work.Pays) throw new FitException("SB3061", string.Create(CultureInfo.InvariantCulture, $"refine: a budget of {work.Budget:0.#} s does not pay for a single attempt and a last fit; this table needs {Math.Ceiling(work.Least):0} s or more"));
        if (Search == RefineSearch.Guided) await work.GuideAsync(ct).ConfigureAwait(false);
        else await work.DrawAsync(ct).ConfigureAwait(false);
        run.Report(Stage.Fit, $"the best, {work.Best.Family}, on all rows", 0, null);
        var fitted = await work.Best.Model.FitAsync(real, run with { Budget = null }, ct).ConfigureAwait(false);
        return fitted is TabularGenerator generator ? generator.With(generator.About with { Trail = work.Trail, Notes = [.. generator.About.Notes, work.Ending] }) : fitted;
    }

    private ImmutableArray<IModel<Table>> Starts(int rows)
    {
        string[] ids = !Families.IsEmpty ? [.. Families]
            : ["cart", "argn", "circuit", "tvae", .. rows < FewRows || Target is null ? ["copula"] : Array.Empty<string>(), .. Prefer == AutoPreference.Quality ? ["diffusion"] : Array.Empty<string>()];
        return [.. ids.Select(id => ModelCatalog.Default.Create(id, target: Target).With(Encoding))];
    }

    /// <summary>One search: what was tried, what is left to spend.</summary>
    private sealed class Work
    {
        private readonly Refine refine;
        private readonly Table real;
        private readonly Run run;
        private readonly RefineJudge judge;
        private readonly ImmutableArray<IModel<Table>> starts;
        private readonly List<RefineTrial> trials = [];
        private readonly HashSet<(string, string)> known = [];
        private readonly int splits;
        private readonly Lazy<ImmutableHashSet<string>> byValues; // columns that can be taken by their values
        private double spent;

        public Work(Refine refine, Table real, Run run)
        {
            (this.refine, this.real, this.run) = (refine, real, run);
            byValues = new(() => [.. real.Columns.Where(c => LevelsCodec.Suits(c, CellTable.RareBelow(real.Rows))).Select(c => c.Name)]);
            Budget = run.Budget?.Time.TotalSeconds ?? Usual;
            starts = refine.Starts(real.Rows);
            var rows = Math.Min(MostTrialRows, RefineJudge.MostTrialRows(real.Rows));
            while (rows > LeastTrialRows && LeastAttempts * CostOn(starts[0], rows) + Last(starts[0]) > Budget) rows = Math.Max(LeastTrialRows, rows / 2);
            splits = Math.Clamp(RowsInAll / rows, LeastSplits, MostSplits);
            judge = new RefineJudge(real, refine.Target, refine.Sensitive, refine.Quasi, refine.Until, rows, run);
        }

        public double Budget { get; }

        public double Least => starts.Min(m => Cost(m) + Last(m));

        public bool Pays => Least <= Budget;

        /// <summary>The best so far: it was never beaten on the splits it shares with a challenger.</summary>
        public RefineTrial Best { get; private set; } = null!;

        public string Ending { get; private set; } = "";

        /// <summary>Families first, for at most a third of the budget; then neighbours of the best, of the second best, and so on.</summary>
        public async Task GuideAsync(CancellationToken ct)
        {
            foreach (var start in starts)
                if (trials.Count == 0 || spent + Cost(start) <= Budget / 3) await ChallengeAsync(start, $"`{start.Id}` as it is", ct).ConfigureAwait(false);
            while (!await DoneAsync(ct).ConfigureAwait(false) && Next() is { } next) await ChallengeAsync(next.Model, next.Why, ct).ConfigureAwait(false);
            End();
        }

        /// <summary>Families and settings at random as long as they can be paid, each judged once.</summary>
        public async Task DrawAsync(CancellationToken ct)
        {
            var random = run.Stream("refine/random").Sequence();
            for (var misses = 0; misses < 50 && trials.Count < MostAttempts;)
            {
                var model = starts[random.NextBelow(starts.Length)];
                foreach (var knob in Knob.Of(model.Id, judge.TrialRows)) model = knob.Set(model, knob.Values[random.NextBelow(knob.Values.Length)]);
                if (known.Contains(Key(model)) || !CanPay(model)) misses++;
                else
                {
                    var trial = await TryAsync(model, "drawn at random", ct).ConfigureAwait(false);
                    if (Best is null || RefineTrial.Best.Compare(trial, Best) < 0) Best = trial;
                }
            }
            End();
        }

        public ImmutableArray<Attempt> Trail => [.. trials.Select(t => new Attempt(t.Family, t.Settings, t.Scores, t == Best, Said(t)) { Seconds = t.Seconds })];

        private string Said(RefineTrial trial)
        {
            var verdict = trial.SameAs is not null ? "has no effect here" : !trial.Within ? "beyond the privacy bound" : trial.Shortfall > 0 ? string.Create(CultureInfo.InvariantCulture, $"gates missed by {trial.Shortfall:0.###}") : "within all bounds";
            return $"{trial.Why}; {verdict}" + (trial.Judgements > 1 ? string.Create(CultureInfo.InvariantCulture, $", mean of {trial.Judgements} splits") : "") + (trial == Best ? "; taken" : "");
        }

        /// <summary>Whether the best meets every gate on all splits; without gates never.</summary>
        private async Task<bool> DoneAsync(CancellationToken ct)
        {
            while (!refine.Until.IsEmpty && Best is { Within: true, Shortfall: 0 })
            {
                if (Best.Judgements >= splits || !CanPay(Best.Model)) return true;
                await AgainAsync(Best, ct).ConfigureAwait(false);
            }
            return trials.Count >= MostAttempts;
        }

        private (IModel<Table> Model, string Why)? Next()
        {
            foreach (var trial in trials.Where(t => t.SameAs is null).Order(RefineTrial.Best).OrderByDescending(t => t == Best).ToArray())
                foreach (var (model, why) in Mending.Of(trial, real.Schema, byValues.Value, judge.TrialRows))
                    if (!known.Contains(Key(model)) && CanPay(model)) return (model, why);
            return null;
        }

        /// <summary>
        /// Tries a model against the best. It is dropped as soon as it is behind on the splits judged so far; only who stays ahead on all of them takes the place. So luck on one split is paid for with one more fit, not with the
        /// result (the intensification of Hutter, Hoos and Leyton-Brown: SMAC, 2011).
        /// </summary>
        private async Task ChallengeAsync(IModel<Table> model, string why, CancellationToken ct)
        {
            var trial = await TryAsync(model, why, ct).ConfigureAwait(false);
            if (trial.SameAs is not null) return;
            while (Best is not null && RefineTrial.Best.Compare(trial, Best) < 0 && !RefineTrial.IsClear(trial, Best, judge.Luck) && trial.Judgements < splits && CanPay(model))
            {
                if (Best.Judgements == trial.Judgements && CanPay(Best.Model)) await AgainAsync(Best, ct).ConfigureAwait(false);
                if (CanPay(model)) await AgainAsync(trial, ct).ConfigureAwait(false);
            }
            // who is ahead when the budget ends has shown it only if it was tried as often
            if (Best is null || RefineTrial.IsClear(trial, Best, judge.Luck) || trial.Judgements >= Math.Min(splits, Best.Judgements) && RefineTrial.Best.Compare(trial, Best) < 0) Best = trial;
        }

        /// <summary>Whether a fit of a trial and the last fit can be paid.</summary>
        private bool CanPay(IModel<Table> model) => spent + Cost(model) + Math.Max(Last(model), Best is null ? 0 : Last(Best.Model)) <= Budget;

        private async Task<RefineTrial> TryAsync(IModel<Table> model, string why, CancellationToken ct)
        {
            var key = Key(model);
            known.Add(key);
            var trial = new RefineTrial(model, key.Item1, key.Item2, why);
            await AgainAsync(trial, ct).ConfigureAwait(false);
            trial.SameAs = trials.FirstOrDefault(t => t.Family == trial.Family && t.First.Scores.SequenceEqual(trial.First.Scores));
            trials.Add(trial);
            return trial;
        }

        private async Task AgainAsync(RefineTrial trial, CancellationToken ct)
        {
            var number = trial.Judgements == 0 ? trials.Count + 1 : trials.IndexOf(trial) + 1;
            run.Report(Stage.Fit, $"attempt {number}: {trial.Family} {trial.Settings}".TrimEnd() + (trial.Judgements == 0 ? "" : ", again on other rows"), (long)spent, (long)Budget);
            var cost = Cost(trial.Model);
            trial.Add(await judge.JudgeAsync(trial.Model, trial.Judgements, ct).ConfigureAwait(false), cost);
            spent += cost;
        }

        private void End()
        {
            var reached = refine.Until.IsEmpty ? "the whole budget was used" : Best is { Within: true, Shortfall: 0 } ? "every gate is met on the inner holdout" : "not every gate is met on the inner holdout";
            Ending = string.Create(CultureInfo.InvariantCulture, $"refine made {trials.Count} attempts on {judge.TrialRows} rows each, {spent:0} s of the {Budget:0} s planned by the table of costs: {reached}");
        }

        private double Cost(IModel<Table> model) => CostOn(model, judge.TrialRows);

        private double CostOn(IModel<Table> model, int rows) => (FitCost.Seconds(model, rows, real.Columns.Length) + FitCost.JudgeSeconds(rows, real.Columns.Length)) / AutoPlan.Together;

        private double Last(IModel<Table> model) => FitCost.Seconds(model, real.Rows, real.Columns.Length) / AutoPlan.Together;

        private (string, string) Key(IModel<Table> model)
        {
            var defaults = ModelSettings.Of(ModelCatalog.Default.Create(model.Id, target: refine.Target));
            return (model.Id, string.Join(" ", ModelSettings.Of(model).Where(p => defaults[p.Key] != p.Value).Select(p => $"{p.Key}={p.Value}")));
        }
    }
}
