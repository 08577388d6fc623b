using System.Collections.Immutable;

namespace Semblance.Metrics;

/// <summary>What a detector that was trained to tell synthetic from real rows goes by.</summary>
public sealed record DetectorDetail
{
    /// <summary>Real rows it compared with: <c>holdout</c> or <c>train</c>.</summary>
    public required string Against { get; init; }

    /// <summary>Area under its ROC curve on rows it was not trained on: 0.5 = guessing, 1 = always right.</summary>
    public required double Auc { get; init; }

    /// <summary>The same between fresh real rows and the holdout.</summary>
    public double? AucCeiling { get; init; }

    /// <summary>Columns by their part in its decisions, greatest first; parts sum to 1 (or are all 0 when it found nothing).</summary>
    public required ImmutableArray<FeatureImportance> Features { get; init; }

    /// <summary>Up to eight plain sentences that name the columns, values and regions that give the synthetic data away, worst first.</summary>
    public required ImmutableArray<string> Findings { get; init; }
}

/// <summary>A column's part in the detector's decisions.</summary>
/// <param name="Column">Column name.</param>
/// <param name="Share">Its share of the total gain of all splits, 0 to 1.</param>
public sealed record FeatureImportance(string Column, double Share);
