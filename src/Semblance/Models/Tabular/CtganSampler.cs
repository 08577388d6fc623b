using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>Draws a condition as often as the table meets it, and noise; and all columns of the row from what the generator makes of them.</summary>
internal sealed unsafe class CtganSampler : CodedSampler
{
    private readonly Parameters parameters;
    private readonly Parameter shares, first, conditions, second, secondBias;
    private readonly int units, count;

    public CtganSampler(LevelHead head, int noise, int count) : base(head, noise)
    {
        (units, this.count) = (head.Units, count);
        parameters = new Parameters(default);
        shares = parameters.Add("conditions/shares", new Shape(count), 0);
        conditions = parameters.Add("conditions/units", new Shape(count, units), 0);
        first = parameters.Add("first/weight", new Shape(noise, units), 0);
        second = parameters.Add("second/weight", new Shape(units, units), 0);
        secondBias = parameters.Add("second/bias", new Shape(units), 0);
    }

    protected override nint Scratch => Chunk * (CodeLength + 2 * (nint)units);

    /// <summary>Takes what was trained; the normalisations by running statistics become part of the layers before them.</summary>
    public void Take(LinearLayer noise, Parameter asked, LinearLayer hidden, BatchNormLayer[] norms, ReadOnlySpan<float> often)
    {
        often.CopyTo(shares.Values);
        for (var u = 0; u < units; u++)
        {
            var (factor, shift) = Folded(norms[0], u);
            for (var i = 0; i < CodeLength; i++) first.Values[i * units + u] = noise.Weight.Values[i * units + u] * factor;
            for (var k = 0; k < count; k++) conditions.Values[k * units + u] = (asked.Values[k * units + u] + noise.Bias!.Values[u]) * factor + shift;
            (factor, shift) = Folded(norms[1], u);
            for (var i = 0; i < units; i++) second.Values[i * units + u] = hidden.Weight.Values[i * units + u] * factor;
            secondBias.Values[u] = hidden.Bias!.Values[u] * factor + shift;
        }
        Share(shares.Values);
    }

    private static (float Factor, float Shift) Folded(BatchNormLayer norm, int unit)
    {
        var factor = norm.Scale.Values[unit] / MathF.Sqrt(norm.Running.Variance.Values[unit] + 1e-5f);
        return (factor, norm.Shift.Values[unit] - norm.Running.Mean.Values[unit] * factor);
    }

    protected override float* Hidden(ReadOnlySpan<int> origins, float[][] normals, int start, float* scratch, Workspace workspace)
    {
        float* noise = scratch, x = noise + Chunk * (nint)CodeLength, y = x + Chunk * (nint)units;
        var rows = origins.Length;
        for (var row = 0; row < rows; row++)
        {
            new Span<float>(conditions.Data + origins[row] * (nint)units, units).CopyTo(new Span<float>(x + row * (nint)units, units));
            for (var j = 0; j < CodeLength; j++) noise[row * (nint)CodeLength + j] = normals[j][start + row];
        }
        Gemm.Multiply(workspace, new Matrix(noise, rows, CodeLength), new Matrix(first.Data, CodeLength, units), new Matrix(x, rows, units), accumulate: true);
        ActivationKernels.Apply(Activation.Relu, x, x, rows * units);
        Gemm.Multiply(workspace, new Matrix(x, rows, units), new Matrix(second.Data, units, units), new Matrix(y, rows, units), bias: secondBias.Data);
        ActivationKernels.Apply(Activation.Relu, y, y, rows * units);
        Vectors.Sum(x, y, x, rows * units, 1, 1, 0);
        return x;
    }

    public override void Save(ModelArchive archive)
    {
        (archive.Json["noise"], archive.Json["units"], archive.Json["conditions"]) = (CodeLength, units, count);
        Head.Save(archive);
        archive.Add("net", parameters);
    }

    public static ISampler Load(ModelArchive archive, TabularParts parts)
    {
        int noise = (int)archive.Whole("noise", 1, 256), units = (int)archive.Whole("units", 16, 1024), count = (int)archive.Whole("conditions", 1, 1 << 20);
        var sampler = new CtganSampler(LevelHead.Load(archive, parts, units, 1), noise, count);
        sampler.parameters.Load(archive, "net");
        if (sampler.shares.Values.ContainsAnyExceptInRange(0, 1) || !sampler.shares.Values.ContainsAnyExcept(0)) throw archive.Unfit("the shares of its conditions are none");
        sampler.Share(sampler.shares.Values);
        return sampler;
    }
}
