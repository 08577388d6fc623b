using System.Collections.Immutable;

namespace Semblance.Data;

/// <summary>Tables that refer to each other, whole or a block of each: blocks one after another, table by table, are the whole.</summary>
public sealed class Database : IDataset
{
    /// <summary>Makes a database; a block may hold no row of some tables.</summary>
    /// <param name="tables">What the tables are called and how they refer to each other.</param>
    /// <param name="rows">Rows of each, in the order of <paramref name="tables"/>.</param>
    /// <exception cref="SchemaException">Another number of tables, or other columns than the schema says (SB1223).</exception>
    public Database(DatabaseSchema tables, ImmutableArray<Table> rows)
    {
        if (rows.Length != tables.Tables.Length) throw new SchemaException("SB1223", $"{rows.Length} tables for a schema of {tables.Tables.Length}");
        for (var i = 0; i < rows.Length; i++)
            if (!rows[i].Schema.Equals(tables.Tables[i].Schema)) throw new SchemaException("SB1223", $"table `{tables.Tables[i].Name}` has other columns than its schema says");
        (Schemas, Tables) = (tables, rows);
    }

    /// <summary>What the tables are called and how they refer to each other.</summary>
    public DatabaseSchema Schemas { get; }

    /// <summary>Rows of each table, the root first.</summary>
    public ImmutableArray<Table> Tables { get; }

    /// <summary>A table by name.</summary>
    /// <exception cref="SchemaException">No such table (SB1224).</exception>
    public Table this[string name] => Schemas.IndexOf(name) is >= 0 and var index ? Tables[index]
        : throw new SchemaException("SB1224", $"there is no table `{name}`; " + (Nearest.Of(name, Schemas.Tables.Select(t => t.Name)) is { } near ? $"did you mean `{near}`?" : $"the tables are {string.Join(", ", Schemas.Tables.Select(t => t.Name))}"));

    /// <summary>Rows of the root table.</summary>
    public long Count => Tables[0].Rows;

    /// <summary>Columns of the root table.</summary>
    public Schema Schema => Schemas.Tables[0].Schema;
}
