using System.Buffers.Binary;
using Semblance.Formats;

namespace Semblance.Worlds;

/// <summary>
/// Writes a capture as pcapng: one section, one Ethernet interface, enhanced packet blocks with times in whole microseconds (draft-ietf-opsawg-pcapng).
/// It appends to a buffer, which its owner empties.
/// </summary>
internal sealed class PcapngWriter(OutputBuffer buffer)
{
    private const int PacketHead = 28;

    /// <summary>Writes what a capture begins with: the section and the interface.</summary>
    public void Begin()
    {
        var section = buffer.Free(28)[..28];
        BinaryPrimitives.WriteUInt32LittleEndian(section, 0x0A0D0D0A);
        BinaryPrimitives.WriteUInt32LittleEndian(section[4..], 28);
        BinaryPrimitives.WriteUInt32LittleEndian(section[8..], 0x1A2B3C4D);
        BinaryPrimitives.WriteUInt32LittleEndian(section[12..], 1); // version 1.0
        BinaryPrimitives.WriteInt64LittleEndian(section[16..], -1); // length of the section: not stated
        BinaryPrimitives.WriteUInt32LittleEndian(section[24..], 28);
        buffer.Advance(28);
        var face = buffer.Free(32)[..32];
        face.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(face, 1);
        BinaryPrimitives.WriteUInt32LittleEndian(face[4..], 32);
        BinaryPrimitives.WriteUInt16LittleEndian(face[8..], 1); // Ethernet
        BinaryPrimitives.WriteUInt32LittleEndian(face[12..], 262_144); // longest frame kept
        BinaryPrimitives.WriteUInt16LittleEndian(face[16..], 9); // if_tsresol
        BinaryPrimitives.WriteUInt16LittleEndian(face[18..], 1);
        face[20] = 6; // 10^-6 s
        BinaryPrimitives.WriteUInt32LittleEndian(face[28..], 32); // after opt_endofopt, which is all 0
        buffer.Advance(32);
    }

    /// <summary>Writes one frame.</summary>
    /// <param name="time">Microseconds since 1970-01-01T00:00:00Z.</param>
    /// <param name="frame">From the destination's hardware address to the last byte before the frame check sequence.</param>
    public void Write(long time, ReadOnlySpan<byte> frame)
    {
        var padded = frame.Length + 3 & ~3;
        var total = PacketHead + padded + 4;
        var block = buffer.Free(total)[..total];
        BinaryPrimitives.WriteUInt32LittleEndian(block, 6);
        BinaryPrimitives.WriteInt32LittleEndian(block[4..], total);
        BinaryPrimitives.WriteUInt32LittleEndian(block[8..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(block[12..], (uint)((ulong)time >> 32));
        BinaryPrimitives.WriteUInt32LittleEndian(block[16..], (uint)time);
        BinaryPrimitives.WriteInt32LittleEndian(block[20..], frame.Length);
        BinaryPrimitives.WriteInt32LittleEndian(block[24..], frame.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(block[(total - 8)..], 0); // the padding ends here, if there is any
        frame.CopyTo(block[PacketHead..]);
        BinaryPrimitives.WriteInt32LittleEndian(block[(total - 4)..], total);
        buffer.Advance(total);
    }
}
