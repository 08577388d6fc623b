using Semblance.Formats;

namespace Semblance.Recipes;

/// <summary>A key of a recipe.</summary>
/// <param name="Name">The key.</param>
/// <param name="Meaning">What it says, in a phrase.</param>
/// <param name="Default">What holds without it, in a phrase.</param>
public sealed record RecipeKey(string Name, string Meaning, string Default)
{
    /// <summary>Meaning and default in one line.</summary>
    public string Summary => $"{Meaning} ({(Default.StartsWith("must ", StringComparison.Ordinal) ? "" : "default: ")}{Default})";

    /// <summary>Page of the documentation that says more, or null.</summary>
    public string? Page { get; init; }

    /// <summary>What its value may be, as JSON Schema.</summary>
    public required string Schema { get; init; }

    /// <summary>The recipe with this key's value.</summary>
    internal Func<Recipe, YamlValue, RecipeKeyReader, Recipe> Read { get; init; } = (recipe, _, _) => recipe;

    /// <summary>Writes this key's value, if the recipe has one.</summary>
    internal Action<Recipe, RecipeLines> Write { get; init; } = (_, _) => { };
}
