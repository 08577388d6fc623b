namespace Semblance.Numerics;

/// <summary>One fit of boosted trees: scores, gradients, trees, round after round. Rows are numbered by their place in the sample learnt from.</summary>
internal sealed class BoostingFit
{
    private const int ParallelRows = 16_384; // below this, handing out work costs more than it saves

    private readonly Boosting options;
    private readonly BoostingLoss loss;
    private readonly BinnedMatrix x;
    private readonly Run run;
    private readonly int outputs;
    private readonly float[] targets;
    private readonly float[]? weights;
    private readonly float[][] scores; // per output
    private readonly double[] gains;

    public BoostingFit(Boosting options, BoostingLoss loss, BinnedMatrix x, ReadOnlySpan<float> y, int outputs, ReadOnlySpan<int> rows, ReadOnlySpan<float> weights, Run run)
    {
        if (y.Length != x.Rows) throw new ArgumentException($"There are {y.Length} targets for {x.Rows} rows.", nameof(y));
        if (!weights.IsEmpty && weights.Length != x.Rows) throw new ArgumentException($"There are {weights.Length} weights for {x.Rows} rows.", nameof(weights));
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        TreeTargets.CheckSize(x, rows.IsEmpty ? x.Rows : rows.Length);
        (this.options, this.loss, this.outputs) = (options, loss, outputs);
        this.x = rows.IsEmpty ? x : x.Take(rows);
        this.run = this.x.Rows < ParallelRows && outputs == 1 ? run with { Threads = 1 } : run;
        targets = new float[this.x.Rows];
        for (var i = 0; i < targets.Length; i++) targets[i] = Checked(y[rows.IsEmpty ? i : rows[i]]);
        if (!weights.IsEmpty) this.weights = new float[targets.Length];
        for (var i = 0; i < targets.Length && !weights.IsEmpty; i++) this.weights![i] = weights[rows.IsEmpty ? i : rows[i]];
        gains = new double[x.Features];
        Start = StartOf();
        scores = new float[outputs][];
        for (var k = 0; k < outputs; k++)
        {
            scores[k] = new float[Filled];
            scores[k].AsSpan().Fill(Start[k]);
        }
    }

    // Rows filled up to whole vectors.
    private int Filled => (targets.Length + 15) / 16 * 16;

    /// <summary>Score of a row before the first tree: the mean, the log-odds of the base rate, or the log of each class's share.</summary>
    public float[] Start { get; }

    /// <summary>Share of the total gain per feature.</summary>
    public double[] Importance => ImpurityGrower.Shares(gains);

    public TreeArrays[] Fit(CancellationToken ct)
    {
        var trees = new TreeArrays[options.Rounds * outputs];
        // Several outputs: one tree on each thread. One output: the threads share its tree.
        var workers = new Worker[Math.Min(Math.Max(1, run.Threads), outputs)];
        for (var w = 0; w < workers.Length; w++) workers[w] = new Worker(targets.Length, outputs == 1 ? run : run with { Threads = 1 });
        var probabilities = loss == BoostingLoss.Squared ? null : new float[outputs][];
        for (var k = 0; k < outputs && probabilities is not null; k++) probabilities[k] = new float[Filled];
        for (var round = 0; round < options.Rounds; round++)
        {
            if (probabilities is not null) Estimate(probabilities, ct);
            var sample = new BoostingSample(options, x, run, round);
            var first = round * outputs;
            Blocks.For(workers.Length, run, ct, w =>
            {
                for (var k = w; k < outputs; k += workers.Length) trees[first + k] = OneTree(workers[w], k, (probabilities ?? scores)[k], sample, ct);
            });
            for (var k = 0; k < outputs; k++) trees[first + k].AddGains(gains);
        }
        return trees;
    }

    private TreeArrays OneTree(Worker worker, int k, float[] estimates, BoostingSample sample, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var n = targets.Length;
        var blocks = Blocks.Count(n);
        Blocks.ForRange(n, Blocks.Rows, worker.Run, ct, (from, to) =>
        {
            var target = targets.AsSpan(from..to);
            if (loss == BoostingLoss.Softmax) target = worker.Mark(target, k, from);
            worker.Sums[from / Blocks.Rows] = Links.Derive(loss, estimates.AsSpan(from..to), target, worker.Gradients.AsSpan(from..to), worker.Hessians.AsSpan(from..to));
            if (weights is not null) worker.Sums[from / Blocks.Rows] = Weigh(weights.AsSpan(from..to), worker.Gradients.AsSpan(from..to), worker.Hessians.AsSpan(from..to));
        });
        var (sumG, sumH) = (0.0, 0.0);
        for (var b = 0; b < blocks; b++) (sumG, sumH) = (sumG + worker.Sums[b].Gradient, sumH + worker.Sums[b].Hessian);
        var scale = GradientScale.For(sumG, sumH);
        Blocks.ForRange(n, Blocks.Rows, worker.Run, ct, (from, to) =>
            scale.Quantise(worker.Gradients.AsSpan(from..to), worker.Hessians.AsSpan(from..to), worker.Pairs.AsSpan(from..to)));

        var rule = new SplitRule(options.Lambda * scale.Hessian, Math.Max(1, options.MinChildWeight * scale.Hessian));
        var count = sample.CopyRows(worker.Grower.Reserve(n));
        var root = worker.Grower.Grow(sample.Data, worker.Pairs, count, rule, options.Depth, worker.Run, ct);
        // Quanta back to units: gradient / hessian is a score, gradient² / hessian a gain.
        var step = -options.LearningRate * (scale.Hessian / scale.Gradient);
        var tree = TreeArrays.From(root, sample.Data.Features, x.Features, node => (float)(step * PackedSum.Gradient(node.Sum) / (PackedSum.Hessian(node.Sum) + rule.Lambda)),
            scale.Hessian / (scale.Gradient * scale.Gradient));
        var score = scores[k];
        if (count == n) worker.Grower.AddToScores(root, tree, score);
        else TreeWalk.Leaves(new[] { tree }, x, null, worker.Run, ct, (_, at, leaves) =>
            {
                for (var i = 0; i < leaves.Length; i++) score[at + i] += tree.Values[leaves[i]];
            });
        return tree;
    }

    private void Estimate(float[][] probabilities, CancellationToken ct) => Blocks.ForRange(targets.Length, Blocks.Rows, run, ct, (from, to) =>
    {
        if (loss == BoostingLoss.Logistic) Links.Sigmoid(scores[0].AsSpan(from..to), probabilities[0].AsSpan(from..to));
        else Links.Softmax(scores, probabilities, from, to);
    });

    private static (double Gradient, double Hessian) Weigh(ReadOnlySpan<float> weights, Span<float> gradients, Span<float> hessians)
    {
        double sumG = 0, sumH = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            sumG += Math.Abs(gradients[i] *= weights[i]);
            sumH += hessians[i] *= weights[i];
        }
        return (sumG, sumH);
    }

    private float[] StartOf()
    {
        double all = targets.Length;
        if (weights is not null) all = Sum(weights);
        if (loss == BoostingLoss.Softmax)
        {
            var counts = new double[outputs];
            for (var i = 0; i < targets.Length; i++) counts[(int)targets[i]] += weights?[i] ?? 1;
            return [.. counts.Select(c => (float)FastMath.Log(Math.Max(c, 0.5) / all))];
        }
        var sum = 0.0;
        for (var i = 0; i < targets.Length; i++) sum += weights is null ? targets[i] : (double)weights[i] * targets[i];
        var mean = sum / all;
        if (loss == BoostingLoss.Squared) return [(float)mean];
        var kept = Math.Clamp(mean, 0.5 / targets.Length, 1 - 0.5 / targets.Length); // one class only: certain, but not infinitely
        return [(float)FastMath.Log(kept / (1 - kept))];
    }

    private static double Sum(float[] values)
    {
        var sum = 0.0;
        foreach (var value in values) sum += value;
        return sum;
    }

    private float Checked(float target)
    {
        var fits = loss switch
        {
            BoostingLoss.Squared => float.IsFinite(target),
            BoostingLoss.Logistic => target is 0 or 1,
            _ => target >= 0 && target < outputs && target == (int)target,
        };
        if (fits) return target;
        var wanted = loss switch { BoostingLoss.Squared => "a finite number", BoostingLoss.Logistic => "0 or 1", _ => FormattableString.Invariant($"a class from 0 to {outputs - 1}") };
        throw new FitException("SB3042", FormattableString.Invariant($"A target is {target}, but {wanted} is expected. Leave out the rows whose target is missing."));
    }

    /// <summary>What one thread of a fit keeps from tree to tree.</summary>
    private sealed class Worker(int rows, Run run)
    {
        private float[]? marks;

        public Run Run { get; } = run;
        public TreeGrower Grower { get; } = new();
        public float[] Gradients { get; } = new float[rows];
        public float[] Hessians { get; } = new float[rows];
        public long[] Pairs { get; } = new long[rows];
        public (double Gradient, double Hessian)[] Sums { get; } = new (double, double)[Blocks.Count(rows)];

        /// <summary>1 where the class is <paramref name="k"/>, else 0.</summary>
        public Span<float> Mark(ReadOnlySpan<float> classes, int k, int from)
        {
            marks ??= new float[Pairs.Length];
            var span = marks.AsSpan(from, classes.Length);
            for (var i = 0; i < span.Length; i++) span[i] = classes[i] == k ? 1 : 0;
            return span;
        }
    }
}
