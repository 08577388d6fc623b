using System.Text;
using Semblance.Data;
using Semblance.Formats;

namespace Semblance.Tests.Formats;

public sealed class JsonLinesTests
{
    private static readonly TableOptions lines = new() { Format = TableFormat.JsonLines };

    private static Task<string> WriteAsync(Table table) => TableReaderTests.WriteAsync(table, new WriteOptions { Format = TableFormat.JsonLines });

    [Fact]
    public async Task Objects_come_back_as_they_were()
    {
        const string text = """
            {"n":1,"x":1.50,"name":"Zoë \"Z\"","ok":true,"zip":"007","when":"2020-01-31"}
            {"n":-2,"x":2.25,"name":"a\\b\nc","ok":false,"zip":"12345","when":"2020-02-01"}
            {"n":null,"x":0.75,"name":null,"ok":true,"zip":"99999","when":null}

            """;
        var table = TableReaderTests.Read(text.ReplaceLineEndings("\n"), lines);
        Assert.Equal([ColumnKind.Integer, ColumnKind.Decimal, ColumnKind.Category, ColumnKind.Boolean, ColumnKind.Identifier, ColumnKind.DateTime], table.Schema.Columns.Select(c => c.Kind));
        Assert.Equal(text.ReplaceLineEndings("\n"), await WriteAsync(table));
    }

    [Fact]
    public void Columns_are_the_keys_in_order_of_first_sight()
    {
        var table = TableReaderTests.Read("{\"a\":1}\r\n\r\n{\"b\":2,\"a\":3}\n{\"c\":4}", lines with { ChunkBytes = 5 });
        Assert.Equal(["a", "b", "c"], table.Schema.Columns.Select(c => c.Name));
        Assert.Equal(["1", "3", ""], Enumerable.Range(0, 3).Select(table["a"].Text));
        Assert.Equal(["", "2", ""], Enumerable.Range(0, 3).Select(table["b"].Text));
        Assert.Equal(["", "", "4"], Enumerable.Range(0, 3).Select(table["c"].Text));
    }

    [Fact]
    public void Strings_of_digits_are_no_numbers()
    {
        var table = TableReaderTests.Read("{\"a\":\"10115\",\"b\":10115}\n{\"a\":\"10115\",\"b\":20095}\n{\"a\":\"20095\",\"b\":\"NA\"}\n", lines);
        Assert.Equal((ColumnKind.Category, ColumnKind.Integer), (table["a"].Kind, table["b"].Kind));
        Assert.True(table["b"].IsMissing(2));
    }

    [Fact]
    public void Inner_values_stay_as_their_json()
    {
        var table = TableReaderTests.Read("{\"a\":{\"x\": [1, 2]},\"b\":[ ]}\n", lines);
        Assert.Equal(("{\"x\": [1, 2]}", "[ ]"), (table["a"].Text(0), table["b"].Text(0)));
    }

    [Fact]
    public async Task A_stream_is_read_in_blocks_under_the_schema_of_the_first()
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 100).Select(i => $"{{\"a\":{i},\"b\":\"x\"}}\n")));
        var blocks = Table.ReadBlocksAsync(new MemoryStream(bytes), lines with { BlockRows = 30 }).ToBlockingEnumerable().ToList();
        Assert.Equal([30, 30, 30, 10], blocks.Select(b => b.Rows));
        Assert.Equal("99", blocks[3]["a"].Text(9));
        bytes = [.. bytes, .. "{\"a\":1,\"c\":2}\n"u8];
        var e = await Assert.ThrowsAsync<DataException>(async () => { await foreach (var _ in Table.ReadBlocksAsync(new MemoryStream(bytes), lines with { BlockRows = 30 })) { } });
        Assert.Contains("`c`", e.Message);
    }
}
