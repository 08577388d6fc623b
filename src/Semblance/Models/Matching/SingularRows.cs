using System.Buffers;
using System.Runtime.InteropServices;
using Semblance.Data;
using Semblance.Numerics;
using Semblance.Profiles;

namespace Semblance.Models;

/// <summary>Made rows that repeat a real row which occurs once: a matched table must hold none, since choosing among many rows is a way to pick them out.</summary>
internal static class SingularRows
{
    /// <summary>Numbers of the made rows that repeat no such row, in order. Rows are compared as they are written; identifiers are left out, as <c>privacy.exact-copies</c> leaves them out.</summary>
    public static int[] NotRepeatedIn(Table made, Table real, Run run, CancellationToken ct)
    {
        var columns = Enumerable.Range(0, real.Columns.Length).Where(c => real.Columns[c].Kind != ColumnKind.Identifier).ToArray();
        var times = new Dictionary<ulong, int>();
        foreach (var key in Keys(real, columns, run, ct)) CollectionsMarshal.GetValueRefOrAddDefault(times, key, out _)++;
        var keys = Keys(made, columns, run, ct);
        var kept = new List<int>(keys.Length);
        for (var row = 0; row < keys.Length; row++)
            if (times.GetValueOrDefault(keys[row]) != 1) kept.Add(row);
        return [.. kept];
    }

    private static ulong[] Keys(Table table, int[] columns, Run run, CancellationToken ct)
    {
        var keys = new ulong[table.Rows];
        Blocks.ForRange(keys.Length, Blocks.Rows, run, ct, (start, end) =>
        {
            var text = new ArrayBufferWriter<byte>();
            foreach (var c in columns)
                for (var row = start; row < end; row++)
                {
                    text.ResetWrittenCount();
                    table.Columns[c].WriteText(row, text);
                    keys[row] = RowHash.Mix(keys[row], RowHash.OfText(text.WrittenSpan));
                }
        });
        return keys;
    }
}
