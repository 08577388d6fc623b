using System.Collections.Immutable;
using Semblance.Codecs;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// Autoregressive networks: each column is drawn from a small network's distribution given the columns before it. After TabularARGN (Tiwald et al. 2025): columns are cut into tokens, and a
/// network for each gives a softmax over them. With these changes: networks are fitted apart, each as long as its own held-out rows gain; numbers come in and go out through cosines of their
/// rank beside one free number a token, so that neighbours are alike from the start; and what is drawn is a cell, by its frequency within the token.
/// </summary>
public sealed record Argn : IModel<Table>, IRanged, IEncodes
{
    /// <inheritdoc/>
    public string Id => "argn";

    /// <summary>Column the user would predict; null when there is none.</summary>
    public string? Target { get; init; }

    /// <summary>Order of the columns. Default: target first, so that every class keeps its own relations.</summary>
    public ColumnOrder Order { get; init; } = ColumnOrder.TargetFirst;

    /// <summary>Most tokens a column, 8 to 1000. Default 128. More are sharper, and slower.</summary>
    public int Tokens { get; init; } = 128;

    /// <summary>Units in each of the two hidden layers of a column's network, 16 to 1024, a multiple of 16. Default 64.</summary>
    public int Hidden { get; init; } = 64;

    /// <summary>Most passes over the rows, 1 to 10000. Default 60. A network ends earlier where its held-out rows gain no more.</summary>
    public int Epochs { get; init; } = 60;

    /// <summary>Rate of learning at its highest, in (0, 0.1]. Default 0.002. It is halved where held-out rows gain no more.</summary>
    public double Rate { get; init; } = 0.002;

    /// <summary>Share of hidden units left out in a step of training, in [0, 0.9]. Default 0.1.</summary>
    public double Dropout { get; init; } = 0.1;

    /// <inheritdoc cref="ColumnEncodings"/>
    public ColumnEncodings Encoding { get; init; } = ColumnEncodings.None;

    /// <inheritdoc/>
    public Task<IGenerator<Table>> FitAsync(Table real, Run run, CancellationToken ct = default) => Task.Run<IGenerator<Table>>(() =>
    {
        Check();
        var table = CellTable.Learn(real, Encoding, run, ct);
        var order = Order.Of(table.Schema, Target);
        var fit = new ArgnFit(this, table, run, ct);
        var columns = new ArgnColumn[order.Length];
        var losses = new IReadOnlyList<double>[order.Length];
        var done = 0;
        Blocks.For(order.Length, run, ct, back =>
        {
            // the last columns have the most predictors: they go first, so that no thread is left with the longest at the end
            var place = order.Length - 1 - back;
            var earlier = order[..place].Where(c => fit.Tokens[c].Count > 1).ToArray();
            (columns[place], losses[place]) = fit.Column(order[place], earlier);
            run.Report(Stage.Fit, table.Schema.Columns[order[place]].Name, Interlocked.Increment(ref done), order.Length, losses[place].Min());
        });
        var about = table.Describe(this, run) with { LossCurve = Sum(losses) };
        return new TabularGenerator(table.Schema, table.Codecs, new ArgnSampler(fit.Tokens, columns), about);
    }, ct);

    void IRanged.Check() => Check();

    private void Check()
    {
        if (Tokens is < 8 or > 1000) throw new RecipeException("SB2022", $"argn: tokens = {Tokens} is out of range; give 8 to 1000");
        if (Hidden is < 16 or > 1024 || Hidden % 16 != 0) throw new RecipeException("SB2022", $"argn: hidden = {Hidden} is out of range; give a multiple of 16, from 16 to 1024");
        if (Epochs is < 1 or > 10_000) throw new RecipeException("SB2022", $"argn: epochs = {Epochs} is out of range; give 1 to 10000");
        if (!(Rate is > 0 and <= 0.1)) throw new RecipeException("SB2022", $"argn: rate = {Rate} is out of range; give a number above 0, at most 0.1");
        if (!(Dropout is >= 0 and <= 0.9)) throw new RecipeException("SB2022", $"argn: dropout = {Dropout} is out of range; give a share from 0 to 0.9");
    }

    /// <summary>Nats a row on held-out rows, all columns together, look after look; a network that has ended counts with its best.</summary>
    private static ImmutableArray<double> Sum(IReadOnlyList<double>[] losses) =>
        [.. Enumerable.Range(0, losses.Max(l => l.Count)).Select(i => losses.Sum(l => i < l.Count ? l[i] : l.Min()))];

    internal static ISampler Load(ModelArchive archive, TabularParts parts) => ArgnSampler.Load(archive, parts);
}
