using Semblance.Codecs;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// Variational autoencoder. An encoder turns each row into a normal distribution over short codes, a decoder turns a code into a distribution for every column, and both learn to say as much about the row in as few
/// nats as they can. After TVAE (Xu et al. 2019), with these changes: codes follow a learned mixture of normals, so that what is sampled from is what was trained on; a number is a few levels of its own beside a
/// line of normal scores with a small mixture for each row; and marginals are corrected after training.
/// </summary>
public sealed record Tvae : IModel<Table>, IRanged, IEncodes
{
    internal const int MostModes = 16;

    /// <inheritdoc/>
    public string Id => "tvae";

    /// <summary>Numbers in a code, 1 to 256. Default 16.</summary>
    public int Latent { get; init; } = 16;

    /// <summary>Units in each hidden layer, 16 to 1024, a multiple of 16. Default 128.</summary>
    public int Hidden { get; init; } = 128;

    /// <summary>Normals that codes are drawn from, 1 to 4096; 0 takes one for each 100 rows, at most 256. Default 0.</summary>
    public int Components { get; init; }

    /// <summary>Normals that make up the distribution of a number given a code, 1 to 16. Default 6.</summary>
    public int Modes { get; init; } = 6;

    /// <summary>Passes over the rows, 1 to 10000. Default 100. What was best on held-out rows is kept.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>Rate of learning at its highest, in (0, 0.1]. Default 0.005.</summary>
    public double Rate { get; init; } = 0.005;

    /// <inheritdoc cref="ColumnEncodings"/>
    public ColumnEncodings Encoding { get; init; } = ColumnEncodings.None;

    /// <inheritdoc/>
    public Task<IGenerator<Table>> FitAsync(Table real, Run run, CancellationToken ct = default) => Task.Run<IGenerator<Table>>(() =>
    {
        Check();
        var table = CellTable.Learn(real, Encoding, run, ct);
        using var fit = new TvaeFit(this, new LevelledTable(table, Id, Modes, run, ct), run);
        var losses = fit.Train(ct);
        return new TabularGenerator(table.Schema, table.Codecs, fit.Fitted(ct), table.Describe(this, run) with { LossCurve = [.. losses] });
    }, ct);

    void IRanged.Check() => Check();

    private void Check()
    {
        if (Latent is < 1 or > 256) throw new RecipeException("SB2022", $"tvae: latent = {Latent} is out of range; give 1 to 256");
        if (Hidden is < 16 or > 1024 || Hidden % 16 != 0) throw new RecipeException("SB2022", $"tvae: hidden = {Hidden} is out of range; give a multiple of 16, from 16 to 1024");
        if (Components is < 0 or > 4096) throw new RecipeException("SB2022", $"tvae: components = {Components} is out of range; give 0 to 4096");
        if (Modes is < 1 or > MostModes) throw new RecipeException("SB2022", $"tvae: modes = {Modes} is out of range; give 1 to {MostModes}");
        if (Epochs is < 1 or > 10_000) throw new RecipeException("SB2022", $"tvae: epochs = {Epochs} is out of range; give 1 to 10000");
        if (!(Rate is > 0 and <= 0.1)) throw new RecipeException("SB2022", $"tvae: rate = {Rate} is out of range; give a number above 0, at most 0.1");
    }

    internal static ISampler Load(ModelArchive archive, TabularParts parts) => TvaeSampler.Load(archive, parts);
}
