namespace Semblance.Cli;

/// <summary>What the program says to the shell.</summary>
internal static class ExitCode
{
    public const int Done = 0, Usage = 1, Input = 2, GateNotMet = 3, Internal = 4, Cancelled = 130;
}

/// <summary>The command line itself is wrong; exit code 1.</summary>
internal sealed class UsageException(string message) : Exception(message);
