using System.Collections.Immutable;
using System.Globalization;
using Semblance.Metrics;

namespace Semblance.Recipes;

/// <summary>What a generation of models learns from beside the rows of the one before.</summary>
public enum KeptRows
{
    /// <summary>Made rows replace all others: the next model sees only rows of the last one.</summary>
    Replace,
    /// <summary>Rows accumulate: the next model sees the real rows and every row made so far, ever more of them.</summary>
    Accumulate,
}

/// <summary>How a generation is measured.</summary>
/// <param name="Name">Key of the score: that of the metric, where it is one of the catalogue.</param>
/// <param name="Title">Name for a person.</param>
/// <param name="What">What it tells, in one sentence.</param>
public sealed record GenerationMeasure(string Name, string Title, string What);

/// <summary>One generation: a model and the rows it made.</summary>
/// <param name="Number">1 for the model of real rows alone.</param>
/// <param name="FittedRows">Rows it learned from.</param>
/// <param name="RealShare">Share of those that are real.</param>
/// <param name="Scores">Each measure by name: with an interval, and as ceiling what fresh real rows get.</param>
public sealed record Generation(int Number, int FittedRows, double RealShare, ImmutableSortedDictionary<string, Score> Scores);

/// <summary>What becomes of data when each generation of models learns from the rows of the one before. It holds shares and counts, never a row.</summary>
public sealed record GenerationTrail
{
    /// <summary>All measures, in the order they are shown.</summary>
    public static ImmutableArray<GenerationMeasure> Measures => GenerationMeasures.All;

    /// <summary>Catalogue id of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Its settings.</summary>
    public required ImmutableSortedDictionary<string, string> Spec { get; init; }

    /// <summary>What the next generation learned from.</summary>
    public required KeptRows Keep { get; init; }

    /// <summary>Seed of all of it.</summary>
    public required Seed Seed { get; init; }

    /// <summary>Column to be predicted, or null.</summary>
    public string? Target { get; init; }

    /// <summary>Real rows that the first model learned from, and rows that every model made.</summary>
    public required int Rows { get; init; }

    /// <summary>Real rows that no model saw.</summary>
    public required int HoldoutRows { get; init; }

    /// <summary>The generations, in order; fewer than asked for where a model could not be fitted any more.</summary>
    public required ImmutableArray<Generation> Generations { get; init; }

    /// <summary>What a reader should know.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>
    /// Measures that are lower in the last generation than in the first for certain: their 95 % intervals do not meet. Where nothing is lost, that happens to a measure in about 1 of 300 experiments.
    /// </summary>
    public ImmutableArray<string> Lost => Generations.Length < 2 ? [] : [.. Measures.Select(m => m.Name).Where(name =>
        Generations[0].Scores[name].Interval is { } first && Generations[^1].Scores[name].Interval is { } last && last.High < first.Low)];

    /// <summary>The outcome in a sentence.</summary>
    public string Headline
    {
        get
        {
            var way = Keep == KeptRows.Replace ? "on rows of the one before alone" : "on the real rows and all rows made before";
            var asked = string.Create(CultureInfo.InvariantCulture, $"After {Generations.Length} generation{(Generations.Length == 1 ? "" : "s")} of `{Model}`, each {way}, ");
            var lost = Lost;
            if (lost.IsEmpty) return asked + "no measure is lower than after the first beyond its interval.";
            return asked + string.Join(", ", lost.Select(name => string.Create(CultureInfo.InvariantCulture,
                $"{Measures.First(m => m.Name == name).Title.ToLowerInvariant()} fell from {Generations[0].Scores[name].Value:0.000} to {Generations[^1].Scores[name].Value:0.000}"))) + ".";
        }
    }
}
