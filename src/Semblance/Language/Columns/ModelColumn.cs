using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Semblance.Language;

/// <summary>
/// What a model answers: free text, or a value of a given shape. An answer that is cut off, is not of that shape or fails a check goes back to the model with what is wrong with it, so many times; then the cell
/// has failed.
/// </summary>
internal sealed class ModelColumn : JobColumn
{
    private const int MostShown = 8_000;

    public required ModelUse Model { get; init; }

    public PromptTemplate? System { get; init; }

    public required PromptTemplate Prompt { get; init; }

    /// <summary>Shape of the answer; null for free text.</summary>
    public JsonShape? Shape { get; init; }

    /// <summary>Answers asked for; more than one make a list.</summary>
    public int Samples { get; init; } = 1;

    /// <summary>How often an answer may be sent back.</summary>
    public int Retries { get; init; } = 2;

    public ImmutableArray<TextCheck> Checks { get; init; } = [];

    /// <summary>Which holes hold documents.</summary>
    public required Func<CellPath, bool> IsDocument { get; init; }

    public override string Word => Shape is null ? "llm-text" : "llm-structured";

    public override IEnumerable<CellPath> Needs => Prompt.Holes.Concat(System?.Holes ?? []).Concat(Checks.SelectMany(c => c.Needs)).Where(p => p.Column != Name);

    public override (int, ModelUse?, IEnumerable<PromptTemplate>) Load => (Samples, Model, System is null ? [Prompt] : [System, Prompt]);

    public override async ValueTask<CellResult> MakeAsync(RowWork row, CancellationToken ct)
    {
        if (Samples == 1) return await OneAsync(row, 0, ct).ConfigureAwait(false);
        var all = await Task.WhenAll(Enumerable.Range(0, Samples).Select(k => OneAsync(row, k, ct))).ConfigureAwait(false);
        foreach (var one in all)
            if (one.Reason is not null) return one;
        return new(new JsonArray([.. all.Select(one => one.Value)]));
    }

    private async Task<CellResult> OneAsync(RowWork row, int sample, CancellationToken ct)
    {
        var messages = new List<ChatMessage>();
        var system = System?.Fill(row.Cells, IsDocument) ?? "";
        if (Prompt.Holes.Concat(System?.Holes ?? []).Any(IsDocument)) system = system.Length == 0 ? PromptTemplate.Notice : $"{system}\n\n{PromptTemplate.Notice}";
        if (system.Length > 0) messages.Add(new("system", system));
        messages.Add(new("user", Prompt.Fill(row.Cells, IsDocument)));
        return await AskAsync(row, Name, Model, Shape, messages, Retries, sample, Checked, ct).ConfigureAwait(false);

        (string, string)? Checked(JsonNode? value, RowWork made)
        {
            foreach (var check in Checks)
                if (check.Fault(Name, value, made.Cells) is { } fault) return (check.Name, fault);
            return null;
        }
    }

    /// <summary>Asks until the answer is of its shape and passes, at most so many times more. A check gives reason and fault of a value, or null.</summary>
    internal static async Task<CellResult> AskAsync(RowWork row, string column, ModelUse model, JsonShape? shape, List<ChatMessage> messages, int retries, int sample,
        Func<JsonNode?, RowWork, (string Reason, string Fault)?> check, CancellationToken ct)
    {
        var given = messages.Count;
        for (var left = retries; ; left--)
        {
            var answer = await row.AskAsync(column, model, messages, shape, sample, ct).ConfigureAwait(false);
            if (answer.Completion is not { } said) return CellResult.Failed(answer.Reason, answer.Detail);
            if (said.Finish is "refusal" or "content_filter") return CellResult.Failed("refusal", said.Finish == "refusal" ? "the model refused" : "the provider's filter held the answer back");
            var (reason, fault, value) = Read(said, shape);
            if (reason is null && check(value, row) is { } failed) (reason, fault) = failed;
            if (reason is null) return new(value);
            if (left == 0) return CellResult.Failed(reason, fault);
            var shown = said.Text.Length == 0 ? "(empty)" : said.Text.Length > MostShown ? said.Text[..MostShown] : said.Text;
            messages.RemoveRange(given, messages.Count - given); // only the last try is shown: the conversation does not grow
            messages.Add(new("assistant", shown));
            messages.Add(new("user", $"This answer can't be used: {fault}. Give the whole answer again, mended, and nothing else."));
        }
    }

    private static (string? Reason, string Fault, JsonNode? Value) Read(Completion said, JsonShape? shape)
    {
        if (said.Finish == "length") return ("cut-off", "it was cut off at the longest length; make it shorter", null);
        if (shape is null)
        {
            var text = JsonAnswer.WithoutThinking(said.Text).Trim();
            return text.Length == 0 ? ("empty", "it is empty", null) : (null, "", JsonValue.Create(text));
        }
        if (JsonAnswer.Read(said.Text, out var value) is { } broken) return ("not-json", broken, null);
        return shape.Fault(ref value) is { } fault ? ("schema", fault, null) : (null, "", value);
    }
}
