using System.Collections.Immutable;

namespace Semblance.Recipes;

/// <summary>How to look for the ratio of synthetic to real rows that serves a downstream model best.</summary>
public sealed record Mix
{
    /// <summary>Column that is to be predicted.</summary>
    public required string Target { get; init; }

    /// <summary>Synthetic rows for each real row that are tried, each above 0 and at most 20. Default: 0.25, 0.5, 1, 2 and 4.</summary>
    public ImmutableArray<double> Ratios { get; init; } = [0.25, 0.5, 1, 2, 4];

    /// <summary>Share of the real rows that judge where no holdout is given, strictly between 0 and 1. Default 0.2.</summary>
    public double HoldoutShare { get; init; } = 0.2;

    internal void Check()
    {
        if (Ratios.IsEmpty || Ratios.Any(r => !(r is > 0 and <= 20))) throw new RecipeException("SB2110", "mix: ratios are synthetic rows for each real row, above 0 and at most 20, such as 0.5 or 2");
        if (!(HoldoutShare is > 0 and < 1)) throw new RecipeException("SB2110", "mix: the share held out must lie between 0 and 1");
    }
}
