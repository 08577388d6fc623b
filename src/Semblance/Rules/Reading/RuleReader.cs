using System.Collections.Immutable;
using System.Globalization;
using Semblance.Formats;

namespace Semblance.Rules;

/// <summary>Reads rules files, strictly: what is not understood is an error with line and column, never a silent default.</summary>
internal static class RuleReader
{
    /// <summary>Version of the format, the value of the key <c>rules</c>.</summary>
    public const int FormatVersion = 1;

    private const int MostTables = 200;
    private const long MostRows = RowFrame.MostRows - 1;

    /// <summary>Words of a table.</summary>
    public static ImmutableArray<string> TableWords { get; } = ["rows", "scales", "per", "count", "key", "columns", "constraints", "faults"];

    /// <summary>Reads the tables of a rules file.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="path">Where it came from; a file of one table without a name gives it the file's.</param>
    /// <param name="outside">Models and profiles that it may name; null for none.</param>
    public static ImmutableArray<TableRule> Read(string yaml, string path, IRuleSources? outside)
    {
        var source = $"`{path}`";
        var root = StrictYaml.Read(yaml, source);
        var single = root.Entries.Any(e => e.Key.Text == "columns");
        var file = new RuleMap(source, root, "rules", single ? ["rules", "name", .. TableWords] : ["rules", "tables"]);
        var version = file["rules"] ?? throw file.Missing("rules", $"rules: {FormatVersion}, the version of the format, at the top");
        if (version is not YamlText { Text: var text } || text != FormatVersion.ToString(CultureInfo.InvariantCulture)) throw file.Fault(version, "SB2131", $"`rules` must be {FormatVersion}, the version this program knows");
        var reader = new ColumnReader(source, outside);
        if (single) return [Table(source, file.Text("name") ?? NameOf(path), root, reader, ["rules", "name", .. TableWords])];
        var tables = file["tables"] ?? throw file.Missing("tables", "`tables:` and under it a name, `rows` and `columns` for each; or, for one table, `columns:` at the top");
        if (tables is not YamlMap map || map.Entries.Length is 0 or > MostTables) throw file.Fault(tables, "SB2131", $"`tables` takes 1 to {MostTables} tables, by name");
        return [.. map.Entries.Select(e => Table(source, e.Key.Text, e.Value, reader, TableWords))];
    }

    private static TableRule Table(string source, string name, YamlValue value, ColumnReader reader, IEnumerable<string> words)
    {
        var map = new RuleMap(source, value, $"table `{name}`", words);
        var per = map.Text("per");
        if (per is not null && map["rows"] is { } rows) throw map.Fault(rows, "SB2133", "`rows` and `per` both say how many rows there are; keep one (`count` says how many rows `per` parent)");
        if (per is null && map["count"] is { } count) throw map.Fault(count, "SB2132", "`count` says how many rows each parent has: name the parents' table with `per`");
        var constraints = map["constraints"] is { } list ? map.Texts(list, "constraints") : [];
        var columns = reader.Columns(map["columns"] ?? throw map.Missing("columns", "`columns:` and under it a rule for each"), $"table `{name}`");
        if (columns.IsEmpty) throw map.Fault(map["columns"]!, "SB2131", "a table needs a column");
        return new TableRule(name)
        {
            Rows = map.Whole("rows", 1000, 1, MostRows),
            Scales = map.Flag("scales", true),
            Per = per,
            Count = map["count"] is { } law ? Count(map, law, name, reader) : null,
            Key = map["key"] is { } key ? [.. map.Texts(key, "key").Select(k => k.Text)] : [],
            Columns = columns,
            Faults = map["faults"] is { } faults ? FaultReader.Read(map, faults, [.. columns.Select(c => c.Name)]) : [],
            Constraints = [.. constraints.Select(c => c.Text)],
            ConstraintsAt = [.. constraints.Select(map.Place)],
            At = map.At,
        };
    }

    /// <summary>A number of children, or what draws it.</summary>
    private static ColumnRule Count(RuleMap map, YamlValue value, string table, ColumnReader reader) => value is YamlText
        ? new ColumnRule($"count of {table}", new ColumnSource.Choice([(map.Whole(value, "count", 0, ChildRows.MostChildren).ToString(CultureInfo.InvariantCulture), 1)])) { At = map.Place(value) }
        : reader.Column($"count of {table}", value, $"table `{table}`, `count`");

    private static string NameOf(string path)
    {
        var name = Path.GetFileName(path);
        var end = name.IndexOf('.', StringComparison.Ordinal);
        return end > 0 ? name[..end] : name.Length > 0 ? name : "table";
    }
}
