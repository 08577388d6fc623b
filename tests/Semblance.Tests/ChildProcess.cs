using System.Diagnostics;
using Semblance.Tests.Numerics.Tensors;

namespace Semblance.Tests;

/// <summary>This program as a process of its own, for tests of what can't be changed while one runs: width of registers, memory in all.</summary>
internal static class ChildProcess
{
    /// <summary>Where the work of a child begins: its name, then its arguments. Whatever it returns goes to standard output.</summary>
    public static int Main(string[] arguments)
    {
        var result = arguments switch
        {
            ["train", var threads] => SmallTrainings.Run(int.Parse(threads)),
            ["memory"] => MemoryTests.Measure(),
            _ => null,
        };
        Console.Write(result ?? "this program is run by `dotnet test`");
        return result is null ? 1 : 0;
    }

    /// <summary>Runs a child to its end.</summary>
    /// <param name="variable">A variable of its environment, and its value; null: none.</param>
    /// <param name="arguments">As <see cref="Main"/> takes them.</param>
    /// <returns>What it wrote.</returns>
    public static async Task<string> RunAsync((string Name, string Value)? variable, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["exec", typeof(ChildProcess).Assembly.Location, .. arguments]) start.ArgumentList.Add(argument);
        if (variable is var (name, value)) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"the child ended with {process.ExitCode}: {await errors}{await output}");
        return await output;
    }
}
