using System.Collections.Immutable;
using Semblance.Data;

namespace Semblance.Rules;

/// <summary>A condition checked against a schema. Immutable; may be evaluated from several threads at once.</summary>
public sealed class BoundCondition
{
    private readonly ImmutableArray<Conjunct> conjuncts;
    private readonly TruthNode root;

    private BoundCondition(Schema schema, string text, ImmutableArray<Conjunct> conjuncts)
    {
        (Schema, Text, this.conjuncts) = (schema, text, conjuncts);
        root = conjuncts.Length == 1 ? conjuncts[0].Node : new JunctionNode(true, [.. conjuncts.Select(c => c.Node)]);
        Columns = [.. conjuncts.SelectMany(c => c.Columns).Distinct().Order()];
    }

    /// <summary>One of the conditions that must all hold, and the positions of the columns it uses.</summary>
    internal sealed record Conjunct(Term Term, TruthNode Node, ImmutableArray<int> Columns);

    /// <summary>The schema it was checked against.</summary>
    public Schema Schema { get; }

    /// <summary>Its text.</summary>
    public string Text { get; }

    /// <summary>Positions in <see cref="Schema"/> of the columns it uses, ascending.</summary>
    public ImmutableArray<int> Columns { get; }

    internal static BoundCondition Of(Schema schema, string text, Term root)
    {
        var conjuncts = ImmutableArray.CreateBuilder<Conjunct>();
        Flatten(root, term =>
        {
            var binder = new Binder(schema, text);
            var node = binder.Truth(term);
            conjuncts.Add(new Conjunct(term, node, [.. binder.Columns]));
        });
        return new BoundCondition(schema, text, conjuncts.ToImmutable());
    }

    /// <summary>Says for every row whether the condition is true (false and unknown are both false here).</summary>
    /// <param name="block">A table with the columns of <see cref="Schema"/> at their places.</param>
    /// <param name="mask">One cell per row.</param>
    /// <exception cref="SchemaException">A column stands elsewhere or is of another kind (SB1210).</exception>
    public void Evaluate(Table block, Span<bool> mask) => Evaluate(new Evaluation(Schema, block), block.Rows, root, mask);

    /// <summary>
    /// Splits the condition into restrictions of single columns and the rest. All of them together say exactly what this condition says, so a model that
    /// makes columns in order can keep each restriction when it draws that column and needs to reject rows only for <see cref="ColumnSets.Residual"/>.
    /// </summary>
    public ColumnSets AsColumnSets()
    {
        var restrictions = ImmutableArray.CreateBuilder<ColumnRestriction>();
        foreach (var group in conjuncts.Where(c => c.Columns.Length == 1).GroupBy(c => c.Columns[0]).OrderBy(g => g.Key))
            restrictions.Add(new ColumnRestriction(Schema, group.Key, Together([.. group])));
        var rest = conjuncts.Where(c => c.Columns.Length != 1).ToImmutableArray();
        return new ColumnSets(restrictions.ToImmutable(), rest.IsEmpty ? null : Together(rest));
    }

    /// <summary>Truth in the first row of a table; null is unknown.</summary>
    internal bool? First(Table table)
    {
        Span<byte> truth = stackalloc byte[1];
        root.Evaluate(new Chunk(new Evaluation(Schema, table), 0, 1), truth);
        return truth[0] == Kleene.Unknown ? null : truth[0] == Kleene.True;
    }

    /// <summary>Evaluates on cells of the only column this condition uses.</summary>
    internal void Evaluate(Column only, Span<bool> mask) => Evaluate(new Evaluation(Schema, only, Columns[0]), only.Count, root, mask);

    /// <summary>What its only column must hold, where that can be said in intervals.</summary>
    internal TruthSets? Sets() => root.Sets();

    private BoundCondition Together(ImmutableArray<Conjunct> some) =>
        new(Schema, some.Length == 1 ? some[0].Term.ToString() : new Term.All([.. some.Select(c => c.Term)]).ToString(), some);

    private static void Evaluate(Evaluation evaluation, int rows, TruthNode node, Span<bool> mask)
    {
        if (mask.Length != rows) throw new ArgumentException($"the mask has {mask.Length} cells for {rows} rows", nameof(mask));
        Span<byte> truth = stackalloc byte[Math.Min(rows, Chunk.Rows)];
        for (var start = 0; start < rows; start += Chunk.Rows)
        {
            var part = truth[..Math.Min(Chunk.Rows, rows - start)];
            node.Evaluate(new Chunk(evaluation, start, part.Length), part);
            for (var i = 0; i < part.Length; i++) mask[start + i] = part[i] == Kleene.True;
        }
    }

    private static void Flatten(Term term, Action<Term> visit)
    {
        if (term is not Term.All all) visit(term);
        else
            foreach (var part in all.Parts) Flatten(part, visit);
    }
}
