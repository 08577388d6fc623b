using System.Globalization;
using Semblance.Numerics;

namespace Semblance.Bench;

/// <summary>Losses, draws and dropout over a batch of 500 rows × 300 columns, forward and backward, nanoseconds an element on one thread.</summary>
internal static class LossBench
{
    public static void Run()
    {
        const int rows = 500, columns = 300, count = rows * columns;
        var stream = new RandomStream(new Seed(1), "bench/losses");
        using var tape = new Tape();
        var shape = new Shape(rows, columns);
        float[] x = new float[count], z = new float[count], y = new float[count];
        tape.Normal(shape, stream, 0).Values.CopyTo(x);
        tape.Uniform(shape, stream, 0).Values.CopyTo(z);
        var (narrow, middle, wide) = (Equal(2), Equal(20), Equal(300));
        (string Name, Func<Tensor, Tensor>? Work)[] works =
        [
            ("copy of the input alone (in every row below)", null),
            ("cross-entropy, 1 block of 300", t => t.SoftmaxCrossEntropy(wide, Targets(wide))),
            ("cross-entropy, 15 blocks of 20", t => t.SoftmaxCrossEntropy(middle, Targets(middle))),
            ("cross-entropy, 150 blocks of 2", t => t.SoftmaxCrossEntropy(narrow, Targets(narrow))),
            ("softmax, 15 blocks of 20, and a sum", t => t.Softmax(middle).Sum()),
            ("Gumbel softmax, 15 blocks of 20, and a sum", t => t.GumbelSoftmax(middle, 0.2f, stream, tape.Step).Sum()),
            ("dropout and a sum", t => t.Dropout(0.25f, stream, tape.Step).Sum()),
            ("normals added and a sum", t => t.Plus(tape.Normal(shape, stream, tape.Step)).Sum()),
            ("sum", t => t.Sum()),
            ("mean squared error", t => t.MeanSquaredError(tape.Input(z, shape))),
            ("binary cross-entropy", t => t.BinaryCrossEntropy(tape.Input(z, shape))),
        ];
        Action[] actions =
        [
            () => FastMath.Exp(x, y),
            .. works.Select(work => (Action)(() =>
            {
                tape.Clear();
                var input = tape.Input(x, shape, gradient: true);
                work.Work?.Invoke(input).Backward();
            })),
        ];
        var seconds = Measure.InTurn(actions, 20, 101);
        Console.WriteLine("\n### Losses and noise, 500 × 300, forward and backward, 1 thread\n\n| | ns an element |\n|---|---|");
        for (var i = 0; i < actions.Length; i++)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {(i == 0 ? "FastMath.Exp, float span, for comparison" : works[i - 1].Name)} | {seconds[i] / count * 1e9:F2} |"));

        static ColumnBlocks Equal(int width) => ColumnBlocks.OfWidths([.. Enumerable.Repeat(width, columns / width)]);
    }

    private static readonly Dictionary<ColumnBlocks, int[]> Known = [];

    private static int[] Targets(ColumnBlocks blocks)
    {
        if (!Known.TryGetValue(blocks, out var targets)) Known[blocks] = targets = [.. Enumerable.Range(0, 500 * blocks.Count).Select(i => i * 7 % blocks[0].Width)];
        return targets;
    }
}
