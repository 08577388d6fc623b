using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

/// <summary>
/// Gamma distribution, drawn by Marsaglia and Tsang's squeeze (2000): a cubed normal, accepted in 95 % of cases or more. Blocks make normals and uniform numbers in the widest registers and
/// give only the rows that are not accepted at once to the sequence, which repeats the first try and goes on.
/// </summary>
internal sealed class GammaDistribution(double shape, double scale) : Distribution
{
    private const int Chunk = 256;

    public override double Mean => shape * scale;
    public override double Variance => shape * scale * scale;
    public override (double Min, double Max) Support => (0, double.PositiveInfinity);

    public override double Cumulative(double x) => SpecialFunctions.IncompleteGamma(shape, x / scale).P;
    public override double Survival(double x) => SpecialFunctions.IncompleteGamma(shape, x / scale).Q;

    private protected override double Lower(double p) => scale * SpecialFunctions.InverseIncompleteGamma(shape, p);
    private protected override double Upper(double q) => scale * SpecialFunctions.InverseIncompleteGamma(shape, q, upper: true);

    public override double Sample(ref RandomSequence random) => scale * Standard(shape, ref random);

    /// <summary>A value of scale 1.</summary>
    public static double Standard(double shape, ref RandomSequence random)
    {
        var (d, c) = Constants(shape);
        while (true)
        {
            var z = random.NextNormal();
            var u = random.NextUnit();
            if (!Accepted(z, u, d, c, out var v)) continue;
            return shape < 1 ? d * v * Boost(random.NextUnit(), shape) : d * v;
        }
    }

    /// <summary>Logarithm of a value of scale 1, for shapes so small that values fall under the least double.</summary>
    public static double LogStandard(double shape, ref RandomSequence random) => shape < 1
        ? FastMath.Log(Standard(shape + 1, ref random)) + FastMath.Log(Math.Max(random.NextUnit(), 1e-17)) / shape
        : FastMath.Log(Standard(shape, ref random));

    [SkipLocalsInit]
    public override void Fill(RandomStream stream, long firstRow, uint draw, Span<double> values)
    {
        Span<double> normals = stackalloc double[Chunk];
        Span<uint> a = stackalloc uint[Chunk], b = stackalloc uint[Chunk], c = stackalloc uint[Chunk], d = stackalloc uint[Chunk];
        var (third, root) = Constants(shape);
        for (var start = 0; start < values.Length; start += Chunk)
        {
            var count = Math.Min(Chunk, values.Length - start);
            stream.FillNormal(firstRow + start, draw, normals[..count]);
            stream.FillWords(firstRow + start, draw + 1, a[..count], b[..count], c[..count], d[..count]);
            for (var i = 0; i < count; i++)
            {
                if (Accepted(normals[i], Unit(a[i], b[i]), third, root, out var v))
                {
                    values[start + i] = scale * (shape < 1 ? third * v * Boost(Unit(c[i], d[i]), shape) : third * v);
                    continue;
                }
                var random = stream.Sequence(firstRow + start + i, draw);
                values[start + i] = Sample(ref random);
            }
        }
    }

    private static (double D, double C) Constants(double shape)
    {
        var d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3;
        return (d, 1 / (3 * Math.Sqrt(d)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Accepted(double z, double u, double d, double c, out double v)
    {
        var root = Math.FusedMultiplyAdd(c, z, 1);
        v = root * root * root;
        if (root <= 0) return false;
        var square = z * z;
        return u < 1 - 0.0331 * square * square || FastMath.Log(u) < 0.5 * square + d * (1 - v + FastMath.Log(v));
    }

    private static double Boost(double u, double shape) => FastMath.Pow(u, 1 / shape);

    private static double Unit(uint high, uint low) => (((ulong)high << 32 | low) >> 11) * (1.0 / 9007199254740992.0);
}
