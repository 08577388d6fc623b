using System.Diagnostics;
using System.Globalization;
using Semblance.Data;
using Semblance.Models;

namespace Semblance.Bench;

/// <summary>
/// Rows a second that each model makes on one thread, of Adult where the shared data are there, else of a table of that size with known structure. Networks are trained for one pass: speed does not depend
/// on what they learned. <c>diffusion</c> has a bench of its own. The multiplications of <c>argn</c> are what single rows would need: rows that agree in the first columns share theirs.
/// </summary>
internal static class SamplingBench
{
    /// <summary>What one core does at most with these networks' products (bench gemm).</summary>
    private const double Limit = 116e9;

    public static void Run()
    {
        var path = Path.Combine(Environment.GetEnvironmentVariable("SEMBLANCE_SHARED") ?? Path.Combine("..", "shared"), "data", "tabular", "adult.csv");
        var adult = File.Exists(path);
        var real = adult ? Table.ReadAsync(path).GetAwaiter().GetResult() : KnownTable.Make(40_000, 15, "train");
        IModel<Table>[] models = adult
            ? [new Argn { Target = "income", Epochs = 1 }, new Circuit(), new Cart { Target = "income" }, new Arf(), new Tvae { Epochs = 1 }, new Ctgan { Steps = 50 }, new Copula { Target = "income" }, new Independent()]
            : [new Argn { Epochs = 1 }, new Circuit(), new Cart(), new Arf(), new Tvae { Epochs = 1 }, new Ctgan { Steps = 50 }, new Copula(), new Independent()];
        Console.WriteLine($"\n### Rows a second, {(adult ? "Adult" : "40,000 rows of 15 columns with known structure")}, 1 thread, processor time, median of 5\n");
        Console.WriteLine("| model | rows/s/core | multiplications a row in networks | share of the limit of products |\n|---|---|---|---|");
        foreach (var model in models)
        {
            using var generator = real.FitAsync(model, Semblance.Run.With(1)).GetAwaiter().GetResult();
            const int rows = 200_000;
            var run = Semblance.Run.With(2) with { Threads = 1 };
            generator.GenerateAsync(rows / 4, run).GetAwaiter().GetResult();
            var seconds = new double[5];
            for (var i = 0; i < seconds.Length; i++)
            {
                using var process = Process.GetCurrentProcess();
                var start = process.TotalProcessorTime;
                generator.GenerateAsync(rows, run).GetAwaiter().GetResult();
                process.Refresh();
                seconds[i] = (process.TotalProcessorTime - start).TotalSeconds;
            }
            Array.Sort(seconds);
            var rate = rows / seconds[2];
            var products = Products(model, generator);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| `{model.Id}` | {rate:N0} | {(products == 0 ? "none" : products.ToString("N0", CultureInfo.InvariantCulture))} | {(products == 0 ? "" : (2 * products * rate / Limit).ToString("P0", CultureInfo.InvariantCulture))} |"));
        }
    }

    /// <summary>Layers of the networks; the first of <c>argn</c> is a table of sums and has none.</summary>
    private static double Products(IModel<Table> model, IGenerator<Table> generator) => (model, ((TabularGenerator)generator).Sampler) switch
    {
        (Argn, _) => Sizes(generator, "hidden", "output"),
        (Tvae tvae, CodedSampler coded) => (double)tvae.Hidden * (tvae.Latent + tvae.Hidden) + (double)coded.Head.Units * coded.Head.Padded,
        (Ctgan ctgan, CodedSampler coded) => (double)ctgan.Hidden * (ctgan.Noise + ctgan.Hidden) + (double)coded.Head.Units * coded.Head.Padded,
        _ => 0,
    };

    /// <summary>Numbers in the arrays of a model file whose names end so.</summary>
    private static double Sizes(IGenerator<Table> generator, params string[] ends)
    {
        var archive = TabularFile.Pack(generator);
        return archive.Names.Where(name => ends.Contains(name.Split('/')[^1])).Sum(name => archive.Shape(name).Aggregate(1.0, (product, side) => product * side));
    }
}
