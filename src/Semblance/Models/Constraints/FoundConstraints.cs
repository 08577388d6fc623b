using System.Collections.Immutable;
using Semblance.Data;
using Semblance.Profiles;
using Semblance.Rules;

namespace Semblance.Models;

/// <summary>What the profile of a table suggests to be kept.</summary>
internal static class FoundConstraints
{
    /// <summary>Rows below which nothing that holds in all of them is taken for a rule.</summary>
    public const int FewestRows = 100;

    /// <summary>Parts of a profile that are looked at.</summary>
    public const ProfileParts Parts = ProfileParts.Dependencies | ProfileParts.Formulas;

    /// <summary>Rules that the profile found in every row, strongest first.</summary>
    public static ImmutableArray<Constraint> Exact(Profile profile)
    {
        if (profile.Rows < FewestRows) return [];
        return
        [
            .. profile.Formulas.Where(f => f.ExactShare == 1).Select(f => f.Text).Select(Constraint.Parse),
            .. Combinations(profile, profile.Dependencies.Where(d => d.Exact)),
            .. profile.Orders.Where(o => o.Share == 1).Select(o => Constraint.Parse(Order(profile, o))),
            .. profile.Keys.Where(k => k.Columns.Length == 1 && profile.Columns[k.Columns[0]].Kind == ColumnKind.Identifier).Select(k => Constraint.Parse($"unique({Name(profile, k.Columns[0])})")),
        ];
    }

    /// <summary>Rules that hold in nearly every row, or that cost too much to be kept unasked, each with a word on it.</summary>
    public static ImmutableArray<(string Text, string Why)> Proposed(Profile profile) =>
    [
        .. profile.Formulas.Where(f => f.ExactShare is >= 0.9 and < 1).Select(f => (f.Text.Replace(" ~ ", " = ", StringComparison.Ordinal), Share(f.ExactShare))),
        .. profile.Dependencies.Where(d => !d.Exact).Select(d => ($"combination({Name(profile, d.Determinant)}, {Name(profile, d.Dependent)})", $"the first tells the second in {Share(d.Share)}")),
        .. profile.Orders.Where(o => o.Share < 1).Select(o => (Order(profile, o), Share(o.Share))),
        .. profile.Keys.Where(k => k.Columns.Length > 1 || profile.Columns[k.Columns[0]].Kind != ColumnKind.Identifier)
            .Select(k => ($"unique({string.Join(", ", k.Columns.Select(c => Name(profile, c)))})", "different in every row")),
    ];

    /// <summary>Each determining column with all that it determines; no column stands in two.</summary>
    private static IEnumerable<Constraint> Combinations(Profile profile, IEnumerable<FunctionalDependency> dependencies)
    {
        var used = profile.Formulas.Where(f => f.ExactShare == 1).Select(f => f.Column).ToHashSet();
        foreach (var group in dependencies.Where(d => Stands(profile, d.Determinant) && Stands(profile, d.Dependent)).GroupBy(d => d.Determinant).OrderByDescending(g => g.Count()).ThenBy(g => g.Key))
        {
            var dependents = group.Select(d => d.Dependent).Where(c => !used.Contains(c)).Order().ToArray();
            if (used.Contains(group.Key) || dependents.Length == 0) continue;
            used.Add(group.Key);
            used.UnionWith(dependents);
            yield return Constraint.Parse($"combination({Name(profile, group.Key)}, {string.Join(", ", dependents.Select(c => Name(profile, c)))})");
        }
    }

    private static bool Stands(Profile profile, int column) => profile.Columns[column].Kind is not (ColumnKind.Identifier or ColumnKind.Text or ColumnKind.Constant);

    private static string Order(Profile profile, OrderRelation order) => $"{Name(profile, order.Lesser)} {(order.Strict ? "<" : "<=")} {Name(profile, order.Greater)}";

    private static string Name(Profile profile, int column) => new Term.Name(profile.Columns[column].Name).ToString();

    private static string Share(double share) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Math.Floor(share * 10_000) / 100:0.##} % of the rows");
}
