using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Semblance.Formats;
using Semblance.Profiles;

namespace Semblance.Recipes;

/// <summary>Writes a first recipe for a table and a purpose: every key there is, with a word on each.</summary>
public static class RecipeTemplate
{
    /// <summary>Where a remark begins, so that remarks stand in a column.</summary>
    private const int RemarkAt = 44;

    /// <summary>The YAML of a first recipe.</summary>
    /// <param name="data">The table's file.</param>
    /// <param name="schema">Its columns, as found.</param>
    /// <param name="target">Column that a user would predict, or null.</param>
    /// <param name="folder">Folder the recipe will lie in.</param>
    /// <param name="profile">Profile of the table: what it found is told, chooses gates, and its rules are proposed as constraints; null for none.</param>
    /// <param name="purpose">What the data are made for; it chooses model, gates and what is judged.</param>
    public static string For(string data, Schema schema, string? target, string folder, Profile? profile = null, RecipePurpose purpose = RecipePurpose.Train)
    {
        var name = Path.GetFileNameWithoutExtension(data.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? data[..^3] : data);
        var advice = RecipeAdvice.For(purpose, target, profile);
        var yaml = new StringBuilder();
        Remark(yaml, $"Makes synthetic data like {Path.GetFileName(data)}, {advice.Title}. Run it with: semblance run <this file>");
        Remark(yaml, "What it would do and take: semblance run <this file> --dry-run. All keys: semblance list recipe-keys");
        foreach (var found in advice.Found) Remark(yaml, "- " + found);
        yaml.Append('\n');
        // The keys' own writers know how to quote; remarks are set around their lines.
        var lines = new RecipeLines(folder);
        foreach (var key in RecipeKeys.All.Where(k => k.Name is "version" or "data")) key.Write(new Recipe { Data = data }, lines);
        yaml.Append(lines);
        Line(yaml, target is null ? "# " : "", One("target", target ?? schema.Columns[^1].Name), "the column that a user would predict");
        yaml.Append('\n');
        Line(yaml, "", One("model", advice.Model.Value), advice.Model.Why);
        if (advice.Set.IsEmpty) yaml.Append("# set:\n#   key: value\n");
        else yaml.Append("set:\n");
        foreach (var (key, value) in advice.Set) Line(yaml, "", $"  {key}: {value.Value}", value.Why);
        Line(yaml, "", "seed: 1", "the same seed gives the same bytes");
        Line(yaml, advice.Count is null ? "# " : "", $"count: {advice.Count?.Value ?? "1000"}", advice.Count?.Why ?? "rows to make; as many as the data have when left out");
        Line(yaml, "", string.Create(CultureInfo.InvariantCulture, $"holdout: {advice.Holdout}"), "share of the rows kept from the model to judge it, or a file of real rows");
        yaml.Append('\n');
        Constraints(profile, yaml);
        Line(yaml, "# ", "where: \"...\"", "make only rows for which this holds");
        Line(yaml, advice.Balance is null ? "# " : "", One("balance", Column(advice.Balance?.Value ?? target ?? schema.Columns[^1].Name)), advice.Balance?.Why ?? "make each value of a column equally often");
        Line(yaml, "# ", "match: true", "choose rows whose counts come near the real ones; in memory");
        yaml.Append('\n');
        Items(yaml, "evaluate", "metrics to judge by; all when left out", advice.Evaluate);
        Items(yaml, "require", "what the result must reach; after a failed privacy gate neither data nor model are given out", advice.Require);
        yaml.Append('\n');
        lines = new RecipeLines(folder);
        lines.Path("to", Path.Combine(folder, name + "-synthetic"));
        yaml.Append(lines).Append("# columns:\n");
        Remark(yaml, "kinds as they were found; take the mark away where one is wrong and correct it");
        foreach (var column in schema.Columns) yaml.Append("#   ").Append(RecipeWriter.Quote(column.Name)).Append(": ").Append(TableOptions.WordOf(column.Kind)).Append('\n');
        return yaml.ToString();
    }

    private static string One(string key, string value) => $"{key}: {RecipeWriter.Quote(value)}";

    /// <summary>A column's name as a balance reads it.</summary>
    private static string Column(string name) => name.AsSpan().ContainsAny(",:`") || name != name.Trim() ? $"`{name.Replace("`", "``", StringComparison.Ordinal)}`" : name;

    private static void Items(StringBuilder yaml, string key, string why, ImmutableArray<Advised> items)
    {
        Line(yaml, items.IsEmpty ? "# " : "", key + ":", why);
        foreach (var item in items) Line(yaml, "", "  - " + RecipeWriter.Quote(item.Value), item.Why);
    }

    /// <summary>What holds in every row is kept anyway and told; what nearly does is proposed.</summary>
    private static void Constraints(Profile? profile, StringBuilder yaml)
    {
        Line(yaml, "# ", "constraints:", "what every row must satisfy; rules that hold in every real row are kept without being listed");
        foreach (var constraint in profile?.Constraints ?? [])
            if (constraint.Kept) Remark(yaml, $"  (kept)  {constraint.Text}");
            else Line(yaml, "# ", "  - " + RecipeWriter.Quote(Plain(constraint.Text)), constraint.Why);
    }

    private static void Line(StringBuilder yaml, string mark, string line, string remark) => yaml.Append(mark).Append(line.PadRight(RemarkAt - mark.Length)).Append(" # ").Append(Plain(remark)).Append('\n');

    private static void Remark(StringBuilder yaml, string text) => yaml.Append("# ").Append(Plain(text)).Append('\n');

    /// <summary>A name with a line break in it must not leave the comment.</summary>
    private static string Plain(string text) => string.Concat(text.Select(c => char.IsControl(c) || c is '\u0085' or '\u2028' or '\u2029' ? ' ' : c));
}
