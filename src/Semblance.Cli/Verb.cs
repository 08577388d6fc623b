using System.CommandLine;

namespace Semblance.Cli;

/// <summary>A verb of the command line: its words, its options, examples that can be typed, and what it does.</summary>
internal sealed class Verb(string name, string description, Func<Call, Task<int>> run) : Command(name, description)
{
    /// <summary>The examples of the program as a whole.</summary>
    public static readonly string[] FirstExamples =
    [
        "semblance run adult.csv --target income --to out/",
        "semblance fit train.csv --to adult.semblance",
        "semblance generate adult.semblance --count 1000000 --seed 1 --to fake.csv",
        "semblance verify out/",
    ];

    /// <summary>Command lines that can be typed as they stand.</summary>
    public string[] Examples { get; init; } = [];

    /// <summary>Does it.</summary>
    /// <returns>Exit code.</returns>
    public Task<int> RunAsync(Call call) => run(call);
}
