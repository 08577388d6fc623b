using System.Collections.Immutable;
using Semblance.Formats;

namespace Semblance.Recipes;

/// <summary>Reads the value of one key; what is wrong is told with line and column.</summary>
internal sealed class RecipeKeyReader(string source, string folder, YamlText key)
{
    public string Text(YamlValue value) => value is YamlText { Text.Length: > 0 } text ? text.Text : throw Wrong(value, "a single value");

    /// <summary>A path, relative to the recipe's folder.</summary>
    public string Path(YamlValue value) => System.IO.Path.Combine(folder, Text(value));

    /// <summary>A text that another reader must understand.</summary>
    public string Sound(YamlValue value, Action<string> read)
    {
        var text = Text(value);
        try { read(text); }
        catch (RecipeException e) { throw new RecipeException(e.Code, $"{At(value)}: {e.Message}", e); }
        return text;
    }

    public ImmutableArray<string> List(YamlValue value, Func<YamlValue, string> read) => value is YamlList list ? [.. list.Items.Select(read)] : [read(value)];

    public IEnumerable<KeyValuePair<string, T>> Pairs<T>(YamlValue value, Func<YamlValue, T> read) =>
        value is YamlMap pairs ? pairs.Entries.Select(p => KeyValuePair.Create(p.Key.Text, read(p.Value))) : throw Wrong(value, "a list of `name: value` lines, indented");

    public ColumnKind Kind(YamlValue value)
    {
        try { return TableOptions.KindOf(Text(value)); }
        catch (SchemaException e) { throw new RecipeException("SB2005", $"{At(value)}: {e.Message}", e); }
    }

    public RecipeException Wrong(YamlValue value, string wanted) => new("SB2005",
        $"{At(value)}: `{key.Text}` must be {wanted}; here stands {(value is YamlText text ? $"`{text.Text}`" : value is YamlList ? "a list" : "a map")}");

    private string At(YamlValue value) => $"{source}, line {value.Line}, column {value.Column}";
}
