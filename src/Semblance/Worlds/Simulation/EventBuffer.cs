using Semblance.Forms;

namespace Semblance.Worlds;

/// <summary>One event: what, when, who, and where its fields lie.</summary>
internal struct EventRecord : IComparable<EventRecord>
{
    public long Time; // microseconds since the start
    public ulong Id;
    public long Actor, Other; // -1: nobody
    public long Campaign; // -1: none
    public int CampaignKind, Kind, Fields;
    public bool Labelled, Declined;

    public readonly int CompareTo(EventRecord other) => Time != other.Time ? Time.CompareTo(other.Time) : Id.CompareTo(other.Id);
}

/// <summary>Events as they are made, and their fields end to end. Used by one thread.</summary>
internal sealed class EventBuffer
{
    private EventRecord[] events = new EventRecord[1024];

    public double[] Fields = new double[4096];

    public int Count { get; private set; }

    public int FieldCount { get; private set; }

    public Span<EventRecord> Events => events.AsSpan(0, Count);

    public void Clear() => (Count, FieldCount) = (0, 0);

    public void Add(in EventRecord record, ReadOnlySpan<double> fields)
    {
        if (Count == events.Length) Array.Resize(ref events, 2 * Count);
        if (FieldCount + fields.Length > Fields.Length) Array.Resize(ref Fields, Math.Max(2 * Fields.Length, FieldCount + fields.Length));
        events[Count] = record;
        events[Count++].Fields = FieldCount;
        fields.CopyTo(Fields.AsSpan(FieldCount));
        FieldCount += fields.Length;
    }
}

/// <summary>Numbers of events: unique by construction (source, owner, ordinal), scattered by a permutation of 60 bits, written as 12 letters and digits.</summary>
internal static class EventIds
{
    public const int SourceBits = 7, OwnerBits = 33, OrdinalBits = 20, Length = 13;

    private const ulong Room = 1UL << (SourceBits + OwnerBits + OrdinalBits);

    public static ulong Of(int source, long owner, int ordinal, ulong key) =>
        KeyedPermutation.Permute((ulong)source << (OwnerBits + OrdinalBits) | (ulong)owner << OrdinalBits | (uint)ordinal, Room, key);

    private static ReadOnlySpan<byte> Digits => "0123456789ABCDEFGHJKMNPQRSTVWXYZ"u8;

    public static void Write(ulong id, Span<byte> output)
    {
        output[0] = (byte)'T';
        for (var i = Length - 1; i > 0; i--, id >>= 5) output[i] = Digits[(int)(id & 31)];
    }
}
