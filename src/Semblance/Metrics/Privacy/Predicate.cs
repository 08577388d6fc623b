namespace Semblance.Metrics;

/// <summary>What a condition asks of a cell.</summary>
internal enum Comparator
{
    Equal,
    AtMost,
    AtLeast,
    Missing,
}

/// <summary>A condition on one column. A missing cell meets none but <see cref="Comparator.Missing"/>.</summary>
/// <param name="Feature">The column.</param>
/// <param name="Is">What is asked.</param>
/// <param name="Value">The number, or the code of a category.</param>
internal readonly record struct Condition(Feature Feature, Comparator Is, double Value)
{
    /// <summary>Moves the rows that meet it to the front, in order, and returns how many do.</summary>
    public int Keep(Side side, Span<int> rows)
    {
        var kept = 0;
        if (Feature.Type == FeatureType.Category)
        {
            var codes = Feature.Codes[(int)side];
            var wanted = Is == Comparator.Missing ? -1 : (int)Value;
            foreach (var row in rows)
                if (codes[row] == wanted) rows[kept++] = row;
            return kept;
        }
        var numbers = Feature.Numbers[(int)side];
        switch (Is)
        {
            case Comparator.Equal:
                foreach (var row in rows)
                    if (numbers[row] == Value) rows[kept++] = row;
                break;
            case Comparator.AtMost:
                foreach (var row in rows)
                    if (numbers[row] <= Value) rows[kept++] = row;
                break;
            case Comparator.AtLeast:
                foreach (var row in rows)
                    if (numbers[row] >= Value) rows[kept++] = row;
                break;
            default:
                foreach (var row in rows)
                    if (double.IsNaN(numbers[row])) rows[kept++] = row;
                break;
        }
        return kept;
    }
}

/// <summary>Conditions that all must hold: a guess that somebody is the only one to whom they apply.</summary>
internal sealed class Predicate(params Condition[] conditions)
{
    /// <summary>How many of the rows meet it, and the first that does, or -1. The rows are used as working space.</summary>
    public (int Count, int First) Matches(Side side, Span<int> rows)
    {
        foreach (var condition in conditions) rows = rows[..condition.Keep(side, rows)];
        return (rows.Length, rows.IsEmpty ? -1 : rows[0]);
    }
}
