using Semblance.Numerics;
using Xunit;

namespace Semblance.Tests.Numerics.Tensors.Examples;

/// <summary>
/// The critic of a Wasserstein GAN alone: a network whose slope is held near one by an exact gradient penalty (Gulrajani et al. 2017) measures how far one distribution must be moved to
/// become another (Kantorovich and Rubinstein).
/// </summary>
public sealed class WassersteinTests
{
    private const int Batch = 256;
    private const float Penalty = 100; // the slope settles at 1 + distance / (2 · penalty): one part in a hundred too much where the distance is 2

    /// <summary>In one dimension the distance is the mean distance of quantiles: of normals two apart 2, of uniforms on [0, 1] and [0, 3] the mean of 2u, which is 1.</summary>
    [Theory]
    [InlineData("normals", 2)]
    [InlineData("uniforms", 1)]
    public void A_critic_with_a_gradient_penalty_finds_the_distance_within_5_percent(string pair, double distance)
    {
        using var tape = new Tape();
        using var parameters = new Parameters(new RandomStream(new Seed(1), "critic/weights"));
        var critic = new Mlp(parameters, "critic", Activation.Silu, 1, 64, 64, 1);
        const int steps = 1500;
        var training = new Training { Steps = steps, Adam = new AdamOptions { LearningRate = 2e-3, Beta1 = 0.5, Beta2 = 0.9 }, Schedule = Schedule.Cosine(steps, floor: 0.01) };
        training.Fit(parameters, tape, Semblance.Run.With(1), step =>
        {
            var (near, far) = Draw(tape, pair, step, Batch);
            var share = tape.Uniform(new Shape(Batch, 1), new RandomStream(new Seed(1), "critic/between"), step);
            var between = near.TimesColumn(share).Plus(far.TimesColumn(share.Affine(-1, 1)));
            // A slope of -1 is as good to the penalty as one of 1: it grows from nothing, so that the data and not the first weights choose the sign.
            var penalty = Penalty * Math.Min(1, step / (float)(steps / 2));
            return critic.Apply(near).Mean().Plus(critic.Apply(far).Mean(), 1, -1).Plus(critic.GradientPenalty(between), 1, penalty);
        });

        tape.Clear();
        tape.Recording = false;
        var (a, b) = Draw(tape, pair, steps, 200_000);
        var found = critic.Apply(b).Mean().Scalar - critic.Apply(a).Mean().Scalar;
        Assert.InRange(found, 0.95 * distance, 1.05 * distance);
    }

    private static (Tensor Near, Tensor Far) Draw(Tape tape, string pair, long step, int rows)
    {
        RandomStream near = new(new Seed(1), "near"), far = new(new Seed(1), "far");
        Shape shape = new(rows, 1);
        return pair == "normals" ? (tape.Normal(shape, near, step), tape.Normal(shape, far, step).Affine(1, 2)) : (tape.Uniform(shape, near, step), tape.Uniform(shape, far, step).Affine(3));
    }
}
