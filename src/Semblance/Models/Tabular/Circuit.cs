using Semblance.Codecs;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// A shallow probabilistic circuit: a mixture of trees (Meilă and Jordan, JMLR 2000). In each component the columns form a Chow-Liu tree; along an edge levels pass by a table, scores by a regression.
/// Likelihoods are exact, a gap is a level like others, and a condition is carried through the tree before a row is drawn. Fitted by stepwise expectation maximisation
/// (Cappé and Moulines 2009), nearly all of it matrix products; every component is drawn to the one tree of the whole table, so that many components can be had from few rows.
/// </summary>
public sealed record Circuit : IModel<Table>, IRanged, IEncodes
{
    internal const int MostComponents = 8192;

    /// <inheritdoc/>
    public string Id => "circuit";

    /// <summary>Components, 1 to 8192; 0 takes one for each 40 rows, at most 1024. Default 0.</summary>
    public int Components { get; init; }

    /// <summary>Most passes over the rows, 1 to 10000. Default 40; it stops by itself where held-out rows gain no more.</summary>
    public int Epochs { get; init; } = 40;

    /// <summary>Rows of evidence with which the tree of the whole table stands against each component's own, 0 to 1000. Default 3.</summary>
    public double Smoothing { get; init; } = 3;

    /// <inheritdoc cref="ColumnEncodings"/>
    public ColumnEncodings Encoding { get; init; } = ColumnEncodings.None;

    /// <inheritdoc/>
    public Task<IGenerator<Table>> FitAsync(Table real, Run run, CancellationToken ct = default) => Task.Run<IGenerator<Table>>(() =>
    {
        Check();
        var table = CellTable.Learn(real, Encoding, run, ct);
        var columns = new CircuitColumn[table.Codecs.Length];
        var levels = new byte[columns.Length][];
        var scores = new float[columns.Length][];
        Blocks.For(columns.Length, run, ct, c =>
        {
            columns[c] = CircuitColumn.Learn(table.Codecs[c], table.Cells[c]);
            (levels[c], scores[c]) = columns[c].Place(table.Cells[c], run.Stream($"fit/circuit/scores/{table.Schema.Columns[c].Name}"));
        });
        var tree = CircuitTree.Learn(columns, levels, scores, run, ct);
        CircuitTraining? best = null;
        foreach (var count in CircuitTraining.Counts(this, tree, table.Rows))
        {
            using var training = new CircuitTraining(this, tree, levels, scores, count, run);
            training.Learn(run, ct);
            if (best is null || training.Held > best.Held) best = training;
        }
        var sampler = new CircuitSampler(best!.Best);
        sampler.Calibrate(run, ct);
        return new TabularGenerator(table.Schema, table.Codecs, sampler, table.Describe(this, run) with { LossCurve = [.. best.Curve] });
    }, ct);

    void IRanged.Check() => Check();

    private void Check()
    {
        if (Components is < 0 or > MostComponents) throw new RecipeException("SB2022", $"circuit: components = {Components} is out of range; give 0 to {MostComponents}");
        if (Epochs is < 1 or > 10_000) throw new RecipeException("SB2022", $"circuit: epochs = {Epochs} is out of range; give 1 to 10000");
        if (!(Smoothing is >= 0 and <= 1000)) throw new RecipeException("SB2022", $"circuit: smoothing = {Smoothing} is out of range; give 0 to 1000");
    }

    internal static ISampler Load(ModelArchive archive, TabularParts parts) => new CircuitSampler(CircuitComponents.Load(archive, parts));
}
