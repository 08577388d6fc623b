namespace Semblance.Numerics;

/// <summary>The rows and features one round of boosting sees. The draws of a round depend on its number alone.</summary>
internal sealed class BoostingSample
{
    private readonly int[]? rows; // null = all
    private readonly int count;

    public BoostingSample(Boosting options, BinnedMatrix x, Run run, int round)
    {
        (Data, count) = (x.Packed, x.Rows);
        if (options.ColumnSample < 1 && x.Features > 1)
        {
            var draw = run.Stream($"{options.Stream}/features").Sequence(round);
            var all = new int[x.Features];
            for (var f = 0; f < all.Length; f++) all[f] = f;
            draw.Shuffle(all.AsSpan());
            var chosen = all[..Math.Max(1, (int)Math.Round(options.ColumnSample * all.Length))];
            Array.Sort(chosen); // ties between equal cuts go to the lower feature, sampled or not
            if (chosen.Length < all.Length) Data = PackedRows.Pack(x, chosen);
        }
        if (options.Subsample < 1 && x.Rows > 1)
        {
            // Selection sampling (Knuth, TAOCP 2, 3.4.2 S): exactly the number wanted, in ascending order.
            var draw = run.Stream($"{options.Stream}/rows").Sequence(round);
            var wanted = Math.Max(1, (int)Math.Round(options.Subsample * x.Rows));
            rows = new int[wanted];
            for (int row = 0, taken = 0; taken < wanted; row++)
                if (RandomStream.Unit(draw.NextWord()) * (x.Rows - row) < wanted - taken) rows[taken++] = row;
            count = wanted;
        }
    }

    /// <summary>The features, row by row.</summary>
    public PackedRows Data { get; }

    /// <summary>Writes the row numbers in ascending order and says how many they are.</summary>
    public int CopyRows(Span<int> to)
    {
        if (rows is null)
            for (var i = 0; i < count; i++) to[i] = i;
        else
            rows.CopyTo(to);
        return count;
    }
}
