using System.Collections.Immutable;
using System.Globalization;

namespace Semblance.Recipes;

/// <summary>What so many synthetic rows beside so many real ones bring.</summary>
public sealed record MixPoint
{
    /// <summary>Real rows that were learned from.</summary>
    public required int RealRows { get; init; }

    /// <summary>Their share of all real rows that could be learned from.</summary>
    public required double RealShare { get; init; }

    /// <summary>Synthetic rows for each real row; 0 = real rows alone.</summary>
    public required double Ratio { get; init; }

    /// <summary>Quality of prediction on unseen real rows, mean over the times it was tried.</summary>
    public required double Quality { get; init; }

    /// <summary>Quality less that of the real rows alone.</summary>
    public required double Gain { get; init; }

    /// <summary>95 % interval of the gain; null for real rows alone, or where it is not defined.</summary>
    public Interval? Interval { get; init; }
}

/// <summary>How many synthetic rows serve best beside real ones.</summary>
public sealed record MixResult
{
    /// <summary>Column that is predicted.</summary>
    public required string Target { get; init; }

    /// <summary>Measure of quality: <c>AUC</c>, <c>F1 (weighted)</c>, <c>R2</c>.</summary>
    public required string Measure { get; init; }

    /// <summary>Unseen real rows that judge.</summary>
    public required int TestRows { get; init; }

    /// <summary>Quality over how much real data there is and how much synthetic is added; by real rows, then by ratio.</summary>
    public required ImmutableArray<MixPoint> Points { get; init; }

    /// <summary>Synthetic rows for each real row, beside all real rows, that were best on half of the test rows; 0 when none showed a gain.</summary>
    public required double BestRatio { get; init; }

    /// <summary>Gain of the best ratio above 0 on the other half of the test rows, which had no part in choosing it.</summary>
    public required double Gain { get; init; }

    /// <summary>95 % interval of that gain.</summary>
    public required Interval? Interval { get; init; }

    /// <summary>What a reader should know.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>The result in one sentence; "no gain" is said plainly.</summary>
    public string Said => BestRatio > 0
        ? string.Create(CultureInfo.InvariantCulture, $"Best: {BestRatio:0.##} synthetic rows for each real row. {Measure} on unseen real rows rises by {Gain:0.0000} ({Interval!.Value.Low:0.0000} to {Interval.Value.High:0.0000}).")
        : string.Create(CultureInfo.InvariantCulture, $"No gain: no ratio was shown to predict `{Target}` better than the real rows alone (best guess {Gain:+0.0000;-0.0000;0}{(Interval is { } i ? $", {i.Low:0.0000} to {i.High:0.0000}" : "")}). The mix is the real rows as they are.");
}
