using System.Collections.Immutable;

namespace Semblance.Rules;

/// <summary>The numbers between two ends, each of which belongs to it or not.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
/// <param name="LowIncluded">Whether the lower end belongs to it.</param>
/// <param name="HighIncluded">Whether the upper end belongs to it.</param>
public readonly record struct NumberInterval(double Low, double High, bool LowIncluded, bool HighIncluded)
{
    /// <summary>Whether a number belongs to it.</summary>
    public bool Contains(double value) =>
        (LowIncluded ? value >= Low : value > Low) && (HighIncluded ? value <= High : value < High);
}

/// <summary>A set of numbers as disjoint intervals in ascending order.</summary>
public sealed class NumberSet
{
    // A cut lies just before or just after a number; a set is a list of [from, to) pairs of cuts, so that open and closed ends need no cases.
    private readonly record struct Cut(double Value, bool After) : IComparable<Cut>
    {
        public int CompareTo(Cut other) => Value != other.Value ? Value.CompareTo(other.Value) : After.CompareTo(other.After);
    }

    private static readonly Cut Start = new(double.NegativeInfinity, false), End = new(double.PositiveInfinity, true);

    private readonly ImmutableArray<(Cut From, Cut To)> pieces;

    private NumberSet(ImmutableArray<(Cut From, Cut To)> pieces)
    {
        this.pieces = pieces;
        Intervals = [.. pieces.Select(p => new NumberInterval(p.From.Value, p.To.Value, !p.From.After, p.To.After))];
    }

    /// <summary>No number.</summary>
    public static NumberSet None { get; } = new([]);

    /// <summary>Every number.</summary>
    public static NumberSet Every { get; } = new([(Start, End)]);

    /// <summary>The intervals, ascending, with gaps between them.</summary>
    public ImmutableArray<NumberInterval> Intervals { get; }

    /// <summary>Whether nothing belongs to it.</summary>
    public bool IsEmpty => pieces.IsEmpty;

    /// <summary>Whether a number belongs to it; NaN never does.</summary>
    public bool Contains(double value)
    {
        int low = 0, high = Intervals.Length - 1; // the last interval that begins at or below the value
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (Intervals[middle].Low <= value) low = middle + 1;
            else high = middle - 1;
        }
        // An interval open at its low end may hide that the one before it reaches that value: ]1, 2[ after [0, 1].
        return high >= 0 && (Intervals[high].Contains(value) || high > 0 && Intervals[high - 1].Contains(value));
    }

    /// <summary>One interval.</summary>
    public static NumberSet Between(NumberInterval interval) => Where(interval.LowIncluded ? ComparisonOperator.GreaterOrEqual : ComparisonOperator.Greater, interval.Low)
        .Intersect(Where(interval.HighIncluded ? ComparisonOperator.LessOrEqual : ComparisonOperator.Less, interval.High));

    /// <summary>Numbers that belong to either.</summary>
    public NumberSet Union(NumberSet other) => Of([.. pieces, .. other.pieces]);

    /// <summary>Numbers that belong to both.</summary>
    public NumberSet Intersect(NumberSet other)
    {
        var common = ImmutableArray.CreateBuilder<(Cut, Cut)>();
        for (int a = 0, b = 0; a < pieces.Length && b < other.pieces.Length;)
        {
            var from = pieces[a].From.CompareTo(other.pieces[b].From) > 0 ? pieces[a].From : other.pieces[b].From;
            var aEndsFirst = pieces[a].To.CompareTo(other.pieces[b].To) < 0;
            var to = aEndsFirst ? pieces[a].To : other.pieces[b].To;
            if (from.CompareTo(to) < 0) common.Add((from, to));
            if (aEndsFirst) a++;
            else b++;
        }
        return new NumberSet(common.ToImmutable());
    }

    /// <summary>Numbers that compare with a given one in a given way; none when it is NaN.</summary>
    public static NumberSet Where(ComparisonOperator comparison, double value)
    {
        if (double.IsNaN(value)) return None;
        Cut before = new(value, false), after = new(value, true);
        return comparison switch
        {
            ComparisonOperator.Equal => Of([(before, after)]),
            ComparisonOperator.NotEqual => Of([(Start, before), (after, End)]),
            ComparisonOperator.Less => Of([(Start, before)]),
            ComparisonOperator.LessOrEqual => Of([(Start, after)]),
            ComparisonOperator.Greater => Of([(after, End)]),
            _ => Of([(before, End)]),
        };
    }

    /// <inheritdoc/>
    public override string ToString() => IsEmpty ? "{}" : string.Join(" ", Intervals.Select(i => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"{(i.LowIncluded ? '[' : ']')}{i.Low}, {i.High}{(i.HighIncluded ? ']' : '[')}")));

    internal static NumberSet Of(IEnumerable<double> values) => Of([.. values.Select(v => (new Cut(v, false), new Cut(v, true)))]);

    /// <summary>All numbers but the given ones.</summary>
    internal static NumberSet Except(double[] ascending)
    {
        var from = Start;
        var rest = ImmutableArray.CreateBuilder<(Cut, Cut)>(ascending.Length + 1);
        foreach (var value in ascending)
        {
            rest.Add((from, new Cut(value, false)));
            from = new Cut(value, true);
        }
        rest.Add((from, End));
        return Of(rest.ToImmutable());
    }

    private static NumberSet Of(ImmutableArray<(Cut From, Cut To)> unordered)
    {
        var merged = ImmutableArray.CreateBuilder<(Cut From, Cut To)>();
        foreach (var piece in unordered.Where(p => p.From.CompareTo(p.To) < 0).OrderBy(p => p.From))
        {
            if (merged.Count > 0 && piece.From.CompareTo(merged[^1].To) <= 0)
            {
                if (piece.To.CompareTo(merged[^1].To) > 0) merged[^1] = (merged[^1].From, piece.To);
            }
            else merged.Add(piece);
        }
        return new NumberSet(merged.ToImmutable());
    }
}
