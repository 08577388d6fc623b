using Semblance.Data;

namespace Semblance.Rules;

/// <summary>Makes the cells of a column for any list of rows. Keeps no state, so one serves many threads.</summary>
internal abstract class ColumnMaker
{
    /// <summary>Name, kind and text form of what comes out.</summary>
    public required ColumnSchema Schema { get; init; }

    /// <summary>Cells of a frame's rows. Random numbers come from the frame's streams, counted by <see cref="RowFrame.Draws"/>.</summary>
    public abstract Column Make(RowFrame frame);

    /// <summary>Rows, counted from row 0, that get different values; null for no promise.</summary>
    public virtual ulong? Room => null;
}
