namespace Semblance.Rules;

/// <summary>Finds constraints that no row can satisfy together, before anything is fitted.</summary>
internal static class Contradictions
{
    /// <exception cref="RecipeException">They contradict each other (SB2081); the message names which.</exception>
    public static void Refuse(Schema schema, IReadOnlyList<BoundConstraint> constraints)
    {
        var bounds = Ranges(schema, constraints);
        Orders(schema, constraints, bounds);
        Makers(schema, constraints);
        Keys(schema, constraints);
        Circles(schema, constraints);
    }

    /// <summary>Lower and upper bound of each column.</summary>
    private static (double Low, double High)[] Ranges(Schema schema, IReadOnlyList<BoundConstraint> constraints)
    {
        var bounds = new (double Low, double High)[schema.Columns.Length];
        for (var c = 0; c < bounds.Length; c++)
        {
            bounds[c] = (double.NegativeInfinity, double.PositiveInfinity);
            var column = schema.Columns[c];
            if (!column.IsNumeric && column.Kind != ColumnKind.DateTime) continue;
            var common = NumberSet.Every;
            var texts = new List<string>();
            foreach (var constraint in constraints)
            {
                if (constraint.Written is not { Columns.Length: 1 } written || written.Columns[0] != c || written.AsColumnSets()[c]?.Numbers is not { } numbers) continue;
                common = common.Intersect(numbers);
                texts.Add(constraint.Text);
            }
            if (common.IsEmpty || column.Kind == ColumnKind.Integer && !common.Intervals.Any(HoldsWhole))
                throw Contradiction(texts, $"there is no {(column.Kind == ColumnKind.Integer ? "whole number" : "value")} of `{column.Name}` that satisfies {(texts.Count == 1 ? "it" : "them all")}");
            bounds[c] = (common.Intervals[0].Low, common.Intervals[^1].High);
        }
        return bounds;
    }

    private static bool HoldsWhole(NumberInterval interval)
    {
        var first = Math.Ceiling(interval.Low);
        if (double.IsInfinity(first)) return true;
        return interval.Contains(first) || interval.Contains(first + 1);
    }

    private static void Orders(Schema schema, IReadOnlyList<BoundConstraint> constraints, (double Low, double High)[] bounds)
    {
        var orders = constraints.Where(c => c.Order is not null).ToArray();
        var rank = new int[bounds.Length]; // strict steps below a column: it grows for ever on a circle that holds one
        for (var round = 0; round <= orders.Length; round++)
            foreach (var constraint in orders)
            {
                var (a, b, strict) = constraint.Order!.Value;
                rank[b] = Math.Max(rank[b], rank[a] + (strict ? 1 : 0));
                if (rank[b] > orders.Length)
                    throw Contradiction(orders.Where(o => Reaches(orders, o.Order!.Value.Greater, o.Order.Value.Lesser)).Select(o => o.Text), "followed round, they say that a column is less than itself");
                bounds[b].Low = Math.Max(bounds[b].Low, bounds[a].Low);
                bounds[a].High = Math.Min(bounds[a].High, bounds[b].High);
            }
        foreach (var constraint in orders)
            foreach (var c in constraint.Columns)
                if (bounds[c].Low > bounds[c].High)
                    throw Contradiction(constraints.Where(o => o.Order is not null || o.Columns.Length == 1 && o.Written is not null).Where(o => o.Columns.Any(x => x == c || Reaches(orders, x, c) || Reaches(orders, c, x))).Select(o => o.Text),
                        $"they leave no value for `{schema.Columns[c].Name}`");
    }

    private static bool Reaches(BoundConstraint[] orders, int from, int to)
    {
        var seen = new HashSet<int> { from };
        var open = new Stack<int>(seen);
        while (open.TryPop(out var at))
        {
            if (at == to) return true;
            foreach (var next in orders)
                if (next.Order!.Value.Lesser == at && seen.Add(next.Order.Value.Greater)) open.Push(next.Order.Value.Greater);
        }
        return false;
    }

    /// <summary>Columns that a constraint makes.</summary>
    private static IEnumerable<int> Made(Schema schema, BoundConstraint constraint) => constraint.Kind switch
    {
        ConstraintKind.Formula => constraint.Columns.Take(1),
        ConstraintKind.Combination or ConstraintKind.OneHot or ConstraintKind.Pattern => constraint.Columns,
        ConstraintKind.Unique when constraint.Carrier(schema) is { } carrier => [carrier],
        _ => [],
    };

    private static void Makers(Schema schema, IReadOnlyList<BoundConstraint> constraints)
    {
        var makers = new Dictionary<int, BoundConstraint>();
        foreach (var constraint in constraints)
            foreach (var c in Made(schema, constraint))
                if (!makers.TryAdd(c, constraint))
                    throw Contradiction([makers[c].Text, constraint.Text], $"both determine `{schema.Columns[c].Name}`; keep one, or join two combinations into one");
    }

    /// <summary>What a key gets from the number of its row does not change when the row is drawn again.</summary>
    private static void Keys(Schema schema, IReadOnlyList<BoundConstraint> constraints)
    {
        foreach (var key in constraints)
            if (key.Carrier(schema) is { } carrier && constraints.FirstOrDefault(c => c.Kind is ConstraintKind.Condition or ConstraintKind.Order && c.Columns.Contains(carrier)) is { } other)
                throw Contradiction([key.Text, other.Text], $"a key gives `{schema.Columns[carrier].Name}` a value for the number of its row, whatever else the row holds; keep one of the two");
    }

    private static void Circles(Schema schema, IReadOnlyList<BoundConstraint> constraints)
    {
        var open = constraints.Where(c => c.Formula is not null).ToList();
        while (open.Count > 0)
        {
            var free = open.Where(c => !open.Any(other => c.Formula!.Inputs.Contains(other.Columns[0]))).ToList();
            if (free.Count == 0) throw Contradiction(open.Select(c => c.Text), $"each needs the other's result, so none can be computed first; keep one formula for these columns ({string.Join(", ", open.Select(c => schema.Columns[c.Columns[0]].Name))})");
            open.RemoveAll(free.Contains);
        }
    }

    private static RecipeException Contradiction(IEnumerable<string> texts, string why)
    {
        var all = texts.Distinct().ToArray();
        return new("SB2081", $"the constraint{(all.Length == 1 ? "" : "s")} {string.Join(" and ", all.Select(t => $"`{t}`"))} can't be satisfied: {why}");
    }
}
