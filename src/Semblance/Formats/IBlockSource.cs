using System.Collections.Immutable;

namespace Semblance.Formats;

/// <summary>A reader of rows: fills the column builders block after block.</summary>
internal interface IBlockSource : IAsyncDisposable
{
    /// <summary>Columns known so far, in order. JSON Lines may add some with every block.</summary>
    ImmutableArray<string> Names { get; }

    /// <summary>Reads the next rows, at most <paramref name="maxRows"/>, and hands their cells to builders (made where a column is new).</summary>
    /// <returns>Rows read, 0 at the end.</returns>
    /// <exception cref="DataException">The bytes are not what the format asks for.</exception>
    ValueTask<int> ReadAsync(List<ColumnBuilder> builders, Func<string, ColumnBuilder> create, int maxRows, CancellationToken ct);
}
