using Semblance.Data;

namespace Semblance.Formats;

/// <summary>Rows of a block as text in one format.</summary>
internal abstract class BlockText
{
    /// <summary>What stands before the first row.</summary>
    public abstract void WriteHeader(Schema schema, OutputBuffer output);

    /// <summary>Takes the next block.</summary>
    public abstract void Start(Table block);

    /// <summary>Writes rows from <paramref name="row"/> on, until the block ends or the output reaches <paramref name="flushAt"/> bytes.</summary>
    /// <returns>The next row to write.</returns>
    public abstract int WriteRows(int row, OutputBuffer output, int flushAt);
}
