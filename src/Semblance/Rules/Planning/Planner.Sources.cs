using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Semblance.Data;
using Semblance.Forms;
using Semblance.Numerics;

namespace Semblance.Rules;

internal sealed partial class Planner
{
    private const int DrawnDecimals = 6; // of distributions and expressions that name none
    private const int MostWords = 10_000;

    /// <summary>A column, or a case of one, while its maker is made.</summary>
    /// <param name="Table">Place of the table.</param>
    /// <param name="Place">Place of the column.</param>
    /// <param name="Path">Path of its streams.</param>
    /// <param name="Draft">The column.</param>
    private readonly record struct Site(int Table, int Place, string Path, Draft Draft);

    private string What(Site site) => $"column `{rules[site.Table].Name}.{site.Draft.Name}`";

    private RecipeException Fault(Site site, ColumnRule rule, string code, string message) => RulePlace.Fault(code, rule.Source.At ?? rule.At ?? site.Draft.Rule?.At, What(site), message);

    private ColumnMaker Source(Site site, ColumnRule rule)
    {
        var own = site.Path == site.Draft.Name;
        var changes = own && orders[site.Table]?.Columns.TryGetValue(site.Draft.Name, out var found) == true ? found : new ColumnOrders();
        var unique = rule.Unique || changes.Unique || own && IsKey(site.Table, site.Draft.Name);
        ColumnMaker maker;
        if (changes.Formula is { } formula) maker = Formula(site, rule, Bind(site.Table, formula.Text, formula.Term, site.Draft.Inputs, false), double.NegativeInfinity, double.PositiveInfinity);
        else if (changes.OneHot is { } group) maker = OneHot(site, group);
        else if (changes.Shape is { } shape) maker = Shape(site, rule, new ColumnSource.Shape(shape), unique);
        else
            maker = rule.Source switch
            {
                ColumnSource.Law law => Law(site, rule, law.Distribution, changes, unique),
                ColumnSource.Choice choice => Choice(site, rule, choice, changes),
                ColumnSource.Sequence sequence => Sequence(site, rule, sequence),
                ColumnSource.Shape text => Shape(site, rule, text, unique),
                ColumnSource.Form form => Form(site, rule, form, unique),
                ColumnSource.Moment moment => Moment(site, rule, moment, changes, unique),
                ColumnSource.Formula written => Formula(site, rule, Expression(site.Table, written.Text, written.At ?? rule.At, What(site), site.Draft.Inputs), Number(site, rule, rule.Min, double.NegativeInfinity), Number(site, rule, rule.Max, double.PositiveInfinity)),
                ColumnSource.Given given => Given(site, rule, given),
                ColumnSource.Template template => Template(site, rule, template),
                ColumnSource.Reference reference => Reference(site, rule, reference),
                ColumnSource.Aggregate aggregate => Aggregate(site, rule, aggregate),
                ColumnSource.Modelled modelled => Modelled(site, rule, modelled),
                _ => throw new InvalidOperationException($"a source of an unknown sort: {rule.Source.GetType()}"),
            };
        if (unique && own && maker.Room is null && !IsPairKey(site.Table, site.Draft.Name)) throw Fault(site, rule, "SB2136", "no two rows may agree, but what makes it gives no such promise; sequences, patterns, forms, whole numbers of a range and dates of a range can");
        if (rule.Kind is { } kind && kind != maker.Schema.Kind) maker = Converted(maker, maker.Schema with { Kind = kind, Number = default, Format = null }, site, rule);
        if (rule.Missing > 0)
        {
            site.Draft.IsDrawn = true;
            maker = new GapMaker(maker, rule.Missing, Tables[site.Table].Stream(site.Path + "/missing")) { Schema = Gaps.Allowed(maker.Schema) };
        }
        return maker;
    }

    private int Stream(Site site, bool drawn = true)
    {
        if (drawn) site.Draft.IsDrawn = true;
        return Tables[site.Table].Stream(site.Path);
    }

    /// <summary>A single column that is the key gets another value in each row.</summary>
    private bool IsKey(int table, string column) => rules[table].Key is [var only] && only == column;

    /// <summary>Both columns of a key refer to other tables: each pair stands once.</summary>
    public bool IsPairKey(int table, string column) => rules[table] is { Per: null, Key: [var a, var b] } && (a == column || b == column) && IsFree(table, a) && IsFree(table, b);

    private bool IsFree(int table, string column) => rules[table].Columns.FirstOrDefault(c => c.Name == column)?.Source is ColumnSource.Reference { By: null or ReferenceLaw.Uniform, Where: null, With: null, Distinct: false } reference && reference.Table != rules[table].Name;

    private ColumnMaker Law(Site site, ColumnRule rule, Distribution law, ColumnOrders changes, bool unique)
    {
        var decimals = rule.Decimals ?? (law.IsDiscrete ? 0 : DrawnDecimals);
        var low = LawMaker.Up(Math.Max(Number(site, rule, rule.Min, double.NegativeInfinity), changes.Low), decimals);
        var high = LawMaker.Down(Math.Min(Number(site, rule, rule.Max, double.PositiveInfinity), changes.High), decimals);
        if (!(LawMaker.Mass(law, low, high) > 0))
            throw Fault(site, rule, "SB2137", string.Create(CultureInfo.InvariantCulture, $"no value with {decimals} decimals lies between {low} and {high}, to which bounds and constraints leave it; the distribution has values from {law.Support.Min} to {law.Support.Max}"));
        var schema = Numeric(site, decimals, rule.Decimals);
        if (unique)
        {
            if (law is not IntegerUniformDistribution) throw Fault(site, rule, "SB2136", "only `integer-uniform` gives each row another number");
            var (least, most) = ((long)Math.Max(law.Support.Min, low), (long)Math.Min(law.Support.Max, high));
            return new DistinctNumberMaker(least, (ulong)(most - least + 1), Stream(site, false)) { Schema = schema };
        }
        var bounds = Bounds(site, changes);
        return new LawMaker(bounds.Length == 0 ? law.Truncated(low, high) : law, Stream(site), low, high, decimals, bounds) { Schema = schema };
    }

    private RowBound[] Bounds(Site site, ColumnOrders changes) => [.. changes.Bounds.Select(b =>
    {
        var place = PlaceOf(site.Table, b.Other);
        Plan(site.Table, place);
        site.Draft.Inputs.Add(place);
        return new RowBound(place, b.IsLow, b.Strict);
    })];

    private static ColumnSchema Numeric(Site site, int decimals, int? written) =>
        new(site.Draft.Name, decimals == 0 ? ColumnKind.Integer : ColumnKind.Decimal) { Number = new NumberForm(written ?? 0, decimals) };

    private ChoiceMaker Choice(Site site, ColumnRule rule, ColumnSource.Choice choice, ColumnOrders changes)
    {
        var values = choice.Values;
        var numbers = rule.Kind is null or ColumnKind.Integer or ColumnKind.Decimal ? values.Select(v => ChoiceMaker.NumberOf(v.Value)).ToArray() : [null];
        var numeric = numbers.All(n => n is not null);
        var decimals = rule.Decimals ?? values.Max(v => ChoiceMaker.DecimalsOf(v.Value));
        var schema = numeric ? Numeric(site, decimals, decimals)
            : new ColumnSchema(site.Draft.Name, values.All(v => v.Value is "true" or "false") ? ColumnKind.Boolean : ColumnKind.Category);
        var low = Math.Max(numeric ? Number(site, rule, rule.Min, double.NegativeInfinity) : double.NegativeInfinity, changes.Low);
        var high = Math.Min(numeric ? Number(site, rule, rule.Max, double.PositiveInfinity) : double.PositiveInfinity, changes.High);
        var kept = values.Select(v => v.Weight).ToArray();
        if (numeric)
            for (var i = 0; i < kept.Length; i++)
                if (!(numbers[i] >= low && numbers[i] <= high)) kept[i] = 0;
        foreach (var restriction in changes.Restrictions)
        {
            var passes = numeric ? Passing(restriction, schema, Array.ConvertAll(numbers, n => n!.Value)) : restriction.Allowed([.. values.Select(v => v.Value)]);
            for (var i = 0; i < kept.Length; i++)
                if (!passes[i]) kept[i] = 0;
        }
        if (!kept.Any(w => w > 0)) throw Fault(site, rule, "SB2137", "bounds and constraints leave none of its values");
        return new ChoiceMaker(Stream(site), [.. values.Select(v => v.Value)], numeric ? Array.ConvertAll(numbers, n => n!.Value) : null, kept) { Schema = schema };

        static bool[] Passing(ColumnRestriction restriction, ColumnSchema schema, double[] numbers)
        {
            var mask = new bool[numbers.Length];
            restriction.Evaluate(new NumberColumn(schema, numbers), mask);
            return mask;
        }
    }

    /// <summary>One of several columns is 1: all look at the same draw.</summary>
    private ChoiceMaker OneHot(Site site, (string[] Columns, double[] Weights) group)
    {
        site.Draft.IsDrawn = true;
        var stream = Tables[site.Table].Stream("onehot/" + string.Join(',', group.Columns));
        var me = Array.IndexOf(group.Columns, site.Draft.Name);
        var boolean = site.Draft.Rule!.Source is ColumnSource.Choice { Values: var values } && values.All(v => v.Value is "true" or "false");
        var schema = boolean ? new ColumnSchema(site.Draft.Name, ColumnKind.Boolean) : new ColumnSchema(site.Draft.Name, ColumnKind.Integer);
        return new ChoiceMaker(stream, [.. group.Columns.Select((_, i) => i == me ? "true" : "false")], boolean ? null : [.. group.Columns.Select((_, i) => i == me ? 1.0 : 0.0)], group.Weights) { Schema = schema, MergesLevels = boolean };
    }

    private SequenceMaker Sequence(Site site, ColumnRule rule, ColumnSource.Sequence sequence)
    {
        if (sequence.Within && rules[site.Table].Per is null) throw Fault(site, rule, "SB2132", "`within` counts the children of a parent, but the table is not `per` another; leave it out");
        var bare = sequence is { Prefix: "", Suffix: "", Width: 0 };
        return new SequenceMaker(sequence) { Schema = bare ? Numeric(site, 0, 0) : new ColumnSchema(site.Draft.Name, ColumnKind.Identifier) };
    }

    private ShapeMaker Shape(Site site, ColumnRule rule, ColumnSource.Shape shape, bool unique)
    {
        try { return new ShapeMaker(TextPattern.MakerOf(shape.Text), Stream(site, !unique), unique) { Schema = new ColumnSchema(site.Draft.Name, ColumnKind.Identifier) }; }
        catch (Exception e) when (e is DataException or RecipeException) { throw Fault(site, rule, "SB2138", $"the pattern `{shape.Text}` can't be used: {e.Message}"); }
    }

    private ColumnMaker Form(Site site, ColumnRule rule, ColumnSource.Form form, bool unique)
    {
        var known = FormCatalog.Find(form.Id);
        if (unique)
        {
            if (form.Locale is not null || known is null) throw Fault(site, rule, "SB2136", $"a form of a locale may come twice; leave `locale` out{(known is null ? ", and take one of " + string.Join(", ", FormCatalog.All.Select(f => f.Id)) : "")}");
            return new FormMaker(known, Stream(site, false), true) { Schema = new ColumnSchema(site.Draft.Name, ColumnKind.Identifier) };
        }
        var schema = new ColumnSchema(site.Draft.Name, ColumnKind.Text);
        try
        {
            var locale = Locale.Find(form.Locale ?? "en-US");
            if (form.Locale is null && known is not null && !locale.Forms.Contains(form.Id)) return new FormMaker(known, Stream(site), false) { Schema = schema };
            site.Draft.IsDrawn = true;
            return new LocalFormMaker(locale.Form(form.Id), Tables[site.Table].Stream("form/" + form.As)) { Schema = schema };
        }
        catch (RecipeException e) { throw Fault(site, rule, "SB2134", e.Message); }
    }

    private MomentMaker Moment(Site site, ColumnRule rule, ColumnSource.Moment moment, ColumnOrders changes, bool unique)
    {
        var (from, fromOf) = End(moment.From);
        var (to, toOf) = End(moment.To);
        var (calendar, hours) = Days(site, rule, moment);
        var unit = (moment.Step ?? (hours is not null || HasTime(moment.From) || HasTime(moment.To) ? MomentStep.Second : MomentStep.Day)) switch
        {
            MomentStep.Day => TimeSpan.TicksPerDay,
            MomentStep.Hour => TimeSpan.TicksPerHour,
            MomentStep.Minute => TimeSpan.TicksPerMinute,
            _ => TimeSpan.TicksPerSecond,
        };
        long least = Math.Max(Date(site, rule, rule.Min, 0), (long)Math.Max(0, changes.Low)), most = Math.Min(Date(site, rule, rule.Max, DateTime.MaxValue.Ticks), changes.High < DateTime.MaxValue.Ticks ? (long)changes.High : DateTime.MaxValue.Ticks);
        (least, most) = (Math.Max(least, from ?? 0), Math.Min(most, to ?? DateTime.MaxValue.Ticks));
        var timed = unit < TimeSpan.TicksPerDay && (calendar is not null || hours is not null);
        if (hours is not null && !timed) throw Fault(site, rule, "SB2131", "`hours` needs a finer `step` than day");
        if (timed && (unique || fromOf is not null || toOf is not null || changes.Bounds.Count > 0)) throw Fault(site, rule, "SB2131", "times of day on a `calendar` or by `hours` go with fixed ends only; take `step: day`, or leave these out");
        if (calendar is not null && fromOf is not null) least = Math.Max(least, new DateTime(1950, 1, 1).Ticks);
        if (calendar is not null && toOf is not null) most = Math.Min(most, new DateTime(2148, 12, 31).Ticks);
        if (calendar is not null && (new DateTime(least).Year < 1950 || new DateTime(most).Year > 2148)) throw Fault(site, rule, "SB2131", "calendars know the years 1950 to 2148; give `from` and `to`, or `min` and `max`, within them");
        var step = calendar is null && hours is null ? unit : TimeSpan.TicksPerDay;
        if (MomentMaker.Up(least, calendar, step) > MomentMaker.Down(most, calendar, step))
            throw Fault(site, rule, "SB2137", string.Create(CultureInfo.InvariantCulture, $"there is no date from {new DateTime(least):yyyy-MM-dd HH:mm:ss} to {new DateTime(Math.Max(0, most)):yyyy-MM-dd HH:mm:ss}, to which bounds and constraints leave it"));
        if (!moment.Weights.IsEmpty && (unique || fromOf is not null || toOf is not null || !moment.Weights.Any(w => w > 0)))
            throw Fault(site, rule, "SB2131", "`weights` divide the time between two fixed ends and one of them is above 0; leave them out where ends differ from row to row, or dates are unique");
        if (unique && (fromOf is not null || toOf is not null)) throw Fault(site, rule, "SB2136", "dates between ends that differ from row to row can't be unique; give fixed ends");
        var format = rule.Format ?? (unit == TimeSpan.TicksPerDay ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss");
        return new MomentMaker(least, most, fromOf, toOf, unit, Stream(site, !unique), unique, Bounds(site, changes), changes.Tried, [.. moment.Weights], calendar, hours, timed ? Tables[site.Table].Stream(site.Path + "/clock") : -1) { Schema = new ColumnSchema(site.Draft.Name, ColumnKind.DateTime) { Format = format } };

        (long?, RowExpression?) End(string text)
        {
            if (TryDate(text, out var ticks)) return (ticks, null);
            var expression = Expression(site.Table, text, moment.At ?? rule.At, What(site), site.Draft.Inputs);
            return expression.Kind == ColumnKind.DateTime ? (null, expression) : throw Fault(site, rule, "SB2131", $"`{text}` is no date; write 2024-05-31 or 2024-05-31 14:30:00, or an expression that gives a date");
        }
    }

    private (BusinessCalendar?, TimeProfile?) Days(Site site, ColumnRule rule, ColumnSource.Moment moment)
    {
        try { return (moment.Calendar is { } calendar ? BusinessCalendar.Find(calendar) : null, moment.Hours is { } hours ? TimeProfile.Find(hours) : null); }
        catch (RecipeException e) { throw Fault(site, rule, "SB2134", e.Message); }
    }

    private static bool HasTime(string text) => TryDate(text, out _) && text.Contains(':', StringComparison.Ordinal);

    /// <summary>A date as people write it.</summary>
    public static bool TryDate(string text, out long ticks)
    {
        var found = DateTime.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var date);
        ticks = date.Ticks;
        return found;
    }

    private FormulaMaker Formula(Site site, ColumnRule rule, RowExpression formula, double low, double high)
    {
        var decimals = rule.Decimals ?? formula.Decimals(DrawnDecimals);
        var schema = formula.Kind switch
        {
            ColumnKind.Decimal => Numeric(site, decimals, rule.Decimals),
            ColumnKind.DateTime => new ColumnSchema(site.Draft.Name, ColumnKind.DateTime) { Format = rule.Format ?? FormatOf(site.Table, formula) },
            var kind => new ColumnSchema(site.Draft.Name, kind),
        };
        if (formula.Kind == ColumnKind.DateTime) (low, high) = (Date(site, rule, rule.Min, 0), Date(site, rule, rule.Max, DateTime.MaxValue.Ticks));
        return new FormulaMaker(formula, low, high, decimals) { Schema = Gaps.Allowed(schema) };
    }

    /// <summary>Dates that are shifted by parts of days have a time.</summary>
    private string FormatOf(int table, RowExpression formula)
    {
        var formats = formula.Inputs.Select(i => SchemaOf(table, i)).Where(s => s.Kind == ColumnKind.DateTime).Select(s => s.Format ?? "yyyy-MM-dd HH:mm:ss").ToArray();
        var whole = formula.Inputs.All(i => SchemaOf(table, i) is { Kind: not ColumnKind.Decimal });
        return formats.Length == 0 ? "yyyy-MM-dd" : whole || formats[0].Contains("HH", StringComparison.Ordinal) ? formats[0] : "yyyy-MM-dd HH:mm:ss";
    }

    /// <summary>A bound as a number.</summary>
    private double Number(Site site, ColumnRule rule, string? text, double otherwise) => text is null || TryDate(text, out _) ? otherwise
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : throw Fault(site, rule, "SB2131", $"the bound `{text}` is no number");

    /// <summary>A bound as a date, in ticks.</summary>
    private long Date(Site site, ColumnRule rule, string? text, long otherwise) => text is null ? otherwise : TryDate(text, out var ticks) ? ticks : throw Fault(site, rule, "SB2131", $"the bound `{text}` is no date; write 2024-05-31 or 2024-05-31 14:30:00");
}
