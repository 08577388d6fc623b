using System.Collections.Immutable;
using Semblance.Numerics;

namespace Semblance.Profiles;

/// <summary>Finds columns, and smallest sets of up to four, that are different in every row. The search is bounded: the twelve most varied columns that repeat.</summary>
internal static class KeySearch
{
    private const int MostColumns = 12, MostParts = 4, Most = 20;
    private const int FewestRows = 20;
    private const double LeastExpected = 10; // equal pairs by chance: none where ten were expected has a probability of e^-10

    /// <param name="profiles">Profiles of all columns, over all rows.</param>
    /// <param name="columns">Coded columns over the rows looked at.</param>
    /// <param name="rows">Rows of the table.</param>
    /// <param name="ct">Cancels.</param>
    public static ImmutableArray<UniqueKey> Find(ReadOnlySpan<ColumnProfile> profiles, IReadOnlyList<CodedColumn> columns, long rows, CancellationToken ct)
    {
        var keys = ImmutableArray.CreateBuilder<UniqueKey>();
        for (var i = 0; i < profiles.Length; i++)
            if (profiles[i].Missing == 0 && profiles[i].Distinct == rows && profiles[i].Kind != ColumnKind.Decimal && rows >= (profiles[i].Kind == ColumnKind.Identifier ? 2 : FewestRows))
                keys.Add(new UniqueKey([i], null));
        if (rows < FewestRows) return keys.ToImmutable();

        var parts = new List<CodedColumn>();
        foreach (var column in columns)
            if (column.Source.Kind != ColumnKind.Decimal && column.Counts[0] == 0 && column.Levels >= 2 && column.Levels < 0.98 * column.Codes.Length) parts.Add(column);
        parts = [.. parts.OrderByDescending(c => c.Levels).ThenBy(c => c.Index).Take(MostColumns).OrderBy(c => c.Index)];
        var agreement = parts.ConvertAll(column =>
        {
            var sum = 0.0;
            foreach (var count in column.Counts) sum += (double)count / column.Codes.Length * count / column.Codes.Length;
            return sum;
        });

        var found = new List<int>(); // bit sets over parts
        for (var size = 2; size <= Math.Min(MostParts, parts.Count); size++)
            for (var set = (1 << size) - 1; set < 1 << parts.Count; set = Next(set))
            {
                ct.ThrowIfCancellationRequested();
                if (found.Exists(smaller => (set & smaller) == smaller)) continue;
                var expected = (double)rows * rows / 2;
                var combinations = 1.0;
                for (var i = 0; i < parts.Count; i++)
                    if ((set >> i & 1) != 0) (expected, combinations) = (expected * agreement[i], combinations * parts[i].Levels);
                if (expected < LeastExpected || combinations < parts[0].Codes.Length || found.Count >= Most) continue;
                var chosen = parts.FindAll(c => (set >> parts.IndexOf(c) & 1) != 0);
                if (!IsUnique(chosen, chosen[0].Codes.Length)) continue;
                if (chosen[0].Codes.Length < rows && !IsUnique(chosen.ConvertAll(c => CodedColumn.Of(c.Index, c.Source, null)), (int)rows)) continue;
                found.Add(set);
                keys.Add(new UniqueKey([.. chosen.Select(c => c.Index)], expected));
            }
        return keys.ToImmutable();
    }

    // The next number with as many bits set (Gosper).
    private static int Next(int set)
    {
        var low = set & -set;
        var carried = set + low;
        return carried | ((set ^ carried) / low >> 2);
    }

    private static bool IsUnique(List<CodedColumn> columns, int rows)
    {
        var seen = new HashSet<ulong>();
        var step = Scatter(rows); // neighbours in a sorted table differ: scattered rows meet their like sooner
        for (long i = 0, row = 0; i < rows; i++, row = (row + step) % rows)
        {
            ulong hash = 0;
            foreach (var column in columns) hash = RowHash.Mix(hash, (ulong)column.Codes[row]);
            if (!seen.Add(hash)) return false;
        }
        return true;
    }

    // A stride without common divisor with the rows, near the golden ratio.
    private static long Scatter(int rows)
    {
        var step = Math.Max(1, (long)(rows * 0.6180339887));
        while (Gcd(step, rows) != 1) step++;
        return step;
    }

    private static long Gcd(long a, long b) => b == 0 ? a : Gcd(b, a % b);
}
