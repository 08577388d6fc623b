namespace Semblance.Recipes;

/// <summary>What synthetic data are made for.</summary>
public enum RecipePurpose
{
    /// <summary>To train models on: what counts is how well they predict real rows.</summary>
    Train,
    /// <summary>To test software with: what counts is that every row is valid and all sorts occur.</summary>
    Test,
    /// <summary>To give away: what counts is that nothing tells of a person.</summary>
    Share,
    /// <summary>To add to the real rows: what counts is what these have too little of.</summary>
    Augment,
}
