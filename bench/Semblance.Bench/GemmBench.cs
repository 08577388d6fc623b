using System.Diagnostics;
using System.Globalization;
using Semblance.Numerics;

namespace Semblance.Bench;

/// <summary>Matrix multiplication beside OpenBLAS: both take turns within each round, so that what disturbs the machine disturbs both.</summary>
internal static unsafe class GemmBench
{
    private static readonly (int M, int N, int K)[] Shapes =
        [(256, 256, 256), (512, 512, 512), (1024, 1024, 1024), (2048, 2048, 2048), (500, 256, 256), (500, 256, 300), (500, 300, 256), (4096, 1024, 1024)];

    public static void Run()
    {
        Console.WriteLine($"\n### GEMM, float32, GFLOPS (medians of rounds in turn); OpenBLAS: {(OpenBlas.Exists ? OpenBlas.Core : "not installed, left out")}\n");
        Console.WriteLine("| m×n×k | 1 thread | OpenBLAS | ratio | 2 threads | OpenBLAS | scaling | OpenBLAS |\n|---|---|---|---|---|---|---|---|");
        using var one = new Gang(1);
        using var two = new Gang(2);
        foreach (var (m, n, k) in Shapes) Row($"{m}×{n}×{k}", one, two, m, n, k, false, false);
        Row("500×256×300, A·Bᵀ", one, two, 500, 256, 300, false, true);
        Row("300×256×500, Aᵀ·B", one, two, 300, 256, 500, true, false);
    }

    private static void Row(string name, Gang one, Gang two, int m, int n, int k, bool transposeA, bool transposeB)
    {
        using NativeBuffer a = Filled((nint)m * k), b = Filled((nint)k * n), c = Filled((nint)m * n);
        var left = transposeA ? new Matrix(a.Data, k, m).Transposed : new Matrix(a.Data, m, k);
        var right = transposeB ? new Matrix(b.Data, n, k).Transposed : new Matrix(b.Data, k, n);
        var result = new Matrix(c.Data, m, n);
        var flop = 2.0 * m * n * k;
        var calls = Math.Max(1, (int)(2e9 / flop));
        Action[] runs =
        [
            () => Gemm.Multiply(one, left, right, result),
            () => { if (OpenBlas.Exists) { OpenBlas.Threads(1); OpenBlas.Multiply(m, n, k, a.Data, transposeA, b.Data, transposeB, c.Data); } },
            () => Gemm.Multiply(two, left, right, result),
            () => { if (OpenBlas.Exists) { OpenBlas.Threads(2); OpenBlas.Multiply(m, n, k, a.Data, transposeA, b.Data, transposeB, c.Data); } },
        ];
        var rate = Measure.InTurn(runs, calls, 15).Select(seconds => flop / seconds / 1e9).ToArray();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {rate[0]:F0} | {rate[1]:F0} | {rate[0] / rate[1]:P0} | {rate[2]:F0} | {rate[3]:F0} | {rate[2] / rate[0]:F2} | {rate[3] / rate[1]:F2} |"));
    }

    private static NativeBuffer Filled(nint count)
    {
        var buffer = new NativeBuffer(count);
        for (nint i = 0; i < count; i++) buffer.Data[i] = i % 101 * 0.01f - 0.5f;
        return buffer;
    }
}
