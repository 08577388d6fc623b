using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Semblance.Numerics;

namespace Semblance.Bench;

/// <summary>Boosting against XGBoost's histogram method: 50,000 x 30 numbers, two classes, 100 rounds, depth 6, 256 bins, eta 0.1, lambda 1.</summary>
internal static partial class TreesBench
{
    private const int TrainRows = 50_000, TestRows = 20_000, Width = 30;

    public static void Run()
    {
        const int repeats = 9;
        var run = Semblance.Run.With(1) with { Threads = 1 };
        var (x, y) = Data(TrainRows, run, "train");
        var (testX, testY) = Data(TestRows, run, "test");
        var options = new Boosting { Rounds = 100, Depth = 6, LearningRate = 0.1, Lambda = 1, MinChildWeight = 1 };

        var bins = BinnedMatrix.Build(x, run);
        var testBins = bins.Bin(testX);
        var model = Fit(options, bins, y, run);
        double[] bin = new double[repeats], one = new double[repeats], two = new double[repeats], peer = new double[repeats], ratio = new double[repeats];
        double[] predict = new double[repeats], peerPredict = new double[repeats];
        var peerAuc = double.NaN;
        var peerTest = XGBoost.IsPresent ? XGBoost.Matrix(testX, null) : 0;
        for (var i = 0; i < repeats; i++)
        {
            bin[i] = Own(() => bins = BinnedMatrix.Build(x, run));
            one[i] = Own(() => model = Fit(options, bins, y, run));
            two[i] = Time(() => Fit(options, BinnedMatrix.Build(x, run with { Threads = 2 }), y, run with { Threads = 2 }));
            predict[i] = Own(() => model.Predict(testBins));
            if (!XGBoost.IsPresent) continue;
            using var xgboost = new XGBoost(x, y, ("tree_method", "hist"), ("nthread", "1"), ("max_depth", "6"), ("eta", "0.1"), ("lambda", "1"),
                ("max_bin", "256"), ("objective", "binary:logistic"), ("verbosity", "0"));
            peer[i] = Own(() => xgboost.Rounds(0, 100));
            peerAuc = Auc(xgboost.Predict(testX), testY);
            peerPredict[i] = Own(() => xgboost.Predict(peerTest));
            ratio[i] = (bin[i] + one[i]) / peer[i];
        }
        static void Line(string s) => Console.WriteLine(s);
        Line("\n### Boosting against XGBoost\n");
        Line(F($"50,000 x 30 numbers, two classes, 100 rounds, depth 6, 256 bins, eta 0.1, lambda 1; {TestRows:N0} test rows. Median of {repeats} alternating runs in one process, best in brackets. With one thread: processor time of that thread, as the machine has other users; with two: wall clock.\n"));
        Line("| | ms | of XGBoost | test AUC |\n|---|---|---|---|");
        var auc = Auc(model.Predict(testBins), testY);
        var base1 = Median(peer);
        if (XGBoost.IsPresent) Line(F($"| XGBoost {XGBoost.Version} hist, nthread 1, without making its matrix | {base1:0} ({peer.Min():0}) | 1 | {peerAuc:0.0000} |"));
        Line(F($"| Semblance, 1 thread, trees alone | {Median(one):0} ({one.Min():0}) | {Median(one) / base1:0.00} | {auc:0.0000} |"));
        Line(F($"| Semblance, 1 thread, with binning | {Median(one) + Median(bin):0} ({one.Min() + bin.Min():0}) | {Median(ratio):0.00} | {auc:0.0000} |"));
        Line(F($"| Semblance, 2 threads, with binning | {Median(two):0} ({two.Min():0}) | {Median(two) / base1:0.00} | |"));
        Line(F($"| binning alone | {Median(bin):0} ({bin.Min():0}) | | |"));
        Line(F($"| prediction of the test rows: Semblance | {Median(predict):0.0} ({predict.Min():0.0}) = {predict.Min() * 1e6 / TestRows:0} ns a row | {Median(predict) / Median(peerPredict):0.00} | |"));
        if (XGBoost.IsPresent) Line(F($"| prediction of the test rows: XGBoost | {Median(peerPredict):0.0} ({peerPredict.Min():0.0}) = {peerPredict.Min() * 1e6 / TestRows:0} ns a row | 1 | |"));
        OtherShapes(run);
    }

    // What metrics and models ask of the kernel.
    private static void OtherShapes(Semblance.Run run)
    {
        const int rows = 39_000;
        var (x, y) = Data(rows, run, "other", 14);
        var bins = BinnedMatrix.Build(x, run);
        var values = x[0].Select((v, i) => v * x[1][i] + x[2][i] + y[i]).ToArray();
        var classes = values.Select(v => (float)Math.Clamp((int)((v + 3) / 6 * 10), 0, 9)).ToArray();
        Console.WriteLine(F($"\n### 39,000 x 14, 1 thread, processor time, median (best) of 9\n\n| | fit, ms | prediction, ns a row |\n|---|---|---|"));
        void Row(string what, Func<Action> fit)
        {
            Action predict = fit();
            double[] fitting = new double[9], predicting = new double[9];
            for (var i = 0; i < fitting.Length; i++)
            {
                fitting[i] = Own(() => predict = fit());
                predicting[i] = Own(predict) * 1e6 / rows;
            }
            Console.WriteLine(F($"| {what} | {Median(fitting):0.0} ({fitting.Min():0.0}) | {Median(predicting):0} ({predicting.Min():0}) |"));
        }
        Action Boost(Boosting options, BoostingLoss loss, float[] target)
        {
            var trees = BoostedTrees.Fit(options, loss, bins, target, 10, [], run);
            return () => trees.Predict(bins);
        }
        Action Grow(float[] target, int count)
        {
            var tree = DecisionTree.Fit(new TreeSettings(), bins, target, count, [], run);
            return () => tree.Predict(bins);
        }
        Row("bins", () => { var b = BinnedMatrix.Build(x, run); return () => b.Bin(x); });
        Row("boosting, two classes, 30 rounds, depth 5", () => Boost(new Boosting { Rounds = 30, Depth = 5 }, BoostingLoss.Logistic, y));
        Row("boosting, two classes, 100 rounds, depth 6", () => Boost(new Boosting(), BoostingLoss.Logistic, y));
        Row("boosting, values, 100 rounds, depth 6", () => Boost(new Boosting(), BoostingLoss.Squared, values));
        Row("boosting, ten classes, 20 rounds, depth 5", () => Boost(new Boosting { Rounds = 20, Depth = 5 }, BoostingLoss.Softmax, classes));
        Row("one tree, two classes, leaves of 5", () => Grow(y, 2));
        Row("one tree, values, leaves of 5", () => Grow(values, 0));
        Row("one tree, ten classes, leaves of 5", () => Grow(classes, 10));
        Row("forest of 20, two classes, leaves of 1", () =>
        {
            var forest = RandomForest.Fit(new ForestSettings { Trees = 20 }, bins, y, 2, [], run);
            return () => forest.Predict(bins);
        });
    }

    private static string F(FormattableString s) => FormattableString.Invariant(s);

    private static BoostedTrees Fit(Boosting options, BinnedMatrix bins, float[] y, Semblance.Run run) =>
        BoostedTrees.Fit(options, BoostingLoss.Logistic, bins, y, 2, [], run);

    private static (float[][] X, float[] Y) Data(int rows, Semblance.Run run, string name, int width = Width)
    {
        var x = new float[width][];
        for (var f = 0; f < width; f++)
        {
            var draw = run.Stream($"bench/{name}/{f}").Sequence();
            x[f] = new float[rows];
            for (var i = 0; i < rows; i++) x[f][i] = (float)FastMath.NormalQuantile(draw.NextUnit() * 0.999999 + 5e-7);
        }
        var y = new float[rows];
        var toss = run.Stream($"bench/{name}/y").Sequence();
        for (var i = 0; i < rows; i++)
        {
            var score = 1.2 * x[0][i] - 0.9 * x[1][i] + (1 + 0.8 * x[3][i]) * x[2][i] + Math.Abs(x[4][i]) - 0.8 + 1.3 * FastMath.Sin(2 * x[5][i]) + (x[6][i] > 0.5f ? 0.8 * x[7][i] : -0.4 * x[8][i]);
            y[i] = toss.NextUnit() < FastMath.Sigmoid(score) ? 1 : 0;
        }
        return (x, y);
    }

    private static double Time(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalMilliseconds;
    }

    // Processor time of this thread: on a shared machine the wall clock also measures the neighbours. XGBoost with one thread works on the caller's.
    private static double Own(Action action)
    {
        _ = clock_gettime(3, out var before);
        action();
        _ = clock_gettime(3, out var after);
        return (after.Seconds - before.Seconds) * 1e3 + (after.Nanoseconds - before.Nanoseconds) * 1e-6;
    }

    private readonly record struct Clock(long Seconds, long Nanoseconds);

    [LibraryImport("libc")] private static partial int clock_gettime(int clock, out Clock time);

    private static double Median(double[] values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static double Auc(float[] p, float[] y)
    {
        var keys = p.ToArray();
        var labels = y.ToArray();
        Array.Sort(keys, labels);
        double below = 0, wins = 0, positives = 0;
        for (int i = 0, j; i < keys.Length; i = j)
        {
            double zeros = 0, ones = 0;
            for (j = i; j < keys.Length && keys[j] == keys[i]; j++)
                if (labels[j] == 1) ones++;
                else zeros++;
            wins += ones * (below + zeros / 2);
            (below, positives) = (below + zeros, positives + ones);
        }
        return wins / (positives * (keys.Length - positives));
    }
}
