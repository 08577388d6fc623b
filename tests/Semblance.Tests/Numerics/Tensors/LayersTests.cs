using Semblance.Numerics;

namespace Semblance.Tests.Numerics.Tensors;

public sealed class LayersTests
{
    [Fact]
    public void Layers_add_named_parameters_uniform_within_one_over_the_root_of_the_inputs()
    {
        using var parameters = new Parameters(new RandomStream(new Seed(1), "layers"));
        var net = new Mlp(parameters, "critic", Activation.Silu, 25, 64, 3);
        Assert.Equal(["critic/0/weight", "critic/0/bias", "critic/1/weight", "critic/1/bias"], parameters.All.Select(p => p.Name));
        Assert.Equal(["25×64", "64", "64×3", "3"], parameters.All.Select(p => p.Shape.ToString()));
        Assert.InRange(net.Layers[0].Weight.Values.ToArray().Max(), 0.19f, 0.2f);
        Assert.InRange(net.Layers[0].Weight.Values.ToArray().Min(), -0.2f, -0.19f);
        Assert.InRange(net.Layers[1].Bias!.Values.ToArray().Max(), -0.125f, 0.125f);
        Assert.Null(new LinearLayer(parameters, "head", 3, 4, bias: false).Bias);
        Assert.Throws<ArgumentException>(() => new Mlp(parameters, "short", Activation.Relu, 4));
        Assert.Throws<ArgumentException>(() => new LinearLayer(parameters, "head", 3, 4));
    }

    [Fact]
    public void A_net_is_its_layers_with_activations_between_them()
    {
        using var tape = new Tape();
        using var parameters = new Parameters(new RandomStream(new Seed(1), "layers"));
        var net = new Mlp(parameters, "net", Activation.Tanh, 4, 17, 2);
        var x = tape.Input([.. Enumerable.Range(0, 12).Select(i => i / 6f - 1)], new Shape(3, 4));
        double[] Doubles(Span<float> values) => [.. values.ToArray().Select(v => (double)v)];
        var hidden = LinearTests.Product(Doubles(x.Values), Doubles(net.Layers[0].Weight.Values), 3, 4, 17, Doubles(net.Layers[0].Bias!.Values));
        for (var i = 0; i < hidden.Length; i++) hidden[i] = Math.Tanh(hidden[i]);
        var expected = LinearTests.Product(hidden, Doubles(net.Layers[1].Weight.Values), 3, 17, 2, Doubles(net.Layers[1].Bias!.Values));
        GradientCheck.AssertNear(expected, net.Apply(x).Values, 1e-6, "result");
    }

    [Fact]
    public void A_frozen_set_lets_gradients_through_and_takes_none()
    {
        using var tape = new Tape();
        using var generator = new Parameters(new RandomStream(new Seed(1), "generator"));
        using var critic = new Parameters(new RandomStream(new Seed(1), "critic"));
        var (from, to) = (new LinearLayer(generator, "from", 3, 4), new Mlp(critic, "to", Activation.Silu, 4, 5, 1));
        float[] Through(bool frozen)
        {
            critic.IsFrozen = frozen;
            tape.Clear();
            to.Apply(from.Apply(tape.Input([1, 2, 3, 4, 5, 6], new Shape(2, 3)))).Sum().Backward();
            float[] gradient = from.Weight.Gradient.ToArray();
            Assert.Equal(frozen, critic.All.All(p => p.Gradient.ToArray().All(g => g == 0)));
            generator.ClearGradients();
            critic.ClearGradients();
            return gradient;
        }
        Assert.Equal(Through(false), Through(true));
    }
}
