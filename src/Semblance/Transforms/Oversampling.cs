using Semblance.Data;
using Semblance.Rules;
using Semblance.Transforms;

namespace Semblance;

/// <summary>Small groups made larger.</summary>
public static class Oversampling
{
    extension(Table table)
    {
        /// <summary>
        /// Grows small groups by SMOTE-NC (Chawla et al. 2002): a made row lies between a real row and one of its nearest neighbours in the group; categories are those of most neighbours. No row is taken
        /// away. What comes out holds the real rows and rows close to them: it evens out classes, it protects nobody.
        /// </summary>
        /// <param name="balance">The groups: <c>income</c> grows every value to the size of the most frequent; shares grow the groups that are listed until they stand so to each other.</param>
        /// <param name="run">Seed: streams <c>smote/...</c>; threads.</param>
        /// <param name="neighbours">How many nearest neighbours a row may go towards, 1 to 100; fewer where a group has fewer. The usual 5.</param>
        /// <param name="ct">Cancels.</param>
        /// <exception cref="DataException">A group has no two rows (SB1301), a column makes no groups (SB1302), or too many rows would be made (SB1303).</exception>
        /// <exception cref="RecipeException">The balance can't be read (SB2100, SB2101).</exception>
        /// <exception cref="ArgumentOutOfRangeException">The neighbours are out of range.</exception>
        public Oversampled Smote(Balance balance, Run run, int neighbours = 5, CancellationToken ct = default) =>
            neighbours is >= 1 and <= 100 ? new Smote(table, balance.Bind(table.Schema), neighbours, run, ct).Grow()
                : throw new ArgumentOutOfRangeException(nameof(neighbours), neighbours, "a row has 1 to 100 neighbours");
    }
}
