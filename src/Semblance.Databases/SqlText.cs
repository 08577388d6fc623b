using System.Text;
using Semblance.Data;

namespace Semblance.Databases;

/// <summary>Statements that make tables.</summary>
internal static class SqlText
{
    /// <summary>The types of SQLite.</summary>
    public static string Sqlite(ColumnSchema column) => column.Kind switch
    {
        ColumnKind.Integer or ColumnKind.Boolean => "INTEGER",
        ColumnKind.Decimal => "REAL",
        _ => "TEXT",
    };

    /// <summary>The types of PostgreSQL.</summary>
    public static string Postgres(ColumnSchema column) => column.Kind switch
    {
        ColumnKind.Integer => "bigint",
        ColumnKind.Boolean => "boolean",
        ColumnKind.Decimal => column.Number.MaxDecimals is > 0 and <= 6 ? "numeric" : "double precision",
        ColumnKind.DateTime => HasTime(column) ? "timestamp" : "date",
        _ => "text",
    };

    /// <summary>Whether dates of a column have a time of day.</summary>
    public static bool HasTime(ColumnSchema column) => column.Format is null || column.Format.AsSpan().ContainsAny('H', 'h', 'm') || column.Format.Contains('s', StringComparison.Ordinal);

    /// <summary>A name as SQL takes it, whatever it holds.</summary>
    public static string Name(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    public static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(Name));

    /// <summary>Makes a table.</summary>
    public static string Create(TableSchema table, DatabaseSchema schema, Func<ColumnSchema, string> type, bool inlineForeignKeys)
    {
        var sql = new StringBuilder($"CREATE TABLE {Name(table.Name)} (");
        for (var c = 0; c < table.Schema.Columns.Length; c++)
            sql.Append(c > 0 ? ",\n  " : "\n  ").Append(Name(table.Schema.Columns[c].Name)).Append(' ').Append(type(table.Schema.Columns[c]));
        if (!table.Key.IsEmpty) sql.Append($",\n  PRIMARY KEY ({Names(table.Key)})");
        if (inlineForeignKeys)
            foreach (var reference in table.ForeignKeys)
                if (IsKey(schema, reference)) sql.Append($",\n  FOREIGN KEY ({Names(reference.Columns)}) REFERENCES {Name(reference.Table)} ({Names(reference.References)})");
        return sql.Append("\n)").ToString();
    }

    /// <summary>Databases let only keys be referred to.</summary>
    public static bool IsKey(DatabaseSchema schema, ForeignKey reference) => schema.Tables[schema.IndexOf(reference.Table)].Key.AsSpan().SequenceEqual(reference.References.AsSpan());

    /// <summary>A boolean cell; null for a text that is none.</summary>
    public static bool? Truth(string text) => text.ToLowerInvariant() switch
    {
        "true" or "yes" or "t" or "y" or "1" => true,
        "false" or "no" or "f" or "n" or "0" => false,
        _ => null,
    };
}
