using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

namespace Semblance.Numerics;

/// <summary>Distributions by name and named parameters, as rules files and packs write them: <c>normal: {mean: 42, sd: 15}</c>.</summary>
public static partial class DistributionCatalog
{
    private static readonly FrozenDictionary<string, DistributionEntry> ByName = Entries().ToFrozenDictionary(e => e.Name);

    /// <summary>All distributions, by name.</summary>
    public static ImmutableArray<DistributionEntry> All { get; } = [.. ByName.Values.OrderBy(e => e.Name, StringComparer.Ordinal)];

    /// <summary>Whether a word names a distribution.</summary>
    public static bool Knows(string name) => ByName.ContainsKey(name);

    /// <summary>The entry of a name.</summary>
    /// <exception cref="RecipeException"><c>SB2120</c>: there is no distribution of that name; names the nearest.</exception>
    public static DistributionEntry Find(string name) => ByName.GetValueOrDefault(name)
        ?? throw new RecipeException("SB2120", $"there is no distribution '{name}'{(Nearest.Of(name, ByName.Keys) is { } near ? $"; did you mean '{near}'?" : ". Known: " + string.Join(", ", ByName.Keys.Order(StringComparer.Ordinal)))}");

    /// <summary>Makes a distribution from its name and named parameters; those left out get their defaults.</summary>
    /// <exception cref="RecipeException"><c>SB2120</c>: no such distribution; <c>SB2121</c>: no such parameter; <c>SB2122</c>: a parameter is missing, or two ways to give them are mixed;
    /// <c>SB2123</c>: a parameter is out of its range, or the parameters do not fit together.</exception>
    public static Distribution Make(string name, IReadOnlyDictionary<string, double> parameters)
    {
        var entry = Find(name);
        var known = entry.Forms.SelectMany(f => f.Parameters).Select(p => p.Name).Distinct().ToList();
        foreach (var given in parameters.Keys)
            if (!known.Contains(given))
                throw new RecipeException("SB2121", $"{name} has no parameter '{given}'{(Nearest.Of(given, known) is { } near ? $"; did you mean '{near}'?" : ". It takes " + Ways(entry))}");
        var form = entry.Forms.FirstOrDefault(f => parameters.Keys.All(k => f.Parameters.Any(p => p.Name == k)) && f.Parameters.All(p => p.Default is not null || parameters.ContainsKey(p.Name)))
            ?? throw new RecipeException("SB2122", $"{name} takes {Ways(entry)}; given: {(parameters.Count == 0 ? "nothing" : string.Join(", ", parameters.Keys))}");
        var values = new double[form.Parameters.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var parameter = form.Parameters[i];
            values[i] = parameters.TryGetValue(parameter.Name, out var value) ? value : parameter.Default!.Value;
            if (!parameter.Admits(values[i]))
                throw new RecipeException("SB2123", string.Create(CultureInfo.InvariantCulture, $"{parameter.Name} of {name} ({parameter.Meaning}) must be {parameter.Range}, not {values[i]}"));
        }
        try
        {
            return form.Make(values);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new RecipeException("SB2123", string.Create(CultureInfo.InvariantCulture, $"{e.ParamName} of {name} {e.Message.Split(" (Parameter", 2)[0]}, not {e.ActualValue}"), e);
        }
    }

    private static string Ways(DistributionEntry entry) => string.Join(" or ", entry.Forms.Select(f => string.Join(", ", f.Parameters.Select(p => p.Default is null ? p.Name : $"[{p.Name}]"))));

    private static DistributionEntry One(string name, string meaning, bool discrete, params ReadOnlySpan<DistributionWords> forms) => new(name, meaning, discrete, [.. forms]);

    private static DistributionWords By(Func<double[], Distribution> make, params ReadOnlySpan<DistributionParameter> parameters) => new([.. parameters]) { Make = make };

    private static DistributionParameter Any(string name, string meaning, double? otherwise = null) => new(name, meaning, double.NegativeInfinity, double.PositiveInfinity, true, false, otherwise);

    private static DistributionParameter Positive(string name, string meaning, double? otherwise = null) => new(name, meaning, 0, double.PositiveInfinity, true, false, otherwise);

    private static DistributionParameter Whole(string name, string meaning, double min, double max, double? otherwise = null) => new(name, meaning, min, max, false, true, otherwise);
}
