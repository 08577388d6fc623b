using Semblance.Numerics;

namespace Semblance.Tests.Numerics;

public sealed class RandomForestTests
{
    private static readonly Run Run = Run.With(5) with { Threads = 1 };

    private static (BinnedMatrix X, float[] Y) Circle(int rows, string name, BinnedMatrix? like = null)
    {
        var x = new float[6][];
        for (var f = 0; f < x.Length; f++)
        {
            var draw = Run.Stream($"{name}/{f}").Sequence();
            x[f] = new float[rows];
            foreach (ref var v in x[f].AsSpan()) v = (float)(2 * draw.NextUnit() - 1);
        }
        var y = new float[rows];
        for (var i = 0; i < rows; i++) y[i] = x[0][i] * x[0][i] + x[1][i] * x[1][i] < 0.6f ? 1 : 0;
        return (like is null ? BinnedMatrix.Build(x, Run) : like.Bin(x), y);
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, true)]
    [InlineData(2, false)]
    public void Classifies_rows_it_has_not_seen(int classes, bool replace)
    {
        var (x, y) = Circle(3000, "train");
        var (test, truth) = Circle(2000, "test", x);
        var forest = RandomForest.Fit(new ForestSettings { Trees = 30, Replace = replace, Rows = 0.7 }, x, y, classes, [], Run);
        var p = forest.Predict(test);
        var right = 0;
        for (var i = 0; i < truth.Length; i++) right += p[i * classes + (int)truth[i]] > 0.5f ? 1 : 0;
        Assert.True(right > 1840, $"{right} of 2000 right");
        Assert.True(forest.Importance[0] + forest.Importance[1] > 0.6);
        Assert.Equal(1, forest.Importance.Sum(), 1e-12);
    }

    [Fact]
    public void Regresses_better_than_its_trees()
    {
        var (x, y) = Circle(2000, "train");
        var (test, truth) = Circle(2000, "test", x);
        var forest = RandomForest.Fit(new ForestSettings { Trees = 25, Tree = new() { MinLeaf = 1, Features = 3 } }, x, y, 0, [], Run);
        double Error(float[] p) => p.Zip(truth, (a, b) => (double)(a - b) * (a - b)).Sum();
        var whole = Error(forest.Predict(test));
        Assert.All(forest.Trees, tree => Assert.True(Error(tree.Predict(test)) > whole));
    }

    [Fact]
    public void Same_seed_gives_same_bytes_at_any_thread_count_and_another_seed_does_not()
    {
        var (x, y) = Circle(5000, "train");
        var settings = new ForestSettings { Trees = 7, Rows = 0.5 };
        float[] Of(Run run) => RandomForest.Fit(settings, x, y, 2, [], run).Predict(x, default, run);
        Assert.Equal(Of(Run), Of(Run with { Threads = 2 }));
        Assert.NotEqual(Of(Run), Of(Run.With(6)));
    }

    [Fact]
    public void Prediction_is_the_mean_of_the_trees()
    {
        var (x, y) = Circle(300, "train");
        var forest = RandomForest.Fit(new ForestSettings { Trees = 4 }, x, y, 2, [], Run);
        var p = forest.Predict(x, [5, 3]);
        for (var c = 0; c < 2; c++)
        {
            Assert.Equal(forest.Trees.Average(t => t.Predict(x, [5])[c]), p[c], 1e-6);
            Assert.Equal(forest.Trees.Average(t => t.Predict(x, [3])[c]), p[2 + c], 1e-6);
        }
    }

    [Fact]
    public void One_row_makes_a_forest()
    {
        var x = BinnedMatrix.Build([[1f]], Run);
        Assert.Equal(3f, RandomForest.Fit(new ForestSettings { Trees = 3 }, x, [3f], 0, [], Run).Predict(x)[0]);
    }
}
