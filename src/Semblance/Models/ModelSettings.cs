using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using Semblance.Codecs;
using Semblance.Data;

namespace Semblance.Models;

/// <summary>Hyper-parameters by name: the properties of a model's record in camelCase, the keys of <c>--set</c> and of recipes.</summary>
public static class ModelSettings
{
    /// <summary>All settings of a model, as invariant text.</summary>
    public static ImmutableSortedDictionary<string, string> Of(IModel<Table> model) =>
        Properties(model.GetType()).ToImmutableSortedDictionary(KeyOf, p => Convert.ToString(p.GetValue(model), CultureInfo.InvariantCulture) ?? "", StringComparer.Ordinal);

    /// <summary>A copy of a model with some settings changed.</summary>
    /// <exception cref="RecipeException">Unknown setting (SB2021) or a value that can't be read (SB2022).</exception>
    public static IModel<Table> With(IModel<Table> model, IEnumerable<KeyValuePair<string, string>> settings)
    {
        // `with` by name: records copy themselves through their compiler-made clone method
        var copy = (IModel<Table>)model.GetType().GetMethod("<Clone>$")!.Invoke(model, null)!;
        var properties = Properties(model.GetType()).ToDictionary(KeyOf, StringComparer.Ordinal);
        foreach (var (key, text) in settings)
        {
            if (!properties.TryGetValue(key, out var property))
            {
                var near = Nearest.Of(key, properties.Keys);
                throw new RecipeException("SB2021", $"model `{model.Id}` has no setting `{key}`" +
                    (near is not null ? $"; did you mean `{near}`?" : properties.Count == 0 ? "; it has no settings" : $"; it has {string.Join(", ", properties.Keys.Order(StringComparer.Ordinal))}"));
            }
            property.SetValue(copy, Read(model.Id, key, text, property.PropertyType));
        }
        return copy;
    }

    private static object? Read(string model, string key, string text, Type type)
    {
        var target = Nullable.GetUnderlyingType(type) ?? type;
        if (target == typeof(string)) return text.Length == 0 ? null : text; // an empty text is how a setting that is not set is written
        if (target == typeof(int) && int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var whole)) return whole;
        if (target == typeof(double) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)) return number;
        if (target == typeof(bool) && bool.TryParse(text, out var truth)) return truth;
        if (target == typeof(ColumnEncodings)) return ColumnEncodings.Parse(text);
        if (target.IsEnum && Enum.TryParse(target, text, true, out var word) && Enum.IsDefined(target, word)) return word;
        var wanted = target.IsEnum ? "one of " + string.Join(", ", Enum.GetNames(target)) : target == typeof(int) ? "a whole number" : target == typeof(bool) ? "true or false" : "a number";
        throw new RecipeException("SB2022", $"setting `{key}` of model `{model}`: `{text}` is not {wanted}");
    }

    private static IEnumerable<PropertyInfo> Properties(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite);

    private static string KeyOf(PropertyInfo property) => char.ToLowerInvariant(property.Name[0]) + property.Name[1..];
}
