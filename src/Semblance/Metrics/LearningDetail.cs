using System.Collections.Immutable;

namespace Semblance.Metrics;

/// <summary>What was learned from synthetic rows, beside what real rows teach.</summary>
public sealed record LearningDetail
{
    /// <summary>How well each column is predicted from the others; best predicted first.</summary>
    public ImmutableArray<ColumnSkill> Columns { get; init; } = [];

    /// <summary>Real rows with and without synthetic ones; null when it was not tried.</summary>
    public AugmentationDetail? Augmentation { get; init; }

    /// <summary>What predictions of the target hang on; most important first.</summary>
    public ImmutableArray<FeatureUse> Features { get; init; } = [];

    /// <summary>Learners of the target, the best by real rows first.</summary>
    public ImmutableArray<LearnerQuality> Learners { get; init; } = [];

    /// <summary>What the quality of predictions of the target is measured by: <c>AUC</c>, <c>F1 (weighted)</c> or <c>R2</c>; null when nothing was predicted.</summary>
    public string? Measure { get; init; }
}

/// <summary>How well a column is predicted from all others: the share of its unexplained spread that the prediction takes away. 0 as good as knowing nothing, 1 perfect.</summary>
/// <param name="Column">Its name.</param>
/// <param name="Synthetic">After learning from synthetic rows.</param>
/// <param name="Real">After learning from as many real rows.</param>
/// <param name="Counts">Whether it counts; a column that real rows hardly predict does not.</param>
public sealed record ColumnSkill(string Column, double Synthetic, double Real, bool Counts);

/// <summary>A learning curve over how much real data there is.</summary>
/// <param name="SyntheticRows">Synthetic rows that were added.</param>
/// <param name="SyntheticOnly">Quality after learning from these alone.</param>
/// <param name="Points">From few real rows to all.</param>
public sealed record AugmentationDetail(int SyntheticRows, double SyntheticOnly, ImmutableArray<AugmentationPoint> Points);

/// <summary>A point of it.</summary>
/// <param name="RealRows">Real rows.</param>
/// <param name="Share">The same as a share of all that were used.</param>
/// <param name="RealOnly">Quality after learning from them alone.</param>
/// <param name="Both">Quality after learning from them and the synthetic rows.</param>
public sealed record AugmentationPoint(int RealRows, double Share, double RealOnly, double Both);

/// <summary>How much quality a prediction of the target loses when a column of the unseen rows is shuffled.</summary>
/// <param name="Column">Its name.</param>
/// <param name="Synthetic">Of a model trained on synthetic rows.</param>
/// <param name="Real">Of models trained on as many real rows.</param>
public sealed record FeatureUse(string Column, double Synthetic, double Real);

/// <summary>A learner of the target.</summary>
/// <param name="Learner">Its name.</param>
/// <param name="Synthetic">Quality after learning from synthetic rows.</param>
/// <param name="Real">Quality after learning from as many real rows.</param>
public sealed record LearnerQuality(string Learner, double Synthetic, double Real);
