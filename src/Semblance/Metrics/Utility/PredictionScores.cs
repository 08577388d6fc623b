namespace Semblance.Metrics;

/// <summary>Quality of predictions on weighted test rows: the weights are how often a bootstrap drew each row (all 1 for the plain score).</summary>
internal sealed class PredictionScores
{
    private readonly PredictionTarget target;
    private readonly float[] truth;
    private readonly float[] predicted; // values, or class probabilities side by side
    private readonly int[] best;        // class of the highest probability
    private readonly int[][] orders;    // per class whose AUC is taken, test rows by its probability

    public PredictionScores(PredictionTarget target, float[] truth, float[] predicted)
    {
        (this.target, this.truth, this.predicted) = (target, truth, predicted);
        var k = target.Classes;
        best = new int[truth.Length];
        orders = [];
        if (target.Task == PredictionTask.Regression) return;
        for (var i = 0; i < best.Length; i++)
            for (var c = 1; c < k; c++)
                if (predicted[i * k + c] > predicted[i * k + best[i]]) best[i] = c;
        orders = [.. Enumerable.Range(0, k).Select(c => target.Task == PredictionTask.Binary && c == 0 ? [] : Order(c))];
    }

    /// <summary>The measure that decides: AUC, weighted F1, or RMSE in the target's unit. NaN when the drawn rows have one class.</summary>
    public double Main(int[] weights) => target.Task switch
    {
        PredictionTask.Binary => Auc(1, weights),
        PredictionTask.Multiclass => F1(weights),
        _ => Rmse(weights),
    };

    /// <summary>What <see cref="Quality"/> is.</summary>
    public static string QualityName(PredictionTask task) => task switch { PredictionTask.Binary => "AUC", PredictionTask.Multiclass => "F1 (weighted)", _ => "R2" };

    /// <summary>
    /// The same as a share of what could be had, so that more is better whatever is predicted: AUC, weighted F1, or R2. NaN when the drawn rows have one class or
    /// value. Null weights: every row once.
    /// </summary>
    public double Quality(int[]? weights)
    {
        weights ??= Enumerable.Repeat(1, truth.Length).ToArray();
        return target.Task == PredictionTask.Regression ? R2(weights) : Main(weights);
    }

    /// <summary>Area under the ROC curve of one class against the rest; NaN when either is absent.</summary>
    public double Auc(int @class, int[] weights)
    {
        double below = 0, positives = 0, beaten = 0;
        var order = orders[@class];
        for (int i = 0, j; i < order.Length; i = j)
        {
            double here = 0, others = 0;
            var score = Probability(order[i], @class);
            for (j = i; j < order.Length && Probability(order[j], @class) == score; j++)
            {
                if (truth[order[j]] == @class) here += weights[order[j]];
                else others += weights[order[j]];
            }
            beaten += here * (below + others / 2);
            positives += here;
            below += others;
        }
        return positives > 0 && below > 0 ? beaten / (positives * below) : double.NaN;
    }

    /// <summary>Mean of the classes' AUC, weighted by their share of the test rows; NaN when one class has no test row.</summary>
    public double MeanAuc(int[] weights)
    {
        double sum = 0, total = 0;
        for (var c = 0; c < target.Classes; c++)
        {
            double share = 0;
            for (var i = 0; i < truth.Length; i++)
                if (truth[i] == c) share += weights[i];
            if (share == 0) continue; // a class that no test row has cannot be ranked
            sum += share * Auc(c, weights);
            total += share;
        }
        return sum / total;
    }

    /// <summary>F1 of each class, weighted by its share of the test rows.</summary>
    public double F1(int[] weights)
    {
        var hits = new double[target.Classes];
        var named = new double[target.Classes];
        var actual = new double[target.Classes];
        for (var i = 0; i < truth.Length; i++)
        {
            named[best[i]] += weights[i];
            actual[(int)truth[i]] += weights[i];
            if (best[i] == (int)truth[i]) hits[best[i]] += weights[i];
        }
        double sum = 0, total = 0;
        for (var c = 0; c < hits.Length; c++)
        {
            total += actual[c];
            if (hits[c] > 0) sum += actual[c] * 2 * hits[c] / (named[c] + actual[c]);
        }
        return sum / total;
    }

    /// <summary>Root of the mean squared error, in the target's unit.</summary>
    public double Rmse(int[] weights)
    {
        double sum = 0, total = 0;
        for (var i = 0; i < truth.Length; i++)
        {
            double error = predicted[i] - truth[i];
            sum += weights[i] * error * error;
            total += weights[i];
        }
        return target.Scale * Math.Sqrt(sum / total);
    }

    /// <summary>Share of the test rows' variance that is explained; NaN where they do not vary.</summary>
    public double R2(int[] weights)
    {
        double sum = 0, count = 0, rest = 0, all = 0;
        for (var i = 0; i < truth.Length; i++) (sum, count) = (sum + weights[i] * (double)truth[i], count + weights[i]);
        var mean = sum / count;
        for (var i = 0; i < truth.Length; i++)
        {
            rest += weights[i] * ((double)predicted[i] - truth[i]) * ((double)predicted[i] - truth[i]);
            all += weights[i] * (truth[i] - mean) * (truth[i] - mean);
        }
        return all > 0 ? 1 - rest / all : double.NaN;
    }

    private float Probability(int row, int @class) => predicted[row * target.Classes + @class];

    private int[] Order(int @class)
    {
        var order = new int[truth.Length];
        var keys = new float[truth.Length];
        for (var i = 0; i < order.Length; i++) (order[i], keys[i]) = (i, Probability(i, @class));
        Array.Sort(keys, order);
        return order;
    }
}
