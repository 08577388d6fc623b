using System.Collections.Immutable;
using System.Collections.Frozen;
using System.Globalization;
using Semblance.Data;
using Semblance.Metrics;
using Semblance.Models;

namespace Semblance.Recipes;

/// <summary>What a run will cost, by a fixed table of seconds of one core, never by a clock. How far off it was: see <c>docs/recipes.md</c>.</summary>
internal sealed class RunForecast(PreparedRun run)
{
    /// <summary>Rows and columns of the table that judging and sampling were measured on.</summary>
    private const double MeasuredRows = 39_000, MeasuredColumns = 15;

    /// <summary>Rows beyond which judges take a sample.</summary>
    private const double MostJudged = 50_000;

    /// <summary>What the program takes before its first row, and with nothing to do.</summary>
    private const double StartSeconds = 0.3;

    private const long StartBytes = 140L << 20, ReportBytes = 300_000;

    /// <summary>Seconds of one core that a metric takes on the measured table; others take <see cref="OtherMetric"/>.</summary>
    private static readonly FrozenDictionary<string, double> MetricSeconds = new Dictionary<string, double>(StringComparer.Ordinal)
    {
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private const double OtherMetric = 1;

    /// <summary>How much smaller a table is as <c>.gz</c>.</summary>
    private const int Compression = 5;

    private readonly long inputBytes = new FileInfo(run.Recipe.Data).Length * (run.Recipe.Data.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? Compression : 1);

    private int Columns => run.Real.Columns.Length;

    private double Cells(double rows) => rows * Columns;

    /// <summary>Several threads do not quite divide the time.</summary>
    private double Together(double seconds) => seconds * (1 + 0.11 * (run.Run.Threads - 1)) / run.Run.Threads;

    public double Read => StartSeconds + inputBytes * 12e-9;

    public double Split => Cells(run.Real.Rows) * 4e-9;

    /// <summary>The fit, and before it the search for rules that hold in every row.</summary>
    public double Fit => Together(PlannedFit() + Cells(run.Train.Rows) * 0.6e-6);

    public double Generate => Together((Pool() / RowsPerSecond(run.Checked.Model.Model) + run.Request.Count / 2_500_000.0) * Columns / MeasuredColumns + (run.Recipe.Match ? 1 + Cells(Pool()) * 1.2e-6 : 0)) + ModelBytes * 20e-9;

    public double Evaluate => Together(run.Checked.Metrics.Metrics.Sum(m => MetricSeconds.GetValueOrDefault(m.Name, OtherMetric)) * (0.03 + Cells(Math.Min(MostJudged, (run.Train.Rows + run.Request.Count) / 2.0)) / (MeasuredRows * MeasuredColumns)));

    public static double Report => 0.2;

    /// <summary>The real rows and their parts, the rows that are judged, and what the fit and the judges hold beside them.</summary>
    public long MemoryBytes => (long)(StartBytes + Cells(run.Real.Rows) * 24 + Cells(run.Train.Rows) * 40 + Cells(Math.Min(RecipeRunning.JudgedRows, run.Request.Count)) * 40 + (run.Recipe.Match ? Cells(Pool()) * 24 : 0) + ModelBytes * 3.0);

    public long OutputBytes => (long)(DataBytes + ModelBytes + ReportBytes + run.Request.Count / 4096 * 160.0);

    private double DataBytes => run.Real.Rows == 0 ? 0 : (double)inputBytes / run.Real.Rows * run.Request.Count;

    private double Pool() => run.Request.Count * (run.Recipe.Match ? new Matching().Pool : 1.0);

    private double PlannedFit() => run.Checked.Model.Model is Auto auto
        ? AutoPlan.Of(auto, run.Train.Rows, Columns, run.Run.Budget?.Time).Seconds * AutoPlan.Together
        : run.Checked.Model.Model is Refine ? (run.Run.Budget?.Time.TotalSeconds ?? Refine.Usual) * AutoPlan.Together : FitCost.Seconds(run.Checked.Model, run.Train.Rows, Columns);

    private double ModelBytes => run.Checked.Model.Model switch
    {
        Circuit => 60_000 * Columns,
        Cart or Auto => 4.0 * Cells(run.Train.Rows) + 20_000,
        Arf => 6.0 * Cells(run.Train.Rows),
        Diffusion => 4_000_000,
        Argn => 30_000 * Columns,
        Tvae or Ctgan => 500_000,
        _ => 2_000 * Columns,
    };

    /// <summary>Rows of the measured table that one core makes in a second; <c>auto</c> takes trees as a rule.</summary>
    private static double RowsPerSecond(IModel<Table> model) => model switch
    {
        Argn => 250_000,
        Circuit => 706_000,
        Arf => 775_000,
        Tvae => 483_000,
        Ctgan => 463_000,
        Copula => 602_000,
        Independent => 1_774_000,
        Diffusion => 8_395,
        _ => 132_000,
    };

    /// <summary>The whole plan.</summary>
    public RunPlan Plan()
    {
        var (recipe, model) = (run.Recipe, run.Checked.Model.Model);
        var asked = string.Join("; ", new[] { recipe.Where is { } w ? $"where {w}" : "", recipe.Balance is { } b ? $"balanced by {b}" : "", recipe.Fair is { } f ? $"{recipe.Target} independent of {f}" : "", recipe.Match ? "matched to the real rows" : "" }.Where(t => t.Length > 0));
        return new RunPlan
        {
            Recipe = recipe, Folder = Path.GetFullPath(recipe.To!), Settings = model is Refine ? ImmutableSortedDictionary<string, string>.Empty : ModelSettings.Of(model), Gates = run.Checked.Gates, Columns = Columns, Threads = run.Run.Threads, MemoryBytes = MemoryBytes, OutputBytes = OutputBytes,
            Steps =
            [
                new("read", Path.GetFileName(recipe.Data) + (run.HeldOut is null ? "" : " and " + Path.GetFileName(recipe.HoldoutFile)), run.Real.Rows + (run.HeldOut?.Rows ?? 0), Read),
                new("split", run.HeldOut is not null ? "nothing to part: the holdout is a file of its own" : string.Create(CultureInfo.InvariantCulture, $"{run.Train.Rows} to learn from, {run.Holdout?.Rows ?? 0} to judge by"), run.Real.Rows, Split),
                new("fit", model.Id, run.Train.Rows, Fit),
                new("generate", asked, run.Request.Count, Generate),
                new("evaluate", $"{run.Checked.Metrics.Metrics.Length} metrics", Math.Min(RecipeRunning.JudgedRows, run.Request.Count), Evaluate),
                new("report", string.Join(", ", RunResult.Files), 0, Report),
            ],
        };
    }
}
