using System.Collections.Immutable;
using Semblance.Data;

namespace Semblance.Rules;

/// <summary>
/// A parsed expression of the one language of conditions, gates, constraints and rules; <c>docs/expressions.md</c> describes it.
/// Logic is three-valued as in SQL: a comparison with a missing value is unknown, and only what is true passes.
/// </summary>
public sealed record Expression
{
    private Expression(string text, Term root) => (Text, Root) = (text, root);

    /// <summary>Source text.</summary>
    public string Text { get; }

    /// <summary>
    /// What it says, read without knowing any column: an unbroken word such as <c>hours-per-week</c> is one name.
    /// <see cref="Bind"/> reads it anew, and where there is no such column takes the longest name there is.
    /// </summary>
    public Term Root { get; }

    /// <summary>Names of the functions, in lower case.</summary>
    public static ImmutableArray<string> Functions { get; } = [.. Parser.Functions.Keys];

    /// <summary>Parses a text.</summary>
    /// <param name="text">At most 100,000 characters, 100 nested brackets, 10,000 items a list.</param>
    /// <exception cref="RecipeException">It can't be read (SB2060 to SB2066); the message shows the place.</exception>
    public static Expression Parse(string text) => new(text, Parser.Parse(text, null));

    /// <summary>Every name it uses, in order of first use, as <see cref="Root"/> reads them.</summary>
    public ImmutableArray<string> Names => [.. NamesOf(Root).Distinct()];

    /// <summary>The conditions that must all hold: the parts of a top-level <c>and</c>, or the whole. Lets a gate say which part failed.</summary>
    public ImmutableArray<Expression> Conjuncts =>
        Root is Term.All all ? [.. all.Parts.Select(part => new Expression(Text.Substring(part.At, part.Length), part))] : [this];

    /// <summary>Checks the expression against a schema and makes a condition that can be evaluated on its tables.</summary>
    /// <exception cref="RecipeException">A column does not exist, types don't fit, or it is no condition (SB2067 to SB2071); the message shows the place.</exception>
    public BoundCondition Bind(Schema schema)
    {
        var names = schema.Columns.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        return BoundCondition.Of(schema, Text, Parser.Parse(Text, names.Contains));
    }

    /// <summary>
    /// Evaluates over named numbers such as scores: <c>privacy.dcr-share&lt;=0.52 and fidelity.c2st>=0.9</c>.
    /// </summary>
    /// <param name="value">Number of a name; null is a missing value.</param>
    /// <returns>Whether it holds; null when it is unknown because of a missing value.</returns>
    /// <exception cref="RecipeException">It uses texts or dates, or it is no condition (SB2068 to SB2070).</exception>
    public bool? EvaluateNumbers(Func<string, double?> value)
    {
        // A table of one row: the same evaluator, so the same meaning.
        var names = Names;
        var columns = ImmutableArray.CreateBuilder<Column>(names.Length);
        foreach (var name in names)
            columns.Add(new NumberColumn(new ColumnSchema(name, ColumnKind.Decimal), [value(name) ?? double.NaN]));
        var row = new Table(columns.MoveToImmutable());
        return BoundCondition.Of(row.Schema, Text, Root).First(row);
    }

    /// <summary>Equal when they say the same.</summary>
    public bool Equals(Expression? other) => other is not null && Root == other.Root;

    /// <inheritdoc/>
    public override int GetHashCode() => Root.GetHashCode();

    /// <summary>The expression in its plainest writing.</summary>
    public override string ToString() => Root.ToString();

    private static IEnumerable<string> NamesOf(Term term) =>
        term is Term.Name name ? [name.Value] : term.Children.SelectMany(NamesOf);
}
