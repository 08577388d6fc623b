using Semblance.Formats;

namespace Semblance.Recipes;

/// <summary>Reads recipes, strictly: an unknown key, a wrong type or a bad number is an error with line and column, never a silent default.</summary>
public static class RecipeReader
{
    /// <summary>Whether a path names a recipe: it ends in <c>.yaml</c> or <c>.yml</c>.</summary>
    public static bool IsRecipe(string path) => Path.GetExtension(path).ToUpperInvariant() is ".YAML" or ".YML";

    /// <summary>Reads a recipe file. Paths in it are relative to its folder.</summary>
    /// <exception cref="DataException">The file can't be read (SB1001).</exception>
    /// <exception cref="RecipeException">It is not a sound recipe (SB2001 to SB2009).</exception>
    public static async Task<Recipe> ReadAsync(string path, CancellationToken ct = default)
    {
        string text;
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > 8 << 20 }) throw new RecipeException("SB2001", $"`{path}` is larger than 8 MiB; a recipe is one page");
            text = await File.ReadAllTextAsync(path, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException("SB1001", $"can't read `{path}`: {e.Message.TrimEnd('.')}; check the name and your permission to read it", e);
        }
        return Read(text, path);
    }

    /// <summary>Reads a recipe.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="path">Where it came from: paths in it are relative to that folder, and errors name it.</param>
    /// <exception cref="RecipeException">It is not a sound recipe (SB2001 to SB2009).</exception>
    public static Recipe Read(string yaml, string path)
    {
        var name = $"`{path}`";
        var map = StrictYaml.Read(yaml, name);
        var folder = Path.GetDirectoryName(path) ?? "";
        var recipe = new Recipe { Data = "" };
        foreach (var (text, value) in map.Entries)
        {
            var key = RecipeKeys.All.FirstOrDefault(k => k.Name == text.Text) ?? throw Unknown(text);
            recipe = key.Read(recipe, value, new RecipeKeyReader(name, folder, text));
        }
        if (!map.Entries.Any(e => e.Key.Text == "version")) throw new RecipeException("SB2006", $"{name}: the key `version` is missing; begin with `version: {Recipe.FormatVersion}`");
        if (recipe.Data.Length == 0) throw new RecipeException("SB2006", $"{name}: the key `data` is missing; name the table to learn from, such as `data: adult.csv`");
        return recipe;

        RecipeException Unknown(YamlText key)
        {
            var names = RecipeKeys.All.Select(k => k.Name);
            return new("SB2004", $"{name}, line {key.Line}, column {key.Column}: there is no key `{key.Text}`; " + (Nearest.Of(key.Text, names) is { } near ? $"did you mean `{near}`?" : $"the keys are {string.Join(", ", names)}"));
        }
    }
}
