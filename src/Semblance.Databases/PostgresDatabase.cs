using Npgsql;
using NpgsqlTypes;
using Semblance.Data;
using Semblance.Formats;

namespace Semblance.Databases;

/// <summary>
/// A database in PostgreSQL, by binary COPY in one transaction: tables are made anew, filled, and joined by their keys; all of it is there after the commit, or nothing.
/// </summary>
public sealed class PostgresDatabase : DatabaseWriter
{
    private readonly NpgsqlConnection connection;
    private readonly NpgsqlTransaction transaction;
    private readonly string variable;

    private PostgresDatabase(NpgsqlConnection connection, NpgsqlTransaction transaction, DatabaseSchema schema, string variable) : base(schema) =>
        (this.connection, this.transaction, this.variable) = (connection, transaction, variable);

    /// <summary>Connects and makes the tables. A table that is there already is an error: nothing of a user's is removed.</summary>
    /// <param name="variable">Environment variable that holds the connection string, so that no password stands on a command line.</param>
    /// <param name="schema">The tables.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="DataException">No such variable, or no connection (SB1096), or the database refuses (SB1097).</exception>
    public static async Task<PostgresDatabase> ConnectAsync(string variable, DatabaseSchema schema, CancellationToken ct = default)
    {
        var text = Environment.GetEnvironmentVariable(variable);
        if (string.IsNullOrWhiteSpace(text)) throw new DataException("SB1096", $"the environment variable `{variable}` is not set; put a connection string there, such as Host=localhost;Database=shop;Username=me;Password=...");
        NpgsqlConnection connection;
        try
        {
            connection = new NpgsqlConnection(text);
            await connection.OpenAsync(ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or ArgumentException or System.Net.Sockets.SocketException)
        {
            throw new DataException("SB1096", $"can't connect to PostgreSQL by `{variable}`: {e.Message.TrimEnd('.')}; check host, database, user and password", e);
        }
        try
        {
            var transaction = await connection.BeginTransactionAsync(ct).ConfigureAwait(false);
            var database = new PostgresDatabase(connection, transaction, schema, variable);
            foreach (var table in schema.Tables) await database.RunAsync(SqlText.Create(table, schema, SqlText.Postgres, inlineForeignKeys: false), ct).ConfigureAwait(false);
            return database;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask WriteAsync(int table, Table rows, CancellationToken ct)
    {
        if (rows.Rows == 0) return;
        var schema = Schema.Tables[table];
        try
        {
            // A copy holds the connection, so each block is one; the transaction around joins them.
            var import = await connection.BeginBinaryImportAsync($"COPY {SqlText.Name(schema.Name)} ({SqlText.Names(schema.Schema.Columns.Select(c => c.Name))}) FROM STDIN (FORMAT BINARY)", ct).ConfigureAwait(false);
            await using (import.ConfigureAwait(false))
            {
                for (var row = 0; row < rows.Rows; row++)
                {
                    await import.StartRowAsync(ct).ConfigureAwait(false);
                    foreach (var column in rows.Columns) await CellAsync(import, column, row, ct).ConfigureAwait(false);
                }
                await import.CompleteAsync(ct).ConfigureAwait(false);
            }
        }
        catch (PostgresException e) { throw Refused(e); }
    }

    private static Task CellAsync(NpgsqlBinaryImporter import, Column column, int row, CancellationToken ct)
    {
        if (column.IsMissing(row)) return import.WriteNullAsync(ct);
        switch (column)
        {
            case NumberColumn { Kind: ColumnKind.Integer } whole:
                return import.WriteAsync((long)whole.Values[row], NpgsqlDbType.Bigint, ct);
            case NumberColumn numbers when SqlText.Postgres(numbers.Schema) == "numeric":
                return import.WriteAsync((decimal)numbers.Values[row], NpgsqlDbType.Numeric, ct);
            case NumberColumn numbers:
                return import.WriteAsync(numbers.Values[row], NpgsqlDbType.Double, ct);
            case DateTimeColumn moments when SqlText.HasTime(moments.Schema):
                return import.WriteAsync(new DateTime(moments.Ticks[row]), NpgsqlDbType.Timestamp, ct);
            case DateTimeColumn moments:
                return import.WriteAsync(DateOnly.FromDateTime(new DateTime(moments.Ticks[row])), NpgsqlDbType.Date, ct);
            case CategoryColumn { Kind: ColumnKind.Boolean } truths:
                return SqlText.Truth(truths.Levels[truths.Codes[row]]) is { } truth ? import.WriteAsync(truth, NpgsqlDbType.Boolean, ct) : import.WriteNullAsync(ct);
            case CategoryColumn categories:
                return import.WriteAsync(categories.Levels[categories.Codes[row]], NpgsqlDbType.Text, ct);
            default:
                return import.WriteAsync(column.Text(row), NpgsqlDbType.Text, ct);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask CommitAsync(CancellationToken ct = default)
    {
        foreach (var table in Schema.Tables)
            foreach (var reference in table.ForeignKeys)
                if (SqlText.IsKey(Schema, reference))
                    await RunAsync($"ALTER TABLE {SqlText.Name(table.Name)} ADD FOREIGN KEY ({SqlText.Names(reference.Columns)}) REFERENCES {SqlText.Name(reference.Table)} ({SqlText.Names(reference.References)})", ct).ConfigureAwait(false);
        try { await transaction.CommitAsync(ct).ConfigureAwait(false); }
        catch (PostgresException e) { throw Refused(e); }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync().ConfigureAwait(false);
        await connection.DisposeAsync().ConfigureAwait(false);
    }

    private async Task RunAsync(string sql, CancellationToken ct)
    {
        try
        {
            var command = new NpgsqlCommand(sql, connection, transaction);
            await using (command.ConfigureAwait(false)) await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
        }
        catch (PostgresException e) { throw Refused(e); }
    }

    private DataException Refused(PostgresException e) => new("SB1097", e.SqlState == "42P07"
        ? $"PostgreSQL (by `{variable}`): {e.MessageText}; drop that table, or give the rules' table another name: nothing that is there is overwritten"
        : $"PostgreSQL (by `{variable}`) refuses: {e.MessageText}" + (e.Detail is { Length: > 0 } detail ? $" ({detail.TrimEnd('.')})" : "") + "; nothing was kept", e);
}
