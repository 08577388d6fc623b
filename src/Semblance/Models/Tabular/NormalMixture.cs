using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>A mixture of normals whose dimensions are independent within each, learned by gradients: the prior of an autoencoder's codes.</summary>
internal sealed class NormalMixture
{
    private readonly Parameter shares, means, logVariances;

    public NormalMixture(Parameters parameters, string name, int components, int dimensions)
    {
        (Components, Dimensions) = (components, dimensions);
        shares = parameters.Add(name + "/shares", new Shape(1, components), 0);
        means = parameters.Add(name + "/means", new Shape(components, dimensions), components > 1 ? 1.5f : 0);
        logVariances = parameters.Add(name + "/logVariances", new Shape(components, dimensions), 0);
    }

    public int Components { get; }

    public int Dimensions { get; }

    public ReadOnlySpan<float> Means => means.Values;

    public ReadOnlySpan<float> LogVariances => logVariances.Values;

    /// <summary>Shares of the components.</summary>
    public double[] Probabilities()
    {
        var top = float.NegativeInfinity;
        foreach (var log in shares.Values) top = Math.Max(top, log);
        var result = new double[Components];
        for (var k = 0; k < Components; k++) result[k] = FastMath.Exp(shares.Values[k] - top);
        var sum = result.Sum();
        return Array.ConvertAll(result, p => p / sum);
    }

    /// <summary>-log density + dimensions/2 · log 2π, averaged over rows: a single number.</summary>
    public Tensor NegativeLogDensity(Tensor z)
    {
        var tape = z.Tape;
        Tensor mean = tape.Use(means), logVariance = tape.Use(logVariances), precision = logVariance.Affine(-1).Exp();
        var block = ColumnBlocks.OfWidths(Components);
        var constants = logVariance.Plus(mean.Square().Times(precision)).RowSums().Affine(-0.5f).Reshape(new Shape(1, Components)).Plus(tape.Use(shares).LogSoftmax(block));
        var logs = z.MatMul(mean.Times(precision), transposeOther: true).Plus(z.Square().MatMul(precision, transposeOther: true), 1, -0.5f).PlusRow(constants.Reshape(new Shape(Components)));
        // the logarithm of the sum is what softmax leaves out: cross entropy with the first component, plus its own logarithm
        return logs.SoftmaxCrossEntropy(block, new int[z.Rows]).Plus(logs.Slice(0, 1).Mean()).Affine(-1);
    }
}
