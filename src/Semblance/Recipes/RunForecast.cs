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
    private const double MeasuredRows = 44_000, MeasuredColumns = 15;

    /// <summary>Rows beyond which judges take a sample.</summary>
    private const double MostJudged = 50_000;

    /// <summary>What the program takes before its first row, and with nothing to do.</summary>
    private const double StartSeconds = 0.3;

    private const long StartBytes = 100L << 20, ReportBytes = 350_000;

    /// <summary>Seconds of one core that a metric takes on the measured table; others take <see cref="OtherMetric"/>.</summary>
    private static readonly FrozenDictionary<string, double> MetricSeconds = new Dictionary<string, double>(StringComparer.Ordinal)
    {
        ["fidelity.shape"] = 0.3, ["fidelity.trend"] = 0.1, ["fidelity.trend-related"] = 0, ["fidelity.marginals-1"] = 0.1, ["fidelity.marginals-2"] = 0, ["fidelity.marginals-3"] = 0.1,
        ["fidelity.missingness"] = 0, ["fidelity.c2st"] = 1.7, ["fidelity.c2st-train"] = 0.3, ["fidelity.c2st-logistic"] = 2.1, ["utility.tstr"] = 0.7, ["utility.global"] = 1.8,
        ["utility.augmentation"] = 1, ["utility.importance"] = 0.4, ["utility.ranking"] = 0.7, ["fairness.representation"] = 0.1, ["fairness.parity"] = 0.1, ["fairness.disparate-impact"] = 0,
        ["fairness.equal-opportunity"] = 0, ["fairness.equalised-odds"] = 0, ["diversity.alpha-precision"] = 0.4, ["diversity.beta-recall"] = 0.1, ["validity.types"] = 0, ["validity.ranges"] = 0,
        ["validity.keys"] = 0.1, ["validity.dependencies"] = 0, ["privacy.exact-copies"] = 0, ["privacy.dcr-share"] = 1.1, ["privacy.dcr-share-subsets"] = 1.2, ["privacy.nndr"] = 0.3,
        ["privacy.singling-out"] = 1.5, ["privacy.linkability"] = 0.5, ["privacy.inference"] = 1, ["privacy.membership"] = 1.1, ["privacy.k-map"] = 0.1, ["privacy.replay"] = 0,
        ["privacy.canaries"] = 0, ["privacy.membership-shadow"] = 0,
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

    /// <summary>Finding the ratio of a mix and writing it; none where no mix is asked for.</summary>
    public double Mix => run.Recipe.Mix is not { } wish ? 0 : Together(MixStep.Seconds(wish, run, Columns / MeasuredColumns / RowsPerSecond(run.Checked.Model.Model)));

    public double Evaluate => Together(Judging + (run.Checked.Attacks ? Attacks : 0));

    /// <summary>Judges take samples, and what they do with them grows less than their rows: by the root, as measured from 1,000 to 50,000 rows of 7 to 23 columns.</summary>
    private double Judging => run.Checked.Metrics.Metrics.Sum(m => MetricSeconds.GetValueOrDefault(m.Name, OtherMetric))
        * Math.Sqrt((Math.Min(MostJudged, run.Train.Rows) + Math.Min(MostJudged, run.Request.Count)) / 2 / MeasuredRows) * (0.85 + 0.15 * Columns / MeasuredColumns);

    /// <summary>Attacks that fit the model anew: how often, on how many rows at most.</summary>
    private double Attacks => run.Checked.Metrics.Metrics.Sum(m => m.Name switch
    {
        "privacy.canaries" => Refits(1, 20_000),
        "privacy.membership-shadow" => Refits(16, 2_000),
        _ => 0,
    });

    private double Refits(int times, int mostRows) => times * FitCost.Seconds(run.Checked.Model, Math.Min(mostRows, run.Train.Rows), Columns);

    public static double Report => 0.2;

    /// <summary>The real rows and their parts, the rows that are judged, and what the fit and the judges hold beside them.</summary>
    public long MemoryBytes => (long)(StartBytes + Cells(run.Real.Rows) * 150 + Cells(run.Train.Rows) * 160 + Cells(Math.Min(RecipeRunning.JudgedRows, run.Request.Count)) * 65 + (run.Recipe.Match ? Cells(Pool()) * 24 : 0));

    public long OutputBytes => (long)(DataBytes + MixBytes + ModelBytes + ReportBytes + run.Request.Count / 4096 * 160.0);

    private double DataBytes => run.Real.Rows == 0 ? 0 : (double)inputBytes / run.Real.Rows * run.Request.Count;

    /// <summary>Where the ratio is to be found, one synthetic row for each real one.</summary>
    private double MixBytes => run.Real.Rows == 0 || run.Recipe.Mix is not { } wish ? 0 : ((double)inputBytes / run.Real.Rows + MarkedRows.Column.Length) * run.Train.Rows * (1 + (wish.Given ?? 1));

    private double Pool() => run.Request.Count * (run.Recipe.Match ? new Matching().Pool : 1.0);

    private double PlannedFit() => run.Checked.Model.Model is Auto auto
        ? AutoPlan.Of(auto, run.Train.Rows, Columns, run.Run.Budget?.Time).Seconds * AutoPlan.Together
        : run.Checked.Model.Model is Refine ? (run.Run.Budget?.Time.TotalSeconds ?? Refine.Usual) * AutoPlan.Together : FitCost.Seconds(run.Checked.Model, run.Train.Rows, Columns);

    private double ModelBytes => run.Checked.Model.Model switch
    {
        Circuit => 33_000 * Columns,
        Cart or Auto => 7.0 * Cells(run.Train.Rows) + 20_000,
        Arf => 6.0 * Cells(run.Train.Rows),
        Diffusion => 4_000_000,
        Argn => 5_700.0 * Columns * Columns,
        Tvae or Ctgan => 20_000 * Columns,
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
        _ => 300_000,
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
                .. recipe.Mix is { } mix ? [new PlannedStep("mix", mix.Given is { } ratio ? string.Create(CultureInfo.InvariantCulture, $"{ratio:0.##} synthetic rows for each real row learned from") : $"the ratio that predicts {recipe.Target} best", run.Train.Rows, Mix)] : Array.Empty<PlannedStep>(),
                new("report", string.Join(", ", RunResult.FilesOf(recipe)), 0, Report),
            ],
        };
    }
}
