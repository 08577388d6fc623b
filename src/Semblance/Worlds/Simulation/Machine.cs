using Semblance.Numerics;

namespace Semblance.Worlds;

/// <summary>An event that a process, an edge or a state of a machine makes.</summary>
internal sealed class Emission(EventKind kind, int index)
{
    public EventKind Kind => kind;

    /// <summary>Number of its frame among all emissions.</summary>
    public int Index => index;

    /// <summary>Who acts, on the owner's frame; null for the owner itself.</summary>
    public Node? Actor { get; set; }

    public Node? Other { get; set; }

    /// <summary>What is laid over the actor's own fields, field by field; null leaves the own.</summary>
    public Node?[] With { get; set; } = [];

    /// <summary>Slot of <c>own</c>: the field as the actor would have it.</summary>
    public int OwnSlot { get; set; }

    /// <summary>Chance that a field stays the actor's own.</summary>
    public Node? Keep { get; set; }

    public bool Label { get; set; } = true;

    /// <summary>Variables of the machine that take a field.</summary>
    public List<(int Variable, int Field)> Store { get; } = [];

    /// <summary>Slots of the event before the owner's.</summary>
    public int OwnerOffset { get; set; }

    public int Width { get; set; }
}

/// <summary>What a state does.</summary>
internal enum StateAct
{
    Pass,
    Guard,
    Delay,
    Set,
    Emit,
    Call,
    Terminal,
}

/// <summary>Where a state goes on: the first whose condition holds, or one by weight.</summary>
internal sealed record Transition(Node? When, int[] To, double[][] Weights, Node? By);

/// <summary>A state of a machine.</summary>
internal sealed class MachineState(string name)
{
    public string Name => name;

    public StateAct Act { get; set; }

    /// <summary>The delay in seconds, or the guard's condition.</summary>
    public Node? Value { get; set; }

    /// <summary>Seconds between two looks of a guard.</summary>
    public double Every { get; set; } = 3600;

    public List<(int Slot, Node Value)> Set { get; } = [];

    public Emission? Emit { get; set; }

    public Machine? Call { get; set; }

    public List<Transition> Next { get; } = [];
}

/// <summary>States and transitions of one owner's life or of a campaign: initial, terminal, guard, delay, set, emit, branch, call.</summary>
internal sealed class Machine(string name, int index, EntityKind owner)
{
    /// <summary>More steps than these in one run are an error: no machine can go round for ever.</summary>
    public const int MaxSteps = 100_000;

    public string Name => name;

    public int Index => index;

    public EntityKind Owner => owner;

    public List<(string Name, int Slot, ValueType Type, Node Start)> Variables { get; } = [];

    public int Width => owner.Width + Variables.Count;

    public List<MachineState> States { get; } = [];

    public int Initial { get; set; }

    /// <summary>State after one that was left.</summary>
    public static int Follow(MachineState state, Frame frame)
    {
        foreach (var transition in state.Next)
        {
            if (transition.When is { } when && when.Eval(frame) != 1) continue;
            if (transition.To.Length == 1) return transition.To[0];
            var row = transition.By?.Eval(frame) ?? 0;
            if (!(row >= 0)) continue;
            return transition.To[Cumulative.Find(transition.Weights[(int)row], frame.Random.NextUnit())];
        }
        return -1;
    }
}

/// <summary>One source of events: a process of each entity of a kind, an edge, or a campaign.</summary>
internal sealed class SourceSpec(string name, int index, EntityKind owner, Law law, RandomStream times, RandomStream bodies)
{
    public string Name => name;

    /// <summary>Its place in event numbers.</summary>
    public int Index => index;

    public EntityKind Owner => owner;

    public Law Law => law;

    public RandomStream Times => times;

    public RandomStream Bodies => bodies;

    /// <summary>Which owners have it.</summary>
    public Node? When { get; set; }

    public Emission? Emit { get; set; }

    public Machine? Machine { get; set; }

    public GraphSpec? Graph { get; set; }

    public CampaignSpec? Campaign { get; set; }
}

/// <summary>
/// Edges between entities of the root kind as a pure function, known from both ends: edge (i, k) leads from i to a permutation of i (<c>peers</c>), or to the hub of the run of permuted numbers that i falls in (<c>hubs</c>).
/// </summary>
internal sealed class GraphSpec(EntityKind root, EntityKind edges, int slots, long hubSize, ulong key)
{
    /// <summary>The edges, as entities: edge e = i * slots + k.</summary>
    public EntityKind Edges => edges;

    public int Slots => slots;

    private ulong KeyOf(int slot) => Forms.KeyedPermutation.Mix(key + (ulong)slot);

    public long To(long edge)
    {
        long from = edge / slots, place = (long)Forms.KeyedPermutation.Permute((ulong)from, (ulong)root.Count, KeyOf((int)(edge % slots)));
        return hubSize == 0 ? place : (long)Forms.KeyedPermutation.Permute((ulong)(place / hubSize), (ulong)root.Count, KeyOf(slots));
    }

    /// <summary>Edges that lead to an entity.</summary>
    public void Into(long to, List<long> found)
    {
        if (hubSize == 0)
        {
            for (var k = 0; k < slots; k++) found.Add((long)Forms.KeyedPermutation.Invert((ulong)to, (ulong)root.Count, KeyOf(k)) * slots + k);
            return;
        }
        var group = (long)Forms.KeyedPermutation.Invert((ulong)to, (ulong)root.Count, KeyOf(slots));
        for (var k = 0; k < slots; k++)
            for (var place = group * hubSize; place < Math.Min((group + 1) * hubSize, root.Count); place++)
                found.Add((long)Forms.KeyedPermutation.Invert((ulong)place, (ulong)root.Count, KeyOf(k)) * slots + k);
    }
}

/// <summary>Part of those who take part in a campaign.</summary>
internal sealed record RoleSpec(string Name, int First, int Slots, Node? Count);

/// <summary>Campaigns of one kind; the first <paramref name="unlawful"/> are unlawful, the rest lawful ones of the same shape.</summary>
internal sealed class CampaignSpec(EntityKind root, EntityKind kind, int index, long unlawful, ulong key)
{
    public EntityKind Kind => kind;

    public int Index => index;

    public long Unlawful => unlawful;

    public List<RoleSpec> Roles { get; } = [];

    public int Slots { get; set; }

    public string About { get; init; } = "";

    public bool HasDecoys { get; init; }

    /// <summary>Who fills a place.</summary>
    public long Member(long campaign, int slot) => (long)Forms.KeyedPermutation.Permute((ulong)(campaign * Slots + slot), (ulong)root.Count, key);

    /// <summary>The campaign and place of an entity; campaign -1 when it takes part in none.</summary>
    public (long Campaign, int Slot) Of(long entity)
    {
        var place = (long)Forms.KeyedPermutation.Invert((ulong)entity, (ulong)root.Count, key);
        return place < kind.Count * Slots ? (place / Slots, (int)(place % Slots)) : (-1, 0);
    }

    public RoleSpec? RoleAt(int slot) => Roles.Find(r => slot >= r.First && slot < r.First + r.Slots);
}

/// <summary>A member of the campaign whose number stands in a slot.</summary>
internal sealed class MemberNode(CampaignSpec campaign, RoleSpec role, int campaignSlot, Node at) : Node
{
    public override double Eval(Frame frame)
    {
        var place = at.Eval(frame);
        return place >= 0 && place < role.Slots ? campaign.Member((long)frame.Cells[campaignSlot], role.First + (int)place) : double.NaN;
    }
}

/// <summary>Whether the campaign whose number stands in a slot is lawful.</summary>
internal sealed class LawfulNode(CampaignSpec campaign, int campaignSlot) : Node
{
    public override double Eval(Frame frame) => frame.Cells[campaignSlot] >= campaign.Unlawful ? 1 : 0;
}

/// <summary>An end of an edge, or the number within the owner: functions of an entity's number.</summary>
internal sealed class NumberNode(Func<long, long> of, int slot = Slots.Self) : Node
{
    public override double Eval(Frame frame) => of((long)frame.Cells[slot]);
}
