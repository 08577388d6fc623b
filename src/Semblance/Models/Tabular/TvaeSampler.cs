using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>Draws a code from the prior, and all columns of the row from what the decoder makes of it.</summary>
internal sealed unsafe class TvaeSampler : CodedSampler
{
    private const int Layers = 2;

    private readonly Parameters parameters;
    private readonly Parameter shares, means, deviations;
    private readonly Parameter[] weights = new Parameter[Layers], biases = new Parameter[Layers];
    private readonly int units, components;

    public TvaeSampler(LevelHead head, int latent, int components) : base(head, latent)
    {
        (units, this.components) = (head.Units, components);
        parameters = new Parameters(default);
        shares = parameters.Add("prior/shares", new Shape(components), 0);
        means = parameters.Add("prior/means", new Shape(components, latent), 0);
        deviations = parameters.Add("prior/deviations", new Shape(components, latent), 0);
        for (var i = 0; i < Layers; i++)
            (weights[i], biases[i]) = (parameters.Add($"decoder/{i}/weight", new Shape(i == 0 ? latent : units, units), 0), parameters.Add($"decoder/{i}/bias", new Shape(units), 0));
    }

    protected override nint Scratch => Chunk * (CodeLength + 2 * (nint)units);

    /// <summary>Takes what was trained; components of a smaller share than <paramref name="least"/> are left out.</summary>
    public void Take(NormalMixture prior, LinearLayer[] decoder, double least)
    {
        var all = prior.Probabilities();
        for (var k = 0; k < components; k++) shares.Values[k] = all[k] >= least ? (float)all[k] : 0;
        if (!shares.Values.ContainsAnyExcept(0)) shares.Values[Array.IndexOf(all, all.Max())] = 1;
        prior.Means.CopyTo(means.Values);
        for (var i = 0; i < deviations.Values.Length; i++) deviations.Values[i] = (float)FastMath.Exp(0.5 * prior.LogVariances[i]);
        for (var i = 0; i < Layers; i++)
        {
            decoder[i].Weight.Values.CopyTo(weights[i].Values);
            decoder[i].Bias!.Values.CopyTo(biases[i].Values);
        }
        Share(shares.Values);
    }

    protected override float* Hidden(ReadOnlySpan<int> origins, float[][] normals, int start, float* scratch, Workspace workspace)
    {
        float* codes = scratch, first = codes + Chunk * (nint)CodeLength, second = first + Chunk * (nint)units;
        var rows = origins.Length;
        for (var row = 0; row < rows; row++)
        {
            float* mean = means.Data + origins[row] * (nint)CodeLength, deviation = deviations.Data + origins[row] * (nint)CodeLength, code = codes + row * (nint)CodeLength;
            for (var j = 0; j < CodeLength; j++) code[j] = mean[j] + deviation[j] * normals[j][start + row];
        }
        Gemm.Multiply(workspace, new Matrix(codes, rows, CodeLength), new Matrix(weights[0].Data, CodeLength, units), new Matrix(first, rows, units), bias: biases[0].Data);
        ActivationKernels.Apply(Activation.Relu, first, first, rows * units);
        Gemm.Multiply(workspace, new Matrix(first, rows, units), new Matrix(weights[1].Data, units, units), new Matrix(second, rows, units), bias: biases[1].Data);
        ActivationKernels.Apply(Activation.Relu, second, second, rows * units);
        return second;
    }

    public override void Save(ModelArchive archive)
    {
        (archive.Json["latent"], archive.Json["units"], archive.Json["components"], archive.Json["modes"]) = (CodeLength, units, components, Head.Modes);
        Head.Save(archive);
        archive.Add("net", parameters);
    }

    public static ISampler Load(ModelArchive archive, TabularParts parts)
    {
        int latent = (int)archive.Whole("latent", 1, 256), units = (int)archive.Whole("units", 16, 1024), components = (int)archive.Whole("components", 1, 4096);
        var sampler = new TvaeSampler(LevelHead.Load(archive, parts, units, (int)archive.Whole("modes", 1, Tvae.MostModes)), latent, components);
        sampler.parameters.Load(archive, "net");
        if (sampler.shares.Values.ContainsAnyExceptInRange(0, 1) || !sampler.shares.Values.ContainsAnyExcept(0)) throw archive.Unfit("the shares of its components are none");
        sampler.Share(sampler.shares.Values);
        return sampler;
    }
}
