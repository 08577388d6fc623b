namespace Semblance.Numerics;

/// <summary>Checked targets of a tree or forest.</summary>
internal sealed class TreeTargets
{
    public const int MaxFeatures = short.MaxValue; // a node's 16 bits tell apart twice as many places

    public TreeTargets(BinnedMatrix x, ReadOnlySpan<float> y, int classes, ReadOnlySpan<int> rows)
    {
        if (y.Length != x.Rows) throw new ArgumentException($"There are {y.Length} targets for {x.Rows} rows.", nameof(y));
        ArgumentOutOfRangeException.ThrowIfNegative(classes);
        CheckSize(x, rows.IsEmpty ? x.Rows : rows.Length);
        Rows = rows.IsEmpty ? [.. Enumerable.Range(0, x.Rows)] : rows.ToArray();
        Classes = classes;
        var magnitude = 0.0;
        foreach (var row in Rows)
        {
            var target = y[row];
            if (classes == 0 ? !float.IsFinite(target) : !(target >= 0 && target < classes && target == (int)target))
                throw new FitException("SB3042", FormattableString.Invariant(
                    $"The target of row {row} is {target}, but {(classes == 0 ? "a finite number" : $"a class from 0 to {classes - 1}")} is expected. Leave out the rows whose target is missing."));
            Mean += target;
            magnitude = Math.Max(magnitude, Math.Abs(target));
        }
        Mean = classes == 0 ? Mean / Rows.Length : 0;
        if (classes > 2)
        {
            ClassOf = new int[y.Length];
            foreach (var row in Rows) ClassOf[row] = (int)y[row];
            return;
        }
        // One class number or one centred value in quanta; the hessian counts rows.
        Pairs = new long[y.Length];
        var sum = 0.0;
        foreach (var row in Rows) sum += classes == 0 ? Math.Abs(y[row] - Mean) : 1;
        Scale = GradientScale.For(Math.Max(sum, Rows.Length * magnitude * 1e-12), 1).Gradient;
        if (classes > 0) Scale = 1;
        foreach (var row in Rows) Pairs[row] = PackedSum.Of((int)Math.Round((y[row] - Mean) * Scale), 1);
    }

    /// <summary>What every fit of trees refuses.</summary>
    public static void CheckSize(BinnedMatrix x, int rows)
    {
        if (rows == 0) throw new FitException("SB3041", "There are no rows to learn from.");
        if (x.Features > MaxFeatures) throw new FitException("SB3043", $"Trees take at most {MaxFeatures} features, but there are {x.Features}. Leave some out.");
        if ((long)rows * x.Features > Array.MaxLength - 8)
            throw new FitException("SB3044", $"Trees take at most 2^31 cells, but {rows} rows of {x.Features} features were given. Learn from a sample of the rows.");
    }

    /// <summary>Rows to learn from, in the order given.</summary>
    public int[] Rows { get; }

    /// <summary>0 to regress.</summary>
    public int Classes { get; }

    /// <summary>Class numbers by row, where there are more than two.</summary>
    public int[]? ClassOf { get; }

    /// <summary>Packed target and count by row, where one number tells all.</summary>
    public long[]? Pairs { get; }

    /// <summary>Quanta per unit of target.</summary>
    public double Scale { get; }

    /// <summary>What was taken from the targets before they were cut to quanta.</summary>
    public double Mean { get; }

    public int Outputs => Math.Max(1, Classes);
}
