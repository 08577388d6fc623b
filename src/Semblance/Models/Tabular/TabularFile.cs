using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Semblance.Codecs;
using Semblance.Data;
using Semblance.Formats;

namespace Semblance.Models;

/// <summary>What a sampler needs to know when it is loaded.</summary>
internal sealed record TabularParts(Schema Schema, ColumnCodec[] Codecs);

/// <summary>A tabular generator to and from a <c>.semblance</c> archive: schema, codecs, what it tells about itself, and its sampler's arrays.</summary>
internal static class TabularFile
{
    private const int MostColumns = 100_000;

    public static ModelArchive Pack(IGenerator<Table> generator)
    {
        if (generator is not TabularGenerator tabular) throw new FitException("SB3010", $"a generator of type {generator.GetType().Name} can't be saved");
        var archive = new ModelArchive();
        var about = tabular.About;
        archive.Json["model"] = about.Model;
        archive.Json["version"] = about.Version;
        archive.Json["seed"] = about.Seed.ToString();
        archive.Json["dataFingerprint"] = about.DataFingerprint;
        archive.Json["fittedRows"] = about.FittedRows;
        archive.Json["spec"] = new JsonObject(about.Spec.Select(p => KeyValuePair.Create<string, JsonNode?>(p.Key, p.Value)));
        archive.Json["notes"] = new JsonArray([.. about.Notes.Select(n => (JsonNode)n)]);
        archive.Json["trail"] = new JsonArray([.. about.Trail.Select(PackAttempt)]);
        archive.Json["columns"] = new JsonArray([.. tabular.Codecs.Select((codec, c) => PackColumn(archive, codec.State, c))]);
        if (!about.LossCurve.IsEmpty) archive.Add<double>("loss", about.LossCurve.AsSpan());
        tabular.Texts?.Save(archive);
        tabular.Keeping?.Save(archive);
        tabular.Sampler.Save(archive);
        return archive;
    }

    private static JsonNode PackAttempt(Attempt a) => new JsonObject
    {
        ["model"] = a.Model,
        ["spec"] = a.Spec,
        ["scores"] = new JsonObject(a.Scores.Select(p => KeyValuePair.Create<string, JsonNode?>(p.Key, p.Value))),
        ["chosen"] = a.Chosen,
        ["why"] = a.Why,
        ["seconds"] = a.Seconds,
    };

    private static JsonNode PackColumn(ModelArchive archive, CodecState state, int c)
    {
        archive.Add<double>($"codec/{c}/numbers", state.Numbers);
        archive.Add($"codec/{c}/texts", state.Texts);
        return new JsonObject
        {
            ["name"] = state.Schema.Name,
            ["kind"] = state.Schema.Kind.ToString(),
            ["codec"] = state.Type,
            ["markers"] = new JsonArray([.. state.Schema.MissingMarkers.Select(m => (JsonNode)m)]),
            ["minDecimals"] = state.Schema.Number.MinDecimals,
            ["maxDecimals"] = state.Schema.Number.MaxDecimals,
            ["format"] = state.Schema.Format,
        };
    }

    public static IGenerator<Table> Read(ModelCatalog catalog, ModelArchive archive)
    {
        var id = archive.Text("model");
        var entry = catalog.Entries.FirstOrDefault(e => e.Id == id && e.Load is not null) ?? throw archive.Unfit($"its model `{id}` is not known here");
        var columns = archive.Json["columns"] as JsonArray ?? throw archive.Unfit("it has no columns");
        if (columns.Count is 0 or > MostColumns) throw archive.Unfit($"it has {columns.Count} columns");
        var codecs = columns.Select((node, c) => ReadColumn(archive, node, c)).ToArray();
        var parts = new TabularParts(new Schema([.. codecs.Select(c => c.Schema)]), codecs);
        var about = new About
        {
            Model = id,
            Version = archive.Text("version"),
            Seed = new Seed(ulong.TryParse(archive.Text("seed"), CultureInfo.InvariantCulture, out var seed) ? seed : throw archive.Unfit("its seed is not a number")),
            DataFingerprint = archive.Text("dataFingerprint"),
            FittedRows = archive.Whole("fittedRows", 0, long.MaxValue),
            Spec = (archive.Json["spec"] as JsonObject ?? []).ToImmutableSortedDictionary(p => p.Key, p => p.Value?.ToString() ?? "", StringComparer.Ordinal),
            Notes = [.. (archive.Json["notes"] as JsonArray ?? []).Select(n => n?.ToString() ?? "")],
            Trail = [.. (archive.Json["trail"] as JsonArray ?? []).Select(n => ReadAttempt(archive, n))],
            LossCurve = archive.Has("loss") ? [.. archive.Get<double>("loss")] : [],
        };
        return new TabularGenerator(parts.Schema, codecs, entry.Load!(archive, parts), about, Keeping.Load(archive, parts.Schema, codecs), TextWriting.Load(archive, codecs));
    }

    private static Attempt ReadAttempt(ModelArchive archive, JsonNode? node)
    {
        if (node is not JsonObject o || o["scores"] is not JsonObject scores) throw archive.Unfit("its trail is not whole");
        return new Attempt(o["model"]?.ToString() ?? "", o["spec"]?.ToString() ?? "",
            scores.ToImmutableSortedDictionary(p => p.Key, p => double.TryParse(p.Value?.ToString(), CultureInfo.InvariantCulture, out var x) ? x : throw archive.Unfit("a score of its trail is not a number"), StringComparer.Ordinal),
            o["chosen"]?.ToString() == "true", o["why"]?.ToString() ?? "") { Seconds = double.TryParse(o["seconds"]?.ToString(), CultureInfo.InvariantCulture, out var seconds) ? seconds : 0 };
    }

    private static ColumnCodec ReadColumn(ModelArchive archive, JsonNode? node, int c)
    {
        if (node is not JsonObject o) throw archive.Unfit($"column {c} is not an object");
        if (!Enum.TryParse<ColumnKind>(o["kind"]?.ToString(), out var kind) || !Enum.IsDefined(kind)) throw archive.Unfit($"column {c} has no kind");
        var schema = new ColumnSchema(o["name"]?.ToString() ?? throw archive.Unfit($"column {c} has no name"), kind)
        {
            MissingMarkers = [.. (o["markers"] as JsonArray ?? []).Select(m => m?.ToString() ?? "").Take(256)],
            Number = new NumberForm(Digits(archive, o["minDecimals"], c), Digits(archive, o["maxDecimals"], c)),
            Format = o["format"]?.ToString(),
        };
        return ColumnCodec.FromState(new CodecState(o["codec"]?.ToString() ?? "", schema, archive.Get<double>($"codec/{c}/numbers"), archive.GetStrings($"codec/{c}/texts")));
    }

    private static int Digits(ModelArchive archive, JsonNode? node, int c) =>
        int.TryParse(node?.ToString(), CultureInfo.InvariantCulture, out var d) && d is >= 0 and <= 340 ? d : throw archive.Unfit($"column {c} has impossible decimals");
}
