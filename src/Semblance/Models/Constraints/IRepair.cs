using System.Collections.Immutable;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>Changes drawn rows so that they keep a constraint. What becomes of a row depends on the row alone.</summary>
internal interface IRepair
{
    /// <summary>Positions of the columns it looks at.</summary>
    ImmutableArray<int> Reads { get; }

    /// <summary>Positions of the columns it may change.</summary>
    ImmutableArray<int> Writes { get; }

    /// <summary>Replaces columns by mended ones.</summary>
    /// <param name="columns">The columns of the rows, in the order of the schema.</param>
    /// <param name="drawn">Which rows these are.</param>
    /// <param name="stream">Random numbers of this constraint.</param>
    void Apply(Column[] columns, DrawnRows drawn, RandomStream stream);

    /// <summary>Adds what it has learnt to an archive.</summary>
    void Save(ModelArchive archive, string name);
}

/// <summary>Rows whose values are to be mended.</summary>
/// <param name="Numbers">Global index of each row.</param>
/// <param name="Draw">Draw number.</param>
/// <param name="Open">Which cells were drawn and may be changed, [column][row]; null when all were.</param>
internal sealed record DrawnRows(long[] Numbers, uint Draw, bool[][]? Open = null)
{
    public int Count => Numbers.Length;

    /// <summary>Whether a cell may be changed.</summary>
    public bool IsOpen(int column, int row) => Open is null || Open[column][row];
}
