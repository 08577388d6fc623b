using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>
/// <see cref="Detection"/> by logistic regression, synthetic against training rows: SDMetrics' LogisticDetection. It sees single columns only, so independent columns
/// pass it; it is kept because it is widely quoted.
/// </summary>
internal sealed class LogisticC2st : TableMetric
{
    private const int RowLimit = 15_000;
    private const int CellLimit = 20_000_000; // of the one-hot matrix; wide tables use fewer rows
    private const int MostColumns = 1_000;    // of the one-hot matrix; wider tables are represented by random columns

    public override string Name => "fidelity.c2st-logistic";
    public override string Title => "Simple detector";
    public override string What => "How hard it is for a simple (linear) detector to tell synthetic rows from training rows: a low bar, 1 = it can only guess.";

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        var features = Some(data.Features, run);
        var limit = Math.Clamp(CellLimit / 2 / OneHotMatrix.Width(features), 10 * Detection.LeastRows, RowLimit);
        var rows = Math.Min(limit, Math.Min(data.Rows(Side.Real), data.Rows(Side.Synthetic)));
        if (rows < Detection.LeastRows) return Finding.None($"needs at least {Detection.LeastRows} rows a side");
        var tests = new List<Detection.Samples> { data.Draw(Side.Real, Side.Synthetic, rows, run, "evaluate/c2st-logistic") };
        if (data.FreshSamples(rows, run, "evaluate/c2st-logistic") is { } fresh) tests.Add(fresh);
        var found = Detection.Of(tests, samples => Learner(features, samples, run, ct), run, "evaluate/c2st-logistic", ct);
        return new Finding(new Score(found[0].Value, found[0].Interval, found.Length > 1 ? found[1].Value : null)) { SampledRows = rows };
    }

    private static IReadOnlyList<Feature> Some(IReadOnlyList<Feature> features, Run run)
    {
        if (OneHotMatrix.Width(features) <= MostColumns) return features;
        var chosen = new List<Feature>();
        foreach (var i in RowSample.Of(features.Count, features.Count, run.Stream("evaluate/c2st-logistic/columns")))
            if (chosen.Count == 0 || OneHotMatrix.Width(chosen) + OneHotMatrix.Width([features[i]]) <= MostColumns) chosen.Add(features[i]);
        return chosen;
    }

    private static Detection.Learner Learner(IReadOnlyList<Feature> features, Detection.Samples samples, Run run, CancellationToken ct)
    {
        var alone = run with { Threads = 1, Progress = null }; // folds share the threads
        var matrix = OneHotMatrix.Of(features, (samples.First, samples.FirstRows), (samples.Second, samples.SecondRows));
        return (_, train, test) =>
        {
            var model = LogisticRegression.Fit(matrix.Take(train), Array.ConvertAll(train, r => r < samples.FirstRows.Length), alone, ct: ct);
            var probabilities = new double[test.Length];
            model.Predict(matrix.Take(test), probabilities);
            return (Array.ConvertAll(probabilities, p => (float)p), []);
        };
    }
}
