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
    public bool Holds(Side side, int row)
    {
        if (Feature.Type == FeatureType.Category)
        {
            var code = Feature.Codes[(int)side][row];
            return Is == Comparator.Missing ? code < 0 : code == (int)Value;
        }
        var number = Feature.Numbers[(int)side][row];
        return Is switch
        {
            Comparator.Equal => number == Value,
            Comparator.AtMost => number <= Value,
            Comparator.AtLeast => number >= Value,
            _ => double.IsNaN(number),
        };
    }
}

/// <summary>Conditions that all must hold: a guess that somebody is the only one to whom they apply.</summary>
internal sealed class Predicate(params Condition[] conditions)
{
    /// <summary>How many rows of a side meet it, and the first that does, or -1.</summary>
    public (int Count, int First) Matches(Side side, int rows)
    {
        int count = 0, first = -1;
        for (var row = 0; row < rows; row++)
        {
            var holds = true;
            for (var k = 0; k < conditions.Length && holds; k++) holds = conditions[k].Holds(side, row);
            if (!holds) continue;
            if (count++ == 0) first = row;
        }
        return (count, first);
    }
}
