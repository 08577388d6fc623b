using System.Text.Encodings.Web;
using System.Text.Json;
using Semblance.Metrics;
using Semblance.Recipes;

namespace Semblance.Cli;

/// <summary>Results as JSON on stdout.</summary>
internal static class JsonOutput
{
    public static void Write(Action<Utf8JsonWriter> body)
    {
        using var stream = Console.OpenStandardOutput();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            body(writer);
            writer.WriteEndObject();
        }
        stream.WriteByte((byte)'\n');
    }

    public static void Scores(this Utf8JsonWriter json, Scorecard card)
    {
        json.WriteString("headline", card.Verdict.Headline);
        json.WriteStartObject("scores");
        foreach (var scored in card.Scores)
        {
            json.WriteStartObject(scored.Name);
            Number(json, "value", scored.Score.Value);
            Number(json, "low", scored.Score.Interval?.Low);
            Number(json, "high", scored.Score.Interval?.High);
            Number(json, "ceiling", scored.Score.Ceiling);
            if (scored.Score.Why is { } why) json.WriteString("why", why);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    public static void Fairness(this Utf8JsonWriter json, FairnessCost cost)
    {
        json.WriteStartObject("fairness");
        json.WriteString("target", cost.Target);
        json.WriteString("sensitive", cost.Sensitive);
        Number(json, "realParity", cost.RealParity);
        Number(json, "plainParity", cost.PlainParity);
        Number(json, "fairParity", cost.FairParity);
        Number(json, "plainUtility", cost.PlainUtility);
        Number(json, "fairUtility", cost.FairUtility);
        json.WriteEndObject();
    }

    public static void Gates(this Utf8JsonWriter json, IEnumerable<GateResult> gates)
    {
        json.WriteStartArray("gates");
        foreach (var gate in gates)
        {
            json.WriteStartObject();
            json.WriteString("gate", gate.Gate.Text);
            json.WriteBoolean("met", gate.Met);
            json.WriteString("why", gate.Why);
            if (gate.Warning is { } warning) json.WriteString("warning", warning);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    public static void Plan(this Utf8JsonWriter json, RunPlan plan, ulong? seed)
    {
        json.WriteString("folder", plan.Folder);
        if (seed is { } given) json.WriteString("seed", given.ToString(System.Globalization.CultureInfo.InvariantCulture));
        else json.WriteNull("seed");
        json.WriteString("model", plan.Recipe.Model);
        json.WriteStartObject("settings");
        foreach (var (key, value) in plan.Settings) json.WriteString(key, value);
        json.WriteEndObject();
        json.WriteNumber("columns", plan.Columns);
        json.WriteStartArray("steps");
        foreach (var step in plan.Steps)
        {
            json.WriteStartObject();
            json.WriteString("step", step.Name);
            json.WriteString("what", step.What);
            json.WriteNumber("rows", step.Rows);
            json.WriteNumber("seconds", Math.Round(step.Seconds, 2));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        Texts(json, "gates", plan.Gates.Select(g => g.Text));
        json.WriteStartObject("forecast");
        json.WriteNumber("seconds", Math.Round(plan.Seconds, 2));
        json.WriteNumber("threads", plan.Threads);
        json.WriteNumber("memoryBytes", plan.MemoryBytes);
        json.WriteNumber("outputBytes", plan.OutputBytes);
        json.WriteEndObject();
    }

    public static void About(this Utf8JsonWriter json, About about)
    {
        json.WriteString("model", about.Model);
        json.WriteStartObject("spec");
        foreach (var (key, value) in about.Spec) json.WriteString(key, value);
        json.WriteEndObject();
        json.WriteString("seed", about.Seed.ToString());
        json.WriteString("version", about.Version);
        json.WriteString("dataFingerprint", about.DataFingerprint);
        json.WriteNumber("fittedRows", about.FittedRows);
        json.WriteStartArray("trail");
        foreach (var attempt in about.Trail)
        {
            json.WriteStartObject();
            json.WriteString("model", attempt.Model);
            json.WriteString("spec", attempt.Spec);
            json.WriteBoolean("chosen", attempt.Chosen);
            json.WriteString("why", attempt.Why);
            json.WriteNumber("plannedSeconds", attempt.Seconds);
            json.WriteStartObject("scores");
            foreach (var (name, score) in attempt.Scores) Number(json, name, score);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        Texts(json, "notes", about.Notes);
    }

    public static void Schema(this Utf8JsonWriter json, Schema schema)
    {
        json.WriteStartArray("columns");
        foreach (var column in schema.Columns)
        {
            json.WriteStartObject();
            json.WriteString("name", column.Name);
            json.WriteString("kind", Formats.TableOptions.WordOf(column.Kind));
            if (column.Format is { } format) json.WriteString("format", format);
            if (!column.MissingMarkers.IsEmpty) Texts(json, "missing", column.MissingMarkers);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    public static void Texts(this Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } v && double.IsFinite(v)) json.WriteNumber(name, v);
        else json.WriteNull(name);
    }
}
