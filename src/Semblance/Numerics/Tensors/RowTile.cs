using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Semblance.Numerics;

/// <summary>
/// Rows of a matrix turned so that neighbouring numbers belong to neighbouring rows: element (row, column) lies at <c>tile[column · step + row]</c>. A register then works on one
/// column of many rows, so a block of columns may have any width without leaving lanes idle, and no sum crosses lanes.
/// </summary>
internal static unsafe class RowTile
{
    /// <summary>Rows in a tile of the softmax family.</summary>
    public const int Rows = 16;

    /// <summary>Floats that a tile of <see cref="Rows"/> needs.</summary>
    public static nint Size(int columns) => (nint)columns * Rows + Panels.Slack;

    /// <summary>Runs <paramref name="body"/> (first row, rows, workspace) for all tiles of a matrix, on all threads where there is enough to do.</summary>
    public static void For(Tape tape, int rows, int columns, Action<int, int, Workspace> body)
    {
        var perBlock = Math.Max(1, ActivationKernels.Grain / (Rows * Math.Max(1, columns))) * Rows;
        var blocks = (rows + perBlock - 1) / perBlock;
        tape.Gang.For(blocks, (block, workspace) =>
        {
            var end = Math.Min(rows, (block + 1) * perBlock);
            for (var row = block * perBlock; row < end; row += Rows) body(row, Math.Min(Rows, end - row), workspace);
        });
    }

    /// <summary>Reads up to 16 rows of contiguous columns; missing rows become zero.</summary>
    public static void Load(float* matrix, int columns, int rows, float* tile) => Panels.Pack(matrix, columns, 1, rows, columns, tile, Rows);

    /// <summary>Writes columns of a tile back as rows.</summary>
    /// <param name="tile">First column of the tile.</param>
    /// <param name="step">Floats from one column of the tile to the next.</param>
    /// <param name="columns">Columns to write.</param>
    /// <param name="rows">Rows to write.</param>
    /// <param name="target">Where the first row begins.</param>
    /// <param name="stride">Floats from one row of the target to the next.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Store(float* tile, int step, int columns, int rows, float* target, nint stride)
    {
        var row = 0;
        for (; row + 4 <= rows; row += 4)
        {
            var to = target + row * stride;
            var column = 0;
            for (; column + 4 <= columns; column += 4)
            {
                var from = tile + (nint)column * step + row;
                var (a, b, c, d) = Panels.Turn(Vector128.Load(from), Vector128.Load(from + step), Vector128.Load(from + 2 * step), Vector128.Load(from + 3 * step));
                a.Store(to + column);
                b.Store(to + column + stride);
                c.Store(to + column + 2 * stride);
                d.Store(to + column + 3 * stride);
            }
            for (; column < columns; column++)
                for (var r = 0; r < 4; r++) to[column + r * stride] = tile[(nint)column * step + row + r];
        }
        for (; row < rows; row++)
            for (var column = 0; column < columns; column++) target[row * stride + column] = tile[(nint)column * step + row];
    }
}
