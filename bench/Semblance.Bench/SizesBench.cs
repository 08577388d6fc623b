using System.Diagnostics;
using System.Globalization;
using Semblance.Data;
using Semblance.Metrics;
using Semblance.Models;

namespace Semblance.Bench;

/// <summary>Tables at both ends: 100,000 rows of 80 columns (time, memory, accuracy of one, two and three columns together), and 500 rows of 20 (does it learn by heart?).</summary>
internal static class SizesBench
{
    public static void Wide()
    {
        Console.WriteLine("\n### 100,000 rows x 80 columns, made by a seeded program\n\nAccuracy: mean over combinations of columns of 1 - total variation distance from 100,000 other real rows.\n\n| rows | fit s | generate s | peak MiB | 1 column | 2 columns | 3 columns | mean |\n|---|---|---|---|---|---|---|---|");
        var real = KnownTable.Make(100_000, 80, "train");
        var holdout = KnownTable.Make(100_000, 80, "holdout");
        Row("fresh real", null, null, KnownTable.Make(100_000, 80, "fresh"));
        (IModel<Table> Model, Budget? Budget)[] models = [(new Circuit(), null), (new Argn(), null), (new Auto(), Budget.Parse("5m"))];
        foreach (var (model, budget) in models)
        {
            var watch = Stopwatch.StartNew();
            var run = Run.With(1) with { Budget = budget };
            using var generator = real.FitAsync(model, run).GetAwaiter().GetResult();
            var fit = watch.Elapsed.TotalSeconds;
            watch.Restart();
            var made = generator.GenerateAsync(100_000, Run.With(2)).GetAwaiter().GetResult();
            Row(model is Auto ? $"`auto --budget 5m` (took `{generator.About.Model}`)" : $"`{model.Id}`", fit, watch.Elapsed.TotalSeconds, made);
        }

        void Row(string name, double? fit, double? generate, Table rows)
        {
            var metrics = MetricCatalog.Default.Only("fidelity.marginals-1", "fidelity.marginals-2", "fidelity.marginals-3");
            var scores = metrics.Metrics.Select(m => m.Measure(new Evidence<Table>(holdout, rows), Run.With(3), CancellationToken.None).Value ?? 0).ToArray();
            var peak = Process.GetCurrentProcess().PeakWorkingSet64 / (double)(1 << 20);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {fit:0} | {generate:0.0} | {peak:0} | {scores[0]:.0000} | {scores[1]:.0000} | {scores[2]:.0000} | {scores.Average():.0000} |"));
        }
    }

    public static void Small()
    {
        const int seeds = 10;
        Console.WriteLine($"\n### 500 rows x 20 columns, mean of {seeds} tables of the same structure\n\nJudged against 500 other real rows; detection 1 = can't be told apart.\n\n| model | detection | copies beyond chance | DCR share |\n|---|---|---|---|");
        var models = new (string Name, IModel<Table>? Model)[]
        {
            ("fresh real rows", null), ("`auto`", new Auto { Target = "c06" }), ("`cart`", new Cart { Target = "c06" }), ("`argn`", new Argn { Target = "c06" }), ("`circuit`", new Circuit()), ("`copula`", new Copula { Target = "c06" }),
        };
        foreach (var (name, model) in models)
        {
            var sums = new double[3];
            for (var seed = 0; seed < seeds; seed++)
            {
                Table Part(string part) => KnownTable.Make(500, 20, $"{part}{seed.ToString(CultureInfo.InvariantCulture)}");
                var (train, holdout) = (Part("train"), Part("holdout"));
                var rows = Part("fresh");
                if (model is not null)
                {
                    using var generator = train.FitAsync(model, Run.With((ulong)seed)).GetAwaiter().GetResult();
                    rows = generator.GenerateAsync(500, Run.With(100)).GetAwaiter().GetResult();
                }
                var metrics = MetricCatalog.Default.Only("fidelity.c2st", "privacy.dcr-share", "privacy.exact-copies");
                for (var k = 0; k < 3; k++) sums[k] += (metrics.Metrics[k].Measure(new Evidence<Table>(train, rows) { Holdout = holdout }, Run.With(3), CancellationToken.None).Value ?? 0) / seeds;
            }
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {sums[0]:.000} | {sums[1]:.0000} | {sums[2]:.000} |"));
        }
    }
}
