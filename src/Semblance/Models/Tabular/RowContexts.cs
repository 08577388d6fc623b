using System.Buffers;

namespace Semblance.Models;

/// <summary>
/// Rows of a block that agree in all columns drawn so far. What a model computes from these columns it computes once for all of them; after a few columns hardly two rows agree, and nobody looks any more.
/// </summary>
internal sealed class RowContexts
{
    /// <summary>More contexts are not kept apart.</summary>
    public const int Most = 1024;

    private readonly int[] of;
    private readonly int[] firsts = new int[Most];

    /// <summary>All rows agree: nothing is drawn yet.</summary>
    public RowContexts(int rows) => (of, Count) = (new int[rows], Math.Min(1, rows));

    /// <summary>How many there are; 0 when they are too many to be worth it.</summary>
    public int Count { get; private set; }

    /// <summary>Context of each row.</summary>
    public ReadOnlySpan<int> Of => of;

    /// <summary>A row of each context, the first.</summary>
    public ReadOnlySpan<int> Rows => firsts.AsSpan(0, Count);

    /// <summary>Keeps rows apart that differ in a further column.</summary>
    /// <param name="tokens">What was drawn for each row.</param>
    /// <param name="count">How many tokens the column has.</param>
    public void Part(ReadOnlySpan<int> tokens, int count)
    {
        if (Count == 0 || count < 2) return;
        var met = ArrayPool<int>.Shared.Rent(Count * count);
        met.AsSpan(0, Count * count).Clear();
        var (next, most) = (0, Math.Min(Most, of.Length / 2));
        for (var row = 0; row < of.Length; row++)
        {
            ref var number = ref met[of[row] * count + tokens[row]];
            if (number == 0)
            {
                if (next == most)
                {
                    next = 0;
                    break;
                }
                firsts[next] = row;
                number = ++next;
            }
            of[row] = number - 1;
        }
        ArrayPool<int>.Shared.Return(met);
        Count = next;
    }
}
