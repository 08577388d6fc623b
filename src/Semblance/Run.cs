using System.Globalization;

namespace Semblance;

/// <summary>Everything a long operation needs from outside: randomness, threads, budget, progress, clock.</summary>
public sealed record Run
{
    /// <summary>Root of every random stream of this run.</summary>
    public required Seed Seed { get; init; }

    /// <summary>Threads that may work at once. Results do not depend on it. Default: the machine's processors.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>How much work may be spent; null lets every stage use its own default.</summary>
    public Budget? Budget { get; init; }

    /// <summary>Told about each step; null means nobody is watching.</summary>
    public IProgress<Step>? Progress { get; init; }

    /// <summary>The only clock. It dates manifests and guards deadlines; it never decides a result silently.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>A run with the given seed and all else at its defaults.</summary>
    public static Run With(ulong seed) => new() { Seed = new Seed(seed) };

    /// <summary>Reports a step to whoever watches.</summary>
    public void Report(Stage stage, string what, long done, long? total = null, double? loss = null) =>
        Progress?.Report(new Step(stage, what, done, total, loss));

    /// <summary>Says something that should reach the user and stay, however the work goes on.</summary>
    public void Note(Stage stage, string what) => Progress?.Report(new Step(stage, what, 0) { IsNote = true });
}

/// <summary>A bound on work. Time maps to counted work units by a fixed table, so that a busy machine changes nothing.</summary>
/// <param name="Time">What the user allows; also the safety deadline.</param>
public sealed record Budget(TimeSpan Time)
{
    /// <summary>Reads a time like <c>90s</c>, <c>10m</c> or <c>1.5h</c>.</summary>
    /// <exception cref="RecipeException">SB2023: it is none, or not above 0 and at most 30 days.</exception>
    public static Budget Parse(string text)
    {
        var seconds = text.Length < 2 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        if (seconds == 0 || !double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || !(number * seconds is > 0 and <= 30 * 86_400))
            throw new RecipeException("SB2023", $"`{text}` is no time to plan for; write it as 90s, 10m or 1.5h, at most 720h");
        return new Budget(TimeSpan.FromSeconds(number * seconds));
    }
}

/// <summary>The stage of the loop a <see cref="Step"/> belongs to.</summary>
public enum Stage
{
    /// <summary>Reading data.</summary>
    Read,
    /// <summary>Describing data.</summary>
    Profile,
    /// <summary>Fitting a model.</summary>
    Fit,
    /// <summary>Generating data.</summary>
    Generate,
    /// <summary>Judging data.</summary>
    Evaluate,
    /// <summary>Writing a report.</summary>
    Report,
    /// <summary>Checking a manifest.</summary>
    Verify,
}

/// <summary>One message of progress.</summary>
/// <param name="Stage">Stage of the loop.</param>
/// <param name="What">What is being done, for a person: a column, a metric, a candidate.</param>
/// <param name="Done">Units done so far.</param>
/// <param name="Total">Units in all, or null when not known.</param>
/// <param name="Loss">Current training loss, where there is one.</param>
public readonly record struct Step(Stage Stage, string What, long Done, long? Total = null, double? Loss = null)
{
    /// <summary>Whether this is no progress but a remark on the result: how a condition was held, what could not be used.</summary>
    public bool IsNote { get; init; }
}
