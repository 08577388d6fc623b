namespace Semblance.Transforms;

/// <summary>
/// Texts that must not be learned from (the questions of a benchmark), and the search for them in others: near copies, and thirteen words in a row in common, the usual measure (Brown et al.:
/// Language models are few-shot learners, NeurIPS 2020).
/// </summary>
public sealed class Decontamination
{
    /// <summary>Words in a row that are too many to be chance.</summary>
    public const int Run = 13;

    private readonly DuplicateIndex index;
    private readonly TextShingles words = new();
    private readonly HashSet<ulong> runs = [];
    private readonly List<ulong> found = [];

    /// <summary>Nothing forbidden yet.</summary>
    /// <param name="threshold">Least similarity that makes a near copy, 0.5 to 1.</param>
    public Decontamination(double threshold = 0.8) => index = new(threshold);

    /// <summary>Forbids a text.</summary>
    public void Forbid(ReadOnlySpan<byte> utf8)
    {
        index.Add(utf8);
        words.Read(utf8);
        words.WordRuns(Run, runs);
    }

    /// <summary>Whether a text holds too much of a forbidden one.</summary>
    public bool Holds(ReadOnlySpan<byte> utf8)
    {
        if (index.Find(utf8) is not null) return true;
        if (runs.Count == 0) return false;
        words.Read(utf8);
        found.Clear();
        words.WordRuns(Run, found);
        foreach (var run in found)
            if (runs.Contains(run)) return true;
        return false;
    }
}
