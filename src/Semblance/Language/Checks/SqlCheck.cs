using System.Text.Json.Nodes;

namespace Semblance.Language;

/// <summary>A query must run on the job's database, and give at least so many rows.</summary>
internal sealed class SqlCheck(SqlSandbox sandbox, int rows) : TextCheck
{
    public static SqlCheck Read(JobMap map, string word, CellPath? of)
    {
        var check = new SqlCheck(Sandbox(map), map.Integer("rows", 0, 200, 0)) { Name = word, Of = of };
        map.Done();
        return check;
    }

    /// <summary>The database of <c>setup</c>, a script or the name of a file that ends in <c>.sql</c>.</summary>
    public static SqlSandbox Sandbox(JobMap map)
    {
        var setup = map.Text("setup", "setup: schema.sql");
        if (setup.EndsWith(".sql", StringComparison.OrdinalIgnoreCase) && !setup.Contains('\n'))
        {
            try { setup = File.ReadAllText(Path.Combine(map.Folder, setup)); }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new DataException("SB1001", $"can't read `{setup}`: {e.Message.TrimEnd('.')}; check the name and your permission to read it", e);
            }
        }
        return new SqlSandbox(setup);
    }

    protected override string? Fault(JsonNode? value, RowCells cells)
    {
        var (result, fault) = sandbox.Query(JsonValues.TextOf(value));
        if (fault is not null) return "SQLite says: " + fault;
        return ((JsonArray)result!["rows"]!).Count < rows ? $"the query gives {((JsonArray)result["rows"]!).Count} rows; it needs at least {rows}" : null;
    }
}

/// <summary>A query carried out: the cell is what it gives, <c>{columns, rows}</c>.</summary>
internal sealed class SqlColumn(CellPath query, SqlSandbox sandbox, int rows) : JobColumn
{
    public override string Word => "execution";

    public override IEnumerable<CellPath> Needs => [query];

    public override ValueTask<CellResult> MakeAsync(RowWork row, CancellationToken ct)
    {
        var (result, fault) = sandbox.Query(JsonValues.TextOf(query.In(row.Cells)));
        if (fault is not null) return new(CellResult.Failed("execution", "SQLite says: " + fault));
        var got = ((JsonArray)result!["rows"]!).Count;
        return new(got < rows ? CellResult.Failed("execution", $"the query gives {got} rows; it needs at least {rows}") : new CellResult(result));
    }
}
