using System.Globalization;
using Semblance.Numerics;

namespace Semblance.Bench;

/// <summary>Convolutions with kernels of 3×3, forward and backward by data, weight and bias, beside PyTorch in both of its memory layouts.</summary>
internal static unsafe class ConvBench
{
    public static void Run()
    {
        using var peer = TorchPeer.Start();
        Console.WriteLine($"\n### Convolution 3×3, forward and backward, ms (medians of rounds in turn); PyTorch: {peer?.Version ?? "not installed, left out"}\n");
        Console.WriteLine("| images, channels | threads | ours | PyTorch | PyTorch, channels last | ratio to the faster | GFLOPS | of which forward | by data | by weight |\n|---|---|---|---|---|---|---|---|---|---|");
        foreach (var threads in new[] { 1, 2 })
        {
            Row(peer, "conv28", threads, 64, 28, 32, 64, 6);
            Row(peer, "conv14", threads, 64, 14, 64, 128, 6);
            Row(peer, "conv64", threads, 16, 64, 32, 64, 4);
            Row(peer, "conv_first", threads, 64, 28, 1, 32, 20);
        }
    }

    private static void Row(TorchPeer? peer, string name, int threads, int batch, int size, int inputs, int outputs, int calls)
    {
        using var tape = new Tape(threads);
        using var parameters = new Parameters(new RandomStream(new Seed(1), "bench"));
        var weight = parameters.Add("weight", new Shape(3, 3, inputs, outputs), 0.1f);
        var bias = parameters.Add("bias", new Shape(outputs), 0.1f);
        var (x, dy) = (Filled(batch * size * size * inputs), Filled(batch * size * size * outputs));
        var shape = new Shape(batch, size, size, inputs);
        using NativeBuffer from = Buffer(x), to = Buffer(dy), dx = Buffer(x), dw = Buffer(x.AsSpan(0, 1).ToArray(), weight.Shape.Count);
        float* seeded = null;
        void Step()
        {
            tape.Clear();
            parameters.ClearGradients();
            var y = tape.Input(x, shape, gradient: inputs > 1).Conv2d(tape.Use(weight), tape.Use(bias), 1, 1);
            var gradient = y.TakeGradient(out _);
            if (gradient != seeded) dy.CopyTo(new Span<float>(seeded = gradient, dy.Length)); // the same memory every step, as PyTorch has its own
            tape.PassGradients();
        }
        var (ours, peers) = TorchPeer.InTurn(peer, Step, threads, calls, 11, name, name + "_last");
        var geometry = new ConvolutionShape(batch, size, size, inputs, size, size, outputs, 3, 3, 1, 1);
        var parts = Measure.InTurn(
        [
            () => Convolution.ToSmall(tape.Gang, geometry, from.Data, weight.Data, to.Data, false),
            () => Convolution.ToLarge(tape.Gang, geometry, to.Data, weight.Data, dx.Data, false),
            () => Convolution.ToWeight(tape.Gang, geometry, from.Data, to.Data, dw.Data, false),
        ], calls, 5);
        var work = 2e-9 * batch * size * size * inputs * outputs * 9;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {batch}×{size}×{size}, {inputs} → {outputs} | {threads} | {1e3 * ours:F2} | {1e3 * peers[0]:F2} | {1e3 * peers[1]:F2} | {Math.Min(peers[0], peers[1]) / ours:F2} | {(inputs > 1 ? 3 : 2) * work / ours:F0} | {work / parts[0]:F0} | {work / parts[1]:F0} | {work / parts[2]:F0} |"));
    }

    private static float[] Filled(int count) => [.. Enumerable.Range(0, count).Select(i => i * 7919 % 1009 / 500f - 1)];

    private static NativeBuffer Buffer(float[] values, int count = 0)
    {
        var buffer = new NativeBuffer(Math.Max(count, values.Length));
        values.CopyTo(new Span<float>(buffer.Data, values.Length));
        return buffer;
    }
}
