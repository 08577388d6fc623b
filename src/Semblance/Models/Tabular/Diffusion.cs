using Semblance.Codecs;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// Diffusion over a mixed table. Categories, gaps and values that many rows share are tokens, which are hidden and learned back one by one in any order (absorbing diffusion: Austin et al. 2021; as
/// an autoregressive model of any order: Hoogeboom et al. 2022). All other numbers are normal scores of their rank, to which noise is added and taken away again by the probability flow (Song et al.
/// 2021), given the tokens. A row starts with all tokens hidden; they are unmasked first, in random order, then its numbers are denoised together.
/// </summary>
public sealed record Diffusion : IModel<Table>, IRanged, IEncodes
{
    /// <inheritdoc/>
    public string Id => "diffusion";

    /// <summary>Passes over the rows in training, 1 to 100000. Default 200. Each network keeps what was best on rows held out.</summary>
    public int Epochs { get; init; } = 200;

    /// <summary>Units in each hidden layer, 16 to 2048, a multiple of 16; 0 takes 64 below 800 rows, 128 below 4000, else 256. Default 0.</summary>
    public int Width { get; init; }

    /// <summary>Hidden layers, 1 to 12. Default 3.</summary>
    public int Layers { get; init; } = 3;

    /// <summary>Steps in which numbers are denoised, 2 to 1000. Default 20. More are slower, and hardly sharper.</summary>
    public int Steps { get; init; } = 20;

    /// <summary>Most steps in which tokens are unmasked, 1 to 1000. Default 32. Tables with more columns unmask several at once.</summary>
    public int Reveals { get; init; } = 32;

    /// <summary>Rate of learning at its highest for batches of 512 rows, in (0, 0.1]. Default 0.006.</summary>
    public double Rate { get; init; } = 0.006;

    /// <summary>Share of hidden units left out in a step of training, in [0, 0.9]; in the network for numbers less above 5,000 rows, in proportion. Default 0.1.</summary>
    public double Dropout { get; init; } = 0.1;

    /// <inheritdoc cref="ColumnEncodings"/>
    public ColumnEncodings Encoding { get; init; } = ColumnEncodings.None;

    /// <inheritdoc/>
    public Task<IGenerator<Table>> FitAsync(Table real, Run run, CancellationToken ct = default) => Task.Run<IGenerator<Table>>(() =>
    {
        Check();
        var table = CellTable.Learn(real, Encoding, run, ct);
        using var fit = new DiffusionFit(this, table, run, ct);
        var sampler = fit.Learn();
        return new TabularGenerator(table.Schema, table.Codecs, sampler, table.Describe(this, run) with { LossCurve = [.. fit.Curve] });
    }, ct);

    internal int WidthFor(int rows) => Width > 0 ? Width : rows < 800 ? 64 : rows < 4000 ? 128 : 256;

    void IRanged.Check() => Check();

    private void Check()
    {
        if (Epochs is < 1 or > 100_000) throw new RecipeException("SB2022", $"diffusion: epochs = {Epochs} is out of range; give 1 to 100000");
        if (Width is < 0 or > 2048 || Width % 16 != 0) throw new RecipeException("SB2022", $"diffusion: width = {Width} is out of range; give 0 or a multiple of 16, to 2048");
        if (Layers is < 1 or > 12) throw new RecipeException("SB2022", $"diffusion: layers = {Layers} is out of range; give 1 to 12");
        if (Steps is < 2 or > 1000) throw new RecipeException("SB2022", $"diffusion: steps = {Steps} is out of range; give 2 to 1000");
        if (Reveals is < 1 or > 1000) throw new RecipeException("SB2022", $"diffusion: reveals = {Reveals} is out of range; give 1 to 1000");
        if (!(Rate is > 0 and <= 0.1)) throw new RecipeException("SB2022", $"diffusion: rate = {Rate} is out of range; give a number above 0, at most 0.1");
        if (!(Dropout is >= 0 and <= 0.9)) throw new RecipeException("SB2022", $"diffusion: dropout = {Dropout} is out of range; give a share from 0 to 0.9");
    }

    internal static ISampler Load(ModelArchive archive, TabularParts parts) => DiffusionSampler.Load(archive, parts);
}
