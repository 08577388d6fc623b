using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Tests.Formats;

public sealed class ModelArchiveTests
{
    private static ModelArchive Sample()
    {
        var archive = new ModelArchive();
        archive.Json["id"] = "cart";
        archive.Json["columns"] = new JsonArray("age", "zip", "naïve ☂");
        archive.Json["nested"] = new JsonObject { ["trees"] = 17, ["rate"] = 0.1 };
        archive.Add("flags", new byte[] { 1, 2, 3 });
        archive.Add("cuts", [1.5, double.NaN, double.NegativeInfinity, -0.0]);
        archive.Add("feature", [-1, 7, int.MinValue], 3, 1);
        archive.Add("small", new short[] { -5, 5 });
        archive.Add("half", new float[300]);
        archive.Add("levels", "", "a", "naïve ☂", "tab\t\n");
        archive.Add("none", Array.Empty<long>());
        return archive;
    }

    private static async Task<byte[]> Bytes(ModelArchive archive)
    {
        var stream = new MemoryStream();
        await archive.WriteAsync(stream);
        return stream.ToArray();
    }

    private static Task<ModelArchive> Read(byte[] bytes) => ModelArchive.ReadAsync(new MemoryStream(bytes));

    /// <summary>An archive with contents of one's own: as a hostile author would make it, checksum and all.</summary>
    private static async Task<byte[]> Hostile(byte[] json, byte[] arrays)
    {
        var stream = new MemoryStream();
        await ZipContainer.WriteAsync(stream, [("model.json", json), ("arrays.safetensors", arrays)], ArchiveLimits.Default, default);
        return stream.ToArray();
    }

    private static byte[] Tensors(string header, int data = 0)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + text.Length + data];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, text.Length);
        text.CopyTo(bytes, 8);
        return bytes;
    }

    [Fact]
    public async Task What_goes_in_comes_out()
    {
        var archive = await Read(await Bytes(Sample()));
        Assert.Equal("cart", archive.Text("id"));
        Assert.Equal("naïve ☂", (string?)archive.Json["columns"]![2]);
        Assert.Equal(17, (int)archive.Json["nested"]!["trees"]!);
        Assert.Equal([1, 2, 3], archive.Get<byte>("flags"));
        Assert.Equal(new[] { 1.5, double.NaN, double.NegativeInfinity, -0.0 }.Select(BitConverter.DoubleToInt64Bits), archive.Get<double>("cuts").Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal([-1, 7, int.MinValue], archive.Get<int>("feature"));
        Assert.Equal(new[] { 3, 1 }, archive.Shape("feature").ToArray());
        Assert.Equal(["", "a", "naïve ☂", "tab\t\n"], archive.GetStrings("levels"));
        Assert.Empty(archive.Get<long>("none"));
        Assert.False(archive.Has("nothing"));
    }

    [Fact]
    public async Task Same_contents_give_same_bytes_and_writing_what_was_read_changes_nothing()
    {
        var bytes = await Bytes(Sample());
        Assert.Equal(bytes, await Bytes(Sample()));
        var back = await Read(bytes);
        Assert.Equal(bytes, await Bytes(back));
        Assert.Equal(Sample().Digest(), back.Digest());
    }

    [Fact]
    public async Task Any_unzip_tool_opens_it()
    {
        using var zip = new ZipArchive(new MemoryStream(await Bytes(Sample())), ZipArchiveMode.Read);
        Assert.Equal(["model.json", "arrays.safetensors", "sha256"], zip.Entries.Select(e => e.FullName));
        using var reader = new StreamReader(zip.Entries[0].Open());
        Assert.Contains("\"semblance\": 1", await reader.ReadToEndAsync());
    }

    [Fact]
    public async Task Every_flipped_byte_is_found()
    {
        var bytes = await Bytes(Sample());
        for (var at = 0; at < bytes.Length; at++)
        {
            bytes[at] ^= (byte)(1 << at % 8);
            await Assert.ThrowsAsync<DataException>(() => Read(bytes));
            bytes[at] ^= (byte)(1 << at % 8);
        }
        await Read(bytes); // and the untouched file still reads
    }

    [Fact]
    public async Task Every_cut_is_found_and_named_as_one()
    {
        var bytes = await Bytes(Sample());
        for (var length = 0; length < bytes.Length; length++)
        {
            var error = await Assert.ThrowsAsync<DataException>(() => Read(bytes[..length]));
            Assert.Equal(length == 0 ? "SB5001" : "SB5002", error.Code);
        }
        var longer = await Assert.ThrowsAsync<DataException>(() => Read([.. bytes, 0]));
        Assert.Equal("SB5003", longer.Code);
    }

    [Fact]
    public async Task Hostile_contents_behind_a_right_checksum_give_only_a_DataException_and_bounded_memory()
    {
        var random = new RandomStream(new Seed(7), "tests/archive").Sequence();
        var stream = new MemoryStream();
        await Sample().WriteAsync(stream);
        var inner = ZipContainer.Read(stream.ToArray(), [("model.json", 1 << 20), ("arrays.safetensors", 1 << 20)], ArchiveLimits.Default, "it");
        for (var trial = 0; trial < 3000; trial++)
        {
            var parts = new[] { inner[0].ToArray(), inner[1].ToArray() };
            ref var part = ref parts[trial % 2];
            for (var edits = 1 + random.NextBelow(4); edits > 0; edits--)
            {
                // Aim at the header: most of an arrays file is payload, where any byte is as good as another.
                var at = random.NextBelow(Math.Min(part.Length, 700));
                part[at] = random.NextBelow(3) == 0 ? (byte)"0123456789-e.,:[]{}\"\\"[random.NextBelow(20)] : (byte)random.NextWord();
            }
            if (random.NextBelow(5) == 0) part = part[..random.NextBelow(part.Length)];
            var file = await Hostile(parts[0], parts[1]);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var archive = await Read(file);
                foreach (var name in archive.Names)
                    if (!name.EndsWith("#ends", StringComparison.Ordinal) && archive.Has(name + "#ends")) archive.GetStrings(name);
                foreach (var (_, value) in archive.Json) _ = value?.ToJsonString();
            }
            catch (SemblanceException) { }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
        }
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F64","shape":[2147483647,2147483647],"data_offsets":[0,8]}}""", 8)]
    [InlineData("""{"a":{"dtype":"F64","shape":[-1],"data_offsets":[0,8]}}""", 8)]
    [InlineData("""{"a":{"dtype":"F64","shape":[2],"data_offsets":[0,8]}}""", 8)]
    [InlineData("""{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,9999999999]}}""", 8)]
    [InlineData("""{"a":{"dtype":"F64","shape":[1],"data_offsets":[8,16]}}""", 16)]
    [InlineData("""{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"b":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}""", 8)]
    [InlineData("""{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}""", 16)]
    [InlineData("""{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"a":{"dtype":"F64","shape":[1],"data_offsets":[8,16]}}""", 16)]
    [InlineData("""{"a":{"dtype":"C64","shape":[1],"data_offsets":[0,8]}}""", 8)]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"code":"rm"}}""", 1)]
    [InlineData("""{"a":{"dtype":"U8","shape":[1e3],"data_offsets":[0,1]}}""", 1)]
    [InlineData("""{"a":{"dtype":"\ud800","shape":[1],"data_offsets":[0,1]}}""", 1)]
    [InlineData("""[]""", 0)]
    [InlineData("""{} {}""", 0)]
    public async Task Array_lists_that_contradict_themselves_are_refused(string header, int data)
    {
        var file = await Hostile("{\"semblance\":1}"u8.ToArray(), Tensors(header, data));
        Assert.Equal("SB5006", (await Assert.ThrowsAsync<DataException>(() => Read(file))).Code);
    }

    [Theory]
    [InlineData("""{"semblance":2}""", "SB5005")]
    [InlineData("""{"semblance":0}""", "SB5006")]
    [InlineData("""{"semblance":"1"}""", "SB5006")]
    [InlineData("""{}""", "SB5006")]
    [InlineData("""null""", "SB5006")]
    [InlineData("""{"semblance":1,"a":1,"a":2}""", "SB5006")]
    [InlineData("""{"semblance":1,"a":"\ud800"}""", "SB5006")]
    public async Task Only_strict_json_of_a_known_version_is_read(string json, string code)
    {
        var file = await Hostile(Encoding.UTF8.GetBytes(json), Tensors("{}"));
        Assert.Equal(code, (await Assert.ThrowsAsync<DataException>(() => Read(file))).Code);
    }

    [Fact]
    public async Task Deep_json_is_refused()
    {
        var deep = "{\"semblance\":1,\"a\":" + new string('[', 5000) + new string(']', 5000) + "}";
        var file = await Hostile(Encoding.UTF8.GetBytes(deep), Tensors("{}"));
        Assert.Equal("SB5006", (await Assert.ThrowsAsync<DataException>(() => Read(file))).Code);
    }

    [Fact]
    public async Task A_zip_bomb_is_refused_before_it_unpacks()
    {
        var stream = new MemoryStream();
        // Limits of its own let the writer pack zeros 1,000 to 1.
        await ZipContainer.WriteAsync(stream, [("model.json", "{\"semblance\":1}"u8.ToArray()), ("arrays.safetensors", new byte[50_000_000])], new ArchiveLimits { Ratio = 2000 }, default);
        Assert.True(stream.Length < 100_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = await Assert.ThrowsAsync<DataException>(() => Read(stream.ToArray()));
        Assert.Equal("SB5004", error.Code);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }

    [Fact]
    public async Task A_file_beyond_the_limit_is_refused_even_when_its_length_is_not_known()
    {
        var error = await Assert.ThrowsAsync<DataException>(() => ModelArchive.ReadAsync(new Endless(), "it", new ArchiveLimits { FileBytes = 1 << 20 }));
        Assert.Equal("SB5004", error.Code);
    }

    [Fact]
    public async Task Something_else_is_named_as_such()
    {
        Assert.Equal("SB5001", (await Assert.ThrowsAsync<DataException>(() => Read("age,income\n1,2\n"u8.ToArray()))).Code);
        var zip = new MemoryStream();
        using (var other = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true)) other.CreateEntry("hello.txt");
        Assert.Equal("SB5001", (await Assert.ThrowsAsync<DataException>(() => Read(zip.ToArray()))).Code);
        Assert.Equal("SB5008", (await Assert.ThrowsAsync<DataException>(() => ModelArchive.ReadAsync("/nowhere/at/all.semblance"))).Code);
    }

    [Fact]
    public async Task Asking_for_what_is_not_there_names_it()
    {
        var archive = await Read(await Bytes(Sample()));
        Assert.Contains("`nothing`", Assert.Throws<DataException>(() => archive.Get<int>("nothing")).Message);
        Assert.Contains("F64", Assert.Throws<DataException>(() => archive.Get<int>("cuts")).Message);
        Assert.Contains("5 are needed", Assert.Throws<DataException>(() => archive.Get<double>("cuts", 5)).Message);
        Assert.Contains("`seed`", Assert.Throws<DataException>(() => archive.Whole("seed", 0, 9)).Message);
    }

    [Fact]
    public void Any_arrays_come_back()
    {
        Prop.ForAll<double[], int[], string[]>((a, b, c) =>
        {
            var texts = c.Select(t => string.Concat((t ?? "").Where(x => !char.IsSurrogate(x)))).ToArray();
            var archive = new ModelArchive();
            archive.Add("b", b);
            archive.Add("c", texts);
            archive.Add("a", a);
            var back = Read(Bytes(archive).GetAwaiter().GetResult()).GetAwaiter().GetResult();
            return a.AsSpan().SequenceEqual(back.Get<double>("a")) && b.AsSpan().SequenceEqual(back.Get<int>("b")) && texts.AsSpan().SequenceEqual(back.GetStrings("c"));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task A_cancelled_write_leaves_the_old_file()
    {
        var folder = Directory.CreateTempSubdirectory("semblance-archive-");
        try
        {
            var path = Path.Combine(folder.FullName, "m.semblance");
            await File.WriteAllTextAsync(path, "old");
            using var cancel = new CancellationTokenSource();
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Sample().WriteAsync(path, cancel.Token));
            Assert.Equal("old", await File.ReadAllTextAsync(path));
            Assert.Single(folder.GetFiles());
            await Sample().WriteAsync(path);
            Assert.Equal("cart", (await ModelArchive.ReadAsync(path)).Text("id"));
            Assert.Single(folder.GetFiles());
        }
        finally { folder.Delete(recursive: true); }
    }

    private sealed class Endless : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override int Read(byte[] buffer, int offset, int count) { Array.Fill(buffer, (byte)'P', offset, count); return count; }
        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
