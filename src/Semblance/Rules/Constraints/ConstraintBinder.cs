using System.Collections.Immutable;

namespace Semblance.Rules;

/// <summary>Checks constraints against a schema and finds out how each can be kept.</summary>
internal static class ConstraintBinder
{
    public static ImmutableArray<BoundConstraint> Bind(Constraint constraint, ImmutableArray<Term> terms, Schema schema)
    {
        if (constraint.Word is null) return [.. Parts(terms[0]).Select(term => Condition(schema, term))];
        var names = (constraint.Word == "pattern" ? terms[..1] : terms).Cast<Term.Name>().ToArray();
        // an unknown name is answered as it is in any expression
        var columns = names.Select(n => schema.IndexOf(n.Value) is >= 0 and var c ? c : BoundCondition.Of(schema, constraint.Text, new Term.IsMissing(n, false)).Columns[0]).ToImmutableArray();
        return constraint.Word switch
        {
            "combination" => [Combination(constraint, schema, columns)],
            "onehot" => [OneHot(constraint, schema, names, columns)],
            "ordered" => [.. names.Skip(1).Select((name, i) => Condition(schema, new Term.Comparison(ComparisonOperator.LessOrEqual, names[i], name)))],
            "unique" => [Unique(constraint, schema, columns)],
            _ => [Pattern(constraint, schema, columns, ((Term.Text)terms[1]).Value)],
        };
    }

    private static IEnumerable<Term> Parts(Term term) => term is Term.All all ? all.Parts.SelectMany(Parts) : [term];

    private static BoundConstraint Condition(Schema schema, Term term)
    {
        var text = term.ToString();
        var written = BoundCondition.Of(schema, text, term);
        var bound = new BoundConstraint(ConstraintKind.Condition, text, written.Columns) { Written = written, Test = Test(schema, text, term) };
        if (term is not Term.Comparison comparison) return bound;
        if (comparison.Operator == ComparisonOperator.Equal)
            return Formula(schema, text, comparison.Left, comparison.Right) ?? Formula(schema, text, comparison.Right, comparison.Left) ?? bound;
        if (comparison is not { Left: Term.Name left, Right: Term.Name right, Operator: not ComparisonOperator.NotEqual }) return bound;
        int a = schema.IndexOf(left.Value), b = schema.IndexOf(right.Value);
        if (!OnALine(schema.Columns[a]) || !OnALine(schema.Columns[b])) return bound;
        var upward = comparison.Operator is ComparisonOperator.Less or ComparisonOperator.LessOrEqual;
        var strict = comparison.Operator is ComparisonOperator.Less or ComparisonOperator.Greater;
        return bound with { Kind = ConstraintKind.Order, Order = upward ? new(a, b, strict) : new(b, a, strict) };
    }

    /// <summary><c>y = f(others)</c>, where y can be computed.</summary>
    private static BoundConstraint? Formula(Schema schema, string text, Term left, Term right)
    {
        if (left is not Term.Name name || schema.IndexOf(name.Value) is not (>= 0 and var target)) return null;
        var column = schema.Columns[target];
        if (!column.IsNumeric && column.Kind != ColumnKind.DateTime) return null;
        var formula = BoundFormula.Of(schema, text, target, right);
        if (formula.Inputs.IsEmpty || formula.Inputs.Contains(target)) return null;
        // as near as the column can write it: half of its last digit
        Term near = column.IsNumeric
            ? new Term.Comparison(ComparisonOperator.LessOrEqual, new Term.Call("abs", [new Term.Arithmetic(ArithmeticOperator.Subtract, left, right)]),
                new Term.Arithmetic(ArithmeticOperator.Add, new Term.Number(HalfUnit(column)), new Term.Arithmetic(ArithmeticOperator.Multiply, new Term.Number(1e-9), new Term.Call("abs", [left]))))
            : new Term.Comparison(ComparisonOperator.Equal, left, right);
        return new BoundConstraint(ConstraintKind.Formula, text, [target, .. formula.Inputs]) { Formula = formula, Test = Test(schema, text, near) };
    }

    private static double HalfUnit(ColumnSchema column)
    {
        var unit = 0.5 * (1 + 1e-6);
        for (var d = 0; d < Math.Min(15, column.Number.MaxDecimals); d++) unit /= 10;
        return unit;
    }

    private static BoundConstraint Combination(Constraint constraint, Schema schema, ImmutableArray<int> columns)
    {
        foreach (var c in columns)
            if (schema.Columns[c].Kind is ColumnKind.Identifier or ColumnKind.Text)
                throw Misfit(constraint, schema.Columns[c], "texts and identifiers are made anew for each row and stand in no combination; give the column the kind `category` if it has few values");
        return new(ConstraintKind.Combination, constraint.Text, columns);
    }

    private static BoundConstraint OneHot(Constraint constraint, Schema schema, Term.Name[] names, ImmutableArray<int> columns)
    {
        foreach (var c in columns)
            if (schema.Columns[c] is { IsNumeric: false, Kind: not ColumnKind.Boolean })
                throw Misfit(constraint, schema.Columns[c], "a one-hot group takes numbers 0 and 1, or yes and no");
        Term? sum = null;
        foreach (var name in names)
        {
            var one = new Term.Call("if", [new Term.Comparison(ComparisonOperator.Equal, name, new Term.Number(1)), new Term.Number(1), new Term.Number(0)]);
            sum = sum is null ? one : new Term.Arithmetic(ArithmeticOperator.Add, sum, one);
        }
        return new(ConstraintKind.OneHot, constraint.Text, columns) { Test = Test(schema, constraint.Text, new Term.Comparison(ComparisonOperator.Equal, sum!, new Term.Number(1))) };
    }

    private static BoundConstraint Unique(Constraint constraint, Schema schema, ImmutableArray<int> columns)
    {
        if (!columns.Any(c => schema.Columns[c].Kind is ColumnKind.Identifier or ColumnKind.Integer or ColumnKind.Decimal or ColumnKind.DateTime))
            throw Misfit(constraint, schema.Columns[columns[0]], "a key needs a column of identifiers, numbers or dates: categories and texts run out of values");
        return new(ConstraintKind.Unique, constraint.Text, columns);
    }

    private static BoundConstraint Pattern(Constraint constraint, Schema schema, ImmutableArray<int> columns, string pattern)
    {
        if (schema.Columns[columns[0]].Kind is not (ColumnKind.Identifier or ColumnKind.Text))
            throw Misfit(constraint, schema.Columns[columns[0]], "a pattern makes identifiers and texts; give the column the kind `identifier`");
        return new(ConstraintKind.Pattern, constraint.Text, columns) { Pattern = TextPattern.Parse(pattern, constraint.Text) };
    }

    private static bool OnALine(ColumnSchema column) => column.IsNumeric || column.Kind == ColumnKind.DateTime;

    /// <summary>True unless the term is false.</summary>
    private static BoundCondition Test(Schema schema, string text, Term term) => BoundCondition.Of(schema, text, new Term.Call("coalesce", [term, new Term.Truth(true)]));

    private static RecipeException Misfit(Constraint constraint, ColumnSchema column, string why) =>
        new("SB2082", $"the constraint `{constraint.Text}` does not fit column `{column.Name}` ({column.Kind.ToString().ToLowerInvariant()}): {why}");
}
