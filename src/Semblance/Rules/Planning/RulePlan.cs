using System.Collections.Immutable;
using Semblance.Data;

namespace Semblance.Rules;

/// <summary>Tables checked against each other and ready to be made. Immutable; serves many threads and generations.</summary>
internal sealed class RulePlan
{
    private RulePlan(ImmutableArray<TablePlan> tables, ImmutableArray<int> countOrder) => (Tables, CountOrder, Schema) = (tables, countOrder, Schemas(tables));

    /// <summary>The tables, in order of the rules.</summary>
    public ImmutableArray<TablePlan> Tables { get; }

    /// <summary>Tables of children in the order in which their rows can be counted.</summary>
    public ImmutableArray<int> CountOrder { get; }

    /// <summary>Checks tables and plans how to make them.</summary>
    /// <exception cref="RecipeException">They can't be made (SB2130 to SB2139), or contradict themselves (SB2081).</exception>
    public static RulePlan Of(ImmutableArray<TableRule> rules)
    {
        var planner = new Planner(rules);
        for (var t = 0; t < rules.Length; t++)
            foreach (var column in rules[t].Key)
                if (!planner.Tables[t].Places.TryGetValue(column, out var place) || place >= rules[t].Columns.Length)
                    throw RulePlace.Fault("SB2134", rules[t].At, $"table `{rules[t].Name}`", $"its key names a column `{column}`, which is not there" + (Nearest.Of(column, rules[t].Columns.Select(c => c.Name)) is { } near ? $"; did you mean `{near}`?" : ""));
        // Constraints need the kinds of all columns, which the first plan tells; what they change makes the second.
        var orders = new TableOrders?[rules.Length];
        for (var t = 0; t < rules.Length; t++)
            if (!rules[t].Constraints.IsEmpty) orders[t] = new ConstraintOrders(planner, t).Make();
        if (orders.Any(o => o is not null)) planner = new Planner(rules, orders);

        var parents = new int[rules.Length];
        for (var t = 0; t < rules.Length; t++) parents[t] = rules[t].Per is { } per ? planner.TableOf(per, rules[t].At, "") : -1;
        var conditions = orders.Select((o, t) => o is null ? [] : o.Conditions.Select(c => (planner.Bind(t, c.Text, c.Term, null, true), c.Text)).ToImmutableArray()).ToArray();
        var plans = ImmutableArray.CreateBuilder<TablePlan>(rules.Length);
        for (var t = 0; t < rules.Length; t++)
        {
            KeyOf(planner, rules[t], t);
            var draft = planner.Tables[t];
            plans.Add(new TablePlan
            {
                Rule = rules[t],
                Makers = [.. draft.Columns.Select((_, place) => planner.Plan(t, place))],
                Choices = [.. draft.Choices],
                Streams = [.. draft.Streams],
                Moved = Moved(rules[t], draft, conditions[t]),
                Conditions = conditions[t],
                Schema = new Schema([.. rules[t].Columns.Select((_, place) => planner.SchemaOf(t, place))]),
                Parent = parents[t],
                Count = draft.Count,
                Bounding = [.. draft.Bounding],
            });
        }
        var all = plans.MoveToImmutable();
        return new RulePlan(all, InOrder(rules, parents, all));
    }

    /// <summary>The columns that are drawn among those that the conditions look at, and all that follow from these.</summary>
    private static bool[] Moved(TableRule rule, Planner.TableDraft draft, ImmutableArray<(RowExpression Test, string Text)> conditions)
    {
        var moved = new bool[draft.Columns.Count];
        foreach (var (test, text) in conditions)
        {
            var seen = new HashSet<int>(test.Inputs);
            var open = new Stack<int>(seen);
            while (open.TryPop(out var at))
                foreach (var input in draft.Columns[at].Inputs)
                    if (seen.Add(input)) open.Push(input);
            var drawn = seen.Where(c => draft.Columns[c].IsDrawn).ToArray();
            if (drawn.Length == 0) throw new RecipeException("SB2139", $"table `{rule.Name}`: nothing in the constraint `{text}` is drawn anew, so rows that break it can't be mended; constrain the columns it comes from");
            foreach (var c in drawn) moved[c] = true;
        }
        for (var changed = true; changed;)
        {
            changed = false;
            for (var c = 0; c < moved.Length; c++)
                if (!moved[c] && draft.Columns[c].Inputs.Any(i => moved[i])) changed = moved[c] = true;
        }
        return moved;
    }

    /// <summary>A key of several columns is kept by its parts: a parent and a number within it, a parent and a distinct reference, a pair of references, or one column that is unique by itself.</summary>
    private static void KeyOf(Planner planner, TableRule rule, int table)
    {
        if (rule.Key.Length < 2) return;
        var columns = rule.Key.Select(k => rule.Columns.First(c => c.Name == k)).ToArray();
        bool Is(Func<ColumnRule, bool> test) => columns.Any(test);
        var parent = Is(c => c.Source is ColumnSource.Reference r && r.Table == rule.Per && !r.Distinct && r.By is null or ReferenceLaw.Parent);
        var kept = parent && Is(c => c.Source is ColumnSource.Sequence { Within: true } or ColumnSource.Reference { Distinct: true })
            || Is(c => planner.Plan(table, planner.Tables[table].Places[c.Name]).Room is not null) || Is(c => planner.IsPairKey(table, c.Name));
        if (!kept) throw RulePlace.Fault("SB2136", rule.At, $"table `{rule.Name}`", $"nothing promises that its key ({string.Join(", ", rule.Key)}) is different in each row; take a parent and `sequence: {{within: true}}`, a parent and a `distinct` reference, two references, or one `unique` column");
    }

    private static ImmutableArray<int> InOrder(ImmutableArray<TableRule> rules, int[] parents, IReadOnlyList<TablePlan> plans)
    {
        var (order, known) = (ImmutableArray.CreateBuilder<int>(), new bool[rules.Length]);
        for (var t = 0; t < known.Length; t++) known[t] = parents[t] < 0;
        while (Array.IndexOf(known, false) >= 0)
        {
            var next = Enumerable.Range(0, known.Length).Where(t => !known[t] && known[parents[t]] && plans[t].Bounding.All(b => known[b])).ToArray();
            if (next.Length == 0)
            {
                var left = Enumerable.Range(0, known.Length).Where(t => !known[t]).Select(t => rules[t].Name);
                throw RulePlace.Fault("SB2135", rules[Array.IndexOf(known, false)].At, "tables", $"the rows of {string.Join(", ", left)} can't be counted, since each waits for another; give one of them `rows` instead of `per`");
            }
            foreach (var t in next) known[t] = true;
            order.AddRange(next);
        }
        return order.ToImmutable();
    }

    /// <summary>Names, columns, keys and references of the tables.</summary>
    public DatabaseSchema Schema { get; }

    private static DatabaseSchema Schemas(ImmutableArray<TablePlan> all)
    {
        var tables = ImmutableArray.CreateBuilder<TableSchema>(all.Length);
        foreach (var table in all)
        {
            var keys = ImmutableArray.CreateBuilder<ForeignKey>();
            foreach (var column in table.Rule.Columns)
            {
                if (column.Source is not ColumnSource.Reference { With: null } reference) continue;
                var key = all.First(t => t.Name == reference.Table).Rule.Key;
                // the column itself, and those that take other parts of the same row's key
                var parts = key.Select(k => table.Rule.Columns.FirstOrDefault(c => c.Source is ColumnSource.Reference r && r.Table == reference.Table && (c == column || r.With == column.Name) && (r.Column ?? key[0]) == k)).ToArray();
                if (parts.Length > 0 && parts.All(p => p is not null)) keys.Add(new ForeignKey([.. parts.Select(p => p!.Name)], reference.Table, key));
            }
            tables.Add(new TableSchema(table.Name, table.Schema) { Key = table.Rule.Key, ForeignKeys = keys.ToImmutable() });
        }
        return new DatabaseSchema(tables.MoveToImmutable());
    }
}
