using System.Runtime.CompilerServices;
using Semblance.Data;
using Semblance.Models;
using Semblance.Numerics;

namespace Semblance.Recipes;

/// <summary>Rows of <c>match: true</c>: chosen together in memory, given out in blocks as all rows are.</summary>
internal static class MatchedRows
{
    public static async IAsyncEnumerable<Table> OfAsync(IGenerator<Table> generator, Table real, long count, Run run, [EnumeratorCancellation] CancellationToken ct)
    {
        var all = await generator.MatchedAsync(real, count, new Matching(), run, ct).ConfigureAwait(false);
        for (var first = 0; first < all.Rows; first += Blocks.Rows)
        {
            var rows = new int[Math.Min(Blocks.Rows, all.Rows - first)];
            for (var i = 0; i < rows.Length; i++) rows[i] = first + i;
            yield return all.Take(rows);
        }
    }
}
