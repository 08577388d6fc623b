using System.Globalization;
using Semblance.Formats;
using Semblance.Rules;

namespace Semblance.Worlds;

/// <summary>A pack's text for its readers: whatever is wrong is told with file, line, column and the nearest known word.</summary>
internal sealed class PackSource(string name)
{
    public RecipeException Fault(string code, YamlValue at, string message) => new(code, $"`{name}`, line {at.Line}, column {at.Column}: {message}");

    /// <summary>A word that is none of the known ones.</summary>
    public RecipeException Unknown(YamlValue at, string what, string word, IEnumerable<string> known)
    {
        var names = known.ToList();
        return Fault("SB2201", at, $"there is no {what} `{word}`; " + (Nearest.Of(word, names) is { } near ? $"did you mean `{near}`?" : names.Count == 0 ? "there is none at all" : $"there is {string.Join(", ", names.Take(40))}"));
    }

    /// <summary>A map of known keys.</summary>
    public PackMap Map(YamlValue value, string what, params ReadOnlySpan<string> known)
    {
        var map = Any(value, what);
        foreach (var (key, _) in map.Entries)
            if (!known.Contains(key.Text)) throw Unknown(key, $"key of {what}", key.Text, known.ToArray());
        return new PackMap(this, map, what);
    }

    /// <summary>A map whose keys are names.</summary>
    public YamlMap Any(YamlValue value, string what) => value as YamlMap ?? throw Fault("SB2202", value, $"{what} must be `key: value` lines; here stands {Shown(value)}");

    public YamlList List(YamlValue value, string what) => value as YamlList ?? throw Fault("SB2202", value, $"{what} must be a list; here stands {Shown(value)}");

    public YamlText Single(YamlValue value, string what) => value is YamlText { Text.Length: > 0 } text ? text : throw Fault("SB2202", value, $"{what} must be a single value; here stands {Shown(value)}");

    public string Text(YamlValue value, string what) => Single(value, what).Text;

    public double Number(YamlValue value, string what, double min = double.MinValue, double max = double.MaxValue)
    {
        var text = Text(value, what);
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !(number >= min && number <= max))
            throw Fault("SB2202", value, $"{what} must be a number{Range(min, max)}; here stands `{text}`");
        return number;
    }

    public bool Truth(YamlValue value, string what) => Text(value, what) switch
    {
        "yes" or "true" => true,
        "no" or "false" => false,
        var text => throw Fault("SB2202", value, $"{what} must be yes or no; here stands `{text}`"),
    };

    /// <summary>A name for later use in expressions: letters, digits and underscores.</summary>
    public string Named(YamlText key, string what)
    {
        if (key.Text.Length is 0 or > 64 || !char.IsAsciiLetter(key.Text[0]) || key.Text.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-')))
            throw Fault("SB2202", key, $"`{key.Text}` can't be the name of {what}; begin with a letter and use letters, digits, - and _, at most 64");
        return key.Text;
    }

    /// <summary>Reads an expression; an error tells the place in the file and in the text.</summary>
    public T Expression<T>(YamlText text, Func<T> read)
    {
        try { return read(); }
        catch (RecipeException e) when (!e.Message.StartsWith($"`{name}`", StringComparison.Ordinal)) { throw new RecipeException(e.Code, $"`{name}`, line {text.Line}, column {text.Column}: {e.Message}", e); }
    }

    private static string Range(double min, double max) => (min > double.MinValue, max < double.MaxValue) switch
    {
        (true, true) => string.Create(CultureInfo.InvariantCulture, $" from {min} to {max}"),
        (true, false) => string.Create(CultureInfo.InvariantCulture, $" of at least {min}"),
        (false, true) => string.Create(CultureInfo.InvariantCulture, $" of at most {max}"),
        _ => "",
    };

    private static string Shown(YamlValue value) => value is YamlText text ? text.Text.Length == 0 ? "nothing" : $"`{text.Text}`" : value is YamlList ? "a list" : "a map";
}

/// <summary>A map whose keys were checked.</summary>
internal sealed class PackMap(PackSource source, YamlMap map, string what)
{
    public YamlMap Yaml => map;

    public YamlValue? this[string key]
    {
        get
        {
            foreach (var (k, value) in map.Entries)
                if (k.Text == key) return value;
            return null;
        }
    }

    public YamlValue Require(string key) => this[key] ?? throw source.Fault("SB2203", map, $"{what} needs the key `{key}`");

    public string? Text(string key) => this[key] is { } value ? source.Text(value, $"`{key}`") : null;

    public double? Number(string key, double min = double.MinValue, double max = double.MaxValue) => this[key] is { } value ? source.Number(value, $"`{key}`", min, max) : null;

    public bool Truth(string key, bool otherwise = false) => this[key] is { } value ? source.Truth(value, $"`{key}`") : otherwise;

    /// <summary>Names and values under a key; empty when there is none.</summary>
    public IEnumerable<(YamlText Key, YamlValue Value)> Pairs(string key) => this[key] is { } value ? source.Any(value, $"`{key}`").Entries : [];

    /// <summary>Items under a key, a single one being a list of one.</summary>
    public IEnumerable<YamlValue> Items(string key) => this[key] switch { null => [], YamlList list => list.Items, var one => [one] };
}
