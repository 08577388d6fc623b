using System.Buffers;
using Semblance.Data;

namespace Semblance.Rules;

/// <summary>Three-valued truth as a byte: <c>and</c> is the least, <c>or</c> the greatest, <c>not</c> is 2 - x (Kleene's strong logic).</summary>
internal static class Kleene
{
    public const byte False = 0, Unknown = 1, True = 2;

    public static byte Of(bool truth) => truth ? True : False;
}

/// <summary>One table under evaluation: its columns, and what was worked out once per level instead of once per row. Used by one thread.</summary>
internal sealed class Evaluation
{
    private readonly Schema schema;
    private readonly Table? table;
    private readonly Column? only;
    private readonly int onlyIndex;
    private readonly Dictionary<object, object> perLevel = new(ReferenceEqualityComparer.Instance);

    public Evaluation(Schema schema, Table table) => (this.schema, this.table) = (schema, table);

    /// <summary>Cells of one column, at whatever count.</summary>
    public Evaluation(Schema schema, Column only, int index) => (this.schema, this.only, onlyIndex) = (schema, only, index);

    /// <summary>The column at a position of the schema, in the storage its kind asks for.</summary>
    public T Column<T>(int index) where T : Column
    {
        var wanted = schema.Columns[index].Name;
        var found = only is not null ? (index == onlyIndex ? only : null) : index < table!.Columns.Length ? table.Columns[index] : null;
        if (found is T column && (only is not null || column.Name == wanted)) return column;
        throw new SchemaException("SB1210", $"the condition was bound to another schema: column {index + 1} should be `{wanted}`"
            + (found is null ? "" : $" but is `{found.Name}` ({found.Kind})") + "; bind the condition to the schema of these rows");
    }

    /// <summary>What a node made of the levels of a category column: made at first need, then kept.</summary>
    public T PerLevel<T>(object node, CategoryColumn column, Func<CategoryColumn, T> make) where T : class
    {
        if (!perLevel.TryGetValue(node, out var made)) perLevel[node] = made = make(column);
        return (T)made;
    }
}

/// <summary>A run of rows of an <see cref="Evaluation"/>.</summary>
internal readonly record struct Chunk(Evaluation Evaluation, int Start, int Count)
{
    /// <summary>Rows of a chunk: intermediate results stay in cache whatever the size of the table.</summary>
    public const int Rows = 1_024;
}

/// <summary>A borrowed buffer.</summary>
internal readonly ref struct Scratch<T>
{
    private readonly T[] array;

    public Scratch(int count)
    {
        array = ArrayPool<T>.Shared.Rent(count);
        Cells = array.AsSpan(0, count);
    }

    public Span<T> Cells { get; }

    public void Dispose() => ArrayPool<T>.Shared.Return(array);
}
