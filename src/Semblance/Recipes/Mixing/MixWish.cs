using System.Collections.Immutable;

namespace Semblance.Recipes;

/// <summary>What a recipe asks of the mix of real and synthetic rows.</summary>
public sealed record MixWish
{
    /// <summary>Synthetic rows for each real row that are tried (<c>ratios</c>), each above 0 and at most 20. None: 0.25, 0.5, 1, 2 and 4. One alone is taken without looking for another.</summary>
    public ImmutableArray<double> Ratios { get; init; } = [];

    /// <summary>Equal when they ask the same.</summary>
    public bool Equals(MixWish? other) => other is not null && Ratios.SequenceEqual(other.Ratios);

    /// <inheritdoc/>
    public override int GetHashCode() => Ratios.Length;

    /// <summary>The ratio that is taken as it is; null where one is looked for.</summary>
    internal double? Given => Ratios is [var one] ? one : null;

    /// <exception cref="RecipeException">A ratio is out of range (SB2110), or there is no target to look for one by (SB2114).</exception>
    internal void Check(string? target)
    {
        if (Given is null && target is null) throw new RecipeException("SB2114", "mix: the recipe names no target to find the ratio by; give it `target: income`, or one ratio, which is taken as it is: `mix: { ratios: 0.5 }`");
        Search(target ?? "").Check();
    }

    internal Mix Search(string target) => Ratios.IsEmpty ? new Mix { Target = target } : new Mix { Target = target, Ratios = Ratios };
}
