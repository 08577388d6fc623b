using Semblance.Tests.Language;

namespace Semblance.Acceptance;

public sealed class TextJobTests
{
    private static string Job(string url) => $$$"""
        version: 1
        job: text
        count: 60
        seed: 5
        providers:
          local: {kind: openai, url: "{{{url}}}", concurrency: 4}
        models:
          writer: {provider: local, model: small, max-tokens: 50}
        columns:
          topic: {sampler: {choice: [pay, ship, lost]}}
          text: {llm-text: {model: writer, prompt: "Write of {{ topic }}."}}
        """;

    [Fact]
    public async Task Killed_in_the_middle_a_job_goes_on_and_pays_no_kept_answer_again()
    {
        using var scratch = new Scratch();
        using var server = new ModelServer { Latency = TimeSpan.FromMilliseconds(20) };
        var job = scratch.Write("job.yaml", Job(server.Url));
        var whole = await CommandLine.RunAsync("run", job, "--to", scratch["whole"]);
        Assert.True(whole.Code == 0, whole.ToString());

        var reached = new TaskCompletionSource();
        using var counted = new Timer(_ => { if (server.Calls >= 60 + 25) reached.TrySetResult(); }, null, 0, 5);
        using (var process = CommandLine.Start("run", job, "--to", scratch["out"], "--quiet"))
        {
            await reached.Task;
            process.Kill();
            await process.WaitForExitAsync();
        }
        Assert.False(File.Exists(scratch["out/data.jsonl"]));
        var kept = File.ReadAllText(scratch["out/requests.jsonl"]).Count(c => c == '\n');
        Assert.InRange(kept, 15, 59);
        var again = await CommandLine.RunAsync("run", job, "--to", scratch["out"], "--json");
        Assert.True(again.Code == 0, again.ToString());
        Assert.Contains($"\"kept\": {kept}", again.Output);
        Assert.Contains($"\"sent\": {60 - kept}", again.Output);
        foreach (var name in (string[])["data.jsonl", "ledger.jsonl", "lineage.jsonl", "report.json", "README.md"])
            Assert.Equal(File.ReadAllText(scratch["whole/" + name]), File.ReadAllText(scratch["out/" + name]));
        Assert.Equal(0, (await CommandLine.RunAsync("verify", scratch["out"])).Code);
    }

    [Fact]
    public async Task A_ready_job_runs_offline_and_its_files_pass_the_lint()
    {
        using var scratch = new Scratch();
        Assert.Contains("preference-pairs", (await CommandLine.RunAsync("list", "recipes")).Output);
        Assert.Equal(0, (await CommandLine.RunAsync("new", "--recipe", "dialogue", "--to", scratch["job.yaml"])).Code);
        var plan = await CommandLine.RunAsync("run", scratch["job.yaml"], "--dry-run", "--to", scratch["out"]);
        Assert.True(plan.Code == 0 && plan.Output.Contains("In all 50 requests"), plan.ToString());
        var run = await CommandLine.RunAsync("run", scratch["job.yaml"], "--count", "7", "--seed", "1", "--to", scratch["out"]);
        Assert.True(run.Code == 0, run.ToString());
        Assert.Equal(7, File.ReadAllLines(scratch["out/data.jsonl"]).Length);
        Assert.Equal(0, (await CommandLine.RunAsync("evaluate", scratch["out/chat.train.jsonl"])).Code);
        var broken = scratch.Write("broken.jsonl", "{\"messages\":[{\"role\":\"assistant\",\"content\":\"x\"}]}\n");
        Assert.Equal(3, (await CommandLine.RunAsync("evaluate", broken)).Code);
    }

    [Fact]
    public async Task Fewer_rows_than_asked_for_are_told_with_their_reason_and_exit_code_3()
    {
        using var scratch = new Scratch();
        using var server = new ModelServer();
        var fewer = await CommandLine.RunAsync("run", scratch.Write("job.yaml", "budget: {requests: 5}\n" + Job(server.Url)), "--to", scratch["out"]);
        Assert.Equal(3, fewer.Code);
        Assert.Contains("5 of 60 rows were made: the budget of requests is used up", fewer.Errors);
        var wrong = await CommandLine.RunAsync("run", scratch["job.yaml"], "--to", scratch["out"], "--target", "x");
        Assert.Equal(1, wrong.Code);
        Assert.Contains("--target is for tables", wrong.Errors);
    }
}
