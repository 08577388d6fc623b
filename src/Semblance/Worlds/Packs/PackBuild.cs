using System.Collections.Immutable;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Worlds;

/// <summary>Compiles a pack, section by section, for the values of its parameters and a seed. Whatever does not fit is told with its place.</summary>
internal sealed partial class PackBuild
{
    private const double MaxEntities = 1e9, MaxDays = 36_600;

    private readonly Pack pack;
    private readonly Seed seed;
    private readonly Scope constants = new();
    private readonly Dictionary<string, LevelTable> tables = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Profile> profiles = new(StringComparer.Ordinal);
    private readonly List<EntityKind> kinds = [];
    private readonly List<AccountSpec> accounts = [];
    private readonly List<EventKind> events = [];
    private readonly List<GraphSpec> graphs = [];
    private readonly List<CampaignSpec> campaigns = [];
    private readonly List<Machine> machines = [];
    private readonly List<Emission> emissions = [];
    private readonly List<SourceSpec> sources = [];
    private double resolution = 1;

    private PackBuild(Pack pack, ImmutableSortedDictionary<string, string> settings, Seed seed)
    {
        (this.pack, this.seed) = (pack, seed);
        Time = ReadClock(settings);
        ReadParameters(settings);
        ReadTables();
        ReadProfiles();
        ReadEntities();
        ReadAccounts();
        ReadEvents();
        ReadGraph();
        ReadCampaigns();
        ReadMachines();
        ReadProcesses();
    }

    public PackSource Source => pack.Source;

    public PackTime Time { get; }

    /// <summary>The kind that rows are counted by: the first.</summary>
    public EntityKind Root => kinds[0];

    /// <summary>Compiles a pack.</summary>
    /// <exception cref="RecipeException">It contradicts itself (SB2201 to SB2208, SB2060 to SB2066).</exception>
    public static (WorldModel Model, ImmutableArray<OutputSpec> Outputs) Of(Pack pack, ImmutableSortedDictionary<string, string> settings, Seed seed)
    {
        var build = new PackBuild(pack, settings, seed);
        var model = new WorldModel
        {
            Time = build.Time, Resolution = (long)Math.Round(build.resolution * 1e6), Root = build.Root, Kinds = [.. build.kinds], Events = [.. build.events], Sources = [.. build.sources], Campaigns = [.. build.campaigns],
            Machines = [.. build.machines], Emissions = [.. build.emissions], Accounts = [.. build.accounts], AccountId = build.accountId, IdKey = build.Stream("events/id").Key,
        };
        return (model, build.ReadOutputs(model));
    }

    public RandomStream Stream(string path) => new(seed, $"worlds/{pack.Name}/{path}");

    /// <summary>Seconds of a unit of time.</summary>
    public double Unit(string unit, YamlValue at) => unit switch
    {
        "seconds" => 1,
        "minutes" => 60,
        "hours" => 3600,
        "days" => 86_400,
        "milliseconds" => 0.001,
        _ => throw Source.Unknown(at, "unit of time", unit, ["milliseconds", "seconds", "minutes", "hours", "days"]),
    };

    /// <summary>A table that a value names.</summary>
    public LevelTable Table(YamlValue value) => tables.TryGetValue(Source.Text(value, "the name of a table"), out var table) ? table : throw Source.Unknown(value, "table", Source.Text(value, "a table"), tables.Keys);

    /// <summary>A kind of entity that a value names.</summary>
    public EntityKind Kind(YamlValue value) => Find(value, kinds, k => k.Name, "kind of entity");

    private T Find<T>(YamlValue value, IEnumerable<T> all, Func<T, string> nameOf, string what) where T : class
    {
        var name = Source.Text(value, $"a {what}");
        return all.FirstOrDefault(x => nameOf(x) == name) ?? throw Source.Unknown(value, what, name, all.Select(nameOf));
    }

    private double Constant(YamlValue value, string what, double min, double max) => new ValueReader(this, constants).Constant(value, what, min, max);

    private PackTime ReadClock(ImmutableSortedDictionary<string, string> settings)
    {
        var clock = Source.Map(pack.Yaml.Require("clock"), "the clock", "start", "days", "resolution");
        // Parameters of the clock are read before all else: days of other parameters count from its start.
        foreach (var parameter in pack.Parameters)
            if (parameter.Kind is PackParameterKind.Whole or PackParameterKind.Number) constants.AddConstant(parameter.Name, parameter.Read(settings[parameter.Name]), ValueType.Number);
        var startValue = clock.Require("start");
        var start = Source.Text(startValue, "`start`");
        var day = pack.Parameters.FirstOrDefault(p => p.Name == start && p.Kind == PackParameterKind.Date) is { } named ? named : new PackParameter("start", PackParameterKind.Date, "the first day", start);
        double ticks;
        try { ticks = day.Read(settings.GetValueOrDefault(start) ?? start); }
        catch (RecipeException e) { throw Source.Fault(e.Code, startValue, e.Message); }
        resolution = clock.Number("resolution", 1e-6, 86_400) ?? 1;
        var first = new PackTime(new DateTime((long)ticks), 1);
        return new PackTime(first.Start, ConstantBefore(clock.Require("days"), first));
    }

    private double ConstantBefore(YamlValue value, PackTime time)
    {
        var text = Source.Single(value, "`days`");
        var typed = Source.Expression(text, () => new TermCompiler(constants, time).Compile(text.Text));
        return typed.Node.IsConstant && typed.Node.Eval(null!) is >= 0.01 and <= MaxDays and var days ? days : throw Source.Fault("SB2208", value, FormattableString.Invariant($"`days` must lie from 0.01 to {MaxDays}"));
    }

    private void ReadParameters(ImmutableSortedDictionary<string, string> settings)
    {
        foreach (var parameter in pack.Parameters)
        {
            var value = parameter.Read(settings[parameter.Name]);
            if (parameter.Kind == PackParameterKind.Date) constants.AddConstant(parameter.Name, Time.Seconds(new DateTime((long)value)), ValueType.Time);
            else if (parameter.Kind == PackParameterKind.Word) constants.AddConstant(parameter.Name, value, new(Sort.Level, new LevelTable(parameter.Name, [.. parameter.Words], [], [])));
        }
    }

    private void ReadTables()
    {
        foreach (var (key, value) in pack.Yaml.Pairs("tables"))
        {
            var name = Source.Named(key, "a table");
            var map = Source.Map(value, $"the table `{name}`", "columns", "rows");
            string[] columns = [.. Source.List(map.Require("columns"), "`columns`").Items.Select(c => Source.Text(c, "a column"))];
            var rows = Source.Any(map.Require("rows"), "`rows`").Entries;
            var values = columns.Select(_ => new double[rows.Length]).ToArray();
            for (var r = 0; r < rows.Length; r++)
            {
                var cells = rows[r].Value is YamlList list ? list.Items : [rows[r].Value];
                if (cells.Length != columns.Length) throw Source.Fault("SB2202", rows[r].Value, $"the row `{rows[r].Key.Text}` has {cells.Length} numbers for {columns.Length} columns ({string.Join(", ", columns)})");
                for (var c = 0; c < cells.Length; c++) values[c][r] = Constant(cells[c], $"`{columns[c]}` of `{rows[r].Key.Text}`", -1e15, 1e15);
            }
            if (rows.IsEmpty) throw Source.Fault("SB2203", value, $"the table `{name}` needs a row");
            tables.Add(name, new LevelTable(name, [.. rows.Select(r => r.Key.Text)], columns, values));
        }
    }

    private void ReadProfiles()
    {
        foreach (var (key, value) in pack.Yaml.Pairs("profiles"))
        {
            var map = Source.Map(value, $"the profile `{key.Text}`", "hours", "weekdays", "months");
            profiles.Add(Source.Named(key, "a profile"), new Profile(Weights("hours", 24), Weights("weekdays", 7), Weights("months", 12), Time));

            double[] Weights(string part, int count)
            {
                if (map[part] is not { } list) return [.. Enumerable.Repeat(1.0, count)];
                var items = Source.List(list, $"`{part}`").Items;
                if (items.Length != count) throw Source.Fault("SB2202", list, $"`{part}` takes {count} weights, not {items.Length}");
                double[] weights = [.. items.Select(i => Source.Number(i, "a weight", 0, 1e9))];
                return weights.Sum() > 0 ? weights : throw Source.Fault("SB2202", list, "one of the weights must be above 0");
            }
        }
    }

    private void ReadEntities()
    {
        foreach (var (key, value) in Source.Any(pack.Yaml.Require("entities"), "`entities`").Entries)
        {
            var name = Source.Named(key, "a kind of entity");
            var map = Source.Map(value, $"the entities `{name}`", "about", "count", "of", "each", "id", "attributes");
            EntityKind kind;
            if (map["of"] is { } of)
            {
                var owner = Kind(of);
                var each = (int)Constant(map.Require("each"), "`each`", 1, 1000);
                kind = new EntityKind(name, owner.Count * each) { Owner = owner, Each = each };
                kind.Add("owner", new(Sort.Entity, Entity: owner), new NumberNode(i => i / each), default);
                kind.Add("place", ValueType.Number, new NumberNode(i => i % each), default);
            }
            else kind = new EntityKind(name, (long)Math.Round(Constant(map.Require("count"), $"the count of {name}", 1, MaxEntities)));
            if (map["id"] is { } id) kind.Id = Id(id, kind.Count, $"{name}/id");
            ReadAttributes(map["attributes"], kind, null);
            kinds.Add(kind);
        }
        if (kinds.Count == 0) throw Source.Fault("SB2203", pack.Yaml.Require("entities"), "a pack needs at least one kind of entity; the first is the one that rows are counted by");
        if (Root.Owner is not null) throw Source.Fault("SB2202", pack.Yaml.Require("entities"), $"`{Root.Name}` comes first and so is what rows are counted by: it can't belong to others");
    }

    private IdForm Id(YamlValue value, long count, string stream)
    {
        var text = Source.Text(value, "`id`");
        var digits = text.Length - text.TrimEnd('#').Length;
        if (digits is 0 or > 18 || text.Length > 32 || text.Any(c => c > 126)) throw Source.Fault("SB2202", value, "an `id` is letters and then 1 to 18 signs `#` for digits: C#######");
        var form = new IdForm(text[..^digits], digits, Stream(stream).Key);
        return (ulong)count <= form.Room ? form : throw Source.Fault("SB2208", value, $"{digits} digits are too few for {count}; write more `#`");
    }

    private void ReadAttributes(YamlValue? value, EntityKind kind, CampaignSpec? campaign)
    {
        if (value is null) return;
        foreach (var (key, made) in Source.Any(value, $"the attributes of {kind.Name}").Entries)
        {
            var scope = new Scope(constants);
            scope.AddSlot("self", Slots.Self, new(Sort.Entity, Entity: kind));
            kind.AddTo(scope, 0);
            var name = Source.Named(key, "an attribute");
            if (kind.AttributeOf(name) is not null) throw Source.Fault("SB2202", key, $"`{name}` is taken");
            var path = $"{kind.Name}/{name}";
            var typed = new ValueReader(this, scope, campaign, Slots.Self).Read(made, $"`{name}`", path, kind);
            kind.Add(name, typed.Type, typed.Node, Stream(path));
        }
    }
}
