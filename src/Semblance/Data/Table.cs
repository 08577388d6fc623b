using System.Collections.Immutable;

namespace Semblance.Data;

/// <summary>A table in memory: columns of equal length.</summary>
public sealed class Table : IDataset
{
    /// <summary>Makes a table of columns of equal length.</summary>
    /// <exception cref="SchemaException">Columns differ in length (SB1203) or share a name (SB1201).</exception>
    public Table(ImmutableArray<Column> columns)
    {
        Columns = columns;
        Schema = new Schema([.. columns.Select(c => c.Schema)]);
        Rows = columns.IsEmpty ? 0 : columns[0].Count;
        foreach (var column in columns)
            if (column.Count != Rows)
                throw new SchemaException("SB1203", $"column `{column.Name}` has {column.Count} rows where `{columns[0].Name}` has {Rows}; all columns of a table need the same length");
    }

    /// <summary>The columns, in order.</summary>
    public ImmutableArray<Column> Columns { get; }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <inheritdoc/>
    public long Count => Rows;

    /// <inheritdoc/>
    public Schema Schema { get; }

    /// <summary>A column by name.</summary>
    /// <exception cref="SchemaException">No such column (SB1202).</exception>
    public Column this[string name] => Columns[Schema.Require(name, "column")];

    /// <summary>The given rows, in the given order.</summary>
    public Table Take(ReadOnlySpan<int> rows)
    {
        var columns = ImmutableArray.CreateBuilder<Column>(Columns.Length);
        foreach (var column in Columns) columns.Add(column.Take(rows));
        return new Table(columns.MoveToImmutable());
    }

    /// <summary>Tables of one schema end to end; the blocks of a generator as one table.</summary>
    /// <param name="schema">Their schema, for when there are none.</param>
    /// <param name="blocks">The tables, all of this schema.</param>
    public static Table Concatenate(Schema schema, ImmutableArray<Table> blocks)
    {
        if (blocks.Length == 1) return blocks[0];
        var columns = ImmutableArray.CreateBuilder<Column>(schema.Columns.Length);
        for (var c = 0; c < schema.Columns.Length; c++) columns.Add(Column.Concatenate(schema.Columns[c], [.. blocks.Select(b => b.Columns[c])]));
        return new Table(columns.MoveToImmutable());
    }
}
