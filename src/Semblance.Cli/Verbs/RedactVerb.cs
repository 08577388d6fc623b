using System.Buffers.Binary;
using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Semblance.Recipes;
using Semblance.Transforms;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance redact</c>: personal data in a file replaced by safe fakes.</summary>
internal static class RedactVerb
{
    private static readonly Argument<string> Input = new("input") { Description = "A CSV, JSON Lines or text file, also .gz" };
    private static readonly Option<string> To = new("--to") { Description = "Where to write", HelpName = "path", Required = true };
    private static readonly Option<string?> Mode = new("--mode") { Description = "fake (safe values of the same form, the default), mask (stars) or label ([email 3f9a2c])", HelpName = "fake|mask|label" };
    private static readonly Option<bool> KeepDomain = new("--keep-domain") { Description = "Keep the domains of e-mail addresses; such an address may exist" };
    private static readonly Option<string?> Kinds = new("--kinds") { Description = "Only these kinds: \"email, phone\". Default: " + string.Join(", ", Forms.FormSearch.Kinds), HelpName = "ids" };
    private static readonly Option<string[]> Skip = new("--skip") { Description = "A column to leave as it is; may be given several times", HelpName = "column" };
    private static readonly Option<string?> Spans = new("--spans") { Description = "List every replaced stretch in this file, one JSON object a line: where, and of what kind; never the value", HelpName = "path" };
    private static readonly Option<bool> NoHeader = new("--no-header") { Description = "The first line of the CSV is data too" };

    public static Verb Command { get; } = new("redact", "Replace personal data in tables and texts, the same value always by the same safe fake", RunAsync)
    {
        Arguments = { Input },
        Options = { To, Mode, KeepDomain, Kinds, Skip, Spans, NoHeader, SharedOptions.Seed },
        Examples =
        [
            "semblance redact tickets.csv --to safe.csv",
            "semblance redact chats.jsonl --to safe.jsonl --kinds \"email, phone, person-name\" --spans spans.jsonl",
            "semblance redact notes.txt --to safe.txt --mode label",
        ],
    };

    private static async Task<int> RunAsync(Call call)
    {
        var to = call.Parsed.GetValue(To)!;
        var mode = call.Get(Mode)?.ToLowerInvariant() switch
        {
            null or "fake" => RedactionMode.Fake,
            "mask" => RedactionMode.Mask,
            "label" => RedactionMode.Label,
            var other => throw new UsageException($"--mode {other}: give fake, mask or label"),
        };
        // The seed is the key of the replacement: drawn whole, and not shown unless asked for by giving one.
        var seed = call.Get(SharedOptions.Seed) ?? BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8));
        var redaction = new Redaction
        {
            Input = call.Get(Input),
            To = to,
            Spans = call.Get(Spans),
            HasHeader = !call.Get(NoHeader),
            Options = new()
            {
                Mode = mode,
                KeepDomain = call.Get(KeepDomain),
                Kinds = [.. (call.Get(Kinds) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
                Skip = [.. call.Get(Skip) ?? []],
            },
        };
        RedactionReport report;
        await using (var progress = call.Screen.Progress()) report = await redaction.RunAsync(call.Run(seed, progress), call.Cancel);
        foreach (var note in report.Notes) call.Screen.Note(note);
        if (call.Screen.Json)
            JsonOutput.Write(json =>
            {
                json.WriteString("file", to);
                json.WriteNumber("rows", report.Rows);
                json.WriteNumber("replaced", report.Total);
                json.WriteStartArray("found");
                foreach (var count in report.Counts)
                {
                    json.WriteStartObject();
                    json.WriteString("column", count.Column);
                    json.WriteString("kind", count.Kind);
                    json.WriteBoolean("wholeCells", count.Whole);
                    json.WriteNumber("count", count.Count);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            });
        else
        {
            if (report.Counts.Length > 0)
                call.Screen.Out.Write(Grid.Of([["column", "kind", "where", "replaced"], .. report.Counts.Select(c => new[] { c.Column, c.Title, c.Whole ? "whole cells" : "inside texts", Grid.Count(c.Count) })]));
            call.Screen.Note($"wrote {to}: {Grid.Count(report.Rows)} rows, {Grid.Count(report.Total)} replacements" + (call.Get(SharedOptions.Seed) is null ? "; give --seed to have other files get the same fakes, and keep it secret" : ""));
        }
        return ExitCode.Done;
    }
}
