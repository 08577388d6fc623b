using Semblance.Numerics;
using Xunit;

namespace Semblance.Tests.Numerics.Tensors.Examples;

/// <summary>
/// A diffusion model in one page: a straight way from data to noise (rectified flow; Liu, Gong and Liu 2023), a small network that learns its direction at any point and time, an average
/// of its weights, and generation by walking back.
/// </summary>
public sealed class TwoMoonsTests
{
    private const int Sample = 1000;

    [Fact]
    public void A_diffusion_generates_two_moons_that_a_kernel_test_cannot_tell_from_fresh_ones()
    {
        var drawn = 0;
        float[] Fresh(int count = Sample) => Moons(count, new RandomStream(new Seed(1), $"moons/{drawn++}"));
        using var flow = new Flow(Fresh(8000));
        flow.Train(steps: 4000);
        var generated = flow.Generate(Sample);

        // Real against real, fresh pairs: what chance alone gives. A perfect generator would exceed the 95 % point in one seed of twenty; this seed is fixed.
        var bandwidth = MedianDistance(Fresh());
        double[] chance = [.. Enumerable.Range(0, 100).Select(_ => Discrepancy(Fresh(), Fresh(), bandwidth)).Order()];
        var (found, bound) = (Discrepancy(generated, Fresh(), bandwidth), chance[94]);
        Assert.True(found < bound, $"MMD² {found:G4}; 95 of 100 pairs of real samples lie below {bound:G4}, their median is {chance[50]:G4}");

        // The check itself: moons a tenth too wide are told apart.
        var wide = Fresh().Select(v => v * 1.1f).ToArray();
        Assert.True(Discrepancy(wide, Fresh(), bandwidth) > bound);
    }

    private sealed class Flow : IDisposable
    {
        private const int Batch = 512, Waves = 16;
        private readonly float[] data;
        private readonly Tape tape = new();
        private readonly Parameters parameters = new(new RandomStream(new Seed(2), "flow/weights"));
        private readonly Mlp net;
        private readonly RandomStream batches = new(new Seed(2), "flow/batches"), times = new(new Seed(2), "flow/times"), noise = new(new Seed(2), "flow/noise"), start = new(new Seed(2), "flow/start");

        public Flow(float[] data)
        {
            this.data = data;
            net = new Mlp(parameters, "velocity", Activation.Silu, 2 + Waves, 128, 128, 2);
        }

        public void Train(int steps)
        {
            var rows = new Minibatches(data.Length / 2, Batch, batches);
            var training = new Training { Steps = steps, Adam = new AdamOptions { LearningRate = 2e-3 }, Schedule = Schedule.Cosine(steps), Average = 0.999 };
            training.Fit(parameters, tape, Semblance.Run.With(2), step =>
            {
                var x = tape.InputRows(data, 2, rows.Rows(step));
                var (e, t) = (tape.Normal(x.Shape, noise, step), tape.Uniform(new Shape(Batch, 1), times, step));
                var between = x.TimesColumn(t.Affine(-1, 1)).Plus(e.TimesColumn(t)); // (1 - t) x + t e
                return Velocity(between, t.Values).MeanSquaredError(e.Plus(x, 1, -1));
            });
        }

        /// <summary>From noise at t = 1 to data at t = 0 by 40 steps of Heun's method.</summary>
        public float[] Generate(int count)
        {
            const int steps = 40;
            tape.Recording = false;
            tape.Clear();
            var x = tape.Normal(new Shape(count, 2), start, 0);
            for (var i = steps; i > 0; i--)
            {
                var here = Velocity(x, Same(i / (float)steps, count));
                var ahead = Velocity(x.Plus(here, 1, -1f / steps), Same((i - 1) / (float)steps, count));
                x = x.Plus(here.Plus(ahead), 1, -0.5f / steps);
            }
            return x.Values.ToArray();
        }

        public void Dispose()
        {
            parameters.Dispose();
            tape.Dispose();
        }

        private static float[] Same(float time, int count) => [.. Enumerable.Repeat(time, count)];

        private Tensor Velocity(Tensor x, ReadOnlySpan<float> time)
        {
            var scaled = new float[time.Length];
            for (var i = 0; i < scaled.Length; i++) scaled[i] = 10 * time[i];
            return net.Apply(Tensor.Concat(x, tape.TimeEmbedding(scaled, Waves, longest: 10)));
        }
    }

    /// <summary>Two half circles, one upside down inside the other, with noise of a twentieth of their radius; mean 0, deviation about 1.</summary>
    private static float[] Moons(int count, RandomStream stream)
    {
        var points = new float[2 * count];
        for (var i = 0; i < count; i++)
        {
            var random = stream.Sequence(i);
            var (upper, angle) = (random.NextBelow(2) == 0, Math.PI * random.NextUnit());
            var (x, y) = upper ? (Math.Cos(angle), Math.Sin(angle)) : (1 - Math.Cos(angle), 0.5 - Math.Sin(angle));
            points[2 * i] = (float)((x + 0.05 * random.NextNormal() - 0.5) / 0.87);
            points[2 * i + 1] = (float)((y + 0.05 * random.NextNormal() - 0.25) / 0.5);
        }
        return points;
    }

    private static double MedianDistance(float[] points)
    {
        var distances = new List<double>();
        for (var i = 0; i < 400; i += 2)
            for (var j = 0; j < i; j += 2) distances.Add(Math.Sqrt(Square(points[i] - points[j]) + Square(points[i + 1] - points[j + 1])));
        distances.Sort();
        return distances[distances.Count / 2];
    }

    private static double Discrepancy(float[] a, float[] b, double bandwidth) => Similarity(a, a, bandwidth) + Similarity(b, b, bandwidth) - 2 * Similarity(a, b, bandwidth);

    private static double Similarity(float[] a, float[] b, double bandwidth)
    {
        var row = new float[b.Length / 2];
        var (sum, pairs) = (0.0, 0L);
        for (var i = 0; i < a.Length; i += 2)
        {
            for (var j = 0; j < row.Length; j++) row[j] = (float)((Square(a[i] - b[2 * j]) + Square(a[i + 1] - b[2 * j + 1])) / (-2 * bandwidth * bandwidth));
            FastMath.Exp(row, row);
            for (var j = 0; j < row.Length; j++)
                if (!ReferenceEquals(a, b) || i != 2 * j) (sum, pairs) = (sum + row[j], pairs + 1); // unbiased: no point beside itself
        }
        return sum / pairs;
    }

    private static double Square(double x) => x * x;
}
