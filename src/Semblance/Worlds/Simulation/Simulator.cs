using Semblance.Numerics;

namespace Semblance.Worlds;

/// <summary>Makes the events that touch one entity, from nothing but its number. Used by one thread.</summary>
internal sealed class Simulator
{
    private const long Everybody = -1;

    private readonly WorldModel model;
    private readonly Frame[] owners, machines, emissions;
    private readonly List<double> times = [];
    private readonly List<long> edges = [];
    private EventBuffer buffer = null!;
    private long viewer;
    private int ordinal;

    public Simulator(WorldModel model)
    {
        this.model = model;
        Lookup = new Lookup();
        owners = [.. model.Sources.Select(s => new Frame(s.Owner.Width, Lookup))];
        machines = [.. model.Machines.Select(m => new Frame(m.Width, Lookup))];
        emissions = [.. model.Emissions.Select(e => new Frame(e.Width, Lookup))];
    }

    public Lookup Lookup { get; }

    /// <summary>Adds all events in which a root entity acts or is the other party, in no order.</summary>
    public void Make(long entity, EventBuffer into)
    {
        (viewer, buffer) = (entity, into);
        foreach (var source in model.Sources)
        {
            if (source.Graph is { } graph)
            {
                for (var k = 0; k < graph.Slots; k++)
                    if (graph.To(entity * graph.Slots + k) != entity) Run(source, entity * graph.Slots + k);
                edges.Clear();
                graph.Into(entity, edges);
                foreach (var edge in edges)
                    if (edge / graph.Slots != entity) Run(source, edge);
            }
            else if (source.Campaign is { } campaign)
            {
                if (campaign.Of(entity) is { Campaign: >= 0 } member) Run(source, member.Campaign);
            }
            else if (source.Owner == model.Root) Run(source, entity);
            else
                for (var k = 0; k < source.Owner.Each; k++) Run(source, entity * source.Owner.Each + k);
        }
    }

    /// <summary>Adds all events of a campaign, whoever acts.</summary>
    public void Whole(CampaignSpec campaign, long number, EventBuffer into)
    {
        (viewer, buffer) = (Everybody, into);
        foreach (var source in model.Sources)
            if (source.Campaign == campaign) Run(source, number);
    }

    private void Run(SourceSpec source, long number)
    {
        var frame = owners[source.Index];
        Lookup.Attributes(source.Owner, number).CopyTo(frame.Cells);
        frame.Random = source.Times.Sequence(number);
        if (source.When is { } when && when.Eval(frame) != 1) return;
        times.Clear();
        if (!source.Law.Times(frame, model.Time, times))
            throw new GenerateException("SB4101", $"`{source.Name}` makes more than {Law.MaxTimes} events for number {number} of {source.Owner.Name}; lower its rate or the number of days");
        frame.Random = source.Bodies.Sequence(number);
        ordinal = 0;
        foreach (var at in times)
        {
            if (source.Emit is { } emission) Emit(emission, frame, at, source);
            else
            {
                var end = at;
                var machine = source.Machine!;
                Start(machine, frame);
                Run(machine, machines[machine.Index], ref end, source);
                frame.Random = machines[machine.Index].Random;
            }
        }
    }

    private void Start(Machine machine, Frame owner)
    {
        var frame = machines[machine.Index];
        owner.Cells.AsSpan(0, machine.Owner.Width).CopyTo(frame.Cells);
        frame.Random = owner.Random;
        foreach (var (_, slot, _, start) in machine.Variables) frame.Cells[slot] = start.Eval(frame);
    }

    private void Run(Machine machine, Frame frame, ref double at, SourceSpec source)
    {
        var current = machine.Initial;
        for (var step = 0; current >= 0; step++)
        {
            if (step == Machine.MaxSteps) throw new GenerateException("SB4102", $"the machine `{machine.Name}` took {Machine.MaxSteps} steps for number {(long)frame.Cells[Slots.Self]} of {machine.Owner.Name} and was in the state `{machine.States[current].Name}`; give it an end");
            var state = machine.States[current];
            frame.Cells[Slots.Time] = at;
            switch (state.Act)
            {
                case StateAct.Terminal:
                    return;
                case StateAct.Delay:
                    var delay = state.Value!.Eval(frame);
                    if (!(delay >= 0)) delay = 0;
                    at += delay;
                    break;
                case StateAct.Guard:
                    while (at < model.Time.Length && state.Value!.Eval(frame) != 1) frame.Cells[Slots.Time] = at += state.Every;
                    break;
                case StateAct.Set:
                    foreach (var (slot, value) in state.Set) frame.Cells[slot] = value.Eval(frame);
                    break;
                case StateAct.Emit:
                    Emit(state.Emit!, frame, at, source);
                    break;
                case StateAct.Call:
                    var called = machines[state.Call!.Index];
                    Start(state.Call, frame);
                    Run(state.Call, called, ref at, source);
                    frame.Random = called.Random;
                    break;
            }
            if (at >= model.Time.Length) return; // what comes later is not seen
            frame.Cells[Slots.Time] = at;
            current = Machine.Follow(state, frame);
        }
    }

    private void Emit(Emission emission, Frame owner, double at, SourceSpec source)
    {
        var kind = emission.Kind;
        var frame = emissions[emission.Index];
        var own = ordinal++;
        owner.Cells[Slots.Time] = at;
        var actor = emission.Actor is { } who ? who.Eval(owner) : owner.Cells[Slots.Self];
        var other = emission.Other?.Eval(owner) ?? double.NaN;
        if (!(actor >= 0)) return; // nobody fills the place
        if (emission.Actor is null) owner.Cells.AsSpan(0, kind.Actor.Width).CopyTo(frame.Cells);
        else Lookup.Attributes(kind.Actor, (long)actor).CopyTo(frame.Cells);
        (frame.Cells[Slots.Time], frame.Cells[Slots.Self], frame.Cells[Slots.Other]) = (at, actor, other);
        frame.Random = owner.Random;
        if (emission.With.Length > 0) owner.Cells.AsSpan(0, emission.Width - emission.OwnerOffset).CopyTo(frame.Cells.AsSpan(emission.OwnerOffset));
        for (var i = 0; i < kind.Fields.Count; i++)
        {
            var field = kind.Fields[i];
            frame.Cells[field.Slot] = field.Node.Eval(frame);
            if (emission.With.Length == 0 || emission.With[i] is not { } laid) continue;
            frame.Cells[emission.OwnSlot] = frame.Cells[field.Slot];
            var keeps = emission.Keep is { } keep && frame.Random.NextUnit() < keep.Eval(frame);
            var value = laid.Eval(frame); // drawn in any case: what is kept shifts no later number
            if (!keeps) frame.Cells[field.Slot] = value;
        }
        owner.Random = frame.Random;
        foreach (var (variable, field) in emission.Store) owner.Cells[variable] = frame.Cells[field];
        if (viewer != Everybody && (long)actor != viewer && (!(other >= 0) || (long)other != viewer || kind.Other != model.Root)) return;
        var micros = (long)Math.Floor(at * 1e6 / model.Resolution) * model.Resolution;
        var number = (long)owner.Cells[Slots.Self];
        buffer.Add(new EventRecord
        {
            Time = micros, Id = EventIds.Of(source.Index, number, own, model.IdKey), Kind = kind.Index, Actor = (long)actor, Other = other >= 0 ? (long)other : -1,
            CampaignKind = source.Campaign?.Index ?? -1, Campaign = source.Campaign is null ? -1 : number, Labelled = emission.Label && source.Campaign is not null,
        }, frame.Cells.AsSpan(kind.FirstField, kind.Fields.Count));
    }
}
