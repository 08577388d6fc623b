using Semblance.Numerics;
using Xunit;

namespace Semblance.Tests.Numerics.Tensors;

/// <summary>
/// Holds an operation against a plain reference in double: its result must be that of the reference, and its gradients the reference's central differences. The loss is the sum of
/// the results times fixed random weights, so that every element of the result counts differently.
/// </summary>
internal static class GradientCheck
{
    /// <summary>An operation over float tensors.</summary>
    public delegate Tensor Operation(Tape tape, Tensor[] inputs);

    /// <summary>The same written down naively: inputs row by row in, results row by row out.</summary>
    public delegate double[] Reference(double[][] inputs);

    /// <summary>Checks at random inputs (uniform in ±<paramref name="range"/>) of the given shapes. Errors are relative to the largest value of each array.</summary>
    public static void Run(ulong seed, Shape[] shapes, Operation operation, Reference reference, double range = 1, double tolerance = 2e-5, int threads = 1, Func<int, int, double, double>? adjust = null)
    {
        var random = new RandomStream(new Seed(seed), "gradient-check").Sequence();
        var inputs = shapes.Select((shape, input) => Enumerable.Range(0, shape.Count).Select(i =>
        {
            var value = (2 * random.NextUnit() - 1) * range;
            return (double)(float)(adjust is null ? value : adjust(input, i, value));
        }).ToArray()).ToArray();

        using var tape = new Tape(threads);
        var tensors = inputs.Select((values, i) => tape.Input([.. values.Select(v => (float)v)], shapes[i], gradient: true)).ToArray();
        var result = operation(tape, tensors);
        var expected = reference(inputs);
        AssertNear(expected, result.Values, tolerance, "result");

        var weights = expected.Select(_ => 2 * random.NextUnit() - 1).ToArray();
        var weighted = result.Times(tape.Input([.. weights.Select(w => (float)w)], result.Shape)).Sum();
        // Reached twice, a gradient must add up: half of the loss comes by each way.
        weighted.Affine(0.5f).Plus(weighted.Affine(0.5f)).Backward();
        for (var input = 0; input < inputs.Length; input++)
            AssertNear(Differences(inputs, input, reference, weights), tensors[input].Gradient, tolerance, $"gradient by input {input} of shape {shapes[input]}");
        CheckAdding(inputs, shapes, operation, weights, threads, tolerance);
        CheckRepeating(inputs, shapes, operation, weights, threads, tolerance);
    }

    /// <summary>A loss derived again gives the same again, on top of the first; or the operation must say that it can't.</summary>
    private static void CheckRepeating(double[][] inputs, Shape[] shapes, Operation operation, double[] weights, int threads, double tolerance)
    {
        using var tape = new Tape(threads);
        Tensor[] tensors = [.. inputs.Select((values, i) => tape.Input([.. values.Select(v => (float)v)], shapes[i], gradient: true))];
        var y = operation(tape, tensors);
        var loss = y.Times(tape.Input([.. weights.Select(w => (float)w)], y.Shape)).Sum();
        loss.Backward();
        double[][] once = [.. tensors.Select(t => t.Gradient.ToArray().Select(g => 2.0 * g).ToArray())];
        try { loss.Backward(); }
        catch (InvalidOperationException error) when (error.Message.Contains("derived already", StringComparison.Ordinal)) { return; }
        for (var input = 0; input < inputs.Length; input++) AssertNear(once[input], tensors[input].Gradient, tolerance, $"gradient by input {input}, derived twice,");
    }

    /// <summary>An operation used twice on the same inputs passes back twice the gradient: the second pass must add to the first.</summary>
    private static void CheckAdding(double[][] inputs, Shape[] shapes, Operation operation, double[] weights, int threads, double tolerance)
    {
        using var tape = new Tape(threads);
        Tensor[] Fresh() => [.. inputs.Select((values, i) => tape.Input([.. values.Select(v => (float)v)], shapes[i], gradient: true))];
        Tensor Loss(Tensor[] tensors) => operation(tape, tensors) is var y ? y.Times(tape.Input([.. weights.Select(w => (float)w)], y.Shape)).Sum() : null!;
        var once = Fresh();
        Loss(once).Backward();
        var twice = Fresh();
        Loss(twice).Plus(Loss(twice)).Backward();
        for (var input = 0; input < inputs.Length; input++)
            AssertNear([.. once[input].Gradient.ToArray().Select(g => 2.0 * g)], twice[input].Gradient, tolerance, $"gradient by input {input}, used twice,");
    }

    private static double[] Differences(double[][] inputs, int input, Reference reference, double[] weights)
    {
        const double step = 1e-5;
        var x = inputs[input];
        var result = new double[x.Length];
        for (var i = 0; i < x.Length; i++)
        {
            var at = x[i];
            x[i] = at + step;
            var up = Loss(reference(inputs), weights);
            x[i] = at - step;
            var down = Loss(reference(inputs), weights);
            x[i] = at;
            result[i] = (up - down) / (2 * step);
        }
        return result;
    }

    private static double Loss(double[] values, double[] weights)
    {
        var sum = 0.0;
        for (var i = 0; i < values.Length; i++) sum += values[i] * weights[i];
        return sum;
    }

    public static void AssertNear(double[] expected, ReadOnlySpan<float> actual, double tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        var scale = Math.Max(1e-3, expected.Select(Math.Abs).DefaultIfEmpty(0).Max());
        for (var i = 0; i < expected.Length; i++)
            if (!(Math.Abs(expected[i] - actual[i]) <= tolerance * scale)) Assert.Fail($"{what}, element {i} of {expected.Length}: {actual[i]:R} instead of {expected[i]:R}");
    }
}
