using System.Globalization;
using System.Text;
using Semblance.Formats;

namespace Semblance.Recipes;

/// <summary>Writes recipes so that reading them back gives the same recipe.</summary>
public static class RecipeWriter
{
    /// <summary>The YAML of a recipe, keys in a fixed order, absent ones left out.</summary>
    /// <param name="recipe">What to write.</param>
    /// <param name="folder">Folder the file will lie in: paths are written relative to it, so that the folder can be moved together with the data.</param>
    public static string Write(Recipe recipe, string folder)
    {
        var yaml = new StringBuilder();
        Line("version", Recipe.FormatVersion.ToString(CultureInfo.InvariantCulture));
        Line("data", Quote(Relative(recipe.Data)));
        if (recipe.Target is { } target) Line("target", Quote(target));
        if (recipe.Model is { } model) Line("model", Quote(model));
        Map("set", recipe.Set);
        if (recipe.Budget is { } budget) Line("budget", Quote(budget));
        if (recipe.Seed is { } seed) Line("seed", seed.ToString(CultureInfo.InvariantCulture));
        if (recipe.Count is { } count) Line("count", count.ToString(CultureInfo.InvariantCulture));
        Line("holdout", recipe.HoldoutFile is { } file ? Quote(Relative(file)) : recipe.HoldoutShare.ToString("R", CultureInfo.InvariantCulture));
        Map("columns", recipe.Columns.Select(c => KeyValuePair.Create(c.Key, TableOptions.WordOf(c.Value))));
        List("constraints", recipe.Constraints);
        if (recipe.Where is { } where) Line("where", Quote(where));
        if (recipe.Balance is { } balance) Line("balance", Quote(balance));
        if (recipe.Fair is { } fair) Line("fair", Quote(fair));
        List("require", recipe.Require);
        if (recipe.To is { } to) Line("to", Quote(Relative(to)));
        if (recipe.Threads is { } threads) Line("threads", threads.ToString(CultureInfo.InvariantCulture));
        return yaml.ToString();

        void Line(string key, string value) => yaml.Append(key).Append(": ").Append(value).Append('\n');

        void List(string key, IEnumerable<string> texts)
        {
            var begun = false;
            foreach (var text in texts)
            {
                if (!begun) yaml.Append(key).Append(":\n");
                begun = true;
                yaml.Append("  - ").Append(Quote(text)).Append('\n');
            }
        }

        void Map(string key, IEnumerable<KeyValuePair<string, string>> entries)
        {
            var begun = false;
            foreach (var (name, value) in entries)
            {
                if (!begun) yaml.Append(key).Append(":\n");
                begun = true;
                yaml.Append("  ").Append(Quote(name)).Append(": ").Append(Quote(value)).Append('\n');
            }
        }

        string Relative(string path) => Path.GetRelativePath(Path.GetFullPath(folder), Path.GetFullPath(path)).Replace('\\', '/');
    }

    /// <summary>A text as a YAML value: bare where nobody could read it as something else, else in double quotes.</summary>
    internal static string Quote(string text)
    {
        if (text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/') && text[0] is not '-') return text;
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when char.IsControl(c) || c is '\u0085' or '\u2028' or '\u2029' or '\uFEFF' => $"\\u{(int)c:x4}",
                _ => c.ToString(),
            });
        return quoted.Append('"').ToString();
    }
}
