using System.Globalization;
using Semblance.Numerics;

namespace Semblance.Bench;

/// <summary>Convolutions, forward and backward by data, weight and bias, beside PyTorch in both of its memory layouts.</summary>
internal static unsafe class ConvBench
{
    public static void Run()
    {
        using var peer = TorchPeer.Start();
        Console.WriteLine($"\n### Convolutions, forward and backward, ms (medians of rounds in turn); PyTorch: {peer?.Version ?? "not installed, left out"}\n");
        Console.WriteLine("| kernel, images, channels | threads | ours | GFLOPS | PyTorch | channels last | ratio to the faster |\n|---|---|---|---|---|---|---|");
        foreach (var threads in new[] { 1, 2 })
        {
            Row(peer, "conv28", threads, 3, new Shape(64, 28, 28, 32), 64, 3);
            Row(peer, "conv14", threads, 3, new Shape(64, 14, 14, 64), 128, 3);
            Row(peer, "conv64", threads, 3, new Shape(16, 64, 64, 32), 64, 2);
            Row(peer, "conv_first", threads, 3, new Shape(64, 28, 28, 1), 32, 30);
            Row(peer, "conv_up", threads, 4, new Shape(64, 14, 14, 64), 32, 5);
        }
    }

    /// <summary>3×3 keep the size, 4×4 are transposed and double it. Images of one channel are data, which need no gradient.</summary>
    private static void Row(TorchPeer? peer, string name, int threads, int kernel, Shape images, int outputs, int calls)
    {
        var (up, inputs) = (kernel == 4, images[3]);
        using var tape = new Tape(threads);
        using var parameters = new Parameters(new RandomStream(new Seed(1), "bench"));
        var weight = parameters.Add("weight", up ? new Shape(kernel, kernel, outputs, inputs) : new Shape(kernel, kernel, inputs, outputs), 0.1f);
        var bias = parameters.Add("bias", new Shape(outputs), 0.1f);
        var (x, dy) = (Filled(images.Count), Filled(images.Count / inputs * outputs * (up ? 4 : 1)));
        float* seeded = null;
        void Step()
        {
            tape.Clear();
            parameters.ClearGradients();
            var input = tape.Input(x, images, gradient: inputs > 1);
            var y = up ? input.ConvTranspose2d(tape.Use(weight), tape.Use(bias), 2, 1) : input.Conv2d(tape.Use(weight), tape.Use(bias), 1, 1);
            var gradient = y.TakeGradient(out _);
            if (gradient != seeded) dy.CopyTo(new Span<float>(seeded = gradient, dy.Length)); // the same memory every step, as PyTorch has its own
            tape.PassGradients();
        }
        var (ours, peers) = TorchPeer.InTurn(peer, Step, threads, calls, 9, name, name + "_last");
        var work = 2e-9 * weight.Shape.Count * images.Rows * (inputs > 1 ? 3 : 2);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {kernel}×{kernel}{(up ? " transposed, stride 2" : "")}, {images[0]}×{images[1]}×{images[2]}, {inputs} → {outputs} | {threads} | {1e3 * ours:F2} | {work / ours:F0} | {1e3 * peers[0]:F2} | {1e3 * peers[1]:F2} | {Math.Min(peers[0], peers[1]) / ours:F2} |"));
    }

    private static float[] Filled(int count) => [.. Enumerable.Range(0, count).Select(i => i * 7919 % 1009 / 500f - 1)];
}
