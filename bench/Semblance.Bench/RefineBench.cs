using System.Globalization;
using System.Text.Json;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Metrics;
using Semblance.Models;
using Semblance.Recipes;

namespace Semblance.Bench;

/// <summary>The guided search of <c>refine</c> against random search over the same families and settings with the same budget, on real tables; an untouched holdout judges three tables made by what each found.</summary>
internal static class RefineBench
{
    private const int Seeds = 5, Draws = 3;
    private const string Seconds = "30s";

    public static void Run()
    {
        var folder = Path.Combine(Environment.GetEnvironmentVariable("SEMBLANCE_SHARED") ?? "../shared", "data", "tabular");
        if (!Directory.Exists(folder)) { Console.WriteLine($"skipped: {folder} is not there"); return; }
        Console.WriteLine($"\n### `refine` against random search, budget {Seconds}, {Seeds} seeds\n\nDetection + utility on the untouched holdout, mean of {Draws} made tables; in brackets the greatest DCR share.\n\n| table | seed | guided | random | taken by guided | taken by random |\n|---|---|---|---|---|---|");
        foreach (var table in (string[])["beijing", "adult", "magic", "shoppers", "churn", "insurance"])
        {
            var real = Table.ReadAsync(Path.Combine(folder, table + ".csv"), new TableOptions(), Semblance.Run.With(0)).GetAwaiter().GetResult();
            using var meta = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, table + ".json")));
            var target = meta.RootElement.GetProperty("target").GetString();
            double guided = 0, random = 0;
            for (ulong seed = 1; seed <= Seeds; seed++)
            {
                var first = Try(real, target, RefineSearch.Guided, seed);
                var second = Try(real, target, RefineSearch.Random, seed);
                guided += first.Merit / Seeds;
                random += second.Merit / Seeds;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {table} | {seed} | {first.Merit:0.000} ({first.Share:.000}) | {second.Merit:0.000} ({second.Share:.000}) | {first.Taken} | {second.Taken} |"));
            }
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| **{table}** | **mean** | **{guided:0.000}** | **{random:0.000}** | | |"));
        }
    }

    private static (double Merit, double Share, string Taken) Try(Table real, string? target, RefineSearch search, ulong seed)
    {
        var run = Semblance.Run.With(seed);
        var (train, holdout) = real.Split(0.8, run);
        using var generator = train.FitAsync(new Refine { Target = target, Search = search, Prefer = AutoPreference.Speed }, run with { Budget = Budget.Parse(Seconds) }).GetAwaiter().GetResult();
        var metrics = MetricCatalog.Default.Only("fidelity.c2st", "utility.tstr", "privacy.dcr-share");
        double merit = 0, share = 0;
        for (ulong draw = 0; draw < Draws; draw++)
        {
            var own = Semblance.Run.With(1_000 * seed + draw);
            var card = generator.GenerateAsync(train.Rows, own).GetAwaiter().GetResult().EvaluateAsync(train, holdout, target, own, metrics).GetAwaiter().GetResult();
            merit += ((card["fidelity.c2st"].Score.Value ?? 0) + Math.Min(1, card["utility.tstr"].Score.Value ?? 0)) / Draws;
            share = Math.Max(share, card["privacy.dcr-share"].Score.Value ?? 0);
        }
        var taken = generator.About.Trail.First(t => t.Chosen);
        return (merit, share, $"`{taken.Model}` {taken.Spec} ({generator.About.Trail.Length} tried)");
    }
}
