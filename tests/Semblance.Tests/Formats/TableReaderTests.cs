using System.Text;
using Semblance.Data;
using Semblance.Formats;
using Xunit.Abstractions;

namespace Semblance.Tests.Formats;

public sealed class TableReaderTests(ITestOutputHelper output)
{
    internal static Table Read(string text, TableOptions? options = null) => Table.Read(Encoding.UTF8.GetBytes(text), options);

    internal static async Task<string> WriteAsync(Table table, WriteOptions? options = null)
    {
        using var stream = new MemoryStream();
        await table.WriteAsync(stream, options);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    [Fact]
    public async Task Real_tables_come_back_byte_for_byte()
    {
        var folder = RealTables();
        if (folder is null)
        {
            output.WriteLine("no ../shared/data: skipped");
            return;
        }
        foreach (var path in Directory.EnumerateFiles(folder, "*.csv").Order())
        {
            var table = await Table.ReadAsync(path);
            output.WriteLine(Path.GetFileName(path) + ": " + string.Join(", ", table.Schema.Columns.Select(c => $"{c.Name} {c.Kind} {(c.IsNumeric ? c.Number.ToString() : c.Format)} [{string.Join("|", c.MissingMarkers)}]")));
            Assert.True((await File.ReadAllTextAsync(path)).ReplaceLineEndings("\n") == await WriteAsync(table), path);
        }
    }

    private static string? RealTables()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "Semblance.slnx")))
                return Directory.Exists(Path.Combine(at.FullName, "../shared/data/tabular")) ? Path.Combine(at.FullName, "../shared/data/tabular") : null;
        return null;
    }
}
