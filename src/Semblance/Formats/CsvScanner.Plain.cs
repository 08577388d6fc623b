using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Semblance.Formats;

/// <summary>Where the cells of a column lie: cell i from <c>bounds[First + i Stride] + Lead</c> to <c>bounds[First + i Stride + 1] - Trail</c>.</summary>
internal readonly record struct CellLayout(int First, int Stride, int Lead, int Trail);

// Chunks without quotes: all delimiters and line ends in one sweep, then a check that they fall into records.
internal sealed partial class CsvScanner
{
    private const int MostPlain = 1 << 20;
    private int[] positions = [];

    // True when whole records were found and nothing in them needs a closer look; else nothing has happened.
    private unsafe bool FindPlain(byte[] buffer, int end, int maxRecords, out int taken)
    {
        taken = 0;
        var columns = Columns;
        // In a one-column file empty lines are no records.
        if (columns < 2 || end > MostPlain || end > maxCellBytes) return false;
        if (positions.Length < end + 80) positions = new int[end + 80];
        var found = 1;
        positions[0] = -1;
        long lines = 0;
        var quotes = Vector512<byte>.Zero;
        var nuls = Vector512<byte>.Zero;
        var returns = Vector512<byte>.Zero;
        var high = Vector512<byte>.Zero;
        fixed (byte* p = buffer)
        fixed (int* to = positions)
        {
            for (var block = 0; block < end; block += 64)
            {
                var v = Vector512.Load(p + block);
                quotes |= Vector512.Equals(v, Vector512.Create((byte)'"'));
                returns |= Vector512.Equals(v, Vector512.Create((byte)'\r'));
                nuls |= Vector512.Equals(v, Vector512<byte>.Zero);
                high |= v;
                var ends = Vector512.Equals(v, Vector512.Create((byte)'\n')).ExtractMostSignificantBits();
                var mask = Vector512.Equals(v, Vector512.Create(delimiter)).ExtractMostSignificantBits() | ends;
                if (end - block < 64)
                {
                    var inside = (1ul << (end - block)) - 1;
                    mask &= inside;
                    ends &= inside;
                }
                lines += BitOperations.PopCount(ends);
                var count = BitOperations.PopCount(mask);
                // Eight at a time, whether they are there or not: that costs less than asking.
                for (var done = 0; done < count; done += 8)
                {
                    var at = to + found + done;
                    for (var i = 0; i < 8; i++)
                    {
                        at[i] = block + BitOperations.TrailingZeroCount(mask);
                        mask &= mask - 1;
                    }
                }
                found += count;
            }
            if (lines == 0 || quotes != Vector512<byte>.Zero || lines * columns > found - 1) return false;
            // As many line ends as records, and one at the end of each: then none is elsewhere.
            for (long record = 1; record <= lines; record++)
                if (p[to[record * columns]] != '\n') return false;
            crlf = returns != Vector512<byte>.Zero;
            var records = (int)Math.Min(lines, maxRecords);
            taken = to[records * columns] + 1;
            if (crlf)
            {
                if (buffer.AsSpan(0, taken).Count((byte)'\r') != records) return false;
                for (var record = 1; record <= records; record++)
                    if (p[to[record * columns] - 1] != '\r') return false;
            }
            Records = records;
        }
        plainLines = Records;
        if (nuls != Vector512<byte>.Zero || high.ExtractMostSignificantBits() != 0) Check(buffer.AsSpan(0, taken));
        return true;
    }
}
