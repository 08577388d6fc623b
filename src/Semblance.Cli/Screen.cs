using System.Text.Json;
using Semblance.Recipes;
using Spectre.Console;

namespace Semblance.Cli;

/// <summary>Where the program speaks: results on stdout, everything else on stderr, colour only on a terminal.</summary>
internal sealed class Screen(bool quiet, bool json)
{
    /// <summary>Whether results are wanted as JSON.</summary>
    public bool Json => json;

    /// <summary>Results.</summary>
    public TextWriter Out => Console.Out;

    /// <summary>A remark on stderr, unless it should be quiet.</summary>
    public void Note(string text)
    {
        if (!quiet) Console.Error.WriteLine("semblance: " + text);
    }

    /// <summary>What became of gates: those not met, whatever the quiet; doubts about the others as remarks.</summary>
    public void Tell(IEnumerable<GateResult> gates)
    {
        foreach (var gate in gates)
        {
            if (!gate.Met) Console.Error.WriteLine($"semblance: not met: {gate.Gate.Text} ({gate.Why})");
            if (gate.Warning is { } warning) Note(warning);
        }
    }

    /// <summary>More lines on stderr, for errors that are ours.</summary>
    public void Detail(string text) => Console.Error.WriteLine(text);

    /// <summary>A progress display for one call; disposing it cleans the terminal.</summary>
    public ProgressDisplay? Progress() => quiet ? null : new ProgressDisplay(terminal: !Console.IsErrorRedirected);

    /// <summary>A wrong command line.</summary>
    public void Usage(string message, string verb)
    {
        if (json) { WriteJson("usage", message); return; }
        Console.Error.WriteLine("semblance: " + message);
        Console.Error.WriteLine($"Try `semblance {(verb.Length == 0 ? "" : verb + " ")}--help`.");
    }

    /// <summary>An error with its code: what went wrong and where, then how to mend it.</summary>
    public void Error(string code, string message)
    {
        // A message may quote a cell; what a cell holds must not steer the terminal.
        message = string.Concat(message.Select(c => char.IsControl(c) && c != '\n' ? '\uFFFD' : c));
        if (json) { WriteJson(code, message); return; }
        if (Console.IsErrorRedirected)
        {
            Console.Error.WriteLine($"semblance: error {code}: {message}");
            return;
        }
        var at = message.Contains('\n') ? -1 : message.IndexOf("; ", StringComparison.Ordinal); // an expression shown with carets stays as it is
        var what = at < 0 ? message : message[..at];
        var body = $"{Markup.Escape(Capital(what))}" + (at < 0 ? "" : $"\n[dim]→[/] {Markup.Escape(Capital(message[(at + 2)..]))}");
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        console.Write(new Panel(new Markup(body)) { Header = new PanelHeader($" [red bold]error[/] [bold]{code}[/] "), Border = BoxBorder.Rounded, BorderStyle = new Style(Color.Red), Padding = new Padding(1, 0) });
    }

    private static void WriteJson(string code, string message)
    {
        using var writer = new Utf8JsonWriter(Console.OpenStandardError());
        writer.WriteStartObject();
        writer.WriteStartObject("error");
        writer.WriteString("code", code);
        writer.WriteString("message", message);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        Console.Error.WriteLine();
    }

    private static string Capital(string text) => text.Length > 1 && char.IsLower(text[0]) && char.IsLetter(text[1]) ? char.ToUpperInvariant(text[0]) + text[1..] : text;
}
