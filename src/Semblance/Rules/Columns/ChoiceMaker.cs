using System.Globalization;
using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Rules;

/// <summary>One of a list by weight, with one look-up a row (the alias method: Walker 1977, tables after Vose 1991).</summary>
internal sealed class ChoiceMaker : ColumnMaker
{
    private const int Chunk = 512;

    private readonly int stream;
    private readonly string[] levels;
    private readonly double[]? numbers;
    private readonly ulong[] keep; // of 2^32: the share of a slot that is its own
    private readonly int[] alias;

    public ChoiceMaker(int stream, string[] levels, double[]? numbers, double[] weights) =>
        (this.stream, this.levels, this.numbers, (keep, alias)) = (stream, levels, numbers, Tables(weights));

    /// <summary>Whether several entries of the list are one value (yes in one case, no in all others).</summary>
    public bool MergesLevels { get; init; }

    public override Column Make(RowFrame frame)
    {
        var codes = new int[frame.Count];
        Draw(frame, codes);
        if (MergesLevels) return new CategoryColumn(Schema, Array.ConvertAll(codes, c => levels[c] == "true" ? 1 : 0), ["false", "true"]);
        return numbers is null ? new CategoryColumn(Schema, codes, levels) : new NumberColumn(Schema, Array.ConvertAll(codes, c => numbers[c]));
    }

    private void Draw(RowFrame frame, int[] codes)
    {
        var random = frame.Stream(stream);
        if (!frame.DrawsRun)
        {
            for (var i = 0; i < codes.Length; i++)
            {
                var (slot, share, _, _) = random.Words(frame.Draws[i]);
                codes[i] = Pick(slot, share);
            }
            return;
        }
        Span<uint> a = stackalloc uint[Chunk], b = stackalloc uint[Chunk], c = stackalloc uint[Chunk], d = stackalloc uint[Chunk];
        for (var start = 0; start < codes.Length; start += Chunk)
        {
            var count = Math.Min(Chunk, codes.Length - start);
            random.FillWords(frame.Rows[0] + start, 0, a[..count], b[..count], c[..count], d[..count]);
            for (var i = 0; i < count; i++) codes[start + i] = Pick(a[i], b[i]);
        }
    }

    private int Pick(uint slotWord, uint shareWord)
    {
        var slot = RandomStream.Below(slotWord, keep.Length);
        return shareWord < keep[slot] ? slot : alias[slot];
    }

    private static (ulong[] Keep, int[] Alias) Tables(double[] weights)
    {
        var n = weights.Length;
        var total = 0.0;
        foreach (var weight in weights) total += weight;
        var share = Array.ConvertAll(weights, w => w / total * n);
        var (keep, alias) = (new ulong[n], new int[n]);
        var (small, large) = (new Stack<int>(), new Stack<int>());
        for (var i = n - 1; i >= 0; i--) (share[i] < 1 ? small : large).Push(i);
        while (small.Count > 0 && large.Count > 0)
        {
            int less = small.Pop(), more = large.Pop();
            (keep[less], alias[less]) = ((ulong)(share[less] * 4294967296.0), more);
            share[more] -= 1 - share[less];
            (share[more] < 1 ? small : large).Push(more);
        }
        // What is left has a share of 1 up to rounding; a weight of 0 that rounding left here gives its slot away.
        var some = Array.FindIndex(weights, w => w > 0);
        foreach (var i in large.Concat(small)) (keep[i], alias[i]) = weights[i] > 0 ? (1UL << 32, i) : (0, some);
        return (keep, alias);
    }

    /// <summary>A value as a number in its plainest writing; null when it is none.</summary>
    public static double? NumberOf(string text) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && (text.Length == 1 || text[0] != '0' || text[1] == '.')
            ? number : null;

    /// <summary>Digits after the point of a number as written.</summary>
    public static int DecimalsOf(string text) => text.IndexOf('.', StringComparison.Ordinal) is >= 0 and var at ? text.Length - at - 1 : 0;
}
