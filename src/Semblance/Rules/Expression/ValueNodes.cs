namespace Semblance.Rules;

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
