using Semblance.Numerics;
using Xunit;

namespace Semblance.Tests.Numerics.Tensors;

public sealed class RecurrentTests
{
    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(2, 3, 4, 5)]
    [InlineData(3, 4, 2, 15)]
    [InlineData(2, 3, 5, 17)]
    [InlineData(1, 2, 1, 33)]
    public void A_gated_recurrent_unit_and_its_gradients_agree_with_central_differences(int batch, int length, int inputs, int size)
    {
        Shape[] shapes = [new(batch, length, inputs), new(inputs, 3 * size), new(size, 3 * size), new(3 * size), new(3 * size), new(batch, size)];
        GradientCheck.Run(1, shapes, (_, t) => t[0].Gru(t[1], t[2], t[3], t[4], t[5]), x => Gru(x, batch, length, inputs, size), tolerance: 5e-5);
        GradientCheck.Run(2, shapes[..5], (_, t) => t[0].Gru(t[1], t[2], t[3], t[4]), x => Gru([.. x, new double[batch * size]], batch, length, inputs, size), tolerance: 5e-5);
        GradientCheck.Run(3, shapes[..3], (_, t) => t[0].Gru(t[1], t[2]), x => Gru([.. x, new double[3 * size], new double[3 * size], new double[batch * size]], batch, length, inputs, size), tolerance: 5e-5);
    }

    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(2, 3, 4, 5)]
    [InlineData(3, 4, 2, 15)]
    [InlineData(2, 3, 5, 17)]
    [InlineData(1, 2, 1, 33)]
    public void Long_short_term_memory_and_its_gradients_agree_with_central_differences(int batch, int length, int inputs, int size)
    {
        Shape[] shapes = [new(batch, length, inputs), new(inputs, 4 * size), new(size, 4 * size), new(4 * size), new(batch, size), new(batch, size)];
        GradientCheck.Run(1, shapes, (_, t) => t[0].Lstm(t[1], t[2], t[3], t[4], t[5]).States, x => Lstm(x, batch, length, inputs, size).States, tolerance: 5e-5);
        GradientCheck.Run(2, shapes, (_, t) => t[0].Lstm(t[1], t[2], t[3], t[4], t[5]).Cell, x => Lstm(x, batch, length, inputs, size).Cell, tolerance: 5e-5);
        GradientCheck.Run(3, shapes[..4], (_, t) => t[0].Lstm(t[1], t[2], t[3]).States, x => Lstm([.. x, new double[batch * size], new double[batch * size]], batch, length, inputs, size).States, tolerance: 5e-5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Step_by_step_gives_the_bits_of_the_sequence(bool lstm)
    {
        const int batch = 37, length = 5, inputs = 7, size = 19;
        using var tape = new Tape();
        var gates = lstm ? 4 : 3;
        var x = SequenceData.Random(tape, 1, new Shape(batch, length, inputs));
        Tensor w = SequenceData.Random(tape, 2, new Shape(inputs, gates * size)), u = SequenceData.Random(tape, 3, new Shape(size, gates * size));
        Tensor b = SequenceData.Random(tape, 4, new Shape(gates * size)), c = SequenceData.Random(tape, 5, new Shape(gates * size));
        var whole = lstm ? x.Lstm(w, u, b).States : x.Gru(w, u, b, c);
        Tensor? state = null, cell = null;
        for (var t = 0; t < length; t++)
        {
            var step = tape.Input(new Shape(batch, inputs));
            for (var row = 0; row < batch; row++) x.Values.Slice((row * length + t) * inputs, inputs).CopyTo(step.Values[(row * inputs)..]);
            if (lstm) (state, cell) = step.Lstm(w, u, b, state, cell);
            else state = step.Gru(w, u, b, c, state);
            for (var row = 0; row < batch; row++)
                Assert.Equal(whole.Values.Slice((row * length + t) * size, size).ToArray(), state.Values.Slice(row * size, size).ToArray());
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Two_threads_give_the_bits_of_one(bool lstm)
    {
        Assert.Equal(Bits(1), Bits(2));

        float[] Bits(int threads)
        {
            const int batch = 70, length = 9, size = 33;
            using var tape = new Tape(threads);
            var gates = lstm ? 4 : 3;
            Tensor[] all =
            [
                SequenceData.Random(tape, 1, new Shape(batch, length, size)), SequenceData.Random(tape, 2, new Shape(size, gates * size)), SequenceData.Random(tape, 3, new Shape(size, gates * size)),
                SequenceData.Random(tape, 4, new Shape(gates * size)), SequenceData.Random(tape, 5, new Shape(batch, size)),
            ];
            var y = lstm ? all[0].Lstm(all[1], all[2], all[3], all[4]).States : all[0].Gru(all[1], all[2], all[3], all[3], all[4]);
            y.Times(y).Sum().Backward();
            return [.. y.Values, .. all.SelectMany(t => t.Gradient.ToArray())];
        }
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        using var tape = new Tape();
        var x = tape.Input(new Shape(2, 3, 4));
        Assert.Contains("Gru", Assert.Throws<ArgumentException>(() => x.Gru(tape.Input(new Shape(4, 6)), tape.Input(new Shape(3, 9)))).Message, StringComparison.Ordinal);
        Assert.Contains("Lstm: the shape 3×9", Assert.Throws<ArgumentException>(() => x.Lstm(tape.Input(new Shape(4, 12)), tape.Input(new Shape(3, 9)))).Message, StringComparison.Ordinal);
        Assert.Contains("2 rows of 3", Assert.Throws<ArgumentException>(() => x.Gru(tape.Input(new Shape(4, 9)), tape.Input(new Shape(3, 9)), state: tape.Input(new Shape(1, 3)))).Message, StringComparison.Ordinal);
    }

    private static double[] Gru(double[][] x, int batch, int length, int inputs, int size)
    {
        var y = new double[batch * length * size];
        for (var row = 0; row < batch; row++)
        {
            var h = x[5][(row * size)..((row + 1) * size)];
            for (var t = 0; t < length; t++)
            {
                var input = LinearTests.Product(x[0][((row * length + t) * inputs)..((row * length + t + 1) * inputs)], x[1], 1, inputs, 3 * size, x[3]);
                var share = LinearTests.Product(h, x[2], 1, size, 3 * size, x[4]);
                h = [.. Enumerable.Range(0, size).Select(i =>
                {
                    var (r, z) = (SequenceData.Sigmoid(input[i] + share[i]), SequenceData.Sigmoid(input[size + i] + share[size + i]));
                    var n = Math.Tanh(input[2 * size + i] + r * share[2 * size + i]);
                    return (1 - z) * n + z * h[i];
                })];
                h.CopyTo(y, (row * length + t) * size);
            }
        }
        return y;
    }

    private static (double[] States, double[] Cell) Lstm(double[][] x, int batch, int length, int inputs, int size)
    {
        var (y, last) = (new double[batch * length * size], new double[batch * size]);
        for (var row = 0; row < batch; row++)
        {
            var (h, c) = (x[4][(row * size)..((row + 1) * size)], x[5][(row * size)..((row + 1) * size)]);
            for (var t = 0; t < length; t++)
            {
                var input = LinearTests.Product(x[0][((row * length + t) * inputs)..((row * length + t + 1) * inputs)], x[1], 1, inputs, 4 * size, x[3]);
                var share = LinearTests.Product(h, x[2], 1, size, 4 * size, null);
                var gates = input.Zip(share, (a, b) => a + b).ToArray();
                c = [.. c.Select((v, i) => SequenceData.Sigmoid(gates[size + i]) * v + SequenceData.Sigmoid(gates[i]) * Math.Tanh(gates[2 * size + i]))];
                h = [.. c.Select((v, i) => SequenceData.Sigmoid(gates[3 * size + i]) * Math.Tanh(v))];
                h.CopyTo(y, (row * length + t) * size);
            }
            c.CopyTo(last, row * size);
        }
        return (y, last);
    }
}
