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
