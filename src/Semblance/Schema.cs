using System.Collections.Immutable;

namespace Semblance;

/// <summary>What kind of values a column holds. It decides how values are stored, modelled, compared and written.</summary>
public enum ColumnKind
{
    /// <summary>Whole numbers.</summary>
    Integer,
    /// <summary>Numbers with a fraction; <see cref="NumberForm"/> tells how they are written.</summary>
    Decimal,
    /// <summary>Two values that stand for yes and no: true/false, yes/no, 0/1, t/f, y/n.</summary>
    Boolean,
    /// <summary>One of a limited list of texts.</summary>
    Category,
    /// <summary>Dates, times of day or both; <see cref="ColumnSchema.Format"/> tells how they are written.</summary>
    DateTime,
    /// <summary>Names a row or an entity: (nearly) unique, no meaning in its value.</summary>
    Identifier,
    /// <summary>Free text.</summary>
    Text,
    /// <summary>The same value in every row (or no value at all).</summary>
    Constant,
}

/// <summary>How the numbers of a column are written: shortest digits that round-trip, padded with zeros to at least <paramref name="MinDecimals"/>.</summary>
/// <param name="MinDecimals">Least number of digits after the point (1 in <c>0.0</c>, 2 in <c>1.50</c>).</param>
/// <param name="MaxDecimals">Most digits after the point seen; generated values are rounded to it.</param>
public readonly record struct NumberForm(int MinDecimals, int MaxDecimals)
{
    /// <summary>Whole numbers without a point.</summary>
    public static NumberForm Integer => new(0, 0);
}

/// <summary>Name, kind and text form of one column.</summary>
/// <param name="Name">Column name, unique in its schema.</param>
/// <param name="Kind">Kind of its values.</param>
public sealed record ColumnSchema(string Name, ColumnKind Kind)
{
    /// <summary>The texts that stand for "no value", in order of first sight: marker code m of a cell is index m here. Empty when nothing is missing.</summary>
    public ImmutableArray<string> MissingMarkers { get; init; } = [];

    /// <summary>How numbers are written; only meaningful for <see cref="ColumnKind.Integer"/> and <see cref="ColumnKind.Decimal"/>.</summary>
    public NumberForm Number { get; init; }

    /// <summary>.NET custom format of a <see cref="ColumnKind.DateTime"/> column, e.g. <c>yyyy-MM-dd HH:mm:ss</c>; null otherwise.</summary>
    public string? Format { get; init; }

    /// <summary>True for kinds whose values are numbers on a line.</summary>
    public bool IsNumeric => Kind is ColumnKind.Integer or ColumnKind.Decimal;
}

/// <summary>The columns of a table, in order.</summary>
public sealed record Schema
{
    /// <summary>Makes a schema.</summary>
    /// <exception cref="SchemaException">Two columns share a name (SB1201).</exception>
    public Schema(ImmutableArray<ColumnSchema> columns)
    {
        Columns = columns;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var column in columns)
            if (!seen.Add(column.Name))
                throw new SchemaException("SB1201", $"column `{column.Name}` stands twice in the schema; give each column its own name");
    }

    /// <summary>The columns, in order.</summary>
    public ImmutableArray<ColumnSchema> Columns { get; }

    /// <summary>Position of a column, or -1.</summary>
    public int IndexOf(string name)
    {
        for (var i = 0; i < Columns.Length; i++)
            if (Columns[i].Name == name) return i;
        return -1;
    }

    /// <summary>Position of a column the user named.</summary>
    /// <param name="name">Column name.</param>
    /// <param name="role">What it was named for (<c>--target</c>), for the message.</param>
    /// <exception cref="SchemaException">No such column (SB1202); the message names the nearest.</exception>
    public int Require(string name, string role)
    {
        var index = IndexOf(name);
        if (index >= 0) return index;
        var near = Nearest.Of(name, Columns.Select(c => c.Name));
        throw new SchemaException("SB1202",
            $"{role}: there is no column `{name}`" + (near is null ? $"; the columns are {string.Join(", ", Columns.Take(30).Select(c => c.Name))}" : $"; did you mean `{near}`?"));
    }

    /// <inheritdoc/>
    public bool Equals(Schema? other) =>
        other is not null && Columns.Length == other.Columns.Length && Columns.Zip(other.Columns).All(p => SameColumn(p.First, p.Second));

    /// <inheritdoc/>
    public override int GetHashCode() => Columns.Aggregate(17, (h, c) => HashCode.Combine(h, c.Name, c.Kind));

    private static bool SameColumn(ColumnSchema a, ColumnSchema b) =>
        a.Name == b.Name && a.Kind == b.Kind && a.Number == b.Number && a.Format == b.Format && a.MissingMarkers.AsSpan().SequenceEqual(b.MissingMarkers.AsSpan());
}
