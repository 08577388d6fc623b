using System.Globalization;
using Semblance.Formats;
using Semblance.Rules;

namespace Semblance.Recipes;

/// <summary>Reads recipes, strictly: an unknown key, a wrong type or a bad number is an error with line and column, never a silent default.</summary>
public static class RecipeReader
{
    private static readonly string[] Keys = ["version", "data", "target", "model", "set", "budget", "seed", "count", "holdout", "columns", "constraints", "where", "balance", "fair", "require", "to", "threads"];

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
        var sawVersion = false;
        foreach (var (key, value) in map.Entries)
        {
            recipe = key.Text switch
            {
                "version" => Version(value),
                "data" => recipe with { Data = Located(value) },
                "target" => recipe with { Target = Text(value, key) },
                "model" => recipe with { Model = Text(value, key) },
                "set" => recipe with { Set = recipe.Set.AddRange(Pairs(value, key).Select(p => KeyValuePair.Create(p.Key.Text, Text(p.Value, p.Key)))) },
                "budget" => recipe with { Budget = Timed(value, key) },
                "seed" => recipe with { Seed = ulong.TryParse(Text(value, key), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : throw Wrong(value, "seed", "a whole number from 0 to 18446744073709551615") },
                "count" => recipe with { Count = long.TryParse(Text(value, key), NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0 ? n : throw Wrong(value, "count", "a whole number of rows, at least 1") },
                "threads" => recipe with { Threads = int.TryParse(Text(value, key), NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n is > 0 and <= 1024 ? n : throw Wrong(value, "threads", "a whole number from 1 to 1024") },
                "holdout" => Holdout(value, key),
                "columns" => recipe with { Columns = recipe.Columns.AddRange(Pairs(value, key).Select(p => KeyValuePair.Create(p.Key.Text, Kind(p.Value, p.Key)))) },
                "constraints" => recipe with { Constraints = value is YamlList list ? [.. list.Items.Select(i => Kept(i, key))] : [Kept(value, key)] },
                "where" => recipe with { Where = Text(value, key) },
                "balance" => recipe with { Balance = Text(value, key) },
                "fair" => recipe with { Fair = Text(value, key) },
                "require" => recipe with { Require = value is YamlList list ? [.. list.Items.Select(i => Gated(i, key))] : [Gated(value, key)] },
                "to" => recipe with { To = Located(value) },
                _ => throw Unknown(key),
            };
        }
        if (!sawVersion) throw new RecipeException("SB2006", $"{name}: the key `version` is missing; begin with `version: {Recipe.FormatVersion}`");
        if (recipe.Data.Length == 0) throw new RecipeException("SB2006", $"{name}: the key `data` is missing; name the table to learn from, such as `data: adult.csv`");
        return recipe;

        Recipe Version(YamlValue value)
        {
            sawVersion = true;
            return value is YamlText { Text: var text } && text == Recipe.FormatVersion.ToString(CultureInfo.InvariantCulture)
                ? recipe : throw Wrong(value, "version", $"{Recipe.FormatVersion}, the version this program knows");
        }

        Recipe Holdout(YamlValue value, YamlText key)
        {
            var text = Text(value, key);
            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var share)) return recipe with { HoldoutFile = Located(value) };
            return share is > 0 and < 1 ? recipe with { HoldoutShare = share } : throw Wrong(value, "holdout", "a share between 0 and 1, or a file of real rows");
        }

        string Located(YamlValue value) => Path.Combine(folder, Text(value, null));

        string Text(YamlValue value, YamlText? key) => value is YamlText { Text.Length: > 0 } text ? text.Text : throw Wrong(value, key?.Text ?? "this", "a single value");

        string Timed(YamlValue value, YamlText key)
        {
            var text = Text(value, key);
            try { Budget.Parse(text); }
            catch (RecipeException e) { throw new RecipeException(e.Code, $"{name}, line {value.Line}, column {value.Column}: {e.Message}", e); }
            return text;
        }

        string Kept(YamlValue value, YamlText key)
        {
            var text = Text(value, key);
            try { Constraint.Parse(text); }
            catch (RecipeException e) { throw new RecipeException(e.Code, $"{name}, line {value.Line}, column {value.Column}: {e.Message}", e); }
            return text;
        }

        string Gated(YamlValue value, YamlText key)
        {
            var text = Text(value, key);
            try { Gate.Parse(text); }
            catch (RecipeException e) { throw new RecipeException(e.Code, $"{name}, line {value.Line}, column {value.Column}: {e.Message}", e); }
            return text;
        }

        IEnumerable<(YamlText Key, YamlValue Value)> Pairs(YamlValue value, YamlText key) => value is YamlMap pairs ? pairs.Entries : throw Wrong(value, key.Text, "a list of `name: value` lines, indented");

        ColumnKind Kind(YamlValue value, YamlText key)
        {
            try { return TableOptions.KindOf(Text(value, key)); }
            catch (SchemaException e) { throw new RecipeException("SB2005", $"{name}, line {value.Line}, column {value.Column}: {e.Message}", e); }
        }

        RecipeException Wrong(YamlValue value, string key, string wanted) => new("SB2005",
            $"{name}, line {value.Line}, column {value.Column}: `{key}` must be {wanted}; here stands {(value is YamlText text ? $"`{text.Text}`" : value is YamlList ? "a list" : "a map")}");

        RecipeException Unknown(YamlText key) => new("SB2004",
            $"{name}, line {key.Line}, column {key.Column}: there is no key `{key.Text}`; " +
            (Nearest.Of(key.Text, Keys) is { } near ? $"did you mean `{near}`?" : $"the keys are {string.Join(", ", Keys)}"));
    }
}
