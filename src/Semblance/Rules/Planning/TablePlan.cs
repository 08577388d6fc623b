using System.Collections.Immutable;

namespace Semblance.Rules;

/// <summary>A table ready to be made: a maker for each column, in the order of the rules, then columns that only others look at.</summary>
internal sealed class TablePlan
{
    /// <summary>Times that a row which breaks a free condition is drawn again.</summary>
    public const int MostTries = 1000;

    public required TableRule Rule { get; init; }

    public required ColumnMaker[] Makers { get; init; }

    public required RowChoice[] Choices { get; init; }

    /// <summary>Paths of the random streams, below the table's.</summary>
    public required string[] Streams { get; init; }

    /// <summary>Columns that free conditions may move.</summary>
    public required bool[] Moved { get; init; }

    /// <summary>Conditions that are left to trial: true unless they are broken, with their texts.</summary>
    public required ImmutableArray<(RowExpression Test, string Text)> Conditions { get; init; }

    /// <summary>Columns that are written.</summary>
    public required Schema Schema { get; init; }

    /// <summary>The parents' table, or -1.</summary>
    public required int Parent { get; init; }

    /// <summary>Place of the column of the parents' table that counts these children.</summary>
    public required int Count { get; init; }

    /// <summary>Tables of which the children of one parent get different rows: no more children than these have.</summary>
    public required ImmutableArray<int> Bounding { get; init; }

    public string Name => Rule.Name;

    /// <summary>Which rows break no condition, and one that some row breaks.</summary>
    public (bool[] Holds, string? Broken) Test(RowFrame frame)
    {
        var holds = new bool[frame.Count];
        Array.Fill(holds, true);
        string? broken = null;
        var truths = new byte[frame.Count];
        foreach (var (test, text) in Conditions)
        {
            test.Truths(frame, truths);
            for (var i = 0; i < holds.Length; i++)
                if (truths[i] == Kleene.False) (holds[i], broken) = (false, text);
        }
        return (holds, broken);
    }
}
