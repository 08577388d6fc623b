using Semblance.Numerics;
using Xunit;

namespace Semblance.Tests.Numerics.Tensors.Examples;

/// <summary>Two categorical columns that depend on each other, learned by a variational autoencoder and by a GAN: what blocks of columns are for.</summary>
public sealed class CategoricalPairsTests
{
    private const int Batch = 400, Fresh = 50_000;

    // Of four by three categories. Independent columns of the same shares would be 0.47 away.
    private static readonly double[] Joint =
    [
        0.22, 0.01, 0.02,
        0.02, 0.20, 0.03,
        0.01, 0.04, 0.25,
        0.10, 0.10, 0.00,
    ];

    private static readonly ColumnBlocks Blocks = ColumnBlocks.OfWidths(4, 3);

    /// <summary>Kingma and Welling 2014: an encoder to normals, a decoder to the logits of both columns. The likelihood counts twice, as in TVAE, or codes overlap too much.</summary>
    [Fact]
    public void An_autoencoder_learns_the_joint_distribution()
    {
        const int latent = 4, steps = 2500;
        using var tape = new Tape();
        using var parameters = new Parameters(Stream("weights"));
        Mlp encoder = new(parameters, "encoder", Activation.Silu, 7, 64, 2 * latent), decoder = new(parameters, "decoder", Activation.Silu, latent, 64, 64, 7);
        var categories = new int[2 * Batch];
        new Training { Steps = steps, Adam = new AdamOptions { LearningRate = 3e-3 }, Schedule = Schedule.Cosine(steps) }.Fit(parameters, tape, Semblance.Run.With(1), step =>
        {
            Draw(step, categories);
            var code = encoder.Apply(OneHot(tape, categories));
            var (mean, logVariance) = (code.Slice(0, latent), code.Slice(latent, latent));
            var logits = decoder.Apply(mean.Reparameterize(logVariance, Stream("code"), step));
            return logits.SoftmaxCrossEntropy(Blocks, categories).Plus(mean.GaussianDivergence(logVariance), 2);
        });

        tape.Clear();
        tape.Recording = false;
        var drawn = decoder.Apply(tape.Normal(new Shape(Fresh, latent), Stream("prior"), 0)).GumbelSoftmax(Blocks, 1, Stream("draws"), 0, hard: true);
        AssertLearned(drawn, 0.08);
    }

    /// <summary>A small PacGAN (Lin et al. 2018) with a Wasserstein critic: the generator's columns are soft draws, and the critic looks at two rows at once.</summary>
    [Fact]
    public void A_generator_of_soft_draws_learns_the_joint_distribution_from_a_critic()
    {
        const int noise = 8, packed = 2, rounds = 1000, looks = 3;
        using var tape = new Tape();
        using Parameters made = new(Stream("generator")), judged = new(Stream("critic"));
        Mlp generator = new(made, "generator", Activation.Relu, noise, 64, 64, 7), critic = new(judged, "critic", Activation.LeakyRelu, 7 * packed, 64, 64, 1);
        var options = new AdamOptions { LearningRate = 2e-3, Beta1 = 0.5, Beta2 = 0.9 };
        using Adam forGenerator = new(made, options), forCritic = new(judged, options);
        using var average = new MovingAverage(made, 0.99);
        var (schedule, categories) = (Schedule.Cosine(rounds), new int[2 * Batch]);
        for (long round = 0, step = 0; round < rounds; round++)
        {
            var rate = options.LearningRate * schedule.Share(round, []);
            for (var look = 0; look < looks; look++)
            {
                tape.Clear();
                tape.Recording = false; // the critic learns from rows, not through them
                Draw(step, categories);
                Tensor real = Pack(OneHot(tape, categories)), fake = Pack(Make(step++)), share = tape.Uniform(new Shape(fake.Rows, 1), Stream("between"), step);
                var between = real.TimesColumn(share).Plus(fake.TimesColumn(share.Affine(-1, 1)));
                tape.Recording = true;
                critic.Apply(fake).Mean().Plus(critic.Apply(real).Mean(), 1, -1).Plus(critic.GradientPenalty(between)).Backward();
                forCritic.Update(rate);
            }
            tape.Clear();
            judged.IsFrozen = true;
            critic.Apply(Pack(Make(step++))).Mean().Affine(-1).Backward();
            judged.IsFrozen = false;
            forGenerator.Update(rate);
            average.Update();
        }

        tape.Clear();
        tape.Recording = false;
        average.Adopt();
        var drawn = generator.Apply(tape.Normal(new Shape(Fresh, noise), Stream("prior"), 0)).GumbelSoftmax(Blocks, 0.5f, Stream("last"), 0, hard: true);
        AssertLearned(drawn, 0.06);

        Tensor Make(long step) => generator.Apply(tape.Normal(new Shape(Batch, noise), Stream("noise"), step)).GumbelSoftmax(Blocks, 0.5f, Stream("draws"), step);
        Tensor Pack(Tensor x) => x.Reshape(new Shape(x.Rows / packed, x.Columns * packed));
    }

    private static RandomStream Stream(string path) => new(new Seed(4), path);

    /// <summary>Two categories for each row of a step.</summary>
    private static void Draw(long step, int[] categories)
    {
        for (var row = 0; row < categories.Length / 2; row++)
        {
            var (left, cell) = (Stream("data").UnitAt(row + step * Batch), 0);
            while (cell < Joint.Length - 1 && left >= Joint[cell]) left -= Joint[cell++];
            (categories[2 * row], categories[2 * row + 1]) = (cell / 3, cell % 3);
        }
    }

    private static Tensor OneHot(Tape tape, int[] categories)
    {
        var x = tape.Input(new Shape(categories.Length / 2, 7));
        x.Values.Clear();
        for (var i = 0; i < categories.Length; i++) x.Values[i / 2 * 7 + Blocks[i % 2].Start + categories[i]] = 1;
        return x;
    }

    private static void AssertLearned(Tensor drawn, double most)
    {
        var found = new double[Joint.Length];
        for (var row = 0; row < Fresh; row++)
        {
            var values = drawn.Values.Slice(row * 7, 7);
            found[3 * values[..4].IndexOf(1) + values[4..].IndexOf(1)] += 1.0 / Fresh;
        }
        var distance = Joint.Zip(found, (a, b) => Math.Abs(a - b)).Sum() / 2; // total variation; sampling alone makes some 0.004
        Assert.True(distance <= most, $"total variation {distance:F4}: {string.Join(' ', found.Select(p => p.ToString("F3", System.Globalization.CultureInfo.InvariantCulture)))}");
    }
}
