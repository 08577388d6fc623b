using System.Collections.Immutable;
using System.Globalization;
using Semblance.Codecs;
using Semblance.Data;
using Semblance.Metrics;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// Chooses a model: fits each candidate to a part of the data, judges what it makes against another part that it has not seen, takes the best within the privacy
/// bound, and fits that one to all. The judging is done on a few thousand rows, so it costs less than the fit that follows.
/// </summary>
public sealed record Auto : IModel<Table>, IRanged, IBudgeted, IEncodes
{
    private const string Detection = "fidelity.c2st", Utility = "utility.tstr", Distance = "privacy.dcr-share", Copies = "privacy.exact-copies";

    /// <summary>A candidate whose copies are above this share is not taken.</summary>
    private const double MostCopies = 0.005;

    /// <summary>A candidate that is nearer to its training rows than this, for certain, is not taken.</summary>
    private const double MostDistanceShare = 0.53;

    /// <inheritdoc/>
    public string Id => "auto";

    /// <summary>Column the user would predict; null when there is none.</summary>
    public string? Target { get; init; }

    /// <summary>Rows the candidates are fitted to, 100 or more; half as many judge them. Default 5,000; more where the budget allows, up to 40,000.</summary>
    public int TrialRows { get; init; } = 5_000;

    /// <summary>Which models it may take. Default: those that also make rows fast.</summary>
    public AutoPreference Prefer { get; init; } = AutoPreference.Speed;

    /// <inheritdoc cref="ColumnEncodings"/>
    public ColumnEncodings Encoding { get; init; } = ColumnEncodings.None;

    /// <inheritdoc/>
    public async Task<IGenerator<Table>> FitAsync(Table real, Run run, CancellationToken ct = default)
    {
        Check();
        var started = run.Clock.GetTimestamp();
        var plan = AutoPlan.Of(this, real.Rows, real.Columns.Length, run.Budget?.Time);
        var candidates = plan.Candidates;
        var trail = real.Rows < 200 ? Untried(candidates, $"{real.Rows} rows are too few to hold any out; the first candidate is taken")
            : candidates.Length == 1 ? Untried(candidates, "the budget has no time to try others")
            : await TryAsync(plan, real, run, ct).ConfigureAwait(false);
        var chosen = trail.IndexOf(trail.First(a => a.Chosen));
        run.Report(Stage.Fit, candidates[chosen].Id, 0, null);
        var fitted = (TabularGenerator)await candidates[chosen].FitAsync(real, run with { Budget = null }, ct).ConfigureAwait(false);
        if (run.Budget is { } budget && run.Clock.GetElapsedTime(started) is var took && took > budget.Time)
            run.Note(Stage.Fit, string.Create(CultureInfo.InvariantCulture, $"auto took {took.TotalSeconds:0} s of {budget.Time.TotalSeconds:0} s: it planned for {plan.Seconds:0} s of two free cores. The plan does not look at the clock, so that the same budget always gives the same model"));
        return fitted.With(fitted.About with { Trail = trail });
    }

    void IRanged.Check() => Check();

    private void Check()
    {
        if (TrialRows < 100) throw new RecipeException("SB2022", $"auto: trialRows = {TrialRows} is out of range; give 100 or more");
    }

    private static ImmutableArray<Attempt> Untried(ImmutableArray<IModel<Table>> candidates, string why) =>
        [.. candidates.Select((c, i) => new Attempt(c.Id, Differs(c), ImmutableSortedDictionary<string, double>.Empty, i == 0, why))];

    private async Task<ImmutableArray<Attempt>> TryAsync(AutoPlan plan, Table real, Run run, CancellationToken ct)
    {
        var candidates = plan.Candidates;
        var rows = new int[real.Rows];
        for (var row = 0; row < rows.Length; row++) rows[row] = row;
        run.Stream("fit/auto/split").Sequence().Shuffle<int>(rows);
        var trainRows = plan.TrialRows;
        var train = real.Take(rows.AsSpan(0, trainRows));
        var holdout = real.Take(rows.AsSpan(trainRows, Math.Min(real.Rows - trainRows, trainRows / 2)));
        var metrics = MetricCatalog.Default.Only(Target is null ? [Detection, Distance, Copies] : [Detection, Utility, Distance, Copies]);
        var scores = new ImmutableSortedDictionary<string, double>[candidates.Length];
        var refusals = new string?[candidates.Length];
        for (var i = 0; i < candidates.Length; i++)
        {
            run.Report(Stage.Fit, $"trying {candidates[i].Id} {Differs(candidates[i])}".TrimEnd(), i, candidates.Length + 1);
            using var generator = await candidates[i].FitAsync(train, run with { Progress = null }, ct).ConfigureAwait(false);
            var synthetic = await generator.GenerateAsync(train.Rows, run with { Progress = null }, ct).ConfigureAwait(false);
            (scores[i], refusals[i]) = Judge(metrics, new Evidence<Table>(train, synthetic) { Holdout = holdout, Target = Target }, run with { Progress = null }, ct);
        }
        return Decide(candidates, scores, refusals, Margin(holdout.Rows));
    }

    private static (ImmutableSortedDictionary<string, double>, string?) Judge(MetricCatalog metrics, Evidence<Table> evidence, Run run, CancellationToken ct)
    {
        var values = ImmutableSortedDictionary.CreateBuilder<string, double>(StringComparer.Ordinal);
        string? refusal = null;
        foreach (var metric in metrics.Metrics)
        {
            var score = metric.Measure(evidence, run, ct);
            if (score.Value is not { } value) continue;
            values[metric.Name] = value;
            if (metric.Name == Copies && value > MostCopies) refusal = "it copies training rows";
            if (metric.Name == Distance && (score.Interval?.Low ?? value) > MostDistanceShare) refusal = "it is nearer to its training rows than chance allows";
        }
        return (values.ToImmutable(), refusal);
    }

    /// <summary>
    /// By how much a later candidate must be better. An area under the curve from n rows of each kind has a standard error of about 1 / sqrt(6 n) near one half, the score twice that; the same rows judge
    /// all candidates, but made rows, folds and fits differ. Three such errors: else the luckiest of many wins, not the best.
    /// </summary>
    private static double Margin(int holdoutRows) => Math.Max(0.01, 3 / Math.Sqrt(6.0 * holdoutRows));

    /// <summary>Highest detection score + utility ratio wins among those within the privacy bound; one that is not clearly better than an earlier candidate does not replace it.</summary>
    private static ImmutableArray<Attempt> Decide(ImmutableArray<IModel<Table>> candidates, ImmutableSortedDictionary<string, double>[] scores, string?[] refusals, double margin)
    {
        var best = -1;
        for (var i = 0; i < candidates.Length; i++)
            if (refusals[i] is null && (best < 0 || Merit(scores[i]) > Merit(scores[best]) + margin)) best = i;
        var forced = best < 0;
        if (forced) best = MostPrivate(scores);
        return [.. candidates.Select((c, i) => new Attempt(c.Id, Differs(c), scores[i], i == best, i == best
            ? forced ? "no candidate kept the privacy bound; this one comes nearest" : string.Create(CultureInfo.InvariantCulture, $"best: detection + utility = {Merit(scores[i]):0.000}")
            : refusals[i] ?? string.Create(CultureInfo.InvariantCulture, $"detection + utility = {Merit(scores[i]):0.000}")))];
    }

    private static int MostPrivate(ImmutableSortedDictionary<string, double>[] scores) =>
        Enumerable.Range(0, scores.Length).MinBy(i => Math.Max(scores[i].GetValueOrDefault(Copies) / MostCopies, scores[i].GetValueOrDefault(Distance) / MostDistanceShare));

    private static double Merit(ImmutableSortedDictionary<string, double> scores) => scores.GetValueOrDefault(Detection) + Math.Min(1, scores.GetValueOrDefault(Utility));

    /// <summary>The settings in which a candidate differs from its defaults.</summary>
    private static string Differs(IModel<Table> model)
    {
        var defaults = ModelSettings.Of((IModel<Table>)Activator.CreateInstance(model.GetType())!);
        return string.Join(" ", ModelSettings.Of(model).Where(p => p.Key != "target" && defaults[p.Key] != p.Value).Select(p => $"{p.Key}={p.Value}"));
    }
}
