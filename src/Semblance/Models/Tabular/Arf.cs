using Semblance.Codecs;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// An adversarial random forest (Watson, Blesch, Kapar, Wright: Adversarial random forests for density estimation and generative modeling, AISTATS 2023). Trees cut the rows into boxes
/// inside which columns are taken as independent; the next forest learns to tell real rows from rows drawn that way, and cuts where it can. With these changes: a cut is judged by what it
/// tells of the other columns as well as of the adversary's question (<see cref="ArfGrowth"/>), since at first no single cut can tell anything; and leaves hold cells, smoothed, not values.
/// </summary>
public sealed record Arf : IModel<Table>, IRanged, IEncodes
{
    internal const int MostTrees = 200;
    internal const double MostDoubt = 10;

    /// <inheritdoc/>
    public string Id => "arf";

    /// <summary>Trees, 1 to 200. Default 10: more are a little smoother, and take time and room in proportion.</summary>
    public int Trees { get; init; } = 10;

    /// <summary>Least rows in a leaf, 2 or more. Default 10. Larger is smoother and more private, smaller is sharper and copies more.</summary>
    public int LeafRows { get; init; } = 10;

    /// <summary>Most forests grown one after another, 1 to 20. Default 10. It stops by itself once real and made rows can't be told apart, or no better than before.</summary>
    public int Rounds { get; init; } = 10;

    /// <summary>How far above one half the share of held-out rows told right may lie at the end, 0 to 0.5. Default 0.02.</summary>
    public double Delta { get; init; } = 0.02;

    /// <summary>Rows that every leaf has besides its own, spread over its box as the whole table is, 0 to 10. Default 0.1: enough to make what no leaf has seen together possible, and rare.</summary>
    public double Doubt { get; init; } = 0.1;

    /// <inheritdoc cref="ColumnEncodings"/>
    public ColumnEncodings Encoding { get; init; } = ColumnEncodings.None;

    /// <inheritdoc/>
    public Task<IGenerator<Table>> FitAsync(Table real, Run run, CancellationToken ct = default) => Task.Run<IGenerator<Table>>(() =>
    {
        Check();
        var table = CellTable.Learn(real, Encoding, run, ct);
        var fit = new ArfFit(this, table, run, ct);
        var forest = fit.Learn();
        return new TabularGenerator(table.Schema, table.Codecs, new ArfSampler(forest), table.Describe(this, run) with { LossCurve = [.. fit.Accuracies] });
    }, ct);

    void IRanged.Check() => Check();

    private void Check()
    {
        if (Trees is < 1 or > MostTrees) throw new RecipeException("SB2022", $"arf: trees = {Trees} is out of range; give 1 to {MostTrees}");
        if (LeafRows is < 2 or > 100_000) throw new RecipeException("SB2022", $"arf: leafRows = {LeafRows} is out of range; give 2 to 100000");
        if (Rounds is < 1 or > 20) throw new RecipeException("SB2022", $"arf: rounds = {Rounds} is out of range; give 1 to 20");
        if (!(Delta is >= 0 and <= 0.5)) throw new RecipeException("SB2022", $"arf: delta = {Delta} is out of range; give a share from 0 to 0.5");
        if (!(Doubt is >= 0 and <= MostDoubt)) throw new RecipeException("SB2022", $"arf: doubt = {Doubt} is out of range; give 0 to {MostDoubt}");
    }

    internal static ISampler Load(ModelArchive archive, TabularParts parts) => new ArfSampler(ArfForest.Load(archive, parts));
}
