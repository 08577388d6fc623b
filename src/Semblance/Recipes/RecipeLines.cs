using System.Globalization;
using System.Text;

namespace Semblance.Recipes;

/// <summary>The YAML of a recipe while it is written; what is absent is left out.</summary>
internal sealed class RecipeLines(string folder)
{
    private readonly StringBuilder yaml = new();

    public override string ToString() => yaml.ToString();

    /// <summary>A number.</summary>
    public void Line<T>(string key, T? value) where T : struct, IFormattable
    {
        if (value is { } number) Append(key, number.ToString(number is double ? "R" : null, CultureInfo.InvariantCulture));
    }

    public void Line(string key, int value) => Line<int>(key, value);

    public void Text(string key, string? value)
    {
        if (value is not null) Append(key, RecipeWriter.Quote(value));
    }

    /// <summary>A path, written relative to the folder the recipe will lie in.</summary>
    public void Path(string key, string? value)
    {
        if (value is not null) Text(key, System.IO.Path.GetRelativePath(System.IO.Path.GetFullPath(folder), System.IO.Path.GetFullPath(value)).Replace('\\', '/'));
    }

    public void List(string key, IEnumerable<string> texts) => Begin(key, texts.Select(text => "- " + RecipeWriter.Quote(text)));

    public void Map(string key, IEnumerable<KeyValuePair<string, string>> entries) => Begin(key, entries.Select(e => $"{RecipeWriter.Quote(e.Key)}: {RecipeWriter.Quote(e.Value)}"));

    public void Refine(string key, RefineWish? wish)
    {
        if (wish is null) return;
        yaml.Append(key).Append(":\n");
        Part("until", wish.Until);
        Part("models", wish.Families);
        yaml.Append("  prefer: ").Append(wish.Prefer == Models.AutoPreference.Speed ? "speed" : "quality").Append('\n');

        void Part(string name, IEnumerable<string> texts)
        {
            var items = texts.Select(RecipeWriter.Quote).ToArray();
            if (items.Length > 0) yaml.Append("  ").Append(name).Append(":\n").AppendJoin("", items.Select(i => $"    - {i}\n"));
        }
    }

    public void Mix(string key, MixWish? wish)
    {
        if (wish is null) return;
        if (wish.Ratios.IsEmpty) Append(key, "{}");
        else yaml.Append(key).Append(":\n  ratios:\n").AppendJoin("", wish.Ratios.Select(r => string.Create(CultureInfo.InvariantCulture, $"    - {r:R}\n")));
    }

    private void Begin(string key, IEnumerable<string> lines)
    {
        var begun = false;
        foreach (var line in lines)
        {
            if (!begun) yaml.Append(key).Append(":\n");
            begun = true;
            yaml.Append("  ").Append(line).Append('\n');
        }
    }

    private void Append(string key, string value) => yaml.Append(key).Append(": ").Append(value).Append('\n');
}
