using System.Collections.Immutable;
using Semblance.Data;
using Semblance.Metrics;

namespace Semblance;

/// <summary>Judging synthetic tables.</summary>
public static class Evaluation
{
    extension(Table synthetic)
    {
        /// <summary>
        /// Compares this synthetic table with the real rows it was made from and, where given, with real rows the generator never saw. Deterministic for one seed
        /// at any thread count.
        /// </summary>
        /// <param name="against">The real rows the generator was fitted on.</param>
        /// <param name="holdout">Real rows it never saw. Without them ceilings, C2ST, utility and distance shares have no value.</param>
        /// <param name="target">Column that a user would predict; null leaves utility out.</param>
        /// <param name="run">Seed, threads, progress.</param>
        /// <param name="metrics">Which metrics; null for <see cref="MetricCatalog.Default"/>.</param>
        /// <param name="ct">Stops the work.</param>
        /// <exception cref="SchemaException">A column of the real data is lacking, or the target is none (SB1202).</exception>
        public Task<Scorecard> EvaluateAsync(Table against, Table? holdout, string? target, Run run, MetricCatalog? metrics = null, CancellationToken ct = default) =>
            Task.Run(() => Evaluate(new Evidence<Table>(against, synthetic) { Holdout = holdout, Target = target }, metrics ?? MetricCatalog.Default, run, ct), ct);

        /// <inheritdoc cref="EvaluateAsync(Table, Table, Table?, string?, Run, MetricCatalog?, CancellationToken)"/>
        public Task<Scorecard> EvaluateAsync(Table against, Table? holdout, string? target, Run run, CancellationToken ct) =>
            synthetic.EvaluateAsync(against, holdout, target, run, null, ct);
    }

    extension(Evidence<Table> evidence)
    {
        /// <summary>Judges by all the evidence there is: also sensitive columns, and a model for metrics that must refit. Deterministic for one seed at any thread count.</summary>
        /// <param name="run">Seed, threads, progress.</param>
        /// <param name="metrics">Which metrics; null for <see cref="MetricCatalog.Default"/>.</param>
        /// <param name="ct">Stops the work.</param>
        /// <exception cref="SchemaException">A column of the real data is lacking, or the target or a sensitive column is none (SB1202).</exception>
        /// <exception cref="RecipeException">The sensitive columns can't be read, or the target is one of them (SB2102).</exception>
        public Task<Scorecard> EvaluateAsync(Run run, MetricCatalog? metrics = null, CancellationToken ct = default) =>
            Task.Run(() => Evaluate(evidence, metrics ?? MetricCatalog.Default, run, ct), ct);
    }

    private static Scorecard Evaluate(Evidence<Table> evidence, MetricCatalog catalog, Run run, CancellationToken ct)
    {
        var data = Comparison.Of(evidence, run);
        var scores = ImmutableArray.CreateBuilder<ScoredMetric>(catalog.Metrics.Length);
        var details = Finding.None("");
        PrivacyDetail? privacy = null;
        FairnessDetail? fairness = null;
        LearningDetail? learning = null;
        foreach (var metric in catalog.Metrics)
        {
            ct.ThrowIfCancellationRequested();
            run.Report(Stage.Evaluate, metric.Title, scores.Count, catalog.Metrics.Length);
            var start = run.Clock.GetTimestamp();
            var finding = metric is TableMetric own ? own.Judge(data, run, ct) : new Finding(metric.Measure(evidence, run, ct).Checked());
            scores.Add(new ScoredMetric
            {
                Name = metric.Name, Title = metric.Title, What = metric.What, Direction = metric.Direction, Bounds = metric.Bounds,
                Score = finding.Score, SampledRows = finding.SampledRows, Seconds = run.Clock.GetElapsedTime(start).TotalSeconds,
            });
            details = details with
            {
                Columns = finding.Columns.IsEmpty ? details.Columns : finding.Columns,
                Pairs = finding.Pairs ?? details.Pairs,
                Detector = finding.Detector ?? details.Detector,
                Utility = finding.Utility ?? details.Utility,
            };
            if (finding.Privacy is { } add) privacy = add(privacy ?? new PrivacyDetail());
            if (finding.Learning is { } teach) learning = teach(learning ?? new LearningDetail());
            if (finding.Fairness is { } tell) fairness = tell(fairness ?? new FairnessDetail { Sensitive = evidence.Sensitive ?? "" });
        }
        run.Report(Stage.Evaluate, "done", scores.Count, scores.Count);
        var all = scores.MoveToImmutable();
        return new Scorecard
        {
            Scores = all, Verdict = Verdict.Of(all, evidence.Holdout is not null, evidence.Target, evidence.Synthetic.Rows, evidence.Sensitive), Seed = run.Seed, Target = evidence.Target,
            RealRows = evidence.Real.Rows, SyntheticRows = evidence.Synthetic.Rows, HoldoutRows = evidence.Holdout?.Rows,
            Columns = details.Columns, Pairs = details.Pairs, Detector = details.Detector, Privacy = privacy, Utility = details.Utility, Learning = learning, Fairness = fairness,
            Notes = data.Notes,
        };
    }
}
