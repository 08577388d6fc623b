using Semblance.Numerics;
using Xunit;
using Xunit.Abstractions;

namespace Semblance.Tests.Numerics.Tensors.Examples;

/// <summary>
/// A recurrent net learns to count: it reads symbols of four kinds and must say after each how many of the second kind there were so far, modulo 5. Nothing but a state carried from step to
/// step can do that, so it holds only if gradients flow through time as they should.
/// </summary>
public sealed class CountingTests(ITestOutputHelper output)
{
    private const int Symbols = 4, Modulus = 5;
    private static readonly ColumnBlocks Classes = ColumnBlocks.OfWidths(Modulus);

    [Fact]
    public void A_gated_recurrent_unit_counts_without_a_mistake_in_sequences_longer_than_it_has_seen()
    {
        using var parameters = new Parameters(new RandomStream(new Seed(1), "counting"));
        var embedding = new EmbeddingLayer(parameters, "symbols", Symbols, 8);
        var gru = new GruLayer(parameters, "gru", 8, 32);
        var head = new LinearLayer(parameters, "head", 32, Modulus);
        using var tape = new Tape(2);
        Tensor Net(int[] symbols, int length) => head.Apply(gru.Apply(embedding.Apply(tape, symbols, length)));

        var training = new Training { Steps = 1000, Adam = new AdamOptions { LearningRate = 0.01 }, Schedule = Schedule.Cosine(1000, 20), ClipNorm = 1 };
        var curve = training.Fit(parameters, tape, Semblance.Run.With(1), step =>
        {
            var length = step < 300 ? 8 : 32; // short sequences first: the way from a count to what it counts is then short
            var (symbols, counts) = Draw("train", step, 64, length);
            return Net(symbols, length).SoftmaxCrossEntropy(Classes, counts);
        });
        foreach (var point in curve.Training) output.WriteLine($"{point.Step}: {point.Loss:G4}");

        tape.Recording = false;
        tape.Clear();
        var (fresh, expected) = Draw("test", 0, 500, 48);
        var scores = Net(fresh, 48);
        var wrong = 0;
        for (var row = 0; row < scores.Rows; row++)
        {
            var each = scores.Values.Slice(row * Modulus, Modulus).ToArray();
            if (Array.IndexOf(each, each.Max()) != expected[row]) wrong++;
        }
        Assert.Equal(0, wrong);
    }

    private static (int[] Symbols, int[] Counts) Draw(string what, long row, int batch, int length)
    {
        var random = new RandomStream(new Seed(2), "counting/" + what).Sequence(row);
        var (symbols, counts) = (new int[batch * length], new int[batch * length]);
        for (var i = 0; i < symbols.Length; i++)
        {
            symbols[i] = random.NextBelow(Symbols);
            counts[i] = ((i % length == 0 ? 0 : counts[i - 1]) + (symbols[i] == 1 ? 1 : 0)) % Modulus;
        }
        return (symbols, counts);
    }
}
