namespace Semblance.Worlds;

/// <summary>Families of operating systems, as far as they show on the wire.</summary>
internal enum HostSystem : byte
{
    Windows,
    Linux,
    Mac,
    Android,
    Ios,
    Embedded,
}

/// <summary>What a host is for.</summary>
internal enum HostRole : byte
{
    Workstation,
    Phone,
    Printer,
    Server,
    Service,
    Visitor,
}

/// <summary>A machine that speaks, as the point of capture sees it.</summary>
internal readonly struct NetworkHost
{
    /// <summary>Number: inside from 0 on, outside from 0 on.</summary>
    public required int Number { get; init; }

    /// <summary>What it is for.</summary>
    public required HostRole Role { get; init; }

    /// <summary>Operating system.</summary>
    public required HostSystem System { get; init; }

    /// <summary>Whether it stands in the simulated network, with a hardware address of its own; else it is behind the border router.</summary>
    public required bool Inside { get; init; }

    /// <summary>IPv4 address.</summary>
    public required uint Address { get; init; }

    /// <summary>Hardware address, 48 bits; 0 outside.</summary>
    public ulong Mac { get; init; }

    /// <summary>Routers between it and the point of capture.</summary>
    public byte Hops { get; init; }

    /// <summary>Microseconds between it and the point of capture, one way.</summary>
    public required int Delay { get; init; }

    /// <summary>Segments lost on its side of the path, in a million.</summary>
    public required int Loss { get; init; }

    /// <summary>Bytes a microsecond that its side of the path carries.</summary>
    public required double Rate { get; init; }

    /// <summary>Time to live that the point of capture sees.</summary>
    public byte TimeToLive => (byte)((System is HostSystem.Windows ? 128 : System is HostSystem.Embedded ? 255 : 64) - Hops);

    /// <summary>Receive window in bytes and how far the field is shifted; 0: this system does not scale.</summary>
    public (int Bytes, byte Shift) Window => System switch
    {
        HostSystem.Windows => (262_144, 8),
        HostSystem.Mac or HostSystem.Ios => (131_712, 6),
        HostSystem.Embedded => (29_200, 0),
        _ => (64_256, 7),
    };

    /// <summary>Window field of a SYN, which is never scaled.</summary>
    public ushort FirstWindow => System switch
    {
        HostSystem.Mac or HostSystem.Ios or HostSystem.Android => 65_535,
        HostSystem.Embedded => 29_200,
        _ => 64_240,
    };

    /// <summary>Whether it offers time stamps (RFC 7323).</summary>
    public bool Stamps => System is not (HostSystem.Windows or HostSystem.Embedded);

    /// <summary>Whether it acknowledges selectively (RFC 2018).</summary>
    public bool Selective => System is not HostSystem.Embedded;

    /// <summary>First and number of the ports it opens connections from.</summary>
    public (int First, int Count) Ports => System is HostSystem.Linux or HostSystem.Android ? (32_768, 28_232) : (49_152, 16_384);
}
