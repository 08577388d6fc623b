using System.Collections.Immutable;
using System.Globalization;
using Semblance.Data;
using Semblance.Models;

namespace Semblance.Recipes;

/// <summary>What turning a knob is good for.</summary>
internal enum KnobUse
{
    /// <summary>How finely numbers are told apart.</summary>
    Numbers,
    /// <summary>How much of everything is learned.</summary>
    Capacity,
    /// <summary>In which order the columns are learned; its values have no direction.</summary>
    Order,
}

/// <summary>A setting of a model with the values worth trying, the smoothest first, the sharpest last.</summary>
internal sealed record Knob(string Setting, KnobUse Use, params ImmutableArray<string> Values)
{
    /// <summary>Knobs of a family, those that usually bring most first.</summary>
    public static ImmutableArray<Knob> Of(string family, int rows) => family switch
    {
        "cart" =>
        [
            new("leafRows", KnobUse.Capacity, "160", "80", "40", "20", "10", "5"),
            new("rounds", KnobUse.Numbers, "0", "30", "60", "120"),
            new("trees", KnobUse.Capacity, "40", "20", "10", "5"),
            new("order", KnobUse.Order, "TargetFirst", "TargetLast"),
        ],
        "argn" =>
        [
            new("hidden", KnobUse.Capacity, "32", "64", "128", "256"),
            new("tokens", KnobUse.Numbers, "32", "64", "128", "256"),
            new("dropout", KnobUse.Capacity, "0.35", "0.2", "0.1", "0"),
            new("epochs", KnobUse.Capacity, "15", "30", "60", "120"),
            new("order", KnobUse.Order, "TargetFirst", "TargetLast"),
        ],
        "circuit" =>
        [
            new("components", KnobUse.Capacity, Components(rows, 160), Components(rows, 80), "0", Components(rows, 20)),
            new("smoothing", KnobUse.Capacity, "24", "12", "6", "3", "1.5", "0.75"),
        ],
        "tvae" =>
        [
            new("hidden", KnobUse.Capacity, "64", "128", "256"),
            new("epochs", KnobUse.Capacity, "50", "100", "200"),
            new("modes", KnobUse.Numbers, "3", "6", "12"),
            new("latent", KnobUse.Capacity, "8", "16", "32"),
        ],
        "diffusion" =>
        [
            new("epochs", KnobUse.Capacity, "50", "100", "200", "400"),
            new("dropout", KnobUse.Capacity, "0.3", "0.2", "0.1", "0"),
            new("steps", KnobUse.Numbers, "10", "20", "40"),
        ],
        "arf" =>
        [
            new("leafRows", KnobUse.Capacity, "80", "40", "20", "10", "5"),
            new("trees", KnobUse.Capacity, "20", "10", "5"),
        ],
        _ => [],
    };

    /// <summary>The model with this knob turned by one value; null at its end, or where it stands between values.</summary>
    /// <param name="model">Model of the knob's family.</param>
    /// <param name="step">1 is sharper, -1 smoother; any for a knob without a direction.</param>
    public IModel<Table>? Turn(IModel<Table> model, int step)
    {
        var at = Values.IndexOf(Now(model));
        if (at < 0) return null;
        var to = Use == KnobUse.Order ? (at + 1) % Values.Length : at + step;
        return to < 0 || to >= Values.Length ? null : Set(model, Values[to]);
    }

    /// <summary>The model with this knob at a value.</summary>
    public IModel<Table> Set(IModel<Table> model, string value) => ModelSettings.With(model, [KeyValuePair.Create(Setting, value)]);

    /// <summary>Where it stands.</summary>
    public string Now(IModel<Table> model) => ModelSettings.Of(model)[Setting];

    private static string Components(int rows, int perComponent) => Math.Clamp(rows / perComponent, 1, 2048).ToString(CultureInfo.InvariantCulture);
}
