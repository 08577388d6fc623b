using Semblance.Forms;
using Semblance.Numerics;

namespace Semblance.Worlds;

/// <summary>Slots that every frame begins with.</summary>
internal static class Slots
{
    public const int Time = 0, Self = 1, Other = 2, First = 3;
}

/// <summary>An attribute of a kind of entity: a pure function of the entity's number.</summary>
internal sealed record AttributeSpec(string Name, int Slot, ValueType Type, Node Node, RandomStream Stream);

/// <summary>
/// Things of one kind, numbered from 0: customers, merchants, and likewise the edges of a graph and the campaigns. What one is like is computed from its number alone, whenever it is asked for.
/// </summary>
internal sealed class EntityKind(string name, long count)
{
    private const long MaxTable = 4 << 20; // numbers kept for a kind that fits: 32 MB

    private readonly List<AttributeSpec> attributes = [];
    private readonly Lock gate = new();
    private double[]? table;

    public string Name => name;

    public long Count => count;

    /// <summary>Slots of its frame.</summary>
    public int Width { get; private set; } = Slots.First;

    /// <summary>How its members are named in outputs.</summary>
    public IdForm? Id { get; set; }

    /// <summary>The kind each belongs to, and how many each of that has; null when it stands alone.</summary>
    public EntityKind? Owner { get; init; }

    public int Each { get; init; } = 1;

    public IEnumerable<string> AttributeNames => attributes.Select(a => a.Name);

    public AttributeSpec? AttributeOf(string attribute) => attributes.Find(a => a.Name == attribute);

    public void Add(string attribute, ValueType type, Node node, RandomStream stream) => attributes.Add(new AttributeSpec(attribute, Width++, type, node, stream));

    /// <summary>Makes its names known, for a frame whose slots of this kind begin at an offset.</summary>
    public void AddTo(Scope scope, int offset)
    {
        foreach (var attribute in attributes) scope.AddSlot(attribute.Name, offset + attribute.Slot, attribute.Type);
    }

    /// <summary>Computes an entity into a frame of at least <see cref="Width"/> slots.</summary>
    public void Compute(Frame frame, long index)
    {
        frame.Cells[Slots.Time] = 0;
        frame.Cells[Slots.Self] = index;
        frame.Cells[Slots.Other] = double.NaN;
        foreach (var attribute in attributes)
        {
            frame.Random = attribute.Stream.Sequence(index);
            frame.Cells[attribute.Slot] = attribute.Node.Eval(frame);
        }
    }

    /// <summary>All entities one after another, where they are few; null otherwise.</summary>
    public double[]? Table(Lookup lookup)
    {
        if (count * Width > MaxTable) return null;
        if (Volatile.Read(ref table) is { } ready) return ready;
        lock (gate)
        {
            if (table is not null) return table;
            var all = new double[count * Width];
            var frame = new Frame(Width, lookup);
            for (var i = 0L; i < count; i++)
            {
                Compute(frame, i);
                frame.Cells.AsSpan(0, Width).CopyTo(all.AsSpan((int)(i * Width)));
            }
            Volatile.Write(ref table, all);
            return all;
        }
    }
}

/// <summary>Attributes of entities by number: a table of those that fit, else the last ones that were asked for. Used by one thread.</summary>
internal sealed class Lookup
{
    private const int Kept = 1024;

    private sealed class Cache(EntityKind kind, Lookup lookup)
    {
        public readonly double[]? Table = kind.Table(lookup);
        public readonly Frame Frame = new(kind.Width, lookup);
        public readonly long[] Numbers = NoNumbers();
        public readonly double[][] Rows = new double[Kept][];

        private static long[] NoNumbers()
        {
            var all = new long[Kept];
            Array.Fill(all, -1);
            return all;
        }
    }

    private readonly Dictionary<EntityKind, Cache> caches = new(ReferenceEqualityComparer.Instance);

    /// <summary>Slots of an entity.</summary>
    public ReadOnlySpan<double> Attributes(EntityKind kind, long index)
    {
        if (!caches.TryGetValue(kind, out var cache)) caches[kind] = cache = new Cache(kind, this);
        if (cache.Table is { } table) return table.AsSpan((int)(index * kind.Width), kind.Width);
        var at = (int)(index % Kept);
        if (cache.Numbers[at] != index)
        {
            kind.Compute(cache.Frame, index);
            cache.Frame.Cells.AsSpan(0, kind.Width).CopyTo(cache.Rows[at] ??= new double[kind.Width]);
            cache.Numbers[at] = index;
        }
        return cache.Rows[at];
    }
}

/// <summary>How numbers become names that say nothing: letters, then digits that a keyed permutation chooses.</summary>
internal sealed class IdForm(string prefix, int digits, ulong key)
{
    private readonly ulong room = PowerOfTen(digits);

    public int Length => prefix.Length + digits;

    public ulong Room => room;

    public void Write(long index, Span<byte> output)
    {
        for (var i = 0; i < prefix.Length; i++) output[i] = (byte)prefix[i];
        var number = KeyedPermutation.Permute((ulong)index, room, key);
        for (var i = prefix.Length + digits - 1; i >= prefix.Length; i--, number /= 10) output[i] = (byte)('0' + number % 10);
    }

    private static ulong PowerOfTen(int digits)
    {
        var power = 1UL;
        for (var i = 0; i < digits; i++) power *= 10;
        return power;
    }
}
