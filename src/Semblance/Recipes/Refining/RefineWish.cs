using System.Collections.Immutable;
using Semblance.Models;

namespace Semblance.Recipes;

/// <summary>What a recipe asks of <see cref="Refine"/>; the budget is the recipe's own.</summary>
public sealed record RefineWish
{
    /// <summary>Gates to reach (<c>until</c>); they are gates of the run too. None: the best within the budget.</summary>
    public ImmutableArray<string> Until { get; init; } = [];

    /// <summary>Families to choose from (<c>models</c>). None: those worth trying.</summary>
    public ImmutableArray<string> Families { get; init; } = [];

    /// <summary>Which models it may take (<c>prefer</c>). Default: quality.</summary>
    public AutoPreference Prefer { get; init; } = AutoPreference.Quality;

    /// <summary>Equal when they ask the same.</summary>
    public bool Equals(RefineWish? other) => other is not null && Prefer == other.Prefer && Until.SequenceEqual(other.Until) && Families.SequenceEqual(other.Families);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Prefer, Until.Length, Families.Length);

    internal Refine Model(string? target, string? sensitive, string? quasi) => new() { Target = target, Sensitive = sensitive, Quasi = quasi, Until = [.. Until.SelectMany(text => Gate.Parse(text))], Families = Families, Prefer = Prefer };
}
