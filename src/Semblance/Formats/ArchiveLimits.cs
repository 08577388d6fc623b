namespace Semblance.Formats;

/// <summary>How large a model file may be. Every size is checked against these before anything is allocated for it.</summary>
public sealed record ArchiveLimits
{
    /// <summary>The limits used when none are given.</summary>
    public static ArchiveLimits Default { get; } = new();

    /// <summary>Bytes of the file itself. Default 1 GiB.</summary>
    public long FileBytes { get; init; } = 1L << 30;

    /// <summary>Bytes of all contents once unpacked. Default 1 GiB; at most 2,000,000,000.</summary>
    public long ContentBytes { get; init; } = 1L << 30;

    /// <summary>How many times larger than packed an entry may be once unpacked. Default 200; deflate itself could reach 1,032.</summary>
    public int Ratio { get; init; } = 200;

    /// <summary>Bytes of <c>model.json</c>. Default 16 MiB: long lists belong in arrays.</summary>
    public int JsonBytes { get; init; } = 16 << 20;

    /// <summary>Nesting of <c>model.json</c>. Default 64.</summary>
    public int JsonDepth { get; init; } = 64;

    /// <summary>Number of arrays. Default 200,000: 2,000 columns of 100 arrays.</summary>
    public int Arrays { get; init; } = 200_000;

    /// <summary>Bytes of the list of arrays (the safetensors header). Default 64 MiB.</summary>
    public int HeaderBytes { get; init; } = 64 << 20;

    /// <summary>UTF-8 bytes of an array's name. Default 512.</summary>
    public int NameBytes { get; init; } = 512;

    /// <summary>Dimensions of an array. Default 8.</summary>
    public int Rank { get; init; } = 8;
}
