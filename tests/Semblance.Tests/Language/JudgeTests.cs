using System.Text.Json;
using System.Text.Json.Nodes;
using Semblance.Language;

namespace Semblance.Tests.Language;

public sealed class JudgeTests
{
    private const string Pair = """
        columns:
          task: {sampler: {choice: [sum]}}
          answers: {llm-text: {model: writer, prompt: "Solve {{ task }}.", samples: 3}}
          verdict: {judge: {model: writer, candidates: answers, task: "{{ task }}"}}
        """;

    [Fact]
    public async Task The_better_candidate_wins_whatever_its_place()
    {
        using var server = new ModelServer((_, body) => Reply(body, (first, second) => string.CompareOrdinal(first, second) < 0 ? "first" : "second"));
        using var folder = new JobFolder();
        await folder.RunAsync(JobFolder.Head(server.Url, count: 4) + Pair);
        Assert.Equal(4 * (3 + 6), server.Calls); // three candidates, three pairs, both orders
        foreach (var row in folder.Lines("data.jsonl"))
        {
            var answers = ((JsonArray)row["answers"]!).Select(a => (string)a!).Order(StringComparer.Ordinal).ToArray();
            Assert.Equal((answers[0], answers[2]), ((string)row["verdict"]!["chosen"]!, (string)row["verdict"]!["rejected"]!));
            Assert.Equal([0, 1, 2], ((JsonArray)row["verdict"]!["points"]!).Select(p => (double)p!).Order());
        }
    }

    [Fact]
    public async Task A_judge_who_likes_what_stands_first_decides_nothing()
    {
        using var server = new ModelServer((_, body) => Reply(body, (_, _) => "first"));
        using var folder = new JobFolder();
        var result = await folder.RunAsync("attempts: 2\n" + JobFolder.Head(server.Url, count: 2) + Pair);
        Assert.Equal((0L, 4L), (result.Accepted, result.Attempted));
        Assert.All(folder.Ledger(), l => Assert.Equal("verdict tie", l.Outcome));
        var kept = await folder.RunAsync("attempts: 2\n" + JobFolder.Head(server.Url, count: 2) + Pair.Replace("task: \"{{ task }}\"}", "task: \"{{ task }}\", ties: keep}"));
        Assert.Equal(2, kept.Accepted);
    }

    [Fact]
    public async Task Votes_are_averaged_and_a_low_score_rejects()
    {
        var votes = 0;
        using var server = new ModelServer((_, body) => ModelServer.Answer(body, $$"""{"why":"so","good":{{Interlocked.Increment(ref votes) % 2 * 4 + 1}}}"""));
        using var folder = new JobFolder();
        const string Columns = """
            columns:
              text: {sampler: {choice: [abc]}}
              grade: {judge: {model: writer, of: "{{ text }}", rubric: {good: is good}, votes: 4, min: 2.5}}
            """;
        await folder.RunAsync(JobFolder.Head(server.Url, count: 1) + Columns);
        Assert.Equal(3.0, (double)folder.Lines("data.jsonl")[0]["grade"]!["score"]!);
        var strict = await folder.RunAsync("attempts: 1\n" + JobFolder.Head(server.Url, count: 1) + Columns.Replace("min: 2.5", "min: 3.5"));
        Assert.Equal("below-min", Assert.Single(strict.Rejected).Reason);
    }

    private static ServerReply Reply(string body, Func<string, string, string> judge)
    {
        using var json = JsonDocument.Parse(body);
        var last = json.RootElement.GetProperty("messages").EnumerateArray().Last().GetProperty("content").GetString()!;
        if (!last.Contains("The first text:")) return ModelServer.Answer(body, $"Answer {Guid.NewGuid()}");
        var marked = last.Split("<document>\n").Skip(1).Select(p => p[..p.IndexOf("\n</document>", StringComparison.Ordinal)]).ToArray();
        return ModelServer.Answer(body, $$"""{"why":"so","better":"{{judge(marked[^2], marked[^1])}}"}""");
    }
}
