using System.Collections.Immutable;

namespace Semblance.Metrics;

/// <summary>
/// How columns depend on each other. An entry is Pearson's r for two numeric columns (-1 to 1) and Cramér's V when one is a category (0 to 1, numbers cut in 10
/// equal-width bins of the real data). Wide tables show the columns with the strongest dependence in the real data, at most <see cref="MaxColumns"/>.
/// </summary>
public sealed record PairDetail
{
    /// <summary>Most columns a matrix has.</summary>
    public const int MaxColumns = 60;

    /// <summary>Columns of the matrices, in schema order.</summary>
    public required ImmutableArray<string> Columns { get; init; }

    /// <summary>Dependence in the real data.</summary>
    public required DependenceMatrix Real { get; init; }

    /// <summary>Dependence in the synthetic data.</summary>
    public required DependenceMatrix Synthetic { get; init; }

    /// <summary>Dependence in the holdout, null without one.</summary>
    public DependenceMatrix? Holdout { get; init; }

    /// <summary>The pairs furthest below what fresh real rows get (below 1 without a holdout), worst first; at most 20.</summary>
    public ImmutableArray<PairScore> Worst { get; init; } = [];

    /// <summary>Pairs scored in all.</summary>
    public int Pairs { get; init; }

    /// <summary>Pairs that are related in the real data (|r| above 0.5 or V above 0.3).</summary>
    public int RelatedPairs { get; init; }
}

/// <summary>A symmetric matrix with 1 on its diagonal.</summary>
/// <param name="Size">Rows and columns.</param>
/// <param name="Values">Row by row.</param>
public sealed record DependenceMatrix(int Size, ImmutableArray<double> Values)
{
    /// <summary>An entry.</summary>
    public double this[int row, int column] => Values[row * Size + column];
}

/// <summary>How well one pair of columns was kept.</summary>
/// <param name="First">A column.</param>
/// <param name="Second">Another column, later in the schema.</param>
/// <param name="Measure"><c>Pearson</c> or <c>Cramér's V</c>.</param>
/// <param name="Real">Dependence in the real data.</param>
/// <param name="Synthetic">Dependence in the synthetic data.</param>
/// <param name="Score">1 - |difference| / 2 of the correlations, or 1 - total variation distance of the contingency tables.</param>
/// <param name="Ceiling">The same for the holdout, brought to the synthetic data's size.</param>
public sealed record PairScore(string First, string Second, string Measure, double Real, double Synthetic, double Score, double? Ceiling);
