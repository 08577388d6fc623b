using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Semblance.Data;
using Semblance.Formats;

namespace Semblance.Tests.Formats;

/// <summary>Every cell's text comes back, whatever it is and wherever the borders of chunks fall.</summary>
public sealed class RoundTripTests
{
    private static readonly string[] pieces =
        ["", "0", "1", "-1", "007", "1.50", "2.5", "-0", "-0.0", "+3", ".5", "5.", "1e5", "1E-7", "1e999", "0.30000000000000004", "9007199254740993", "123456789012345678", "NA", "?", " ?", "N/A", " ", "a", "b", "é", "日本",
         "a,b", "a;b", "say \"x\"", "\"", "\n", "\r\n", "\r", "line\nline", "2020-01-31", "31/01/2020", "01/02/2020", "2020-01-31 10:00", "true", "False", "yes", "\t", "x y", "{\"a\":1}", "null", "NaN", "Infinity", "-"];

    private static Gen<string> Cell => Gen.Frequency((8, Gen.Elements(pieces)), (2, Gen.Choose(-1000, 100000).Select(i => (i / 100.0).ToString(System.Globalization.CultureInfo.InvariantCulture))), (1, Gen.Elements(pieces).Two().Select(p => p.Item1 + p.Item2)));

    // A column draws from few pieces, so that numbers, dates and categories come about, and odd cells late in them.
    private static Gen<string[]> Column(int rows) =>
        from few in Gen.Elements(pieces).ListOf(3)
        from odd in Gen.Choose(0, 12)
        from cells in (odd == 0 ? Cell : Gen.Frequency((30, Gen.Elements(few.ToArray())), (odd == 1 ? 1 : 0, Cell))).ArrayOf(rows)
        select cells;

    private static Gen<string[][]> Columns =>
        from rows in Gen.Choose(0, 60)
        from columns in Gen.Choose(1, 5)
        from table in Column(rows).ArrayOf(columns)
        select table;

    private static byte[] Csv(string[][] columns, string lineEnd, bool quoteAll, char delimiter = ',')
    {
        var text = new StringBuilder(string.Join(delimiter, columns.Select((_, i) => $"c{i}")) + lineEnd);
        for (var row = 0; row < columns[0].Length; row++)
            text.Append(string.Join(delimiter, columns.Select(c => quoteAll || c[row].IndexOfAny(['"', '\n', '\r', delimiter]) >= 0 || columns.Length == 1 && c[row].Length == 0 ? $"\"{c[row].Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : c[row]))).Append(lineEnd);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string[][] Texts(Table table) => [.. table.Columns.Select(c => Enumerable.Range(0, table.Rows).Select(c.Text).ToArray())];

    private static bool Same(string[][] a, string[][] b) => a.Length == b.Length && a.Zip(b).All(p => p.First.SequenceEqual(p.Second));

    [Fact]
    public void Csv_gives_every_text_back() => Prop.ForAll(Columns.ToArbitrary(), Gen.Choose(0, 23).ToArbitrary(), (columns, way) =>
    {
        var bytes = Csv(columns, (way % 3) switch { 0 => "\n", 1 => "\r\n", _ => "\r" }, way % 2 == 0);
        var options = new TableOptions { Delimiter = ',', ChunkBytes = way < 12 ? 1 << 18 : 7 + way };
        var table = Table.Read(bytes, options);
        if (!Same(columns, Texts(table))) return false;
        using var written = new MemoryStream();
        table.WriteAsync(written).GetAwaiter().GetResult();
        var again = Table.Read(written.ToArray(), options);
        return Same(columns, Texts(again)) && table.Schema.Equals(again.Schema);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(700));

    [Fact]
    public void Blocks_give_every_text_back_under_one_schema() => Prop.ForAll(Columns.Where(c => c[0].Length > 0).ToArbitrary(), columns =>
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["t.csv"], Csv(columns, "\n", quoteAll: false));
        var options = new TableOptions { Delimiter = ',', ChunkBytes = 50, BlockRows = 7 };
        var blocks = Table.ReadBlocksAsync(folder["t.csv"], options).ToBlockingEnumerable().ToList();
        return blocks.Take(blocks.Count - 1).All(b => b.Rows == 7)
            && blocks.All(b => b.Schema.Equals(blocks[0].Schema))
            && Same(columns, [.. columns.Select((_, i) => blocks.SelectMany(b => Texts(b)[i]).ToArray())]);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void Json_lines_gives_every_text_back() => Prop.ForAll(Columns.Where(c => c[0].Length > 0).ToArbitrary(), columns =>
    {
        var table = Table.Read(Csv(columns, "\n", quoteAll: true), new TableOptions { Delimiter = ',' });
        using var written = new MemoryStream();
        table.WriteAsync(written, new WriteOptions { Format = TableFormat.JsonLines }).GetAwaiter().GetResult();
        var again = Table.Read(written.ToArray(), new TableOptions { Format = TableFormat.JsonLines, ChunkBytes = 20 });
        return Same(columns, Texts(again)) && table.Schema.Columns.Select(c => c.Name).SequenceEqual(again.Schema.Columns.Select(c => c.Name));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Delimiters_are_detected() => Prop.ForAll(Columns.Where(c => c.Length > 1 && c[0].Length > 2).ToArbitrary(), Gen.Elements(',', ';', '\t', '|').ToArbitrary(), (columns, delimiter) =>
        Same(columns, Texts(Table.Read(Csv(columns, "\n", quoteAll: false, delimiter)))) ).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Names_of_any_text_come_back() => Prop.ForAll(Gen.Elements(pieces.Where(p => !string.IsNullOrWhiteSpace(p)).ToArray()).ListOf(3).ToArbitrary(), names =>
    {
        var distinct = names.Distinct().ToArray();
        var table = new Table([.. distinct.Select(n => new CategoryColumn(new ColumnSchema(n, ColumnKind.Category), [0, 1], ["a", "b"]))]);
        foreach (var format in Enum.GetValues<TableFormat>())
        {
            using var written = new MemoryStream();
            table.WriteAsync(written, new WriteOptions { Format = format }).GetAwaiter().GetResult();
            if (!Table.Read(written.ToArray(), new TableOptions { Format = format }).Schema.Columns.Select(c => c.Name).SequenceEqual(distinct)) return false;
        }
        return true;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
}
