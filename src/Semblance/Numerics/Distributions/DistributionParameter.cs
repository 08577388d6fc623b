using System.Collections.Immutable;
using System.Globalization;

namespace Semblance.Numerics;

/// <summary>A named parameter of a distribution, as a rules file writes it.</summary>
/// <param name="Name">The word: <c>mean</c>, <c>sd</c>, <c>shape</c>.</param>
/// <param name="Meaning">What it is.</param>
/// <param name="Min">Lower bound.</param>
/// <param name="Max">Upper bound.</param>
/// <param name="IsOpen">Whether the bounds themselves are excluded.</param>
/// <param name="IsWhole">Whether only whole numbers make sense.</param>
/// <param name="Default">Value when left out; null when it must be given.</param>
public sealed record DistributionParameter(string Name, string Meaning, double Min, double Max, bool IsOpen, bool IsWhole, double? Default)
{
    /// <summary>The range in words: <c>above 0</c>, <c>0 to 1</c>.</summary>
    public string Range => (IsWhole ? "whole, " : "") + ((double.IsFinite(Min), double.IsFinite(Max)) switch
    {
        (false, false) => "any",
        (true, false) => (IsOpen ? "above " : "at least ") + Text(Min),
        (false, true) => (IsOpen ? "below " : "at most ") + Text(Max),
        _ => IsOpen ? $"between {Text(Min)} and {Text(Max)}" : $"{Text(Min)} to {Text(Max)}",
    });

    internal bool Admits(double value) =>
        double.IsFinite(value) && (IsOpen ? value > Min && value < Max : value >= Min && value <= Max) && (!IsWhole || Math.Floor(value) == value);

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}

/// <summary>One way to give a distribution's parameters: lognormal by mu and sigma, or by median and sigma.</summary>
/// <param name="Parameters">The words, in order.</param>
public sealed record DistributionWords(ImmutableArray<DistributionParameter> Parameters)
{
    /// <summary>Makes the distribution from values in the order of the words.</summary>
    internal Func<double[], Distribution> Make { get; init; } = null!;
}

/// <summary>A distribution of the catalogue.</summary>
/// <param name="Name">Its word: <c>normal</c>.</param>
/// <param name="Meaning">What it is used for, in one line.</param>
/// <param name="IsDiscrete">Whether its values are whole numbers.</param>
/// <param name="Forms">The ways to give its parameters; the first is the customary one.</param>
public sealed record DistributionEntry(string Name, string Meaning, bool IsDiscrete, ImmutableArray<DistributionWords> Forms);
