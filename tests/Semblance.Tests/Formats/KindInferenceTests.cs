using System.Collections.Immutable;
using System.Text;
using Semblance.Data;
using Semblance.Formats;

namespace Semblance.Tests.Formats;

public sealed class KindInferenceTests
{
    private static Column Column(string name, params IEnumerable<string> cells) =>
        TableReaderTests.Read($"{name},z\n" + string.Concat(cells.Select(c => $"{Quoted(c)},1\n")))[name];

    private static string Quoted(string cell) => $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    [Theory]
    [InlineData("1 2 3 -4", ColumnKind.Integer)]
    [InlineData("0 1 1 0", ColumnKind.Boolean)]
    [InlineData("0 1 2 0", ColumnKind.Integer)]
    [InlineData("0.0 1.0 0.0", ColumnKind.Decimal)]
    [InlineData("1 2.5 3", ColumnKind.Decimal)]
    [InlineData("1 ? 3", ColumnKind.Integer)]
    [InlineData("? NA 3.5 4", ColumnKind.Decimal)]
    [InlineData("True False True", ColumnKind.Boolean)]
    [InlineData("yes no no", ColumnKind.Boolean)]
    [InlineData("Y N ?", ColumnKind.Boolean)]
    [InlineData("yes no maybe", ColumnKind.Category)]
    [InlineData("a b a", ColumnKind.Category)]
    [InlineData("a a a", ColumnKind.Constant)]
    [InlineData("5 5 5", ColumnKind.Constant)]
    [InlineData("5 5 ?", ColumnKind.Integer)]
    [InlineData("a a ?", ColumnKind.Category)]
    [InlineData("007 008 007", ColumnKind.Category)]
    [InlineData("007 008 009", ColumnKind.Identifier)]
    [InlineData("1e5 2e5 5", ColumnKind.Integer)]
    [InlineData("1e-5 2 5", ColumnKind.Decimal)]
    [InlineData("12345678901234567890 12345678901234567890 9", ColumnKind.Identifier)]
    [InlineData("9007199254740992 -9007199254740992 1", ColumnKind.Integer)]
    [InlineData("9007199254740993 1 1", ColumnKind.Identifier)]
    [InlineData("2020-01-31 2021-12-01", ColumnKind.DateTime)]
    [InlineData("2020-01-31 2020-01-31", ColumnKind.Constant)]
    [InlineData("2020-02-30 2020-02-01 2020-02-01", ColumnKind.Category)]
    [InlineData("2020-01-31 ? 2021-12-01", ColumnKind.DateTime)]
    [InlineData("12:30 08:15", ColumnKind.DateTime)]
    [InlineData("6f9619ff-8b86-d011-b42d-00c04fc964ff 7f9619ff-8b86-d011-b42d-00c04fc964ff", ColumnKind.Identifier)]
    [InlineData("C-001 C-002 C-003", ColumnKind.Identifier)]
    public void Kinds_follow_the_whole_column(string cells, ColumnKind kind) => Assert.Equal(kind, Column("x", cells.Split(' ')).Kind);

    [Fact]
    public void Unique_tokens_are_identifiers_and_unique_sentences_are_text()
    {
        Assert.Equal(ColumnKind.Identifier, Column("x", Enumerable.Range(0, 100).Select(i => $"u{i * 37 % 100}x")).Kind);
        Assert.Equal(ColumnKind.Identifier, Column("x", Enumerable.Range(0, 100).Select(i => $"ann{i}@example.org")).Kind);
        Assert.Equal(ColumnKind.Text, Column("x", Enumerable.Range(0, 100).Select(i => $"The patient number {i} came in with a cough and left without it.")).Kind);
        Assert.Equal(ColumnKind.Category, Column("x", Enumerable.Range(0, 100).Select(i => $"town {i % 9}")).Kind);
    }

    [Fact]
    public void Many_repeating_texts_stay_categories_after_their_table_overflows()
    {
        // 3,000 texts, all new in the first rows, then each twenty times more.
        var column = (CategoryColumn)Column("x", Enumerable.Range(0, 63_000).Select(i => $"v{i % 3000}"));
        Assert.Equal(3000, column.Levels.Length);
        Assert.Equal("v2999", column.Text(62_999));
    }

    [Theory]
    [InlineData("id", ColumnKind.Identifier)]
    [InlineData("customer_id", ColumnKind.Identifier)]
    [InlineData("customerId", ColumnKind.Identifier)]
    [InlineData("ROW NUMBER", ColumnKind.Identifier)]
    [InlineData("Unnamed: 0", ColumnKind.Identifier)]
    [InlineData("paid", ColumnKind.Integer)]
    [InlineData("humidity", ColumnKind.Integer)]
    [InlineData("amount", ColumnKind.Integer)]
    public void Unique_whole_numbers_are_identifiers_only_when_the_name_says_so(string name, ColumnKind kind)
    {
        Assert.Equal(kind, Column(name, Enumerable.Range(0, 50).Select(i => $"{1000 + i}")).Kind);
        Assert.Equal(kind, Column(name, Enumerable.Range(0, 50).Select(i => $"{1000 + i * 37 % 50}")).Kind);
        Assert.Equal(ColumnKind.Integer, Column(name, Enumerable.Range(0, 50).Select(i => $"{i % 7}")).Kind);
    }

    [Theory]
    [InlineData("yyyy-MM-dd", "2020-01-31", "1999-12-01")]
    [InlineData("dd/MM/yyyy", "01/02/2020", "31/12/2020")]
    [InlineData("MM/dd/yyyy", "01/02/2020", "12/31/2020")]
    [InlineData("MM/dd/yyyy", "01/02/2020", "03/04/2020")]
    [InlineData("dd.MM.yyyy", "01.02.2020", "03.04.2020")]
    [InlineData("d/M/yyyy", "1/2/2020", "31/12/2020")]
    [InlineData("M/d/yyyy", "10/11/2020", "1/2/2020")]
    [InlineData("yyyy-MM-dd HH:mm:ss", "2020-01-31 23:59:59", "2020-02-01 00:00:00")]
    [InlineData("yyyy-MM-ddTHH:mm:ssZ", "2020-01-31T23:59:59Z", "2020-02-01T00:00:00Z")]
    [InlineData("yyyy-MM-ddTHH:mm:ss.fff", "2020-01-31T23:59:59.120", "2020-02-01T00:00:00.000")]
    [InlineData("yyyy-MM-dd HH:mm:ss.FFFFFFF", "2020-01-31 23:59:59.12", "2020-02-01 00:00:00")]
    [InlineData("yyyy-MM-ddTHH:mm:ss'+02:00'", "2020-01-31T23:59:59+02:00", "2020-02-01T00:00:00+02:00")]
    [InlineData("d MMM yyyy", "3 Feb 2020", "13 Mar 2021")]
    [InlineData("MMMM d, yyyy", "February 3, 2020", "May 13, 2021")]
    [InlineData("M/d/yyyy h:mm tt", "1/2/2020 3:04 PM", "11/12/2020 12:00 AM")]
    [InlineData("HH:mm", "23:59", "00:00")]
    [InlineData("yyyy-MM", "2020-01", "2021-12")]
    public void Date_formats_are_told_from_the_whole_column(string format, string a, string b)
    {
        var column = Assert.IsType<DateTimeColumn>(Column("x", a, "", b));
        Assert.Equal(format, column.Schema.Format);
        Assert.Equal([a, "", b], Enumerable.Range(0, 3).Select(column.Text));
        var expected = DateTime.ParseExact(a, format, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AdjustToUniversal | System.Globalization.DateTimeStyles.NoCurrentDateDefault);
        if (!format.Contains('H', StringComparison.Ordinal) || format.Contains('y', StringComparison.Ordinal)) Assert.Equal(expected, new DateTime(column.Ticks[0]), TimeSpan.FromHours(format.Contains('+', StringComparison.Ordinal) ? 3 : 0));
    }

    [Theory]
    [InlineData("1.50 2.25 3.00", 2, 2, 0)]
    [InlineData("1.5 2.25 3.0", 1, 2, 0)]
    [InlineData("1.5 2 3", 0, 1, 0)]
    [InlineData("0.1234567890123456 0.5", 1, 16, 0)]
    [InlineData("1.50 2.5 3.5 4.5", 1, 2, 1)]
    [InlineData("+1.5 2.5 3.5", 1, 1, 1)]
    public void Number_form_is_the_one_that_gives_most_texts_back(string cells, int least, int most, int kept)
    {
        var column = Assert.IsType<NumberColumn>(Column("x", cells.Split(' ')));
        Assert.Equal(new NumberForm(least, most), column.Schema.Number);
        Assert.Equal(kept, column.Verbatim?.Count ?? 0);
        Assert.Equal(cells.Split(' '), Enumerable.Range(0, column.Count).Select(column.Text));
    }

    [Fact]
    public void Markers_with_spaces_around_are_missing_and_come_back()
    {
        var column = Column("x", " 39", " ?", "  ", "40 ", "NA");
        Assert.Equal(ColumnKind.Integer, column.Kind);
        Assert.Equal([" ?", "  ", "NA"], column.Schema.MissingMarkers.AsEnumerable());
        Assert.Equal([39, 40], ((NumberColumn)column).Values.Where(v => !double.IsNaN(v)));
        Assert.Equal([" 39", " ?", "  ", "40 ", "NA"], Enumerable.Range(0, 5).Select(column.Text));
    }

    [Fact]
    public void Other_markers_can_be_given()
    {
        var text = "country,n\nNA,-99\nDE,3\nFR,4\n";
        var options = new TableOptions
        {
            Schema = new Schema([new ColumnSchema("country", ColumnKind.Category) { MissingMarkers = [""] }, new ColumnSchema("n", ColumnKind.Integer) { MissingMarkers = ["-99"] }]),
        };
        var table = TableReaderTests.Read(text, options);
        Assert.False(table["country"].IsMissing(0));
        Assert.True(table["n"].IsMissing(0));
        Assert.Equal("-99", table["n"].Text(0));
        Assert.True(TableReaderTests.Read(text, new TableOptions { MissingMarkers = ["-99"] })["n"].IsMissing(0));
    }

    [Fact]
    public void Given_kinds_hold()
    {
        foreach (var kind in new[] { ColumnKind.Integer, ColumnKind.Decimal, ColumnKind.Category, ColumnKind.Identifier, ColumnKind.Text })
        {
            var column = TableReaderTests.Read("a,b\n1,2\n2,NA\n3,\n", new TableOptions { Kinds = ImmutableDictionary<string, ColumnKind>.Empty.Add("b", kind) })["b"];
            Assert.Equal(kind, column.Kind);
            Assert.Equal(["2", "NA", ""], Enumerable.Range(0, 3).Select(column.Text));
        }
    }

    [Fact]
    public async Task Schema_in_bounded_memory_is_the_one_of_the_whole_table()
    {
        using var folder = new TemporaryFolder();
        var rows = Enumerable.Range(0, 3000).Select(i =>
            $"{i},{i % 2},{(i < 2000 ? i.ToString(System.Globalization.CultureInfo.InvariantCulture) : "x" + i % 5)},{i * 7 % 31 / 4.0:F2},{(i % 11 == 0 ? "" : $"c{i % 12}")},k{i * 7919},0{1 + i % 9}/{10 + i % 3 + (i == 2900 ? 5 : 0)}/2020,same\n");
        await File.WriteAllTextAsync(folder["t.csv"], "id,flag,late,price,cat,key,day,const\n" + string.Concat(rows));
        var whole = (await Table.ReadAsync(folder["t.csv"])).Schema;
        var bounded = await Table.InferSchemaAsync(folder["t.csv"], new TableOptions { BlockRows = 100, ChunkBytes = 1000 });
        Assert.Equal(whole.ToJson(), bounded.ToJson());
        Assert.Equal([ColumnKind.Identifier, ColumnKind.Boolean, ColumnKind.Text, ColumnKind.Decimal, ColumnKind.Category, ColumnKind.Identifier, ColumnKind.DateTime, ColumnKind.Constant], whole.Columns.Select(c => c.Kind));
    }
}
