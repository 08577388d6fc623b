using System.Collections.Immutable;

namespace Semblance.Data;

/// <summary>A reference from columns of one table to the key of another, or of the same.</summary>
/// <param name="Columns">The columns that refer.</param>
/// <param name="Table">The table referred to.</param>
/// <param name="References">Columns of its key, in the order of <paramref name="Columns"/>.</param>
public sealed record ForeignKey(ImmutableArray<string> Columns, string Table, ImmutableArray<string> References);

/// <summary>A table of a database: its name, its columns and its keys.</summary>
/// <param name="Name">Name, unique in its database.</param>
/// <param name="Schema">Its columns.</param>
public sealed record TableSchema(string Name, Schema Schema)
{
    /// <summary>Columns whose values together name a row; empty when there is no key.</summary>
    public ImmutableArray<string> Key { get; init; } = [];

    /// <summary>References to other tables.</summary>
    public ImmutableArray<ForeignKey> ForeignKeys { get; init; } = [];
}

/// <summary>The tables of a database, the root first: the one whose rows are counted and asked for.</summary>
public sealed record DatabaseSchema
{
    /// <summary>Makes a schema.</summary>
    /// <exception cref="SchemaException">No table, or two of one name (SB1221); a key or a reference names a table or a column that is not there (SB1222).</exception>
    public DatabaseSchema(ImmutableArray<TableSchema> tables)
    {
        if (tables.IsEmpty) throw new SchemaException("SB1221", "a database needs at least one table");
        Tables = tables;
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var table in tables)
            if (!names.Add(table.Name)) throw new SchemaException("SB1221", $"table `{table.Name}` stands twice in the database; give each its own name");
        foreach (var table in tables)
        {
            foreach (var column in table.Key) Require(table, column, "its key");
            foreach (var reference in table.ForeignKeys)
            {
                foreach (var column in reference.Columns) Require(table, column, "a reference");
                var index = IndexOf(reference.Table);
                if (index < 0) throw new SchemaException("SB1222", $"table `{table.Name}` refers to a table `{reference.Table}`, which is not there" + Meant(reference.Table, names));
                foreach (var column in reference.References) Require(tables[index], column, $"a reference from `{table.Name}`");
                if (reference.Columns.Length != reference.References.Length)
                    throw new SchemaException("SB1222", $"table `{table.Name}` refers by {reference.Columns.Length} columns to {reference.References.Length} of `{reference.Table}`; give as many");
            }
        }
    }

    /// <summary>The tables, the root first.</summary>
    public ImmutableArray<TableSchema> Tables { get; }

    /// <summary>Position of a table, or -1.</summary>
    public int IndexOf(string name)
    {
        for (var i = 0; i < Tables.Length; i++)
            if (Tables[i].Name == name) return i;
        return -1;
    }

    /// <inheritdoc/>
    public bool Equals(DatabaseSchema? other) => other is not null && Tables.Length == other.Tables.Length && Tables.Zip(other.Tables).All(p => Same(p.First, p.Second));

    /// <inheritdoc/>
    public override int GetHashCode() => Tables.Aggregate(17, (hash, table) => HashCode.Combine(hash, table.Name, table.Schema));

    private static bool Same(TableSchema a, TableSchema b) =>
        a.Name == b.Name && a.Schema.Equals(b.Schema) && a.Key.AsSpan().SequenceEqual(b.Key.AsSpan()) && a.ForeignKeys.Length == b.ForeignKeys.Length
        && a.ForeignKeys.Zip(b.ForeignKeys).All(p => p.First.Table == p.Second.Table && p.First.Columns.AsSpan().SequenceEqual(p.Second.Columns.AsSpan())
            && p.First.References.AsSpan().SequenceEqual(p.Second.References.AsSpan()));

    private static void Require(TableSchema table, string column, string role)
    {
        if (table.Schema.IndexOf(column) < 0)
            throw new SchemaException("SB1222", $"table `{table.Name}`: {role} names a column `{column}`, which is not there" + Meant(column, table.Schema.Columns.Select(c => c.Name)));
    }

    private static string Meant(string name, IEnumerable<string> names) => Nearest.Of(name, names) is { } near ? $"; did you mean `{near}`?" : "";
}
