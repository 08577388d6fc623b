using System.Buffers.Binary;

namespace Semblance.Worlds;

/// <summary>Options of a TCP header, in the order in which each system writes them.</summary>
internal static class TcpOptions
{
    private const byte Nop = 1, Mss = 2, Scale = 3, SelectivePermitted = 4, Selective = 5, Stamp = 8;

    /// <summary>Writes options, padded to whole words.</summary>
    /// <param name="to">At least 40 bytes.</param>
    /// <param name="host">Who sends them.</param>
    /// <param name="syn">Whether they open a connection.</param>
    /// <param name="scale">Of a SYN: whether the window is scaled.</param>
    /// <param name="selective">Of a SYN: whether acknowledgements may be selective.</param>
    /// <param name="stamp">Time stamp; 0: none.</param>
    /// <param name="echo">Time stamp of the peer.</param>
    /// <param name="block">Bytes that arrived beyond a hole.</param>
    /// <returns>Bytes written.</returns>
    public static int Write(Span<byte> to, in NetworkHost host, bool syn, bool scale, bool selective, uint stamp, uint echo, (uint Start, uint End)? block)
    {
        var at = 0;
        if (syn)
        {
            to[at++] = Mss;
            to[at++] = 4;
            BinaryPrimitives.WriteUInt16BigEndian(to[at..], 1460);
            at += 2;
            selective &= host.Selective;
            scale &= host.Window.Shift > 0;
            switch (host.System)
            {
                case HostSystem.Embedded: break;
                case HostSystem.Windows:
                    if (scale) at = WriteScale(to, at, host.Window.Shift);
                    if (selective) at = Write(to, at, Nop, Nop, SelectivePermitted, 2);
                    break;
                case HostSystem.Mac or HostSystem.Ios:
                    if (scale) at = WriteScale(to, at, host.Window.Shift);
                    if (stamp != 0) at = WriteStamp(to, Write(to, at, Nop, Nop), stamp, echo);
                    if (selective) at = Write(to, at, SelectivePermitted, 2, 0, 0);
                    break;
                default:
                    if (selective && stamp != 0) at = WriteStamp(to, Write(to, at, SelectivePermitted, 2), stamp, echo);
                    else if (selective) at = Write(to, at, Nop, Nop, SelectivePermitted, 2);
                    if (scale) at = WriteScale(to, at, host.Window.Shift);
                    break;
            }
            return at;
        }
        if (stamp != 0) at = WriteStamp(to, Write(to, at, Nop, Nop), stamp, echo);
        if (block is var (start, end))
        {
            at = Write(to, at, Nop, Nop, Selective, 10);
            BinaryPrimitives.WriteUInt32BigEndian(to[at..], start);
            BinaryPrimitives.WriteUInt32BigEndian(to[(at + 4)..], end);
            at += 8;
        }
        return at;
    }

    private static int WriteScale(Span<byte> to, int at, byte shift) => Write(to, at, Nop, Scale, 3, shift);

    private static int WriteStamp(Span<byte> to, int at, uint own, uint peer)
    {
        (to[at], to[at + 1]) = (Stamp, 10);
        BinaryPrimitives.WriteUInt32BigEndian(to[(at + 2)..], own);
        BinaryPrimitives.WriteUInt32BigEndian(to[(at + 6)..], peer);
        return at + 10;
    }

    private static int Write(Span<byte> to, int at, params ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(to[at..]);
        return at + bytes.Length;
    }
}
