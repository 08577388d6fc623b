using System.Globalization;
using System.Text.Json.Nodes;
using SQLitePCL;

namespace Semblance.Language;

/// <summary>
/// Runs one query of a model on a database in memory that a script of the job's author has filled. It may read and nothing else; how long it works is bounded by counted steps of SQLite's machine, not by a clock, so the same query
/// always ends the same way.
/// </summary>
internal sealed class SqlSandbox
{
    private const int StepsPerCall = 1_000, MostCalls = 20_000, MostRows = 200, MostText = 1 << 20;
    private readonly string setup;

    /// <param name="setup">Script that fills the database.</param>
    /// <exception cref="RecipeException">SB2409: it fails.</exception>
    public SqlSandbox(string setup)
    {
        Batteries_V2.Init();
        this.setup = setup;
        var database = Filled();
        raw.sqlite3_close_v2(database);
    }

    /// <summary>What a query gives: <c>{columns, rows}</c>; or what is wrong with it.</summary>
    public (JsonObject? Result, string? Fault) Query(string sql)
    {
        using var database = Filled();
        try
        {
            raw.sqlite3_limit(database, raw.SQLITE_LIMIT_LENGTH, MostText);
            raw.sqlite3_set_authorizer(database, static (object _, int action, utf8z first, utf8z second, utf8z _, utf8z _) =>
                action is raw.SQLITE_SELECT or raw.SQLITE_READ or 33 /* SQLITE_RECURSIVE */ || action == raw.SQLITE_FUNCTION && second.utf8_to_string() != "load_extension" ? raw.SQLITE_OK : raw.SQLITE_DENY, null);
            var calls = 0;
            raw.sqlite3_progress_handler(database, StepsPerCall, _ => ++calls > MostCalls ? 1 : 0, null);
            if (raw.sqlite3_prepare_v2(database, sql, out var statement, out var rest) != raw.SQLITE_OK) return (null, raw.sqlite3_errmsg(database).utf8_to_string());
            using (statement)
            {
                if (statement.IsInvalid || raw.sqlite3_column_count(statement) == 0) return (null, "it is no query");
                if (rest.AsSpan().Trim(" \t\r\n;".AsSpan()).Length > 0) return (null, "it is more than one statement");
                return Read(database, statement);
            }
        }
        finally
        {
            raw.sqlite3_progress_handler(database, 0, null, null);
        }
    }

    private static (JsonObject?, string?) Read(sqlite3 database, sqlite3_stmt statement)
    {
        var names = new JsonArray();
        for (var i = 0; i < raw.sqlite3_column_count(statement); i++) names.Add(raw.sqlite3_column_name(statement, i).utf8_to_string());
        var rows = new JsonArray();
        while (raw.sqlite3_step(statement) is var step and not raw.SQLITE_DONE)
        {
            if (step == raw.SQLITE_INTERRUPT) return (null, "it takes too long");
            if (step != raw.SQLITE_ROW) return (null, raw.sqlite3_errmsg(database).utf8_to_string());
            if (rows.Count == MostRows) return (null, $"it gives more than {MostRows} rows");
            var row = new JsonArray();
            for (var i = 0; i < names.Count; i++)
                row.Add(raw.sqlite3_column_type(statement, i) switch
                {
                    raw.SQLITE_INTEGER => JsonValue.Create(raw.sqlite3_column_int64(statement, i)),
                    raw.SQLITE_FLOAT when raw.sqlite3_column_double(statement, i) is var number && double.IsFinite(number) => JsonValue.Create(number),
                    raw.SQLITE_NULL or raw.SQLITE_FLOAT => null,
                    _ => JsonValue.Create(raw.sqlite3_column_text(statement, i).utf8_to_string()),
                });
            rows.Add(row);
        }
        return (new JsonObject { ["columns"] = names, ["rows"] = rows }, null);
    }

    private sqlite3 Filled()
    {
        if (raw.sqlite3_open(":memory:", out var database) != raw.SQLITE_OK) throw new RecipeException("SB2409", "SQLite can't make a database in memory");
        if (raw.sqlite3_exec(database, setup, null, null, out var error) == raw.SQLITE_OK) return database;
        database.Dispose();
        throw new RecipeException("SB2409", string.Create(CultureInfo.InvariantCulture, $"the `setup` of SQL fails: {error}"));
    }
}
