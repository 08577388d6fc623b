using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Semblance.Formats;

namespace Semblance.Language;

/// <summary>A map of a job's YAML while it is read: every key is asked for by name, and what nobody asked for is an error with line, column and the nearest key.</summary>
internal sealed class JobMap(string source, string folder, YamlMap map, string what)
{
    private readonly HashSet<string> asked = new(StringComparer.Ordinal);

    public string Folder => folder;

    public IEnumerable<(YamlText Key, YamlValue Value)> Entries => map.Entries;

    public bool Has(string key) => Find(key) is not null;

    public YamlValue? Find(string key)
    {
        asked.Add(key);
        foreach (var (text, value) in map.Entries)
            if (text.Text == key) return value;
        return null;
    }

    public YamlValue Need(string key, string example) => Find(key)
        ?? throw new RecipeException("SB2402", $"{At(map)}: {what} lacks the key `{key}`; give it as `{example}`");

    public string? Text(string key) => Find(key) is { } value ? TextOf(value, key) : null;

    public string Text(string key, string example) => TextOf(Need(key, example), key);

    public string TextOf(YamlValue value, string key) => value is YamlText { Text.Length: > 0 } text ? text.Text : throw Wrong(value, $"`{key}` must be a single value");

    public string? Path(string key) => Text(key) is { } path ? System.IO.Path.Combine(folder, path) : null;

    public double? Number(string key, double min, double max)
    {
        if (Find(key) is not { } value) return null;
        return double.TryParse(TextOf(value, key), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number : throw Wrong(value, string.Create(CultureInfo.InvariantCulture, $"`{key}` must be a number from {min} to {max}"));
    }

    public int Integer(string key, int min, int max, int otherwise) => (int?)Long(key, min, max) ?? otherwise;

    public long? Long(string key, long min, long max)
    {
        if (Find(key) is not { } value) return null;
        return long.TryParse(TextOf(value, key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number : throw Wrong(value, string.Create(CultureInfo.InvariantCulture, $"`{key}` must be a whole number from {min} to {max}"));
    }

    public bool Flag(string key, bool otherwise) => Find(key) is not { } value ? otherwise : TextOf(value, key) switch
    {
        "true" => true,
        "false" => false,
        _ => throw Wrong(value, $"`{key}` must be true or false"),
    };

    public TimeSpan? Time(string key)
    {
        if (Find(key) is not { } value) return null;
        try { return Budget.Parse(TextOf(value, key)).Time; }
        catch (RecipeException e) { throw Wrong(value, e.Message); }
    }

    public string? Word(string key, params ReadOnlySpan<string> words)
    {
        if (Find(key) is not { } value) return null;
        var word = TextOf(value, key);
        return words.Contains(word) ? word : throw Wrong(value, $"`{key}` must be {string.Join(" or ", words)}" + (Nearest.Of(word, [.. words]) is { } near ? $"; did you mean `{near}`?" : ""));
    }

    public JobMap? Map(string key) => Find(key) is { } value ? MapOf(value, $"`{key}`") : null;

    public JobMap MapOf(YamlValue value, string name) => value is YamlMap inner ? new JobMap(source, folder, inner, name) : throw Wrong(value, $"{name} must be a list of `key: value` lines, indented");

    public ImmutableArray<YamlValue> List(string key) => Find(key) switch
    {
        null => [],
        YamlList list => list.Items,
        var single => [single],
    };

    public ImmutableArray<string> Texts(string key) => [.. List(key).Select(v => TextOf(v, key))];

    public PromptTemplate? Template(string key) => Find(key) is { } value ? TemplateOf(value, key) : null;

    public PromptTemplate TemplateOf(YamlValue value, string key)
    {
        try { return PromptTemplate.Parse(TextOf(value, key)); }
        catch (RecipeException e) { throw new RecipeException(e.Code, $"{At(value)}: {e.Message}", e); }
    }

    public CellPath CellPath(YamlValue value, string key)
    {
        try { return Semblance.Language.CellPath.Parse(TextOf(value, key)); }
        catch (RecipeException e) { throw new RecipeException(e.Code, $"{At(value)}: {e.Message}", e); }
    }

    /// <summary>The value as JSON: what stands in quotes is a text, what looks like a number or a truth is one.</summary>
    public JsonNode? JsonOf(YamlValue value) => value switch
    {
        YamlMap inner => new JsonObject(inner.Entries.Select(e => KeyValuePair.Create(e.Key.Text, JsonOf(e.Value)))),
        YamlList list => new JsonArray([.. list.Items.Select(JsonOf)]),
        YamlText { Quoted: false, Text: "true" or "false" } truth => truth.Text == "true",
        YamlText { Quoted: false, Text: "null" or "" } => null,
        YamlText { Quoted: false } plain when IsNumber(plain.Text) => JsonNode.Parse(plain.Text),
        YamlText text => text.Text,
        _ => null,
    };

    public JsonShape Shape(YamlValue value)
    {
        try { return new JsonShape(JsonOf(value) as JsonObject ?? throw new RecipeException("SB2405", "schema: it must be a map")); }
        catch (RecipeException e) { throw new RecipeException(e.Code, $"{At(value)}: {e.Message}", e); }
    }

    public RecipeException Wrong(YamlValue value, string why) => new("SB2401", $"{At(value)}: {why}; here stands {(value is YamlText text ? $"`{text.Text}`" : value is YamlList ? "a list" : "a map")}");

    public RecipeException Unknown(YamlValue value, string kind, string name, IEnumerable<string> known)
    {
        var names = known.ToList();
        return new("SB2403", $"{At(value)}: there is no {kind} `{name}`; " + (Nearest.Of(name, names) is { } near ? $"did you mean `{near}`?" : names.Count == 0 ? $"the job has no {kind}" : $"there is {string.Join(", ", names)}"));
    }

    public string At(YamlValue? value) => $"{source}, line {(value ?? map).Line}, column {(value ?? map).Column}";

    public string AtMap => At(map);

    /// <summary>Nothing may be left that nobody asked for.</summary>
    public void Done()
    {
        foreach (var (key, _) in map.Entries)
            if (!asked.Contains(key.Text))
                throw new RecipeException("SB2400", $"{At(key)}: {what} has no key `{key.Text}`; " + (Nearest.Of(key.Text, asked) is { } near ? $"did you mean `{near}`?" : $"the keys are {string.Join(", ", asked.Order(StringComparer.Ordinal))}"));
    }

    private static bool IsNumber(string text) =>
        text.Length is > 0 and < 40 && double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var n) && double.IsFinite(n)
        && (text[0] == '-' ? text.Length > 1 && char.IsAsciiDigit(text[1]) : char.IsAsciiDigit(text[0])) && !(text.TrimStart('-') is ['0', >= '0' and <= '9', ..]) && text[^1] != '.' && !text.Contains(".e", StringComparison.OrdinalIgnoreCase);
}
