using System.Collections.Immutable;
using Semblance.Data;

namespace Semblance.Recipes;

/// <summary>How a column of new rows lies to the rows of a model, and to those of a trial: the same model fitted to one half of the new rows and compared with the other half.</summary>
/// <param name="Column">Column name.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Distance">Kolmogorov-Smirnov statistic (numbers, dates) or total variation distance (categories) of the model's rows; null where nothing can be compared.</param>
/// <param name="TrialDistance">The same of the trial's rows: what the model can't help, and chance.</param>
/// <param name="Noise">The same between the two halves of the new rows: chance alone.</param>
/// <param name="Margin">By how much the distance may exceed that of the trial by chance.</param>
/// <param name="MissingShare">Share of new cells without a value.</param>
/// <param name="ModelMissingShare">Share of the model's cells without a value.</param>
/// <param name="NewShare">Share of new rows with a category that the model does not make and the trial does.</param>
/// <param name="BeyondShare">Share of new numbers beyond all that the model made.</param>
/// <param name="Reasons">What has drifted, in words; empty when nothing has.</param>
public sealed record ColumnDrift(string Column, ColumnKind Kind, double? Distance, double? TrialDistance, double? Noise, double? Margin, double MissingShare, double ModelMissingShare, double NewShare, double BeyondShare, ImmutableArray<string> Reasons);

/// <summary>Whether new rows have drifted away from what a model makes, and whether fitting it anew would mend that. It holds shares and names of frequent categories, never a row.</summary>
public sealed record DriftReport
{
    /// <summary>The model: where it came from and what it learned from.</summary>
    public required About About { get; init; }

    /// <summary>Seed of all drawing.</summary>
    public required Seed Seed { get; init; }

    /// <summary>New rows that were looked at; one half judged, the trial learned from the other.</summary>
    public required int Rows { get; init; }

    /// <summary>Whole rows: how hard the model's rows are to tell from new ones (1 = a detector can only guess); as ceiling what the two halves of the new rows get.</summary>
    public required Score Detection { get; init; }

    /// <summary>The same of the trial's rows.</summary>
    public required Score TrialDetection { get; init; }

    /// <summary>Column to be predicted, or null.</summary>
    public string? Target { get; init; }

    /// <summary>How well new rows are predicted after learning from the model's rows, compared with learning from new ones.</summary>
    public required Score Learning { get; init; }

    /// <summary>The same of the trial's rows.</summary>
    public required Score TrialLearning { get; init; }

    /// <summary>Columns, in order.</summary>
    public required ImmutableArray<ColumnDrift> Columns { get; init; }

    /// <summary>What has drifted, in words: whole rows first. Empty when the model may stay.</summary>
    public required ImmutableArray<string> Reasons { get; init; }

    /// <summary>What a reader should know.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>Whether the model should be fitted anew.</summary>
    public bool Refit => !Reasons.IsEmpty;

    /// <summary>The verdict in a sentence.</summary>
    public string Headline => Refit ? $"Refit: the new rows are no longer what `{About.Model}` makes: {Reasons[0]}" + (Reasons.Length > 1 ? $" (and {Reasons.Length - 1} more)." : ".")
        : $"Keep: fitted to new rows, `{About.Model}` would come no nearer to them than it is, beyond chance.";
}
