using Semblance.Numerics;

namespace Semblance.Bench;

internal static class RandomBench
{
    public static void Run()
    {
        const int rows = Blocks.Rows;
        const int passes = 8; // short enough to fit between two other processes on a shared machine
        var stream = new RandomStream(new Seed(1), "bench/random");
        uint[] a = new uint[rows], b = new uint[rows], c = new uint[rows], d = new uint[rows];
        float[] f0 = new float[rows], f1 = new float[rows], f2 = new float[rows], f3 = new float[rows];
        double[] d0 = new double[rows], d1 = new double[rows];
        void Repeat(Action<long> body)
        {
            for (var pass = 0; pass < passes; pass++) body((long)pass * rows);
        }

        static void Rate(string what, double units, Action action) => Measure.Rate(what, units, action, 401);
        const double millions = rows * passes / 1e6;
        Measure.Head("Random numbers, blocks of 4,096 rows, 1 thread", "M numbers/s");
        foreach (var tier in new[] { 512, 256, 1 })
        {
            var name = tier == 1 ? "scalar" : $"{tier} bits";
            Rate($"Philox words, {name}", 4 * millions, () => Repeat(row => Philox.Fill(stream.Key, (ulong)row, 0, a, b, c, d, tier)));
            Rate($"normals, float, {name}", 4 * millions, () => Repeat(row => stream.FillNormal(row, 0, f0, f1, f2, f3, tier)));
            Rate($"normals, double, {name}", 2 * millions, () => Repeat(row => stream.FillNormal(row, 0, d0, d1, tier)));
        }
        Rate("units, double", millions, () => Repeat(row => stream.FillUnit(row, 0, d0)));

        Measure.Head("Elementary functions, 4,096 elements in cache, 1 thread", "M values/s");
        for (var i = 0; i < rows; i++) (f0[i], d0[i]) = (i * 0.002f - 4, i * 0.002 - 4);
        Rate("Exp, float span", millions, () => Repeat(_ => FastMath.Exp(f0, f1)));
        Rate("Sigmoid, float span", millions, () => Repeat(_ => FastMath.Sigmoid(f0, f1)));
        Rate("Tanh, float span", millions, () => Repeat(_ => FastMath.Tanh(f0, f1)));
        Rate("Exp, double span", millions, () => Repeat(_ => FastMath.Exp(d0, d1)));
        Rate("Sigmoid, double span", millions, () => Repeat(_ => FastMath.Sigmoid(d0, d1)));
        Scalar("Exp", FastMath.Exp);
        Scalar("Math.Exp (C library)", Math.Exp);
        Scalar("NormalCdf", FastMath.NormalCdf);
        for (var i = 0; i < rows; i++) d0[i] = (i + 0.5) / rows;
        Scalar("Log", FastMath.Log);
        Scalar("NormalQuantile", FastMath.NormalQuantile);

        void Scalar(string name, Func<double, double> function) => Rate($"{name}, one by one", millions, () => Repeat(_ =>
        {
            for (var i = 0; i < d0.Length; i++) d1[i] = function(d0[i]);
        }));
    }
}
