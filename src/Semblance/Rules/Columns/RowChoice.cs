using Semblance.Forms;
using Semblance.Numerics;

namespace Semblance.Rules;

/// <summary>How a reference chooses rows of a table.</summary>
internal abstract class RowChoice
{
    /// <summary>Place of the column that refers, by which it is known whether the choice may be drawn again.</summary>
    public required int Column { get; init; }

    /// <summary>The table chosen from.</summary>
    public required int Table { get; init; }

    /// <summary>A row for each row of the frame; -1 for none.</summary>
    public abstract long[] Choose(RowFrame frame);

    /// <summary>Whether another draw gives another row.</summary>
    public virtual bool IsDrawn => true;

    protected long Rows(RowFrame frame) => frame.Scope.Rows.Tables[Table].Count is > 0 and var rows ? rows
        : throw new GenerateException("SB4073", $"table `{frame.Table.Plan.Name}` refers to table `{frame.Scope.Rows.Tables[Table].Plan.Name}`, which has no row; give it more rows");
}

/// <summary>The row whose child this is.</summary>
internal sealed class ParentChoice : RowChoice
{
    public override bool IsDrawn => false;

    public override long[] Choose(RowFrame frame) => frame.Parents.Rows;
}

/// <summary>An earlier row of the same table; none for the first rows.</summary>
internal sealed class TreeChoice(int stream, long roots) : RowChoice
{
    public override long[] Choose(RowFrame frame)
    {
        var random = frame.Stream(stream);
        var rows = new long[frame.Count];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = frame.Rows[i] < roots ? -1 : (long)Math.BigMul(ShapeMaker.Wide(random, frame.Draws[i]), (ulong)frame.Rows[i], out _);
        return rows;
    }
}

/// <summary>Any row, uniformly or by popularity; of those that fulfil a condition, if there is one.</summary>
internal sealed class FreeChoice(int stream, double? exponent, RowExpression? where, string? condition) : RowChoice
{
    public override long[] Choose(RowFrame frame)
    {
        var random = frame.Stream(stream);
        var eligible = where is null ? null : frame.Scope.Rows.Eligible(this, Table, where, condition!);
        var count = eligible?.Length ?? Rows(frame);
        var law = exponent is { } power ? new Popularity(count, power) : null;
        var rows = new long[frame.Count];
        for (var i = 0; i < rows.Length; i++)
        {
            long row;
            if (law is null) row = (long)Math.BigMul(ShapeMaker.Wide(random, frame.Draws[i]), (ulong)count, out _);
            else
            {
                var sequence = random.Sequence(frame.Draws[i]);
                row = law.Row(ref sequence, random.Key);
            }
            rows[i] = eligible is null ? row : eligible[row];
        }
        return rows;
    }
}

/// <summary>Different rows for the children of one parent.</summary>
internal sealed class DistinctChoice(int stream, double? exponent) : RowChoice
{
    public override bool IsDrawn => false;

    public override long[] Choose(RowFrame frame)
    {
        var random = frame.Stream(stream);
        var count = Rows(frame);
        var (parents, ordinals) = frame.Parents;
        var rows = new long[frame.Count];
        if (exponent is null)
        {
            for (var i = 0; i < rows.Length; i++)
                rows[i] = (long)KeyedPermutation.Permute((ulong)(ordinals[i] % count), (ulong)count, ShapeMaker.Wide(random, parents[i]));
            return rows;
        }
        // By popularity: a parent's own sequence, in which rows that stood before are passed over.
        var law = new Popularity(count, exponent.Value);
        var taken = new List<long>();
        var known = new HashSet<long>();
        RandomSequence sequence = default;
        var of = -1L;
        for (var i = 0; i < rows.Length; i++)
        {
            if (parents[i] != of)
            {
                taken.Clear();
                known.Clear();
                (of, sequence) = (parents[i], random.Sequence(parents[i]));
            }
            while (taken.Count <= Math.Min(ordinals[i], count - 1))
            {
                var row = law.Row(ref sequence, random.Key);
                // a few popular rows may be drawn for ever: then the next free one is taken
                for (var tries = 0; known.Contains(row); tries++) row = tries < 64 ? law.Row(ref sequence, random.Key) : (row + 1) % count;
                known.Add(row);
                taken.Add(row);
            }
            rows[i] = taken[(int)Math.Min(ordinals[i], count - 1)]; // a parent has no more children than there are rows
        }
        return rows;
    }
}

/// <summary>One of two references that together name a row: each pair once, by a keyed permutation of all pairs.</summary>
internal sealed class PairChoice(int stream, int other, bool first) : RowChoice
{
    public override bool IsDrawn => false;

    public override long[] Choose(RowFrame frame)
    {
        var key = frame.Stream(stream).Key;
        ulong mine = (ulong)Rows(frame), theirs = (ulong)frame.Scope.Rows.Tables[other].Count;
        var pairs = mine * theirs;
        return Array.ConvertAll(frame.Rows, row =>
        {
            var pair = KeyedPermutation.Permute((ulong)row % pairs, pairs, key);
            return (long)(first ? pair / theirs : pair % mine);
        });
    }
}

/// <summary>
/// Rows by popularity: rank r in proportion to r^-exponent, drawn by rejection from the integral of that curve (Hoermann and Derflinger 1996); a keyed permutation says which row has which rank.
/// </summary>
internal sealed class Popularity
{
    private readonly long count;
    private readonly double exponent, first, last, sure;

    public Popularity(long count, double exponent)
    {
        (this.count, this.exponent) = (count, exponent);
        first = Integral(1.5) - 1;
        last = Integral(count + 0.5);
        sure = 2 - Inverse(Integral(2.5) - FastMath.Exp(-exponent * FastMath.Log(2)));
    }

    public long Row(ref RandomSequence random, ulong key)
    {
        while (true)
        {
            var u = last + random.NextUnit() * (first - last);
            var x = Inverse(u);
            var rank = Math.Clamp((long)(x + 0.5), 1, count);
            if (rank - x <= sure || u >= Integral(rank + 0.5) - FastMath.Exp(-exponent * FastMath.Log(rank)))
                return (long)KeyedPermutation.Permute((ulong)(rank - 1), (ulong)count, key);
        }
    }

    private double Integral(double x)
    {
        var log = FastMath.Log(x);
        return Math.Abs(1 - exponent) < 1e-9 ? log : FastMath.Expm1((1 - exponent) * log) / (1 - exponent);
    }

    private double Inverse(double y)
    {
        if (Math.Abs(1 - exponent) < 1e-9) return FastMath.Exp(y);
        var t = Math.Max(-1, y * (1 - exponent));
        return FastMath.Exp(FastMath.Log1p(t) / (1 - exponent));
    }
}
