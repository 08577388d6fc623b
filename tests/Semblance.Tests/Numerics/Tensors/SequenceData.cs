using Semblance.Numerics;

namespace Semblance.Tests.Numerics.Tensors;

/// <summary>Random inputs for the tests of sequence operations.</summary>
internal static class SequenceData
{
    /// <summary>Uniform in ±1, with a gradient.</summary>
    public static Tensor Random(Tape tape, ulong seed, Shape shape)
    {
        var tensor = tape.Input(shape, gradient: true);
        new RandomStream(new Seed(seed), "sequence-data").FillUnit(0, 0, tensor.Values);
        foreach (ref var value in tensor.Values) value = 2 * value - 1;
        return tensor;
    }

    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
