using System.Collections.Immutable;

namespace Semblance.Provenance;

/// <summary>
/// What was made from what: enough to make it again and to find any byte that changed since. Stands as <c>manifest.json</c> beside the results.
/// It holds names, counts and hashes, never a value of the data.
/// </summary>
public sealed record Manifest
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "manifest.json";

    /// <summary>Version of the manifest format.</summary>
    public const int FormatVersion = 1;

    /// <summary>Version of the format of this manifest.</summary>
    public int Semblance { get; init; } = FormatVersion;

    /// <summary>The program and the machine.</summary>
    public required ManifestTool Tool { get; init; }

    /// <summary>When it was finished, UTC, from the run's clock.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>What was asked for, as typed.</summary>
    public required string Command { get; init; }

    /// <summary>Root of all randomness, as text: not every JSON reader keeps 64 bits.</summary>
    public required string Seed { get; init; }

    /// <summary>What was read.</summary>
    public ImmutableArray<ManifestInput> Inputs { get; init; } = [];

    /// <summary>The generator; null when none was made.</summary>
    public ManifestModel? Model { get; init; }

    /// <summary>What was asked of the generator and what it gave.</summary>
    public ManifestRequest? Request { get; init; }

    /// <summary>Gates and what became of them.</summary>
    public ImmutableArray<ManifestGate> Gates { get; init; } = [];

    /// <summary>Files that a failed privacy gate kept back.</summary>
    public ImmutableArray<string> Withheld { get; init; } = [];

    /// <summary>What was written, this file aside.</summary>
    public ImmutableArray<ManifestOutput> Outputs { get; init; } = [];

    /// <summary>What a reader should know.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}

/// <summary>The program and the machine.</summary>
/// <param name="Version">Version of Semblance.</param>
/// <param name="Runtime">Version of .NET.</param>
/// <param name="Tier">Vector instructions: <c>avx512</c>, <c>avx2</c> or <c>other</c>. The first two give the same bytes; on others learned models agree within a tolerance.</param>
/// <param name="System">Operating system and processor kind.</param>
/// <param name="Build">Identity of the very build: two builds of one version may differ while it is being written.</param>
public sealed record ManifestTool(string Version, string Runtime, string Tier, string System, string? Build = null);

/// <summary>A file that was read.</summary>
/// <param name="Name">Path relative to the manifest's folder.</param>
/// <param name="Role"><c>data</c> or <c>holdout</c>.</param>
/// <param name="Bytes">Size.</param>
/// <param name="Sha256">SHA-256 of the file, lower-case hex.</param>
/// <param name="Rows">Rows in it.</param>
/// <param name="Columns">Columns in it.</param>
public sealed record ManifestInput(string Name, string Role, long Bytes, string Sha256, long Rows, int Columns);

/// <summary>The generator.</summary>
public sealed record ManifestModel
{
    /// <summary>Catalogue id.</summary>
    public required string Id { get; init; }

    /// <summary>Hyper-parameters.</summary>
    public ImmutableSortedDictionary<string, string> Spec { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Seed of the fit.</summary>
    public required string Seed { get; init; }

    /// <summary>Version of Semblance that fitted it.</summary>
    public required string Version { get; init; }

    /// <summary>SHA-256 over schema and cells of the rows it learned from.</summary>
    public string DataFingerprint { get; init; } = "";

    /// <summary>Rows it learned from.</summary>
    public long FittedRows { get; init; }

    /// <summary>Model file, relative to the manifest's folder; null when withheld.</summary>
    public string? File { get; init; }

    /// <summary>What its maker noted: protections applied, columns replaced.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}

/// <summary>What was asked of a generator.</summary>
/// <param name="Count">Rows asked for.</param>
/// <param name="Produced">Rows given.</param>
/// <param name="Where">Condition, or null.</param>
/// <param name="Balance">Balance, or null.</param>
/// <param name="Fair">Fairness, or null.</param>
/// <param name="Match">Whether the rows were chosen together to be as frequent as the real ones; null for no.</param>
public sealed record ManifestRequest(long Count, long Produced, string? Where = null, string? Balance = null, ManifestFairness? Fair = null, bool? Match = null);

/// <summary>A target that was made independent of sensitive columns.</summary>
/// <param name="Target">The target.</param>
/// <param name="Sensitive">The sensitive columns.</param>
public sealed record ManifestFairness(string Target, string Sensitive);

/// <summary>A gate.</summary>
/// <param name="Text">The gate as written.</param>
/// <param name="Met">Whether it holds.</param>
/// <param name="Why">The score in words.</param>
public sealed record ManifestGate(string Text, bool Met, string Why);

/// <summary>A file that was written.</summary>
public sealed record ManifestOutput
{
    /// <summary>Name relative to the manifest's folder.</summary>
    public required string Name { get; init; }

    /// <summary>Size.</summary>
    public required long Bytes { get; init; }

    /// <summary>SHA-256 of the file, lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Rows, for generated data; null for other files.</summary>
    public long? Rows { get; init; }

    /// <summary>Its blocks of rows, for generated data; empty for other files. What stands before the first block is the header.</summary>
    public ImmutableArray<ManifestBlock> Blocks { get; init; } = [];
}

/// <summary>A block of rows as it lies in a file.</summary>
/// <param name="FirstRow">Index of its first row, from 0.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="Offset">Byte offset in the file.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">SHA-256 of those bytes, lower-case hex.</param>
public sealed record ManifestBlock(long FirstRow, int Rows, long Offset, long Length, string Sha256);
