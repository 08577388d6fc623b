using Semblance.Numerics;

namespace Semblance.Tests.Numerics.Tensors;

public sealed class ExampleNormTests
{
    /// <summary>A network over a batch: losses, one for each example, from inputs of examples·rows × 7.</summary>
    private delegate Tensor Losses(Tape tape, float[] inputs, int examples);

    [Theory]
    [InlineData(1, 1, 5)]
    [InlineData(9, 1, 5)]
    [InlineData(33, 1, 64)] // several blocks at two threads
    [InlineData(5, 2, 17)]
    [InlineData(4, 6, 40)] // several rows for each example: inner products are less work
    [InlineData(3, 60, 3)] // so many that the gradient itself is
    public void Norms_are_those_of_a_backward_pass_for_each_example(int examples, int rows, int hidden)
    {
        using var parameters = new Parameters(new RandomStream(new Seed(1), "norms"));
        Check(parameters, Net(parameters, rows, hidden), Normals(examples * rows * 7), examples);
    }

    [Theory]
    [InlineData(1, 3, EmbeddingForm.Sequence)]
    [InlineData(7, 4, EmbeddingForm.Sequence)]
    [InlineData(40, 3, EmbeddingForm.Sequence)]
    [InlineData(7, 4, EmbeddingForm.Concatenated)]
    [InlineData(7, 4, EmbeddingForm.Summed)]
    public void Norms_of_embeddings_and_normalised_rows_too(int examples, int length, EmbeddingForm form)
    {
        using var parameters = new Parameters(new RandomStream(new Seed(1), "norms"));
        const int d = 12;
        var table = parameters.Add("table", new Shape(5, d), 1);
        var wide = form == EmbeddingForm.Concatenated ? length * d : d;
        var (scale, shift) = (parameters.Add("scale", new Shape(wide), 1), parameters.Add("shift", new Shape(wide), 1));
        var last = new LinearLayer(parameters, "last", wide, 3);
        // Codes below 3, and an offset for each column: the places of an example share rows of the table, within a column's range and across.
        int[] offsets = [.. Enumerable.Range(0, length).Select(column => column % 3)];
        Check(parameters, (tape, inputs, batch) =>
        {
            int[] codes = [.. inputs.Select(v => (int)(Math.Abs(v) * 2) % 3)];
            var y = tape.Use(table).Embedding(codes, offsets, form).LayerNorm(tape.Use(scale), tape.Use(shift));
            y = last.Apply(form == EmbeddingForm.Sequence ? Tensor.Concat(y, y, y).SelfAttention(2) : y, Activation.Silu);
            return RowGroups(y.Times(y).RowSums(), batch);
        }, Normals(examples * length), examples);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 4)]
    [InlineData(35, 3)] // several blocks of sequences
    public void Norms_of_recurrent_layers_too(int examples, int length)
    {
        using var parameters = new Parameters(new RandomStream(new Seed(1), "norms"));
        var (gru, lstm) = (new GruLayer(parameters, "gru", 7, 6), new LstmLayer(parameters, "lstm", 6, 5));
        Check(parameters, (tape, inputs, batch) =>
        {
            var y = lstm.Apply(gru.Apply(tape.Input(inputs, new Shape(batch, length, 7)))).States;
            return RowGroups(y.Times(y).RowSums(), batch);
        }, Normals(examples * length * 7), examples);
    }

    private static void Check(Parameters parameters, Losses net, float[] inputs, int examples)
    {
        var (norms, _) = OneByOne(parameters, net, inputs, examples);
        float[]? first = null;
        foreach (var threads in new[] { 1, 2 })
        {
            using var tape = new Tape(threads);
            var found = net(tape, inputs, examples).ExampleNorms();
            GradientCheck.AssertNear(norms, found, 1e-5, "norms");
            Assert.All(parameters.All, p => Assert.All(p.Gradient.ToArray(), g => Assert.Equal(0, g)));
            Assert.Equal(first ??= found, found);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public void The_clipped_gradient_is_the_sum_of_each_examples_own_clipped_one(int rows)
    {
        const int examples = 8;
        using var parameters = new Parameters(new RandomStream(new Seed(1), "norms"));
        using var tape = new Tape();
        var net = Net(parameters, rows, 19);
        float[] inputs = Normals(examples * rows * 7);
        var (norms, gradients) = OneByOne(parameters, net, inputs, examples);
        var bound = norms.Order().ElementAt(examples / 2) * 1.0001; // some are clipped, some are not
        var expected = new double[gradients[0].Length];
        for (var e = 0; e < examples; e++)
            for (var i = 0; i < expected.Length; i++) expected[i] += gradients[e][i] * Math.Min(1, bound / norms[e]);
        GradientCheck.AssertNear(norms, net(tape, inputs, examples).BackwardClipped((float)bound), 1e-5, "norms");
        GradientCheck.AssertNear(expected, Gradients(parameters), 1e-5, "gradient");
    }

    /// <summary>Differentially private descent: clip each example, add noise, take a step. The same seed takes the same step; the noise has the deviation that was asked for.</summary>
    [Fact]
    public void A_private_step_can_be_taken_and_repeated()
    {
        const int examples = 16;
        const double bound = 0.5, multiplier = 1.1;
        float[] Step(ulong seed, double noise)
        {
            using var parameters = new Parameters(new RandomStream(new Seed(1), "norms"));
            using var tape = new Tape();
            var net = Net(parameters, 2, 600);
            using var adam = new Adam(parameters);
            for (var step = 0; step < 2; step++)
            {
                tape.Clear();
                net(tape, Normals(examples * 2 * 7), examples).BackwardClipped((float)bound);
                parameters.AddNoise(new RandomStream(new Seed(seed), "fit/noise"), step, noise * bound, 1.0 / examples);
                if (step == 1) return Gradients(parameters);
                adam.Update();
            }
            return [];
        }
        var noisy = Step(1, multiplier);
        Assert.Equal(noisy, Step(1, multiplier));
        Assert.NotEqual(noisy, Step(2, multiplier));

        using var plain = new Parameters(new RandomStream(new Seed(1), "norms"));
        plain.Add("first", new Shape(3, 700), 1);
        plain.Add("second", new Shape(2049), 1); // with a tail
        plain.AddState("third", new Shape(20), 1); // which nothing moves
        var stream = new RandomStream(new Seed(1), "fit/noise");
        float[][] draws = [.. Enumerable.Range(0, 2).Select(step =>
        {
            plain.ClearGradients();
            plain.AddNoise(stream, step, 3, 0.5);
            return Gradients(plain);
        })];
        Assert.All(draws, draw => Assert.All(draw[^20..], v => Assert.Equal(0, v)));
        draws = [.. draws.Select(draw => draw[..^20])];
        Assert.Equal(draws[0].Length, draws[0].Concat(draws[1]).Distinct().Count() / 2, 20.0); // no number is used twice
        Assert.InRange(draws.SelectMany(d => d).Average(v => v * (double)v), 2.25 * 0.93, 2.25 * 1.07); // (3/2)², 8,298 draws: three deviations are 5 %
        Assert.InRange(draws.SelectMany(d => d).Average(v => (double)v), -0.05, 0.05);
    }

    [Fact]
    public void What_is_not_known_is_refused_and_leaves_no_trace()
    {
        using var parameters = new Parameters(new RandomStream(new Seed(1), "norms"));
        using var tape = new Tape();
        var layer = new LinearLayer(parameters, "layer", 7, 1);
        var scale = parameters.Add("scale", new Shape(3, 1), 1);
        var last = new Mlp(parameters, "last", Activation.Silu, 1, 1);
        var x = tape.Input(Normals(21), new Shape(3, 7));
        Assert.Contains("`scale`", Assert.Throws<InvalidOperationException>(() => layer.Apply(x).Times(tape.Use(scale)).ExampleNorms()).Message, StringComparison.Ordinal);
        Assert.Contains("more than one operation", Assert.Throws<InvalidOperationException>(() => layer.Apply(x).Plus(layer.Apply(x)).ExampleNorms()).Message, StringComparison.Ordinal);
        Assert.Contains("examples × 1", Assert.Throws<ArgumentException>(() => x.ExampleNorms()).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => tape.Input(new Shape(3, 1)).ExampleNorms());
        var (one, none) = (tape.Input([1], new Shape(1)), tape.Input([0], new Shape(1)));
        Assert.Contains("BatchNorm with a result of shape 3×1 mixes", Assert.Throws<InvalidOperationException>(() => layer.Apply(x).BatchNorm(one, none).ExampleNorms()).Message, StringComparison.Ordinal);
        Assert.Contains("ColumnMeans", Assert.Throws<InvalidOperationException>(() => layer.Apply(x).PlusRow(layer.Apply(x).ColumnMeans()).ExampleNorms()).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => layer.Apply(x).BackwardClipped(0));
        layer.Apply(x).Sum().Backward();
        var after = layer.Weight.Gradient.ToArray();
        parameters.ClearGradients();
        tape.Clear();
        layer.Apply(tape.Input(Normals(21), new Shape(3, 7))).Sum().Backward();
        Assert.Equal(layer.Weight.Gradient.ToArray(), after);
        layer.Weight.Values[0] = float.PositiveInfinity;
        tape.Clear();
        var huge = last.Apply(layer.Apply(tape.Input(Normals(21), new Shape(3, 7))));
        Assert.Equal("SB3031", Assert.Throws<FitException>(() => huge.BackwardClipped(1)).Code);
    }

    /// <summary>Layers with and without activation and bias; the loss of an example is the sum over its rows of squares.</summary>
    private static Losses Net(Parameters parameters, int rows, int hidden)
    {
        var first = new LinearLayer(parameters, "first", 7, hidden);
        var second = new LinearLayer(parameters, "second", hidden, 5, bias: false);
        var last = new LinearLayer(parameters, "last", 5, 2);
        return (tape, inputs, examples) =>
        {
            var x = tape.Input(inputs, new Shape(examples, rows, 7), gradient: true);
            var y = last.Apply(second.Apply(first.Apply(x, Activation.Silu), Activation.Tanh));
            return RowGroups(y.Times(y).RowSums(), examples);
        };
    }

    /// <summary>Sums over the rows of each example.</summary>
    private static Tensor RowGroups(Tensor rows, int examples) => rows.Reshape(new Shape(examples, rows.Count / examples)).RowSums();

    private static (double[] Norms, float[][] Gradients) OneByOne(Parameters parameters, Losses net, float[] inputs, int examples)
    {
        var each = inputs.Length / examples;
        float[][] gradients = [.. Enumerable.Range(0, examples).Select(example =>
        {
            using var tape = new Tape();
            net(tape, inputs[(example * each)..((example + 1) * each)], 1).Sum().Backward();
            var gradient = Gradients(parameters);
            parameters.ClearGradients();
            return gradient;
        })];
        return ([.. gradients.Select(g => Math.Sqrt(g.Sum(v => (double)v * v)))], gradients);
    }

    private static float[] Gradients(Parameters parameters) => [.. parameters.All.SelectMany(p => p.Gradient.ToArray())];

    private static float[] Normals(int count)
    {
        var random = new RandomStream(new Seed(4), "inputs").Sequence();
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextNormal())];
    }
}
