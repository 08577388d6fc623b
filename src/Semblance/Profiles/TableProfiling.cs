using System.Collections.Immutable;
using Semblance.Data;
using Semblance.Profiles;

namespace Semblance;

/// <summary>Profiles tables.</summary>
public static class TableProfiling
{
    extension(Table table)
    {
        /// <summary>Describes a table with the default options.</summary>
        public Profile Profile(Run run, CancellationToken ct = default) => table.Profile(new ProfileOptions(), run, ct);

        /// <summary>Describes a table. Deterministic for one seed at any thread count; the seed only matters where a large table is sampled.</summary>
        /// <param name="options">How far to go.</param>
        /// <param name="run">Seed, threads, progress.</param>
        /// <param name="ct">Cancels between columns and pairs.</param>
        public Profile Profile(ProfileOptions options, Run run, CancellationToken ct = default)
        {
            var columns = new ColumnProfile[table.Columns.Length];
            for (var i = 0; i < columns.Length; i++)
            {
                ct.ThrowIfCancellationRequested();
                var column = table.Columns[i];
                long missing = 0;
                for (var row = 0; row < column.Count; row++)
                    if (column.IsMissing(row)) missing++;
                columns[i] = new ColumnProfile { Name = column.Name, Kind = column.Kind, Present = column.Count - missing, Missing = missing, Distinct = 0 };
                run.Report(Stage.Profile, column.Name, i + 1, columns.Length);
            }
            return new Profile { Rows = table.Rows, Columns = ImmutableArray.Create(columns), DuplicateRows = 0 };
        }
    }
}
