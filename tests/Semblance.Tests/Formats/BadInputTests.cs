using System.IO.Compression;
using System.Text;
using Semblance.Data;
using Semblance.Formats;

namespace Semblance.Tests.Formats;

/// <summary>What people feed to a reader. Each works, or ends with a clear error.</summary>
public sealed class BadInputTests
{
    private static Table Read(string text, TableOptions? options = null) => TableReaderTests.Read(text, options);

    private static System.Collections.Immutable.ImmutableDictionary<string, ColumnKind> Kinds(string column, ColumnKind kind) =>
        System.Collections.Immutable.ImmutableDictionary<string, ColumnKind>.Empty.Add(column, kind);

    private static DataException Refuses(string code, string text, TableOptions? options = null) => Refuses(code, Encoding.UTF8.GetBytes(text), options);

    private static DataException Refuses(string code, byte[] bytes, TableOptions? options = null)
    {
        var e = Assert.Throws<DataException>(() => Table.Read(bytes, options));
        Assert.Equal(code, e.Code);
        return e;
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n\r\n")]
    [InlineData("\uFEFF")]
    public void Empty_file_is_refused(string text) => Assert.Contains("header", Refuses("SB1002", text).Message);

    [Theory]
    [InlineData("a,b,c")]
    [InlineData("a,b,c\n")]
    [InlineData("a,b,c\r\n\r\n")]
    public void Header_only_is_a_table_without_rows(string text)
    {
        var table = Read(text);
        Assert.Equal(0, table.Rows);
        Assert.Equal(["a", "b", "c"], table.Schema.Columns.Select(c => c.Name));
    }

    [Theory]
    [InlineData("a,b\n1,x")]
    [InlineData("a,b\n1,x\n")]
    [InlineData("a,b\r1,x\r")]
    public void One_row_works(string text)
    {
        var table = Read(text);
        Assert.Equal(1, table.Rows);
        Assert.Equal(("1", "x"), (table["a"].Text(0), table["b"].Text(0)));
    }

    [Fact]
    public async Task One_column_works_and_keeps_its_empty_cells()
    {
        var table = Read("a\n1\n\"\"\n\n3\n");
        Assert.Equal(3, table.Rows);
        Assert.Equal("a\n1\n\"\"\n3\n", await TableReaderTests.WriteAsync(table));
    }

    [Fact]
    public void A_column_without_values_is_constant()
    {
        var column = Read("a,b\n1,\n2,NA\n")["b"];
        Assert.Equal(ColumnKind.Constant, column.Kind);
        Assert.Equal(["", "NA"], column.Schema.MissingMarkers.AsEnumerable());
        Assert.True(column.IsMissing(0) && column.IsMissing(1));
    }

    [Fact]
    public void Two_columns_of_one_name_are_refused() => Assert.Contains("columns 1 and 3 are both called `a`", Refuses("SB1006", "a,b,a\n1,2,3\n").Message);

    [Fact]
    public void Empty_names_get_their_position() => Assert.Equal(["column_1", "b", "column_3"], Read(",b, \n1,2,3\n").Schema.Columns.Select(c => c.Name));

    [Theory]
    [InlineData("a,b\n1,2\n3\n", "line 3: 1 field where the header has 2")]
    [InlineData("a,b,c\n1,2\n3,4,5,6\n", "line 2: 2 fields where the header has 3")]
    [InlineData("a,b\n\"x\ny\",2\n\n3,4,5\n", "line 5: 3 fields where the header has 2")]
    [InlineData("a,b\r\n1,2\r\n3,4,\r\n", "line 3: 3 fields where the header has 2")]
    [InlineData("a,b\r1,2\r3,4,\r", "line 3: 3 fields where the header has 2")]
    public void Ragged_row_is_told_with_its_line(string text, string message) => Assert.Contains(message, Refuses("SB1003", text).Message);

    [Fact]
    public void Open_quote_is_told_with_the_line_it_opens_in() => Assert.Contains("line 3", Refuses("SB1005", "a,b\n1,2\n3,\"open\nand on\nand on").Message);

    [Fact]
    public void Open_quote_in_a_long_file_does_not_eat_the_memory() =>
        Assert.Contains("line 2", Refuses("SB1005", "a,b\n1,\"" + new string('x', 300_000), new TableOptions { MaxCellBytes = 100_000 }).Message);

    [Fact]
    public void Text_after_a_closing_quote_is_refused() => Assert.Contains("line 2", Refuses("SB1007", "a,b\n\"x\"y,2\n").Message);

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(true, false)]
    public void Utf16_is_decoded(bool bigEndian, bool mark)
    {
        var encoding = new UnicodeEncoding(bigEndian, mark);
        var table = Table.Read((byte[])[.. encoding.GetPreamble(), .. encoding.GetBytes("name,age\nZoë,31\nJosé,42\n")]);
        Assert.Equal(("Zoë", "42"), (table["name"].Text(0), table["age"].Text(1)));
    }

    [Fact]
    public void Broken_utf16_is_refused() => Refuses("SB1008", [0xFF, 0xFE, (byte)'a', 0, (byte)'\n', 0, 0x00, 0xD8, (byte)'x', 0]);

    [Theory]
    [InlineData("a,b\nx,Zo\u00eb\n")]
    [InlineData("a,b\nx,\"Zo\u00eb\"\n")]
    public void Invalid_utf8_is_told_with_its_place(string text)
    {
        var e = Refuses("SB1008", Encoding.Latin1.GetBytes(text));
        Assert.Contains("line 2", e.Message);
        Assert.Contains("0xEB", e.Message);
        Assert.Contains("iconv", e.Message);
    }

    [Theory]
    [InlineData("a,b\n1,x\0y\n")]
    [InlineData("a,b\n1,\"x\0y\"\n")]
    [InlineData("a\0,b\n1,2\n")]
    public void Nul_bytes_are_refused(string text) => Refuses("SB1009", text);

    [Fact]
    public async Task Two_thousand_columns_work()
    {
        var text = string.Join(",", Enumerable.Range(0, 2000).Select(i => $"c{i}")) + "\n" + string.Concat(Enumerable.Range(0, 30).Select(r => string.Join(",", Enumerable.Range(0, 2000).Select(c => c % 3 == 0 ? $"t{r % 7}" : $"{r * c % 100}")) + "\n"));
        var table = Read(text);
        Assert.Equal((30, 2000), (table.Rows, table.Columns.Length));
        Assert.True(text == await TableReaderTests.WriteAsync(table));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_cell_of_ten_megabytes_works(bool quoted)
    {
        var big = new string('x', 10 << 20);
        var table = Read("a,b\n1," + (quoted ? $"\"{big}\"" : big) + "\n2,y\n");
        Assert.Equal(10 << 20, table["b"].Text(0).Length);
        Assert.Equal("y", table["b"].Text(1));
    }

    [Fact]
    public void A_cell_beyond_the_limit_is_refused() => Assert.Contains("line 3", Refuses("SB1010", "a,b\n1,x\n2," + new string('y', 200_000) + "\n", new TableOptions { MaxCellBytes = 100_000 }).Message);

    [Theory]
    [InlineData("1e999")]
    [InlineData("-1e400")]
    [InlineData("inf")]
    [InlineData("0x1F")]
    [InlineData("1,5")]
    public void What_fits_no_double_makes_no_number(string cell)
    {
        var column = Read($"a;b\n{cell};1\n2;2\n3;3\n")["a"];
        Assert.False(column.Schema.IsNumeric);
        Assert.Equal(cell, column.Text(0));
    }

    [Fact]
    public void A_cell_that_does_not_fit_its_kind_is_told_with_its_place()
    {
        var e = Refuses("SB1004", "a,b\n1,2\n2,x3\n", new TableOptions { Kinds = Kinds("b", ColumnKind.Integer) });
        Assert.Contains("line 3 (row 2), column `b`: the cell `x3` is no whole number", e.Message);
    }

    [Theory]
    [InlineData(ColumnKind.Integer, "3.5")]
    [InlineData(ColumnKind.Integer, "12345678901234567890")]
    [InlineData(ColumnKind.Decimal, "abc")]
    [InlineData(ColumnKind.DateTime, "2020-13-01")]
    [InlineData(ColumnKind.Boolean, "maybe")]
    [InlineData(ColumnKind.Constant, "other")]
    public void Every_given_kind_says_what_does_not_fit(ColumnKind kind, string cell)
    {
        var good = kind switch { ColumnKind.DateTime => "2020-12-01", ColumnKind.Boolean => "yes\nno", _ => "1" };
        Assert.Contains("`a`", Refuses("SB1004", $"a\n{good}\n{cell}\n", new TableOptions { Kinds = Kinds("a", kind) }).Message);
    }

    [Fact]
    public void A_kind_for_a_column_that_is_not_there_names_the_nearest()
    {
        var e = Assert.Throws<SchemaException>(() => Read("income,age\n1,2\n", new TableOptions { Kinds = Kinds("incme", ColumnKind.Text) }));
        Assert.Equal("SB1202", e.Code);
        Assert.Contains("did you mean `income`", e.Message);
    }

    [Fact]
    public async Task A_missing_file_names_the_nearest()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["adult.csv"], "a\n1\n");
        var e = await Assert.ThrowsAsync<DataException>(() => Table.ReadAsync(folder["adlt.csv"]));
        Assert.Equal("SB1001", e.Code);
        Assert.Contains("did you mean `adult.csv`", e.Message);
        Assert.Equal("SB1001", (await Assert.ThrowsAsync<DataException>(() => Table.ReadAsync(folder.Path))).Code);
    }

    [Theory]
    [InlineData("x.parquet")]
    [InlineData("x.json")]
    [InlineData("x.xlsx.gz")]
    public async Task Other_formats_are_refused_by_name(string name)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder[name], "a\n1\n");
        Assert.Equal("SB1014", (await Assert.ThrowsAsync<DataException>(() => Table.ReadAsync(folder[name]))).Code);
    }

    [Fact]
    public void Damaged_gzip_is_refused()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(Encoding.UTF8.GetBytes("a,b\n" + string.Concat(Enumerable.Range(0, 5000).Select(i => $"{i * 7919 % 1000},{i}\n"))));
        var bytes = packed.ToArray();
        bytes[bytes.Length / 2] ^= 0x55;
        var e = Assert.ThrowsAny<SemblanceException>(() => Table.Read(bytes));
        Assert.Contains(e.Code, new[] { "SB1013", "SB1003", "SB1008", "SB1009", "SB1007" }); // a flipped bit may also give other text, before the checksum tells
    }

    [Theory]
    [InlineData("[{\"a\": 1}]\n", "SB1011", "JSON array")]
    [InlineData("{\"a\": 1}\n{\"a\": \n", "SB1011", "line 2")]
    [InlineData("{\"a\": 1} x\n", "SB1011", "line 1")]
    [InlineData("", "SB1002", "empty")]
    [InlineData("{\"a\": \"x\\u0000\"}\n", "SB1009", "line 1")]
    [InlineData("{\"a\": \"\\ud800\"}\n", "SB1011", "line 1")]
    public void Broken_json_lines_are_told_with_their_line(string text, string code, string message) =>
        Assert.Contains(message, Refuses(code, text, new TableOptions { Format = TableFormat.JsonLines }).Message);

    [Fact]
    public void Random_bytes_never_end_in_anything_but_a_clear_error()
    {
        var numbers = new Semblance.Numerics.RandomStream(new Seed(11), "test/fuzz").Sequence();
        var alphabet = Encoding.UTF8.GetBytes("\"\"\"\n\n\r,,,;\t|{}[]:0123456789.-+eEabTrue NA?é\0\uFEFF");
        foreach (var format in Enum.GetValues<TableFormat>())
            for (var round = 0; round < 2000; round++)
            {
                var bytes = new byte[numbers.NextBelow(200)];
                for (var i = 0; i < bytes.Length; i++) bytes[i] = round % 4 == 0 ? (byte)numbers.NextBelow(256) : alphabet[numbers.NextBelow(alphabet.Length)];
                if (format == TableFormat.JsonLines && round % 2 == 0) bytes = [.. "{\"a\":"u8, .. bytes, .. "}\n"u8];
                try
                {
                    Table.Read(bytes, new TableOptions { Format = format, ChunkBytes = 64 + numbers.NextBelow(64) });
                }
                catch (SemblanceException) { }
            }
    }
}
