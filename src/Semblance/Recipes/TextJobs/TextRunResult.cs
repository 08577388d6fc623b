using System.Collections.Immutable;
using Semblance.Language;
using Semblance.Provenance;

namespace Semblance.Recipes;

/// <summary>What a run of a text job gave.</summary>
public sealed record TextRunResult
{
    /// <summary>Name of the rows in the folder.</summary>
    public const string DataFile = "data.jsonl";

    /// <summary>Name of the ledger: every attempt, and how it ended.</summary>
    public const string LedgerFile = "ledger.jsonl";

    /// <summary>Name of the lineage: seeds and requests of every row.</summary>
    public const string LineageFile = "lineage.jsonl";

    /// <summary>Name of the card.</summary>
    public const string CardFile = "README.md";

    /// <summary>Name of the numbers.</summary>
    public const string NumbersFile = "report.json";

    /// <summary>Name of the job's copy.</summary>
    public const string JobFile = "job.yaml";

    /// <summary>Name of the journal. It outlives the results: another run of a changed job still finds the answers it has in common.</summary>
    public const string JournalFile = "requests.jsonl";

    /// <summary>Folder of the results, as a full path.</summary>
    public required string Folder { get; init; }

    /// <summary>Rows asked for.</summary>
    public required long Requested { get; init; }

    /// <summary>Rows given.</summary>
    public required long Accepted { get; init; }

    /// <summary>Attempts; <see cref="Accepted"/> and the sum of <see cref="Rejected"/> add up to it.</summary>
    public required long Attempted { get; init; }

    /// <summary>Attempts that were rejected, by column and reason.</summary>
    public required ImmutableArray<RejectedCount> Rejected { get; init; }

    /// <summary>What the answers took, by column, whenever they were paid.</summary>
    public required ImmutableSortedDictionary<string, ColumnUsage> Usage { get; init; }

    /// <summary>Requests this run sent.</summary>
    public required long Sent { get; init; }

    /// <summary>Answers this run found in the journal.</summary>
    public required long Kept { get; init; }

    /// <summary>Which bound of the budget was reached; null when none was.</summary>
    public string? BudgetReached { get; init; }

    /// <summary>What was made from what.</summary>
    public required Manifest Manifest { get; init; }

    /// <summary>Whether every row asked for is there.</summary>
    public bool Complete => Accepted == Requested;

    /// <summary>Money that all answers took, by the job's prices.</summary>
    public double Cost => Usage.Values.Sum(u => u.Cost);

    /// <summary>Why rows are missing, in one sentence; null when none is.</summary>
    public string? Shortfall => Complete ? null
        : $"{Accepted} of {Requested} rows were made"
            + (BudgetReached is { } bound ? $": the budget of {bound} is used up; raise it and run again, what was answered is kept" : "")
            + (Rejected.IsEmpty ? "" : $"; rejected: {string.Join(", ", Rejected.OrderByDescending(r => r.Count).Take(5).Select(r => $"{r.Count} by {r.Column} ({r.Reason})"))}");
}

/// <summary>Attempts that failed for one reason.</summary>
/// <param name="Column">Column that failed.</param>
/// <param name="Reason">Why, in a word.</param>
/// <param name="Count">How many.</param>
public sealed record RejectedCount(string Column, string Reason, long Count);
