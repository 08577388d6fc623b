namespace Semblance.Numerics;

/// <summary>
/// Products of matrices that lie in the first-level cache already: nothing is packed, so that the hundreds of products of some dozen rows in attention cost what their
/// multiplications cost. The chains are those of <see cref="Gemm"/>.
/// </summary>
internal static unsafe class SmallProduct
{
    /// <summary>C = A·B, + C where <paramref name="add"/>. A has any strides, B and C have a column stride of 1.</summary>
    public static void Multiply(Matrix a, Matrix b, Matrix c, bool add = false)
    {
        var column = 0;
        if (FastMath.Tier == 512) Columns<Float512>(ref column, 14, a, b, c, add);
        if (FastMath.Tier >= 256) Columns<Float256>(ref column, 6, a, b, c, add);
        Columns<Float1>(ref column, 6, a, b, c, add);
    }

    /// <summary>As many columns as fill registers.</summary>
    private static void Columns<V>(ref int column, int tile, Matrix a, Matrix b, Matrix c, bool add) where V : struct, ILanes<V, float>
    {
        var walk = new Walk(1, a.Columns, a.RowStride, a.ColumnStride, 0, b.RowStride);
        while (c.Columns - column >= V.Count)
        {
            var one = c.Columns - column < 2 * V.Count;
            for (int row = 0, height; row < c.Rows; row += height)
            {
                height = Math.Min(tile, c.Rows - row);
                if (height > 1) height &= ~1;
                var to = c.Data + row * c.RowStride + column;
                GemmKernel.Multiply<V>(height, one, walk, a.Data + row * a.RowStride, b.Data + column, to, c.RowStride, add ? to : null, c.RowStride);
            }
            column += one ? V.Count : 2 * V.Count;
        }
    }
}
