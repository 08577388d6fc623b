using Semblance.Formats;

namespace Semblance.Worlds;

internal sealed partial class PackBuild
{
    private const int MaxSources = 1 << EventIds.SourceBits;

    private static readonly string[] Laws = ["poisson", "renewal", "hawkes", "on-off", "calendar", "once"];

    private static readonly string[] Emitting = ["emit", "actor", "other", "with", "keep", "label", "store"];

    private static readonly string[] Occurring = [.. Laws, .. Emitting, "when", "machine"];

    private static readonly string[] Acts = ["initial", "terminal", "guard", "delay", "set", "emit", "branch", "call"];

    private void ReadMachines()
    {
        var entries = pack.Yaml.Pairs("machines").ToList();
        // Names first: machines may call those that stand below.
        foreach (var (key, value) in entries)
        {
            var map = MachineMap(key, value);
            var machine = new Machine(Source.Named(key, "a machine"), machines.Count, OwnerOf(map.Require("of")));
            var scope = OwnerScope(machine.Owner, 0, null);
            foreach (var (variable, start) in map.Pairs("variables"))
            {
                var name = Source.Named(variable, "a variable");
                var typed = new ValueReader(this, scope, CampaignOf(machine.Owner), Slots.Self).Read(start, $"`{name}`", $"{key.Text}/{name}");
                var slot = machine.Width;
                machine.Variables.Add((name, slot, typed.Type, typed.Node));
                scope.AddSlot(name, slot, typed.Type);
            }
            machines.Add(machine);
        }
        for (var i = 0; i < machines.Count; i++) ReadStates(machines[i], MachineMap(entries[i].Key, entries[i].Value));
        foreach (var machine in machines) RefuseCircles(machine, []);
    }

    private PackMap MachineMap(YamlText key, YamlValue value) => Source.Map(value, $"the machine `{key.Text}`", "about", "of", "variables", "states");

    private void ReadStates(Machine machine, PackMap map)
    {
        var entries = Source.Any(map.Require("states"), "`states`").Entries;
        if (entries.IsEmpty) throw Source.Fault("SB2203", map.Yaml, $"the machine `{machine.Name}` needs states");
        string[] names = [.. entries.Select(e => e.Key.Text)];
        foreach (var (key, body) in entries)
        {
            var scope = OwnerScope(machine.Owner, 0, machine);
            var state = new MachineState(key.Text);
            var fields = Source.Map(body, $"the state `{key.Text}`", [.. Acts, .. Emitting.Except(["emit"]), "every", "next", "weighted", "table"]);
            var acts = Acts.Where(a => fields[a] is not null && a is not ("initial" or "branch")).ToList();
            if (acts.Count > 1) throw Source.Fault("SB2202", body, $"the state `{key.Text}` does {string.Join(" and ", acts)}; a state does one thing");
            if (fields.Truth("initial")) machine.Initial = machine.States.Count;
            var reader = new ValueReader(this, scope, CampaignOf(machine.Owner), Slots.Self);
            switch (acts.FirstOrDefault())
            {
                case "terminal":
                    state.Act = StateAct.Terminal;
                    break;
                case "guard":
                    (state.Act, state.Value) = (StateAct.Guard, reader.Truth(fields.Require("guard"), "`guard`"));
                    state.Every = fields.Number("every", 1, 86_400) ?? 3600;
                    break;
                case "delay":
                    (state.Act, state.Value) = (StateAct.Delay, reader.Number(fields.Require("delay"), "`delay`", $"{machine.Name}/{key.Text}"));
                    break;
                case "set":
                    state.Act = StateAct.Set;
                    foreach (var (variable, value) in fields.Pairs("set"))
                    {
                        var found = machine.Variables.Find(v => v.Name == variable.Text);
                        if (found.Name is null) throw Source.Unknown(variable, $"variable of the machine `{machine.Name}`", variable.Text, machine.Variables.Select(v => v.Name));
                        var typed = reader.Read(value, $"`{variable.Text}`", $"{machine.Name}/{variable.Text}");
                        if (typed.Type != found.Type) throw Source.Fault("SB2205", value, $"`{variable.Text}` is {found.Type}, this is {typed.Type}");
                        state.Set.Add((found.Slot, typed.Node));
                    }
                    break;
                case "emit":
                    (state.Act, state.Emit) = (StateAct.Emit, ReadEmission(fields, machine.Owner, machine));
                    break;
                case "call":
                    (state.Act, state.Call) = (StateAct.Call, Find(fields.Require("call"), machines, m => m.Name, "machine"));
                    if (state.Call.Owner != machine.Owner) throw Source.Fault("SB2205", fields.Require("call"), $"`{state.Call.Name}` is a machine of {state.Call.Owner.Name}, this one of {machine.Owner.Name}");
                    break;
            }
            ReadTransitions(state, fields, names, reader, body);
            machine.States.Add(state);
        }
    }

    private void ReadTransitions(MachineState state, PackMap fields, string[] names, ValueReader reader, YamlValue body)
    {
        if (fields["branch"] is { } branch)
            foreach (var item in Source.List(branch, "`branch`").Items)
            {
                var arm = Source.Map(item, "a branch", "when", "next");
                state.Next.Add(new Transition(arm["when"] is { } when ? reader.Truth(when, "`when`") : null, [State(arm.Require("next"))], [], null));
            }
        if (fields["weighted"] is { } weighted)
        {
            var arms = Source.Any(weighted, "`weighted`").Entries;
            state.Next.Add(new Transition(null, [.. arms.Select(a => State(a.Key))], [Weights(arms.Select(a => a.Value), weighted)], null));
        }
        if (fields["table"] is { } table)
        {
            var map = Source.Map(table, "`table`", "by", "rows");
            var by = reader.Expression(map.Require("by"), "`by`");
            if (by.Type.Sort != Sort.Level) throw Source.Fault("SB2205", map.Require("by"), $"`by` must name one of a list of words; this is {by.Type}");
            var rows = Source.Any(map.Require("rows"), "`rows`").Entries;
            var to = rows.SelectMany(r => Source.Any(r.Value, "a row").Entries.Select(e => e.Key)).DistinctBy(k => k.Text).ToList();
            var weights = new List<double[]>();
            foreach (var level in by.Type.Levels!.Names)
            {
                var row = rows.FirstOrDefault(r => r.Key.Text == level).Value ?? throw Source.Fault("SB2203", map.Require("rows"), $"`rows` needs a row for `{level}`");
                var cells = Source.Any(row, "a row").Entries;
                weights.Add(Cumulative.Of([.. to.Select(t => cells.FirstOrDefault(c => c.Key.Text == t.Text).Value is { } w ? Source.Number(w, "a weight", 0, 1e9) : 0)]));
            }
            state.Next.Add(new Transition(null, [.. to.Select(State)], [.. weights], by.Node));
        }
        if (fields["next"] is { } next) state.Next.Add(new Transition(null, [State(next)], [], null));
        if (state.Act != StateAct.Terminal && state.Next.Count == 0) throw Source.Fault("SB2203", body, $"the state `{state.Name}` leads nowhere; give it `next`, `branch`, `weighted` or `table`, or make it `terminal: yes`");

        int State(YamlValue value) => Array.IndexOf(names, Source.Text(value, "a state")) is >= 0 and var index ? index : throw Source.Unknown(value, "state", Source.Text(value, "a state"), names);

        double[] Weights(IEnumerable<YamlValue> values, YamlValue at)
        {
            double[] weights = [.. values.Select(v => Constant(v, "a weight", 0, 1e9))];
            return weights.Sum() > 0 ? Cumulative.Of(weights) : throw Source.Fault("SB2202", at, "one of the weights must be above 0");
        }
    }

    private void RefuseCircles(Machine machine, List<Machine> above)
    {
        if (above.Contains(machine)) throw Source.Fault("SB2208", pack.Yaml.Require("machines"), $"the machine `{machine.Name}` calls itself by way of {string.Join(", ", above.Select(m => $"`{m.Name}`"))}; calls can't run in circles");
        foreach (var state in machine.States)
            if (state.Call is { } call) RefuseCircles(call, [.. above, machine]);
    }

    private Emission ReadEmission(PackMap map, EntityKind owner, Machine? machine)
    {
        var kind = Find(map.Require("emit"), events, e => e.Name, "kind of event");
        var campaign = CampaignOf(owner);
        var graph = graphs.Find(g => g.Edges == owner);
        var emission = new Emission(kind, emissions.Count) { OwnerOffset = kind.Width + 1, OwnSlot = kind.Width, Label = map.Truth("label", true) };
        emission.Width = emission.OwnerOffset + (machine?.Width ?? owner.Width);
        var ownerScope = OwnerScope(owner, 0, machine);
        var reader = new ValueReader(this, ownerScope, campaign, Slots.Self);
        if (map["actor"] is { } actor) emission.Actor = Party(reader.Read(actor, "`actor`", ""), actor, kind.Actor);
        else if (graph is not null) emission.Actor = new SlotNode(owner.AttributeOf("from")!.Slot);
        else if (owner != kind.Actor) throw Source.Fault("SB2203", map.Yaml, $"say who of {kind.Actor.Name} acts: `actor`");
        if (map["other"] is { } other) emission.Other = Party(reader.Read(other, "`other`", $"{owner.Name}/other"), other, kind.Other ?? throw Source.Fault("SB2205", other, $"`{kind.Name}` has no other party; give the event `to`"));
        else if (graph is not null && kind.Other == Root) emission.Other = new SlotNode(owner.AttributeOf("to")!.Slot);
        else if (kind.Other is not null) throw Source.Fault("SB2203", map.Yaml, $"`{kind.Name}` has another party: say who, by `other`");
        if (kind.TouchesOther && graph is null && campaign is null) throw Source.Fault("SB2205", map.Require("emit"), $"`{kind.Name}` touches another's account; only edges of the graph and campaigns are known from both ends");
        if (map["with"] is { } with)
        {
            emission.With = new Node?[kind.Fields.Count];
            var scope = new Scope(constants);
            owner.AddTo(scope, emission.OwnerOffset);
            if (machine is not null)
                foreach (var (name, slot, type, _) in machine.Variables) scope.AddSlot(name, emission.OwnerOffset + slot, type);
            var inner = new Scope(scope);
            foreach (var name in kind.Scope.Names) inner.Add(name, kind.Scope.Find(name)!.Value.Node, kind.Scope.Find(name)!.Value.Type);
            foreach (var (field, value) in Source.Any(with, "`with`").Entries)
            {
                var spec = kind.FieldOf(field.Text) ?? throw Source.Unknown(field, $"field of `{kind.Name}`", field.Text, kind.Fields.Select(f => f.Name));
                inner.AddSlot("own", emission.OwnSlot, spec.Type);
                var typed = value is YamlText word && spec.Type is { Sort: Sort.Level, Levels: { } levels } && levels.IndexOf(word.Text) is >= 0 and var level ? new Typed(new ConstantNode(level), spec.Type)
                    : new ValueReader(this, inner, campaign, emission.OwnerOffset + Slots.Self).Read(value, $"`{field.Text}`", $"{owner.Name}/{kind.Name}/{field.Text}");
                if (typed.Type != spec.Type && !(typed.Type.Sort is Sort.Number or Sort.Truth && spec.Type.Sort is Sort.Number or Sort.Truth)) throw Source.Fault("SB2205", value, $"`{field.Text}` is {spec.Type}, this is {typed.Type}");
                emission.With[kind.Fields.IndexOf(spec)] = typed.Node;
            }
            if (map["keep"] is { } keep) emission.Keep = new ValueReader(this, inner, campaign, emission.OwnerOffset + Slots.Self).Number(keep, "`keep`");
        }
        foreach (var (variable, field) in map.Pairs("store"))
        {
            var slot = machine?.Variables.Find(v => v.Name == variable.Text) is { Name: not null } found ? found : throw Source.Unknown(variable, "variable", variable.Text, machine?.Variables.Select(v => v.Name) ?? []);
            var spec = kind.FieldOf(Source.Text(field, "a field")) ?? throw Source.Unknown(field, $"field of `{kind.Name}`", Source.Text(field, "a field"), kind.Fields.Select(f => f.Name));
            if (slot.Type != spec.Type) throw Source.Fault("SB2205", field, $"`{variable.Text}` is {slot.Type}, `{spec.Name}` is {spec.Type}");
            emission.Store.Add((slot.Slot, spec.Slot));
        }
        emissions.Add(emission);
        return emission;

        Node Party(Typed typed, YamlValue at, EntityKind wanted) => typed.Type is { Sort: Sort.Entity, Entity: var entity } && entity == wanted ? typed.Node : throw Source.Fault("SB2205", at, $"this must be one of the {wanted.Name}; it is {typed.Type}");
    }

    private void ReadProcesses()
    {
        foreach (var (key, value) in pack.Yaml.Pairs("processes"))
        {
            var map = Source.Map(value, $"the process `{key.Text}`", [.. Occurring, "about", "of"]);
            var owner = map["of"] is { } of ? Kind(of) : Root;
            if (owner != Root && owner.Owner != Root) throw Source.Fault("SB2205", map.Require("of"), $"processes belong to {Root.Name} or to what belongs to them");
            AddSource(key, map, owner);
        }
        foreach (var graph in graphs)
        {
            var (key, value) = pack.Yaml.Pairs("graph").First(p => p.Key.Text == graph.Edges.Name);
            AddSource(key, Source.Map(value, $"the edges `{key.Text}`", [.. Occurring, "about", "peers", "hubs", "attributes"]), graph.Edges).Graph = graph;
        }
        foreach (var campaign in campaigns)
        {
            var (key, value) = pack.Yaml.Pairs("campaigns").First(p => p.Key.Text == campaign.Kind.Name);
            var map = Source.Map(value, "a campaign", "about", "number", "decoys", "roles", "attributes", "start", "machine", "id");
            var start = new ValueReader(this, OwnerScope(campaign.Kind, 0, null), campaign, Slots.Self).Read(map.Require("start"), "`start`", "");
            if (start.Type.Sort is not (Sort.Number or Sort.Time)) throw Source.Fault("SB2205", map.Require("start"), "`start` is a time");
            var source = NewSource(key, campaign.Kind, new OnceLaw(start.Node));
            source.Campaign = campaign;
            source.Machine = MachineOf(map.Require("machine"), campaign.Kind);
        }
    }

    private SourceSpec AddSource(YamlText key, PackMap map, EntityKind owner)
    {
        var scope = OwnerScope(owner, 0, null);
        var reader = new ValueReader(this, scope);
        var laws = Laws.Where(l => map[l] is not null).ToList();
        if (laws.Count != 1) throw Source.Fault("SB2203", map.Yaml, $"`{key.Text}` needs one law of its times: {string.Join(", ", Laws)}");
        var source = NewSource(key, owner, ReadLaw(laws[0], map.Require(laws[0]), reader));
        if (map["when"] is { } when) source.When = reader.Truth(when, "`when`");
        if (map["machine"] is { } machine) source.Machine = MachineOf(machine, owner);
        else source.Emit = ReadEmission(map, owner, null);
        return source;
    }

    private SourceSpec NewSource(YamlText key, EntityKind owner, Law law)
    {
        if (sources.Exists(s => s.Name == key.Text)) throw Source.Fault("SB2202", key, $"`{key.Text}` is taken by another process, edge or campaign");
        if (sources.Count == MaxSources) throw Source.Fault("SB2208", key, $"a pack may have {MaxSources} processes, edges and campaigns");
        if (owner.Count >= 1L << EventIds.OwnerBits) throw Source.Fault("SB2208", key, $"{owner.Count} owners are too many; there may be {1L << EventIds.OwnerBits}");
        var source = new SourceSpec(Source.Named(key, "a process"), sources.Count, owner, law, Stream($"{owner.Name}/{key.Text}/times"), Stream($"{owner.Name}/{key.Text}/events"));
        sources.Add(source);
        return source;
    }

    private Machine MachineOf(YamlValue value, EntityKind owner)
    {
        var machine = Find(value, machines, m => m.Name, "machine");
        return machine.Owner == owner ? machine : throw Source.Fault("SB2205", value, $"`{machine.Name}` is a machine of {machine.Owner.Name}, not of {owner.Name}");
    }

    private Law ReadLaw(string law, YamlValue value, ValueReader reader)
    {
        switch (law)
        {
            case "poisson":
                var poisson = Source.Map(value, "`poisson`", "rate", "profile");
                return new PoissonLaw(reader.Number(poisson.Require("rate"), "`rate`"), ProfileOf(poisson));
            case "hawkes":
                var hawkes = Source.Map(value, "`hawkes`", "rate", "profile", "offspring", "delay");
                return new HawkesLaw(reader.Number(hawkes.Require("rate"), "`rate`"), ProfileOf(hawkes), reader.Number(hawkes.Require("offspring"), "`offspring`"), reader.Number(hawkes.Require("delay"), "`delay`"));
            case "renewal":
                return new RenewalLaw(reader.Number(Source.Map(value, "`renewal`", "gap").Require("gap"), "`gap`"));
            case "on-off":
                var turns = Source.Map(value, "`on-off`", "on", "off", "rate");
                return new OnOffLaw(reader.Number(turns.Require("on"), "`on`"), reader.Number(turns.Require("off"), "`off`"), reader.Number(turns.Require("rate"), "`rate`"));
            case "calendar":
                var calendar = Source.Map(value, "`calendar`", "month-day", "weekday", "hour", "workdays");
                if (calendar["month-day"] is null == calendar["weekday"] is null) throw Source.Fault("SB2203", value, "`calendar` needs either `month-day` (1 to 31) or `weekday` (1 Monday to 7 Sunday)");
                return new CalendarLaw(calendar["month-day"] is not null, reader.Number(calendar["month-day"] ?? calendar.Require("weekday"), "the day"), reader.Number(calendar.Require("hour"), "`hour`"), calendar.Truth("workdays"));
            default:
                return new OnceLaw(reader.Read(value, "`once`", "").Node);
        }

        Profile? ProfileOf(PackMap map) => map["profile"] is not { } name ? null : profiles.TryGetValue(Source.Text(name, "`profile`"), out var profile) ? profile : throw Source.Unknown(name, "profile", Source.Text(name, "`profile`"), profiles.Keys);
    }

    private EntityKind OwnerOf(YamlValue value) => Find(value, kinds.Concat(graphs.Select(g => g.Edges)).Concat(campaigns.Select(c => c.Kind)), k => k.Name, "kind of entity, edge or campaign");

    private CampaignSpec? CampaignOf(EntityKind kind) => campaigns.Find(c => c.Kind == kind);

    /// <summary>What may be named where an owner's frame begins at an offset.</summary>
    private Scope OwnerScope(EntityKind owner, int offset, Machine? machine)
    {
        var scope = new Scope(constants);
        scope.AddSlot("time", offset + Slots.Time, ValueType.Time);
        scope.AddSlot("self", offset + Slots.Self, new(Sort.Entity, Entity: owner));
        owner.AddTo(scope, offset);
        if (machine is not null)
            foreach (var (name, slot, type, _) in machine.Variables) scope.AddSlot(name, offset + slot, type);
        return scope;
    }
}
