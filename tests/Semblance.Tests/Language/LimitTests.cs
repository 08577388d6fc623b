using Semblance.Language;

namespace Semblance.Tests.Language;

/// <summary>Limits of providers are kept, and budgets of users.</summary>
public sealed class LimitTests
{
    private const string Columns = """
        columns:
          answer: {llm-text: {model: writer, prompt: "Write."}}
        """;

    [Fact]
    public async Task A_storm_of_refusals_ends_with_all_rows_and_no_ban()
    {
        var clock = new FastClock(100);
        var gate = new Lock();
        DateTimeOffset closed = default;
        int calls = 0, refused = 0, early = 0, banned = 0;
        using var server = new ModelServer((_, body) =>
        {
            lock (gate)
            {
                var now = clock.GetUtcNow();
                calls++;
                if (now >= closed) early = 0;
                else if (++early > 8) banned++; // twice what can be on its way when the door closes: who sends more has not read what it was told
                if (banned > 0) return new("""{"error":"banned"}""", 403);
                if (now >= closed && calls % 15 != 0) return ModelServer.Answer(body);
                refused++;
                if (now >= closed) closed = now + TimeSpan.FromSeconds(10);
                return new("""{"error":"slow down"}""", 429) { Headers = "Content-Type: application/json\r\nRetry-After: 10\r\n" };
            }
        });
        using var folder = new JobFolder();
        var result = await folder.RunAsync(JobFolder.Head(server.Url, ", timeout: 1h", count: 200) + Columns, clock);
        Assert.Equal((200L, 200L, 0), (result.Accepted, result.Attempted, banned));
        Assert.InRange(refused, 8, 80);
    }

    [Fact]
    public async Task Requests_a_minute_are_kept_to_the_second()
    {
        var clock = new HandClock();
        using var limiter = new RequestLimiter(new RequestLimits { Concurrency = 100, RequestsPerMinute = 60 }, clock);
        var turns = Enumerable.Range(0, 5).Select(_ => limiter.EnterAsync(1, default)).ToArray();
        for (var second = 0; second < 5; second++)
        {
            limiter.Failed(await turns[second]);
            clock.Advance(TimeSpan.FromMilliseconds(500));
            Assert.All(turns.Skip(second + 1), turn => Assert.False(turn.IsCompleted));
            clock.Advance(TimeSpan.FromMilliseconds(502));
        }
    }

    [Fact]
    public async Task Tokens_a_minute_are_settled_by_what_was_used()
    {
        var clock = new HandClock();
        using var limiter = new RequestLimiter(new RequestLimits { Concurrency = 100, TokensPerMinute = 6_000 }, clock); // 100 a second
        var first = await limiter.EnterAsync(500, default);
        var second = limiter.EnterAsync(500, default);
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.False(second.IsCompleted);                 // 500 were taken of 100: four seconds and a bit are to be paid off
        limiter.Answered(first, 100);                     // it took a fifth of that
        clock.Advance(TimeSpan.FromMilliseconds(20));
        await second;
    }

    [Fact]
    public async Task Refusals_halve_the_width_once_a_round_and_successes_raise_it_again()
    {
        var clock = new HandClock();
        using var limiter = new RequestLimiter(new RequestLimits { Concurrency = 64 }, clock);
        Assert.Equal(4, limiter.Width);
        for (var i = 0; i < 60; i++) limiter.Answered(await limiter.EnterAsync(1, default), 1);
        Assert.Equal(64, limiter.Width);
        var round = new List<RequestPermit>();
        for (var i = 0; i < 64; i++) round.Add(await limiter.EnterAsync(1, default));
        clock.Advance(TimeSpan.FromMilliseconds(10));
        foreach (var permit in round) limiter.Refused(permit, TimeSpan.FromSeconds(5));
        Assert.Equal(32, limiter.Width);
        var next = limiter.EnterAsync(1, default);
        clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(next.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.2));
        limiter.Answered(await next, 1);
        for (var i = 0; i < 40; i++) limiter.Answered(await limiter.EnterAsync(1, default), 1);
        Assert.InRange(limiter.Width, 33, 34);
    }

    [Fact]
    public async Task Patience_ends()
    {
        var clock = new HandClock();
        using var limiter = new RequestLimiter(new RequestLimits { Patience = TimeSpan.FromMinutes(15) }, clock);
        var refused = 0;
        for (var patient = true; patient; refused++)
        {
            var turn = limiter.EnterAsync(1, default);
            clock.Advance(TimeSpan.FromMinutes(1.1));
            patient = limiter.Refused(await turn, null);
            Assert.True(refused < 100);
        }
        Assert.InRange(refused, 13, 16);
    }

    [Fact]
    public async Task Time_in_the_queue_is_no_timeout()
    {
        using var server = new ModelServer();
        using var folder = new JobFolder();
        // one a second of this clock and a timeout of 60: the last of 200 rows waits far longer than it may take
        var result = await folder.RunAsync(JobFolder.Head(server.Url, ", timeout: 60s, requests-per-minute: 60", count: 200) + Columns, new FastClock(200));
        Assert.Equal(200L, result.Accepted);
    }

    [Theory]
    [InlineData("{requests: 7}", "requests", 7)]
    [InlineData("{tokens: 1000}", "tokens", null)]
    [InlineData("{cost: 0.001}", "cost", null)]
    public async Task A_budget_is_never_passed_and_the_rest_can_be_made_later(string budget, string bound, int? calls)
    {
        using var server = new ModelServer();
        using var folder = new JobFolder();
        var yaml = $"budget: {budget}\n" + JobFolder.Head(server.Url, count: 60) + Columns;
        var result = await folder.RunAsync(yaml);
        Assert.Equal(bound, result.BudgetReached);
        Assert.True(result is { Complete: false, Accepted: > 0 });
        if (calls is { } number) Assert.Equal((number, number), (server.Calls, (int)result.Accepted));
        Assert.InRange(result.Usage["answer"].InputTokens + result.Usage["answer"].OutputTokens, 1, 1000);
        Assert.InRange(result.Cost, 0, 0.001);
        Assert.Contains($"the budget of {bound} is used up", result.Shortfall);
        var tally = folder.Ledger();
        Assert.Equal(result.Attempted, tally.Length);
        Assert.Equal(result.Attempted, result.Accepted + result.Rejected.Sum(r => r.Count));

        var sent = server.Calls;
        var again = await folder.RunAsync(yaml);                     // the budget counts what was paid before
        Assert.Equal(0, again.Sent);
        var rest = await folder.RunAsync(yaml.Replace($"budget: {budget}\n", ""));
        Assert.Equal((60L, 60L - sent), (rest.Accepted, rest.Sent));
    }

    [Fact]
    public async Task Minutes_end_a_run()
    {
        using var server = new ModelServer((n, body) => n > 20 ? new("") { Hangs = true } : ModelServer.Answer(body));
        using var folder = new JobFolder();
        var result = await folder.RunAsync("budget: {minutes: 2}\n" + JobFolder.Head(server.Url, ", timeout: 1h", count: 60) + Columns, new FastClock(100));
        Assert.Equal("minutes", result.BudgetReached);
        Assert.Equal(20, result.Accepted);
    }

    [Fact]
    public void A_model_without_a_price_is_refused_where_money_is_bounded()
    {
        using var folder = new JobFolder();
        var e = Assert.Throws<RecipeException>(() => folder.Job("budget: {cost: 1}\n" + JobFolder.Head("http://localhost/v1").Replace(", input-price: 1, output-price: 1", "") + Columns));
        Assert.Equal("SB2407", e.Code);
    }

    [Fact]
    public async Task The_official_client_says_what_was_asked_and_nothing_of_its_own()
    {
        string? asked = null;
        using var server = new ModelServer((_, body) => { asked = body; return ModelServer.Answer(body); });
        using var folder = new JobFolder();
        await folder.RunAsync(JobFolder.Head(server.Url, count: 1) + Columns);
        Assert.Equal("""{"model":"small","messages":[{"role":"user","content":"Write."}],"max_tokens":100}""", asked);
    }
}
