using System.Collections.Immutable;

namespace Semblance.Rules;

/// <summary>A balance checked against a schema: which columns, and which values are to occur how often.</summary>
/// <param name="Columns">Positions of the columns, in the order in which they were named.</param>
/// <param name="WithMissing">For each of them, whether gaps are a group of their own where no groups are listed.</param>
/// <param name="Groups">The groups with their shares; empty for every combination equally often.</param>
public sealed record BoundBalance(ImmutableArray<int> Columns, ImmutableArray<bool> WithMissing, ImmutableArray<BalanceGroup> Groups);

/// <summary>One group of rows.</summary>
/// <param name="Values">Text of the value in each column; null for a gap.</param>
/// <param name="Share">Share of all rows; the shares of all groups add up to 1.</param>
public sealed record BalanceGroup(ImmutableArray<string?> Values, double Share);
