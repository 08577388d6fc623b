namespace Semblance.Worlds;

/// <summary>What a flow came to: counts of frames and bytes each way, from the first to the last frame.</summary>
internal struct FlowRecord
{
    /// <summary>Unique number; written as 16 hexadecimal digits.</summary>
    public ulong Id;

    /// <summary>Microseconds of the first and of the last frame.</summary>
    public long Start, End;

    /// <summary>Who sent the first frame, and to whom.</summary>
    public uint Client, Server;

    /// <summary>Ports; of an ICMP echo 0 and 0.</summary>
    public ushort ClientPort, ServerPort;

    /// <summary>IP protocol: 1 ICMP, 6 TCP, 17 UDP.</summary>
    public byte Protocol;

    /// <summary>All flags seen from the client and from the server.</summary>
    public TcpFlags FlagsOut, FlagsIn;

    /// <summary>Frames each way.</summary>
    public int FramesOut, FramesIn;

    /// <summary>Bytes of the frames each way.</summary>
    public long BytesOut, BytesIn;

    /// <summary>Frames that carry bytes below the highest ones seen before.</summary>
    public int Retransmissions;

    /// <summary>ICMP errors about it; they are not among its frames.</summary>
    public int Errors;

    /// <summary>Campaign, or -1.</summary>
    public int Campaign;

    /// <summary>Microsecond at which it was known to be over; flows are listed in this order.</summary>
    public long Closed;

    /// <summary>Counts a frame.</summary>
    public void Count(long time, bool fromClient, int length, TcpFlags flags)
    {
        if (FramesOut + FramesIn == 0) Start = time;
        End = time;
        if (fromClient)
        {
            FramesOut++;
            BytesOut += length;
            FlagsOut |= flags;
        }
        else
        {
            FramesIn++;
            BytesIn += length;
            FlagsIn |= flags;
        }
    }
}
