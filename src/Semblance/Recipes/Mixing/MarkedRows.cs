using System.Collections.Immutable;
using Semblance.Data;
using Semblance.Metrics;
using Semblance.Numerics;

namespace Semblance.Recipes;

/// <summary>Real and synthetic rows under one schema, each row marked with where it came from.</summary>
public static class MarkedRows
{
    /// <summary>Name of the column that marks rows: <c>real</c> or <c>synthetic</c>.</summary>
    public const string Column = "origin";

    private static readonly ImmutableArray<string> Words = ["real", "synthetic"];

    /// <summary>The columns of a real table, taken from this one, and the mark at their end.</summary>
    /// <param name="rows">Rows to mark.</param>
    /// <param name="real">Schema of the real table.</param>
    /// <param name="synthetic">Whether they are synthetic.</param>
    /// <exception cref="SchemaException">They lack a column, or a column is already named <c>origin</c> (SB2113).</exception>
    public static Table Of(Table rows, Schema real, bool synthetic)
    {
        RequireFree(real);
        var marks = new int[rows.Rows];
        if (synthetic) Array.Fill(marks, 1);
        return new Table([.. real.Columns.Select(c => rows.Columns[rows.Schema.Require(c.Name, "synthetic data")]), new CategoryColumn(new ColumnSchema(Column, ColumnKind.Category), marks, [.. Words])]);
    }

    /// <summary>So many rows of a synthetic table, at random.</summary>
    /// <exception cref="RecipeException">It has fewer (SB2112).</exception>
    public static Table Some(Table synthetic, long count, Run run) => count <= synthetic.Rows ? synthetic.Take(RowSample.Of(synthetic.Rows, (int)count, run.Stream("mix/rows")))
        : throw new RecipeException("SB2112", $"mix: {count} synthetic rows are wanted and the table has {synthetic.Rows}; give more rows, a model, or a smaller ratio");

    /// <summary>Refuses a table that has a column of the mark's name.</summary>
    /// <exception cref="SchemaException">SB2113.</exception>
    public static void RequireFree(Schema real)
    {
        if (real.IndexOf(Column) >= 0) throw new SchemaException("SB2113", $"the table has a column `{Column}`, which is to mark real and synthetic rows; rename it first");
    }
}
