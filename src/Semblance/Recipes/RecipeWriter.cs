using System.Text;

namespace Semblance.Recipes;

/// <summary>Writes recipes so that reading them back gives the same recipe.</summary>
public static class RecipeWriter
{
    /// <summary>The YAML of a recipe, keys in a fixed order, absent ones left out.</summary>
    /// <param name="recipe">What to write.</param>
    /// <param name="folder">Folder the file will lie in: paths are written relative to it, so that the folder can be moved together with the data.</param>
    public static string Write(Recipe recipe, string folder)
    {
        var lines = new RecipeLines(folder);
        foreach (var key in RecipeKeys.All) key.Write(recipe, lines);
        return lines.ToString();
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
