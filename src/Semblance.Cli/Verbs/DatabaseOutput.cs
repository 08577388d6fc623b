using Semblance.Data;
using Semblance.Databases;
using Semblance.Formats;

namespace Semblance.Cli.Verbs;

/// <summary>Where several tables are written to, by the name given to <c>--to</c>: a folder, a SQLite file, PostgreSQL.</summary>
internal static class DatabaseOutput
{
    private const string Postgres = "postgres:";

    public static async Task<DatabaseWriter> WriterAsync(string to, DatabaseSchema schema, Call call)
    {
        if (to.StartsWith(Postgres, StringComparison.OrdinalIgnoreCase))
            return await PostgresDatabase.ConnectAsync(to.Length > Postgres.Length ? to[Postgres.Length..] : throw new UsageException("--to postgres: name the environment variable that holds the connection string, as in --to postgres:SHOP_DB"), schema, call.Cancel);
        switch (Path.GetExtension(to).ToLowerInvariant())
        {
            case ".sqlite" or ".sqlite3" or ".db":
                return SqliteDatabase.Create(to, schema);
            case ".csv" or ".tsv" or ".jsonl" or ".ndjson" or ".gz":
                throw new UsageException($"--to {to}: {schema.Tables.Length} tables ({string.Join(", ", schema.Tables.Select(t => t.Name))}) don't fit one file; name a folder (out/), a .sqlite file or postgres:VARIABLE");
            default:
                return DatabaseWriter.Create(to, schema, TableOutput.Options(call));
        }
    }
}
