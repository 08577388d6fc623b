using System.Collections.Immutable;
using System.Globalization;
using Semblance.Formats;

namespace Semblance.Worlds;

/// <summary>What kind of value a <see cref="PackParameter"/> takes.</summary>
public enum PackParameterKind
{
    /// <summary>A whole number.</summary>
    Whole,
    /// <summary>A number.</summary>
    Number,
    /// <summary>A day, written 2025-01-31.</summary>
    Date,
    /// <summary>One of a list of words.</summary>
    Word,
}

/// <summary>A parameter of a pack: what <c>--set name=value</c> changes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Kind of value.</param>
/// <param name="About">What it means, in one line.</param>
/// <param name="Default">Value when it is not set.</param>
public sealed record PackParameter(string Name, PackParameterKind Kind, string About, string Default)
{
    /// <summary>Least value of a number.</summary>
    public double Min { get; init; } = double.MinValue;

    /// <summary>Greatest value of a number.</summary>
    public double Max { get; init; } = double.MaxValue;

    /// <summary>The words there are to choose from.</summary>
    public ImmutableArray<string> Words { get; init; } = [];

    /// <summary>The range in words: <c>whole, 100 to 100000000</c>.</summary>
    public string Range => Kind switch
    {
        PackParameterKind.Date => "a day, as 2025-01-31",
        PackParameterKind.Word => "one of " + string.Join(", ", Words),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(Kind == PackParameterKind.Whole ? "whole, " : "")}{Min} to {Max}"),
    };

    /// <summary>Value as a number: a day as ticks, a word as its place in the list.</summary>
    /// <exception cref="RecipeException">It is out of range or of another kind (SB2207).</exception>
    internal double Read(string text)
    {
        switch (Kind)
        {
            case PackParameterKind.Date when DateTime.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1900 and <= 2200:
                return day.Ticks;
            case PackParameterKind.Word when Words.Contains(text):
                return Words.IndexOf(text);
            case PackParameterKind.Whole or PackParameterKind.Number when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= Min && number <= Max
                && (Kind == PackParameterKind.Number || number == Math.Floor(number)):
                return number;
            default:
                throw new RecipeException("SB2207", $"{Name}={text}: `{Name}` ({About}) takes {Range}" + (Kind == PackParameterKind.Word && Nearest.Of(text, Words) is { } near ? $"; did you mean `{near}`?" : ""));
        }
    }

    internal static PackParameter Of(PackSource source, YamlText key, YamlValue value)
    {
        var map = source.Map(value, $"the parameter `{key.Text}`", "kind", "about", "default", "min", "max", "words");
        var kindText = map.Text("kind") ?? "number";
        var kind = kindText switch
        {
            "whole" => PackParameterKind.Whole,
            "number" => PackParameterKind.Number,
            "date" => PackParameterKind.Date,
            "word" => PackParameterKind.Word,
            _ => throw source.Unknown(map.Require("kind"), "kind of parameter", kindText, ["whole", "number", "date", "word"]),
        };
        var parameter = new PackParameter(source.Named(key, "a parameter"), kind, map.Text("about") ?? throw source.Fault("SB2203", value, $"the parameter `{key.Text}` needs `about`: what it means, in one line"),
            source.Text(map.Require("default"), "`default`")) { Words = [.. map.Items("words").Select(w => source.Text(w, "a word"))] };
        if (kind is PackParameterKind.Whole or PackParameterKind.Number)
            parameter = parameter with { Min = source.Number(map.Require("min"), "`min`", -1e15, 1e15), Max = source.Number(map.Require("max"), "`max`", -1e15, 1e15) };
        try { parameter.Read(parameter.Default); }
        catch (RecipeException e) { throw source.Fault(e.Code, map.Require("default"), e.Message); }
        return parameter;
    }
}
