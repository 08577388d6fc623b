using System.Collections.Immutable;
using Semblance.Rules;

namespace Semblance.Metrics;

/// <summary>
/// Columns by which somebody who knows a person could find the row: age, sex, where they live, what they do. Columns whose name says so come first, then other
/// categories, whole numbers and dates in the order of the table, until half of the training rows are the only ones with their combination. The target, amounts
/// (decimal numbers) and free text are left out: they are what an attacker wants to learn rather than knows. Who knows the data better names the columns.
/// </summary>
internal static class QuasiIdentifiers
{
    private const int Most = 8;
    private const double UniqueShare = 0.5;

    // Long words may begin a part of a name (birth in birthdate), short ones must be all of it (age, not agency).
    private static readonly ImmutableArray<string> Words =
    [
        "age", "sex", "gender", "dob", "birth", "born", "zip", "zipcode", "postal", "postcode", "plz", "city", "town", "county", "district", "state", "region", "province", "country",
        "nation", "citizen", "race", "ethnic", "marital", "education", "degree", "occupation", "profession", "job", "employer", "religion", "language", "residence", "address",
    ];

    /// <summary>Columns that a person named: <c>age, zip, sex</c>. Any of them may be the target or an amount.</summary>
    /// <exception cref="SchemaException">There is no such column (SB1202).</exception>
    /// <exception cref="RecipeException">None is named, one is named twice, or one is free text or an identifier (SB2106).</exception>
    public static ImmutableArray<int> Named(string text, Schema schema)
    {
        var named = ImmutableArray.CreateBuilder<int>();
        foreach (var name in ColumnNames.Of(text))
        {
            var index = schema.Require(name, "quasi");
            if (named.Contains(index)) throw Bad(text, $"column `{name}` stands twice");
            if (schema.Columns[index].Kind is ColumnKind.Identifier or ColumnKind.Text) throw Unlike(text, name);
            named.Add(index);
        }
        return named.Count > 0 ? named.ToImmutable() : throw Bad(text, "no column is named");
    }

    /// <summary>The columns: those that a person named, else those that were chosen, in the order of choice.</summary>
    /// <exception cref="RecipeException">A named column holds personal data, whose values are not compared (SB2106).</exception>
    public static ImmutableArray<Feature> Of(Comparison data)
    {
        if (data.Quasi is { } text)
            return [.. ColumnNames.Of(text).Select(name => data.Features.First(f => f.Name == name)).Select(f => f.Type == FeatureType.Identifier ? throw Unlike(text, f.Name) : f)];
        var able = data.Features.Where(f => f.Name != data.Target && (f.Type == FeatureType.Category && f.RealLevels > 1
            || f.IsNumber && (f.Kind is ColumnKind.Integer or ColumnKind.DateTime || IsNamed(f.Name)))).ToList();
        var chosen = ImmutableArray.CreateBuilder<Feature>();
        var keys = new ulong[data.Rows(Side.Real)];
        foreach (var feature in able.Where(f => IsNamed(f.Name)).Concat(able.Where(f => !IsNamed(f.Name))).Take(Most))
        {
            Extend(keys, feature, Side.Real);
            chosen.Add(feature);
            var counts = Count(keys);
            if (keys.Count(k => counts[k] == 1) >= UniqueShare * keys.Length) break;
        }
        return chosen.ToImmutable();
    }

    /// <summary>One key a row from its values in the given columns.</summary>
    public static ulong[] Keys(Comparison data, IEnumerable<Feature> columns, Side side)
    {
        var keys = new ulong[data.Rows(side)];
        foreach (var column in columns) Extend(keys, column, side);
        return keys;
    }

    /// <summary>Rows of each key.</summary>
    public static Dictionary<ulong, int> Count(ulong[] keys)
    {
        var counts = new Dictionary<ulong, int>();
        foreach (var key in keys) counts[key] = counts.GetValueOrDefault(key) + 1;
        return counts;
    }

    private static RecipeException Unlike(string text, string column) => Bad(text, $"column `{column}` is free text, an identifier or personal data, of which every row has its own; see privacy.replay");

    private static RecipeException Bad(string text, string why) => new("SB2106", $"quasi `{text}`: {why}; name the columns that others may know of a person: age, zip, sex");

    private static void Extend(ulong[] keys, Feature feature, Side side)
    {
        for (var row = 0; row < keys.Length; row++)
            keys[row] = RowKeys.Mix(keys[row] + 0x9E3779B97F4A7C15 ^ (feature.Type == FeatureType.Category ? (ulong)(feature.Codes[(int)side][row] + 2)
                : double.IsNaN(feature.Numbers[(int)side][row]) ? 1 : BitConverter.DoubleToUInt64Bits(feature.Numbers[(int)side][row] + 0.0)));
    }

    /// <summary>Whether a column's name says that it holds what others know of a person.</summary>
    internal static bool IsNamed(string column)
    {
        for (var start = 0; start < column.Length;)
        {
            var end = start;
            while (end < column.Length && char.IsLetter(column[end]) && (end == start || !char.IsUpper(column[end]) || char.IsUpper(column[end - 1]))) end++;
            var part = column.AsSpan(start, end - start);
            foreach (var word in Words)
                if (word.Length > 4 ? part.StartsWith(word, StringComparison.OrdinalIgnoreCase) : part.Equals(word, StringComparison.OrdinalIgnoreCase)) return true;
            start = Math.Max(end, start + 1);
        }
        return false;
    }
}
