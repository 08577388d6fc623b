using Semblance.Codecs;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// Conditional generative adversarial network. A generator makes rows from noise and a level that it is asked for; a critic tells them from real rows that have this level; each learns from the
/// other. After CTGAN (Xu et al. 2019): levels asked for by the logarithm of their rows, rows judged several together, a penalty on the critic's slope. With these changes: a number is a few levels of
/// its own beside a line of normal scores; the generator gives distributions, from which cells are drawn, so that conditions can be held exactly; the critic learns without momentum and faster than the
/// generator; and marginals are corrected after training.
/// </summary>
public sealed record Ctgan : IModel<Table>, IRanged, IEncodes
{
    /// <inheritdoc/>
    public string Id => "ctgan";

    /// <summary>Numbers in the noise that a row is made from, 1 to 256. Default 64.</summary>
    public int Noise { get; init; } = 64;

    /// <summary>Units in each hidden layer of both networks, 16 to 1024, a multiple of 16. Default 128.</summary>
    public int Hidden { get; init; } = 128;

    /// <summary>Rows that the critic judges together, 1 to 32. Default 2. It sees whether they differ as real ones do, so that the generator can't settle on a few; the more, the slower it learns.</summary>
    public int Pack { get; init; } = 2;

    /// <summary>Steps of training, 0 to 10000000; 0 takes 25 times the root of the rows, at least 300. Default 0.</summary>
    public int Steps { get; init; }

    /// <summary>Steps of the critic for each of the generator, 1 to 20. Default 1.</summary>
    public int Looks { get; init; } = 1;

    /// <summary>Rate of learning of the generator at its highest, in (0, 0.1]. Default 0.001. The critic's is three times as high.</summary>
    public double Rate { get; init; } = 0.001;

    /// <summary>Weight of the penalty on the critic's slope, in (0, 1000]. Default 0.3.</summary>
    public double Penalty { get; init; } = 0.3;

    /// <inheritdoc cref="ColumnEncodings"/>
    public ColumnEncodings Encoding { get; init; } = ColumnEncodings.None;

    /// <inheritdoc/>
    public Task<IGenerator<Table>> FitAsync(Table real, Run run, CancellationToken ct = default) => Task.Run<IGenerator<Table>>(() =>
    {
        Check();
        var table = CellTable.Learn(real, Encoding, run, ct);
        using var fit = new CtganFit(this, new LevelledTable(table, Id, 1, run, ct), run);
        var distances = fit.Train(ct);
        return new TabularGenerator(table.Schema, table.Codecs, fit.Fitted(ct), table.Describe(this, run) with { LossCurve = [.. distances] });
    }, ct);

    void IRanged.Check() => Check();

    private void Check()
    {
        if (Noise is < 1 or > 256) throw new RecipeException("SB2022", $"ctgan: noise = {Noise} is out of range; give 1 to 256");
        if (Hidden is < 16 or > 1024 || Hidden % 16 != 0) throw new RecipeException("SB2022", $"ctgan: hidden = {Hidden} is out of range; give a multiple of 16, from 16 to 1024");
        if (Pack is < 1 or > 32) throw new RecipeException("SB2022", $"ctgan: pack = {Pack} is out of range; give 1 to 32");
        if (Steps is < 0 or > 10_000_000) throw new RecipeException("SB2022", $"ctgan: steps = {Steps} is out of range; give 0 to 10000000");
        if (Looks is < 1 or > 20) throw new RecipeException("SB2022", $"ctgan: looks = {Looks} is out of range; give 1 to 20");
        if (!(Rate is > 0 and <= 0.1)) throw new RecipeException("SB2022", $"ctgan: rate = {Rate} is out of range; give a number above 0, at most 0.1");
        if (!(Penalty is > 0 and <= 1000)) throw new RecipeException("SB2022", $"ctgan: penalty = {Penalty} is out of range; give a number above 0, at most 1000");
    }

    internal static ISampler Load(ModelArchive archive, TabularParts parts) => CtganSampler.Load(archive, parts);
}
