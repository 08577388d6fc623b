using Semblance.Data;
using Semblance.Rules;

namespace Semblance;

/// <summary>Conditions on tables.</summary>
public static class ConditionWords
{
    extension(Condition condition)
    {
        /// <summary>Parses the condition and checks it against a schema.</summary>
        /// <exception cref="RecipeException">It can't be read, or does not fit the schema (SB2060 to SB2071).</exception>
        public BoundCondition Bind(Schema schema) => Expression.Parse(condition.Text).Bind(schema);
    }

    extension(Table table)
    {
        /// <summary>The rows for which a condition is true, in their order: <c>table.Where(new("age >= 60"))</c>.</summary>
        /// <exception cref="RecipeException">The condition can't be read, or does not fit the schema (SB2060 to SB2071).</exception>
        public Table Where(Condition condition)
        {
            var mask = new bool[table.Rows];
            condition.Bind(table.Schema).Evaluate(table, mask);
            var rows = new int[mask.AsSpan().Count(true)];
            for (int row = 0, n = 0; row < mask.Length; row++)
                if (mask[row]) rows[n++] = row;
            return table.Take(rows);
        }
    }
}
