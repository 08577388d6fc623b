using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Semblance.Data;
using Semblance.Formats;

namespace Semblance.Databases;

/// <summary>A database as a SQLite file: typed columns, primary and foreign keys, all in one transaction. The file appears whole, at the commit, or not at all.</summary>
public sealed class SqliteDatabase : DatabaseWriter
{
    private readonly string path, temporary;
    private readonly SqliteConnection connection;
    private readonly SqliteTransaction transaction;
    private readonly SqliteCommand[] inserts;
    private bool committed;

    private SqliteDatabase(string path, string temporary, SqliteConnection connection, DatabaseSchema schema) : base(schema)
    {
        (this.path, this.temporary, this.connection) = (path, temporary, connection);
        Run(connection, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"); // an unfinished file is thrown away, so nothing is to be recovered
        transaction = connection.BeginTransaction();
        foreach (var table in schema.Tables) Run(connection, SqlText.Create(table, schema, SqlText.Sqlite, inlineForeignKeys: true), transaction);
        inserts = [.. schema.Tables.Select(Insert)];
    }

    /// <summary>Starts a file; an older one of that name stays until the commit.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="schema">The tables.</param>
    /// <exception cref="DataException">The file can't be written (SB1091).</exception>
    public static SqliteDatabase Create(string path, DatabaseSchema schema)
    {
        var full = Path.GetFullPath(path);
        if (Directory.Exists(full)) throw new DataException("SB1091", $"can't write `{path}`: it is a folder; name a file in it");
        var temporary = $"{full}.{Environment.ProcessId}.tmp";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.Delete(temporary);
            var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = temporary, Pooling = false }.ToString());
            try
            {
                connection.Open();
                return new SqliteDatabase(full, temporary, connection, schema);
            }
            catch
            {
                connection.Dispose();
                File.Delete(temporary);
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException) { throw Failed(path, e); }
    }

    /// <inheritdoc/>
    protected override ValueTask WriteAsync(int table, Table rows, CancellationToken ct)
    {
        var command = inserts[table];
        var cells = rows.Columns.Select(c => new Cells(c)).ToArray();
        try
        {
            for (var row = 0; row < rows.Rows; row++)
            {
                if ((row & 1023) == 0) ct.ThrowIfCancellationRequested();
                for (var c = 0; c < cells.Length; c++) command.Parameters[c].Value = cells[c].Value(row);
                command.ExecuteNonQuery();
            }
        }
        catch (SqliteException e) { throw Failed(path, e); }
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override ValueTask CommitAsync(CancellationToken ct = default)
    {
        ct.ThrowIfCancellationRequested();
        try
        {
            transaction.Commit();
            connection.Close();
            File.Move(temporary, path, overwrite: true);
            committed = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException) { throw Failed(path, e); }
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        foreach (var insert in inserts) insert.Dispose();
        transaction.Dispose();
        connection.Dispose();
        if (!committed) File.Delete(temporary);
        return ValueTask.CompletedTask;
    }

    private SqliteCommand Insert(TableSchema table)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        var names = table.Schema.Columns.Select(c => SqlText.Name(c.Name));
        command.CommandText = $"INSERT INTO {SqlText.Name(table.Name)} ({string.Join(", ", names)}) VALUES ({string.Join(", ", table.Schema.Columns.Select((_, i) => $"$p{i}"))})";
        for (var i = 0; i < table.Schema.Columns.Length; i++) command.Parameters.Add(new SqliteParameter($"$p{i}", null));
        command.Prepare();
        return command;
    }

    private static void Run(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }

    private static DataException Failed(string path, Exception e) =>
        e is SqliteException { SqliteErrorCode: 13 } ? new DataException("SB1092", $"can't write `{path}`: the disk is full; free some space or choose another place (nothing half-written is left)", e)
        : new DataException("SB1091", $"can't write `{path}`: {e.Message.TrimEnd('.')}; choose a place you may write to", e);

    /// <summary>Cells as the driver takes them.</summary>
    private sealed class Cells(Column column)
    {
        private readonly object[]? levels = column is CategoryColumn category ? Array.ConvertAll(category.Levels, l => column.Kind == ColumnKind.Boolean && SqlText.Truth(l) is { } truth ? (object)(truth ? 1L : 0L) : l) : null;
        private readonly System.Buffers.ArrayBufferWriter<byte> text = new(64);

        public object Value(int row)
        {
            if (column.IsMissing(row)) return DBNull.Value;
            switch (column)
            {
                case NumberColumn { Kind: ColumnKind.Integer } whole:
                    return (long)whole.Values[row];
                case NumberColumn numbers:
                    return numbers.Values[row];
                case CategoryColumn category:
                    return levels![category.Codes[row]];
                case TextColumn texts:
                    return Encoding.UTF8.GetString(texts.Utf8(row));
                case DateTimeColumn moments:
                    // SQLite has no dates of its own; its functions read this writing
                    return new DateTime(moments.Ticks[row]).ToString(SqlText.HasTime(moments.Schema) ? "yyyy-MM-dd HH:mm:ss" : "yyyy-MM-dd", CultureInfo.InvariantCulture);
                default:
                    text.ResetWrittenCount();
                    column.WriteText(row, text);
                    return Encoding.UTF8.GetString(text.WrittenSpan);
            }
        }
    }
}
