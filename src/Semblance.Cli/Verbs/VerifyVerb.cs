using System.CommandLine;
using System.Globalization;
using Semblance.Provenance;
using Semblance.Recipes;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance verify</c>: proves that results are those that were made.</summary>
internal static class VerifyVerb
{
    private static readonly Argument<string> Folder = new("folder") { Description = "A folder that `semblance run` wrote" };
    private static readonly Option<string> Blocks = new("--blocks") { Description = "How many blocks of rows to make again and compare; all for every one", HelpName = "n|all", DefaultValueFactory = _ => Verification.DefaultBlocks.ToString(CultureInfo.InvariantCulture) };

    public static Verb Command { get; } = new("verify", "Check results against their manifest and make parts of them again", RunAsync)
    {
        Arguments = { Folder },
        Options = { Blocks, SharedOptions.Threads },
        Examples = ["semblance verify out/", "semblance verify out/ --blocks all"],
    };

    private static async Task<int> RunAsync(Call call)
    {
        var text = call.Get(Blocks)!;
        var blocks = text == "all" ? int.MaxValue
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : throw new UsageException($"--blocks {text}: give a number of blocks, or all");
        VerificationResult result;
        await using (var progress = call.Screen.Progress())
            result = await Verification.VerifyAsync(call.Get(Folder), blocks, call.Run(0, progress), call.Cancel);
        if (call.Screen.Json) JsonOutput.Write(json =>
        {
            json.WriteBoolean("passed", result.Passed);
            json.WriteStartArray("checks");
            foreach (var check in result.Checks)
            {
                json.WriteStartObject();
                json.WriteString("what", check.What);
                json.WriteString("outcome", Word(check.Outcome));
                json.WriteString("detail", check.Detail);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
        else
        {
            call.Screen.Out.Write(Grid.Of(result.Checks.Select(c => new[] { Word(c.Outcome), c.What, c.Detail })));
            call.Screen.Out.WriteLine();
            var open = result.Checks.Count(c => c.Outcome == CheckOutcome.NotCompared);
            call.Screen.Out.WriteLine(result.Passed ? $"{call.Get(Folder)} is as it was made" + (open > 0 ? $"; {open} of {result.Checks.Length} things could not be compared" : "") : $"{call.Get(Folder)} was changed after it was made");
        }
        return result.Passed ? ExitCode.Done : ExitCode.Input;
    }

    private static string Word(CheckOutcome outcome) => outcome switch { CheckOutcome.Same => "same", CheckOutcome.Differs => "CHANGED", _ => "not compared" };
}
