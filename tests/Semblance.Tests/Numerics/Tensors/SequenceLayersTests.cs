using Semblance.Numerics;
using Xunit;

namespace Semblance.Tests.Numerics.Tensors;

public sealed class SequenceLayersTests
{
    private static Parameters Set() => new(new RandomStream(new Seed(1), "layers"));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_transformer_block_and_its_gradient_agree_with_central_differences(bool causal)
    {
        const int batch = 2, length = 5, columns = 6, heads = 2, hidden = 11;
        using var set = Set();
        var block = new TransformerBlock(set, "block", columns, heads, hidden);
        foreach (var parameter in set.All)
            if (parameter.Name.Contains("/norm", StringComparison.Ordinal)) new RandomStream(new Seed(2), parameter.Name).FillUnit(0, 0, parameter.Values); // not ones and zeros
        GradientCheck.Run(1, [new(batch, length, columns)], (_, t) => block.Apply(t[0], causal), x =>
        {
            var rows = batch * length;
            var joint = Linear(LayerNormTests.Norm(x[0], Values("norm1/scale"), Values("norm1/shift"), rows, columns, centred: true), "joint", rows, columns, 3 * columns);
            double[] Third(int part) => [.. Enumerable.Range(0, rows).SelectMany(row => joint[(row * 3 * columns + part * columns)..(row * 3 * columns + (part + 1) * columns)])];
            var seen = AttentionTests.Naive(Third(0), Third(1), Third(2), batch, length, length, heads, (_, i, j) => !causal || j <= i);
            double[] first = [.. x[0].Zip(Linear(seen, "merge", rows, columns, columns), (a, b) => a + b)];
            var up = Linear(LayerNormTests.Norm(first, Values("norm2/scale"), Values("norm2/shift"), rows, columns, centred: true), "up", rows, columns, hidden);
            return [.. first.Zip(Linear([.. up.Select(v => LinearTests.Value(Activation.Gelu, v))], "down", rows, hidden, columns), (a, b) => a + b)];
        }, tolerance: 1e-4);

        double[] Values(string name) => [.. set.All.Single(p => p.Name == "block/" + name).Values.ToArray().Select(v => (double)v)];
        double[] Linear(double[] x, string name, int rows, int inputs, int outputs) => LinearTests.Product(x, Values(name + "/weight"), rows, inputs, outputs, Values(name + "/bias"));
    }

    [Fact]
    public void Dropout_draws_anew_in_each_step_and_differently_for_both_branches()
    {
        using var set = Set();
        using var tape = new Tape();
        var block = new TransformerBlock(set, "block", 16, 2);
        var x = SequenceData.Random(tape, 1, new Shape(2, 3, 16));
        var noise = new RandomStream(new Seed(1), "noise");
        float[] Result(float dropout, long step) => block.Apply(x, dropout: dropout, noise: noise, step: step).Values.ToArray();
        Assert.Equal(block.Apply(x).Values.ToArray(), Result(0, 1));
        Assert.Equal(Result(0.5f, 1), Result(0.5f, 1));
        Assert.NotEqual(Result(0.5f, 1), Result(0.5f, 2));
        // Where both branches are dropped x stays as it is: a quarter of all places, if their draws are independent.
        var same = Enumerable.Range(0, 50).Average(step => Result(0.5f, step).Zip(x.Values.ToArray()).Count(p => p.First == p.Second) / 96.0);
        Assert.InRange(same, 0.25 - 0.03, 0.25 + 0.03); // 4,800 draws: five deviations
    }

    [Fact]
    public void Steps_with_a_cache_give_the_bits_of_the_whole()
    {
        const int batch = 3, length = 9, columns = 24;
        using var set = Set();
        using var tape = new Tape { Recording = false };
        TransformerBlock[] blocks = [new(set, "a", columns, 2), new(set, "b", columns, 3)];
        AttentionCache[] caches = [new(batch, length, columns), new(batch, length, columns)];
        var x = SequenceData.Random(tape, 1, new Shape(batch, length, columns)).Values.ToArray();
        var whole = blocks[1].Apply(blocks[0].Apply(tape.Input(x, new Shape(batch, length, columns)), causal: true), causal: true).Values.ToArray();
        for (var round = 0; round < 2; round++)
        {
            for (var t = 0; t < length; t++)
            {
                tape.Clear(); // caches outlive the steps of a tape
                var step = tape.Input([.. Enumerable.Range(0, batch).SelectMany(row => x[((row * length + t) * columns)..((row * length + t + 1) * columns)])], new Shape(batch, columns));
                step = blocks[1].Step(blocks[0].Step(step, caches[0]), caches[1]);
                for (var row = 0; row < batch; row++) Assert.Equal(whole[((row * length + t) * columns)..((row * length + t + 1) * columns)], step.Values.Slice(row * columns, columns).ToArray());
            }
            Assert.Contains("9 steps", Assert.Throws<InvalidOperationException>(() => blocks[0].Step(tape.Input(new Shape(batch, columns)), caches[0])).Message, StringComparison.Ordinal);
            foreach (var cache in caches) cache.Clear();
        }
        Assert.Contains("cache", Assert.Throws<ArgumentException>(() => blocks[0].Step(tape.Input(new Shape(2, columns)), caches[0])).Message, StringComparison.Ordinal);
        tape.Recording = true;
        Assert.Contains("Recording", Assert.Throws<InvalidOperationException>(() => blocks[0].Step(tape.Input(new Shape(batch, columns)), caches[0])).Message, StringComparison.Ordinal);
        foreach (var cache in caches) cache.Dispose();
    }

    [Fact]
    public void Layers_name_their_parameters()
    {
        using var set = Set();
        _ = new LayerNormLayer(set, "norm", 4);
        _ = new EmbeddingLayer(set, "words", 7, 4);
        _ = new GruLayer(set, "gru", 4, 3);
        _ = new LstmLayer(set, "lstm", 3, 2);
        Assert.Equal(["norm/scale 4", "norm/shift 4", "words/table 7×4", "gru/input-weight 4×9", "gru/state-weight 3×9", "gru/input-bias 9", "gru/state-bias 9",
            "lstm/input-weight 3×8", "lstm/state-weight 2×8", "lstm/bias 8"], set.All.Select(p => $"{p.Name} {p.Shape}"));
        Assert.All(set.All[0].Values.ToArray(), v => Assert.Equal(1, v));
        Assert.Throws<ArgumentException>(() => new TransformerBlock(set, "block", 6, 4));
    }

    [Fact]
    public void Layers_apply_their_operations()
    {
        using var set = Set();
        using var tape = new Tape();
        var (embedding, gru, lstm, norm) = (new EmbeddingLayer(set, "words", 7, 4), new GruLayer(set, "gru", 4, 3), new LstmLayer(set, "lstm", 3, 2), new LayerNormLayer(set, "norm", 2));
        var (states, cell) = lstm.Apply(gru.Apply(embedding.Apply(tape, [0, 6, 1, 2, 3, 3], length: 3)));
        Assert.Equal("2×3×2", norm.Apply(states).Shape.ToString());
        Assert.Equal("2×2", cell.Shape.ToString());
        Assert.Equal("3×4", embedding.Apply(tape, [0, 1, 2, 3, 1, 1], [0, 3], EmbeddingForm.Summed).Shape.ToString());
        norm.Apply(states).Times(norm.Apply(states)).Sum().Backward();
        Assert.All(set.All, p => Assert.Contains(p.Gradient.ToArray(), g => g != 0));
    }
}
