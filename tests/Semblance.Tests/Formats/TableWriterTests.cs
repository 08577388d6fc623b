using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Semblance.Data;
using Semblance.Formats;

namespace Semblance.Tests.Formats;

public sealed class TableWriterTests
{
    private static Table Rows(int from, int count) => TableReaderTests.Read("a,b,c\n" + string.Concat(Enumerable.Range(from, count).Select(i => $"{i},{(i % 3 == 0 ? "" : "\"x, y\"")},{i / 4.0:F2}\n")));

    private static async IAsyncEnumerable<Table> Blocks(int count, Action<int>? before = null)
    {
        for (var i = 0; i < count; i++)
        {
            before?.Invoke(i);
            await Task.Yield();
            yield return Rows(1000 * i, 1000);
        }
    }

    [Theory]
    [InlineData("t.csv")]
    [InlineData("t.tsv")]
    [InlineData("t.jsonl")]
    [InlineData("t.csv.gz")]
    [InlineData("t.jsonl.gz")]
    public async Task What_is_written_is_read_back(string name)
    {
        using var folder = new TemporaryFolder();
        var table = Rows(0, 5000);
        await table.WriteAsync(folder[name]);
        var again = await Table.ReadAsync(folder[name]);
        Assert.Equal(await TableReaderTests.WriteAsync(table), await TableReaderTests.WriteAsync(again));
        var bytes = await File.ReadAllBytesAsync(folder[name]);
        Assert.Equal(name.EndsWith(".gz", StringComparison.Ordinal), bytes is [0x1F, 0x8B, ..]);
        await table.WriteAsync(folder["2" + name]);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(folder["2" + name]));
    }

    [Fact]
    public async Task Blocks_make_the_file_that_the_whole_table_makes()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(5000, await Blocks(5).WriteAsync(folder["blocks.csv"]));
        await Rows(0, 5000).WriteAsync(folder["whole.csv"]);
        Assert.Equal(await File.ReadAllTextAsync(folder["whole.csv"]), await File.ReadAllTextAsync(folder["blocks.csv"]));
    }

    [Theory]
    [InlineData("t.csv")]
    [InlineData("t.jsonl")]
    [InlineData("t.csv.gz")]
    public async Task Every_block_is_told_with_its_place_and_hash(string name)
    {
        using var folder = new TemporaryFolder();
        var told = new List<WrittenBlock>();
        await Blocks(4).WriteAsync(folder[name], new WriteOptions { OnBlock = told.Add });
        byte[] bytes;
        await using (Stream file = File.OpenRead(folder[name]))
        {
            using var plain = new MemoryStream();
            await (name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file).CopyToAsync(plain);
            bytes = plain.ToArray();
        }
        Assert.Equal([0, 1000, 2000, 3000], told.Select(b => b.FirstRow));
        var end = name.Contains("csv", StringComparison.Ordinal) ? "a,b,c\n".Length : 0L;
        foreach (var block in told)
        {
            Assert.Equal((1000, end), (block.Rows, block.Offset));
            Assert.Equal(block.Sha256, Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan((int)block.Offset, (int)block.Length))));
            end += block.Length;
        }
        Assert.Equal(bytes.Length, end);
    }

    [Fact]
    public async Task A_failure_in_the_middle_leaves_the_old_file_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["t.csv"], "old");
        await Assert.ThrowsAsync<InvalidOperationException>(() => Blocks(2000, i => { if (i == 3) throw new InvalidOperationException(); }).WriteAsync(folder["t.csv"]));
        Assert.Equal(["t.csv"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName));
        Assert.Equal("old", await File.ReadAllTextAsync(folder["t.csv"]));
    }

    [Fact]
    public async Task Cancelling_leaves_no_file()
    {
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Blocks(1000, i => { if (i == 5) stop.Cancel(); }).WriteAsync(folder["t.csv"], ct: stop.Token));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task Cancelling_stops_a_reader()
    {
        using var folder = new TemporaryFolder();
        await Blocks(20).WriteAsync(folder["t.csv"]);
        using var stop = new CancellationTokenSource();
        var options = new TableOptions { ChunkBytes = 1000 };
        var run = Run.With(1) with { Progress = new Watcher(step => { if (step.Done > 5000) stop.Cancel(); }) };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Table.ReadAsync(folder["t.csv"], options, run, stop.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => { await foreach (var _ in Table.ReadBlocksAsync(folder["t.csv"], options, null, stop.Token)) { } });
    }

    [Fact]
    public async Task Progress_ends_at_the_length_of_the_file()
    {
        using var folder = new TemporaryFolder();
        await Blocks(3).WriteAsync(folder["t.csv"]);
        var steps = new List<Step>();
        await Table.ReadAsync(folder["t.csv"], new TableOptions { ChunkBytes = 1000 }, Run.With(1) with { Progress = new Watcher(steps.Add) });
        Assert.True(steps.Count > 10);
        Assert.Equal(new FileInfo(folder["t.csv"]).Length, steps[^1].Done);
        Assert.All(steps, s => Assert.Equal((Stage.Read, steps[^1].Done), (s.Stage, s.Total)));
    }

    [Fact]
    public async Task A_folder_that_is_none_is_refused_and_a_full_stream_is_told()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["file"], "");
        Assert.Equal("SB1091", (await Assert.ThrowsAsync<DataException>(() => Rows(0, 3).WriteAsync(Path.Combine(folder["file"], "t.csv")))).Code);
        Assert.Equal("SB1091", (await Assert.ThrowsAsync<DataException>(() => Rows(0, 3).WriteAsync(new Broken()))).Code);
        if (!File.Exists("/dev/full")) return;
        Assert.Equal("SB1092", (await Assert.ThrowsAsync<DataException>(() => Rows(0, 3).WriteAsync("/dev/full"))).Code);
    }

    [Fact]
    public async Task Blocks_of_other_columns_are_refused()
    {
        await using var writer = TableWriter.Create(Stream.Null);
        await writer.WriteAsync(Rows(0, 2));
        Assert.Equal("SB1209", (await Assert.ThrowsAsync<SchemaException>(async () => await writer.WriteAsync(TableReaderTests.Read("a,b\n1,2\n")))).Code);
    }

    [Fact]
    public async Task A_table_without_rows_is_its_header() => Assert.Equal("a,b\n", await TableReaderTests.WriteAsync(TableReaderTests.Read("a,b\n")));

    private sealed class Watcher(Action<Step> see) : IProgress<Step>
    {
        public void Report(Step value) => see(value);
    }

    private sealed class Broken : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromException(new IOException("broken pipe"));
    }
}
