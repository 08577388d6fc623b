using Semblance.Data;

namespace Semblance.Formats;

/// <summary>Writes a database block after block, in bounded memory. It appears whole, at <see cref="CommitAsync"/>, or not at all.</summary>
public abstract class DatabaseWriter : IAsyncDisposable
{
    /// <summary>Starts counting rows.</summary>
    protected DatabaseWriter(DatabaseSchema schema) => (Schema, Rows) = (schema, new long[schema.Tables.Length]);

    /// <summary>Starts a folder with one file a table, and <c>schema.json</c> with keys and references.</summary>
    /// <param name="folder">The folder; it is made where missing.</param>
    /// <param name="schema">The tables.</param>
    /// <param name="options">Format and delimiter; null for CSV.</param>
    /// <exception cref="DataException">The folder can't be written to (SB1091), the disk is full (SB1092), or another run writes there (SB1093).</exception>
    public static DatabaseWriter Create(string folder, DatabaseSchema schema, WriteOptions? options = null) => new DatabaseFolder(folder, schema, options ?? new WriteOptions());

    /// <summary>The tables.</summary>
    public DatabaseSchema Schema { get; }

    /// <summary>Rows written so far, table by table.</summary>
    public long[] Rows { get; }

    /// <summary>Writes the rows of a block.</summary>
    public async ValueTask WriteAsync(Database block, CancellationToken ct = default)
    {
        for (var i = 0; i < Rows.Length; i++)
        {
            await WriteAsync(i, block.Tables[i], ct).ConfigureAwait(false);
            Rows[i] += block.Tables[i].Rows;
        }
    }

    /// <summary>Adds a text file that stands beside the tables of a folder (a report); other outputs have no place for it and leave it out.</summary>
    /// <param name="name">Its name, without a folder.</param>
    /// <param name="text">Its text.</param>
    /// <param name="ct">Cancels.</param>
    public virtual ValueTask AddTextAsync(string name, string text, CancellationToken ct = default) => ValueTask.CompletedTask;

    /// <summary>Puts all in place.</summary>
    public abstract ValueTask CommitAsync(CancellationToken ct = default);

    /// <summary>Without a commit, removes what was written.</summary>
    public abstract ValueTask DisposeAsync();

    /// <summary>Writes rows of one table.</summary>
    /// <param name="table">Place of the table.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="ct">Cancels.</param>
    protected abstract ValueTask WriteAsync(int table, Table rows, CancellationToken ct);
}
