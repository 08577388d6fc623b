using Semblance.Numerics;

namespace Semblance.Worlds;

/// <summary>How a service speaks.</summary>
internal enum Speech : byte
{
    Tls,
    Http,
    Smb,
    Ssh,
    Print,
    Dns,
    Ntp,
    Echo,
}

/// <summary>A size or a time: lognormal, and with probability <see cref="Tail"/> a Pareto tail from the median on (body and tail as in Barford and Crovella 1998).</summary>
/// <param name="Median">Median of the body.</param>
/// <param name="Sigma">Spread of its logarithm.</param>
/// <param name="Tail">Share of values from the tail.</param>
/// <param name="Alpha">Exponent of the tail; at 1 to 2 its variance has no bound but <see cref="Max"/>.</param>
/// <param name="Max">No value is above this.</param>
internal sealed record HeavyLaw(double Median, double Sigma, double Tail, double Alpha, double Max)
{
    /// <summary>Draws a value.</summary>
    public double Draw(ref RandomSequence random)
    {
        var value = Tail > 0 && random.NextUnit() < Tail
            ? Median * FastMath.Exp(-FastMath.Log(1 - random.NextUnit()) / Alpha)
            : Median * FastMath.Exp(Sigma * random.NextNormal());
        return Math.Min(value, Max);
    }
}

/// <summary>A service: its port, how it speaks, and the laws of one connection.</summary>
internal sealed record ServiceLaw
{
    /// <summary>Name in the pack.</summary>
    public required string Name { get; init; }

    /// <summary>Port of the server.</summary>
    public required ushort Port { get; init; }

    /// <summary>How it speaks.</summary>
    public required Speech Speech { get; init; }

    /// <summary>Mean number of exchanges of a connection; their number is geometric.</summary>
    public required double Exchanges { get; init; }

    /// <summary>Bytes of a request.</summary>
    public required HeavyLaw Request { get; init; }

    /// <summary>Bytes of a reply.</summary>
    public required HeavyLaw Reply { get; init; }

    /// <summary>Seconds until a server replies.</summary>
    public required HeavyLaw Work { get; init; }

    /// <summary>Seconds between a reply and the next request.</summary>
    public required HeavyLaw Pause { get; init; }

    /// <summary>Share of connections that a client ends by a reset.</summary>
    public required double Aborts { get; init; }
}

/// <summary>How a connection opens.</summary>
internal enum Opening : byte
{
    /// <summary>Answered and used.</summary>
    Full,

    /// <summary>Answered, then closed at once without a byte: a connect scan, a health check.</summary>
    Empty,

    /// <summary>Answered, then reset by the client: a SYN scan that found a port.</summary>
    HalfOpen,

    /// <summary>Answered, then nothing: a SYN flood.</summary>
    Abandoned,

    /// <summary>Refused by a reset.</summary>
    Closed,

    /// <summary>Never answered.</summary>
    Silent,
}

/// <summary>What comes of the log-in of a connection.</summary>
internal enum Login : byte
{
    None,
    Fails,
    Succeeds,
}

/// <summary>One connection to be: who began it, and what of it is fixed beforehand.</summary>
internal struct ConversationPlan
{
    /// <summary>The service.</summary>
    public required ServiceLaw Service;

    /// <summary>Port of the server where it is not the service's own; else 0.</summary>
    public ushort Port;

    /// <summary>How it opens.</summary>
    public Opening Opening;

    /// <summary>What comes of the log-in.</summary>
    public Login Login;

    /// <summary>Exchanges, or 0: drawn.</summary>
    public int Exchanges;

    /// <summary>Bytes of each request, or 0: drawn.</summary>
    public long Request;

    /// <summary>Bytes of each reply, or 0: drawn.</summary>
    public long Reply;

    /// <summary>Number of the name that is asked for or spoken to.</summary>
    public int Topic;

    /// <summary>Number of the campaign it belongs to, or -1.</summary>
    public int Campaign;
}
