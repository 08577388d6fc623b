using System.Collections.Immutable;
using System.Globalization;
using Semblance.Formats;

namespace Semblance.Rules;

/// <summary>A map of a rules file with the words it may hold. What is wrong is told with file, line, column and the nearest known word.</summary>
internal sealed class RuleMap
{
    private readonly string source, what;
    private readonly YamlMap map;

    /// <summary>Checks the words of a map.</summary>
    /// <param name="source">How errors name the file.</param>
    /// <param name="value">What should be a map.</param>
    /// <param name="what">What it is, for messages: <c>column `age`</c>.</param>
    /// <param name="known">The words.</param>
    /// <exception cref="RecipeException">No map (SB2131), or an unknown word (SB2130).</exception>
    public RuleMap(string source, YamlValue value, string what, IEnumerable<string> known)
    {
        (this.source, this.what) = (source, what);
        map = value as YamlMap ?? throw Fault(value, "SB2131", $"must be a list of `word: value` lines, indented; here stands {Described(value)}");
        var words = known as ICollection<string> ?? [.. known];
        foreach (var (key, _) in map.Entries)
            if (!words.Contains(key.Text))
                throw Fault(key, "SB2130", $"there is no word `{key.Text}`; " + (Nearest.Of(key.Text, words) is { } near ? $"did you mean `{near}`?" : $"the words are {string.Join(", ", words.Order(StringComparer.Ordinal))}"));
    }

    /// <summary>Where the map stands.</summary>
    public RulePlace At => Place(map);

    public ImmutableArray<(YamlText Key, YamlValue Value)> Entries => map.Entries;

    public RulePlace Place(YamlValue value) => new(source, value.Line, value.Column);

    /// <summary>The value of a word, or null.</summary>
    public YamlValue? this[string word]
    {
        get
        {
            foreach (var (key, value) in map.Entries)
                if (key.Text == word) return value;
            return null;
        }
    }

    public RecipeException Fault(YamlValue at, string code, string message) => RulePlace.Fault(code, Place(at), what, message);

    public RecipeException Missing(string word, string example) => RulePlace.Fault("SB2132", At, what, $"the word `{word}` is missing; write {example}");

    public string Text(YamlValue value, string word) => value is YamlText { Text.Length: > 0 } text ? text.Text : throw Fault(value, "SB2131", $"`{word}` must be a single value; here stands {Described(value)}");

    public string? Text(string word) => this[word] is { } value ? Text(value, word) : null;

    public double Number(YamlValue value, string word, double least = double.NegativeInfinity, double most = double.PositiveInfinity) =>
        value is YamlText { Quoted: false } text && double.TryParse(text.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && number >= least && number <= most
            ? number : throw Fault(value, "SB2131", string.Create(CultureInfo.InvariantCulture, $"`{word}` must be a number{(double.IsInfinity(least) && double.IsInfinity(most) ? "" : double.IsInfinity(most) ? $" of at least {least}" : $" from {least} to {most}")}; here stands {Described(value)}"));

    public double Number(string word, double otherwise, double least = double.NegativeInfinity, double most = double.PositiveInfinity) => this[word] is { } value ? Number(value, word, least, most) : otherwise;

    public long Whole(YamlValue value, string word, long least, long most) =>
        value is YamlText { Quoted: false } text && long.TryParse(text.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number : throw Fault(value, "SB2131", $"`{word}` must be a whole number from {least} to {most}; here stands {Described(value)}");

    public long Whole(string word, long otherwise, long least, long most) => this[word] is { } value ? Whole(value, word, least, most) : otherwise;

    public bool Flag(string word, bool otherwise = false) => this[word] switch
    {
        null => otherwise,
        YamlText { Text: "true" } => true,
        YamlText { Text: "false" } => false,
        var value => throw Fault(value, "SB2131", $"`{word}` must be true or false; here stands {Described(value)}"),
    };

    public T? Word<T>(string word) where T : struct, Enum
    {
        if (this[word] is not { } value) return null;
        var words = Enum.GetNames<T>().Select(n => n.ToLowerInvariant()).ToArray();
        var text = Text(value, word);
        return Array.IndexOf(words, text) is >= 0 and var i ? Enum.GetValues<T>()[i]
            : throw Fault(value, "SB2131", $"`{word}` must be {string.Join(", ", words[..^1])} or {words[^1]}, not `{text}`" + (Nearest.Of(text, words) is { } near ? $"; did you mean `{near}`?" : ""));
    }

    /// <summary>One text or a list of texts.</summary>
    public ImmutableArray<YamlText> Texts(YamlValue value, string word) => value switch
    {
        YamlText { Text.Length: > 0 } text => [text],
        YamlList list => [.. list.Items.Select(i => i as YamlText ?? throw Fault(i, "SB2131", $"each item of `{word}` must be a single value; here stands {Described(i)}"))],
        _ => throw Fault(value, "SB2131", $"`{word}` must be a value or a list of values; here stands {Described(value)}"),
    };

    public static string Described(YamlValue value) => value is YamlText text ? $"`{text.Text}`" : value is YamlList ? "a list" : "a map";
}
