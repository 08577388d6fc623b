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
        public Profile Profile(ProfileOptions options, Run run, CancellationToken ct = default) =>
            Profiler.Describe(table, options, run, ct);
    }
}
