using System.Collections.Immutable;

namespace Semblance.Rules;

/// <summary>Fairness checked against a schema.</summary>
/// <param name="Target">Position of the target.</param>
/// <param name="Sensitive">Positions of the sensitive columns, in the order in which they were named.</param>
public sealed record BoundFairness(int Target, ImmutableArray<int> Sensitive)
{
    /// <summary>Rows of a group below which whole rows keep its shares from being equal to within 0.02: 2 / 0.02.</summary>
    public const int LeastRows = 100;

    /// <summary>How far apart the shares of one value of the target may lie in two groups of <see cref="LeastRows"/> rows or more.</summary>
    public const double Tolerance = 0.02;
}
