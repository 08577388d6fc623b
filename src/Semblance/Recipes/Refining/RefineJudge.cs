using System.Collections.Immutable;
using System.Globalization;
using Semblance.Data;
using Semblance.Metrics;

namespace Semblance.Recipes;

/// <summary>What one fit of an attempt got on rows it had not seen.</summary>
/// <param name="Scores">Score by name.</param>
/// <param name="Ceilings">What fresh real rows get, by name.</param>
/// <param name="Bounds">How far it is on the wrong side of each privacy bound, below 0 within; as many and in the same order for every attempt.</param>
/// <param name="Goals">The other gates, met or not.</param>
/// <param name="GivesAway">Column that the detector goes by most; null without a detector.</param>
/// <param name="Suspects">Columns whose encoding may be at fault: the three that the detector goes by most, and the one whose own distribution falls furthest short of that of fresh real rows.</param>
internal sealed record RefineJudgement(ImmutableSortedDictionary<string, double> Scores, ImmutableSortedDictionary<string, double> Ceilings, ImmutableArray<double> Bounds, ImmutableArray<GateResult> Goals, string? GivesAway, ImmutableArray<string> Suspects);

/// <summary>
/// Judges attempts on an inner holdout. Split 0 serves the search; split 1, of other rows, confirms. What is measured is what the gates speak of, and what tells the good from the bad in any case:
/// detection, utility, nearness and copies, and the shape of every column, for what is to be mended.
/// </summary>
internal sealed class RefineJudge
{
    private const string Detection = "fidelity.c2st", Utility = "utility.tstr", Shape = "fidelity.shape", Distance = "privacy.dcr-share", Copies = "privacy.exact-copies";

    /// <summary>The privacy bound where no gate gives one; that of <c>auto</c>.</summary>
    private const double MostDistanceShare = 0.53, MostCopies = 0.005;

    /// <summary>Most rows that judge: detectors and distances look at no more.</summary>
    private const int MostJudging = 10_000;

    private readonly Table real;
    private readonly string? target, sensitive, quasi;
    private readonly bool attacks;
    private readonly ImmutableArray<Gate> gates;
    private readonly MetricCatalog metrics;
    private readonly Run run;
    private readonly Dictionary<int, (Table Train, Table Holdout)> splits = [];

    public RefineJudge(Table real, string? target, string? sensitive, string? quasi, ImmutableArray<Gate> gates, int trialRows, Run run)
    {
        (this.real, this.target, this.sensitive, this.quasi, this.gates, this.run) = (real, target, sensitive, quasi, gates, run);
        attacks = gates.SelectMany(g => g.Scores).Any(MetricCatalog.Default.NeedsModel);
        string[] always = target is null ? [Detection, Shape, Distance, Copies] : [Detection, Shape, Utility, Distance, Copies];
        metrics = MetricCatalog.Default.Only([.. always.Concat(gates.SelectMany(g => g.Scores)).Distinct()]);
        TrialRows = trialRows;
    }

    /// <summary>Rows an attempt is fitted to.</summary>
    public int TrialRows { get; }

    /// <summary>By how much two equal models may differ by luck on one split: three standard errors of a detection score near its best, as <c>auto</c> has it.</summary>
    public double Luck => Math.Max(0.01, 3 / Math.Sqrt(6.0 * Judging(real.Rows)));

    /// <summary>Rows that an attempt may be fitted to at most: a fifth judges.</summary>
    public static int MostTrialRows(int rows) => rows - Judging(rows);

    private static int Judging(int rows) => Math.Min(rows / 5, MostJudging);

    /// <summary>Fits, makes as many rows, judges.</summary>
    /// <param name="model">The attempt.</param>
    /// <param name="split">Which split; each has a seed of its own for the fit too.</param>
    /// <param name="ct">Stops the work.</param>
    public async Task<RefineJudgement> JudgeAsync(IModel<Table> model, int split, CancellationToken ct)
    {
        var (train, holdout) = Split(split);
        var own = run with { Seed = new Seed(run.Seed.Value + (ulong)split), Progress = null, Budget = null };
        using var generator = await model.FitAsync(train, own, ct).ConfigureAwait(false);
        var synthetic = await generator.GenerateAsync(train.Rows, own, ct).ConfigureAwait(false);
        var evidence = new Evidence<Table>(train, synthetic) { Holdout = holdout, Target = target, Sensitive = sensitive, Quasi = quasi, Model = attacks ? model : null };
        var card = await evidence.EvaluateAsync(own, metrics, ct).ConfigureAwait(false);
        var results = gates.Select(g => g.Check(card)).ToImmutableArray();
        return new RefineJudgement(Values(card, s => s.Value), Values(card, s => s.Ceiling), Bounds(card, results), [.. results.Where(r => !r.Gate.IsPrivacy)], card.Detector?.Features.FirstOrDefault()?.Column, Suspects(card));
    }

    private static ImmutableArray<string> Suspects(Scorecard card)
    {
        var seen = card.Detector?.Features.Select(f => f.Column).Distinct().Take(3) ?? [];
        var worst = card.Columns.Where(c => c.Shape < c.ShapeCeiling).MaxBy(c => c.ShapeCeiling - c.Shape);
        return [.. seen.Concat(worst is null ? [] : [worst.Name]).Distinct()];
    }

    private static ImmutableSortedDictionary<string, double> Values(Scorecard card, Func<Score, double?> of) =>
        card.Scores.Where(s => of(s.Score) is not null).ToImmutableSortedDictionary(s => s.Name, s => of(s.Score)!.Value, StringComparer.Ordinal);

    /// <summary>The privacy gates; where none speaks of nearness or of copies, the usual bound on that.</summary>
    private static ImmutableArray<double> Bounds(Scorecard card, ImmutableArray<GateResult> results)
    {
        List<double> bounds = [.. results.Where(r => r.Gate.IsPrivacy).Select(r => r.Margin)];
        if (!results.Any(r => r.Gate.Scores.Contains(Distance))) bounds.Add(card[Distance].Score is { Value: { } share } distance ? (distance.Interval?.Low ?? share) - MostDistanceShare : 0);
        if (!results.Any(r => r.Gate.Scores.Contains(Copies))) bounds.Add((card[Copies].Score.Value ?? 0) - MostCopies);
        return [.. bounds];
    }

    private (Table Train, Table Holdout) Split(int split)
    {
        if (splits.TryGetValue(split, out var found)) return found;
        var rows = new int[real.Rows];
        for (var row = 0; row < rows.Length; row++) rows[row] = row;
        run.Stream(string.Create(CultureInfo.InvariantCulture, $"refine/split/{split}")).Sequence().Shuffle<int>(rows);
        var judging = Judging(real.Rows);
        return splits[split] = (real.Take(rows.AsSpan(judging, Math.Min(TrialRows, rows.Length - judging))), real.Take(rows.AsSpan(0, judging)));
    }

    /// <summary>Detection + utility, each at most 1.</summary>
    public static double Quality(ImmutableSortedDictionary<string, double> scores) => scores.GetValueOrDefault(Detection) + Math.Min(1, scores.GetValueOrDefault(Utility));

    /// <summary>How much more fresh real rows get, in detection and in utility.</summary>
    public static (double Detection, double Utility) Lacks(RefineJudgement judged) =>
        (judged.Ceilings.GetValueOrDefault(Detection) - judged.Scores.GetValueOrDefault(Detection), judged.Scores.TryGetValue(Utility, out var utility) ? 1 - utility : 0);
}
