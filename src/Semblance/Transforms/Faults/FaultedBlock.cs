using System.Collections.Immutable;
using Semblance.Data;
using Semblance.Rules;

namespace Semblance.Transforms;

/// <summary>An entry of the answer key.</summary>
/// <param name="Row">Row of the damaged block, from 0.</param>
/// <param name="Column">The column; empty where the whole row is a copy.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Clean">The clean value as text, null when it was missing; of a copy the number of the clean row.</param>
public readonly record struct FaultEntry(int Row, string Column, FaultKind Kind, string? Clean);

/// <summary>Damaged rows with their answer key. Every cell that the key does not name is as it was.</summary>
/// <param name="Damaged">The rows.</param>
/// <param name="Key">What was done, by row and column.</param>
/// <param name="Origins">Of each damaged row the number of the clean row it comes from.</param>
public sealed record FaultedBlock(Table Damaged, ImmutableArray<FaultEntry> Key, ImmutableArray<long> Origins)
{
    /// <summary>The key as a table: row, column, kind, clean. The file beside the damaged one.</summary>
    /// <param name="firstRow">Number of the block's first damaged row in the whole.</param>
    public Table KeyTable(long firstRow)
    {
        var kinds = Enum.GetNames<FaultKind>().Select(n => n == "NearDuplicate" ? "near-duplicate" : n.ToLowerInvariant()).ToArray();
        return new(
        [
            new NumberColumn(new("row", ColumnKind.Integer), [.. Key.Select(e => (double)(firstRow + e.Row))]),
            FaultColumn.OfTexts(new("column", ColumnKind.Text), [.. Key.Select(e => (string?)e.Column)]),
            new CategoryColumn(new("kind", ColumnKind.Category), [.. Key.Select(e => (int)e.Kind)], kinds),
            FaultColumn.OfTexts(new("clean", ColumnKind.Text) { MissingMarkers = [""] }, [.. Key.Select(e => e.Clean)]),
        ]);
    }
}
