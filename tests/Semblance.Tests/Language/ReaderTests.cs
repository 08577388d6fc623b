using Semblance.Language;

namespace Semblance.Tests.Language;

/// <summary>What is wrong with a job is told with code, line and the nearest word, before anything is asked.</summary>
public sealed class ReaderTests
{
    private const string Good = "columns:\n  a: {sampler: {choice: [x, y]}}\n  b: {llm-text: {model: writer, prompt: \"{{ a }}\"}}";

    [Theory]
    [InlineData("bugdet: {cost: 1}\n" + Good, "SB2400", "line 10, column 1", "did you mean `budget`?")]
    [InlineData("columns:\n  a: {samplr: {choice: [x]}}", "SB2400", "line 11", "did you mean `sampler`?")]
    [InlineData("columns:\n  a: {sampler: {choise: [x]}}", "SB2403", "line 11", "did you mean `choice`?")]
    [InlineData("columns:\n  a: {llm-text: {model: wirter, prompt: hi}}", "SB2403", "line 11", "did you mean `writer`?")]
    [InlineData("columns:\n  topic: {sampler: {choice: [x]}}\n  b: {llm-text: {model: writer, prompt: \"{{ topik }}\"}}", "SB2403", "line 12", "did you mean `topic`?")]
    [InlineData("columns:\n  a: {llm-text: {model: writer}}", "SB2402", "line 11", "`prompt`")]
    [InlineData("columns:\n  a: {llm-text: {model: writer, prompt: \"{{ a\"}}", "SB2406", "line 11", "not closed")]
    [InlineData("columns:\n  a: {llm-text: {model: writer, prompt: \"{{ b }}\"}}\n  b: {llm-text: {model: writer, prompt: \"{{ a }}\"}}", "SB2404", "`a` needs b", "`b` needs a")]
    [InlineData("columns:\n  a: {llm-structured: {model: writer, prompt: hi, schema: {type: object, propertys: {}}}}", "SB2405", "line 11", "did you mean `properties`?")]
    [InlineData("columns:\n  a: {llm-text: {model: writer, prompt: hi, checks: [{lenght: [1, 2]}]}}", "SB2400", "line 11", "did you mean `length`?")]
    [InlineData("columns:\n  a: {llm-text: {model: writer, prompt: hi, samples: 65}}", "SB2401", "line 11", "from 1 to 64")]
    [InlineData("columns:\n  a: {sampler: {normal: {mean: 1, sd: -1}}}", "SB2123", "line 11", "sd of normal")]
    [InlineData("columns:\n  a: {expression: \"1 +\"}", "SB2063", "line 11", "")]
    [InlineData("columns:\n  a: {execution: {sql: q.sql, setup: \"CREATE TABEL x\"}}", "SB2409", "", "TABEL")]
    [InlineData("seeds: {doc: {documents: none/*.md}}\n" + Good, "SB2408", "line 10", "none/*.md")]
    [InlineData(Good + "\nexports:\n  - {format: chat, user: \"{{ a }}\"}", "SB2402", "line 14", "`assistant`")]
    [InlineData(Good + "\nexports:\n  - {format: chat, user: \"{{ a }}\", assistant: \"{{ c }}\"}", "SB2403", "line 14", "`c`")]
    [InlineData(Good + "\nexports:\n  - {format: text, text: \"{{ b }}\", split: {train: 0.8, test: 0.1}}", "SB2401", "line 14", "add up to 1")]
    [InlineData("columns:\n  a: {judge: {model: writer, of: hi, rubric: {score: bad}}}", "SB2401", "line 11", "rubric")]
    public void A_fault_is_told_with_its_place(string rest, string code, string place, string hint)
    {
        using var folder = new JobFolder();
        var e = Assert.Throws<RecipeException>(() => folder.Job(JobFolder.Mock(rest).Replace("journal: fast\n", "")));
        Assert.Equal(code, e.Code);
        Assert.Contains(place, e.Message);
        Assert.Contains(hint, e.Message);
    }

    [Theory]
    [InlineData("sk-abcdefgh")]
    [InlineData("ghp.12345")]
    [InlineData("a key with spaces")]
    public void A_secret_in_a_job_is_refused_and_not_repeated(string secret)
    {
        using var folder = new JobFolder();
        var e = Assert.Throws<RecipeException>(() => folder.Job(JobFolder.Head("http://localhost/v1", $", key: \"{secret}\"") + Good));
        Assert.Equal("SB2401", e.Code);
        Assert.DoesNotContain(secret, e.Message);
    }

    [Fact]
    public void A_judge_that_judges_itself_is_remarked()
    {
        using var folder = new JobFolder();
        var job = folder.Job(JobFolder.Mock(Good + "\n  c: {judge: {model: writer, of: \"{{ b }}\", rubric: {good: is good}}}"));
        Assert.Contains("`c`: the judge is the very model that wrote", Assert.Single(job.Notes));
    }

    [Fact]
    public async Task A_forecast_counts_requests_and_is_measured_after_a_preview()
    {
        using var folder = new JobFolder();
        var yaml = JobFolder.Mock(Good + "\n  c: {judge: {model: writer, of: \"{{ b }}\", rubric: {good: is good}, votes: 3}}", count: 200);
        var guess = await folder.Job(yaml).ForecastAsync(Run.With(1));
        Assert.Equal((800L, false), (guess.Requests, guess.Measured));
        Assert.False(Directory.Exists(folder["out"]));
        await folder.RunAsync(yaml.Replace("count: 200", "count: 10"));
        var measured = await folder.Job(yaml).ForecastAsync(Run.With(1));
        Assert.True(measured.Measured);
        var result = await folder.RunAsync(yaml);
        Assert.InRange(measured.Cost!.Value / result.Cost, 0.8, 1.25);
        Assert.True(guess.MostCost >= result.Cost);
    }
}
