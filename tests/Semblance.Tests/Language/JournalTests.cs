using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Semblance.Language;

namespace Semblance.Tests.Language;

public sealed class JournalTests
{
    [Fact]
    public async Task Cut_anywhere_it_holds_the_lines_before_the_cut_and_can_be_written_on()
    {
        var file = new MemoryFile();
        var ends = new List<long>();
        using (var journal = RequestJournal.Open(file, "j"))
            for (var i = 0; i < 6; i++)
            {
                await journal.AppendAsync(Entry(i));
                ends.Add(file.Bytes.Length);
            }
        for (var cut = 0; cut <= file.Bytes.Length; cut++)
        {
            var torn = new MemoryFile { Bytes = file.Bytes[..cut] };
            using var journal = RequestJournal.Open(torn, "j");
            Assert.Equal(ends.Count(e => e <= cut), journal.Count);
            Assert.Equal(ends.LastOrDefault(e => e <= cut), torn.Bytes.Length);
            await journal.AppendAsync(Entry(99));
            using var again = RequestJournal.Open(torn, "j");
            Assert.Equal(Entry(99), again.Find(Name(99)));
        }
    }

    [Fact]
    public async Task One_flipped_bit_loses_one_line()
    {
        var file = new MemoryFile();
        using (var journal = RequestJournal.Open(file, "j"))
            for (var i = 0; i < 5; i++) await journal.AppendAsync(Entry(i));
        var second = Array.IndexOf(file.Bytes, (byte)'\n') + 1;
        for (var at = second; at < second + 60; at++)
        {
            var damaged = new MemoryFile { Bytes = [.. file.Bytes] };
            damaged.Bytes[at] ^= 1;
            using var journal = RequestJournal.Open(damaged, "j");
            Assert.Equal((4, 1), (journal.Count, journal.Damaged));
            Assert.Equal(Entry(4), journal.Find(Name(4)));
        }
    }

    [Fact]
    public void Any_entry_comes_back() => Prop.ForAll(ArbMap.Default.ArbFor<(NonNull<string>, NonNull<string>, int, int)>(), t =>
    {
        var (body, column) = (Whole(t.Item1.Get), Whole(t.Item2.Get));
        var file = new MemoryFile();
        var entry = new JournalEntry(Name(7), column, "m", Math.Abs((long)t.Item3), Math.Abs((long)t.Item4), 0.25, body);
        using (var journal = RequestJournal.Open(file, "j")) journal.AppendAsync(entry).Wait();
        using var again = RequestJournal.Open(file, "j");
        return entry == again.Find(Name(7));

        static string Whole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)); // half a surrogate is no text
    }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task Two_programs_do_not_write_at_once()
    {
        using var folder = new JobFolder();
        using (var first = RequestJournal.Open(folder["requests.jsonl"]))
        {
            await first.AppendAsync(Entry(1));
            Assert.Equal("SB6003", Assert.Throws<ProviderException>(() => RequestJournal.Open(folder["requests.jsonl"])).Code);
            using var reader = RequestJournal.OpenToRead(folder["requests.jsonl"]);
            Assert.Equal(1, reader.Count);
        }
        using var next = RequestJournal.Open(folder["requests.jsonl"]);
        Assert.Equal(1, next.Count);
    }

    [Fact]
    public void The_name_of_a_request_is_what_it_says_and_nothing_else()
    {
        var request = new ChatRequest { Provider = "mock", Model = "m", Messages = [new("user", "Hi")], MaxTokens = 5, Sample = [1, 0, 0] };
        Assert.Equal(request.Name, (request with { Messages = [new("user", "Hi")] }).Name);
        var others = new[]
        {
            request with { Provider = "x" }, request with { Model = "n" }, request with { Messages = [new("user", "Ho")] }, request with { Messages = [new("system", "Hi")] }, request with { MaxTokens = 6 }, request with { Temperature = 0 },
            request with { TopP = 1 }, request with { Schema = "{}" }, request with { Schema = "{}", Form = AnswerForm.Json }, request with { Sample = [1, 0, 1] },
        };
        Assert.Equal(others.Length + 1, others.Append(request).Select(r => r.Name).Distinct().Count());
        Assert.Equal("""{"provider":"mock","model":"m","messages":[["user","Hi"]],"max-tokens":5,"sample":[1,0,0]}""", Encoding.UTF8.GetString(request.ToCanonicalJson()));
        Assert.True(RequestName.TryParse(request.Name.ToString(), out var parsed));
        Assert.Equal(request.Name, parsed);
    }

    private static JournalEntry Entry(int n) => new(Name(n), "answer", "m", n, 2 * n, n / 8.0, $$"""{"n":{{n}},"text":"é\n\u0001"}""");

    private static RequestName Name(int n) => new((UInt128)n + 1, 5);

    private sealed class MemoryFile : IJournalFile
    {
        public byte[] Bytes { get; set; } = [];

        public int Read(long offset, Span<byte> bytes)
        {
            var n = (int)Math.Max(0, Math.Min(bytes.Length, Bytes.Length - offset));
            Bytes.AsSpan((int)Math.Min(offset, Bytes.Length), n).CopyTo(bytes);
            return n;
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            var all = new byte[Math.Max(Bytes.Length, offset + bytes.Length)];
            Bytes.CopyTo(all, 0);
            bytes.CopyTo(all.AsSpan((int)offset));
            Bytes = all;
        }

        public void Flush() { }

        public void Truncate(long length) => Bytes = Bytes[..(int)Math.Min(length, Bytes.Length)];

        public void Dispose() { }
    }
}
