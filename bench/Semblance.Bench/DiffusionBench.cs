using System.Diagnostics;
using System.Globalization;
using Semblance.Data;
using Semblance.Models;
using Semblance.Numerics;

namespace Semblance.Bench;

/// <summary>
/// Rows a second that <see cref="Diffusion"/> makes on one core of a table in the shape of Adult (39,000 rows; 14 columns of tokens, 440 tokens in all, one line of numbers), and what share of the
/// speed of matrix products that is. Training is cut short: speed does not depend on what was learned.
/// </summary>
internal static unsafe class DiffusionBench
{
    private const int Rows = 39_000, Made = 16_384;
    private static readonly int[] Levels = [9, 16, 7, 15, 6, 5, 2, 42, 2, 73, 16, 100, 80, 67];

    public static void Run()
    {
        var model = new Diffusion { Epochs = 1 };
        var run = Semblance.Run.With(1) with { Threads = 1 };
        using var generator = model.FitAsync(Adult(), run).GetAwaiter().GetResult();
        generator.GenerateAsync(4_096, run).GetAwaiter().GetResult();
        var made = Median(() => generator.GenerateAsync(Made, run).GetAwaiter().GetResult());
        int width = model.WidthFor(Rows), hidden = (model.Layers - 1) * width * width, tokens = Levels.Sum(), lines = 1;
        var products = (double)Levels.Length * hidden + (double)tokens * width + (double)model.Steps * (hidden + (DiffusionNoise.Inputs(lines) + lines) * width);
        var limit = Limit(width);
        var reached = 2 * products * Made / made;
        Console.WriteLine("\n### diffusion, rows in the shape of Adult, 1 thread, processor time\n");
        Console.WriteLine("| rows/s/core | multiplications a row | GFLOPS | of matrix products as they are here (64 rows) |\n|---|---|---|---|");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {Made / made:N0} | {products:N0} | {reached / 1e9:F0} | {reached / limit:P0} of {limit / 1e9:F0} |"));
    }

    private static Table Adult()
    {
        var columns = new List<Column>();
        for (var c = 0; c <= Levels.Length; c++)
        {
            var stream = new RandomStream(new Seed(1), $"bench/diffusion/{c}");
            if (c == Levels.Length) columns.Add(new NumberColumn(new ColumnSchema("weight", ColumnKind.Integer) { Number = NumberForm.Integer }, [.. Enumerable.Range(0, Rows).Select(row => (double)stream.Words(row).A)]));
            else
            {
                var levels = Levels[c];
                columns.Add(new CategoryColumn(new ColumnSchema($"c{c}", ColumnKind.Category), [.. Enumerable.Range(0, Rows).Select(row => RandomStream.Below(stream.Words(row).A, levels))], [.. Enumerable.Range(0, levels).Select(l => $"level {l}")]));
            }
        }
        return new Table([.. columns]);
    }

    /// <summary>Operations a second of the product that most of the work is.</summary>
    private static double Limit(int width)
    {
        const int rows = 64, times = 2_000;
        using var buffer = new NativeBuffer(2 * rows * width + width * width);
        new Span<float>(buffer.Data, (int)buffer.Count).Fill(0.01f);
        using var workspace = new Workspace();
        float* from = buffer.Data, to = from + rows * width, weight = to + rows * width;
        var seconds = Median(() =>
        {
            for (var i = 0; i < times; i++) Gemm.Multiply(workspace, new Matrix(from, rows, width), new Matrix(weight, width, width), new Matrix(to, rows, width));
        });
        return 2.0 * times * rows * width * width / seconds;
    }

    private static double Median(Action work)
    {
        var seconds = new double[5];
        for (var i = 0; i < seconds.Length; i++)
        {
            using var process = Process.GetCurrentProcess();
            var start = process.TotalProcessorTime;
            work();
            process.Refresh();
            seconds[i] = (process.TotalProcessorTime - start).TotalSeconds;
        }
        Array.Sort(seconds);
        return seconds[seconds.Length / 2];
    }
}
