using System.Numerics;
using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>
/// Rows as points of the space in which distances are measured: numbers scaled to the real data's range (gaps at its median), categories one-hot with one place for
/// missing and unknown levels; identifiers left out. The one-hot part is never written out: two rows that differ in a category are twice
/// <paramref name="categoryWeight"/> apart (squared), which gives the same distances in a fraction of the work and memory.
/// </summary>
/// <param name="features">Columns to measure by; those that cannot be compared are left out.</param>
/// <param name="categoryWeight">Square of the value that stands in a one-hot place: 1, or 1/2 so that a differing category counts as much as the whole range of a number.</param>
internal sealed class RowSpace(IReadOnlyList<Feature> features, double categoryWeight)
{
    private const int QueryBlock = 64;
    private const double Far = 1e6; // in ranges of the real data; keeps squares finite
    private const int Panel = 512; // reference rows whose distances are summed side by side; they stay in the first-level cache

    private readonly Feature[] numbers = [.. features.Where(f => f.IsNumber)];
    private readonly Feature[] categories = [.. features.Where(f => f.Type == FeatureType.Category)];
    private readonly float mismatch = (float)(2 * categoryWeight);

    /// <summary>The space of all columns.</summary>
    public RowSpace(Comparison data, double categoryWeight) : this(data.Features, categoryWeight) { }

    /// <summary>The columns measured by, numbers first: the order in which <see cref="NearestWithoutEach"/> leaves them out.</summary>
    public IEnumerable<Feature> Columns => numbers.Concat(categories);

    /// <summary>Rows whose neighbours are looked for, at most <paramref name="most"/>: fewer on tables of more than 100 columns, so that work stays bounded.</summary>
    public int RowLimit(int most) => Math.Clamp(most * 100 / Math.Max(1, numbers.Length + categories.Length), 500, most);

    /// <summary>Whether there is any column to measure by.</summary>
    public bool IsEmpty => numbers.Length + categories.Length == 0;

    /// <summary>Points, column by column.</summary>
    /// <param name="Rows">How many.</param>
    /// <param name="Numbers">Per numeric column a scaled value per row.</param>
    /// <param name="Codes">Per category column a code per row, as a float so that one kind of register serves both.</param>
    public sealed record Points(int Rows, float[][] Numbers, float[][] Codes);

    /// <summary>The given rows of a side.</summary>
    public Points Of(Side side, int[] rows)
    {
        var points = new Points(rows.Length, new float[numbers.Length][], new float[categories.Length][]);
        for (var k = 0; k < numbers.Length; k++)
        {
            var (low, width, median) = numbers[k].Scale;
            var values = numbers[k].Numbers[(int)side];
            points.Numbers[k] = Array.ConvertAll(rows, r => (float)Math.Clamp(((double.IsNaN(values[r]) ? median : values[r]) - low) / width, -Far, Far));
        }
        for (var k = 0; k < categories.Length; k++)
        {
            var codes = categories[k].Codes[(int)side];
            var other = categories[k].RealLevels;
            points.Codes[k] = Array.ConvertAll(rows, r => (float)(codes[r] < 0 || codes[r] >= other ? other : codes[r]));
        }
        return points;
    }

    /// <summary>The k references nearest to each query, k side by side, nearest first, ties to the earlier row.</summary>
    /// <returns>Reference rows and distances (not squared). A place without a reference holds -1 and infinity.</returns>
    public (int[] Index, double[] Distance) Nearest(Points references, Points queries, int k, Run run, CancellationToken ct)
    {
        var index = new int[queries.Rows * k];
        var squared = new float[queries.Rows * k];
        Array.Fill(index, -1);
        Array.Fill(squared, float.PositiveInfinity);
        Blocks.ForRange(queries.Rows, QueryBlock, run, ct, (from, to) =>
        {
            Span<float> sums = stackalloc float[Panel];
            for (var start = 0; start < references.Rows; start += Panel)
            {
                var count = Math.Min(Panel, references.Rows - start);
                for (var query = from; query < to; query++)
                {
                    Sum(references, queries, query, start, sums[..count]);
                    Offer(sums[..count], start, index.AsSpan(query * k, k), squared.AsSpan(query * k, k));
                }
            }
        });
        return (index, Array.ConvertAll(squared, s => Math.Sqrt(s)));
    }

    /// <summary>The reference nearest to each query when each column in turn is not looked at, columns of a query side by side; ties to the earlier row.</summary>
    public int[] NearestWithoutEach(Points references, Points queries, Run run, CancellationToken ct)
    {
        var columns = numbers.Length + categories.Length;
        var index = new int[queries.Rows * columns];
        Blocks.ForRange(queries.Rows, QueryBlock, run, ct, (from, to) =>
        {
            var nearest = new float[(to - from) * columns];
            Array.Fill(nearest, float.PositiveInfinity);
            var after = new float[(columns + 1) * Panel]; // sums over this and all later columns; sums of parts, so that nothing is lost by taking away
            var before = new float[Panel];
            for (var start = 0; start < references.Rows; start += Panel)
            {
                var count = Math.Min(Panel, references.Rows - start);
                for (var query = from; query < to; query++)
                {
                    for (var k = columns - 1; k >= 0; k--)
                    {
                        var sums = after.AsSpan(k * Panel, count);
                        after.AsSpan((k + 1) * Panel, count).CopyTo(sums);
                        Add(references, queries, query, start, k, sums);
                    }
                    var earlier = before.AsSpan(0, count);
                    earlier.Clear();
                    for (var k = 0; k < columns; k++)
                    {
                        Offer(earlier, after.AsSpan((k + 1) * Panel, count), start, ref index[query * columns + k], ref nearest[(query - from) * columns + k]);
                        if (k + 1 < columns) Add(references, queries, query, start, k, earlier);
                    }
                }
            }
        });
        return index;
    }

    /// <summary>Squared distances from a query to a run of references. No sum crosses lanes, so the width of the registers changes no bit.</summary>
    private void Sum(Points references, Points queries, int query, int start, Span<float> sums)
    {
        sums.Clear();
        for (var k = 0; k < numbers.Length + categories.Length; k++) Add(references, queries, query, start, k, sums);
    }

    /// <summary>Adds one column's part to squared distances.</summary>
    private void Add(Points references, Points queries, int query, int start, int k, Span<float> sums)
    {
        var lanes = Vector<float>.Count;
        var i = 0;
        if (k < numbers.Length)
        {
            var column = references.Numbers[k].AsSpan(start, sums.Length);
            var value = queries.Numbers[k][query];
            var all = new Vector<float>(value);
            for (; i + lanes <= sums.Length; i += lanes)
            {
                var difference = new Vector<float>(column[i..]) - all;
                (new Vector<float>(sums[i..]) + difference * difference).CopyTo(sums[i..]);
            }
            for (; i < sums.Length; i++)
            {
                var difference = column[i] - value;
                sums[i] += difference * difference;
            }
            return;
        }
        var codes = references.Codes[k - numbers.Length].AsSpan(start, sums.Length);
        var code = queries.Codes[k - numbers.Length][query];
        var weight = new Vector<float>(mismatch);
        var wanted = new Vector<float>(code);
        for (; i + lanes <= sums.Length; i += lanes)
        {
            var same = Vector.Equals(new Vector<float>(codes[i..]), wanted);
            (new Vector<float>(sums[i..]) + Vector.ConditionalSelect(same, Vector<float>.Zero, weight)).CopyTo(sums[i..]);
        }
        for (; i < sums.Length; i++)
            if (codes[i] != code) sums[i] += mismatch;
    }

    /// <summary>Keeps the nearest of a run whose squared distances are the sums of two parts.</summary>
    private static void Offer(ReadOnlySpan<float> first, ReadOnlySpan<float> second, int start, ref int index, ref float nearest)
    {
        var lanes = Vector<float>.Count;
        var i = 0;
        while (i < first.Length)
        {
            if (i + lanes <= first.Length && !Vector.LessThanAny(new Vector<float>(first[i..]) + new Vector<float>(second[i..]), new Vector<float>(nearest)))
            {
                i += lanes;
                continue;
            }
            for (var end = Math.Min(i + lanes, first.Length); i < end; i++)
                if (first[i] + second[i] < nearest) (nearest, index) = (first[i] + second[i], start + i);
        }
    }

    private static void Offer(ReadOnlySpan<float> sums, int start, Span<int> index, Span<float> nearest)
    {
        var last = nearest.Length - 1;
        var lanes = Vector<float>.Count;
        var i = 0;
        while (i < sums.Length)
        {
            if (i + lanes <= sums.Length && !Vector.LessThanAny(new Vector<float>(sums[i..]), new Vector<float>(nearest[last])))
            {
                i += lanes;
                continue;
            }
            for (var end = Math.Min(i + lanes, sums.Length); i < end; i++)
            {
                if (!(sums[i] < nearest[last])) continue;
                var place = last;
                for (; place > 0 && sums[i] < nearest[place - 1]; place--) (nearest[place], index[place]) = (nearest[place - 1], index[place - 1]);
                (nearest[place], index[place]) = (sums[i], start + i);
            }
        }
    }

    /// <summary>Distance of each point from the mean of <paramref name="centre"/>.</summary>
    public double[] FromCentre(Points points, Points centre)
    {
        var result = new double[points.Rows];
        for (var k = 0; k < numbers.Length; k++)
        {
            double mean = 0;
            foreach (var value in centre.Numbers[k]) mean += value;
            mean /= centre.Rows;
            for (var i = 0; i < result.Length; i++)
            {
                var difference = points.Numbers[k][i] - mean;
                result[i] += difference * difference;
            }
        }
        for (var k = 0; k < categories.Length; k++)
        {
            var shares = new double[categories[k].RealLevels + 1];
            foreach (var code in centre.Codes[k]) shares[(int)code] += 1.0 / centre.Rows;
            double squares = 0;
            foreach (var share in shares) squares += share * share;
            for (var i = 0; i < result.Length; i++) result[i] += mismatch / 2 * (squares - 2 * shares[(int)points.Codes[k][i]] + 1);
        }
        for (var i = 0; i < result.Length; i++) result[i] = Math.Sqrt(Math.Max(0, result[i]));
        return result;
    }
}
