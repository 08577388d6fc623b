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

    [Theory]
    [InlineData(1.0, 0.5)]
    [InlineData(0.5, 0.8)] // rows a round leaves out must be scored all the same
    public void Learns_values(double share, double most)
    {
        var x = Uniform(2000, 2);
        var y = new float[2000];
        for (var i = 0; i < y.Length; i++) y[i] = 100 + 10 * x[0][i] * x[1][i];
        var bins = BinnedMatrix.Build(x, Run);
        var p = BoostedTrees.Fit(new Boosting { Subsample = share }, BoostingLoss.Squared, bins, y, 0, [], Run).Predict(bins);
        var worst = 0f;
        for (var i = 0; i < y.Length; i++) worst = Math.Max(worst, Math.Abs(p[i] - y[i]));
        Assert.True(worst < most, $"{worst}");
    }

    [Fact]
    public void Sends_missing_values_to_the_side_they_resemble()
    {
        var x = Uniform(3000, 1);
        var y = new float[3000];
        for (var i = 0; i < y.Length; i++)
        {
            y[i] = x[0][i] > 0.6f ? 1 : 0;
            if (y[i] == 1 && i % 2 == 0) x[0][i] = float.NaN; // missing only where the label is 1
        }
        var bins = BinnedMatrix.Build(x, Run);
        var model = BoostedTrees.Fit(new Boosting { Rounds = 30, Depth = 1 }, BoostingLoss.Logistic, bins, y, 2, [], Run);
        var p = model.Predict(bins.Bin([[float.NaN, 0.2f, 0.9f]]));
        Assert.True(p[0] > 0.9 && p[1] < 0.1 && p[2] > 0.9, string.Join(' ', p));
    }

    [Fact]
    public void Missing_alone_can_be_cut_off()
    {
        var x = Uniform(1000, 1);
        var y = new float[1000];
        for (var i = 0; i < y.Length; i++)
            if (i % 4 == 0) (x[0][i], y[i]) = (float.NaN, 1);
        var bins = BinnedMatrix.Build(x, Run);
        var p = BoostedTrees.Fit(new Boosting { Rounds = 30, Depth = 1 }, BoostingLoss.Logistic, bins, y, 2, [], Run).Predict(bins);
        Assert.Equal(1, ShareRight(p, y));
    }

    [Fact]
    public void Missing_values_never_seen_go_with_the_heavier_side()
    {
        var x = Uniform(1000, 1);
        var y = new float[1000];
        for (var i = 0; i < y.Length; i++) y[i] = x[0][i] > 0.8f ? 1 : 0;
        var bins = BinnedMatrix.Build(x, Run);
        var low = BoostedTrees.Fit(new Boosting { Rounds = 1, Depth = 1 }, BoostingLoss.Squared, bins, y, 0, [], Run).Predict(bins.Bin([[float.NaN, 0.1f, 0.9f]]));
        for (var i = 0; i < y.Length; i++) y[i] = x[0][i] > 0.2f ? 1 : 0;
        var high = BoostedTrees.Fit(new Boosting { Rounds = 1, Depth = 1 }, BoostingLoss.Squared, bins, y, 0, [], Run).Predict(bins.Bin([[float.NaN, 0.1f, 0.9f]]));
        Assert.Equal(low[1], low[0]);
        Assert.Equal(high[2], high[0]);
        Assert.NotEqual(low[1], low[2]);
    }

    [Theory]
    [InlineData(BoostingLoss.Logistic)]
    [InlineData(BoostingLoss.Squared)]
    [InlineData(BoostingLoss.Softmax)]
    public void Training_loss_falls_with_every_round(BoostingLoss loss)
    {
        var x = Uniform(600, 4);
        var toss = Run.Stream("test/noise").Sequence();
        var y = new float[600];
        for (var i = 0; i < y.Length; i++) y[i] = toss.NextUnit() < 0.2 + 0.6 * x[0][i] * x[1][i] ? 1 : 0;
        var bins = BinnedMatrix.Build(x, Run);
        var last = double.PositiveInfinity;
        for (var rounds = 0; rounds < 12; rounds++)
        {
            var p = BoostedTrees.Fit(new Boosting { Rounds = rounds, Depth = 3 }, loss, bins, y, 2, [], Run).Predict(bins);
            if (loss == BoostingLoss.Softmax) p = [.. p.Where((_, i) => i % 2 == 1)];
            var now = loss == BoostingLoss.Squared ? p.Zip(y, (a, b) => (double)(a - b) * (a - b)).Sum() : LogLoss(p, y);
            Assert.True(now < last, $"round {rounds}: {now} after {last}");
            last = now;
        }
    }

    [Fact]
    public void Two_classes_by_softmax_and_by_logistic_agree()
    {
        var x = Uniform(2000, 3);
        var y = new float[2000];
        for (var i = 0; i < y.Length; i++) y[i] = x[0][i] + x[1][i] > 1.2f ? 1 : 0;
        var bins = BinnedMatrix.Build(x, Run);
        var a = BoostedTrees.Fit(new Boosting { Rounds = 40 }, BoostingLoss.Logistic, bins, y, 2, [], Run).Predict(bins);
        var b = BoostedTrees.Fit(new Boosting { Rounds = 40 }, BoostingLoss.Softmax, bins, y, 2, [], Run).Predict(bins);
        var apart = 0;
        for (var i = 0; i < y.Length; i++) apart += a[i] > 0.5f != b[2 * i + 1] > 0.5f ? 1 : 0;
        Assert.True(apart < 20, $"{apart} of 2000 rows differ");
    }

    [Fact]
    public void Importance_finds_the_feature_that_matters_and_sums_to_one()
    {
        var x = Uniform(2000, 5);
        var y = new float[2000];
        for (var i = 0; i < y.Length; i++) y[i] = 3 * x[3][i];
        var importance = BoostedTrees.Fit(new Boosting { Rounds = 10 }, BoostingLoss.Squared, BinnedMatrix.Build(x, Run), y, 0, [], Run).Importance;
        Assert.True(importance[3] > 0.99);
        Assert.Equal(1, importance.Sum(), 1e-12);
    }

    [Theory]
    [InlineData(BoostingLoss.Logistic, 1.0)]
    [InlineData(BoostingLoss.Squared, 0.7)]
    [InlineData(BoostingLoss.Softmax, 0.7)]
    public void Same_seed_gives_same_bytes_at_any_thread_count(BoostingLoss loss, double share)
    {
        const int rows = 20_000;
        var x = Uniform(rows, 9);
        var y = new float[rows];
        for (var i = 0; i < y.Length; i++) y[i] = (int)(3 * x[1][i] * x[2][i] + x[3][i] * 0.5f) % (loss == BoostingLoss.Logistic ? 2 : 3);
        byte[] Bytes(int threads)
        {
            var run = Run with { Threads = threads };
            var bins = BinnedMatrix.Build(x, run);
            var model = BoostedTrees.Fit(new Boosting { Rounds = 6, Subsample = share, ColumnSample = share }, loss, bins, y, 3, [], run);
            return [.. System.Runtime.InteropServices.MemoryMarshal.AsBytes(model.Predict(bins, default, run).AsSpan()), .. System.Runtime.InteropServices.MemoryMarshal.AsBytes(model.Importance.AsSpan())];
        }
        var one = Bytes(1);
        Assert.Equal(one, Bytes(2));
        Assert.Equal(one, Bytes(3));
    }

    // Seen equal with AVX-512, AVX2 alone and 128-bit vectors alone. A deliberate change of the algorithm changes it.
    [Fact]
    public void Predictions_have_the_same_bytes_on_every_vector_width()
    {
        var x = Uniform(1003, 5);
        for (var i = 0; i < 1003; i += 7) x[2][i] = float.NaN;
        var y = new float[1003];
        for (var i = 0; i < y.Length; i++) y[i] = (int)(2.9f * x[0][i] * (0.2f + x[1][i]) / 1.2f);
        var bins = BinnedMatrix.Build(x, Run);
        var options = new Boosting { Rounds = 10, Subsample = 0.8 };
        float[] all =
        [
            .. BoostedTrees.Fit(options, BoostingLoss.Softmax, bins, y, 3, [], Run).Predict(bins),
            .. BoostedTrees.Fit(options, BoostingLoss.Squared, bins, y, 0, [], Run).Predict(bins),
            .. BoostedTrees.Fit(options, BoostingLoss.Logistic, bins, [.. y.Select(v => v > 0 ? 1f : 0f)], 2, [], Run).Predict(bins),
            .. RandomForest.Fit(new ForestSettings { Trees = 5 }, bins, y, 3, [], Run).Predict(bins),
        ];
        var hash = System.Security.Cryptography.SHA256.HashData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(all.AsSpan()));
        Assert.Equal("E33E6B9E17991BC8", Convert.ToHexString(hash)[..16]);
    }

    [Fact]
    public void Another_seed_samples_other_rows()
    {
        var x = Uniform(2000, 3);
        var y = x[0].Select(v => v > 0.5f ? 1f : 0f).ToArray();
        var bins = BinnedMatrix.Build(x, Run);
        var options = new Boosting { Rounds = 5, Subsample = 0.5 };
        var a = BoostedTrees.Fit(options, BoostingLoss.Logistic, bins, y, 2, [], Run).Predict(bins);
        Assert.NotEqual(a, BoostedTrees.Fit(options, BoostingLoss.Logistic, bins, y, 2, [], Run.With(8)).Predict(bins));
        Assert.NotEqual(a, BoostedTrees.Fit(options with { Stream = "other" }, BoostingLoss.Logistic, bins, y, 2, [], Run).Predict(bins));
    }

    [Fact]
    public void Chosen_rows_teach_as_if_they_were_all()
    {
        var x = Uniform(900, 3);
        var y = x[0].Select(v => v * v).ToArray();
        var bins = BinnedMatrix.Build(x, Run);
        int[] rows = [.. Enumerable.Range(0, 900).Where(i => i % 3 != 0)];
        var some = BoostedTrees.Fit(new Boosting { Rounds = 5 }, BoostingLoss.Squared, bins, y, 0, rows, Run).Predict(bins, rows);
        var alone = bins.Bin([.. x.Select(c => rows.Select(r => c[r]).ToArray())]);
        Assert.Equal(BoostedTrees.Fit(new Boosting { Rounds = 5 }, BoostingLoss.Squared, alone, [.. rows.Select(r => y[r])], 0, [], Run).Predict(alone), some);
    }

    [Fact]
    public void Data_with_nothing_to_learn_do_no_harm()
    {
        var missing = Enumerable.Repeat(float.NaN, 50).ToArray();
        var constant = Enumerable.Repeat(4f, 50).ToArray();
        var some = Enumerable.Range(0, 50).Select(i => (float)i).ToArray();
        foreach (var loss in Enum.GetValues<BoostingLoss>())
            foreach (var target in new[] { new float[50], Enumerable.Repeat(1f, 50).ToArray(), [.. some.Select(v => v % 2)] })
                foreach (var columns in new[] { [missing], [constant], [missing, constant, some], Array.Empty<float[]>() })
                {
                    var bins = columns.Length == 0 ? BinnedMatrix.Build([some], Run) : BinnedMatrix.Build(columns, Run);
                    var p = BoostedTrees.Fit(new Boosting { Rounds = 3, Lambda = 0, MinChildWeight = 0 }, loss, bins, target, 2, [], Run).Predict(bins);
                    Assert.All(p, v => Assert.InRange(v, -0.01f, 1.01f));
                }
        var one = BinnedMatrix.Build([[1f], [float.NaN]], Run);
        Assert.Equal(7f, BoostedTrees.Fit(new Boosting(), BoostingLoss.Squared, one, [7f], 0, [], Run).Predict(one)[0]);
        Assert.InRange(BoostedTrees.Fit(new Boosting(), BoostingLoss.Logistic, one, [1f], 2, [], Run).Predict(one)[0], 0.5f, 1f);
    }

    [Fact]
    public void Huge_and_tiny_targets_are_learnt_to_the_same_relative_error()
    {
        var x = Uniform(1000, 2);
        var bins = BinnedMatrix.Build(x, Run);
        var y = x[0].Select(v => v > 0.5f ? 2f : 1f).ToArray();
        var p = BoostedTrees.Fit(new Boosting(), BoostingLoss.Squared, bins, y, 0, [], Run).Predict(bins);
        foreach (var factor in new[] { 1e-12f, 1e12f })
        {
            var q = BoostedTrees.Fit(new Boosting(), BoostingLoss.Squared, bins, [.. y.Select(v => v * factor)], 0, [], Run).Predict(bins);
            for (var i = 0; i < p.Length; i++) Assert.Equal(p[i], q[i] / factor, 1e-4);
        }
    }

    [Fact]
    public void Refuses_what_cannot_be_learnt()
    {
        var bins = BinnedMatrix.Build([[1f, 2f]], Run);
        string Code(BoostingLoss loss, float[] y, BinnedMatrix x) => Assert.Throws<FitException>(() => BoostedTrees.Fit(new Boosting(), loss, x, y, 2, [], Run)).Code;
        Assert.Equal("SB3042", Code(BoostingLoss.Logistic, [0, 2], bins));
        Assert.Equal("SB3042", Code(BoostingLoss.Softmax, [0, 2], bins));
        Assert.Equal("SB3042", Code(BoostingLoss.Squared, [0, float.NaN], bins));
        Assert.Equal("SB3041", Code(BoostingLoss.Squared, [], BinnedMatrix.Build([[]], Run)));
        Assert.Throws<ArgumentException>(() => BoostedTrees.Fit(new Boosting(), BoostingLoss.Squared, bins, [1f, 2f], 0, [], Run).Predict(BinnedMatrix.Build([[1f], [1f]], Run)));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => BoostedTrees.Fit(new Boosting(), BoostingLoss.Squared, bins, [1f, 2f], 0, [], Run, cancelled.Token));
    }
}
