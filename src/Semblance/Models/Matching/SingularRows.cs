using System.Runtime.InteropServices;
using Semblance.Data;
using Semblance.Metrics;

namespace Semblance.Models;

/// <summary>Made rows that repeat a real row which occurs once: a matched table must hold none, since choosing among many rows is a way to pick them out.</summary>
internal static class SingularRows
{
    /// <summary>Numbers of the made rows that repeat no such row, in order. Identifiers are left out of the comparison, as <c>privacy.exact-copies</c> leaves them out.</summary>
    public static int[] NotRepeatedIn(Table made, Table real, Run run, CancellationToken ct)
    {
        var columns = Enumerable.Range(0, real.Columns.Length).Where(c => real.Columns[c].Kind != ColumnKind.Identifier).ToArray();
        var times = new Dictionary<ulong, int>();
        foreach (var key in RowKeys.Of(real, real, columns, run, ct)) CollectionsMarshal.GetValueRefOrAddDefault(times, key, out _)++;
        var keys = RowKeys.Of(real, made, columns, run, ct);
        var kept = new List<int>(keys.Length);
        for (var row = 0; row < keys.Length; row++)
            if (times.GetValueOrDefault(keys[row]) != 1) kept.Add(row);
        return [.. kept];
    }
}
