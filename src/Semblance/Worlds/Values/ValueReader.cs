using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Worlds;

/// <summary>Reads a value of a pack: an expression, or one word that makes it (a distribution, <c>choice</c>, <c>chance</c>, <c>strata</c>, <c>pick</c>, <c>given</c>) with words that dress it.</summary>
internal sealed class ValueReader(PackBuild build, Scope scope, CampaignSpec? campaign = null, int campaignSlot = 0)
{
    private static readonly string[] Makers = ["expression", "choice", "chance", "strata", "level", "word", "item", "pick", "member", "given"], Dress = ["min", "max", "decimals", "unit", "by", "weight", "within", "habit", "popularity", "at", "of"];

    private PackSource Source => build.Source;

    /// <summary>An expression.</summary>
    public Typed Expression(YamlValue value, string what)
    {
        var text = Source.Single(value, what);
        return Source.Expression(text, () => new TermCompiler(scope, build.Time).Compile(text.Text));
    }

    /// <summary>A value that must be a number.</summary>
    public Node Number(YamlValue value, string what, string stream = "") => Read(value, what, stream) is { Type.Sort: Sort.Number or Sort.Truth or Sort.Entity } typed ? typed.Node : throw Source.Fault("SB2205", value, $"{what} must be a number");

    /// <summary>A condition.</summary>
    public Node Truth(YamlValue value, string what) => Read(value, what, "") is { Type.Sort: Sort.Truth } typed ? typed.Node : throw Source.Fault("SB2205", value, $"{what} must be a condition");

    /// <summary>A number that is the same for all, within bounds.</summary>
    public double Constant(YamlValue value, string what, double min, double max)
    {
        var typed = Expression(value, what);
        if (!typed.Node.IsConstant) throw Source.Fault("SB2205", value, $"{what} must follow from the parameters alone");
        var number = typed.Node.Eval(null!);
        return number >= min && number <= max ? number : throw Source.Fault("SB2208", value, FormattableString.Invariant($"{what} comes to {number}; it must lie from {min} to {max}"));
    }

    /// <summary>A value of any sort.</summary>
    /// <param name="value">Where it stands.</param>
    /// <param name="what">What it is, for messages.</param>
    /// <param name="stream">Path of its own stream, for habits and strata.</param>
    /// <param name="kind">The kind of entity whose attribute it is.</param>
    public Typed Read(YamlValue value, string what, string stream, EntityKind? kind = null)
    {
        if (value is YamlText) return Expression(value, what);
        var map = Source.Any(value, what);
        var makers = map.Entries.Where(e => !Dress.Contains(e.Key.Text)).ToList();
        if (makers.Count != 1)
            throw Source.Fault("SB2203", value, $"{what} needs exactly one word that makes it: {string.Join(", ", Makers)} or a distribution" + (makers.Count > 1 ? $"; here stand {string.Join(", ", makers.Select(m => $"`{m.Key.Text}`"))}" : ""));
        var (maker, body) = makers[0];
        var checkedMap = Source.Map(value, what, [maker.Text, .. Dress]);
        var typed = maker.Text switch
        {
            "expression" => Expression(body, what),
            "choice" => Choice(checkedMap, body, what),
            "chance" => new(new ChanceNode(Number(body, "`chance`")), ValueType.Truth),
            "strata" => Strata(body, what, kind),
            "pick" => Pick(checkedMap, body, stream),
            "level" => Level(checkedMap, body),
            "word" => new(new ItemNode(Number(checkedMap.Require("at"), "`at`"), build.Table(body).Names.Length), new(Sort.Level, build.Table(body))),
            "item" => Item(checkedMap, body),
            "member" => Member(checkedMap, body),
            "given" => Given(body, what, stream, kind),
            _ => Distributed(maker, body, what),
        };
        return Dressed(checkedMap, typed);
    }

    private Typed Dressed(PackMap map, Typed typed)
    {
        var min = map["min"] is { } low ? Number(low, "`min`") : null;
        var max = map["max"] is { } high ? Number(high, "`max`") : null;
        var decimals = (int)(map.Number("decimals", 0, 15) ?? -1);
        var scale = map.Text("unit") is { } unit ? build.Unit(unit, map.Require("unit")) : 1;
        if (min is null && max is null && decimals < 0 && scale == 1) return typed;
        if (typed.Type.Sort is not (Sort.Number or Sort.Truth)) throw Source.Fault("SB2205", map.Yaml, "`min`, `max`, `decimals` and `unit` belong to numbers");
        return typed with { Node = new DressedNode(typed.Node, min, max, scale, decimals) };
    }

    private Typed Choice(PackMap map, YamlValue body, string what)
    {
        if (body is YamlMap inline)
        {
            var names = inline.Entries.Select(e => e.Key.Text).ToArray();
            if (map["by"] is { } bad) throw Source.Fault("SB2202", bad, "`by` needs a named table: its columns are the weights of each level");
            var table = new LevelTable(what, names, [], []);
            var weights = inline.Entries.Select(e => Constant(e.Value, $"the weight of `{e.Key.Text}`", 0, 1e12)).ToArray();
            return new(new PickLevelNode([Weights(weights, inline)], null), new(Sort.Level, table));
        }
        var levels = build.Table(body);
        if (map["by"] is not { } byValue)
        {
            var property = map.Text("weight") ?? "weight";
            return new(new PickLevelNode([Column(levels, property, body)], null), new(Sort.Level, levels));
        }
        var by = Expression(byValue, "`by`");
        if (by.Type.Sort != Sort.Level) throw Source.Fault("SB2205", byValue, $"`by` must name one of a list of words; this is {by.Type}");
        return new(new PickLevelNode([.. by.Type.Levels!.Names.Select(n => Column(levels, n, byValue))], by.Node), new(Sort.Level, levels));
    }

    private Typed Strata(YamlValue body, string what, EntityKind? kind)
    {
        if (kind is null) throw Source.Fault("SB2205", body, $"{what}: `strata` divides all entities of a kind; only an attribute can be made so");
        var levels = build.Table(body);
        return new(new StrataNode(Column(levels, "weight", body), kind), new(Sort.Level, levels));
    }

    private Typed Pick(PackMap map, YamlValue body, string stream)
    {
        var kind = build.Kind(body);
        StrataNode? strata = null;
        Node? level = null;
        if (map["within"] is { } within)
        {
            var pairs = Source.Any(within, "`within`").Entries;
            if (pairs.Length != 1) throw Source.Fault("SB2202", within, "`within` names one attribute made by `strata`, and the level: {category: category}");
            var attribute = kind.AttributeOf(pairs[0].Key.Text) ?? throw Source.Unknown(pairs[0].Key, $"attribute of {kind.Name}", pairs[0].Key.Text, kind.AttributeNames);
            strata = attribute.Node as StrataNode ?? throw Source.Fault("SB2205", pairs[0].Key, $"`{attribute.Name}` must be made by `strata`: only then the {kind.Name} of a level are known without a search");
            var typed = Expression(pairs[0].Value, "`within`");
            if (typed.Type.Levels != attribute.Type.Levels) throw Source.Fault("SB2205", pairs[0].Value, $"this is {typed.Type}, not {attribute.Type}");
            level = typed.Node;
        }
        var habit = map["habit"] is { } h ? Number(h, "`habit`") : null;
        return new(new PickEntityNode(kind, build.Stream($"{stream}/habit"), strata, level, habit, map.Number("popularity", 0.1, 20) ?? 1), new(Sort.Entity, Entity: kind));
    }

    /// <summary>A word of a table, the same for all.</summary>
    private Typed Level(PackMap map, YamlValue body)
    {
        var levels = build.Table(map.Require("of"));
        var word = Source.Text(body, "a word");
        return levels.IndexOf(word) is >= 0 and var index ? new(new ConstantNode(index), new(Sort.Level, levels)) : throw Source.Unknown(body, $"row of {levels.Name}", word, levels.Names);
    }

    /// <summary>An entity by its number.</summary>
    private Typed Item(PackMap map, YamlValue body)
    {
        var kind = build.Kind(body);
        return new(new ItemNode(Number(map.Require("at"), "`at`"), kind.Count), new(Sort.Entity, Entity: kind));
    }

    /// <summary>Who fills a place of a role.</summary>
    private Typed Member(PackMap map, YamlValue body)
    {
        if (campaign is null) throw Source.Fault("SB2205", body, "`member` belongs to a campaign and its machine");
        var name = Source.Text(body, "a role");
        var role = campaign.Roles.Find(r => r.Name == name) ?? throw Source.Unknown(body, $"role of {campaign.Kind.Name}", name, campaign.Roles.Select(r => r.Name));
        return new(new MemberNode(campaign, role, campaignSlot, map["at"] is { } at ? Number(at, "`at`") : new ConstantNode(0)), new(Sort.Entity, Entity: build.Root));
    }

    private Typed Given(YamlValue body, string what, string stream, EntityKind? kind)
    {
        var cases = new List<(Node?, Node)>();
        ValueType? type = null;
        foreach (var item in Source.List(body, "`given`").Items)
        {
            var map = Source.Map(item, "a case of `given`", "when", "value");
            var when = map["when"] is { } condition ? Truth(condition, "`when`") : null;
            var typed = Read(map.Require("value"), what, stream, kind);
            type ??= typed.Type;
            if (typed.Type != type) throw Source.Fault("SB2205", map.Require("value"), $"all cases must be alike: the first is {type}, this is {typed.Type}");
            cases.Add((when, typed.Node));
        }
        if (cases.Count == 0) throw Source.Fault("SB2203", body, "`given` needs at least one case");
        return new(new GivenNode([.. cases]), type!.Value);
    }

    private Typed Distributed(YamlText name, YamlValue body, string what)
    {
        if (!DistributionCatalog.Knows(name.Text)) throw Source.Unknown(name, "way to make a value", name.Text, Makers.Concat(DistributionCatalog.All.Select(d => d.Name)));
        var entries = Source.Any(body, $"the parameters of `{name.Text}`").Entries;
        var parameters = entries.Select(e => (e.Key, Node: Number(e.Value, $"`{e.Key.Text}`"))).ToList();
        if (parameters.All(p => p.Node.IsConstant))
            return new(new DistributionNode(Source.Expression(name, () => DistributionCatalog.Make(name.Text, parameters.ToDictionary(p => p.Key.Text, p => p.Node.Eval(null!))))), ValueType.Number);
        var words = parameters.Select(p => p.Key.Text).ToList();
        var (order, draw) = ParametricDraws.Find(name.Text, words)
            ?? throw Source.Fault("SB2205", body, $"`{name.Text}` of {string.Join(", ", words)} takes parameters that are the same for all; those of {string.Join(", ", ParametricDraws.Names)} may depend on the entity");
        var nodes = order.Select(w => parameters.First(p => p.Key.Text == w).Node).ToList();
        return new(new ParametricNode(draw, nodes[0], nodes.Count > 1 ? nodes[1] : new ConstantNode(0)), ValueType.Number);
    }

    private double[] Column(LevelTable levels, string property, YamlValue at) =>
        Weights(levels.Property(property) ?? throw Source.Unknown(at, $"column of the table {levels.Name}", property, levels.Properties), at);

    private double[] Weights(double[] weights, YamlValue at) =>
        Array.TrueForAll(weights, w => w >= 0) && weights.Sum() > 0 ? Cumulative.Of(weights) : throw Source.Fault("SB2202", at, "weights must be at least 0, and one of them above 0");
}
