using System.Collections.Immutable;
using Semblance.Data;

namespace Semblance.Rules;

/// <summary>
/// Turns the constraints of a table into what its columns do: a range narrows a distribution, an order bounds the later column by the earlier, a formula computes its column. Only what is left is
/// tried and drawn again. What can't be satisfied is told here, before a row is made.
/// </summary>
internal sealed class ConstraintOrders(Planner planner, int table)
{
    private readonly TableRule rule = planner.Tables[table].Rule;
    private readonly TableOrders orders = new();
    private readonly HashSet<(int From, int To)> added = []; // orders laid so far: To is made after From

    public TableOrders Make()
    {
        // Names of other tables' columns become columns that are only looked at.
        for (var i = 0; i < rule.Constraints.Length; i++)
            At(i, () =>
            {
                foreach (var term in Constraint.Parse(rule.Constraints[i]).Terms(name => planner.Knows(table, name))) Name(term);
                return 0;
            });
        var drafts = planner.Tables[table].Columns;
        var schema = new Schema([.. drafts.Select((_, place) => planner.SchemaOf(table, place) with { Name = drafts[place].Name })]);
        var bound = rule.Constraints.SelectMany((text, i) => At(i, () => Constraint.Parse(text).Bind(schema))).ToList();
        foreach (var constraint in bound)
            if (constraint.Kind == ConstraintKind.Combination)
                throw Fault(constraint, "`combination` keeps values together that stand together in real data, and rules have none; write the values down as `given`");
        var bounds = Contradictions.Bounds(schema, bound, Initial(schema));

        foreach (var constraint in bound)
            switch (constraint.Kind)
            {
                case ConstraintKind.Formula:
                    Formula(constraint);
                    break;
                case ConstraintKind.Pattern:
                    orders.Of(Own(constraint, constraint.Columns[0]).Name).Shape = ((Term.Text)Constraint.Parse(constraint.Text).Terms(null)[1]).Value;
                    break;
                case ConstraintKind.Unique when constraint.Columns.Length == 1:
                    orders.Of(Own(constraint, constraint.Columns[0]).Name).Unique = true;
                    break;
                case ConstraintKind.Unique:
                    if (!rule.Key.Order().SequenceEqual(constraint.Columns.Select(c => drafts[c].Name).Order(), StringComparer.Ordinal))
                        throw Fault(constraint, "a key of several columns is kept where it is the table's `key`; name these columns there");
                    break;
                case ConstraintKind.OneHot:
                    OneHot(constraint);
                    break;
                case ConstraintKind.Order:
                    Order(constraint, schema, bounds);
                    break;
                default:
                    if (constraint.Columns is not [var only] || !Narrow(constraint, only)) Try(constraint);
                    break;
            }
        // Ranges, and the ends that orders leave, hold for what is drawn.
        for (var c = 0; c < rule.Columns.Length; c++)
            if (rule.Columns[c].Source is ColumnSource.Law or ColumnSource.Moment or ColumnSource.Choice && (schema.Columns[c].IsNumeric || schema.Columns[c].Kind == ColumnKind.DateTime))
                (orders.Of(rule.Columns[c].Name).Low, orders.Of(rule.Columns[c].Name).High) = (Inward(bounds[c].Low, bounds[c].LowIncluded, true), Inward(bounds[c].High, bounds[c].HighIncluded, false));
        return orders;
    }

    private void Name(Term term)
    {
        if (term is Term.Name name && planner.PlaceOf(table, name.Value) is >= 0 and var place) planner.Plan(table, place);
        foreach (var child in term.Children) Name(child);
    }

    private static double Inward(double end, bool included, bool low) => included || double.IsInfinity(end) ? end : low ? Math.BitIncrement(end) : Math.BitDecrement(end);

    /// <summary>The ranges that columns have of themselves.</summary>
    private NumberInterval[] Initial(Schema schema)
    {
        var bounds = new NumberInterval[schema.Columns.Length];
        for (var c = 0; c < bounds.Length; c++)
        {
            bounds[c] = new(double.NegativeInfinity, double.PositiveInfinity, true, true);
            if (c >= rule.Columns.Length) continue;
            var column = rule.Columns[c];
            if (column.Source is ColumnSource.Law law) bounds[c] = new(Math.Max(law.Distribution.Support.Min, Number(column.Min, double.NegativeInfinity)), Math.Min(law.Distribution.Support.Max, Number(column.Max, double.PositiveInfinity)), true, true);
            else if (column.Source is ColumnSource.Moment moment) bounds[c] = new(Math.Max(Ticks(moment.From, 0), Ticks(column.Min, 0)), Math.Min(Ticks(moment.To, DateTime.MaxValue.Ticks), Ticks(column.Max, DateTime.MaxValue.Ticks)), true, true);
            else if (column.Source is ColumnSource.Choice choice && schema.Columns[c].IsNumeric)
            {
                var values = choice.Values.Where(v => v.Weight > 0).Select(v => Number(v.Value, 0)).ToArray();
                bounds[c] = new(values.Min(), values.Max(), true, true);
            }
        }
        return bounds;
    }

    private static double Number(string? text, double otherwise) => double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private static double Ticks(string? text, long otherwise) => text is not null && Planner.TryDate(text, out var ticks) ? ticks : otherwise;

    private void Formula(BoundConstraint constraint)
    {
        var target = Own(constraint, constraint.Columns[0]);
        var comparison = (Term.Comparison)Constraint.Parse(constraint.Text).Terms(name => planner.Knows(table, name))[0];
        var value = comparison.Left is Term.Name left && left.Value == target.Name ? comparison.Right : comparison.Left;
        if (target.Source is not (ColumnSource.Law or ColumnSource.Choice or ColumnSource.Moment or ColumnSource.Given or ColumnSource.Modelled))
            throw Fault(constraint, $"`{target.Name}` is made in another way already; keep one of the two");
        if (orders.Of(target.Name).Formula is not null) throw Fault(constraint, $"`{target.Name}` has another formula already; keep one");
        orders.Of(target.Name).Formula = (value, constraint.Text);
        // its own bounds are left to trial: what a formula gives can't be drawn between them
        Bound(target.Min, ComparisonOperator.GreaterOrEqual);
        Bound(target.Max, ComparisonOperator.LessOrEqual);

        void Bound(string? bound, ComparisonOperator comparison)
        {
            if (bound is null) return;
            Term end = double.IsNaN(Number(bound, double.NaN)) ? new Term.Text(bound) : new Term.Number(Number(bound, 0));
            Try(new Term.Comparison(comparison, new Term.Name(target.Name), end));
        }
    }

    private void OneHot(BoundConstraint constraint)
    {
        var columns = constraint.Columns.Select(c => Own(constraint, c)).ToArray();
        var weights = Array.ConvertAll(columns, c => c.Source is ColumnSource.Choice choice ? choice.Values.Where(v => v.Value is "1" or "true").Sum(v => v.Weight) / choice.Values.Sum(v => v.Weight) : 1.0);
        if (!weights.Any(w => w > 0)) throw Fault(constraint, "no column of it is ever 1");
        foreach (var column in columns) orders.Of(column.Name).OneHot = ([.. columns.Select(c => c.Name)], weights);
    }

    private bool Narrow(BoundConstraint constraint, int column)
    {
        if (column >= rule.Columns.Length || constraint.Written?.AsColumnSets()[column] is not { } restriction) return false;
        var source = rule.Columns[column].Source;
        if (source is ColumnSource.Choice)
        {
            orders.Of(rule.Columns[column].Name).Restrictions.Add(restriction);
            return true;
        }
        return restriction.Numbers is { Intervals.Length: 1 } && source is ColumnSource.Law or ColumnSource.Moment;
    }

    private void Order(BoundConstraint constraint, Schema schema, NumberInterval[] bounds)
    {
        var (lesser, greater, strict) = constraint.Order!.Value;
        if (CanFollow(greater, lesser, schema)) Follow(greater, lesser, true);
        else if (CanFollow(lesser, greater, schema)) Follow(lesser, greater, false);
        else Try(constraint);

        void Follow(int column, int other, bool isLow)
        {
            var mine = orders.Of(rule.Columns[column].Name);
            mine.Bounds.Add((planner.Tables[table].Columns[other].Name, isLow, strict));
            added.Add((other, column));
            // The other end may lie where this column has no values, unless that is a column which is narrowed too.
            var narrowed = !strict && other < rule.Columns.Length && rule.Columns[other].Source is ColumnSource.Law or ColumnSource.Moment && schema.Columns[other].Number.MaxDecimals <= schema.Columns[column].Number.MaxDecimals
                && rule.Columns[other] is { Source: ColumnSource.Law or ColumnSource.Moment { Step: null } };
            var open = isLow ? double.IsPositiveInfinity(bounds[column].High) : double.IsNegativeInfinity(bounds[column].Low);
            if (narrowed || open && !strict && schema.Columns[column].IsNumeric) return;
            mine.Tried = true;
            Try(constraint);
        }
    }

    /// <summary>Whether a column can be drawn beyond or below another.</summary>
    private bool CanFollow(int column, int other, Schema schema)
    {
        if (column >= rule.Columns.Length || rule.Columns[column] is not { Unique: false } mine || rule.Key is [var key] && key == mine.Name) return false;
        if (orders.Of(mine.Name) is { Formula: not null } or { Unique: true }) return false;
        if (!(mine.Source is ColumnSource.Law && schema.Columns[other].IsNumeric || mine.Source is ColumnSource.Moment && schema.Columns[other].Kind == ColumnKind.DateTime)) return false;
        var seen = new HashSet<int> { other };
        var open = new Stack<int>(seen);
        while (open.TryPop(out var at))
        {
            if (at == column) return false;
            foreach (var input in planner.Tables[table].Columns[at].Inputs)
                if (seen.Add(input)) open.Push(input);
            foreach (var (from, to) in added)
                if (to == at && seen.Add(from)) open.Push(from);
        }
        return true;
    }

    private void Try(BoundConstraint constraint) => Try(Constraint.Parse(constraint.Text).Terms(name => planner.Knows(table, name))[0]);

    /// <summary>A condition is broken only where it is false.</summary>
    private void Try(Term term) => orders.Conditions.Add((term, term.ToString()));

    private ColumnRule Own(BoundConstraint constraint, int column) => column < rule.Columns.Length ? rule.Columns[column]
        : throw Fault(constraint, $"`{planner.Tables[table].Columns[column].Name}` belongs to another table; constrain it there");

    private RecipeException Fault(BoundConstraint constraint, string message) =>
        RulePlace.Fault("SB2139", Array.FindIndex([.. rule.Constraints], t => t.Contains(constraint.Text, StringComparison.Ordinal)) is >= 0 and var i && i < rule.ConstraintsAt.Length ? rule.ConstraintsAt[i] : rule.At, $"table `{rule.Name}`, constraint `{constraint.Text}`", message);

    private T At<T>(int constraint, Func<T> read)
    {
        try { return read(); }
        catch (RecipeException e) when (constraint < rule.ConstraintsAt.Length) { throw new RecipeException(e.Code, $"{rule.ConstraintsAt[constraint]}: {e.Message}", e); }
    }
}
