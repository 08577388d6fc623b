using System.Collections.Immutable;
using Semblance.Metrics;

namespace Semblance.Recipes;

/// <summary>Metrics as a recipe names them.</summary>
internal static class MetricNames
{
    /// <summary>The metric of this name, or all of a family: <c>privacy</c>.</summary>
    /// <exception cref="RecipeException">No such metric (SB2050); the message names the nearest.</exception>
    public static ImmutableArray<string> Of(string text)
    {
        var family = MetricCatalog.Default.Metrics.Select(m => m.Name).Where(name => name.StartsWith(text + ".", StringComparison.Ordinal)).ToImmutableArray();
        return family.IsEmpty ? [MetricCatalog.Default.Require(text).Name] : family;
    }
}
