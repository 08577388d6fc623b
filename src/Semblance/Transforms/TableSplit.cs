using Semblance.Data;

namespace Semblance;

/// <summary>Splitting tables.</summary>
public static class TableSplit
{
    extension(Table table)
    {
        /// <summary>
        /// Parts a table at random into rows to learn from and rows to judge with. The rows of each part keep their order. Deterministic for one seed.
        /// </summary>
        /// <param name="share">Share of the rows that go to the first part, strictly between 0 and 1; 0.8 is usual. Rounded to whole rows, at least one for the first part.</param>
        /// <param name="run">Seed: stream <c>split</c>.</param>
        /// <returns>Train and holdout. With a single row the holdout is empty.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The share is not between 0 and 1.</exception>
        public (Table Train, Table Holdout) Split(double share, Run run)
        {
            if (!(share > 0 && share < 1)) throw new ArgumentOutOfRangeException(nameof(share), share, "the share must lie between 0 and 1");
            var rows = new int[table.Rows];
            for (var i = 0; i < rows.Length; i++) rows[i] = i;
            run.Stream("split").Sequence().Shuffle<int>(rows);
            var first = Math.Min(rows.Length, Math.Max(1, (int)Math.Round(share * rows.Length)));
            Array.Sort(rows, 0, first);
            Array.Sort(rows, first, rows.Length - first);
            return (table.Take(rows.AsSpan(0, first)), table.Take(rows.AsSpan(first)));
        }
    }
}
