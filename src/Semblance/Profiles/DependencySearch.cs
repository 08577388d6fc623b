using System.Collections.Immutable;
using System.Numerics;
using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Profiles;

/// <summary>
/// Finds columns that determine another. Trivial ones are left out: a determinant that hardly repeats, a dependent that is nearly constant, agreement that chance explains.
/// </summary>
internal static class DependencySearch
{
    private const double LeastShare = 0.995;
    private const double Improvement = 0.9;     // share of the errors of guessing the most frequent value that the determinant must remove
    private const double LeastCovered = 0.5;    // share of the rows whose determinant stands in another row too
    private const double Surprise = 20;         // -log of the probability that independent columns agree so often
    private const int Screen = 2_000, Most = 500;

    public static (ImmutableArray<FunctionalDependency> Found, bool Cut) Find(IReadOnlyList<CodedColumn> columns, Run run, CancellationToken ct)
    {
        var perColumn = new List<(int Determinant, int Dependent, double Share)>[columns.Count];
        Blocks.For(columns.Count, run, ct, a =>
        {
            var found = perColumn[a] = [];
            if (columns[a].Levels < 2 || columns[a].Levels > columns[a].Codes.Length / 2) return;
            var (majority, votes) = (new int[columns[a].Levels + 1], new int[columns[a].Levels + 1]);
            for (var b = 0; b < columns.Count; b++)
            {
                if (a == b || columns[b].Levels < 2 || columns[b].Levels > columns[a].Levels + (1 - LeastShare) * columns[a].Codes.Length + 1) continue;
                if (Plausible(columns[a], columns[b], majority, votes) && Share(columns[a], columns[b]) is { } share) found.Add((a, b, share));
            }
        });
        var all = perColumn.SelectMany(list => list).ToList();
        var both = all.Select(d => (d.Determinant, d.Dependent)).ToHashSet();
        var result = all
            .Select(d => new FunctionalDependency(columns[d.Determinant].Index, columns[d.Dependent].Index, d.Share, both.Contains((d.Dependent, d.Determinant))))
            .OrderByDescending(d => d.Share).ThenByDescending(d => d.OneToOne).ThenBy(d => d.Determinant).ThenBy(d => d.Dependent)
            .ToList();
        return ([.. result.Take(Most)], result.Count > Most);
    }

    /// <summary>The same dependencies with their shares over all rows; those that do not hold there are dropped.</summary>
    public static ImmutableArray<FunctionalDependency> OnAllRows(ImmutableArray<FunctionalDependency> found, Table table)
    {
        var coded = new Dictionary<int, CodedColumn>();
        CodedColumn Code(int index) => coded.TryGetValue(index, out var known) ? known : coded[index] = CodedColumn.Of(index, table.Columns[index], null);
        var counted = found.Select(d => d with { Share = Kept(Code(d.Determinant), Code(d.Dependent)) }).Where(d => d.Share >= LeastShare).ToList();
        return [.. counted.OrderByDescending(d => d.Share).ThenByDescending(d => d.OneToOne).ThenBy(d => d.Determinant).ThenBy(d => d.Dependent)];
    }

    private static double Kept(CodedColumn a, CodedColumn b)
    {
        var largest = new int[a.Levels + 1];
        foreach (var (x, _, count) in new JointCounts(a, b)) largest[x] = Math.Max(largest[x], count);
        return largest.Sum(count => (long)count) / (double)a.Codes.Length;
    }

    // A few rows refute most pairs: a vote for each determinant's majority (Boyer and Moore), then a count of the rows against it.
    private static bool Plausible(CodedColumn a, CodedColumn b, int[] majority, int[] votes)
    {
        Array.Clear(majority);
        Array.Clear(votes);
        var stride = Math.Max(1, a.Codes.Length / Screen);
        for (var i = 0; i < a.Codes.Length; i += stride)
        {
            var group = a.Codes[i];
            if (votes[group] == 0) (majority[group], votes[group]) = (b.Codes[i], 1);
            else if (majority[group] == b.Codes[i]) votes[group]++;
            else votes[group]--;
        }
        int seen = 0, wrong = 0;
        for (var i = 0; i < a.Codes.Length; i += stride, seen++)
            if (majority[a.Codes[i]] != b.Codes[i]) wrong++;
        return wrong <= 10 + seen * 0.02;
    }

    // Share of rows that keep the dependency, or null when it does not hold or is trivial.
    private static double? Share(CodedColumn a, CodedColumn b)
    {
        var joint = new JointCounts(a, b);
        var (largest, second) = (new int[a.Levels + 1], new int[a.Levels + 1]);
        foreach (var (x, _, count) in joint)
        {
            if (count > largest[x]) (largest[x], second[x]) = (count, largest[x]);
            else if (count > second[x]) second[x] = count;
        }
        long kept = 0, covered = 0, predicted = 0, groups = 0;
        for (var x = 0; x <= a.Levels; x++)
        {
            kept += largest[x];
            if (a.Counts[x] < 2) continue;
            groups++;
            covered += a.Counts[x];
            if (largest[x] - 1 > second[x] || second[x] == 0) predicted += largest[x]; // right when the row itself is left out
        }
        var rows = (double)a.Codes.Length;
        double share = kept / rows, guess = b.Counts.Max() / rows;
        if (share < LeastShare || covered < LeastCovered * rows) return null;
        var predictedShare = predicted / (double)covered;
        if (predictedShare < LeastShare - 0.002 || predictedShare - guess < Improvement * (1 - guess)) return null;
        var agreement = 0.0; // of two random rows in b
        foreach (var count in b.Counts) agreement += (count / rows) * (count / rows);
        return (covered - groups) * -FastMath.Log(agreement) >= Surprise ? share : null;
    }
}

/// <summary>How often each pair of codes stands in a row.</summary>
internal sealed class JointCounts
{
    private readonly ulong[] keys;   // 1 + pair; 0 when free
    private readonly int[] counts;
    private readonly ulong width;

    public JointCounts(CodedColumn a, CodedColumn b)
    {
        width = (ulong)b.Levels + 1;
        // At most so many pairs: all of them, or one a row.
        var most = (long)Math.Min((a.Levels + 1.0) * (b.Levels + 1.0), a.Codes.Length);
        var size = (int)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(16, most * 2));
        (keys, counts) = (new ulong[size], new int[size]);
        for (var i = 0; i < a.Codes.Length; i++)
        {
            var key = (ulong)a.Codes[i] * width + (ulong)b.Codes[i] + 1;
            var slot = (int)(key * 0x9E3779B97F4A7C15 >> 20) & (size - 1);
            while (keys[slot] != key && keys[slot] != 0) slot = (slot + 1) & (size - 1);
            keys[slot] = key;
            counts[slot]++;
        }
    }

    /// <summary>Pairs with their counts, in no particular order.</summary>
    public IEnumerator<(int A, int B, int Count)> GetEnumerator()
    {
        for (var slot = 0; slot < keys.Length; slot++)
            if (keys[slot] != 0) yield return ((int)((keys[slot] - 1) / width), (int)((keys[slot] - 1) % width), counts[slot]);
    }
}
