using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Semblance.Rules;

namespace Semblance.Language;

/// <summary>So many characters or words.</summary>
internal sealed class LengthCheck(long least, long most, bool words) : TextCheck
{
    protected override string? Fault(JsonNode? value, RowCells cells)
    {
        var text = JsonValues.TextOf(value);
        long length = words ? text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length : text.Length;
        var what = words ? "words" : "characters";
        return length < least ? string.Create(CultureInfo.InvariantCulture, $"it has {length} {what}; it needs at least {least}")
            : length > most ? string.Create(CultureInfo.InvariantCulture, $"it has {length} {what}; it may have at most {most}") : null;
    }
}

/// <summary>A pattern that must occur, or must not.</summary>
internal sealed class PatternCheck(Regex pattern, bool wanted) : TextCheck
{
    protected override string? Fault(JsonNode? value, RowCells cells) =>
        pattern.IsMatch(JsonValues.TextOf(value)) == wanted ? null : wanted ? $"it does not match the pattern {pattern}" : $"it matches the pattern {pattern}, which is not wanted";
}

/// <summary>A text must be written in a language.</summary>
internal sealed class LanguageCheck(string language) : TextCheck
{
    protected override string? Fault(JsonNode? value, RowCells cells) =>
        LanguageGuess.Of(JsonValues.TextOf(value)) is { } other && other != language ? $"it is written in another language (`{other}`); write in `{language}`" : null;
}

/// <summary>Words of a model that speaks of itself, refuses, or leaves holes.</summary>
internal sealed class PhraseCheck(string[] phrases, string what, int within) : TextCheck
{
    /// <summary>How models decline, in the beginning of an answer.</summary>
    public static readonly string[] Refusals =
    [
        "i can't assist", "i cannot assist", "i can't help with", "i cannot help with", "i'm sorry, but i can", "i am sorry, but i can", "i'm unable to", "i am unable to", "i can't comply", "i cannot comply", "i can't provide",
        "i cannot provide", "i can't fulfill", "i cannot fulfill", "i won't be able to", "i must decline", "as a language model, i can", "as an ai, i can", "it would be inappropriate for me",
        "ich kann dabei nicht", "es tut mir leid, aber ich kann", "dabei kann ich nicht helfen", "je ne peux pas vous aider", "je suis désolé, mais je ne", "lo siento, pero no puedo", "no puedo ayudar",
        "mi dispiace, ma non posso", "desculpe, mas não posso", "申し訳ありませんが", "抱歉，我无法", "извините, но я не могу", "عذراً، لا أستطيع",
    ];

    /// <summary>What a model says around an answer, or leaves to be filled in.</summary>
    public static readonly string[] Boilerplate =
    [
        "as an ai language model", "as a large language model", "as an ai assistant", "i hope this helps", "here is the requested", "here's the requested", "certainly! here", "sure! here", "sure, here is", "let me know if you",
        "lorem ipsum", "[insert", "[your name", "[name]", "[company", "[date]", "<insert", "todo:", "als ki-sprachmodell", "en tant que modèle de langage", "como modelo de lenguaje",
    ];

    protected override string? Fault(JsonNode? value, RowCells cells)
    {
        var text = JsonValues.TextOf(value).Replace('’', '\'');
        if (text.Length > within) text = text[..within];
        foreach (var phrase in phrases)
            if (text.Contains(phrase, StringComparison.OrdinalIgnoreCase)) return $"it {what} (\"{phrase}\")";
        return null;
    }
}

/// <summary>A text must be sound JSON, an expression, or a date.</summary>
internal sealed class SyntaxCheck(string kind) : TextCheck
{
    protected override string? Fault(JsonNode? value, RowCells cells)
    {
        var text = JsonValues.TextOf(value);
        try
        {
            switch (kind)
            {
                case "json": JsonDocument.Parse(text).Dispose(); break;
                case "expression": Expression.Parse(text); break;
                default:
                    if (!DateTime.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)) return $"`{JsonValues.Short(value)}` is no date; write it as 2024-12-31";
                    break;
            }
            return null;
        }
        catch (Exception e) when (e is JsonException or RecipeException)
        {
            return $"it is not sound {kind}: {e.Message}";
        }
    }
}

/// <summary>Turns of a conversation: roles in order, none empty, an answer at the end.</summary>
internal sealed class TurnsCheck : TextCheck
{
    protected override string? Fault(JsonNode? value, RowCells cells) => ChatLint.Fault(value as JsonArray);
}

/// <summary>A condition on the row with this cell in it.</summary>
internal sealed class HoldsCheck(Expression condition, string column) : TextCheck
{
    public override IEnumerable<CellPath> Against => condition.Names.Select(CellPath.Parse).Where(p => p.Column != column);

    protected override string? Fault(JsonNode? value, RowCells cells)
    {
        var names = condition.Names.Select(name =>
        {
            var path = CellPath.Parse(name);
            if (path.Column != column) return (name, path.In(cells));
            var alone = new RowCells();
            alone[column] = value;
            return (name, path.In(alone));
        });
        try { return RowExpression.Evaluate(condition.Text, names)?.GetValueKind() == JsonValueKind.True ? null : $"it must satisfy {condition.Text}"; }
        catch (RecipeException e) { return e.Message; }
    }
}
