using System.Text;
using Semblance.Data;
using Semblance.Formats;

namespace Semblance.Tests.Formats;

public sealed class SchemaFileTests
{
    private static Schema Parse(string json) => Schema.Parse(Encoding.UTF8.GetBytes(json));

    [Fact]
    public async Task A_schema_comes_back_and_reads_the_table_it_came_from()
    {
        using var folder = new TemporaryFolder();
        const string csv = "id,price,when,kind\n007,1.50,2020-01-31,\"a \"\"b\"\"\"\n008,?,2021-01-31,é\n009,2.25,,é\n";
        var table = TableReaderTests.Read(csv);
        await table.Schema.WriteAsync(folder["schema.json"]);
        var schema = await Schema.ReadAsync(folder["schema.json"]);
        Assert.True(table.Schema.Equals(schema), schema.ToJson());
        Assert.True(table.Schema.Equals(TableReaderTests.Read(csv, new TableOptions { Schema = schema }).Schema));
    }

    [Theory]
    [InlineData("{\"columns\": [{\"nam\": \"a\", \"kind\": \"text\"}]}", "SB1205", "did you mean `name`")]
    [InlineData("{\"columns\": [{\"name\": \"a\", \"kind\": \"txt\"}]}", "SB1206", "did you mean `text`")]
    [InlineData("{\"columns\": [{\"name\": \"a\"}]}", "SB1205", "no `kind`")]
    [InlineData("{\"columns\": [{\"name\": \"a\", \"kind\": \"text\", \"format\": \"yyyy\"}]}", "SB1205", "only a datetime")]
    [InlineData("{\"columns\": [{\"name\": \"a\", \"kind\": \"decimal\", \"decimals\": [3, 1]}]}", "SB1205", "[least, most]")]
    [InlineData("{\"columns\": [{\"name\": \"a\", \"kind\": \"text\", \"missing\": [1]}]}", "SB1205", "list of at most 200 texts")]
    [InlineData("{\"columns\": {}}", "SB1205", "list of columns")]
    [InlineData("{\"columns\": [\n", "SB1205", "line 2")]
    [InlineData("[]", "SB1205", "must be an object")]
    public void What_is_wrong_is_named(string json, string code, string message)
    {
        var e = Assert.Throws<SchemaException>(() => Parse(json));
        Assert.Equal(code, e.Code);
        Assert.Contains(message, e.Message);
    }

    [Fact]
    public void A_format_that_is_not_understood_is_refused()
    {
        var schema = Parse("{\"columns\": [{\"name\": \"a\", \"kind\": \"datetime\", \"format\": \"qq-yyyy\"}]}");
        Assert.Equal("SB1207", Assert.Throws<SchemaException>(() => TableReaderTests.Read("a,b\n1,2\n", new TableOptions { Schema = schema })).Code);
    }

    [Fact]
    public void A_given_format_decides_between_day_and_month()
    {
        var schema = Parse("{\"columns\": [{\"name\": \"a\", \"kind\": \"datetime\", \"format\": \"dd/MM/yyyy\"}]}");
        var column = (DateTimeColumn)TableReaderTests.Read("a,b\n01/02/2020,2\n", new TableOptions { Schema = schema })["a"];
        Assert.Equal(new DateTime(2020, 2, 1).Ticks, column.Ticks[0]);
    }
}
