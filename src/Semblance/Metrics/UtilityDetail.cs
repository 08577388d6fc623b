using System.Collections.Immutable;

namespace Semblance.Metrics;

/// <summary>What is predicted.</summary>
public enum PredictionTask
{
    /// <summary>One of two classes.</summary>
    Binary,
    /// <summary>One of more than two classes.</summary>
    Multiclass,
    /// <summary>A number.</summary>
    Regression,
}

/// <summary>A prediction learned twice, from synthetic and from real rows, and tried on the same unseen real rows.</summary>
public sealed record UtilityDetail
{
    /// <summary>Column that is predicted.</summary>
    public required string Target { get; init; }

    /// <summary>Kind of prediction.</summary>
    public required PredictionTask Task { get; init; }

    /// <summary>The learner, for a person: <c>gradient boosting, 200 trees of depth 6</c>.</summary>
    public required string Learner { get; init; }

    /// <summary>Measures of quality; the first decides the score.</summary>
    public required ImmutableArray<UtilityMeasure> Measures { get; init; }

    /// <summary>Unseen real rows it was tried on.</summary>
    public required int TestRows { get; init; }
}

/// <summary>One measure of prediction quality.</summary>
/// <param name="Name"><c>AUC</c>, <c>F1 (weighted)</c>, <c>RMSE</c>, <c>R2</c>.</param>
/// <param name="Direction">Which way is better.</param>
/// <param name="TrainSynthetic">TSTR: learned from synthetic rows.</param>
/// <param name="TrainReal">TRTR: learned from real rows.</param>
public sealed record UtilityMeasure(string Name, Direction Direction, double TrainSynthetic, double TrainReal);
