using System.Collections.Immutable;
using System.Globalization;
using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Profiles;

/// <summary>Makes a profile, part by part.</summary>
internal static class Profiler
{
    private const int MostTexts = 20;      // text columns that take part in keys and dependencies
    private const double LeastPresent = 0.01;

    public static Profile Describe(Table table, ProfileOptions options, Run run, CancellationToken ct)
    {
        var notes = ImmutableArray.CreateBuilder<string>();
        var columns = Columns(table, options, run, ct);
        var profile = new Profile { Rows = table.Rows, Columns = ImmutableArray.Create(columns), DuplicateRows = 0 };

        if (options.Parts.HasFlag(ProfileParts.Rows))
        {
            run.Report(Stage.Profile, "rows", 0);
            profile = profile with { DuplicateRows = RowHash.Repeats(RowHash.Of(table, run, ct)), Clock = ClockSearch.Find(table) };
        }
        if (options.Parts.HasFlag(ProfileParts.Missing)) profile = profile with { MissingPatterns = MissingSearch.Patterns(table, columns) };
        profile = Relations(profile, table, columns, options, notes, run, ct);
        return profile with { Warnings = Warnings(profile), Notes = notes.ToImmutable() };
    }

    private static ColumnProfile[] Columns(Table table, ProfileOptions options, Run run, CancellationToken ct)
    {
        var columns = new ColumnProfile[table.Columns.Length];
        var done = 0;
        Blocks.For(columns.Length, run, ct, i =>
        {
            columns[i] = ColumnScan.Describe(table.Columns[i], options);
            run.Report(Stage.Profile, table.Columns[i].Name, Interlocked.Increment(ref done), columns.Length);
        });
        return columns;
    }

    private static Profile Relations(Profile profile, Table table, ColumnProfile[] columns, ProfileOptions options, ImmutableArray<string>.Builder notes, Run run, CancellationToken ct)
    {
        const ProfileParts Needing = ProfileParts.Pairs | ProfileParts.Dependencies | ProfileParts.Formulas | ProfileParts.Missing;
        if ((options.Parts & Needing) == 0 || table.Rows == 0) return profile;

        var rows = SampleRows(table.Rows, options.PairRows, run);
        if (rows is not null)
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"Relations between columns were looked for on {rows.Length:N0} of {table.Rows:N0} rows, drawn by the run's seed; dependencies, keys and orders were then counted on all."));
        var coded = Code(table, columns, options, rows, notes, run, ct);
        profile = profile with { PairRows = rows?.Length ?? table.Rows, PairColumns = [.. coded.Pairs.Select(c => c.Index)] };

        if (options.Parts.HasFlag(ProfileParts.Pairs)) profile = profile with { Pairs = Pairs(coded.Pairs, run, ct) };
        if (options.Parts.HasFlag(ProfileParts.Missing))
        {
            run.Report(Stage.Profile, "gaps", 0);
            profile = profile with { MissingRules = MissingSearch.Rules(coded.Gapped, coded.Pairs, Math.Max(1, options.MinimumCount), run, ct) };
        }
        if (options.Parts.HasFlag(ProfileParts.Dependencies))
        {
            run.Report(Stage.Profile, "dependencies", 0);
            var (found, cut) = DependencySearch.Find(coded.All, run, ct);
            if (cut) notes.Add(string.Create(CultureInfo.InvariantCulture, $"More dependencies hold than the {found.Length:N0} listed."));
            profile = profile with
            {
                Dependencies = rows is null ? found : DependencySearch.OnAllRows(found, table),
                // Rows that repeat as a whole leave no set of columns unique.
                Keys = profile.DuplicateRows > 0 ? [] : KeySearch.Find(columns, coded.All, table.Rows, ct),
            };
        }
        if (options.Parts.HasFlag(ProfileParts.Formulas))
        {
            run.Report(Stage.Profile, "formulas", 0);
            var orders = OrderSearch.Find(coded.Pairs, run, ct);
            profile = profile with { Formulas = FormulaSearch.Find(coded.Pairs, run, ct), Orders = rows is null ? orders : OrderSearch.OnAllRows(orders, table) };
        }
        return profile;
    }

    private sealed record Coded(CodedColumn[] Pairs, CodedColumn[] All, CodedColumn[] Gapped);

    private static Coded Code(Table table, ColumnProfile[] columns, ProfileOptions options, int[]? rows, ImmutableArray<string>.Builder notes, Run run, CancellationToken ct)
    {
        // Which columns: those that vary; of very many the most varied, by how evenly their values are spread.
        var varied = new List<int>();
        var texts = new List<int>();
        for (var i = 0; i < columns.Length; i++)
        {
            if (columns[i].Distinct < 2 || columns[i].Present < LeastPresent * table.Rows) continue;
            if (table.Columns[i] is TextColumn) texts.Add(i);
            else varied.Add(i);
        }
        if (varied.Count > options.PairColumns)
        {
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"Relations between columns were looked for among {options.PairColumns:N0} of {varied.Count:N0} columns: the most varied ones."));
            varied = [.. varied.OrderByDescending(i => Variety(columns[i])).ThenBy(i => i).Take(options.PairColumns).Order()];
        }
        texts = [.. texts.Where(i => columns[i].Distinct <= 0.98 * columns[i].Present).Take(MostTexts)];

        int[] chosen = [.. varied.Concat(texts).Order()];
        var coded = new CodedColumn[chosen.Length];
        Blocks.For(chosen.Length, run, ct, i =>
        {
            coded[i] = CodedColumn.Of(chosen[i], table.Columns[chosen[i]], rows);
            if (coded[i].Source is not TextColumn) coded[i].Bin();
        });
        coded = [.. coded.Where(c => c.Levels > 1)];
        CodedColumn[] pairs = [.. coded.Where(c => c.Source is not TextColumn)];
        return new Coded(pairs, coded, [.. coded.Where(c => c.Counts[0] > 0)]);
    }

    // Values that repeat and vary tell most about others: a two-valued column and one of unique numbers are both in, but after richer ones.
    private static double Variety(ColumnProfile column) => column.Present / (double)(column.Present + column.Missing) * Math.Min(column.Distinct, 20);

    private static ImmutableArray<PairDependence> Pairs(CodedColumn[] columns, Run run, CancellationToken ct)
    {
        var found = new PairDependence[columns.Length][];
        var done = 0;
        Blocks.For(columns.Length, run, ct, a =>
        {
            var row = found[a] = new PairDependence[columns.Length - a - 1];
            for (var b = a + 1; b < columns.Length; b++)
            {
                ct.ThrowIfCancellationRequested();
                row[b - a - 1] = PairMeasures.Of(columns[a], columns[b]);
            }
            run.Report(Stage.Profile, "pairs", Interlocked.Increment(ref done), columns.Length);
        });
        return [.. found.SelectMany(row => row)];
    }

    // Ascending rows of a sample without repetition, or null for all rows.
    private static int[]? SampleRows(int rows, int most, Run run)
    {
        most = Math.Max(1, most);
        if (rows <= most) return null;
        var sequence = run.Stream("profile/rows").Sequence();
        var sample = new int[most];
        var taken = 0;
        for (var row = 0; taken < most; row++) // selection sampling: each subset is equally likely (Knuth, algorithm S)
            if (sequence.NextUnit() * (rows - row) < most - taken) sample[taken++] = row;
        return sample;
    }

    private static ImmutableArray<Warning> Warnings(Profile profile)
    {
        var warnings = ImmutableArray.CreateBuilder<Warning>();
        if (profile.Rows < 100)
            warnings.Add(new Warning("few-rows", string.Create(CultureInfo.InvariantCulture, $"the table has {profile.Rows:N0} rows; too few to learn much from, and each row weighs much")));
        if (profile.DuplicateRows > 0)
            warnings.Add(new Warning("duplicate-rows", string.Create(CultureInfo.InvariantCulture, $"{profile.DuplicateRows:N0} rows repeat an earlier row in every cell; if that is an accident, remove them before splitting, or the same row is judged and learnt from")));
        return warnings.ToImmutable();
    }
}
