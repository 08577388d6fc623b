using Semblance.Numerics;
using Xunit;

namespace Semblance.Tests.Numerics.Tensors;

/// <summary>Operations hand memory on: gradients worked out in place, shapes that share their numbers. Whatever is handed on must go back to the tape exactly once.</summary>
public sealed class MemoryReuseTests
{
    [Fact]
    public void A_step_repeated_takes_the_same_memory_and_gives_the_same_bits()
    {
        var stream = new RandomStream(new Seed(1), "reuse");
        var blocks = ColumnBlocks.OfWidths(3, 5, 2);
        using var tape = new Tape(2);
        using var parameters = new Parameters(stream);
        var table = parameters.Add("table", new Shape(9, 20), 1);
        float[]? first = null;
        long bytes = 0;
        for (var step = 0; step < 6; step++)
        {
            tape.Clear();
            parameters.ClearGradients();
            var x = tape.Input(tape.Normal(new Shape(40, 10), stream, 0).Values, new Shape(40, 10), gradient: true);
            var rows = tape.Use(table).Reshape(new Shape(18, 10)).Gather([.. Enumerable.Range(0, 40).Select(i => i % 18)]);
            var sum = x.Plus(rows).Dropout(0.2f, stream, 1);
            var made = sum.GumbelSoftmax(blocks, 0.5f, stream, 2).Reshape(new Shape(20, 20)).Square().Slice(3, 11);
            var loss = sum.SoftmaxCrossEntropy(blocks, [.. Enumerable.Range(0, 120).Select(i => i % 4 - 1 is var t && i % 3 == 2 ? t % 2 : t)])
                .Plus(Tensor.Concat(made, made.Clip(0, 0.3f)).Mean()).Plus(x.Reshape(new Shape(400)).Exp().Mean()).Plus(sum.Huber(rows));
            loss.Backward();
            float[] results = [loss.Scalar, .. x.Gradient, .. table.Gradient];
            first ??= results;
            Assert.Equal(first, results);
            if (step == 1) bytes = tape.Bytes;
            if (step > 1) Assert.Equal(bytes, tape.Bytes);
        }
    }
}
