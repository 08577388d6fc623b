using System.Globalization;
using System.Text;
using Semblance.Formats;
using Semblance.Profiles;

namespace Semblance.Recipes;

/// <summary>Writes a first recipe for a table: every key there is, with a word on each.</summary>
public static class RecipeTemplate
{
    /// <summary>The YAML of a first recipe.</summary>
    /// <param name="data">The table's file.</param>
    /// <param name="schema">Its columns, as found.</param>
    /// <param name="target">Column that a user would predict, or null.</param>
    /// <param name="folder">Folder the recipe will lie in.</param>
    /// <param name="profile">Profile of the table, whose rules are proposed as constraints; null for none.</param>
    public static string For(string data, Schema schema, string? target, string folder, Profile? profile = null)
    {
        var name = Path.GetFileNameWithoutExtension(data.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? data[..^3] : data);
        // The writer knows how to quote; the comments are set around its lines.
        var lines = RecipeWriter.Write(new Recipe { Data = data, Target = target ?? schema.Columns[^1].Name, To = Path.Combine(folder, name + "-synthetic") }, folder).Split('\n');
        string Line(string key) => lines.First(l => l.StartsWith(key + ":", StringComparison.Ordinal));
        var yaml = new StringBuilder();
        yaml.Append(CultureInfo.InvariantCulture, $"# Makes synthetic data like {Path.GetFileName(data)}. Run it with: semblance run <this file>\n");
        yaml.Append("version: 1\n");
        yaml.Append(Line("data")).Append('\n');
        yaml.Append(target is null ? "# " + Line("target") + "   # the column that a user would predict\n" : Line("target") + "\n");
        yaml.Append(CultureInfo.InvariantCulture, $"# model: {Models.ModelCatalog.Default.DefaultId}   # `semblance list models` names them\n");
        yaml.Append("# set:            # settings of the model\n#   key: value\n");
        yaml.Append("seed: 1           # the same seed gives the same bytes\n");
        yaml.Append("# count: 1000     # rows to make; as many as the data have when left out\n");
        yaml.Append("holdout: 0.2      # share of the rows kept from the model to judge it, or a file of real rows\n");
        Constraints(profile, yaml);
        yaml.Append("# where: \"...\"    # make only rows for which this holds\n");
        yaml.Append("require:          # what the result must reach, else nothing is given out\n  - privacy.exact-copies <= 0.01\n");
        yaml.Append(Line("to")).Append('\n');
        yaml.Append("# columns:        # kinds as they were found; take the mark away where one is wrong and correct it\n");
        foreach (var column in schema.Columns)
        {
            var entry = RecipeWriter.Write(new Recipe { Data = data, Columns = System.Collections.Immutable.ImmutableSortedDictionary<string, ColumnKind>.Empty.Add(column.Name, column.Kind) }, folder).Split('\n');
            yaml.Append("# ").Append(entry.First(l => l.StartsWith("  ", StringComparison.Ordinal))).Append('\n');
        }
        return yaml.ToString();
    }

    /// <summary>What holds in every row is kept anyway and told; what nearly does is proposed.</summary>
    private static void Constraints(Profile? profile, StringBuilder yaml)
    {
        yaml.Append("# constraints:    # what every row must satisfy; rules that hold in every real row are kept without being listed\n");
        if (profile is null) return;
        foreach (var constraint in profile.Constraints)
            yaml.Append(constraint.Kept ? $"#   (kept)  {Plain(constraint.Text)}\n" : $"#   - {RecipeWriter.Quote(Plain(constraint.Text))}   # {Plain(constraint.Why)}\n");

        // a name with a line break in it must not leave the comment
        static string Plain(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
    }
}
