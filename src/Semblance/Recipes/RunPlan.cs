using System.Collections.Immutable;

namespace Semblance.Recipes;

/// <summary>What a run would do, all of it checked and none of it done: its steps, and a forecast from a fixed table of costs.</summary>
public sealed record RunPlan
{
    /// <summary>The recipe with every choice made.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>Folder of the results, as a full path. It can be written to.</summary>
    public required string Folder { get; init; }

    /// <summary>The steps, in order.</summary>
    public required ImmutableArray<PlannedStep> Steps { get; init; }

    /// <summary>Every setting of the model.</summary>
    public required ImmutableSortedDictionary<string, string> Settings { get; init; }

    /// <summary>The gates that will decide.</summary>
    public required ImmutableArray<Gate> Gates { get; init; }

    /// <summary>Columns of the data.</summary>
    public required int Columns { get; init; }

    /// <summary>Threads that the forecast counts with.</summary>
    public required int Threads { get; init; }

    /// <summary>Most memory at once, in bytes, as forecast.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Size of all results, in bytes, as forecast.</summary>
    public required long OutputBytes { get; init; }

    /// <summary>Time of all steps, in seconds, as forecast.</summary>
    public double Seconds => Steps.Sum(s => s.Seconds);
}

/// <summary>One step of a run.</summary>
/// <param name="Name">Its name: <c>read split fit generate evaluate mix report</c>.</param>
/// <param name="What">What it will do, in words.</param>
/// <param name="Rows">Rows it takes or makes.</param>
/// <param name="Seconds">Time, as forecast.</param>
public sealed record PlannedStep(string Name, string What, long Rows, double Seconds);
