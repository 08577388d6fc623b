using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using Semblance.Cli.Verbs;

namespace Semblance.Cli;

/// <summary>The whole program: parse, run one verb, turn what went wrong into words and an exit code.</summary>
internal static class Application
{
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Synthetic data that can stand in for real data, and the proof of how far it can.")
        {
            RunVerb.Command, ProfileVerb.Command, FitVerb.Command, GenerateVerb.Command, EvaluateVerb.Command, RefineVerb.Command, MixVerb.Command, RedactVerb.Command, VerifyVerb.Command,
            NewVerb.Command, ShowVerb.Command, ListVerb.Command, ConvertVerb.Command, SmoteVerb.Command,
            SharedOptions.Json, SharedOptions.Quiet,
        };
        foreach (var help in root.Options.OfType<HelpOption>()) help.Action = new HelpWithExamples((HelpAction)help.Action!);
        var parsed = root.Parse(args);
        var screen = new Screen(parsed.GetValue(SharedOptions.Quiet), parsed.GetValue(SharedOptions.Json));
        if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction) return Unparsed(parsed, args, screen);

        using var cancel = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            return parsed.CommandResult.Command is Verb verb && parsed.Action is not HelpWithExamples
                ? await verb.RunAsync(new Call(parsed, screen, cancel.Token))
                : await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            screen.Note("cancelled; nothing half-written is left");
            return ExitCode.Cancelled;
        }
        catch (UsageException e)
        {
            screen.Usage(e.Message, parsed.CommandResult.Command.Name);
            return ExitCode.Usage;
        }
        catch (Exception e) when ((e as IOException ?? e.InnerException as IOException) is { } io && IsBrokenPipe(io))
        {
            return ExitCode.Done; // whoever read our output has seen enough: `semblance generate ... | head`
        }
        catch (SemblanceException e)
        {
            screen.Error(e.Code, e.Message);
            return ExitCode.Input;
        }
        catch (OutOfMemoryException)
        {
            screen.Error("SB9002", "there is not enough memory for this; give it fewer rows or columns, or a machine with more");
            return ExitCode.Internal;
        }
        catch (Exception e)
        {
            screen.Error("SB9001", $"something went wrong inside Semblance ({e.GetType().Name}: {e.Message}); please report it with the command and the lines below");
            screen.Detail(e.ToString());
            return ExitCode.Internal;
        }

        void Stop(PosixSignalContext context)
        {
            if (cancel.IsCancellationRequested) return; // the second time the system may end us at once
            context.Cancel = true;
            cancel.Cancel();
        }
    }

    private static int Unparsed(ParseResult parsed, string[] args, Screen screen)
    {
        var command = parsed.CommandResult.Command;
        if (args.Length == 0)
        {
            command.Parse(["--help"]).Invoke();
            return ExitCode.Usage;
        }
        // A mistyped option is first taken for an argument, and what follows it for one too many: name the option.
        var options = command.Options.Concat(SharedOptions.Everywhere).SelectMany(o => o.Aliases.Append(o.Name)).ToHashSet(StringComparer.Ordinal);
        var unknown = args.FirstOrDefault(a => a.StartsWith("--", StringComparison.Ordinal) && a.Length > 2 && !options.Contains(a.Split('=', 2)[0])) ?? parsed.UnmatchedTokens.FirstOrDefault();
        var known = unknown?.StartsWith('-') == true
            ? command.Options.Concat(SharedOptions.Everywhere).Select(o => o.Name)
            : command.Subcommands.Select(c => c.Name);
        var message = unknown is null ? InWords(parsed.Errors[0])
            : $"{(unknown.StartsWith('-') ? "there is no option" : command.Subcommands.Count > 0 ? "there is no verb" : "there is one word too many:")} `{unknown}`"
              + (Nearest.Of(unknown, known) is { } near ? $"; did you mean `{near}`?" : "");
        screen.Usage(message, command is RootCommand ? "" : command.Name);
        return ExitCode.Usage;
    }

    /// <summary>The parser speaks of types and symbols; a user of words and numbers.</summary>
    private static string InWords(ParseError error) => error.SymbolResult switch
    {
        OptionResult { Implicit: true } option => $"{option.Option.Name} is missing: {option.Option.Description}",
        OptionResult { Tokens.Count: 0 } option => $"{option.Option.Name} needs a value: {option.Option.Description}",
        OptionResult { Option.ValueType: var type } option when type == typeof(long?) || type == typeof(int?) || type == typeof(ulong?) =>
            $"{option.Option.Name} {string.Join(' ', option.Tokens)}: " + (option.Tokens.Count > 1 ? "give it once" : type == typeof(ulong?) ? "give a whole number from 0 to 18446744073709551615" : "give a whole number"),
        OptionResult { Tokens.Count: > 1 } option => $"{option.Option.Name} is given {option.Tokens.Count} times; give it once",
        ArgumentResult { Tokens.Count: 0, Parent: OptionResult option } => $"{option.Option.Name} needs a value: {option.Option.Description}",
        ArgumentResult { Parent: OptionResult { Option: var option } } argument => $"{option.Name} {string.Join(' ', argument.Tokens)}: " + (option.ValueType == typeof(ulong?) ? "give a whole number from 0 to 18446744073709551615" : "give a whole number"),
        ArgumentResult { Tokens.Count: 0 } argument => $"<{argument.Argument.Name}> is missing: {argument.Argument.Description}",
        CommandResult command when command.Command.Options.FirstOrDefault(o => o.Required && command.GetResult(o) is null or { Implicit: true }) is { } option => $"{option.Name} is missing: {option.Description}",
        CommandResult command when command.Command.Arguments.FirstOrDefault(a => command.GetResult(a) is null or { Tokens.Count: 0 }) is { } argument => $"<{argument.Name}> is missing: {argument.Description}",
        _ => error.Message,
    };

    private static bool IsBrokenPipe(IOException e) => (e.HResult & 0xFFFF) is 32 or 109; // EPIPE, ERROR_BROKEN_PIPE

    /// <summary>The library's help, then the verb's examples.</summary>
    private sealed class HelpWithExamples(HelpAction inner) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var result = inner.Invoke(parseResult);
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var example in parseResult.CommandResult.Command is Verb verb ? verb.Examples : Verb.FirstExamples) output.WriteLine("  " + example);
            output.WriteLine();
            return result;
        }
    }
}
