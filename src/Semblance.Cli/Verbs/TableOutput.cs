using System.CommandLine;
using Microsoft.Win32.SafeHandles;
using Semblance.Formats;

namespace Semblance.Cli.Verbs;

/// <summary>Where tables are written to.</summary>
internal static class TableOutput
{
    public static readonly Option<string?> Format = new("--format") { Description = "csv or jsonl, where the name of the output does not tell", HelpName = "format" };

    /// <summary>The format asked for.</summary>
    public static WriteOptions Options(Call call) => new()
    {
        Format = call.Get(Format)?.ToLowerInvariant() switch
        {
            null => null,
            "csv" => TableFormat.Csv,
            "jsonl" => TableFormat.JsonLines,
            var other => throw new UsageException($"--format {other}: give csv or jsonl"),
        },
    };

    /// <summary>A writer to a file, or to stdout for <c>-</c>.</summary>
    public static TableWriter Writer(string to, Call call)
    {
        var options = Options(call);
        return to == "-" ? TableWriter.Create(StandardOutput(), options) : TableWriter.Create(to, options);
    }

    /// <summary>Stdout as a file: the console's own stream swallows a broken pipe, and `generate ... | head` would go on for ever.</summary>
    public static Stream StandardOutput() => OperatingSystem.IsWindows() ? Console.OpenStandardOutput()
        : new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
}
