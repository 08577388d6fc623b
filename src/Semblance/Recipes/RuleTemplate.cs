using System.Globalization;
using System.Text;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Profiles;
using Semblance.Rules;

namespace Semblance.Recipes;

/// <summary>Writes a rules file that makes a table like a profiled one: marginals, gaps, formulas, orders, dependencies. It holds no value that only few rows share.</summary>
public static class RuleTemplate
{
    private const int MostCases = 100; // values of a determining column that are written down

    /// <summary>The YAML of a rules file.</summary>
    /// <param name="name">Name of the table.</param>
    /// <param name="table">The table.</param>
    /// <param name="profile">Its profile.</param>
    public static string For(string name, Table table, Profile profile)
    {
        var constraints = Constraints(profile).ToList();
        var computed = constraints.Where(c => c.Formula is not null).Select(c => c.Formula!.Value).ToHashSet();
        var given = Given(table, profile, computed);
        var key = profile.Keys.Where(k => k.Columns.Length == 1).Select(k => k.Columns[0]).Where(c => IsKey(profile.Columns[c])).Select(c => (int?)c).FirstOrDefault();
        string Write(int onlyConstraints)
        {
            var yaml = new StringBuilder();
            yaml.Append(CultureInfo.InvariantCulture, $"# Makes rows like those of a table of {profile.Rows} rows, from its profile alone; no row of it is in here.\n");
            yaml.Append("# Run it with: semblance generate <this file> --seed 1 --to out.csv. All words: docs/rules.md\n");
            yaml.Append("# Columns are drawn by themselves unless a rule below joins them; `semblance fit` learns how they go together.\n");
            yaml.Append("rules: 1\n").Append("name: ").Append(ColumnRules.Quoted(name)).Append('\n').Append(CultureInfo.InvariantCulture, $"rows: {Math.Max(1, profile.Rows)}\n");
            if (key is { } k) yaml.Append("key: ").Append(ColumnRules.Quoted(profile.Columns[k].Name)).Append('\n');
            yaml.Append("columns:\n");
            for (var c = 0; c < profile.Columns.Length; c++)
            {
                var column = profile.Columns[c];
                int? decimals = table.Schema.Columns[c] is { IsNumeric: true } schema ? Math.Min(15, schema.Number.MaxDecimals) : null;
                var rule = given.TryGetValue(c, out var cases) ? cases : c == key && column.Numbers is not null ? "{sequence: 1}" : ColumnRules.Of(column, decimals);
                if (table.Schema.Columns[c] is { Kind: ColumnKind.DateTime, Format: { } format } && rule.StartsWith("{date:", StringComparison.Ordinal)) rule = rule[..^1] + $", format: {ColumnRules.Quoted(format)}}}";
                yaml.Append("  ").Append(ColumnRules.Quoted(column.Name)).Append(": ").Append(rule).Append('\n');
            }
            var kept = constraints.Take(onlyConstraints).ToArray();
            if (kept.Length > 0) yaml.Append("constraints:\n");
            foreach (var (text, _) in kept) yaml.Append("  - ").Append(ColumnRules.Quoted(text)).Append('\n');
            return yaml.ToString();
        }
        // A rule that does not go with the others is left out: what is written must read back.
        for (var i = 0; i < constraints.Count;)
            try
            {
                RuleSchema.Read(Write(i + 1), name);
                i++;
            }
            catch (RecipeException) { constraints.RemoveAt(i); }
        return Write(constraints.Count);
    }

    /// <summary>Identifiers are keys when what makes them gives each row another; numbers become running ones.</summary>
    private static bool IsKey(ColumnProfile column) => column is { Missing: 0, Kind: ColumnKind.Integer or ColumnKind.Identifier } && (column.Numbers is not null || ColumnRules.Of(column, null).Contains("unique", StringComparison.Ordinal) || ColumnRules.Of(column, null).Contains("sequence", StringComparison.Ordinal));

    private static IEnumerable<(string Text, int? Formula)> Constraints(Profile profile)
    {
        foreach (var formula in profile.Formulas.Where(f => f.ExactShare == 1)) yield return (formula.Text.Replace(" ~ ", " = ", StringComparison.Ordinal), formula.Column);
        foreach (var constraint in profile.Constraints)
            if (constraint.Kept && !constraint.Text.StartsWith("combination(", StringComparison.Ordinal) && !constraint.Text.StartsWith("unique(", StringComparison.Ordinal) && !profile.Formulas.Any(f => f.Text == constraint.Text))
                yield return (constraint.Text, null);
    }

    /// <summary>Columns that another determines, as tables of its values; only values that the profile tells.</summary>
    private static Dictionary<int, string> Given(Table table, Profile profile, HashSet<int> computed)
    {
        var given = new Dictionary<int, string>();
        foreach (var dependency in profile.Dependencies.Where(d => d.Exact))
        {
            var (from, to) = (dependency.Determinant, dependency.Dependent);
            if (given.ContainsKey(to) || given.ContainsKey(from) || computed.Contains(to) || table.Columns[from] is not CategoryColumn determinant || table.Columns[to] is not CategoryColumn dependent || profile.Columns[to].Missing > 0) continue;
            var told = profile.Columns[from].Top.Take(MostCases).Select(v => v.Value).ToHashSet(StringComparer.Ordinal);
            if (told.Count < 2) continue;
            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            for (var row = 0; row < table.Rows; row++)
                if (determinant.Codes[row] >= 0 && dependent.Codes[row] >= 0 && determinant.Levels[determinant.Codes[row]] is var level && told.Contains(level)) values[level] = dependent.Levels[dependent.Codes[row]];
            if (values.Count != told.Count) continue;
            var cases = values.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{ColumnRules.Quoted(v.Key)}: {{choice: [{ColumnRules.Quoted(v.Value)}]}}");
            given[to] = $"{{given: {{{ColumnRules.Quoted(profile.Columns[from].Name)}: {{{string.Join(", ", cases)}}}, else: {ColumnRules.Of(profile.Columns[to], null)}}}}}";
        }
        return given;
    }
}
