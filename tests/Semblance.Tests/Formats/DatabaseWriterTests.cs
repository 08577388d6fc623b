using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Semblance.Data;
using Semblance.Formats;

namespace Semblance.Tests.Formats;

public sealed class DatabaseWriterTests : IDisposable
{
    private static readonly Table people = Table.Read(Encoding.UTF8.GetBytes("id,name\n1,Ann\n2,Bob\n"), new TableOptions());
    private static readonly Table visits = Table.Read(Encoding.UTF8.GetBytes("visit,person\n7,1\n8,1\n9,2\n"), new TableOptions());

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static DatabaseSchema Schema(string parent = "people") => new(
    [
        new TableSchema("people", people.Schema) { Key = ["id"] },
        new TableSchema("visits", visits.Schema) { Key = ["visit"], ForeignKeys = [new ForeignKey(["person"], parent, ["id"])] },
    ]);

    [Fact]
    public async Task Blocks_one_after_another_give_the_tables_and_their_keys()
    {
        await using (var writer = DatabaseWriter.Create(folder["shop"], Schema()))
        {
            await writer.WriteAsync(new Database(Schema(), [people, visits.Take([0, 1])]));
            await writer.WriteAsync(new Database(Schema(), [people.Take([]), visits.Take([2])]));
            await writer.CommitAsync();
            Assert.Equal([2, 3], writer.Rows);
        }
        Assert.Equal("id,name\n1,Ann\n2,Bob\n", File.ReadAllText(folder["shop/people.csv"]));
        Assert.Equal("visit,person\n7,1\n8,1\n9,2\n", File.ReadAllText(folder["shop/visits.csv"]));
        using var json = JsonDocument.Parse(File.ReadAllText(folder["shop/schema.json"]));
        var reference = json.RootElement.GetProperty("tables")[1].GetProperty("references")[0];
        Assert.Equal("people", reference.GetProperty("table").GetString());
        Assert.Equal("person", reference.GetProperty("columns")[0].GetString());
    }

    [Fact]
    public async Task Without_a_commit_nothing_is_left()
    {
        await using (var writer = DatabaseWriter.Create(folder["shop"], Schema())) await writer.WriteAsync(new Database(Schema(), [people, visits]));
        Assert.False(Directory.Exists(folder["shop"]));
    }

    [Theory]
    [InlineData("peple", "did you mean `people`?")]
    [InlineData("visits", "names a column `id`")]
    public void A_reference_to_what_is_not_there_is_refused(string parent, string told)
    {
        var error = Assert.Throws<SchemaException>(() => Schema(parent));
        Assert.Equal("SB1222", error.Code);
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tables_of_one_name_and_rows_of_another_schema_are_refused()
    {
        Assert.Equal("SB1221", Assert.Throws<SchemaException>(() => new DatabaseSchema([new TableSchema("a", people.Schema), new TableSchema("a", people.Schema)])).Code);
        Assert.Equal("SB1223", Assert.Throws<SchemaException>(() => new Database(Schema(), [people, people])).Code);
        Assert.Equal("SB1224", Assert.Throws<SchemaException>(() => new Database(Schema(), [people, visits])["visit"]).Code);
    }

    [Fact]
    public void A_table_whose_name_is_a_path_is_refused()
    {
        var schema = new DatabaseSchema([new TableSchema("../people", people.Schema)]);
        Assert.Equal("SB1094", Assert.Throws<DataException>(() => DatabaseWriter.Create(folder["shop"], schema)).Code);
        Assert.False(Directory.Exists(folder["shop"]));
    }
}
