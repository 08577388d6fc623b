using Semblance.Metrics;

namespace Semblance.Reports;

/// <summary>The numbers of a scorecard as JSON. Times are left out, so that two equal evaluations give equal bytes.</summary>
internal static class EvaluationJson
{
    /// <summary>Rises when a reader of the old form would misread the new.</summary>
    private const int Version = 1;

    public static string Render(Scorecard card, ReportContext context)
    {
        var json = new JsonText();
        json.Object(null, () =>
        {
            json.Text("kind", "semblance/scorecard");
            json.Count("version", Version);
            json.Text("title", context.Title);
            json.Object("rows", () =>
            {
                json.Count("real", card.RealRows);
                json.Count("synthetic", card.SyntheticRows);
                json.Count("holdout", card.HoldoutRows);
            });
            json.Text("target", card.Target);
            json.Text("seed", card.Seed.ToString()); // as text: 64 bits do not fit the numbers of most JSON readers
            json.Object("verdict", () =>
            {
                json.Text("headline", card.Verdict.Headline);
                foreach (var section in card.Verdict.Sections)
                    json.Object(Key(section.Title), () =>
                    {
                        json.Text("grade", Key(section.Grade.ToString()));
                        json.Text("reason", section.Reason);
                        json.Texts("scores", section.Scores);
                    });
            });
            json.Object("scores", () =>
            {
                foreach (var metric in card.Scores) json.Object(metric.Name, () => Score(json, metric));
            });
            json.Array("columns", card.Columns, column => Column(json, column));
            json.Object("pairs", card.Pairs, pairs => Pairs(json, pairs));
            json.Object("detector", card.Detector, detector => Detector(json, detector));
            json.Object("privacy", card.Privacy, privacy => Privacy(json, privacy));
            json.Object("utility", card.Utility, utility => Utility(json, utility));
            json.Object("learning", card.Learning, learning => LearningPanel.Write(json, learning));
            json.Object("fairness", card.Fairness, fairness => FairnessPanel.Write(json, fairness));
            foreach (var panel in context.Panels) json.Object(panel.Id, () => panel.Numbers(json));
            json.Texts("notes", card.Notes);
            ProvenanceJson.Write(json, context);
        });
        return json.ToString();
    }

    private static void Score(JsonText json, ScoredMetric metric)
    {
        json.Text("title", metric.Title);
        json.Number("value", metric.Score.Value);
        if (metric.Score.Interval is { } interval) json.Array("interval", [interval.Low, interval.High], v => json.Number(v));
        else json.Text("interval", null);
        json.Number("ceiling", metric.Score.Ceiling);
        json.Text("why", metric.Score.Why);
        json.Text("direction", Key(metric.Direction.ToString()));
        json.Array("bounds", [metric.Bounds.Low, metric.Bounds.High], v => json.Number(v));
        json.Count("sampledRows", metric.SampledRows);
    }

    private static void Column(JsonText json, ColumnDetail column) => json.Object(null, () =>
    {
        json.Text("name", column.Name);
        json.Text("kind", Key(column.Kind.ToString()));
        json.Number("shape", column.Shape);
        json.Number("shapeCeiling", column.ShapeCeiling);
        json.Object("missing", () =>
        {
            json.Number("real", column.MissingReal);
            json.Number("synthetic", column.MissingSynthetic);
            json.Number("holdout", column.MissingHoldout);
        });
        json.Array("bins", column.Bins, bin => json.Object(null, () =>
        {
            json.Text("label", bin.Label);
            json.Flag("range", bin.IsRange);
            json.Number("low", bin.Low);
            json.Number("high", bin.High);
            json.Number("real", bin.Real);
            json.Number("synthetic", bin.Synthetic);
            json.Number("holdout", bin.Holdout);
        }));
    });

    private static void Pairs(JsonText json, PairDetail pairs)
    {
        json.Count("pairs", pairs.Pairs);
        json.Count("relatedPairs", pairs.RelatedPairs);
        json.Texts("columns", pairs.Columns);
        json.Numbers("real", pairs.Real.Values);
        json.Numbers("synthetic", pairs.Synthetic.Values);
        if (pairs.Holdout is { } holdout) json.Numbers("holdout", holdout.Values);
        else json.Text("holdout", null);
        json.Array("worst", pairs.Worst, pair => json.Object(null, () =>
        {
            json.Text("first", pair.First);
            json.Text("second", pair.Second);
            json.Text("measure", pair.Measure);
            json.Number("real", pair.Real);
            json.Number("synthetic", pair.Synthetic);
            json.Number("score", pair.Score);
            json.Number("ceiling", pair.Ceiling);
        }));
    }

    private static void Detector(JsonText json, DetectorDetail detector)
    {
        json.Text("against", detector.Against);
        json.Number("auc", detector.Auc);
        json.Number("aucCeiling", detector.AucCeiling);
        json.Array("features", detector.Features, feature => json.Object(null, () =>
        {
            json.Text("column", feature.Column);
            json.Number("share", feature.Share);
        }));
        json.Texts("findings", detector.Findings);
    }

    private static void Privacy(JsonText json, PrivacyDetail privacy)
    {
        json.Count("copies", privacy.Copies);
        json.Number("copyShare", privacy.CopyShare);
        json.Number("holdoutCopyShare", privacy.HoldoutCopyShare);
        json.Number("medianToReal", privacy.MedianToReal);
        json.Number("medianToHoldout", privacy.MedianToHoldout);
        json.Count("referenceRows", privacy.ReferenceRows);
        json.Count("measuredRows", privacy.MeasuredRows);
        json.Object("distances", privacy.Distances, distances =>
        {
            json.Numbers("edges", distances.Edges);
            json.Numbers("toReal", distances.ToReal);
            json.Numbers("toHoldout", distances.ToHoldout);
        });
        json.Object("quasiIdentifiers", privacy.QuasiIdentifiers.IsEmpty ? null : privacy, found =>
        {
            json.Texts("columns", found.QuasiIdentifiers);
            json.Count("smallestGroup", found.SmallestGroup);
            json.Number("smallGroupShare", found.SmallGroupShare);
        });
        json.Array("replayed", privacy.Replayed, column => json.Object(null, () =>
        {
            json.Text("column", column.Column);
            json.Text("form", column.Form);
            json.Number("share", column.Share);
            json.Number("holdoutShare", column.HoldoutShare);
        }));
        json.Array("attacks", privacy.Attacks, attack => json.Object(null, () =>
        {
            json.Text("score", attack.Metric);
            json.Text("title", attack.Title);
            json.Text("measure", attack.Measure);
            json.Number("value", attack.Value);
            json.Array("interval", [attack.Interval.Low, attack.Interval.High], v => json.Number(v));
            json.Number("reference", attack.Reference);
            json.Number("truePositiveRate", attack.TruePositiveRate);
            if (attack.TruePositiveInterval is { } rate) json.Array("truePositiveInterval", [rate.Low, rate.High], v => json.Number(v));
            else json.Text("truePositiveInterval", null);
            json.Text("said", attack.Said);
        }));
    }

    private static void Utility(JsonText json, UtilityDetail utility)
    {
        json.Text("target", utility.Target);
        json.Text("task", Key(utility.Task.ToString()));
        json.Text("learner", utility.Learner);
        json.Count("testRows", utility.TestRows);
        json.Array("measures", utility.Measures, measure => json.Object(null, () =>
        {
            json.Text("name", measure.Name);
            json.Text("direction", Key(measure.Direction.ToString()));
            json.Number("trainSynthetic", measure.TrainSynthetic);
            json.Number("trainReal", measure.TrainReal);
        }));
    }

    private static string Key(string word) => word.Length == 0 ? word : char.ToLowerInvariant(word[0]) + word[1..];
}
