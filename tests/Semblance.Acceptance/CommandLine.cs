using System.Diagnostics;
using System.Text;

namespace Semblance.Acceptance;

/// <summary>What a call of the program gave.</summary>
internal sealed record Outcome(int Code, string Output, string Errors)
{
    public override string ToString() => $"exit code {Code}\n--- stdout\n{Output}\n--- stderr\n{Errors}";
}

/// <summary>Runs the built program as a child process, as a user's shell would.</summary>
internal static class CommandLine
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "Semblance.Cli.dll");

    public static Task<Outcome> RunAsync(params string[] args) => RunAsync(null, args);

    /// <param name="input">Bytes for stdin, or null for none.</param>
    /// <param name="args">The words of the command.</param>
    /// <param name="environment">Variables of the child beside those of the test.</param>
    public static async Task<Outcome> RunAsync(byte[]? input, string[] args, params (string Name, string Value)[] environment)
    {
        using var process = Start(args, environment);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (input is not null) await process.StandardInput.BaseStream.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return new Outcome(process.ExitCode, await output, await errors);
    }

    public static Process Start(params string[] args) => Start(args, []);

    private static Process Start(string[] args, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8, StandardErrorEncoding = Encoding.UTF8,
        };
        start.ArgumentList.Add(Program);
        foreach (var arg in args) start.ArgumentList.Add(arg);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }
}

/// <summary>A folder of one test, gone afterwards.</summary>
internal sealed class Scratch : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("semblance-acceptance-");

    public string Folder => folder.FullName;

    public string this[string name] => Path.Combine(folder.FullName, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    public string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(this[name], bytes);
        return this[name];
    }

    /// <summary>Every file below, by relative name.</summary>
    public string[] Files(string below = "") =>
        !Directory.Exists(this[below]) ? [] : [.. Directory.EnumerateFileSystemEntries(this[below], "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(this[below], f).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    public void Dispose() => folder.Delete(recursive: true);
}
