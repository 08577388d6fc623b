using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Semblance.Cli;

/// <summary>Shows steps on stderr: bars on a terminal, a line a stage elsewhere (and one every ten seconds within a long stage).</summary>
internal sealed class ProgressDisplay : IProgress<Step>, IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly TaskCompletionSource finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task? live;
    private ProgressContext? bars;
    private ProgressTask? bar;
    private Stage? stage;
    private TimeSpan lastLine;
    private readonly List<string> notes = [];

    /// <summary>What was said that should stay.</summary>
    public IReadOnlyList<string> Notes => notes;

    public ProgressDisplay(bool terminal)
    {
        if (!terminal) return;
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        live = console.Progress().AutoClear(true).HideCompleted(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 30, CompletedStyle = new Style(Color.Teal), FinishedStyle = new Style(Color.Teal) }, new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(context =>
            {
                lock (gate) bars = context;
                return finished.Task;
            });
    }

    public void Report(Step step)
    {
        lock (gate)
        {
            if (step.IsNote) notes.Add(step.What);
            else if (live is null) Line(step);
            else if (bars is not null) Bar(step);
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            bar?.StopTask();
            bars = null;
        }
        finished.TrySetResult();
        if (live is not null) await live;
        foreach (var note in notes) Console.Error.WriteLine("semblance: " + string.Concat(note.Select(c => char.IsControl(c) ? '\uFFFD' : c)));
    }

    private void Bar(Step step)
    {
        if (stage != step.Stage)
        {
            if (bar is not null) (bar.Value, bar.IsIndeterminate) = (bar.MaxValue, false);
            bar?.StopTask();
            bar = bars!.AddTask(Name(step.Stage));
            stage = step.Stage;
        }
        var loss = step.Loss is { } l ? $" loss {l.ToString("0.####", CultureInfo.InvariantCulture)}" : "";
        var what = step.What.Length > 34 ? step.What[..33] + "…" : step.What;
        bar!.Description = $"{Name(step.Stage),-11}[dim]{Markup.Escape(what + loss),-35}[/]";
        bar.IsIndeterminate = step.Total is null or 0;
        if (step.Total is > 0 and { } total) (bar.MaxValue, bar.Value) = (total, step.Done);
    }

    private void Line(Step step)
    {
        if (stage == step.Stage && watch.Elapsed - lastLine < TimeSpan.FromSeconds(10)) return;
        (stage, lastLine) = (step.Stage, watch.Elapsed);
        var share = step.Total is > 0 and { } total && step.Done > 0 ? step.Stage is Stage.Read ? $" ({100 * step.Done / total} %)" : $" ({step.Done} of {total})" : "";
        Console.Error.WriteLine($"{watch.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture),6} s  {Name(step.Stage)} {step.What}{share}");
    }

    private static string Name(Stage stage) => stage switch
    {
        Stage.Read => "reading",
        Stage.Profile => "profiling",
        Stage.Fit => "fitting",
        Stage.Generate => "generating",
        Stage.Evaluate => "judging",
        Stage.Report => "reporting",
        _ => "verifying",
    };
}
