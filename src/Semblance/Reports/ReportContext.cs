using System.Collections.Immutable;

namespace Semblance.Reports;

/// <summary>What a report says about where things came from: the scorecard itself does not know it. All of it may be left out.</summary>
public sealed record ReportContext
{
    /// <summary>Nothing known.</summary>
    public static ReportContext None { get; } = new();

    /// <summary>Title of the page: a file name, a project. Default: "Synthetic data" or "Data profile".</summary>
    public string? Title { get; init; }

    /// <summary>The generator that made the data: model, settings, seed, fingerprint, auto's trail.</summary>
    public About? About { get; init; }

    /// <summary>Further lines of provenance, in order: dates, commands, versions, counts.</summary>
    public ImmutableArray<ReportFact> Facts { get; init; } = [];

    /// <summary>Files read and written, in order.</summary>
    public ImmutableArray<ReportFile> Files { get; init; } = [];

    /// <summary>What else was found out on the way, each a section of its own.</summary>
    internal ImmutableArray<ReportPanel> Panels { get; init; } = [];

    /// <summary>What a reader should know beside the scorecard's own notes, in order.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}

/// <summary>A section that a room above this one adds to a report: a scorecard does not know of it.</summary>
/// <param name="Id">Its id, and its key among the numbers.</param>
/// <param name="Name">Its name in the table of contents.</param>
/// <param name="Content">The section.</param>
/// <param name="Numbers">Writes its numbers.</param>
internal sealed record ReportPanel(string Id, string Name, Html Content, Action<JsonText> Numbers);

/// <summary>One line of provenance.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">Its value, as text.</param>
public sealed record ReportFact(string Name, string Value);

/// <summary>A file named in the provenance.</summary>
/// <param name="Name">Name as a reader knows it.</param>
/// <param name="What">Its part: "real data", "synthetic data", "model".</param>
/// <param name="Bytes">Size, or null when not known.</param>
/// <param name="Sha256">SHA-256 in hex, or null when not known.</param>
public sealed record ReportFile(string Name, string What, long? Bytes = null, string? Sha256 = null);
