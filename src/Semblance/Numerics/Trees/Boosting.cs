namespace Semblance.Numerics;

/// <summary>What boosting makes small.</summary>
public enum BoostingLoss
{
    /// <summary>Half the squared error: predicts a value.</summary>
    Squared,
    /// <summary>Logistic loss on labels 0 and 1: predicts the probability of 1.</summary>
    Logistic,
    /// <summary>Cross-entropy on labels 0, 1, … : predicts a probability for each class.</summary>
    Softmax,
}

/// <summary>Settings of gradient boosting. The defaults are middle values that do well on tables of thousands of rows without tuning.</summary>
public sealed record Boosting
{
    /// <summary>Trees in sequence (for Softmax: one per class in each round). Default 100.</summary>
    public int Rounds { get; init; } = 100;

    /// <summary>Most cuts from root to leaf, 0 to 64. Default 6.</summary>
    public int Depth { get; init; } = 6;

    /// <summary>Share of each tree's answer that is added, above 0. Default 0.2.</summary>
    public double LearningRate { get; init; } = 0.2;

    /// <summary>L2 penalty on leaf values, in units of the hessian, at least 0. Default 1.</summary>
    public double Lambda { get; init; } = 1;

    /// <summary>Least hessian in a child (squared loss: least rows), at least 0. Default 1.</summary>
    public double MinChildWeight { get; init; } = 1;

    /// <summary>Share of rows each round sees, drawn without replacement from <see cref="Stream"/>; in (0, 1]. Default 1: all.</summary>
    public double Subsample { get; init; } = 1;

    /// <summary>Share of features each tree sees (at least one), drawn from <see cref="Stream"/>; in (0, 1]. Default 1: all.</summary>
    public double ColumnSample { get; init; } = 1;

    /// <summary>Name of the random stream of this fit; used only where rows or features are sampled. Two fits of one run that should differ need two names.</summary>
    public string Stream { get; init; } = "boosting";

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Rounds);
        ArgumentOutOfRangeException.ThrowIfNegative(Depth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Depth, 64);
        if (!(LearningRate > 0)) throw new ArgumentOutOfRangeException(nameof(LearningRate), LearningRate, "The learning rate must be above 0.");
        if (!(Lambda >= 0)) throw new ArgumentOutOfRangeException(nameof(Lambda), Lambda, "Lambda must be at least 0.");
        if (!(MinChildWeight >= 0)) throw new ArgumentOutOfRangeException(nameof(MinChildWeight), MinChildWeight, "The least child weight must be at least 0.");
        if (Subsample is not (> 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(Subsample), Subsample, "The share of rows must lie in (0, 1].");
        if (ColumnSample is not (> 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(ColumnSample), ColumnSample, "The share of features must lie in (0, 1].");
    }
}
