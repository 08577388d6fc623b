using System.Collections.Immutable;
using System.Text;
using Semblance.Data;

namespace Semblance.Rules;

internal sealed partial class Planner
{
    private GivenMaker Given(Site site, ColumnRule rule, ColumnSource.Given given)
    {
        var column = -1;
        var conditions = Array.Empty<RowExpression>();
        if (given.Column is { } name)
        {
            column = PlaceOf(site.Table, name);
            if (column < 0) throw Fault(site, rule, "SB2134", $"there is no column `{name}`; " + Columns(site.Table, name));
            Plan(site.Table, column);
            site.Draft.Inputs.Add(column);
        }
        else conditions = [.. given.All.Select(c => Expression(site.Table, c.When, c.Then.At ?? given.At, What(site), site.Draft.Inputs, isCondition: true))];
        var all = given.All.Select(c => c.Then).ToList();
        if (given.Otherwise is not null) all.Add(given.Otherwise);
        var makers = all.Select((c, i) => Source(site with { Path = $"{site.Path}/{i}" }, c with
        {
            Name = rule.Name, Min = c.Min ?? rule.Min, Max = c.Max ?? rule.Max, Decimals = c.Decimals ?? rule.Decimals, Format = c.Format ?? rule.Format,
        })).ToArray();
        var schema = Common(site, rule, [.. makers.Select(m => m.Schema)]);
        makers = Array.ConvertAll(makers, m => IsStoredAlike(m.Schema.Kind, schema.Kind) ? m : Converted(m, schema, site, rule));
        if (given.Otherwise is null || makers.Any(m => !m.Schema.MissingMarkers.IsEmpty)) schema = Gaps.Allowed(schema);
        return new GivenMaker(column, [.. given.All.Select(c => c.When)], conditions, makers[..given.All.Length], given.Otherwise is null ? null : makers[^1]) { Schema = schema };
    }

    /// <summary>The schema that columns of several sources share.</summary>
    private ColumnSchema Common(Site site, ColumnRule rule, ColumnSchema[] parts)
    {
        if (parts.All(p => p.IsNumeric))
        {
            var decimals = parts.Max(p => p.Number.MaxDecimals);
            return new ColumnSchema(site.Draft.Name, decimals == 0 ? ColumnKind.Integer : ColumnKind.Decimal) { Number = new NumberForm(parts.Min(p => p.Number.MinDecimals), decimals) };
        }
        if (parts.All(p => p.Kind == ColumnKind.DateTime)) return parts[0] with { Name = site.Draft.Name };
        if (parts.Any(p => p.IsNumeric || p.Kind == ColumnKind.DateTime)) throw Fault(site, rule, "SB2131", $"its cases give values of different kinds ({string.Join(", ", parts.Select(p => p.Kind.ToString().ToLowerInvariant()).Distinct())}); give all the same, or `kind: text` to each");
        var kinds = parts.Select(p => p.Kind).Distinct().ToArray();
        return new ColumnSchema(site.Draft.Name, kinds.Length == 1 ? kinds[0] : kinds.Any(k => k is ColumnKind.Text or ColumnKind.Identifier) ? ColumnKind.Text : ColumnKind.Category);
    }

    private static bool IsStoredAlike(ColumnKind a, ColumnKind b) => Storage(a) == Storage(b);

    private static int Storage(ColumnKind kind) => kind switch
    {
        ColumnKind.Integer or ColumnKind.Decimal => 0,
        ColumnKind.DateTime => 1,
        ColumnKind.Identifier or ColumnKind.Text => 2,
        _ => 3,
    };

    /// <summary>The same values as another kind.</summary>
    private KindMaker Converted(ColumnMaker maker, ColumnSchema schema, Site site, ColumnRule rule) =>
        Storage(schema.Kind) is 2 or 3 || IsStoredAlike(maker.Schema.Kind, schema.Kind) ? new KindMaker(maker) { Schema = schema with { MissingMarkers = maker.Schema.MissingMarkers, Number = maker.Schema.Number, Format = maker.Schema.Format } }
            : throw Fault(site, rule, "SB2131", $"it gives values of the kind {maker.Schema.Kind.ToString().ToLowerInvariant()}, which can't be told to be {schema.Kind.ToString().ToLowerInvariant()}");

    private TemplateMaker Template(Site site, ColumnRule rule, ColumnSource.Template template)
    {
        if (template.Words.Values.Sum(w => w.Length) > MostWords) throw Fault(site, rule, "SB2131", $"more than {MostWords} words");
        var streams = template.Words.Keys.ToDictionary(hole => hole, hole => Tables[site.Table].Stream($"{site.Path}/{hole}"));
        var words = template.Words.ToDictionary(w => w.Key, w => w.Value.Select(Encoding.UTF8.GetBytes).ToArray());
        if (template.Texts.Length > 1 || words.Count > 0) site.Draft.IsDrawn = true;
        var texts = template.Texts.Select(Pieces).ToArray();
        return new TemplateMaker(texts, Tables[site.Table].Stream(site.Path)) { Schema = new ColumnSchema(site.Draft.Name, ColumnKind.Text) };

        TemplateMaker.Piece[] Pieces(string text)
        {
            var pieces = new List<TemplateMaker.Piece>();
            var plain = new StringBuilder();
            for (var i = 0; i < text.Length; i++)
            {
                if (text[i] is '{' or '}' && i + 1 < text.Length && text[i + 1] == text[i]) plain.Append(text[i++]);
                else if (text[i] == '}') throw Fault(site, rule, "SB2131", $"the text `{text}` closes a hole that is not open at character {i + 1}; write }}}} for a brace");
                else if (text[i] != '{') plain.Append(text[i]);
                else
                {
                    var end = text.IndexOf('}', i);
                    if (end < 0) throw Fault(site, rule, "SB2131", $"the text `{text}` does not close the hole at character {i + 1}; write {{{{ for a brace");
                    Flush();
                    var hole = text[(i + 1)..end].Trim();
                    if (words.TryGetValue(hole, out var list)) pieces.Add(new(-1, streams[hole], list));
                    else
                    {
                        var place = PlaceOf(site.Table, hole);
                        if (place < 0) throw Fault(site, rule, "SB2134", $"the text has a hole `{{{hole}}}`, which is no column and no list under `words`; " + Columns(site.Table, hole));
                        Plan(site.Table, place);
                        site.Draft.Inputs.Add(place);
                        pieces.Add(new(place, 0, []));
                    }
                    i = end;
                }
            }
            Flush();
            return [.. pieces];

            void Flush()
            {
                if (plain.Length > 0) pieces.Add(new(-1, 0, [Encoding.UTF8.GetBytes(plain.ToString())]));
                plain.Clear();
            }
        }
    }

    private string Columns(int table, string name)
    {
        var names = rules[table].Columns.Select(c => c.Name).ToArray();
        return Nearest.Of(name, names) is { } near ? $"did you mean `{near}`?" : $"the columns are {string.Join(", ", names.Take(30))}";
    }

    private ReferenceMaker Reference(Site site, ColumnRule rule, ColumnSource.Reference reference)
    {
        if (site.Path != site.Draft.Name) throw Fault(site, rule, "SB2131", "a reference can't be one of several cases; refer in a column of its own");
        var target = TableOf(reference.Table, reference.At ?? rule.At, What(site));
        var key = rules[target].Key;
        var name = reference.Column ?? (key is [var only] ? only : throw Fault(site, rule, "SB2132", $"table `{reference.Table}` has {(key.IsEmpty ? "no key" : "a key of several columns")}; name the column: `reference: {{table: {reference.Table}, column: ...}}`"));
        var column = Array.FindIndex([.. rules[target].Columns], c => c.Name == name);
        if (column < 0) throw Fault(site, rule, "SB2134", $"table `{reference.Table}` has no column `{name}`; " + Columns(target, name));
        var choice = ChoiceAt(site.Table, site.Place);
        var rows = Tables[site.Table].Choices[choice];
        if (rows.Column != site.Place && rows.Column >= 0) site.Draft.Inputs.Add(rows.Column);
        else site.Draft.IsDrawn |= rows.IsDrawn;
        var schema = SchemaOf(target, column) with { Name = site.Draft.Name };
        return new ReferenceMaker(choice, target, column) { Schema = rows is TreeChoice ? Gaps.Allowed(schema) : schema };
    }

    /// <summary>The choice of a column that refers; of the parent for -1.</summary>
    private int ChoiceAt(int table, int column)
    {
        var draft = Tables[table];
        if (draft.ChoiceOf.TryGetValue(column, out var choice)) return choice >= 0 ? choice
            : throw RulePlace.Fault("SB2135", rules[table].Columns[column].At, $"column `{rules[table].Name}.{rules[table].Columns[column].Name}`", "to choose its row that row must be known; break the circle");
        draft.ChoiceOf[column] = -1;
        var made = column < 0 ? new ParentChoice { Column = -1, Table = TableOf(rules[table].Per!, rules[table].At, "`per`") } : Choice(table, column);
        if (made is null) return draft.ChoiceOf[column] = ChoiceAt(table, draft.Places[((ColumnSource.Reference)rules[table].Columns[column].Source).With!]);
        draft.Choices.Add(made);
        return draft.ChoiceOf[column] = draft.Choices.Count - 1;
    }

    private RowChoice? Choice(int table, int column)
    {
        var rule = rules[table].Columns[column];
        var reference = (ColumnSource.Reference)rule.Source;
        var site = new Site(table, column, rule.Name, Tables[table].Columns[column]);
        var target = TableOf(reference.Table, reference.At ?? rule.At, What(site));
        if (reference.With is { } with)
        {
            if (!Tables[table].Places.TryGetValue(with, out var other) || other >= rules[table].Columns.Length || rules[table].Columns[other].Source is not ColumnSource.Reference { With: null } same || same.Table != reference.Table)
                throw Fault(site, rule, "SB2134", $"`with: {with}` must name a column of this table that refers to `{reference.Table}` by itself");
            return null;
        }
        var children = rules[table].Per == reference.Table;
        var law = reference.By ?? (children && !reference.Distinct && reference.Where is null ? ReferenceLaw.Parent : reference.Table == rules[table].Name && reference.Where is null ? ReferenceLaw.Tree : ReferenceLaw.Uniform);
        var power = law == ReferenceLaw.Zipf ? reference.Exponent : (double?)null;
        var path = rule.Name + "/row";
        if (law is ReferenceLaw.Parent or ReferenceLaw.Tree && (reference.Where is not null || reference.Distinct)) throw Fault(site, rule, "SB2132", $"`where` and `distinct` choose among rows, which `by: {law.ToString().ToLowerInvariant()}` does not; leave one out");
        switch (law)
        {
            case ReferenceLaw.Parent:
                return children ? new ParentChoice { Column = -1, Table = target } : throw Fault(site, rule, "SB2132", $"`by: parent` needs the table to be `per: {reference.Table}`");
            case ReferenceLaw.Tree:
                return reference.Table == rules[table].Name ? new TreeChoice(Tables[table].Stream(path), reference.Roots) { Column = column, Table = target } : throw Fault(site, rule, "SB2132", "`by: tree` is for a table that refers to itself");
        }
        if (reference.Distinct)
        {
            if (rules[table].Per is null) throw Fault(site, rule, "SB2132", "`distinct` means different rows for the children of one parent, but the table is not `per` another; a `key` of two references makes each pair stand once");
            if (reference.Where is not null) throw Fault(site, rule, "SB2132", "`distinct` and `where` can't be kept together; leave one out");
            Tables[table].Bounding.Add(target);
            return new DistinctChoice(Tables[table].Stream(path), power) { Column = column, Table = target };
        }
        if (IsPairKey(table, rule.Name))
        {
            var first = rules[table].Key[0] == rule.Name;
            var other = rules[table].Columns.First(c => c.Name == rules[table].Key[first ? 1 : 0]);
            return new PairChoice(Tables[table].Stream("pairs"), TableOf(((ColumnSource.Reference)other.Source).Table, null, ""), first) { Column = column, Table = target };
        }
        var where = reference.Where is null ? null : Expression(target, reference.Where, reference.At ?? rule.At, What(site), null, isCondition: true);
        return new FreeChoice(Tables[table].Stream(path), power, where, reference.Where) { Column = column, Table = target };
    }

    private AggregateMaker Aggregate(Site site, ColumnRule rule, ColumnSource.Aggregate aggregate)
    {
        var children = TableOf(aggregate.Table, aggregate.At ?? rule.At, What(site));
        if (rules[children].Per != rules[site.Table].Name) throw Fault(site, rule, "SB2132", $"the rows of `{aggregate.Table}` are not children of `{rules[site.Table].Name}`; give that table `per: {rules[site.Table].Name}`");
        Plan(site.Table, Tables[children].Count);
        site.Draft.Inputs.Add(Tables[children].Count);
        if (aggregate.Kind == AggregateKind.Count) return new AggregateMaker(aggregate.Kind, children, -1, 0) { Schema = Numeric(site, 0, 0) };
        var column = Array.FindIndex([.. rules[children].Columns], c => c.Name == aggregate.Column);
        if (column < 0) throw Fault(site, rule, "SB2134", $"table `{aggregate.Table}` has no column `{aggregate.Column}`; " + Columns(children, aggregate.Column ?? ""));
        var schema = SchemaOf(children, column);
        if (schema.Kind == ColumnKind.DateTime && aggregate.Kind is AggregateKind.Min or AggregateKind.Max) return new AggregateMaker(aggregate.Kind, children, column, 0) { Schema = Gaps.Allowed(schema with { Name = site.Draft.Name }) };
        if (!schema.IsNumeric) throw Fault(site, rule, "SB2131", $"`{aggregate.Table}.{aggregate.Column}` holds no numbers; `count`, and `min` and `max` of dates, take other columns");
        var decimals = rule.Decimals ?? (aggregate.Kind == AggregateKind.Mean ? Math.Min(15, schema.Number.MaxDecimals + 2) : schema.Number.MaxDecimals);
        return new AggregateMaker(aggregate.Kind, children, column, decimals) { Schema = Gaps.Allowed(Numeric(site, decimals, Math.Min(decimals, rule.Decimals ?? schema.Number.MinDecimals))) };
    }

    private ModelledMaker Modelled(Site site, ColumnRule rule, ColumnSource.Modelled modelled)
    {
        site.Draft.IsDrawn = true;
        var schema = modelled.Rows.Schema;
        var column = schema.IndexOf(modelled.Column);
        if (column < 0) throw Fault(site, rule, "SB2134", $"the model has no column `{modelled.Column}`; " + (Nearest.Of(modelled.Column, schema.Columns.Select(c => c.Name)) is { } near ? $"did you mean `{near}`?" : $"its columns are {string.Join(", ", schema.Columns.Take(30).Select(c => c.Name))}"));
        return new ModelledMaker(modelled.Rows, column) { Schema = schema.Columns[column] with { Name = site.Draft.Name } };
    }
}
