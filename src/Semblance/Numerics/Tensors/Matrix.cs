namespace Semblance.Numerics;

/// <summary>A strided view of floats: element (i, j) lies at <c>Data[i·RowStride + j·ColumnStride]</c>.</summary>
internal readonly unsafe struct Matrix(float* data, int rows, int columns, nint rowStride, nint columnStride)
{
    public readonly float* Data = data;
    public readonly int Rows = rows, Columns = columns;
    public readonly nint RowStride = rowStride, ColumnStride = columnStride;

    /// <summary>Rows one after another.</summary>
    public Matrix(float* data, int rows, int columns) : this(data, rows, columns, columns, 1) { }

    /// <summary>The same numbers with rows and columns changed.</summary>
    public Matrix Transposed => new(Data, Columns, Rows, ColumnStride, RowStride);
}
