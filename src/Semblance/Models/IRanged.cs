namespace Semblance.Models;

/// <summary>A model whose settings have ranges. Fitting refuses what is out of range; whoever plans a fit asks first.</summary>
internal interface IRanged
{
    /// <summary>Refuses settings out of range.</summary>
    /// <exception cref="RecipeException">SB2022: a setting is out of range; the message names it.</exception>
    void Check();
}
