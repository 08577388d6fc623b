using Semblance.Numerics;

namespace Semblance.Tests.Numerics;

public sealed class BoostedTreesTests
{
    private static readonly Run Run = Run.With(7) with { Threads = 1 };

    // Features uniform in [0, 1), reproducible.
    private static float[][] Uniform(int rows, int features, string name = "test/uniform")
    {
        var x = new float[features][];
        for (var f = 0; f < features; f++)
        {
            var draw = Run.Stream($"{name}/{f}").Sequence();
            x[f] = new float[rows];
            for (var i = 0; i < rows; i++) x[f][i] = (float)draw.NextUnit();
        }
        return x;
    }

    private static double LogLoss(float[] p, float[] y)
    {
        var sum = 0.0;
        for (var i = 0; i < y.Length; i++) sum -= FastMath.Log(Math.Max(1e-7, y[i] == 1 ? p[i] : 1 - p[i]));
        return sum / y.Length;
    }

    private static double ShareRight(float[] p, float[] y)
    {
        var right = 0;
        for (var i = 0; i < y.Length; i++) right += (p[i] > 0.5f ? 1 : 0) == (int)y[i] ? 1 : 0;
        return right / (double)y.Length;
    }

    [Fact]
    public void Learns_exclusive_or()
    {
        var x = Uniform(2000, 2);
        var y = new float[2000];
        for (var i = 0; i < y.Length; i++) y[i] = x[0][i] > 0.5f != x[1][i] > 0.5f ? 1 : 0;
        var bins = BinnedMatrix.Build(x, Run);
        var model = BoostedTrees.Fit(new Boosting { Rounds = 20, Depth = 3 }, BoostingLoss.Logistic, bins, y, 2, [], Run);
        Assert.Equal(1, model.Outputs);
        Assert.True(ShareRight(model.Predict(bins), y) > 0.98);
    }

    [Fact]
    public void Learns_classes_and_gives_probabilities()
    {
        var x = Uniform(1500, 3);
        var y = new float[1500];
        for (var i = 0; i < y.Length; i++) y[i] = x[1][i] < 0.3f ? 0 : x[2][i] < 0.5f ? 1 : 2;
        var bins = BinnedMatrix.Build(x, Run);
        var model = BoostedTrees.Fit(new Boosting { Rounds = 20, Depth = 3 }, BoostingLoss.Softmax, bins, y, 3, [], Run);
        var p = model.Predict(bins);
        var right = 0;
        for (var i = 0; i < y.Length; i++)
        {
            var row = p.AsSpan(i * 3, 3);
            Assert.Equal(1, row[0] + row[1] + row[2], 1e-5);
            right += row[(int)y[i]] > 0.5f ? 1 : 0;
        }
        Assert.True(right > 1470, $"{right} of 1500 right");
    }

    [Fact]
    public void Learns_values()
    {
        var x = Uniform(2000, 2);
        var y = new float[2000];
        for (var i = 0; i < y.Length; i++) y[i] = 100 + 10 * x[0][i] * x[1][i];
        var bins = BinnedMatrix.Build(x, Run);
        var p = BoostedTrees.Fit(new Boosting(), BoostingLoss.Squared, bins, y, 0, [], Run).Predict(bins);
        var worst = 0f;
        for (var i = 0; i < y.Length; i++) worst = Math.Max(worst, Math.Abs(p[i] - y[i]));
        Assert.True(worst < 0.5, $"{worst}");
    }
}
