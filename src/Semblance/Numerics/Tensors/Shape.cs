namespace Semblance.Numerics;

/// <summary>
/// Lengths of a tensor's one to four dimensions, slowest first; numbers lie row by row. Most operations see a matrix: the last dimension is the columns, all others
/// together are the rows.
/// </summary>
public readonly record struct Shape
{
    private readonly int a, b, c, d;

    /// <summary>A list of numbers.</summary>
    public Shape(int length) : this(1, length, 0, 0, 0) { }

    /// <summary>A matrix.</summary>
    public Shape(int rows, int columns) : this(2, rows, columns, 0, 0) { }

    /// <summary>Three dimensions, such as sequences: (batch, length, features).</summary>
    public Shape(int first, int second, int third) : this(3, first, second, third, 0) { }

    /// <summary>Four dimensions, such as images: (batch, height, width, channels).</summary>
    public Shape(int first, int second, int third, int fourth) : this(4, first, second, third, fourth) { }

    private Shape(int rank, int a, int b, int c, int d)
    {
        if (a < 0 || b < 0 || c < 0 || d < 0) throw new ArgumentException($"a length below zero: {a}, {b}, {c}, {d}");
        (Rank, this.a, this.b, this.c, this.d) = (rank, a, b, c, d);
        Count = checked(a * (rank > 1 ? b : 1) * (rank > 2 ? c : 1) * (rank > 3 ? d : 1));
    }

    /// <summary>Dimensions, 1 to 4.</summary>
    public int Rank { get; }

    /// <summary>Numbers in all, at most 2^31 - 1.</summary>
    public int Count { get; }

    /// <summary>Length of the last dimension.</summary>
    public int Columns => this[Rank - 1];

    /// <summary>Product of all other lengths; 1 for a list.</summary>
    public int Rows => Rank == 1 ? 1 : a * (Rank > 2 ? b : 1) * (Rank > 3 ? c : 1);

    /// <summary>Length of a dimension, counted from 0.</summary>
    public int this[int dimension] => dimension >= 0 && dimension < Rank
        ? dimension switch { 0 => a, 1 => b, 2 => c, _ => d }
        : throw new ArgumentOutOfRangeException(nameof(dimension), dimension, $"the shape {this} has {Rank} dimensions");

    /// <summary>The same rows with another number of columns.</summary>
    public Shape WithColumns(int columns) => Rank switch { 1 => new(columns), 2 => new(a, columns), 3 => new(a, b, columns), _ => new(a, b, c, columns) };

    /// <summary>Lengths with × between them.</summary>
    public override string ToString() => Rank switch { 1 => $"{a}", 2 => $"{a}×{b}", 3 => $"{a}×{b}×{c}", _ => $"{a}×{b}×{c}×{d}" };
}
