using System.Collections.Immutable;
using Semblance.Rules;

namespace Semblance;

/// <summary>Sensitive columns as text; <c>docs/controls.md</c> describes them.</summary>
public static class FairnessWords
{
    extension(Fairness fairness)
    {
        /// <summary>Finds the columns.</summary>
        /// <exception cref="RecipeException">The sensitive columns can't be read, or the target is one of them (SB2102).</exception>
        /// <exception cref="SchemaException">No such column (SB1202).</exception>
        public BoundFairness Bind(Schema schema)
        {
            var target = schema.Require(fairness.Target, "target");
            return new(target, fairness.Columns(schema));
        }

        /// <summary>Positions of the sensitive columns alone; the target is only checked not to be one of them.</summary>
        internal ImmutableArray<int> Columns(Schema schema)
        {
            var sensitive = ImmutableArray.CreateBuilder<int>();
            foreach (var name in ColumnNames.Of(fairness.Sensitive))
            {
                var index = schema.Require(name, "fair");
                if (name == fairness.Target) throw Bad(fairness, $"`{name}` is the target itself");
                if (sensitive.Contains(index)) throw Bad(fairness, $"column `{name}` stands twice");
                sensitive.Add(index);
            }
            return sensitive.Count > 0 ? sensitive.ToImmutable() : throw Bad(fairness, "no column is named");
        }
    }

    private static RecipeException Bad(Fairness fairness, string why) => new("SB2102", $"fair `{fairness.Sensitive}`: {why}; name the sensitive columns: sex, or sex, race");
}
