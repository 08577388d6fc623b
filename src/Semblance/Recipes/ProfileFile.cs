using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Semblance.Formats;
using Semblance.Profiles;
using Semblance.Rules;

namespace Semblance.Recipes;

/// <summary>Reads the marginals of a profile that was written as JSON.</summary>
internal static class ProfileFile
{
    private const int MostBytes = 64 << 20;

    /// <summary>A rule for each column.</summary>
    /// <exception cref="DataException">It can't be read (SB1001), or is no profile (SB1095).</exception>
    public static IReadOnlyDictionary<string, ColumnRule> Read(string path)
    {
        byte[] bytes;
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MostBytes }) throw Unsound("it is larger than 64 MB");
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException("SB1001", $"can't read `{path}`: {e.Message.TrimEnd('.')}; check the name and your permission to read it", e);
        }
        try
        {
            using var json = JsonDocument.Parse(bytes);
            var root = json.RootElement;
            if (root.GetProperty("kind").GetString() != "semblance/profile" || root.GetProperty("version").GetInt32() != 1) throw Unsound("it says to be something else");
            return root.GetProperty("columns").EnumerateArray().Select(Column).ToDictionary(c => c.Name, c => Rule(path, c), StringComparer.Ordinal);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException or IndexOutOfRangeException) { throw Unsound(e.Message); }

        DataException Unsound(string why) => new("SB1095", $"`{path}` is no profile ({why.TrimEnd('.')}); write one with `semblance profile data.csv --to profile.json`");
    }

    private static ColumnRule Rule(string path, ColumnProfile column)
    {
        var source = $"`{path}`, column `{column.Name}`";
        return new ColumnReader(source).Column(column.Name, StrictYaml.Read("column: " + ColumnRules.Of(column, null), source).Entries[0].Value, "the rule of the profile");
    }

    private static ColumnProfile Column(JsonElement json) => new()
    {
        Name = json.GetProperty("name").GetString()!,
        Kind = Enum.Parse<ColumnKind>(json.GetProperty("kind").GetString()!, true),
        Present = json.GetProperty("present").GetInt64(),
        Missing = json.GetProperty("missing").GetInt64(),
        Distinct = json.GetProperty("distinct").GetInt64(),
        RareValues = json.GetProperty("rareValues").GetInt64(),
        Top = Items(json, "top", v => new ValueCount(v.GetProperty("value").GetString()!, v.GetProperty("count").GetInt64())),
        Numbers = Part(json, "numbers") is { } n ? new NumberSummary
        {
            Minimum = n.GetProperty("minimum").GetDouble(), Maximum = n.GetProperty("maximum").GetDouble(), Mean = n.GetProperty("mean").GetDouble(), StandardDeviation = n.GetProperty("standardDeviation").GetDouble(),
            Zeros = n.GetProperty("zeros").GetInt64(), Negatives = n.GetProperty("negatives").GetInt64(), Quantiles = Items(n, "quantiles", q => q.GetDouble()), Histogram = Bins(n, e => e.GetDouble()),
        } : null,
        Moments = Part(json, "moments") is { } m ? new MomentSummary
        {
            Minimum = Moment(m.GetProperty("minimum")), Maximum = Moment(m.GetProperty("maximum")), Quantiles = Items(m, "quantiles", Moment), Histogram = Bins(m, e => Moment(e).Ticks),
        } : null,
        Texts = Part(json, "texts") is { } t ? new TextSummary
        {
            MinimumLength = t.GetProperty("minimumLength").GetInt32(), MaximumLength = t.GetProperty("maximumLength").GetInt32(), MeanLength = t.GetProperty("meanLength").GetDouble(), MeanWords = t.GetProperty("meanWords").GetDouble(),
            Shape = t.TryGetProperty("shape", out var shape) ? shape.GetString() : null,
        } : null,
        Spikes = Items(json, "spikes", s => new Spike(s.GetProperty("value").GetDouble(), s.GetProperty("count").GetInt64(), s.GetProperty("share").GetDouble(), s.TryGetProperty("ratio", out var ratio) && ratio.ValueKind == JsonValueKind.Number ? ratio.GetDouble() : 0)),
        Personal = Items(json, "personal", p => new PersonalData(p.GetProperty("form").GetString()!, "", p.GetProperty("share").GetDouble(), p.GetProperty("tested").GetInt64(), PersonalEvidence.None, p.GetProperty("inside").GetBoolean())),
    };

    private static JsonElement? Part(JsonElement json, string name) => json.TryGetProperty(name, out var part) && part.ValueKind == JsonValueKind.Object ? part : null;

    private static ImmutableArray<T> Items<T>(JsonElement json, string name, Func<JsonElement, T> read) => json.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(read)] : [];

    private static Histogram Bins(JsonElement json, Func<JsonElement, double> edge)
    {
        var bins = json.GetProperty("histogram");
        return new(Items(bins, "edges", edge), Items(bins, "counts", c => c.GetInt64()), bins.GetProperty("below").GetInt64(), bins.GetProperty("above").GetInt64());
    }

    private static DateTime Moment(JsonElement json) => DateTime.Parse(json.GetString()!, CultureInfo.InvariantCulture);
}
