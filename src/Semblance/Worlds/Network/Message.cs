namespace Semblance.Worlds;

/// <summary>What the bytes after the head of a message are.</summary>
internal enum Body : byte
{
    /// <summary>Bytes that look encrypted.</summary>
    Random,

    /// <summary>Text that looks like a page.</summary>
    Text,

    /// <summary>TLS records of application data.</summary>
    Records,
}

/// <summary>What one side says before it is the other's turn.</summary>
internal struct Message
{
    /// <summary>Bytes in all.</summary>
    public long Length;

    /// <summary>Bytes of the head.</summary>
    public int Head;

    /// <summary>Microseconds from the arrival of what it answers until it is sent.</summary>
    public long Think;

    /// <summary>What follows the head.</summary>
    public Body Body;

    /// <summary>Which head it has.</summary>
    public Opener Opener;

    /// <summary>Where its bytes are cut from the pool.</summary>
    public ulong Place;
}

/// <summary>Heads of messages.</summary>
internal enum Opener : byte
{
    None,
    ClientHello,
    ServerHello,
    ClientFinished,
    HttpRequest,
    HttpLogin,
    HttpReply,
    HttpDenied,
    SmbRequest,
    SmbReply,
    SmbNegotiate,
    SmbNegotiated,
    SshServerBanner,
    SshClientBanner,
    SshServerAlgorithms,
    SshClientAlgorithms,
    SshExchanged,
    SshNewKeys,
    Print,
}
