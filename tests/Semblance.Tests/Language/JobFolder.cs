using System.Text.Json.Nodes;
using Semblance.Language;
using Semblance.Recipes;

namespace Semblance.Tests.Language;

/// <summary>A folder in which a text job is written, run and looked at.</summary>
internal sealed class JobFolder : IDisposable
{
    private readonly string path = Directory.CreateTempSubdirectory("semblance-job-").FullName;

    public string this[string name] => Path.Combine(path, name);

    public static string Head(string url, string more = "", int count = 12) => $$"""
        version: 1
        job: text
        to: out
        count: {{count}}
        seed: 1
        journal: fast
        providers:
          main: {kind: openai, url: "{{url}}", concurrency: 4{{more}}}
        models:
          writer: {provider: main, model: small, max-tokens: 100, input-price: 1, output-price: 1}

        """;

    /// <summary>A job offline.</summary>
    public static string Mock(string rest, int count = 12) => $$"""
        version: 1
        job: text
        to: out
        count: {{count}}
        seed: 1
        journal: fast
        providers:
          main: {kind: mock}
        models:
          writer: {provider: main, max-tokens: 100, input-price: 1, output-price: 1}
        {{rest}}
        """;

    public void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text);
    }

    public TextJob Job(string yaml) => TextJobReader.Read(yaml, this["job.yaml"]);

    public Task<TextRunResult> RunAsync(string yaml, TimeProvider? clock = null, Func<string, IJournalFile>? journal = null, IReadOnlyDictionary<string, ILanguageProvider>? providers = null, CancellationToken ct = default) =>
        Job(yaml).RunAsync(Run.With(1) with { Clock = clock ?? TimeProvider.System }, "test", providers, journal, ct);

    public JsonObject[] Lines(string name) => [.. File.ReadAllLines(this["out/" + name]).Select(l => (JsonObject)JsonNode.Parse(l)!)];

    /// <summary>Attempts of the ledger: row, attempt, and <c>column reason</c> or <c>accepted</c>.</summary>
    public (int Row, int Attempt, string Outcome)[] Ledger() =>
        [.. Lines("ledger.jsonl").Select(l => ((int)l["row"]!, (int)l["attempt"]!, (bool)l["accepted"]! ? "accepted" : $"{l["column"]} {l["reason"]}"))];

    /// <summary>Every byte of the results but the manifest's, which tells the time.</summary>
    public string Bytes() => string.Join('\n', Directory.GetFiles(this["out"]).Order(StringComparer.Ordinal).Where(f => !f.Contains("manifest") && !f.Contains("requests.jsonl")).Select(f => Path.GetFileName(f) + "\n" + File.ReadAllText(f)));

    public void Dispose() => Directory.Delete(path, recursive: true);
}
