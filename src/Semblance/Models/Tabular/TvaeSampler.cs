using System.Runtime.CompilerServices;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>Draws a code from the prior, and all columns of the row from what the decoder makes of it.</summary>
internal sealed unsafe class TvaeSampler : ISampler
{
    private const int Layers = 2;

    private readonly Parameters parameters;
    private readonly Parameter shares, means, deviations;
    private readonly Parameter[] weights = new Parameter[Layers], biases = new Parameter[Layers];
    private readonly ConditionalWeakTable<bool[]?[], double[]> proposals = [];
    private readonly int latent, units, components;
    private double[] ends = [];

    public TvaeSampler(LevelHead head, int latent, int components)
    {
        (Head, this.latent, units, this.components) = (head, latent, head.Units, components);
        parameters = new Parameters(default);
        shares = parameters.Add("prior/shares", new Shape(components), 0);
        means = parameters.Add("prior/means", new Shape(components, latent), 0);
        deviations = parameters.Add("prior/deviations", new Shape(components, latent), 0);
        for (var i = 0; i < Layers; i++)
            (weights[i], biases[i]) = (parameters.Add($"decoder/{i}/weight", new Shape(i == 0 ? latent : units, units), 0), parameters.Add($"decoder/{i}/bias", new Shape(units), 0));
    }

    public LevelHead Head { get; }

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
        Settle();
    }

    public void Sample(SampleBlock block) => Sample(block, null);

    public void Sample(SampleBlock block, LevelHead.Observed? observed)
    {
        if (block.Allowed is not { } allowed)
        {
            Sample(block, observed, ends, null);
            return;
        }
        var proposal = proposals.GetValue(allowed, _ => Propose(block));
        Sample(block, observed, proposal, null);
    }

    /// <summary>
    /// Cumulated shares from which components are drawn under a condition: the more of its codes' rows hold it, the more often; a tenth of the draws stays as it is, so that the weights, which make up for the difference exactly,
    /// stay below ten times the others.
    /// </summary>
    private double[] Propose(SampleBlock block)
    {
        const int tries = 16;
        var rows = new long[components * tries];
        var of = new int[rows.Length];
        for (var i = 0; i < rows.Length; i++) (rows[i], of[i]) = (i, i / tries);
        var trial = block.Beside(rows, uint.MaxValue - 1);
        Sample(trial, null, ends, of);
        var proposal = new double[components];
        for (var i = 0; i < rows.Length; i++) proposal[of[i]] += trial.Weights![i] * Share(ends, of[i]);
        var sum = proposal.Sum();
        for (var k = 0; k < components; k++) proposal[k] = (k > 0 ? proposal[k - 1] : 0) + (sum > 0 ? 0.9 * proposal[k] / sum + 0.1 * Share(ends, k) : Share(ends, k));
        return proposal;
    }

    private static double Share(double[] ends, int component) => ends[component] - (component > 0 ? ends[component - 1] : 0);

    /// <summary>Draws a block, its components from cumulated shares, or as given.</summary>
    private void Sample(SampleBlock block, LevelHead.Observed? observed, double[] proposal, int[]? given)
    {
        const int chunk = LevelHead.Drawing.Chunk;
        var n = block.Rows.Length;
        using var drawing = Head.Begin(block, observed);
        using var memory = new NativeBuffer(chunk * (latent + 2 * (nint)units));
        float* codes = memory.Data, first = codes + chunk * (nint)latent, second = first + chunk * (nint)units;
        var fours = (latent + 3) / 4;
        var normals = new float[4 * fours][];
        for (var i = 0; i < normals.Length; i++) normals[i] = new float[n];
        for (var i = 0; i < fours; i++) block.Normals(i, normals[4 * i], normals[4 * i + 1], normals[4 * i + 2], normals[4 * i + 3]);
        var choice = new float[n];
        block.Units(fours, choice);
        for (var start = 0; start < n; start += chunk)
        {
            var rows = Math.Min(chunk, n - start);
            for (var row = 0; row < rows; row++)
            {
                var component = given is null ? Component(proposal, choice[start + row]) : given[start + row];
                if (proposal != ends && block.Weights is { } of) of[start + row] *= Share(ends, component) / Share(proposal, component);
                float* mean = means.Data + component * (nint)latent, deviation = deviations.Data + component * (nint)latent, code = codes + row * (nint)latent;
                for (var j = 0; j < latent; j++) code[j] = mean[j] + deviation[j] * normals[j][start + row];
            }
            Gemm.Multiply(drawing.Workspace, new Matrix(codes, rows, latent), new Matrix(weights[0].Data, latent, units), new Matrix(first, rows, units), bias: biases[0].Data);
            ActivationKernels.Apply(Activation.Relu, first, first, rows * units);
            Gemm.Multiply(drawing.Workspace, new Matrix(first, rows, units), new Matrix(weights[1].Data, units, units), new Matrix(second, rows, units), bias: biases[1].Data);
            ActivationKernels.Apply(Activation.Relu, second, second, rows * units);
            drawing.Draw(start, rows, second);
        }
    }

    private static int Component(double[] ends, double u)
    {
        var at = CircuitColumn.Find(ends, u * ends[^1]);
        while (at > 0 && Share(ends, at) <= 0) at--; // a component without a share ends where the one before it does
        return at;
    }

    /// <summary>Prepares drawing from the shares.</summary>
    private void Settle()
    {
        ends = new double[components];
        var sum = 0.0;
        foreach (var share in shares.Values) sum += share;
        for (var k = 0; k < components; k++) ends[k] = (k > 0 ? ends[k - 1] : 0) + shares.Values[k] / sum;
    }

    public void Save(ModelArchive archive)
    {
        (archive.Json["latent"], archive.Json["units"], archive.Json["components"], archive.Json["modes"]) = (latent, units, components, Head.Modes);
        Head.Save(archive);
        archive.Add("net", parameters);
    }

    public static ISampler Load(ModelArchive archive, TabularParts parts)
    {
        int latent = (int)archive.Whole("latent", 1, 256), units = (int)archive.Whole("units", 16, 1024), components = (int)archive.Whole("components", 1, 4096);
        var sampler = new TvaeSampler(LevelHead.Load(archive, parts, units, (int)archive.Whole("modes", 1, Tvae.MostModes)), latent, components);
        sampler.parameters.Load(archive, "net");
        if (sampler.shares.Values.ContainsAnyExceptInRange(0, 1) || !sampler.shares.Values.ContainsAnyExcept(0)) throw archive.Unfit("the shares of its components are none");
        sampler.Settle();
        return sampler;
    }
}
