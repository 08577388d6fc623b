namespace Semblance.Numerics;

/// <summary>Limits of a single tree.</summary>
public sealed record TreeSettings
{
    /// <summary>Most cuts from root to leaf, 0 to 1,000. Default 1,000: the leaves' size is the limit.</summary>
    public int Depth { get; init; } = 1000;

    /// <summary>Least rows in a leaf, at least 1. Default 5, as synthpop's CART (Nowok, Raab, Dibben, J. Stat. Softw. 2016).</summary>
    public int MinLeaf { get; init; } = 5;

    /// <summary>Least share of the root's impurity that a cut must take away (rpart's cp), 0 to 1. Default 0: any gain.</summary>
    public double MinGain { get; init; }

    /// <summary>Features tried at each cut, drawn anew from <see cref="Stream"/>; 0 = all. Where none of them can cut, more are drawn. Default 0.</summary>
    public int Features { get; init; }

    /// <summary>Name of the random stream, used only where features are drawn.</summary>
    public string Stream { get; init; } = "tree";

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Depth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Depth, 1000);
        ArgumentOutOfRangeException.ThrowIfLessThan(MinLeaf, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Features);
        if (MinGain is not (>= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(MinGain), MinGain, "The least gain must lie in [0, 1].");
    }
}

/// <summary>Settings of a random forest (Breiman, Machine Learning 2001).</summary>
public sealed record ForestSettings
{
    /// <summary>Trees. Default 100.</summary>
    public int Trees { get; init; } = 100;

    /// <summary>Limits of each tree; <see cref="TreeSettings.Features"/> 0 means the square root of the features to classify and a third of them to regress.</summary>
    public TreeSettings Tree { get; init; } = new() { MinLeaf = 1 };

    /// <summary>Rows each tree sees, as a share of all; in (0, 1]. Default 1.</summary>
    public double Rows { get; init; } = 1;

    /// <summary>Draw the rows with replacement (a bootstrap sample). Default true.</summary>
    public bool Replace { get; init; } = true;

    /// <summary>Name of the random stream. Default <c>forest</c>.</summary>
    public string Stream { get; init; } = "forest";
}
