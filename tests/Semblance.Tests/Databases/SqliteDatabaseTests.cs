using Microsoft.Data.Sqlite;
using Semblance.Databases;
using Semblance.Tests.Rules;

namespace Semblance.Tests.Databases;

public sealed class SqliteDatabaseTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("semblance-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Tables_keys_and_cells_are_there()
    {
        var path = Path.Combine(folder, "shop.sqlite");
        var made = await RuleSamples.MakeAsync(RuleSamples.Read(RuleSamples.Shop));
        await using (var writer = SqliteDatabase.Create(path, made.Schemas))
        {
            await writer.WriteAsync(made);
            Assert.False(File.Exists(path)); // nothing appears before the commit
            await writer.CommitAsync();
        }
        Assert.Equal([path], Directory.GetFiles(folder));
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        foreach (var table in made.Schemas.Tables) Assert.Equal((long)made[table.Name].Rows, Ask($"select count(*) from {table.Name}"));
        Assert.Null(Ask("select * from pragma_foreign_key_check"));
        Assert.Equal("id", Ask("select name from pragma_table_info('customers') where pk = 1"));
        Assert.Equal(2L, Ask("select count(*) from pragma_table_info('lines') where pk > 0"));
        Assert.Equal(4L, Ask("select count(*) from (select * from pragma_foreign_key_list('lines') union all select * from pragma_foreign_key_list('orders') union all select * from pragma_foreign_key_list('customers'))"));
        for (var row = 0; row < 50; row++)
            Assert.Equal(string.Join('|', new[] { "id", "placed", "delivered", "rush" }.Select(c => made["orders"][c].Text(row))), Ask($"select id || '|' || placed || '|' || coalesce(delivered, '') || '|' || rush from orders limit 1 offset {row}"));
        Assert.Equal("real", Ask("select typeof(total) from orders limit 1"));
        Assert.Equal("integer", Ask("select typeof(id) from orders limit 1"));

        object? Ask(string sql)
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            return command.ExecuteScalar();
        }
    }

    [Fact]
    public async Task Without_a_commit_the_older_file_stays()
    {
        var path = Path.Combine(folder, "shop.sqlite");
        await File.WriteAllTextAsync(path, "older");
        var made = await RuleSamples.MakeAsync(RuleSamples.One("a: sequence", 10));
        await using (var writer = SqliteDatabase.Create(path, made.Schemas)) await writer.WriteAsync(made);
        Assert.Equal("older", await File.ReadAllTextAsync(path));
        Assert.Equal([path], Directory.GetFiles(folder));
        Assert.Equal("SB1091", Assert.Throws<DataException>(() => SqliteDatabase.Create(folder, made.Schemas)).Code);
    }

    [Fact]
    public async Task A_row_that_breaks_a_key_is_an_error_and_leaves_nothing()
    {
        var path = Path.Combine(folder, "twice.sqlite");
        var made = await RuleSamples.MakeAsync(RuleSamples.One("a: sequence", 10, "key: a\n"));
        await using (var writer = SqliteDatabase.Create(path, made.Schemas))
        {
            await writer.WriteAsync(made);
            Assert.Equal("SB1091", (await Assert.ThrowsAsync<DataException>(async () => await writer.WriteAsync(made))).Code);
        }
        Assert.Empty(Directory.GetFiles(folder));
    }
}
