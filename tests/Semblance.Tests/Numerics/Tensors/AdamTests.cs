using Semblance.Numerics;

namespace Semblance.Tests.Numerics.Tensors;

public sealed class AdamTests
{
    [Theory]
    [InlineData(1e-3, 0.9, 0.999, 1e-8, 0)]
    [InlineData(2e-2, 0.5, 0.9, 1e-3, 0.1)]
    [InlineData(1e-2, 0, 0.99, 1e-8, 1e-2)]
    [InlineData(1e-2, 0.9, 0.9999, 3, 0)]
    public void Many_steps_agree_with_the_formulas_in_double(double rate, double beta1, double beta2, double epsilon, double decay)
    {
        var options = new AdamOptions { LearningRate = rate, Beta1 = beta1, Beta2 = beta2, Epsilon = epsilon, WeightDecay = decay };
        using var tape = new Tape();
        using var parameters = new Parameters(new RandomStream(new Seed(1), "adam"));
        var first = parameters.Add("first", new Shape(3, 17), 1);
        var second = parameters.Add("second", new Shape(5), 1);
        using var adam = new Adam(parameters, options);
        double[] x = [.. first.Values, .. second.Values], m = new double[x.Length], v = new double[x.Length];
        var random = new RandomStream(new Seed(2), "gradients").Sequence();
        for (var step = 1; step <= 2000; step++)
        {
            float[] gradient = [.. x.Select((_, i) => (float)(random.NextNormal() * (1 + i % 3) + (i % 5 - 2)))];
            if (step % 7 == 0) Array.Clear(gradient, first.Shape.Count, 5); // no gradient reaches the second one
            Derive(tape, first, gradient.AsSpan(0, first.Shape.Count));
            if (step % 7 != 0) Derive(tape, second, gradient.AsSpan(first.Shape.Count));
            var now = step % 2 == 0 ? rate : rate / 2;
            adam.Update(step % 2 == 0 ? null : now);
            for (var i = 0; i < x.Length; i++)
            {
                m[i] = beta1 * m[i] + (1 - beta1) * gradient[i];
                v[i] = beta2 * v[i] + (1 - beta2) * gradient[i] * gradient[i];
                x[i] -= now * decay * x[i];
                x[i] -= now * (m[i] / (1 - Math.Pow(beta1, step))) / (Math.Sqrt(v[i] / (1 - Math.Pow(beta2, step))) + epsilon);
            }
        }
        Assert.Equal(2000, adam.Steps);
        GradientCheck.AssertNear(x, [.. first.Values, .. second.Values], 2e-5, "parameters");
    }

    [Fact]
    public void Threads_and_their_number_change_no_bit()
    {
        var bits = new List<float[]>();
        foreach (var threads in new[] { 0, 1, 2 })
        {
            using var tape = new Tape(Math.Max(1, threads));
            using var parameters = new Parameters(new RandomStream(new Seed(1), "adam"));
            var parameter = parameters.Add("only", new Shape(100_003), 1); // several ranges and a tail
            using var adam = new Adam(parameters, tape: threads == 0 ? null : tape);
            for (var step = 0; step < 3; step++)
            {
                tape.Clear();
                var x = tape.Use(parameter);
                x.Times(x).Sum().Backward();
                adam.Update();
            }
            bits.Add(parameter.Values.ToArray());
        }
        Assert.Equal(bits[0], bits[1]);
        Assert.Equal(bits[0], bits[2]);
    }

    [Fact]
    public void Gradients_are_cleared_and_a_quadratic_bowl_is_descended()
    {
        using var tape = new Tape();
        using var parameters = new Parameters(new RandomStream(new Seed(1), "adam"));
        var parameter = parameters.Add("only", new Shape(19), 1);
        using var adam = new Adam(parameters, new AdamOptions { LearningRate = 0.05 });
        for (var step = 0; step < 500; step++)
        {
            tape.Clear();
            var x = tape.Use(parameter).Affine(1, -3);
            x.Times(x).Sum().Backward();
            adam.Update();
            Assert.All(parameter.Gradient.ToArray(), g => Assert.Equal(0, g));
        }
        Assert.All(parameter.Values.ToArray(), v => Assert.InRange(v, 2.999f, 3.001f));
    }

    [Fact]
    public void Settings_out_of_range_and_late_parameters_are_refused()
    {
        using var parameters = new Parameters(new RandomStream(new Seed(1), "adam"));
        parameters.Add("first", new Shape(3), 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(parameters, new AdamOptions { Beta1 = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(parameters, new AdamOptions { LearningRate = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(parameters, new AdamOptions { Epsilon = 0 }));
        using var adam = new Adam(parameters);
        parameters.Add("second", new Shape(3), 1);
        Assert.Contains("add all parameters first", Assert.Throws<InvalidOperationException>(() => adam.Update()).Message, StringComparison.Ordinal);
    }

    /// <summary>Gives a parameter the gradient that is asked for: that of its inner product with it.</summary>
    internal static void Derive(Tape tape, Parameter parameter, ReadOnlySpan<float> gradient)
    {
        tape.Clear();
        tape.Use(parameter).Times(tape.Input(gradient, parameter.Shape)).Sum().Backward();
    }
}
