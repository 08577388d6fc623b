using System.Runtime.Intrinsics;
using Semblance.Models;
using Xunit.Abstractions;

namespace Semblance.Acceptance;

/// <summary>The same bytes on every x64 machine with AVX2 and FMA, whether or not it has AVX-512: the runtime is told to hide the wider registers.</summary>
public sealed class TierTests(ITestOutputHelper output)
{
    private static readonly (string, string)[] AsItIs = [], WithoutAvx512 = [("DOTNET_EnableAVX512", "0")];

    public static TheoryData<string> Models => [.. ModelCatalog.Default.Entries.Select(e => e.Id)];

    [Theory, MemberData(nameof(Models))]
    public async Task A_model_and_its_rows_are_the_same_bytes_without_AVX512(string model)
    {
        if (!Vector512.IsHardwareAccelerated) output.WriteLine("this machine has no AVX-512: both runs use AVX2, and the test shows only that the program repeats itself");
        using var scratch = new Scratch();
        await Make("wide", AsItIs);
        await Make("narrow", WithoutAvx512);
        foreach (var file in new[] { "model.semblance", "fake.csv", "rare.csv" })
            Assert.True(File.ReadAllBytes(scratch[$"wide-{file}"]).AsSpan().SequenceEqual(File.ReadAllBytes(scratch[$"narrow-{file}"])), $"{model}: {file} differs");

        async Task Make(string name, (string, string)[] environment)
        {
            string fitted = scratch[$"{name}-model.semblance"];
            await Run(environment, "fit", Repository.Clinic, "--model", model, "--target", "readmitted", "--seed", "1", "--to", fitted);
            await Run(environment, "generate", fitted, "--count", "9000", "--seed", "2", "--to", scratch[$"{name}-fake.csv"]);
            await Run(environment, "generate", fitted, "--count", "500", "--seed", "2", "--where", "age >= 60 and readmitted", "--to", scratch[$"{name}-rare.csv"]);
        }
    }

    [Fact]
    public async Task Scores_are_the_same_numbers_without_AVX512()
    {
        using var scratch = new Scratch();
        var lines = File.ReadAllLines(Repository.Clinic);
        var half = 1 + (lines.Length - 1) / 2;
        var train = scratch.Write("train.csv", string.Join('\n', lines[..half]) + "\n");
        var other = scratch.Write("other.csv", string.Join('\n', [lines[0], .. lines[half..]]) + "\n");
        string[] scores = ["wide.json", "narrow.json"];
        foreach (var (name, environment) in scores.Zip([AsItIs, WithoutAvx512]))
            await Run(environment, "evaluate", other, "--against", train, "--holdout", other, "--target", "readmitted", "--seed", "1", "--to", scratch[name]);
        // The report names its command, and so its own file.
        Assert.Equal(File.ReadAllText(scratch["wide.json"]).Replace("wide.json", "narrow.json", StringComparison.Ordinal), File.ReadAllText(scratch["narrow.json"]));
    }

    private static async Task Run((string, string)[] environment, params string[] args)
    {
        var outcome = await CommandLine.RunAsync(null, [.. args, "--quiet"], environment);
        Assert.True(outcome.Code == 0, outcome.ToString());
    }
}
