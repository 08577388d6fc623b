namespace Semblance.Rules;

/// <summary>Finds constraints that no row can satisfy together, before anything is fitted.</summary>
internal static class Contradictions
{
    /// <exception cref="RecipeException">They contradict each other (SB2081); the message names which.</exception>
    public static void Refuse(Schema schema, IReadOnlyList<BoundConstraint> constraints)
    {
        RefuseValues(schema, constraints);
        Makers(schema, constraints);
        Keys(schema, constraints);
        Circles(schema, constraints);
    }

    /// <summary>Refuses ranges and orders that leave no value.</summary>
    /// <exception cref="RecipeException">They contradict each other (SB2081).</exception>
    public static void RefuseValues(Schema schema, IReadOnlyList<BoundConstraint> constraints) => Orders(schema, constraints, Ranges(schema, constraints, null));

    /// <summary>Lowest and highest value that ranges, orders and formulas leave to each column.</summary>
    /// <remarks><c>own</c> is the range each column has of itself.</remarks>
    /// <exception cref="RecipeException">They contradict each other (SB2081).</exception>
    public static NumberInterval[] Bounds(Schema schema, IReadOnlyList<BoundConstraint> constraints, NumberInterval[] own)
    {
        var bounds = Ranges(schema, constraints, own);
        Orders(schema, constraints, bounds);
        Makers(schema, constraints);
        Circles(schema, constraints);
        return bounds;
    }

    /// <summary>Lowest and highest value of each column.</summary>
    private static NumberInterval[] Ranges(Schema schema, IReadOnlyList<BoundConstraint> constraints, NumberInterval[]? own)
    {
        var bounds = new NumberInterval[schema.Columns.Length];
        for (var c = 0; c < bounds.Length; c++)
        {
            bounds[c] = new(double.NegativeInfinity, double.PositiveInfinity, true, true);
            var column = schema.Columns[c];
            if (!column.IsNumeric && column.Kind != ColumnKind.DateTime) continue;
            var common = own is null ? NumberSet.Every : NumberSet.Between(own[c]);
            var texts = new List<string>();
            foreach (var constraint in constraints)
            {
                if (constraint.Written is not { Columns: [var only] } written || only != c || written.AsColumnSets()[c]?.Numbers is not { } numbers) continue;
                common = common.Intersect(numbers);
                texts.Add(constraint.Text);
            }
            var left = common.Intervals.Select(i => Whole(column, i)).Where(i => !IsEmpty(i)).ToArray();
            if (left.Length == 0)
                throw Contradiction(texts, own is null || IsEvery(own[c]) ? $"there is no {(column.Kind == ColumnKind.Integer ? "whole number" : "value")} of `{column.Name}` that satisfies {(texts.Count == 1 ? "it" : "them all")}"
                    : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"`{column.Name}` has values from {Text(column, own[c].Low)} to {Text(column, own[c].High)}"));
            bounds[c] = left[0] with { High = left[^1].High, HighIncluded = left[^1].HighIncluded };
        }
        return bounds;
    }

    private static bool IsEvery(NumberInterval i) => double.IsNegativeInfinity(i.Low) && double.IsPositiveInfinity(i.High);

    private static string Text(ColumnSchema column, double value) => column.Kind == ColumnKind.DateTime
        ? new DateTime((long)Math.Clamp(value, 0, DateTime.MaxValue.Ticks)).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)
        : value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);

    private static bool IsEmpty(NumberInterval i) => i.Low > i.High || i.Low == i.High && !(i.LowIncluded && i.HighIncluded);

    /// <summary>The same interval, with whole ends where the column has whole numbers.</summary>
    private static NumberInterval Whole(ColumnSchema column, NumberInterval i)
    {
        if (column.Kind != ColumnKind.Integer) return i;
        var low = i.LowIncluded ? Math.Ceiling(i.Low) : Math.Floor(i.Low) + 1;
        var high = i.HighIncluded ? Math.Floor(i.High) : Math.Ceiling(i.High) - 1;
        return new(low, high, true, true);
    }

    private static void Orders(Schema schema, IReadOnlyList<BoundConstraint> constraints, NumberInterval[] bounds)
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
                NumberInterval low = bounds[a], high = bounds[b];
                if (low.Low > high.Low || low.Low == high.Low && high.LowIncluded)
                    bounds[b] = Whole(schema.Columns[b], high with { Low = low.Low, LowIncluded = low.LowIncluded && (!strict || double.IsInfinity(low.Low)) });
                if (high.High < low.High || high.High == low.High && low.HighIncluded)
                    bounds[a] = Whole(schema.Columns[a], low with { High = high.High, HighIncluded = high.HighIncluded && (!strict || double.IsInfinity(high.High)) });
            }
        foreach (var constraint in orders)
            foreach (var c in constraint.Columns)
                if (IsEmpty(bounds[c]))
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
                if (!makers.TryAdd(c, constraint) && !(constraint.Kind == ConstraintKind.Unique && makers[c].Kind == ConstraintKind.Unique)) // one number makes both keys differ
                    throw Contradiction([makers[c].Text, constraint.Text], $"both determine `{schema.Columns[c].Name}`; keep one, or join two combinations into one");
    }

    /// <summary>What a key gets from the number of its row, and what is computed from it, does not change when the row is drawn again. A range the key keeps by itself.</summary>
    private static void Keys(Schema schema, IReadOnlyList<BoundConstraint> constraints)
    {
        foreach (var key in constraints)
        {
            if (key.Carrier(schema) is not { } carrier) continue;
            var settled = new HashSet<int> { carrier };
            while (constraints.Any(c => c.Formula is { } formula && formula.Inputs.Any(settled.Contains) && settled.Add(c.Columns[0]))) { }
            if (constraints.FirstOrDefault(c => c.Kind is ConstraintKind.Condition or ConstraintKind.Order && c.Columns.Any(settled.Contains) && c.RangeOf(carrier) is null) is { } other)
                throw Contradiction([key.Text, other.Text], $"a key gives `{schema.Columns[carrier].Name}` a value for the number of its row, whatever else the row holds; keep one of the two");
        }
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
