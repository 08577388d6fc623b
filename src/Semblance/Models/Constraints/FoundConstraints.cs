using System.Collections.Immutable;
using Semblance.Profiles;
using Semblance.Rules;

namespace Semblance.Models;

/// <summary>Rules that the profile of a table finds in every row, as constraints.</summary>
internal static class FoundConstraints
{
    /// <summary>Parts of a profile that are looked at.</summary>
    public const ProfileParts Parts = ProfileParts.Dependencies | ProfileParts.Formulas;

    /// <summary>Strongest first.</summary>
    public static ImmutableArray<Constraint> Exact(Profile profile) => [.. profile.Constraints.Where(c => c.Kept).Select(c => Constraint.Parse(c.Text))];
}
