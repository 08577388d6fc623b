using System.Diagnostics;
using System.Text.Json;
using Semblance.Data;
using Semblance.Metrics;
using Semblance.Numerics;
using Xunit.Abstractions;

namespace Semblance.Tests.Metrics;

/// <summary>
/// Our scores beside those of an independent scorer in Python on the same files. What is computed from all rows must agree to rounding; what samples rows or trains
/// learners, within what two seeds of the same method differ by.
/// </summary>
public sealed class ScorerAgreementTests(ITestOutputHelper output)
{
    private const string Python = "/usr/bin/python3";

    [Theory]
    [InlineData("insurance", 0.15, 0.03, 0.06)]
    [InlineData("churn", 0.12, 0.03, 0.06)]
    public async Task Agrees_with_the_independent_scorer(string name, double detection, double utility, double distance)
    {
        if (SharedTables.Folder() is not { } shared || !await HasPythonAsync())
        {
            output.WriteLine("skipped: needs ../shared and python3 with pandas, scikit-learn, xgboost");
            return;
        }
        var folder = Directory.CreateTempSubdirectory("semblance-agreement-");
        try
        {
            var json = Path.Combine(shared, "data", "tabular", name + ".json");
            Write(Path.Combine(shared, "data", "tabular", name + ".csv"), folder.FullName);
            string Part(string part) => Path.Combine(folder.FullName, part + ".csv");
            var scorer = await ScoreAsync(shared, Part("train"), Part("test"), Part("synth"), json);
            Table train = SharedTables.Read(Part("train"), json), holdout = SharedTables.Read(Part("test"), json), synthetic = SharedTables.Read(Part("synth"), json);
            var target = JsonDocument.Parse(await File.ReadAllTextAsync(json)).RootElement.GetProperty("target").GetString();
            var card = await synthetic.EvaluateAsync(train, holdout, target, Run.With(1));

            double Theirs(string key) => scorer.GetProperty(key).GetDouble();
            double Ours(string metric) => card[metric].Score.Value!.Value;
            void Near(string what, double theirs, double ours, double tolerance)
            {
                output.WriteLine($"{name} {what}: scorer {theirs:F6}, ours {ours:F6}");
                Assert.InRange(ours, theirs - tolerance, theirs + tolerance);
            }

            Near("shape", Theirs("shape_error"), 100 * (1 - Ours("fidelity.shape")), 1e-9);
            Near("trend", Theirs("trend_error"), 100 * (1 - Ours("fidelity.trend")), 1e-9);
            Near("related", Theirs("trend_error_assoc"), 100 * (1 - Ours("fidelity.trend-related")), 1e-9);
            Near("related pairs", Theirs("pairs_assoc"), card.Pairs!.RelatedPairs, 0);
            Near("gaps", Theirs("missing_error"), 100 * card.Columns.Average(c => Math.Abs(c.MissingReal - c.MissingSynthetic)), 1e-9);
            Near("copies", Theirs("exact_copies"), Ours("privacy.exact-copies"), 1e-12);
            // One detector run of the scorer and one of ours differ by folds and sampled rows.
            Near("c2st train", Theirs("c2st_gbm"), Ours("fidelity.c2st-train"), detection);
            Near("c2st", Theirs("c2st_gbm_test"), Ours("fidelity.c2st"), detection);
            Near("c2st logistic", Theirs("c2st_logistic"), Ours("fidelity.c2st-logistic"), 0.05);
            Near("tstr", scorer.GetProperty("mle").GetProperty("ratio").GetDouble(), Ours("utility.tstr"), utility);
            Near("alpha-precision", Theirs("alpha_precision"), Ours("diversity.alpha-precision"), 1e-3);
            Near("beta-recall", Theirs("beta_recall"), Ours("diversity.beta-recall"), 2e-3);
            Near("dcr share", Theirs("dcr_share"), Ours("privacy.dcr-share"), distance);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Splits 80/20 and makes a poor imitation: each row a training row of which one cell in eight comes from another.</summary>
    private static void Write(string csv, string folder)
    {
        var lines = File.ReadAllLines(csv);
        var rows = lines[1..Math.Min(lines.Length, 2_501)]; // the scorer's neighbours take long on more
        new RandomStream(new Seed(4), "split").Sequence().Shuffle(rows.AsSpan());
        var cut = rows.Length * 8 / 10;
        var cells = rows[..cut].Select(r => r.Split(',')).ToArray();
        var synthetic = new string[cut];
        for (var i = 0; i < cut; i++)
        {
            var sequence = new RandomStream(new Seed(4), "blend").Sequence(i);
            string[] first = cells[sequence.NextBelow(cut)], second = cells[sequence.NextBelow(cut)];
            synthetic[i] = string.Join(',', first.Select((c, k) => sequence.NextUnit() < 0.125 ? second[k] : c));
        }
        File.WriteAllLines(Path.Combine(folder, "train.csv"), [lines[0], .. rows[..cut]]);
        File.WriteAllLines(Path.Combine(folder, "test.csv"), [lines[0], .. rows[cut..]]);
        File.WriteAllLines(Path.Combine(folder, "synth.csv"), [lines[0], .. synthetic]);
    }

    private static async Task<bool> HasPythonAsync() => File.Exists(Python) && (await RunAsync("-c", "import pandas, sklearn, xgboost")).Code == 0;

    private static async Task<JsonElement> ScoreAsync(string shared, string train, string test, string synth, string json)
    {
        var (code, text) = await RunAsync(Path.Combine(shared, "score", "tabular.py"), "--train", train, "--test", test, "--synth", synth, "--types", json, "--threads", "1");
        Assert.Equal(0, code);
        return JsonDocument.Parse(text).RootElement;
    }

    private static async Task<(int Code, string Text)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var text = await process.StandardOutput.ReadToEndAsync();
        await Task.WhenAll(errors, process.WaitForExitAsync());
        return (process.ExitCode, text);
    }
}
