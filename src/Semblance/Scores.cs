namespace Semblance;

/// <summary>Which way a score gets better.</summary>
public enum Direction
{
    /// <summary>More is better.</summary>
    Higher,
    /// <summary>Less is better.</summary>
    Lower,
    /// <summary>Best at the ceiling (what fresh real rows get): neither more nor less.</summary>
    Ceiling,
    /// <summary>Best up to the ceiling: more is worse, and below it there is nothing to gain.</summary>
    NotAbove,
    /// <summary>Best from the ceiling on: less is worse, and above it there is nothing to gain.</summary>
    NotBelow,
}

/// <summary>A range that holds the true value with 95 % confidence.</summary>
public readonly record struct Interval(double Low, double High);

/// <summary>The least and the greatest value a score can take; null where it is open on that side.</summary>
public readonly record struct Bounds(double? Low, double? High)
{
    /// <summary>A share: 0 to 1.</summary>
    public static Bounds Share => new(0, 1);
}

/// <summary>One score. NaN never leaves: when there is no value, <paramref name="Why"/> says so.</summary>
/// <param name="Value">The value, or null.</param>
/// <param name="Interval">95 % interval where the value is sampled.</param>
/// <param name="Ceiling">What fresh real rows (the holdout) get.</param>
/// <param name="Why">Why there is no value; or a remark on it.</param>
public readonly record struct Score(double? Value, Interval? Interval = null, double? Ceiling = null, string? Why = null)
{
    /// <summary>A score without a value.</summary>
    public static Score None(string why) => new(null, null, null, why);
}

/// <summary>What a metric may look at.</summary>
/// <typeparam name="T">Modality.</typeparam>
/// <param name="Real">The data the generator was fitted on (train).</param>
/// <param name="Synthetic">The data to be judged.</param>
public sealed record Evidence<T>(T Real, T Synthetic) where T : IDataset
{
    /// <summary>Real data the generator never saw. Without it ceilings and privacy shares have no value.</summary>
    public T? Holdout { get; init; }

    /// <summary>Column that a user would predict.</summary>
    public string? Target { get; init; }

    /// <summary>Sensitive columns between whose groups fairness is judged: <c>sex</c>, or <c>sex, race</c> for all their combinations; null leaves fairness out.</summary>
    public string? Sensitive { get; init; }

    /// <summary>Columns that others may know of a person, for <c>privacy.k-map</c>: <c>age, zip, sex</c>; null lets their names and kinds choose them.</summary>
    public string? Quasi { get; init; }

    /// <summary>A model for metrics that must refit; null where none is given.</summary>
    public IModel<T>? Model { get; init; }
}

/// <summary>A judge of one property. One file per metric, one line in the catalogue.</summary>
public interface IMetric<T> where T : IDataset
{
    /// <summary><c>family.metric</c>: <c>fidelity.shape</c>.</summary>
    string Name { get; }

    /// <summary>Short name for a person: <c>Column shapes</c>.</summary>
    string Title { get; }

    /// <summary>What it tells, in one plain sentence for someone who knows no statistics.</summary>
    string What { get; }

    /// <summary>Which way is better.</summary>
    Direction Direction { get; }

    /// <summary>Values it can take.</summary>
    Bounds Bounds { get; }

    /// <summary>Measures. Deterministic for one seed, at any thread count.</summary>
    Score Measure(Evidence<T> evidence, Run run, CancellationToken ct = default);
}
