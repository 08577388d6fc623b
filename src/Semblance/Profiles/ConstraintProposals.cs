using System.Collections.Immutable;
using System.Globalization;

namespace Semblance.Profiles;

/// <summary>A rule that the data keep, as the text of a constraint: to be given to <c>--constraint</c> or to <c>constraints</c> of a recipe.</summary>
/// <param name="Text"><c>combination(icd, diagnosis)</c>, <c>total = price * quantity</c>, <c>admitted &lt;= discharged</c>, <c>unique(visit_id)</c>.</param>
/// <param name="Kept">Whether it holds in every row and is kept by a fit without being asked for; the others are proposals.</param>
/// <param name="Why">How far it holds, in words.</param>
public sealed record ProposedConstraint(string Text, bool Kept, string Why)
{
    /// <summary>As an option for a command line: <c>--constraint "admitted &lt;= discharged"</c>; in single quotes where a shell would look into double ones.</summary>
    public string Option => Text.AsSpan().ContainsAny('`', '$', '"') ? $"--constraint '{Text.Replace("'", "'\\''", StringComparison.Ordinal)}'" : $"--constraint \"{Text}\"";
}

/// <summary>What a profile has found, written as constraints.</summary>
internal static class ConstraintProposals
{
    /// <summary>Rows below which nothing that holds in all of them is taken for a rule.</summary>
    private const int FewestRows = 100;

    public static ImmutableArray<ProposedConstraint> Of(Profile profile)
    {
        var kept = Exact(profile).Select(text => new ProposedConstraint(text, profile.Rows >= FewestRows, "in every row")).ToList();
        return [.. kept, .. Near(profile).Where(p => !kept.Exists(k => k.Text == p.Text))];
    }

    private static IEnumerable<string> Exact(Profile profile) =>
    [
        .. profile.Formulas.Where(f => f.ExactShare == 1).Select(f => f.Text),
        .. Combinations(profile),
        .. profile.Orders.Where(o => o.Share == 1).Select(o => Order(profile, o)),
        .. profile.Keys.Where(k => k.Columns.Length == 1 && profile.Columns[k.Columns[0]].Kind == ColumnKind.Identifier).Select(k => Key(profile, k)),
    ];

    /// <summary>Rules that hold in nearly every row, and keys, which cost what a column has to do with others.</summary>
    private static IEnumerable<ProposedConstraint> Near(Profile profile) =>
    [
        .. profile.Formulas.Where(f => f.ExactShare is >= 0.9 and < 1).Select(f => new ProposedConstraint(f.Text.Replace(" ~ ", " = ", StringComparison.Ordinal), false, Share(f.ExactShare))),
        .. profile.Dependencies.Where(d => !d.Exact && Stands(profile, d.Determinant) && Stands(profile, d.Dependent)).Select(d => new ProposedConstraint($"combination({Name(profile, d.Determinant)}, {Name(profile, d.Dependent)})", false, Share(d.Share))),
        .. profile.Orders.Where(o => o.Share < 1).Select(o => new ProposedConstraint(Order(profile, o), false, Share(o.Share))),
        .. profile.Keys.Select(k => new ProposedConstraint(Key(profile, k), false, "in every row; what the column that is made anew has to do with others is lost")),
    ];

    /// <summary>Each determining column with all that it determines; no column stands in two.</summary>
    private static IEnumerable<string> Combinations(Profile profile)
    {
        var used = profile.Formulas.Where(f => f.ExactShare == 1).Select(f => f.Column).ToHashSet();
        foreach (var group in profile.Dependencies.Where(d => d.Exact && Stands(profile, d.Determinant) && Stands(profile, d.Dependent)).GroupBy(d => d.Determinant).OrderByDescending(g => g.Count()).ThenBy(g => g.Key))
        {
            var dependents = group.Select(d => d.Dependent).Where(c => !used.Contains(c)).Order().ToArray();
            if (used.Contains(group.Key) || dependents.Length == 0) continue;
            used.Add(group.Key);
            used.UnionWith(dependents);
            yield return $"combination({Name(profile, group.Key)}, {string.Join(", ", dependents.Select(c => Name(profile, c)))})";
        }
    }

    private static bool Stands(Profile profile, int column) => profile.Columns[column].Kind is not (ColumnKind.Identifier or ColumnKind.Text or ColumnKind.Constant);

    private static string Order(Profile profile, OrderRelation order) => $"{Name(profile, order.Lesser)} {(order.Strict ? "<" : "<=")} {Name(profile, order.Greater)}";

    private static string Key(Profile profile, UniqueKey key) => $"unique({string.Join(", ", key.Columns.Select(c => Name(profile, c)))})";

    private static string Name(Profile profile, int column) => MissingSearch.Name(profile.Columns[column].Name);

    private static string Share(double share) => string.Create(CultureInfo.InvariantCulture, $"in {Math.Floor(share * 10_000) / 100:0.##} % of the rows");
}
