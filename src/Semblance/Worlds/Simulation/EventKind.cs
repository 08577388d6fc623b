namespace Semblance.Worlds;

/// <summary>A value that an event carries.</summary>
internal sealed record FieldSpec(string Name, int Slot, ValueType Type, Node Node);

/// <summary>A pair of ledger lines: an amount moves from one account to another.</summary>
internal sealed record PostSpec(AccountSpec From, bool FromOther, AccountSpec To, bool ToOther, Node Amount);

/// <summary>What can happen: who acts, with whom, what it carries, and what it does to the ledger. Its frame is time, self, other; the actor's attributes; its fields; balances of the actor's accounts.</summary>
internal sealed class EventKind(string name, int index, EntityKind actor, EntityKind? other)
{
    public string Name => name;

    public int Index => index;

    public EntityKind Actor => actor;

    public EntityKind? Other => other;

    public List<FieldSpec> Fields { get; } = [];

    public int FirstField => actor.Width;

    /// <summary>Slots before the balances.</summary>
    public int FirstBalance => actor.Width + Fields.Count;

    /// <summary>All slots.</summary>
    public int Width { get; set; }

    /// <summary>When it is refused; null for never.</summary>
    public Node? Decline { get; set; }

    public List<PostSpec> Posts { get; } = [];

    /// <summary>Whether another's account is touched: then both ends must find it, and neither may refuse it.</summary>
    public bool TouchesOther => Posts.Exists(p => p.FromOther || p.ToOther);

    public FieldSpec? FieldOf(string field) => Fields.Find(f => f.Name == field);

    /// <summary>What its fields, and values laid over them, may name.</summary>
    public Scope Scope { get; } = new();
}

/// <summary>An account that every entity of a kind has, or every branch of them.</summary>
internal sealed record AccountSpec(string Name, int Index, EntityKind Owner, bool IsHouse, Node? Opening)
{
    /// <summary>Slot among the balances of an entity.</summary>
    public int Slot { get; init; }
}
