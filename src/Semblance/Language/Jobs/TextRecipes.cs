using System.Collections.Immutable;
using System.Reflection;

namespace Semblance.Language;

/// <summary>A text job to begin with.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Summary">What it makes, in a sentence.</param>
/// <param name="Text">The YAML; it runs offline as it stands, given the documents or rows it names.</param>
public sealed record TextRecipe(string Name, string Summary, string Text);

/// <summary>The text jobs that come with the program.</summary>
public static class TextRecipes
{
    private const string Prefix = "Semblance.Language.recipes.";

    /// <summary>All of them, by name.</summary>
    public static ImmutableArray<TextRecipe> All { get; } =
    [
        .. from resource in typeof(TextRecipes).Assembly.GetManifestResourceNames()
           where resource.StartsWith(Prefix, StringComparison.Ordinal)
           orderby resource
           let text = Read(resource)
           select new TextRecipe(resource[Prefix.Length..], text[2..text.IndexOf('\n', StringComparison.Ordinal)], text),
    ];

    /// <summary>The recipe of a name.</summary>
    /// <exception cref="RecipeException">SB2410: there is none; the message names the nearest.</exception>
    public static TextRecipe Find(string name) => All.FirstOrDefault(r => r.Name == name)
        ?? throw new RecipeException("SB2410", $"there is no ready recipe `{name}`; " + (Nearest.Of(name, All.Select(r => r.Name)) is { } near ? $"did you mean `{near}`?" : $"there are {string.Join(", ", All.Select(r => r.Name))}"));

    private static string Read(string resource)
    {
        using var reader = new StreamReader(typeof(TextRecipes).GetTypeInfo().Assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
