using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Semblance.Data;

namespace Semblance.Tests.Metrics;

/// <summary>The public tables beside the repository, where they exist, read with the kinds that their JSON states; the scorer reads them the same way.</summary>
internal static class SharedTables
{
    /// <summary>The folder <c>../shared</c> beside the repository root, or null.</summary>
    public static string? Folder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Semblance.slnx"))) folder = folder.Parent;
        var shared = folder?.Parent is { } parent ? Path.Combine(parent.FullName, "shared") : null;
        return shared is not null && Directory.Exists(Path.Combine(shared, "data", "tabular")) ? shared : null;
    }

    /// <summary>Reads a table: the listed columns are categories, all others numbers. None of these files quotes a cell.</summary>
    public static Table Read(string csv, string json)
    {
        var description = JsonDocument.Parse(File.ReadAllText(json)).RootElement;
        var categorical = description.GetProperty("categorical").EnumerateArray().Select(e => e.GetString()!).ToHashSet();
        var lines = File.ReadAllLines(csv);
        var header = lines[0].Split(',');
        var cells = header.Select(_ => new string[lines.Length - 1]).ToArray();
        for (var row = 1; row < lines.Length; row++)
        {
            var parts = lines[row].Split(',');
            for (var k = 0; k < header.Length; k++) cells[k][row - 1] = parts[k];
        }
        return new Table([.. header.Select((name, k) => categorical.Contains(name) ? Category(name, cells[k]) : Number(name, cells[k]))]);
    }

    public static Column Category(string name, string[] cells)
    {
        var index = new Dictionary<string, int>();
        var codes = new int[cells.Length];
        for (var i = 0; i < cells.Length; i++)
        {
            if (cells[i].Length == 0) codes[i] = -1;
            else
            {
                if (!index.TryGetValue(cells[i], out var code)) index.Add(cells[i], code = index.Count);
                codes[i] = code;
            }
        }
        var schema = new ColumnSchema(name, ColumnKind.Category) { MissingMarkers = [""] };
        return new CategoryColumn(schema, codes, [.. index.OrderBy(p => p.Value).Select(p => p.Key)]);
    }

    public static Column Number(string name, string[] cells)
    {
        var values = Array.ConvertAll(cells, c => c.Length == 0 ? double.NaN : double.Parse(c, CultureInfo.InvariantCulture));
        var decimals = cells.Max(c => c.Contains('.') ? c.Length - c.IndexOf('.') - 1 : 0);
        var schema = new ColumnSchema(name, decimals == 0 ? ColumnKind.Integer : ColumnKind.Decimal) { MissingMarkers = [""], Number = new NumberForm(0, decimals) };
        return new NumberColumn(schema, values);
    }
}
