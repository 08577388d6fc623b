using System.Runtime.CompilerServices;

namespace Semblance.Rules;

/// <summary><c>and</c> or <c>or</c> of several conditions.</summary>
internal sealed class JunctionNode(bool all, TruthNode[] parts) : TruthNode
{
    public override void Evaluate(Chunk chunk, Span<byte> cells)
    {
        cells.Fill(all ? Kleene.True : Kleene.False);
        using var part = new Scratch<byte>(chunk.Count);
        foreach (var node in parts)
        {
            node.Evaluate(chunk, part.Cells);
            if (all)
                for (var i = 0; i < cells.Length; i++) cells[i] = Math.Min(cells[i], part.Cells[i]);
            else
                for (var i = 0; i < cells.Length; i++) cells[i] = Math.Max(cells[i], part.Cells[i]);
        }
    }

    public override TruthSets? Sets()
    {
        NumberSet meet = NumberSet.Every, join = NumberSet.None;
        foreach (var part in parts)
        {
            if (part.Sets() is not { } sets) return null;
            var (toMeet, toJoin) = all ? (sets.True, sets.False) : (sets.False, sets.True);
            (meet, join) = (meet.Intersect(toMeet), join.Union(toJoin));
        }
        return all ? new(meet, join) : new(join, meet);
    }
}

internal sealed class NotNode(TruthNode operand) : TruthNode
{
    public override void Evaluate(Chunk chunk, Span<byte> cells)
    {
        operand.Evaluate(chunk, cells);
        foreach (ref var cell in cells) cell = (byte)(Kleene.True - cell);
    }

    public override TruthSets? Sets() => operand.Sets() is { } sets ? new(sets.False, sets.True) : null;
}

/// <summary>Whether a number, date or truth is missing.</summary>
internal sealed class MissingNode<T>(ValueNode<T> value) : TruthNode where T : unmanaged
{
    public override void Evaluate(Chunk chunk, Span<byte> cells)
    {
        using var values = new Scratch<T>(chunk.Count);
        value.Evaluate(chunk, values.Cells);
        for (var i = 0; i < cells.Length; i++) cells[i] = Kleene.Of(ValueNode<T>.IsMissing(values.Cells[i]));
    }

    public override TruthSets? Sets() => value is NumberColumnNode or DateColumnNode ? new(NumberSet.None, NumberSet.Every) : null;
}

/// <summary>Compares numbers, dates or truths.</summary>
internal sealed class ComparisonNode<T>(ComparisonOperator comparison, ValueNode<T> left, ValueNode<T> right) : TruthNode where T : unmanaged, IComparable<T>
{
    public override void Evaluate(Chunk chunk, Span<byte> cells)
    {
        using var a = new Scratch<T>(chunk.Count);
        using var b = new Scratch<T>(chunk.Count);
        left.Evaluate(chunk, a.Cells);
        right.Evaluate(chunk, b.Cells);
        for (var i = 0; i < cells.Length; i++)
        {
            T x = a.Cells[i], y = b.Cells[i];
            cells[i] = ValueNode<T>.IsMissing(x) || ValueNode<T>.IsMissing(y) ? Kleene.Unknown : Kleene.Of(Comparisons.Holds(comparison, x.CompareTo(y)));
        }
    }

    public override TruthSets? Sets()
    {
        if (left is (NumberColumnNode or DateColumnNode) && Constant(right) is { } high) return Of(comparison, high);
        if (right is (NumberColumnNode or DateColumnNode) && Constant(left) is { } low) return Of(Comparisons.Mirrored(comparison), low);
        return null;
    }

    private static TruthSets Of(ComparisonOperator comparison, double value) =>
        new(NumberSet.Where(comparison, value), NumberSet.Where(Comparisons.Opposite(comparison), value));

    private static double? Constant(ValueNode<T> node) => node is not ConstantNode<T> constant ? null
        : constant.Value is double number ? number
        : constant.Value is long ticks ? (ticks < 0 ? double.NaN : ticks) : null;
}

/// <summary>Whether a number or date is one of a list.</summary>
internal sealed class MembershipNode<T>(ValueNode<T> value, T[] ascending) : TruthNode where T : unmanaged, IComparable<T>
{
    public override void Evaluate(Chunk chunk, Span<byte> cells)
    {
        using var values = new Scratch<T>(chunk.Count);
        value.Evaluate(chunk, values.Cells);
        for (var i = 0; i < cells.Length; i++)
            cells[i] = ValueNode<T>.IsMissing(values.Cells[i]) ? Kleene.Unknown : Kleene.Of(Array.BinarySearch(ascending, values.Cells[i]) >= 0);
    }

    public override TruthSets? Sets()
    {
        if (value is not (NumberColumnNode or DateColumnNode)) return null;
        var points = ascending is double[] numbers ? numbers : ascending is long[] ticks ? Array.ConvertAll(ticks, static t => (double)t) : null;
        return points is null ? null : new(NumberSet.Of(points), NumberSet.Except(points));
    }
}

/// <summary>Wraps a truth that comes out of <c>if</c> or <c>coalesce</c> as a condition.</summary>
internal sealed class TruthOf(ValueNode<byte> inner) : TruthNode
{
    public override void Evaluate(Chunk chunk, Span<byte> cells) => inner.Evaluate(chunk, cells);
}

/// <summary>What the comparison operators mean.</summary>
internal static class Comparisons
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds(ComparisonOperator comparison, int order) => comparison switch
    {
        ComparisonOperator.Equal => order == 0,
        ComparisonOperator.NotEqual => order != 0,
        ComparisonOperator.Less => order < 0,
        ComparisonOperator.LessOrEqual => order <= 0,
        ComparisonOperator.Greater => order > 0,
        _ => order >= 0,
    };

    /// <summary>The comparison that holds exactly when the given one does not.</summary>
    public static ComparisonOperator Opposite(ComparisonOperator comparison) => comparison switch
    {
        ComparisonOperator.Equal => ComparisonOperator.NotEqual,
        ComparisonOperator.NotEqual => ComparisonOperator.Equal,
        ComparisonOperator.Less => ComparisonOperator.GreaterOrEqual,
        ComparisonOperator.LessOrEqual => ComparisonOperator.Greater,
        ComparisonOperator.Greater => ComparisonOperator.LessOrEqual,
        _ => ComparisonOperator.Less,
    };

    /// <summary>The comparison with its sides exchanged.</summary>
    public static ComparisonOperator Mirrored(ComparisonOperator comparison) => comparison switch
    {
        ComparisonOperator.Less => ComparisonOperator.Greater,
        ComparisonOperator.LessOrEqual => ComparisonOperator.GreaterOrEqual,
        ComparisonOperator.Greater => ComparisonOperator.Less,
        ComparisonOperator.GreaterOrEqual => ComparisonOperator.LessOrEqual,
        _ => comparison,
    };
}
