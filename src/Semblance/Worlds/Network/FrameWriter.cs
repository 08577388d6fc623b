using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Semblance.Worlds;

/// <summary>Control bits of TCP (RFC 9293).</summary>
[Flags]
internal enum TcpFlags : byte
{
    None = 0,
    Fin = 1,
    Syn = 2,
    Rst = 4,
    Psh = 8,
    Ack = 16,
}

/// <summary>
/// Ethernet II frames with IPv4 and TCP, UDP or ICMP, written into a span. The caller puts the payload in its place first; the headers and all checksums follow.
/// Frames below 60 bytes are padded with zeros, as a network card does.
/// </summary>
internal static class FrameWriter
{
    /// <summary>Bytes of the Ethernet and IPv4 headers.</summary>
    public const int NetworkHead = 34;

    /// <summary>Bytes before a UDP or ICMP payload.</summary>
    public const int DatagramHead = NetworkHead + 8;

    /// <summary>Bytes before a TCP payload without options.</summary>
    public const int SegmentHead = NetworkHead + 20;

    private const int Shortest = 60;
    private const byte Icmp = 1, Tcp = 6, Udp = 17;

    /// <summary>Length of a frame, given its bytes before the padding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Padded(int length) => Math.Max(length, Shortest);

    /// <summary>Writes the headers of a TCP segment whose options and payload are in place.</summary>
    /// <param name="frame">The frame, of its padded length.</param>
    /// <param name="link">Addresses.</param>
    /// <param name="id">IPv4 identification.</param>
    /// <param name="segment">What the TCP header says.</param>
    /// <param name="options">Bytes of options, a multiple of 4.</param>
    /// <param name="payload">Bytes of payload.</param>
    public static void WriteTcp(Span<byte> frame, in Link link, ushort id, in Segment segment, int options, int payload)
    {
        var length = 20 + options + payload;
        WriteIp(frame, link, id, Tcp, length);
        var tcp = frame.Slice(NetworkHead, length);
        BinaryPrimitives.WriteUInt16BigEndian(tcp, segment.FromPort);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], segment.ToPort);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], segment.Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], segment.Acknowledged);
        tcp[12] = (byte)(20 + options << 2);
        tcp[13] = (byte)segment.Flags;
        BinaryPrimitives.WriteUInt16BigEndian(tcp[14..], segment.Window);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[16..], 0); // checksum, urgent pointer
        InternetChecksum.Store(tcp[16..], InternetChecksum.Sum(tcp) + Pseudo(frame, Tcp, length));
        Pad(frame, NetworkHead + length);
    }

    /// <summary>Writes the headers of a UDP datagram whose payload is in place.</summary>
    public static void WriteUdp(Span<byte> frame, in Link link, ushort id, ushort fromPort, ushort toPort, int payload)
    {
        var length = 8 + payload;
        WriteIp(frame, link, id, Udp, length);
        var udp = frame.Slice(NetworkHead, length);
        BinaryPrimitives.WriteUInt16BigEndian(udp, fromPort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], toPort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)length);
        BinaryPrimitives.WriteUInt16BigEndian(udp[6..], 0);
        InternetChecksum.StoreUdp(udp[6..], InternetChecksum.Sum(udp) + Pseudo(frame, Udp, length));
        Pad(frame, NetworkHead + length);
    }

    /// <summary>Writes the headers of an ICMP message whose payload is in place.</summary>
    /// <param name="frame">The frame, of its padded length.</param>
    /// <param name="link">Addresses.</param>
    /// <param name="id">IPv4 identification.</param>
    /// <param name="type">Type.</param>
    /// <param name="code">Code.</param>
    /// <param name="rest">The four bytes after the checksum: of an echo its identifier and number.</param>
    /// <param name="payload">Bytes of payload.</param>
    public static void WriteIcmp(Span<byte> frame, in Link link, ushort id, byte type, byte code, uint rest, int payload)
    {
        var length = 8 + payload;
        WriteIp(frame, link, id, Icmp, length);
        var icmp = frame.Slice(NetworkHead, length);
        (icmp[0], icmp[1], icmp[2], icmp[3]) = (type, code, 0, 0);
        BinaryPrimitives.WriteUInt32BigEndian(icmp[4..], rest);
        InternetChecksum.Store(icmp[2..], InternetChecksum.Sum(icmp));
        Pad(frame, NetworkHead + length);
    }

    /// <summary>Writes an IPv4 header, as it stands in a frame and as an ICMP error quotes it.</summary>
    public static void WriteIpHead(Span<byte> ip, in Link link, ushort id, byte protocol, int length)
    {
        BinaryPrimitives.WriteUInt32BigEndian(ip, 0x45000000 | (uint)(20 + length));
        BinaryPrimitives.WriteUInt32BigEndian(ip[4..], (uint)id << 16 | 0x4000); // may not be fragmented
        BinaryPrimitives.WriteUInt32BigEndian(ip[8..], (uint)link.TimeToLive << 24 | (uint)protocol << 16);
        BinaryPrimitives.WriteUInt32BigEndian(ip[12..], link.From);
        BinaryPrimitives.WriteUInt32BigEndian(ip[16..], link.To);
        InternetChecksum.Store(ip[10..], InternetChecksum.Sum(ip[..20]));
    }

    private static void WriteIp(Span<byte> frame, in Link link, ushort id, byte protocol, int length)
    {
        BinaryPrimitives.WriteUInt64BigEndian(frame, link.ToMac << 16 | link.FromMac >> 32);
        BinaryPrimitives.WriteUInt32BigEndian(frame[8..], (uint)link.FromMac);
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], 0x0800);
        WriteIpHead(frame[14..], link, id, protocol, length);
    }

    /// <summary>Sum of the pseudo header: addresses (they stand in the frame), protocol, length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Pseudo(ReadOnlySpan<byte> frame, byte protocol, int length) =>
        InternetChecksum.Sum(frame.Slice(26, 8)) + BinaryPrimitives.ReverseEndianness((ushort)protocol) + BinaryPrimitives.ReverseEndianness((ushort)length);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pad(Span<byte> frame, int from)
    {
        if (from < frame.Length) frame[from..].Clear();
    }
}

/// <summary>Who sends a frame to whom, as it is seen where the capture is made.</summary>
/// <param name="FromMac">Hardware address of the sender or its router, 48 bits.</param>
/// <param name="ToMac">Hardware address of the receiver or its router, 48 bits.</param>
/// <param name="From">IPv4 address of the sender.</param>
/// <param name="To">IPv4 address of the receiver.</param>
/// <param name="TimeToLive">Hops that were left.</param>
internal readonly record struct Link(ulong FromMac, ulong ToMac, uint From, uint To, byte TimeToLive);

/// <summary>What the header of a TCP segment says.</summary>
/// <param name="FromPort">Port of the sender.</param>
/// <param name="ToPort">Port of the receiver.</param>
/// <param name="Sequence">Number of the first byte.</param>
/// <param name="Acknowledged">Number of the byte that is waited for; 0 without <see cref="TcpFlags.Ack"/>.</param>
/// <param name="Flags">Control bits.</param>
/// <param name="Window">Window field, as it is written.</param>
internal readonly record struct Segment(ushort FromPort, ushort ToPort, uint Sequence, uint Acknowledged, TcpFlags Flags, ushort Window);
