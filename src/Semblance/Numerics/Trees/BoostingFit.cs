namespace Semblance.Numerics;

/// <summary>One fit of boosted trees: scores, gradients, trees, round after round.</summary>
internal sealed class BoostingFit
{
    private readonly Boosting options;
    private readonly BoostingLoss loss;
    private readonly BinnedMatrix x;
    private readonly Run run;
    private readonly int outputs;
    private readonly int[] rows;        // learnt from, in the order given
    private readonly float[] targets;   // by position in rows
    private readonly float[][] scores;  // per output, by position in rows
    private readonly double[] importance;

    public BoostingFit(Boosting options, BoostingLoss loss, BinnedMatrix x, ReadOnlySpan<float> y, int outputs, ReadOnlySpan<int> rows, Run run)
    {
        (this.options, this.loss, this.x, this.outputs, this.run) = (options, loss, x, outputs, run);
        if (y.Length != x.Rows) throw new ArgumentException($"There are {y.Length} targets for {x.Rows} rows.", nameof(y));
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        if (x.Features > ushort.MaxValue) throw new FitException("SB3043", $"Trees take at most {ushort.MaxValue} features, but there are {x.Features}. Leave some out.");
        this.rows = rows.IsEmpty ? [.. Enumerable.Range(0, x.Rows)] : rows.ToArray();
        if (this.rows.Length == 0) throw new FitException("SB3041", "There are no rows to learn from.");
        targets = new float[this.rows.Length];
        for (var i = 0; i < targets.Length; i++) targets[i] = Checked(y[this.rows[i]]);
        importance = new double[x.Features];
        Start = StartOf();
        scores = new float[outputs][];
        for (var k = 0; k < outputs; k++)
        {
            scores[k] = new float[targets.Length];
            scores[k].AsSpan().Fill(Start[k]);
        }
    }

    /// <summary>Score of a row before the first tree: the mean, the log-odds of the base rate, or the log of each class's share.</summary>
    public float[] Start { get; }

    public (TreeArrays[] Trees, double[] Importance) Fit(CancellationToken ct)
    {
        var trees = new List<TreeArrays>();
        var grower = new TreeGrower();
        // Rows inside the fit go by position, so that gradients are read in order; codes are gathered once.
        var pairs = new long[x.Rows];
        var gradient = new float[rows.Length];
        var hessian = new float[rows.Length];
        var probabilities = new float[outputs * (loss == BoostingLoss.Softmax ? rows.Length : 0)];
        for (var round = 0; round < options.Rounds; round++)
        {
            if (loss == BoostingLoss.Softmax) Probabilities(probabilities);
            for (var k = 0; k < outputs; k++)
            {
                ct.ThrowIfCancellationRequested();
                Gradients(k, probabilities, gradient, hessian);
                double sumG = 0, sumH = 0;
                for (var i = 0; i < rows.Length; i++)
                {
                    sumG += Math.Abs(gradient[i]);
                    sumH += hessian[i];
                }
                var scale = GradientScale.For(sumG, sumH);
                for (var i = 0; i < rows.Length; i++) pairs[rows[i]] = scale.Quantise(gradient[i], hessian[i]);
                rows.CopyTo(grower.Reserve(rows.Length), 0);
                var rule = new SplitRule(options.Lambda * scale.Hessian, Math.Max(1, options.MinChildWeight * scale.Hessian));
                var root = grower.Grow(x.Packed, pairs, rows.Length, rule, options.Depth);
                float Value(GrowNode node) => (float)(-options.LearningRate * PackedSum.Gradient(node.Sum) / (PackedSum.Hessian(node.Sum) + rule.Lambda) * (scale.Hessian / scale.Gradient));
                var tree = TreeArrays.From(root, x.Packed.Features, Value, importance, scale.Hessian / (scale.Gradient * scale.Gradient));
                trees.Add(tree);
                Span<byte> codes = new byte[x.Features];
                for (var i = 0; i < rows.Length; i++)
                {
                    for (var f = 0; f < codes.Length; f++) codes[f] = x.Codes(f)[rows[i]];
                    scores[k][i] += tree.Values[tree.Leaf(codes)];
                }
            }
        }
        var total = importance.Sum();
        if (total > 0)
            for (var f = 0; f < importance.Length; f++) importance[f] /= total;
        return ([.. trees], importance);
    }

    private void Gradients(int k, float[] probabilities, float[] gradient, float[] hessian)
    {
        var score = scores[k];
        for (var i = 0; i < targets.Length; i++)
        {
            switch (loss)
            {
                case BoostingLoss.Squared:
                    gradient[i] = score[i] - targets[i];
                    hessian[i] = 1;
                    break;
                case BoostingLoss.Logistic:
                    var p = Links.Sigmoid(score[i]);
                    gradient[i] = p - targets[i];
                    hessian[i] = Links.Curvature(p);
                    break;
                default:
                    var q = probabilities[i * outputs + k];
                    gradient[i] = q - (targets[i] == k ? 1 : 0);
                    hessian[i] = 2 * Links.Curvature(q);
                    break;
            }
        }
    }

    private void Probabilities(float[] probabilities)
    {
        for (var i = 0; i < targets.Length; i++)
            for (var k = 0; k < outputs; k++) probabilities[i * outputs + k] = scores[k][i];
        Links.Apply(loss, probabilities, outputs);
    }

    private float[] StartOf()
    {
        if (loss == BoostingLoss.Softmax)
        {
            var counts = new int[outputs];
            foreach (var t in targets) counts[(int)t]++;
            return [.. counts.Select(c => (float)FastMath.Log(Math.Max(c, 0.5) / targets.Length))];
        }
        var sum = 0.0;
        foreach (var t in targets) sum += t;
        var mean = sum / targets.Length;
        if (loss == BoostingLoss.Squared) return [(float)mean];
        var kept = Math.Clamp(mean, 0.5 / targets.Length, 1 - 0.5 / targets.Length); // one class only: certain, but not infinitely
        return [(float)FastMath.Log(kept / (1 - kept))];
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
}
