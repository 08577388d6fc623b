using Npgsql;
using Semblance.Databases;
using Semblance.Tests.Rules;

namespace Semblance.Tests.Databases;

/// <summary>A fact that needs a PostgreSQL: a connection string in SEMBLANCE_TEST_POSTGRES, whose database the tests may fill.</summary>
public sealed class PostgresFactAttribute : FactAttribute
{
    public const string Variable = "SEMBLANCE_TEST_POSTGRES";

    public PostgresFactAttribute()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable))) Skip = $"no PostgreSQL: set {Variable} to a connection string to run this";
    }
}

public sealed class PostgresDatabaseTests
{
    [PostgresFact]
    public async Task Tables_keys_and_cells_are_there_or_nothing_is()
    {
        var yaml = RuleSamples.Shop;
        var names = new[] { "customers", "products", "orders", "lines" };
        foreach (var name in names) yaml = System.Text.RegularExpressions.Regex.Replace(yaml, $@"\b{name}(?=[:.,}}\s])", $"semblance_{name}");
        yaml = yaml.Replace("      semblance_orders: {aggregate", "      orders: {aggregate", StringComparison.Ordinal);
        var made = await RuleSamples.MakeAsync(RuleSamples.Read(yaml));
        await using var connection = new NpgsqlConnection(Environment.GetEnvironmentVariable(PostgresFactAttribute.Variable));
        await connection.OpenAsync();
        await Drop();
        try
        {
            await using (var writer = await PostgresDatabase.ConnectAsync(PostgresFactAttribute.Variable, made.Schemas)) await writer.WriteAsync(made);
            Assert.Equal(0L, await Ask("select count(*) from pg_tables where tablename like 'semblance\\_%'")); // no commit
            await using (var writer = await PostgresDatabase.ConnectAsync(PostgresFactAttribute.Variable, made.Schemas))
            {
                await writer.WriteAsync(made);
                await writer.CommitAsync();
            }
            foreach (var table in made.Schemas.Tables) Assert.Equal((long)made[table.Name].Rows, await Ask($"select count(*) from {table.Name}"));
            Assert.Equal(4L, await Ask("select count(*) from pg_constraint where contype = 'f' and conrelid::regclass::text like 'semblance\\_%'"));
            Assert.Equal(4L, await Ask("select count(*) from pg_constraint where contype = 'p' and conrelid::regclass::text like 'semblance\\_%'"));
            for (var row = 0; row < 20; row++)
                Assert.Equal(string.Join('|', new[] { "id", "placed", "delivered" }.Select(c => made["semblance_orders"][c].Text(row))), await Ask($"select id || '|' || placed || '|' || coalesce(delivered::text, '') from semblance_orders order by id limit 1 offset {row}"));
            Assert.Equal("SB1097", (await Assert.ThrowsAsync<DataException>(() => PostgresDatabase.ConnectAsync(PostgresFactAttribute.Variable, made.Schemas))).Code);
        }
        finally { await Drop(); }

        async Task<object?> Ask(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            return await command.ExecuteScalarAsync();
        }

        async Task Drop()
        {
            foreach (var name in names) await Ask($"drop table if exists semblance_{name} cascade");
        }
    }

    [Fact]
    public async Task A_variable_that_is_not_set_is_told() =>
        Assert.Equal("SB1096", (await Assert.ThrowsAsync<DataException>(() => PostgresDatabase.ConnectAsync("SEMBLANCE_NO_SUCH_VARIABLE", RuleSamples.One("a: sequence").Schemas))).Code);
}
