using Semblance.Data;
using Semblance.Metrics;
using Semblance.Numerics;
using static Semblance.Tests.Metrics.Population;

namespace Semblance.Tests.Metrics;

public sealed class DownstreamTests
{
    private static readonly Run Run = Run.With(3);

    private static Downstream Task(string target, int rows = 600) =>
        Downstream.Of(Comparison.Of(new Evidence<Table>(Sample(rows, 1), Sample(rows, 2)) { Holdout = Sample(rows, 3) }, Run), target, Run, out var why) ?? throw new InvalidOperationException(why);

    [Fact]
    public void A_row_of_weight_two_counts_as_two_rows()
    {
        // Levels and small whole numbers: the bins are the same however often a row stands there.
        var task = Task("owner");
        var (real, synthetic) = (task.Rows(Side.Real, 300, Run, "a"), task.Rows(Side.Synthetic, 200, Run, "a"));
        var few = Boosted(task, [.. real, .. real], synthetic, 1);
        Assert.True(Apart(few, Boosted(task, real, synthetic, 2)) < 1e-5);
        Assert.True(Apart(few, Boosted(task, real, synthetic, 1)) > 1e-2);

        static float Apart(float[] a, float[] b) => a.Zip(b, (p, q) => Math.Abs(p - q)).Max();

        static float[] Boosted(Downstream task, int[] real, int[] synthetic, float weight)
        {
            var features = task.Inputs.Where(f => f.Name is "city" or "region" or "gap").ToArray();
            var x = BinnedMatrix.Build(FeatureMatrix.Of(features, (Side.Real, real), (Side.Synthetic, synthetic)), Run);
            float[] y = [.. real.Select(r => task.Target.Values[(int)Side.Real][r]), .. synthetic.Select(r => task.Target.Values[(int)Side.Synthetic][r])];
            float[] weights = [.. real.Select(_ => weight), .. synthetic.Select(_ => 1f)];
            var trees = BoostedTrees.Fit(new Boosting { Rounds = 10, Depth = 3 }, BoostingLoss.Logistic, x, y, 2, [], weights, Run, default);
            return trees.Predict(x, Enumerable.Range(0, 200).ToArray());
        }
    }

    [Theory]
    [InlineData("owner", 0.85)] // AUC
    [InlineData("region", 0.99)] // F1; the region follows from the city
    [InlineData("spent", 0.9)] // R2; spent is about half of the income
    public void It_learns_from_rows_of_any_side(string target, double atLeast)
    {
        var task = Task(target);
        var real = task.Learn(Downstream.Quick, [new(Side.Real, task.Rows(Side.Real, 400, Run, "a"))], Run, default);
        var mixed = task.Learn(Downstream.Quick, [new(Side.Real, task.Rows(Side.Real, 400, Run, "a"), 2), new(Side.Synthetic, task.Rows(Side.Synthetic, 400, Run, "a"))], Run, default);
        Assert.InRange(real.Quality, atLeast, 1);
        Assert.InRange(mixed.Quality, atLeast, 1);
        var interval = task.Bootstrap((drawn, _) => mixed.Scores.Quality(drawn), "b", Run, default)!.Value;
        Assert.InRange(mixed.Quality, interval.Low, interval.High);
    }

    [Theory]
    [InlineData("id", "identifier")]
    [InlineData("note", "free text")]
    [InlineData("source", "one class")]
    public void What_cannot_be_predicted_is_said(string target, string word)
    {
        var data = Comparison.Of(new Evidence<Table>(Sample(90, 1), Sample(90, 2)) { Holdout = Sample(90, 3) }, Run);
        Assert.Null(Downstream.Of(data, target, Run, out var why));
        Assert.Contains(word, why, StringComparison.Ordinal);
    }
}
