using System.Collections.Immutable;

namespace Semblance.Language;

/// <summary>A file, or one for each split, in a form that trainers read.</summary>
/// <param name="Name">Begin of the files' names.</param>
/// <param name="Format"><c>chat prompt-completion preference alpaca text csv</c>.</param>
/// <param name="Fields">What fills each key of the form, in order.</param>
internal sealed record CorpusExport(string Name, string Format, ImmutableArray<(string Key, PromptTemplate Template)> Fields)
{
    /// <summary>Keys of the forms: those that must be filled, then those that may.</summary>
    public static readonly (string Format, string[] Needed, string[] Optional)[] Formats =
    [
        ("chat", ["user", "assistant"], ["system"]),
        ("prompt-completion", ["prompt", "completion"], []),
        ("preference", ["prompt", "chosen", "rejected"], []),
        ("alpaca", ["instruction", "output"], ["input", "system"]),
        ("text", ["text"], []),
        ("csv", [], []),
    ];

    /// <summary>Turns of a conversation, for <c>chat</c>.</summary>
    public CellPath? Turns { get; init; }

    /// <summary>Splits and their shares, in order; empty for a single file.</summary>
    public ImmutableArray<(string Name, double Share)> Splits { get; init; } = [];

    /// <summary>Cell whose rows stay together; null takes the seed document, the seed row, or the row itself.</summary>
    public CellPath? Group { get; init; }

    /// <summary>Whether a text can be part of a file's name on any system.</summary>
    public static bool IsName(string text) => text.Length is > 0 and <= 60 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    public string Ending => Format == "csv" ? ".csv" : ".jsonl";

    /// <summary>Names of its files.</summary>
    public IEnumerable<string> Files => Splits.IsEmpty ? [Name + Ending] : Splits.Select(s => $"{Name}.{s.Name}{Ending}");
}
