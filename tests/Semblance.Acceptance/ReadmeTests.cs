// The code between the two marks below, with these usings, is the code of the README: a test compares them and runs it.
using Semblance.Data;
using Semblance.Models;

namespace Semblance.Acceptance;

[CollectionDefinition(nameof(ReadmeTests), DisableParallelization = true)]
[Collection(nameof(ReadmeTests))]
public sealed class ReadmeTests
{
    [Fact]
    public async Task The_loop_of_the_readme_makes_its_report()
    {
        using var scratch = new Scratch();
        Directory.CreateDirectory(scratch["samples"]);
        File.Copy(Repository.Clinic, scratch["samples/clinic.csv"]);
        // The README's paths are relative; no other test runs meanwhile.
        var before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = scratch.Folder;
        try
        {
            // README >
            var run             = Run.With(seed: 42);
            var real            = await Table.ReadAsync("samples/clinic.csv");
            var (train, test)   = real.Split(0.8, run);
            using var generator = await train.FitAsync(new Cart(), run);
            var synthetic       = await generator.GenerateAsync(train.Count, run);
            var card            = await synthetic.EvaluateAsync(against: train, holdout: test, target: "readmitted", run);
            await card.WriteAsync("report.html");
            // < README
            Assert.Equal(train.Count, synthetic.Count);
            Assert.Contains("<html", File.ReadAllText(scratch["report.html"]));
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    [Fact]
    public void The_code_of_the_readme_is_the_code_that_is_tested()
    {
        var tested = File.ReadAllLines(Path.Combine(Repository.Root, "tests/Semblance.Acceptance/ReadmeTests.cs")).Select(l => l.Trim()).ToList();
        var body = tested[(tested.IndexOf("// README >") + 1)..tested.IndexOf("// < README")];
        var readme = File.ReadAllLines(Path.Combine(Repository.Root, "README.md")).ToList();
        var start = readme.IndexOf("```csharp");
        Assert.True(start >= 0 && readme.LastIndexOf("```csharp") == start, "the README has one block of C#");
        var shown = readme[(start + 1)..readme.IndexOf("```", start)];
        // `using Semblance;` is implied here by the namespace.
        Assert.Equal(["using Semblance;", .. tested.Where(l => l.StartsWith("using Semblance.", StringComparison.Ordinal)), "", .. body], shown);
    }
}
