using System.Collections.Immutable;
using Semblance.Data;

namespace Semblance.Rules;

/// <summary>
/// Makes makers of rules, on demand: a column's maker needs those of the columns it looks at, in whatever table. A column that is needed for itself is a circle, which is named.
/// </summary>
internal sealed partial class Planner
{
    private readonly ImmutableArray<TableRule> rules;
    private readonly TableOrders?[] orders;
    private readonly List<string> open = []; // columns being planned, outermost first

    /// <summary>A column being planned.</summary>
    internal sealed class Draft(string name, ColumnRule? rule)
    {
        public string Name => name;

        public ColumnRule? Rule => rule;

        public ColumnMaker? Maker { get; set; }

        /// <summary>Choice and column of another table, for a column that is only looked up.</summary>
        public (int Choice, int Table, int Column)? Lookup { get; init; }

        /// <summary>Places in the same table that it needs.</summary>
        public HashSet<int> Inputs { get; } = [];

        /// <summary>Whether another draw gives another value.</summary>
        public bool IsDrawn { get; set; }
    }

    /// <summary>A table being planned.</summary>
    internal sealed class TableDraft(TableRule rule)
    {
        public TableRule Rule => rule;

        public List<Draft> Columns { get; } = [];

        public Dictionary<string, int> Places { get; } = new(StringComparer.Ordinal);

        public List<RowChoice> Choices { get; } = [];

        public Dictionary<int, int> ChoiceOf { get; } = []; // by place of the column; -1 for the parent

        public List<string> Streams { get; } = [];

        public int Count { get; set; } = -1;

        public SortedSet<int> Bounding { get; } = [];

        public int Stream(string path)
        {
            Streams.Add(path);
            return Streams.Count - 1;
        }
    }

    public Planner(ImmutableArray<TableRule> tables, TableOrders?[]? orders = null)
    {
        (rules, this.orders) = (tables, orders ?? new TableOrders?[tables.Length]);
        Tables = [.. tables.Select(t => new TableDraft(t))];
        foreach (var draft in Tables)
            foreach (var column in draft.Rule.Columns)
            {
                draft.Places.Add(column.Name, draft.Columns.Count);
                draft.Columns.Add(new Draft(column.Name, column));
            }
        for (var t = 0; t < Tables.Length; t++) AddCount(t);
        for (var t = 0; t < Tables.Length; t++)
        {
            for (var c = 0; c < Tables[t].Rule.Columns.Length; c++) Plan(t, c);
            if (rules[t].Per is { } per && !Plan(TableOf(per, null, ""), Tables[t].Count).Schema.IsNumeric)
                throw RulePlace.Fault("SB2131", rules[t].Count?.At ?? rules[t].At, $"table `{rules[t].Name}`", "`count` must give numbers");
        }
    }

    /// <summary>The tables, in order.</summary>
    public ImmutableArray<TableDraft> Tables { get; }

    /// <summary>Place of a table.</summary>
    public int TableOf(string name, RulePlace? at, string what)
    {
        for (var t = 0; t < Tables.Length; t++)
            if (rules[t].Name == name) return t;
        var names = rules.Select(r => r.Name).ToArray();
        throw RulePlace.Fault("SB2134", at, what, $"there is no table `{name}`; " + (Nearest.Of(name, names) is { } near ? $"did you mean `{near}`?" : $"the tables are {string.Join(", ", names)}"));
    }

    /// <summary>The maker of a column, made now if it was not yet.</summary>
    public ColumnMaker Plan(int table, int place)
    {
        var draft = Tables[table].Columns[place];
        if (draft.Maker is not null) return draft.Maker;
        var name = $"{rules[table].Name}.{draft.Name}";
        if (open.IndexOf(name) is >= 0 and var from)
            throw RulePlace.Fault("SB2135", draft.Rule?.At, $"column `{name}`", $"it needs its own value: {string.Join(" -> ", open.Skip(from).Append(name))}; break the circle by making one of these without the next");
        if (open.Count > 500) throw RulePlace.Fault("SB2135", draft.Rule?.At, $"column `{name}`", "more than 500 columns need one another in a row; make some of them from the first ones");
        open.Add(name);
        var maker = draft.Lookup is { } lookup ? LookUp(table, draft, lookup) : Source(new Site(table, place, draft.Name, draft), draft.Rule!);
        open.RemoveAt(open.Count - 1);
        return draft.Maker = maker;
    }

    /// <summary>Schema of a column.</summary>
    public ColumnSchema SchemaOf(int table, int place) => Plan(table, place).Schema;

    /// <summary>Place of a column by its name, or of another table's column by <c>reference.column</c>; -1 when there is none.</summary>
    public int PlaceOf(int table, string name)
    {
        var draft = Tables[table];
        if (draft.Places.TryGetValue(name, out var place)) return place;
        if (Remote(table, name) is not { } remote) return -1;
        var (by, target, column) = remote;
        place = draft.Columns.Count;
        draft.Places.Add(name, place);
        draft.Columns.Add(new Draft(name, null) { Lookup = (ChoiceAt(table, by), target, column) });
        return place;
    }

    /// <summary>Whether a name can be resolved; makes nothing.</summary>
    public bool Knows(int table, string name) => Tables[table].Places.ContainsKey(name) || Remote(table, name) is not null;

    /// <summary>What <c>a.b</c> means: the reference column (-1 for the parent), its table, and the place of b in that.</summary>
    private (int By, int Table, int Column)? Remote(int table, string name)
    {
        for (var dot = name.IndexOf('.', StringComparison.Ordinal); dot > 0; dot = name.IndexOf('.', dot + 1))
        {
            var (head, tail) = (name[..dot], name[(dot + 1)..]);
            var by = -2;
            string? target = null;
            var rule = rules[table];
            if (rule.Per == head) (by, target) = (-1, head);
            else
                for (var c = 0; c < rule.Columns.Length && by == -2; c++)
                    if (rule.Columns[c].Source is ColumnSource.Reference reference && (rule.Columns[c].Name == head || reference.Table == head)) (by, target) = (c, reference.Table);
            if (by == -2) continue;
            for (var t = 0; t < rules.Length; t++)
                if (rules[t].Name == target)
                    for (var c = 0; c < rules[t].Columns.Length; c++)
                        if (rules[t].Columns[c].Name == tail) return (by, t, c);
        }
        return null;
    }

    private ReferenceMaker LookUp(int table, Draft draft, (int Choice, int Table, int Column) lookup)
    {
        var choice = Tables[table].Choices[lookup.Choice];
        if (choice.Column >= 0) draft.Inputs.Add(choice.Column);
        var schema = SchemaOf(lookup.Table, lookup.Column) with { Name = draft.Name };
        return new ReferenceMaker(lookup.Choice, lookup.Table, lookup.Column) { Schema = choice is TreeChoice ? Gaps.Allowed(schema) : schema };
    }

    /// <summary>An expression over columns of a table.</summary>
    public RowExpression Expression(int table, string text, RulePlace? at, string what, HashSet<int>? inputs, bool isCondition = false)
    {
        try
        {
            return Bind(table, text, Parser.Parse(text, name => Knows(table, name)), inputs, isCondition);
        }
        catch (RecipeException e) when (e.Code is "SB2060" or "SB2061" or "SB2062" or "SB2063" or "SB2064" or "SB2065" or "SB2066" or "SB2067" or "SB2068" or "SB2069" or "SB2070" or "SB2071")
        {
            throw new RecipeException(e.Code, (at is null ? what : $"{at}: {what}") + ": " + e.Message, e);
        }
    }

    /// <summary>A term over columns of a table.</summary>
    public RowExpression Bind(int table, string text, Term root, HashSet<int>? inputs, bool isCondition)
    {
        var used = ImmutableArray.CreateBuilder<(int, ColumnSchema)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        Visit(root);
        return RowExpression.Of(text, root, used.ToImmutable(), isCondition);

        void Visit(Term term)
        {
            foreach (var child in term.Children) Visit(child);
            if (term is not Term.Name name || !seen.Add(name.Value)) return;
            var place = PlaceOf(table, name.Value);
            if (place < 0)
            {
                var names = Tables[table].Rule.Columns.Select(c => c.Name).ToArray();
                var near = (name.Run is null ? null : Nearest.Of(name.Run, names)) ?? Nearest.Of(name.Value, names);
                throw ExpressionFault.Make("SB2067", text, name.At, name.Length, $"there is no column `{name.Value}`; " + (near is null ? $"the columns are {string.Join(", ", names.Take(30))}" : $"did you mean `{near}`?"));
            }
            inputs?.Add(place);
            used.Add((place, SchemaOf(table, place)));
        }
    }

    /// <summary>The hidden column of the parents' table that counts the children.</summary>
    private void AddCount(int table)
    {
        if (rules[table].Per is not { } per) return;
        var parent = TableOf(per, rules[table].At, $"table `{rules[table].Name}`");
        var name = $"count of {rules[table].Name}";
        Tables[table].Count = Tables[parent].Columns.Count;
        Tables[parent].Columns.Add(new Draft(name, rules[table].Count ?? new ColumnRule(name, new ColumnSource.Choice([("1", 1)]))));
    }
}
