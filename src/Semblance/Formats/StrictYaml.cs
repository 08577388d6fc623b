using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Semblance.Formats;

/// <summary>A value in a YAML document and where it stands.</summary>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
public abstract record YamlValue(int Line, int Column);

/// <summary>A single value. Nothing is guessed from its looks: <c>no</c> is the text "no".</summary>
/// <param name="Text">The text, unquoted.</param>
/// <param name="Quoted">Whether it stood in quotes: then it is a text even if it looks like a number.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
public sealed record YamlText(string Text, bool Quoted, int Line, int Column) : YamlValue(Line, Column);

/// <summary>A list.</summary>
/// <param name="Items">Its items, in order.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
public sealed record YamlList(ImmutableArray<YamlValue> Items, int Line, int Column) : YamlValue(Line, Column);

/// <summary>Keys and values, in order; no key stands twice.</summary>
/// <param name="Entries">Keys and values, in order.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
public sealed record YamlMap(ImmutableArray<(YamlText Key, YamlValue Value)> Entries, int Line, int Column) : YamlValue(Line, Column);

/// <summary>
/// The plain part of YAML: one document of maps, lists and texts. Anchors, aliases, tags, merge keys and duplicate keys are refused: they let a small file grow
/// without bound, run code elsewhere, or say something other than it seems to.
/// </summary>
public static class StrictYaml
{
    private const int MaxCharacters = 4 << 20, MaxDepth = 32, MaxValues = 200_000;

    /// <summary>Reads a document that must be a map.</summary>
    /// <param name="text">YAML, at most 4 MiB, 32 levels and 200,000 values.</param>
    /// <param name="name">How errors name the source.</param>
    /// <exception cref="RecipeException">Not YAML (SB2001), a refused feature (SB2002), or a key twice (SB2003); with line and column.</exception>
    public static YamlMap Read(string text, string name)
    {
        if (text.Length > MaxCharacters) throw new RecipeException("SB2001", $"{name} has {text.Length} characters; a YAML file here may have {MaxCharacters}");
        try
        {
            var parser = new Parser(new StringReader(text));
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _)) throw new RecipeException("SB2001", $"{name} is empty; `semblance new data.csv` writes a recipe to begin with");
            parser.Consume<DocumentStart>();
            var count = 0;
            var root = Value(parser, name, 0, ref count);
            parser.Consume<DocumentEnd>();
            if (!parser.Accept<StreamEnd>(out _)) throw Refused(name, parser.Current!, "a second document");
            return root as YamlMap ?? throw new RecipeException("SB2001", $"{name}: the file must be a list of `key: value` lines");
        }
        catch (YamlException e)
        {
            throw new RecipeException("SB2001", $"{name}, line {e.Start.Line}, column {e.Start.Column}: this is not YAML ({e.Message})", e);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or FormatException or OverflowException)
        {
            // The scanner throws these, without a place, on some malformed plain texts.
            throw new RecipeException("SB2001", $"{name}: this is not YAML; look for a stray character such as `:`, `-` or `\t`, and put quotes around texts that hold one", e);
        }
    }

    private static YamlValue Value(IParser parser, string name, int depth, ref int count)
    {
        var at = parser.Current!;
        if (depth > MaxDepth || ++count > MaxValues) throw Refused(name, at, depth > MaxDepth ? "deeper nesting" : "so many values");
        if (at is AnchorAlias) throw Refused(name, at, "an alias (`*name`)");
        if (at is NodeEvent { Anchor.IsEmpty: false }) throw Refused(name, at, "an anchor (`&name`)");
        if (at is NodeEvent { Tag.IsEmpty: false, Tag.IsNonSpecific: false }) throw Refused(name, at, "a tag (`!name`)");
        int line = (int)at.Start.Line, column = (int)at.Start.Column;
        if (parser.TryConsume<Scalar>(out var scalar)) return new YamlText(scalar.Value, scalar.Style is not ScalarStyle.Plain, line, column);
        if (parser.TryConsume<SequenceStart>(out _))
        {
            var items = ImmutableArray.CreateBuilder<YamlValue>();
            while (!parser.TryConsume<SequenceEnd>(out _)) items.Add(Value(parser, name, depth + 1, ref count));
            return new YamlList(items.ToImmutable(), line, column);
        }
        parser.Consume<MappingStart>();
        var entries = ImmutableArray.CreateBuilder<(YamlText, YamlValue)>();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (Value(parser, name, depth + 1, ref count) is not YamlText key) throw Refused(name, at, "a key that is a list or a map");
            if (!seen.TryAdd(key.Text, key.Line))
                throw new RecipeException("SB2003", $"{name}, line {key.Line}, column {key.Column}: the key `{key.Text}` stands twice (first on line {seen[key.Text]}); keep one");
            entries.Add((key, Value(parser, name, depth + 1, ref count)));
        }
        return new YamlMap(entries.ToImmutable(), line, column);
    }

    private static RecipeException Refused(string name, ParsingEvent at, string what) =>
        new("SB2002", $"{name}, line {at.Start.Line}, column {at.Start.Column}: {what} is not allowed here; write the value out");
}
