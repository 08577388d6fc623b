using System.Globalization;
using Semblance.Numerics;

namespace Semblance.Bench;

/// <summary>Losses, draws and dropout over a batch of 500 rows × 300 columns, forward and backward, on one thread, in turn with PyTorch where it is installed.</summary>
internal static class LossBench
{
    private const int Rows = 500, Columns = 300;

    public static void Run()
    {
        using var torch = TorchPeer.Start();
        using var tape = new Tape();
        var (stream, shape) = (new RandomStream(new Seed(1), "bench/losses"), new Shape(Rows, Columns));
        var (x, z) = (tape.Normal(shape, stream, 0).Values.ToArray(), tape.Uniform(shape, stream, 0).Values.ToArray());
        Console.WriteLine($"\n### Losses and noise, 500 × 300, forward and backward, 1 thread{(torch is null ? "" : $", beside PyTorch {torch.Version}")}\n");
        Console.WriteLine("| | ns an element | PyTorch: ns | PyTorch's time over ours |\n|---|---|---|---|");
        var exponentials = new float[x.Length];
        Row("FastMath.Exp, float span, for comparison", () => FastMath.Exp(x, exponentials));
        CrossEntropy(300, "cross_entropy_300");
        CrossEntropy(20, "cross_entropy_20", "cross_entropy_20_joined");
        CrossEntropy(2, "cross_entropy_2_joined");
        Work("softmax, 15 blocks of 20, and a sum", t => t.Softmax(Blocks(20)).Sum(), "softmax_20_joined");
        Work("Gumbel softmax, 15 blocks of 20, and a sum", t => t.GumbelSoftmax(Blocks(20), 0.2f, stream, tape.Step).Sum(), "gumbel_20_joined");
        Work("dropout and a sum", t => t.Dropout(0.25f, stream, tape.Step).Sum(), "dropout");
        Work("normals added and a sum", t => t.Plus(tape.Normal(shape, stream, tape.Step)).Sum(), "normals");
        Work("mean squared error", t => t.MeanSquaredError(tape.Input(z, shape)), "mean_squared_error");
        Work("binary cross-entropy", t => t.BinaryCrossEntropy(tape.Input(z, shape)), "binary_cross_entropy");

        void CrossEntropy(int width, params string[] peers)
        {
            var blocks = Blocks(width);
            int[] targets = [.. Enumerable.Range(0, Rows * blocks.Count).Select(i => i * 7 % width)];
            Work($"cross-entropy, {blocks.Count} block{(blocks.Count > 1 ? "s" : "")} of {width}", t => t.SoftmaxCrossEntropy(blocks, targets), peers);
        }

        void Work(string name, Func<Tensor, Tensor> work, params string[] peers) => Row(name, () =>
        {
            tape.Clear();
            work(tape.Input(x, shape, gradient: true)).Backward(); // ours copies its input, PyTorch's is there already
        }, peers);

        void Row(string name, Action ours, params string[] peers)
        {
            var (seconds, theirs) = TorchPeer.InTurn(torch, ours, 1, 20, 21, peers);
            var found = torch is null ? [] : theirs;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {Ns(seconds):F2} | {string.Join(", ", found.Select((s, i) => Form(peers[i]) + Ns(s).ToString("F1", CultureInfo.InvariantCulture)))} | {string.Join(", ", found.Select(s => (s / seconds).ToString("F1", CultureInfo.InvariantCulture)))} |"));
        }

        static double Ns(double seconds) => seconds / (Rows * Columns) * 1e9;

        static string Form(string peer) => peer.EndsWith("joined", StringComparison.Ordinal) ? "as one matrix " : "";

        static ColumnBlocks Blocks(int width) => ColumnBlocks.OfWidths([.. Enumerable.Repeat(width, Columns / width)]);
    }
}
