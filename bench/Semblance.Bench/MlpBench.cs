using System.Globalization;
using Semblance.Numerics;

namespace Semblance.Bench;

/// <summary>
/// A training step of a fully connected network: on the tape, with layers written by hand on the same kernels (what the tape costs), and in PyTorch; then how much memory ten thousand
/// steps take.
/// </summary>
internal static unsafe class MlpBench
{
    public static void Run()
    {
        using var peer = TorchPeer.Start();
        Console.WriteLine($"\n### Training step of an MLP, ReLU, mean squared error, Adam (medians of rounds in turn); PyTorch: {peer?.Version ?? "not installed, left out"}\n");
        Console.WriteLine("| network | threads | tape, steps/s | by hand | tape/hand | PyTorch | ratio | GFLOPS |\n|---|---|---|---|---|---|---|---|");
        foreach (var threads in new[] { 1, 2 })
        {
            Row(peer, "mlp", "300-256-256-300, batch 500", threads, 500, 40, [300, 256, 256, 300]);
            Row(peer, "small_mlp", "30-64-64-1, batch 64", threads, 64, 2000, [30, 64, 64, 1]);
        }
        Memory();
    }

    private static void Row(TorchPeer? peer, string name, string title, int threads, int batch, int calls, int[] widths)
    {
        const int rounds = 11;
        using var tape = new OnTape(threads, batch, widths);
        using var hand = new ByHand(threads, batch, widths);
        var turns = Measure.InTurn([tape.Step, hand.Step], calls, 21);
        var (ours, peers) = TorchPeer.InTurn(peer, tape.Step, threads, calls, rounds, name);
        var work = 0L;
        for (var i = 1; i < widths.Length; i++) work += (i == 1 ? 4L : 6L) * batch * widths[i - 1] * widths[i];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {title} | {threads} | {1 / ours:N0} | {1 / turns[1]:N0} | {turns[0] / turns[1] - 1:+0.0%;-0.0%} | {1 / peers[0]:N0} | {peers[0] / ours:F2} | {work / ours / 1e9:F0} |"));
    }

    private static void Memory()
    {
        using var net = new OnTape(1, 64, [30, 64, 64, 1]);
        for (var i = 0; i < 100; i++) net.Step();
        var (native, managed) = (net.Tape.Bytes, GC.GetAllocatedBytesForCurrentThread());
        for (var i = 0; i < 10_000; i++) net.Step();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"\n10,000 steps of the small network: native memory grew by {net.Tape.Bytes - native} bytes (of {native:N0}); {(GC.GetAllocatedBytesForCurrentThread() - managed) / 10_000:N0} managed bytes a step; peak of the process so far {System.Diagnostics.Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB"));
    }

    private static float[] Data(int count) => [.. Enumerable.Range(0, count).Select(i => i * 7919 % 1009 / 500f - 1)];

    private sealed class OnTape : IDisposable
    {
        private readonly Parameters parameters = new(new RandomStream(new Seed(1), "bench"));
        private readonly Mlp net;
        private readonly Adam adam;
        private readonly float[] x, y;
        private readonly Shape inputs, outputs;

        public OnTape(int threads, int batch, int[] widths)
        {
            Tape = new Tape(threads);
            net = new Mlp(parameters, "net", Activation.Relu, widths);
            adam = new Adam(parameters, tape: Tape);
            (inputs, outputs) = (new Shape(batch, widths[0]), new Shape(batch, widths[^1]));
            (x, y) = (Data(inputs.Count), Data(outputs.Count));
        }

        public Tape Tape { get; }

        public void Step()
        {
            Tape.Clear();
            net.Apply(Tape.Input(x, inputs)).MeanSquaredError(Tape.Input(y, outputs)).Backward();
            adam.Update();
        }

        public void Dispose()
        {
            adam.Dispose();
            parameters.Dispose();
            Tape.Dispose();
        }
    }

    /// <summary>The same step without tape or tensors: buffers made once, every product and loop called directly.</summary>
    private sealed class ByHand : IDisposable
    {
        private readonly Parameters parameters = new(new RandomStream(new Seed(1), "bench"));
        private readonly Tape threads;
        private readonly Parameter[] weights, biases;
        private readonly NativeBuffer[] values, gradients;
        private readonly Adam adam;
        private readonly float[] x, y;
        private readonly int batch;
        private readonly int[] widths;

        public ByHand(int threads, int batch, int[] widths)
        {
            this.threads = new Tape(threads);
            (this.batch, this.widths) = (batch, widths);
            var layers = widths.Length - 1;
            weights = [.. Enumerable.Range(0, layers).Select(i => parameters.Add($"w{i}", new Shape(widths[i], widths[i + 1]), 0.05f))];
            biases = [.. Enumerable.Range(0, layers).Select(i => parameters.Add($"b{i}", new Shape(widths[i + 1]), 0.05f))];
            values = [.. widths.Select(width => new NativeBuffer(batch * width))];
            gradients = [.. widths.Select(width => new NativeBuffer(batch * width))];
            adam = new Adam(parameters, tape: this.threads);
            (x, y) = (Data(batch * widths[0]), Data(batch * widths[^1]));
        }

        public void Step()
        {
            var gang = threads.Gang;
            x.CopyTo(new Span<float>(values[0].Data, x.Length));
            for (var i = 0; i < weights.Length; i++)
                Gemm.Multiply(gang, new Matrix(values[i].Data, batch, widths[i]), new Matrix(weights[i].Data, widths[i], widths[i + 1]), new Matrix(values[i + 1].Data, batch, widths[i + 1]),
                    bias: biases[i].Data, activation: i < weights.Length - 1 ? Activation.Relu : Activation.None);
            fixed (float* target = y)
                Vectors.Sum(values[^1].Data, target, gradients[^1].Data, y.Length, 2f / y.Length, -2f / y.Length, 0);
            for (var i = weights.Length - 1; i >= 0; i--)
            {
                var d = gradients[i + 1].Data;
                if (i < weights.Length - 1) ActivationKernels.Pass(Activation.Relu, null, values[i + 1].Data, d, d, batch * widths[i + 1], false);
                var slope = new Matrix(d, batch, widths[i + 1]);
                Reductions.SumRows(threads, slope, biases[i].TakeGradient(out _), false);
                Gemm.Multiply(gang, new Matrix(values[i].Data, batch, widths[i]).Transposed, slope, new Matrix(weights[i].TakeGradient(out _), widths[i], widths[i + 1]));
                if (i > 0) Gemm.Multiply(gang, slope, new Matrix(weights[i].Data, widths[i], widths[i + 1]).Transposed, new Matrix(gradients[i].Data, batch, widths[i]));
            }
            adam.Update();
        }

        public void Dispose()
        {
            adam.Dispose();
            foreach (var buffer in values.Concat(gradients)) buffer.Dispose();
            parameters.Dispose();
            threads.Dispose();
        }
    }
}
