namespace Semblance.Numerics;

/// <summary>Chosen features of a <see cref="BinnedMatrix"/> row by row: one cache line or two hold all bins of a row, so a row's gradient is loaded once for all features.</summary>
internal sealed class PackedRows
{
    private PackedRows(BinnedMatrix matrix, int[] features, byte[] bytes) => (Matrix, Features, Bytes) = (matrix, features, bytes);

    public BinnedMatrix Matrix { get; }

    /// <summary>The matrix's feature behind each packed one.</summary>
    public int[] Features { get; }

    /// <summary>Rows x features codes, row-major. Eight bytes more at the end, so that a row may be read by words.</summary>
    public byte[] Bytes { get; }

    public int Width => Features.Length;

    public static PackedRows Pack(BinnedMatrix matrix, int[]? features)
    {
        features ??= [.. Enumerable.Range(0, matrix.Features)];
        var width = features.Length;
        var bytes = new byte[checked(matrix.Rows * width + 8)];
        const int block = 256; // rows of a block stay in the first cache while its columns are scattered
        for (var start = 0; start < matrix.Rows; start += block)
        {
            var end = Math.Min(matrix.Rows, start + block);
            for (var f = 0; f < width; f++)
            {
                var column = matrix.Codes(features[f]);
                for (int row = start, at = start * width + f; row < end; row++, at += width) bytes[at] = column[row];
            }
        }
        return new PackedRows(matrix, features, bytes);
    }
}
