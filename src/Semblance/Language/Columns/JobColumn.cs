using System.Text.Json.Nodes;

namespace Semblance.Language;

/// <summary>A column of a text job: what it needs and how a cell of it is made.</summary>
internal abstract class JobColumn
{
    public required string Name { get; init; }

    /// <summary>Whether it stands in the result.</summary>
    public bool Keep { get; init; } = true;

    /// <summary>Word that makes it.</summary>
    public abstract string Word { get; }

    /// <summary>Columns that must be made before.</summary>
    public abstract IEnumerable<CellPath> Needs { get; }

    /// <summary>Most requests that one cell takes when nothing fails, the model asked, and the templates of a request; for forecasts.</summary>
    public virtual (int Requests, ModelUse? Model, IEnumerable<PromptTemplate> Prompts) Load => (0, null, []);

    /// <summary>Makes the cell of a row.</summary>
    public abstract ValueTask<CellResult> MakeAsync(RowWork row, CancellationToken ct);
}

/// <summary>A cell, or why there is none.</summary>
/// <param name="Value">The cell.</param>
/// <param name="Reason">Word for the ledger; null where there is a cell.</param>
/// <param name="Detail">What went wrong.</param>
internal readonly record struct CellResult(JsonNode? Value, string? Reason = null, string? Detail = null)
{
    public static CellResult Failed(string reason, string detail) => new(null, reason, detail);
}

/// <summary>How a model is used: which, and with what settings.</summary>
/// <param name="Name">Its name in the job.</param>
/// <param name="Model">The model, as its provider calls it.</param>
internal sealed record ModelUse(string Name, string Model)
{
    public required string Provider { get; init; }

    public double? Temperature { get; init; }

    public double? TopP { get; init; }

    public int MaxTokens { get; init; } = 1024;

    public ModelPrice? Price { get; init; }
}

/// <summary>One attempt at one row: its cells so far, and what they were made from.</summary>
internal sealed class RowWork(JobEngine engine, long number, int attempt)
{
    private readonly Lock gate = new();
    private readonly List<(string Column, RequestName Name)> asked = [];

    public JobEngine Engine => engine;

    /// <summary>The row, from 0.</summary>
    public long Number => number;

    /// <summary>The attempt at it, from 0.</summary>
    public int Attempt => attempt;

    public RowCells Cells { get; } = new();

    /// <summary>Seeds by column: which of them, from 0.</summary>
    public SortedDictionary<string, int> Seeds { get; } = new(StringComparer.Ordinal);

    /// <summary>The requests whose answers made it, by column; in an order that does not depend on which came back first.</summary>
    public (string Column, RequestName Name)[] Asked { get { lock (gate) return [.. asked.Distinct().OrderBy(a => a.Column, StringComparer.Ordinal).ThenBy(a => a.Name.High).ThenBy(a => a.Name.Low)]; } }

    /// <summary>Asks a model.</summary>
    public async Task<DeskAnswer> AskAsync(string column, ModelUse use, IEnumerable<ChatMessage> messages, JsonShape? shape, int sample, CancellationToken ct)
    {
        var answer = await engine.AskAsync(column, use, messages, shape, [(int)number, attempt, sample], ct).ConfigureAwait(false);
        lock (gate) asked.Add((column, answer.Name));
        return answer;
    }
}
