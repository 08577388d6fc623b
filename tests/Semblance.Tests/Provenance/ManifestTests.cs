using System.Security.Cryptography;
using System.Text;
using Semblance.Numerics;
using Semblance.Provenance;

namespace Semblance.Tests.Provenance;

public sealed class ManifestTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("semblance-manifest-");

    public void Dispose() => folder.Delete(recursive: true);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static Manifest Sample() => new()
    {
        Tool = ManifestFile.ThisTool, Created = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), Command = "semblance run a.csv", Seed = "18446744073709551615",
        Inputs = [new ManifestInput("../a.csv", "data", 10, Hash("x"), 3, 2)],
        Model = new ManifestModel { Id = "cart", Seed = "1", Version = "0.1.0", File = "model.semblance" },
        Request = new ManifestRequest(5, 5, null),
        Gates = [new ManifestGate("privacy.dcr-share<=0.52", true, "privacy.dcr-share is 0.5")],
        Outputs =
        [
            new ManifestOutput
            {
                Name = "synthetic.csv", Bytes = 22, Sha256 = Hash("a,b\n1,2\n3,4\n5,6\n7,8\n!"[..20] + "9\n"), Rows = 5,
                Blocks = [new ManifestBlock(0, 2, 4, 8, Hash("1,2\n3,4\n")), new ManifestBlock(2, 3, 12, 10, Hash("5,6\n7,8\n9\n"))],
            },
        ],
    };

    private void Write(byte[] json) => File.WriteAllBytes(Path.Combine(folder.FullName, Manifest.FileName), json);

    private void WriteData(string text) => File.WriteAllText(Path.Combine(folder.FullName, "synthetic.csv"), text);

    [Fact]
    public async Task What_is_written_is_read_and_written_the_same()
    {
        var json = ManifestFile.ToJson(Sample());
        Write(json);
        Assert.Equal(json, ManifestFile.ToJson(await ManifestFile.ReadAsync(folder.FullName)));
    }

    [Theory]
    [InlineData("\"semblance\": 1", "\"semblance\": 2")]
    [InlineData("\"command\":", "\"comand\":")]
    [InlineData("\"name\": \"synthetic.csv\"", "\"name\": \"../synthetic.csv\"")]
    [InlineData("\"file\": \"model.semblance\"", "\"file\": \"/etc/passwd\"")]
    [InlineData("\"offset\": 12", "\"offset\": 13")]
    [InlineData("\"length\": 10", "\"length\": 10000000000")]
    [InlineData("\"length\": 10", "\"length\": -1")]
    [InlineData("\"firstRow\": 2", "\"firstRow\": 3")]
    [InlineData("\"rows\": 3", "\"rows\": 2000000000")]
    [InlineData("\"18446744073709551615\"", "\"18446744073709551616\"")]
    [InlineData("\"seed\": \"18", "\"seed\": \"1\", \"seed\": \"18")]
    public async Task Manifests_that_do_not_hold_together_are_refused(string from, string to)
    {
        var json = Encoding.UTF8.GetString(ManifestFile.ToJson(Sample()));
        Assert.Contains(from, json, StringComparison.Ordinal);
        Write(Encoding.UTF8.GetBytes(json.Replace(from, to, StringComparison.Ordinal)));
        Assert.Equal("SB5021", (await Assert.ThrowsAsync<DataException>(() => ManifestFile.ReadAsync(folder.FullName))).Code);
    }

    [Fact]
    public async Task Flipped_and_cut_manifests_give_only_a_DataException()
    {
        var sound = ManifestFile.ToJson(Sample());
        var random = new RandomStream(new Seed(3), "tests/manifest").Sequence();
        for (var trial = 0; trial < 500; trial++)
        {
            var json = sound.ToArray();
            json[random.NextBelow(json.Length)] = (byte)random.NextWord();
            Write(trial % 3 == 0 ? json[..random.NextBelow(json.Length)] : json);
            try { await ManifestFile.ReadAsync(folder.FullName); }
            catch (DataException) { }
        }
    }

    [Fact]
    public async Task A_missing_manifest_says_what_to_name() =>
        Assert.Equal("SB5020", (await Assert.ThrowsAsync<DataException>(() => ManifestFile.ReadAsync(folder.FullName))).Code);

    [Fact]
    public async Task An_untouched_file_is_the_same_and_a_flipped_byte_is_named_with_its_block_and_rows()
    {
        var output = Sample().Outputs[0];
        WriteData("a,b\n1,2\n3,4\n5,6\n7,8\n9\n");
        Assert.Equal(CheckOutcome.Same, (await FileCheck.OutputAsync(folder.FullName, output)).Check.Outcome);

        WriteData("a,b\n1,2\n3,4\n5,6\n7,9\n9\n");
        var (check, blocks) = await FileCheck.OutputAsync(folder.FullName, output);
        Assert.Equal(CheckOutcome.Differs, check.Outcome);
        Assert.Equal([1], blocks.ToArray());
        Assert.Contains("block 1 was changed: rows 3 to 5", check.Detail, StringComparison.Ordinal);

        WriteData("a;b\n1,2\n3,4\n5,6\n7,8\n9\n");
        Assert.Contains("header", (await FileCheck.OutputAsync(folder.FullName, output)).Check.Detail, StringComparison.Ordinal);

        WriteData("a,b\n1,2\n3,4\n5,6");
        Assert.Contains("15 bytes where 22", (await FileCheck.OutputAsync(folder.FullName, output)).Check.Detail, StringComparison.Ordinal);

        File.Delete(Path.Combine(folder.FullName, "synthetic.csv"));
        Assert.Contains("missing", (await FileCheck.OutputAsync(folder.FullName, output)).Check.Detail, StringComparison.Ordinal);
    }
}
