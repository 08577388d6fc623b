using Semblance.Language;
using Semblance.Numerics;

namespace Semblance.Tests.Language;

/// <summary>Whatever kills a run, no completed call is paid twice, and the result is the same.</summary>
public sealed class ResumeTests
{
    private const string Columns = """
        columns:
          topic: {sampler: {choice: [pay, ship, lost]}}
          question: {llm-text: {model: writer, prompt: "Ask about {{ topic }}."}}
          answer: {llm-text: {model: writer, prompt: "Answer: {{ question }}"}}
        exports:
          - {format: chat, user: "{{ question }}", assistant: "{{ answer }}", split: {train: 0.7, test: 0.3}}
        """;

    [Fact]
    public async Task Killed_at_twenty_points_and_taken_up_again_pays_nothing_twice_and_gives_the_same_bytes()
    {
        using var server = new ModelServer();
        var yaml = JobFolder.Head(server.Url) + Columns;
        using var whole = new JobFolder();
        await whole.RunAsync(yaml);
        var expected = whole.Bytes();
        Assert.Equal(24, server.Calls);

        var random = new RandomStream(new Seed(20), "kill").Sequence();
        for (var point = 0; point < 20; point++)
        {
            using var folder = new JobFolder();
            var before = server.Bodies.ToDictionary();
            var dies = new DyingFile(1 + random.NextBelow(24), random.NextUnit());
            await Assert.ThrowsAnyAsync<Exception>(() => folder.RunAsync(yaml, journal: dies.Open));
            Assert.False(File.Exists(folder["out/data.jsonl"]));

            var result = await folder.RunAsync(yaml);
            Assert.Equal((24L - dies.Whole, dies.Whole), (result.Sent, (int)result.Kept));
            // asked twice are at most those that were under way: four at once, and as many that were about to be written
            Assert.InRange(server.Bodies.Count(b => b.Value - before.GetValueOrDefault(b.Key) > 1), 0, 8);
            Assert.Equal(expected, folder.Bytes());
        }
    }

    [Fact]
    public async Task The_whole_again_asks_nobody()
    {
        using var folder = new JobFolder();
        using var server = new ModelServer();
        var yaml = JobFolder.Head(server.Url) + Columns;
        var first = await folder.RunAsync(yaml);
        var bytes = folder.Bytes();
        var again = await folder.RunAsync(yaml);
        Assert.Equal((24L, 0L, 24), (first.Sent, again.Sent, server.Calls));
        Assert.Equal(bytes, folder.Bytes());
    }

    [Fact]
    public async Task A_preview_is_part_of_the_whole()
    {
        using var folder = new JobFolder();
        using var server = new ModelServer();
        var yaml = JobFolder.Head(server.Url) + Columns;
        await folder.RunAsync(yaml.Replace("count: 12", "count: 5"));
        var preview = File.ReadAllText(folder["out/data.jsonl"]);
        Assert.Equal(10, server.Calls);
        await folder.RunAsync(yaml);
        Assert.Equal(24, server.Calls);
        Assert.StartsWith(preview, File.ReadAllText(folder["out/data.jsonl"]));
    }

    [Fact]
    public async Task A_better_check_costs_nothing()
    {
        using var folder = new JobFolder();
        using var server = new ModelServer();
        var yaml = JobFolder.Head(server.Url) + Columns;
        await folder.RunAsync(yaml);
        var result = await folder.RunAsync(yaml.Replace("{{ question }}\"}}", "{{ question }}\", checks: [{length: [1, 400]}]}}"));
        Assert.Equal((12L, 0L), (result.Accepted, result.Sent));
    }

    [Fact]
    public async Task A_replay_knows_no_network()
    {
        using var folder = new JobFolder();
        string yaml;
        using (var server = new ModelServer())
        {
            yaml = JobFolder.Head(server.Url) + Columns;
            await folder.RunAsync(yaml);
        }
        var data = File.ReadAllText(folder["out/data.jsonl"]);
        File.Copy(folder["out/requests.jsonl"], folder["recorded.jsonl"]);
        Directory.Delete(folder["out"], recursive: true);
        var replayed = await folder.RunAsync(yaml.Replace("concurrency: 4", "concurrency: 4, replay: recorded.jsonl"));
        Assert.Equal(12, replayed.Accepted);
        Assert.Equal(data, File.ReadAllText(folder["out/data.jsonl"]));
        var other = await folder.RunAsync(yaml.Replace("concurrency: 4", "concurrency: 4, replay: recorded.jsonl").Replace("Ask about", "Complain about").Replace("to: out", "to: other"));
        Assert.Equal((0L, "provider-not-recorded"), (other.Accepted, Assert.Single(other.Rejected).Reason));
    }

    /// <summary>A journal that breaks off in the middle of a line, as a killed program leaves it.</summary>
    /// <param name="fatal">The write that is cut off, from 1.</param>
    /// <param name="share">Share of it that reaches the disk.</param>
    private sealed class DyingFile(int fatal, double share)
    {
        private int written;

        /// <summary>Lines that are whole.</summary>
        public int Whole => fatal - 1;

        private double Share => share;

        public IJournalFile Open(string path) => new Torn(JournalFile.Open(path, durable: false), this);

        private sealed class Torn(IJournalFile file, DyingFile plan) : IJournalFile
        {
            public int Read(long offset, Span<byte> bytes) => file.Read(offset, bytes);

            public void Write(long offset, ReadOnlySpan<byte> bytes)
            {
                plan.written++;
                if (plan.written <= plan.Whole) file.Write(offset, bytes);
                else
                {
                    if (plan.written == plan.Whole + 1) file.Write(offset, bytes[..(int)(bytes.Length * plan.Share)]);
                    throw new IOException("the program is dead");
                }
            }

            public void Flush() => file.Flush();

            public void Truncate(long length) => file.Truncate(length);

            public void Dispose() => file.Dispose();
        }
    }
}
