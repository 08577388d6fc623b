using System.Text.Json;
using Semblance.Language;

namespace Semblance.Tests.Language;

public sealed class ProviderTests
{
    [Fact]
    public async Task Anthropic_is_asked_as_it_wants_and_its_answers_are_read()
    {
        string? asked = null;
        using var server = new ModelServer((_, body) =>
        {
            asked = body;
            return new("""{"content":[{"type":"text","text":"I call."},{"type":"tool_use","name":"answer","input":{"a":1}}],"stop_reason":"tool_use","usage":{"input_tokens":9,"output_tokens":4,"cache_read_input_tokens":2}}""");
        });
        using var provider = new AnthropicProvider(new Uri(server.Url.Replace("/v1", "")), "k");
        var request = new ChatRequest
        {
            Provider = provider.Id, Model = "m", Messages = [new("system", "Be brief."), new("user", "Hi")], MaxTokens = 7, Temperature = 1.5, Form = AnswerForm.Schema,
            Schema = """{"type":"object","properties":{"a":{"type":"integer"}}}""",
        };
        var answer = await provider.AskAsync(request, default);
        Assert.Equal("""{"model":"m","max_tokens":7,"temperature":1,"system":"Be brief.","messages":[{"role":"user","content":"Hi"}],"tools":[{"name":"answer","description":"Gives the answer.","input_schema":{"type":"object","properties":{"a":{"type":"integer"}}}}],"tool_choice":{"type":"tool","name":"answer"}}""", asked);
        Assert.Equal(new Completion("""{"a":1}""", "stop", 9, 4, 2), provider.Read(answer.Body));
        Assert.Equal("length", provider.Read("""{"content":[{"type":"text","text":"x"}],"stop_reason":"max_tokens"}""")!.Finish);
        Assert.Null(provider.Read("""{"choices":[]}"""));
    }

    [Fact]
    public async Task A_schema_is_sent_as_the_endpoint_takes_it()
    {
        string? asked = null;
        using var server = new ModelServer((_, body) => { asked = body; return ModelServer.Answer(body, """{"a":1}"""); });
        foreach (var (form, wanted) in new[] { ("schema", "json_schema"), ("json", "json_object"), ("plain", "") })
        {
            using var folder = new JobFolder();
            await folder.RunAsync(JobFolder.Head(server.Url, $", structured: {form}", count: 1)
                + "columns:\n  x: {llm-structured: {model: writer, prompt: hi, schema: {type: object, properties: {a: {type: integer, examples: [5]}}, required: [a], additionalProperties: false}}}");
            using var json = JsonDocument.Parse(asked!);
            Assert.Equal(wanted, json.RootElement.TryGetProperty("response_format", out var format) ? format.GetProperty("type").GetString() : "");
            if (form == "schema")
            {
                Assert.True(format.GetProperty("json_schema").GetProperty("strict").GetBoolean());
                Assert.DoesNotContain("examples", asked); // they are for the mock
            }
            else Assert.Contains("fits this JSON Schema", asked);
        }
    }

    [Theory]
    [InlineData("Retry-After: 7\r\n", 7.0)]
    [InlineData("Retry-After: Wed, 01 Jan 2020 00:00:30 GMT\r\n", 30.0)]
    [InlineData("retry-after-ms: 1500\r\n", 1.5)]
    [InlineData("Retry-After: soon\r\n", null)]
    public async Task Retry_after_is_read_in_all_its_forms(string header, double? seconds)
    {
        using var server = new ModelServer((_, _) => new("{}", 429) { Headers = header });
        using var provider = new OpenAiProvider(new Uri(server.Url), null, clock: new HandClock2020());
        var answer = await provider.AskAsync(new ChatRequest { Provider = "p", Model = "m", Messages = [new("user", "x")], MaxTokens = 1 }, default);
        Assert.Equal((ProviderOutcome.Limited, seconds), (answer.Outcome, answer.RetryAfter?.TotalSeconds));
    }

    [Fact]
    public async Task Embeddings_stand_in_the_order_of_their_texts()
    {
        using var server = new ModelServer((n, _) => new(n == 1 ? """{"data":[{"index":1,"embedding":[3,4]},{"index":0,"embedding":[1,2]}]}""" : """{"data":[{"index":0,"embedding":[1,2]}]}"""));
        using var provider = new OpenAiProvider(new Uri(server.Url), null);
        Assert.Equal([[1f, 2f], [3f, 4f]], await provider.EmbedAsync("e", ["a", "b"]));
        Assert.Equal("SB6010", (await Assert.ThrowsAsync<ProviderException>(() => provider.EmbedAsync("e", ["a", "b"]))).Code);
        using var mock = new MockProvider();
        var near = await mock.EmbedAsync("e", ["the late parcel", "a late parcel", "green cheese moon"]);
        Assert.True(Dot(near[0], near[1]) > Dot(near[0], near[2]));

        static float Dot(float[] a, float[] b) => a.Zip(b, (x, y) => x * y).Sum();
    }

    [Fact]
    public async Task The_mock_answers_what_it_was_told_to()
    {
        using var folder = new JobFolder();
        var yaml = JobFolder.Mock("columns:\n  a: {sampler: {grid: [red, blue]}}\n  b: {llm-text: {model: writer, prompt: \"Say {{ a }}.\"}}", count: 2)
            .Replace("main: {kind: mock}", "main: {kind: mock, replies: [{when: \"red\", reply: \"Crimson.\"}]}");
        await folder.RunAsync(yaml);
        var said = folder.Lines("data.jsonl").Select(r => (string)r["b"]!).ToArray();
        Assert.Equal("Crimson.", said[0]);
        Assert.NotEqual("Crimson.", said[1]);
    }

    private sealed class HandClock2020 : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
