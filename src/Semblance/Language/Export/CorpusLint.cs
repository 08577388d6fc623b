using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Semblance.Language;

/// <summary>Something wrong with a line of a corpus.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="What">What is wrong.</param>
public sealed record LintFinding(long Line, string What);

/// <summary>Checks files that trainers read: chats, prompts and completions, preference pairs, Alpaca, plain texts. The form is told by the keys of each line.</summary>
public static class CorpusLint
{
    private const int MostFindings = 1_000;
    private const int LongestLine = 64 << 20;

    private static readonly string[][] Forms =
    [
        ["messages"], ["prompt", "chosen", "rejected"], ["prompt", "completion"], ["instruction", "output"], ["text"],
    ];

    /// <summary>Whether a file looks like such a corpus: its first line is a JSON object with the keys of one of the forms.</summary>
    public static async Task<bool> IsCorpusAsync(string path, CancellationToken ct = default)
    {
        if (!path.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) || !File.Exists(path)) return false;
        using var reader = new StreamReader(path, Encoding.UTF8);
        try { return await reader.ReadLineAsync(ct).ConfigureAwait(false) is { Length: < LongestLine } line && JsonNode.Parse(line) is JsonObject row && Form(row) is { } form && form is not ["text"]; }
        catch (JsonException) { return false; }
    }

    /// <summary>Reads a file line by line; memory does not grow with it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="ct">Stops.</param>
    /// <returns>The first thousand findings; empty when all is well.</returns>
    /// <exception cref="DataException">SB1001: the file can't be read.</exception>
    public static async Task<ImmutableArray<LintFinding>> CheckAsync(string path, CancellationToken ct = default)
    {
        var findings = ImmutableArray.CreateBuilder<LintFinding>();
        try
        {
            using var reader = new StreamReader(path, Encoding.UTF8);
            string[]? form = null;
            for (long number = 1; findings.Count < MostFindings && await reader.ReadLineAsync(ct).ConfigureAwait(false) is { } line; number++)
            {
                if (Fault(line, ref form) is { } fault) findings.Add(new(number, fault));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException("SB1001", $"can't read `{path}`: {e.Message.TrimEnd('.')}; check the name and your permission to read it", e);
        }
        return findings.ToImmutable();
    }

    private static string? Fault(string line, ref string[]? form)
    {
        JsonObject row;
        try { row = JsonNode.Parse(line, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 64 }) as JsonObject ?? throw new JsonException("it is no object"); }
        catch (JsonException e) { return $"not a JSON object: {e.Message}"; }
        if (Form(row) is not { } own) return $"the keys {string.Join(", ", row.Select(p => p.Key).Take(8))} are those of no known form";
        form ??= own;
        if (own != form) return $"the keys are {string.Join(", ", own)}, those of the lines before {string.Join(", ", form)}";
        if (own is ["messages"]) return row["messages"] is JsonArray turns ? ChatLint.Fault(turns) : "`messages` is no list";
        foreach (var key in own)
        {
            if (row[key] is JsonArray turns)
            {
                if (turns.Count == 0) return $"`{key}` is empty";
            }
            else if (row[key]?.GetValueKind() != JsonValueKind.String || string.IsNullOrWhiteSpace((string)row[key]!)) return $"`{key}` is empty or no text";
        }
        return own.Contains("chosen") && JsonNode.DeepEquals(row["chosen"], row["rejected"]) ? "`chosen` and `rejected` are the same" : null;
    }

    private static string[]? Form(JsonObject row) => Array.Find(Forms, f => f.All(row.ContainsKey));
}
