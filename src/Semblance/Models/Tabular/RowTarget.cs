using Semblance.Data;
using Semblance.Rules;

namespace Semblance.Models;

/// <summary>What rows must be: what a condition says, and in the cells of a group.</summary>
/// <param name="Condition">The condition; null for none.</param>
/// <param name="Group">Cells of each column that belong to the group, null for a column that is free; null for no group.</param>
/// <param name="What">Both in words, for messages: <c>the group income = '>50K'</c>.</param>
internal sealed record RowTarget(BoundCondition? Condition, bool[]?[]? Group, string What)
{
    /// <summary>How shares are written for these columns, for messages.</summary>
    public string Example { get; init; } = "";

    /// <summary>Whether each row is what it must be.</summary>
    public bool[] Holds(SampleBlock block, Table table)
    {
        var mask = new bool[table.Rows];
        if (Condition is null) Array.Fill(mask, true);
        else Condition.Evaluate(table, mask);
        for (var c = 0; c < Group?.Length; c++)
            if (Group[c] is { } cells)
                for (var i = 0; i < mask.Length; i++) mask[i] &= cells[block.Cells[c][i]];
        return mask;
    }
}

/// <summary>Free rows of a generation, to see what is frequent; made once, whatever is asked of them.</summary>
internal sealed class PilotRows(TabularGenerator generator, TabularGenerator.Streams streams)
{
    /// <summary>How many.</summary>
    public const int Count = 16_384;

    private readonly Lazy<(SampleBlock Block, Table Table)> rows = new(() => generator.Draw(Enumerable.Range(0, Count).Select(i => (long)i).ToArray(), uint.MaxValue, streams));

    public SampleBlock Block => rows.Value.Block;

    public Table Table => rows.Value.Table;
}

/// <summary>Tables put in order.</summary>
internal static class RowPlaces
{
    /// <summary>The rows in another order: row i goes to place <c>places[i]</c>.</summary>
    public static Table AtPlaces(this Table table, List<int> places)
    {
        var order = new int[places.Count];
        for (var i = 0; i < order.Length; i++) order[places[i]] = i;
        return table.Take(order);
    }
}
