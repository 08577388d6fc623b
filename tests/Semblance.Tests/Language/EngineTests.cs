using FsCheck;
using FsCheck.Fluent;
using Semblance.Language;

namespace Semblance.Tests.Language;

/// <summary>What holds for every job, whatever its provider does.</summary>
public sealed class EngineTests
{
    private const string Columns = """
        columns:
          topic: {sampler: {grid: [a, b, c, d, e]}}
          age: {sampler: {normal: {mean: 40, sd: 10}, decimals: 0}}
          old: {expression: "age > 40"}
          text: {llm-text: {model: writer, prompt: "Write {{ topic }} {{ age }}", retries: 1, checks: [{length: [3, 60]}]}}
          more: {llm-text: {model: writer, prompt: "More of {{ text }}"}}
        """;

    [Fact]
    public void Accepted_and_rejected_are_attempted_and_rows_stand_in_order() => Prop.ForAll(ArbMap.Default.ArbFor<(int, byte, byte)>(), t =>
    {
        var (seed, rows, attempts) = (t.Item1, 1 + t.Item2 % 40, 1 + t.Item3 % 4);
        using var folder = new JobFolder();
        using var chaos = new Chaos(seed);
        var result = folder.RunAsync($"attempts: {attempts}\n" + JobFolder.Mock(Columns, rows).Replace("kind: mock", "kind: mock, retries: 1, concurrency: 7"), new FastClock(100_000),
            providers: new Dictionary<string, ILanguageProvider> { ["main"] = chaos }).GetAwaiter().GetResult();
        var ledger = folder.Ledger();
        var data = folder.Lines("data.jsonl");
        var lineage = folder.Lines("lineage.jsonl").Select(l => (int)l["row"]!).ToArray();
        return result.Attempted == ledger.Length
            && result.Accepted + result.Rejected.Sum(r => r.Count) == result.Attempted
            && result.Accepted == data.Length && data.Length == ledger.Count(l => l.Outcome == "accepted")
            && ledger.Select(l => (l.Row, l.Attempt)).SequenceEqual(ledger.Select(l => (l.Row, l.Attempt)).Order())
            && ledger.Select(l => l.Row).Distinct().Count() == rows
            && lineage.SequenceEqual(ledger.Where(l => l.Outcome == "accepted").Select(l => l.Row))
            && data.Zip(lineage).All(p => (string)p.First["topic"]! == "abcde"[p.Second % 5].ToString())
            && result.Complete == (data.Length == rows) && result.Shortfall is null == result.Complete;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));

    [Fact]
    public async Task Two_seeds_differ_and_one_seed_does_not()
    {
        var bytes = new List<string>();
        foreach (var seed in new[] { 1, 1, 2 })
        {
            using var folder = new JobFolder();
            await folder.RunAsync(JobFolder.Mock(Columns).Replace("seed: 1", $"seed: {seed}"));
            bytes.Add(File.ReadAllText(folder["out/data.jsonl"]));
        }
        Assert.Equal(bytes[0], bytes[1]);
        Assert.NotEqual(bytes[0], bytes[2]);
    }

    [Fact]
    public async Task A_replaced_row_has_other_draws_and_another_seed_and_keeps_its_place_in_the_grid()
    {
        using var folder = new JobFolder();
        folder.Write("rows.csv", "name\n" + string.Join('\n', Enumerable.Range(0, 30).Select(i => $"item{i}")));
        const string Job = """
            seeds: {row: {table: rows.csv}}
            columns:
              row: {seed: row}
              topic: {sampler: {grid: [a, b]}}
              x: {sampler: {uniform: {min: 0, max: 1}}}
              ok: {validator: {of: row.name, without: "^item1$"}}
            """;
        await folder.RunAsync(JobFolder.Mock(Job, count: 4));
        Assert.Equal([(0, 0, "accepted"), (1, 0, "ok without"), (1, 1, "accepted"), (2, 0, "accepted"), (3, 0, "accepted")], folder.Ledger());
        var second = folder.Lines("data.jsonl")[1];
        Assert.Equal(("item12", "b"), ((string)second["row"]!["name"]!, (string)second["topic"]!));
    }

    [Fact]
    public async Task Splits_keep_a_document_together()
    {
        using var folder = new JobFolder();
        for (var d = 0; d < 12; d++) folder.Write($"docs/{d:00}.md", string.Join("\n\n", Enumerable.Range(0, 5).Select(p => $"Document {d:00}, part {p}: " + new string('x', 90) + ".")));
        const string Job = """
            seeds: {doc: {documents: docs/*.md, chunk: 130}}
            columns:
              doc: {seed: doc}
            exports:
              - {format: text, text: "{{ doc.text }}", split: {train: 0.6, test: 0.4}}
            """;
        await folder.RunAsync(JobFolder.Mock(Job, count: 60));
        var parts = new[] { "text.train.jsonl", "text.test.jsonl" }.Select(f => folder.Lines(f).Select(l => ((string)l["text"]!)[..11]).ToHashSet()).ToArray();
        Assert.Equal(12, parts[0].Count + parts[1].Count);
        Assert.Empty(parts[0].Intersect(parts[1]));
        Assert.All(parts, p => Assert.NotEmpty(p));
    }

    [Fact]
    public async Task Every_export_has_its_form()
    {
        using var folder = new JobFolder();
        const string Job = """
            columns:
              q: {sampler: {choice: ["What, \"now\"?"]}}
              a: {sampler: {choice: ["So."]}}
              b: {sampler: {choice: ["No."]}}
            exports:
              - {format: chat, system: Be kind., user: "{{ q }}", assistant: "{{ a }}"}
              - {format: prompt-completion, prompt: "{{ q }}", completion: "{{ a }}"}
              - {format: preference, prompt: "{{ q }}", chosen: "{{ a }}", rejected: "{{ b }}"}
              - {format: alpaca, instruction: "{{ q }}", input: "{{ b }}", output: "{{ a }}"}
              - {format: text, text: "{{ q }} {{ a }}"}
              - {format: csv, columns: [q, a]}
            """;
        await folder.RunAsync(JobFolder.Mock(Job, count: 1));
        Assert.Equal("""{"messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"What, \"now\"?"},{"role":"assistant","content":"So."}]}""" + "\n", Text("chat.jsonl"));
        Assert.Equal("""{"prompt":"What, \"now\"?","completion":"So."}""" + "\n", Text("prompt-completion.jsonl"));
        Assert.Equal("""{"prompt":"What, \"now\"?","chosen":"So.","rejected":"No."}""" + "\n", Text("preference.jsonl"));
        Assert.Equal("""{"instruction":"What, \"now\"?","output":"So.","input":"No."}""" + "\n", Text("alpaca.jsonl"));
        Assert.Equal("""{"text":"What, \"now\"? So."}""" + "\n", Text("text.jsonl"));
        Assert.Equal("q,a\n\"What, \"\"now\"\"?\",So.\n", Text("csv.csv"));

        string Text(string name) => File.ReadAllText(folder["out/" + name]);
    }

    [Fact]
    public async Task Files_of_an_export_that_is_gone_go_too()
    {
        using var folder = new JobFolder();
        var yaml = JobFolder.Mock("columns:\n  a: {sampler: {choice: [x]}}\nexports: [{format: text, text: \"{{ a }}\"}]");
        await folder.RunAsync(yaml);
        Assert.True(File.Exists(folder["out/text.jsonl"]));
        await folder.RunAsync(yaml[..yaml.IndexOf("exports", StringComparison.Ordinal)]);
        Assert.False(File.Exists(folder["out/text.jsonl"]));
    }

    /// <summary>A provider that fails in every way, as a pure function of seed and request but for what it forgets.</summary>
    private sealed class Chaos(int seed) : ILanguageProvider
    {
        private readonly MockProvider mock = new();

        public string Id => "mock";

        public async Task<ProviderAnswer> AskAsync(ChatRequest request, CancellationToken ct)
        {
            await Task.Yield();
            return (HashCode.Combine(seed, request.Name.Low) & 15) switch
            {
                0 => new(ProviderOutcome.Transient, "no", "http-500"),
                1 => new(ProviderOutcome.Lost, "no", "cut-off"),
                2 => new(ProviderOutcome.Refused, "no", "http-400"),
                3 => new(ProviderOutcome.Answered, "{}"),
                4 => new(ProviderOutcome.Answered, """{"text":"","input":1,"output":1}"""),
                _ => await mock.AskAsync(request, ct),
            };
        }

        public Completion? Read(string body) => mock.Read(body);

        public void Dispose() => mock.Dispose();
    }
}
