using System.Runtime.CompilerServices;
using Semblance.Data;

namespace Semblance.Rules;

/// <summary>A term bound to a schema. Nodes keep no state, so one tree serves many threads.</summary>
internal abstract class Node;

/// <summary>A node whose cells are numbers (NaN is missing), dates (ticks, negative is missing) or truths (<see cref="Kleene"/>).</summary>
internal abstract class ValueNode<T> : Node where T : unmanaged
{
    public abstract void Evaluate(Chunk chunk, Span<T> cells);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsMissing(T cell)
    {
        if (typeof(T) == typeof(double)) return double.IsNaN((double)(object)cell);
        if (typeof(T) == typeof(long)) return (long)(object)cell < 0;
        return (byte)(object)cell == Kleene.Unknown;
    }

    public static T Missing => typeof(T) == typeof(double) ? (T)(object)double.NaN : typeof(T) == typeof(long) ? (T)(object)-1L : (T)(object)Kleene.Unknown;
}

/// <summary>A condition.</summary>
internal abstract class TruthNode : ValueNode<byte>
{
    /// <summary>Which values of the only column make it true and which false; null when intervals can't say it.</summary>
    public virtual TruthSets? Sets() => null;
}

/// <summary>A condition on one column of numbers or dates as sets of values; what is in neither set is unknown.</summary>
internal sealed record TruthSets(NumberSet True, NumberSet False);

internal sealed class ConstantNode<T>(T value) : ValueNode<T> where T : unmanaged
{
    public T Value => value;

    public override void Evaluate(Chunk chunk, Span<T> cells) => cells.Fill(value);
}

internal sealed class TruthConstantNode(byte truth) : TruthNode
{
    public override void Evaluate(Chunk chunk, Span<byte> cells) => cells.Fill(truth);

    public override TruthSets? Sets() =>
        new(truth == Kleene.True ? NumberSet.Every : NumberSet.None, truth == Kleene.False ? NumberSet.Every : NumberSet.None);
}

/// <summary>A column of numbers.</summary>
internal sealed class NumberColumnNode(int column) : ValueNode<double>
{
    public override void Evaluate(Chunk chunk, Span<double> cells) =>
        chunk.Evaluation.Column<NumberColumn>(column).Values.AsSpan(chunk.Start, chunk.Count).CopyTo(cells);
}

/// <summary>A column of dates.</summary>
internal sealed class DateColumnNode(int column, string? format) : ValueNode<long>
{
    /// <summary>How the column writes its dates; a literal compared with it may be written so.</summary>
    public string? Format => format;

    public override void Evaluate(Chunk chunk, Span<long> cells) =>
        chunk.Evaluation.Column<DateTimeColumn>(column).Ticks.AsSpan(chunk.Start, chunk.Count).CopyTo(cells);
}

internal sealed class AllNode(TruthNode[] parts) : TruthNode
{
    public override void Evaluate(Chunk chunk, Span<byte> cells)
    {
        cells.Fill(Kleene.True);
        using var part = new Scratch<byte>(chunk.Count);
        foreach (var node in parts)
        {
            node.Evaluate(chunk, part.Cells);
            for (var i = 0; i < cells.Length; i++) cells[i] = Math.Min(cells[i], part.Cells[i]);
        }
    }

    public override TruthSets? Sets()
    {
        NumberSet yes = NumberSet.Every, no = NumberSet.None;
        foreach (var part in parts)
        {
            if (part.Sets() is not { } sets) return null;
            (yes, no) = (yes.Intersect(sets.True), no.Union(sets.False));
        }
        return new(yes, no);
    }
}

internal sealed class AnyNode(TruthNode[] parts) : TruthNode
{
    public override void Evaluate(Chunk chunk, Span<byte> cells)
    {
        cells.Fill(Kleene.False);
        using var part = new Scratch<byte>(chunk.Count);
        foreach (var node in parts)
        {
            node.Evaluate(chunk, part.Cells);
            for (var i = 0; i < cells.Length; i++) cells[i] = Math.Max(cells[i], part.Cells[i]);
        }
    }

    public override TruthSets? Sets()
    {
        NumberSet yes = NumberSet.None, no = NumberSet.Every;
        foreach (var part in parts)
        {
            if (part.Sets() is not { } sets) return null;
            (yes, no) = (yes.Union(sets.True), no.Intersect(sets.False));
        }
        return new(yes, no);
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

/// <summary>Picks one of two by a condition; unknown picks the second, as in SQL.</summary>
internal sealed class ChoiceNode<T>(TruthNode condition, ValueNode<T> yes, ValueNode<T> no) : ValueNode<T> where T : unmanaged
{
    public override void Evaluate(Chunk chunk, Span<T> cells)
    {
        using var truth = new Scratch<byte>(chunk.Count);
        using var other = new Scratch<T>(chunk.Count);
        condition.Evaluate(chunk, truth.Cells);
        yes.Evaluate(chunk, cells);
        no.Evaluate(chunk, other.Cells);
        for (var i = 0; i < cells.Length; i++)
            if (truth.Cells[i] != Kleene.True) cells[i] = other.Cells[i];
    }
}

/// <summary>The first that is not missing.</summary>
internal sealed class CoalesceNode<T>(ValueNode<T>[] parts) : ValueNode<T> where T : unmanaged
{
    public override void Evaluate(Chunk chunk, Span<T> cells)
    {
        parts[0].Evaluate(chunk, cells);
        using var next = new Scratch<T>(chunk.Count);
        for (var p = 1; p < parts.Length; p++)
        {
            parts[p].Evaluate(chunk, next.Cells);
            for (var i = 0; i < cells.Length; i++)
                if (IsMissing(cells[i])) cells[i] = next.Cells[i];
        }
    }
}

/// <summary>The least or the greatest; missing when any is.</summary>
internal sealed class ExtremeNode<T>(ValueNode<T>[] parts, bool greatest) : ValueNode<T> where T : unmanaged, IComparable<T>
{
    public override void Evaluate(Chunk chunk, Span<T> cells)
    {
        parts[0].Evaluate(chunk, cells);
        using var next = new Scratch<T>(chunk.Count);
        for (var p = 1; p < parts.Length; p++)
        {
            parts[p].Evaluate(chunk, next.Cells);
            for (var i = 0; i < cells.Length; i++)
            {
                T x = cells[i], y = next.Cells[i];
                if (IsMissing(x) || IsMissing(y)) cells[i] = Missing;
                else if (y.CompareTo(x) is var order && (greatest ? order > 0 : order < 0)) cells[i] = y;
            }
        }
    }
}

/// <summary>Wraps a truth that comes out of <c>if</c> or <c>coalesce</c> as a condition.</summary>
internal sealed class TruthOf(ValueNode<byte> inner) : TruthNode
{
    public override void Evaluate(Chunk chunk, Span<byte> cells) => inner.Evaluate(chunk, cells);
}

/// <summary>Arithmetic on numbers; what has no result is missing.</summary>
internal sealed class ArithmeticNode(ArithmeticOperator operation, ValueNode<double> left, ValueNode<double> right) : ValueNode<double>
{
    public override void Evaluate(Chunk chunk, Span<double> cells)
    {
        left.Evaluate(chunk, cells);
        using var other = new Scratch<double>(chunk.Count);
        right.Evaluate(chunk, other.Cells);
        var y = other.Cells;
        switch (operation)
        {
            case ArithmeticOperator.Add:
                for (var i = 0; i < cells.Length; i++) cells[i] += y[i];
                break;
            case ArithmeticOperator.Subtract:
                for (var i = 0; i < cells.Length; i++) cells[i] -= y[i];
                break;
            case ArithmeticOperator.Multiply:
                for (var i = 0; i < cells.Length; i++) cells[i] *= y[i];
                break;
            case ArithmeticOperator.Divide:
                for (var i = 0; i < cells.Length; i++) cells[i] = y[i] == 0 ? double.NaN : cells[i] / y[i];
                break;
            default:
                for (var i = 0; i < cells.Length; i++) cells[i] %= y[i]; // NaN when y is 0
                break;
        }
    }
}

/// <summary>A number from a number, cell by cell.</summary>
internal sealed class MappedNode(ValueNode<double> operand, Func<double, double> map) : ValueNode<double>
{
    public override void Evaluate(Chunk chunk, Span<double> cells)
    {
        operand.Evaluate(chunk, cells);
        foreach (ref var cell in cells) cell = map(cell);
    }
}

/// <summary>A number from a date: a part of it.</summary>
internal sealed class DatePartNode(ValueNode<long> operand, Func<DateTime, int> part) : ValueNode<double>
{
    public override void Evaluate(Chunk chunk, Span<double> cells)
    {
        using var ticks = new Scratch<long>(chunk.Count);
        operand.Evaluate(chunk, ticks.Cells);
        for (var i = 0; i < cells.Length; i++) cells[i] = ticks.Cells[i] < 0 ? double.NaN : part(new DateTime(ticks.Cells[i]));
    }
}

/// <summary>Days between two dates.</summary>
internal sealed class DaysNode(ValueNode<long> left, ValueNode<long> right) : ValueNode<double>
{
    public override void Evaluate(Chunk chunk, Span<double> cells)
    {
        using var a = new Scratch<long>(chunk.Count);
        using var b = new Scratch<long>(chunk.Count);
        left.Evaluate(chunk, a.Cells);
        right.Evaluate(chunk, b.Cells);
        for (var i = 0; i < cells.Length; i++)
            cells[i] = a.Cells[i] < 0 || b.Cells[i] < 0 ? double.NaN : (a.Cells[i] - b.Cells[i]) / (double)TimeSpan.TicksPerDay;
    }
}

/// <summary>A date some days later (or earlier); missing outside the years 1 to 9999.</summary>
internal sealed class ShiftedDateNode(ValueNode<long> date, ValueNode<double> days, int sign) : ValueNode<long>
{
    public override void Evaluate(Chunk chunk, Span<long> cells)
    {
        date.Evaluate(chunk, cells);
        using var shift = new Scratch<double>(chunk.Count);
        days.Evaluate(chunk, shift.Cells);
        for (var i = 0; i < cells.Length; i++)
        {
            var ticks = Math.Round(sign * shift.Cells[i] * TimeSpan.TicksPerDay);
            // The comparison is false for NaN, too; beyond 4e18 ticks no date is left and the sum could overflow.
            var moved = cells[i] >= 0 && Math.Abs(ticks) < 4e18 ? cells[i] + (long)ticks : -1;
            cells[i] = moved > DateTime.MaxValue.Ticks ? -1 : moved;
        }
    }
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
