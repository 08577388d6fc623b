using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>The boosting learner of <see cref="Detection"/>: 100 trees of depth 6, learning rate 0.2, the usual XGBoost detector.</summary>
internal static class BoostingDetector
{
    /// <summary>Columns that a tree looks at; wider tables show each tree a random choice of so many, so that work stays bounded.</summary>
    public const int MostColumns = 200;

    private static readonly Boosting Options = new() { Rounds = 100, Depth = 6, LearningRate = 0.2, Stream = "evaluate/c2st/boosting" };

    public static Func<Detection.Samples, Detection.Learner> Over(IReadOnlyList<Feature> features, Run run, CancellationToken ct)
    {
        var options = Options with { ColumnSample = Math.Min(1, (double)MostColumns / Math.Max(1, features.Count)) };
        var alone = run with { Threads = 1, Progress = null }; // folds share the threads
        return samples =>
        {
            var x = BinnedMatrix.Build(FeatureMatrix.Of(features, (samples.First, samples.FirstRows), (samples.Second, samples.SecondRows)), alone, ct);
            var y = new float[samples.FirstRows.Length + samples.SecondRows.Length];
            y.AsSpan(0, samples.FirstRows.Length).Fill(1);
            return (_, train, test) =>
            {
                var trees = BoostedTrees.Fit(options, BoostingLoss.Logistic, x, y, 2, train, alone, ct);
                return (trees.Predict(x, test), trees.Importance);
            };
        };
    }
}
