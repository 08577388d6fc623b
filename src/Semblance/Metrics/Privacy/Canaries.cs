using System.Globalization;
using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>
/// Planted canaries (after Carlini and others, The secret sharer, 2019): rows with combinations that no person has are put among the training rows, the model is fitted
/// anew, and what it makes is searched for them. As many canaries that were not planted are the control. Can it be told which were planted?
/// </summary>
/// <remarks>
/// A canary takes each cell from another random training row, so that every value is real and the combination is not; which are planted is drawn. Two scores are tried:
/// the distance to the nearest made row, and the distance to the nearest training row less that.
/// </remarks>
internal sealed class Canaries : TableMetric
{
    private const int RowLimit = 20_000, LeastRows = 500, MostCanaries = 500, LeastCanaries = 50;
    private const int RowsPerCanary = 15; // a larger part of the rows would make another model

    private static readonly string[] Scores = ["by distance", "by distance beside the training rows"];

    public override string Name => "privacy.canaries";
    public override string Title => "Finding planted rows again";
    public override string What => "How often rows that were planted before a new fit are told from rows that were not, by looking at what the model makes: a half is guessing.";
    public override Direction Direction => Direction.Lower;
    public override bool NeedsModel => true;

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        if (data.Model is not { } model) return Finding.None(Refit.NoModel);
        var all = data.Full(Side.Real)!;
        if (all.Rows < LeastRows) return Finding.None($"needs at least {LeastRows} rows of train");
        var rows = RowSample.Of(all.Rows, RowLimit, run.Stream("evaluate/canaries/rows"));
        var train = all.Take(rows);
        var count = Math.Clamp(rows.Length / RowsPerCanary, LeastCanaries, MostCanaries);
        var canaries = Mixed(train, data.Full(Side.Holdout), 2 * count, run);
        var planted = canaries.Take([.. Enumerable.Range(0, count)]); // both halves are drawn alike, so the first is as good as any

        var fitted = Table.Concatenate(train.Schema, [train, planted]);
        if (Refit.Rows(model, fitted, fitted.Rows, run, ct, out var why) is not { } made) return Finding.None(why);
        var searched = Comparison.Of(new Evidence<Table>(train, made) { Holdout = canaries }, run);
        var space = new RowSpace(searched, 0.5);
        if (space.IsEmpty) return Finding.None("the table has identifiers only");
        var points = space.Of(Side.Holdout, [.. Enumerable.Range(0, 2 * count)]);
        var (_, toMade) = space.Nearest(space.Of(Side.Synthetic, [.. Enumerable.Range(0, searched.Rows(Side.Synthetic))]), points, 1, run, ct);
        var (_, toTrain) = space.Nearest(space.Of(Side.Real, [.. Enumerable.Range(0, searched.Rows(Side.Real))]), points, 1, run, ct);

        var z = FastMath.NormalQuantile(1 - 0.025 / Scores.Length);
        MembershipScore[] found = [Told(i => -toMade[i]), Told(i => toTrain[i] - toMade[i])];
        var best = found.MaxBy(f => f.Auc.Value)!;
        int again = Exact(0), byChance = Exact(count);
        return new Finding(new Score(best.Auc.Value, Range(best, z), 0.5, $"{again} of {count} planted rows came out again, {byChance} of as many that were not planted"))
        {
            SampledRows = rows.Length,
            Privacy = panel => panel with { Attacks = panel.Attacks.AddRange(found.Select((f, k) => Detail(Scores[k], f, count))) },
        };

        MembershipScore Told(Func<int, double> score) => MembershipScore.Of([.. Enumerable.Range(0, count).Select(score)], [.. Enumerable.Range(count, count).Select(score)])!;

        int Exact(int from)
        {
            var equal = 0;
            for (var i = from; i < from + count; i++)
                if (toMade[i] == 0) equal++;
            return equal;
        }
    }

    /// <summary>Rows whose every cell comes from another random row. Identifiers come from rows that are no training rows, where there are as many: a key stays one.</summary>
    private static Table Mixed(Table train, Table? holdout, int count, Run run) => new(
    [
        .. train.Columns.Select(column =>
        {
            var stream = run.Stream($"evaluate/canaries/cells/{column.Name}");
            if (column.Kind == ColumnKind.Identifier && holdout?.Rows >= count) return holdout[column.Name].Take(RowSample.Of(holdout.Rows, count, stream));
            var sequence = stream.Sequence();
            var rows = new int[count];
            for (var i = 0; i < count; i++) rows[i] = sequence.NextBelow(train.Rows);
            return column.Take(rows);
        }),
    ]);

    private static Interval Range(MembershipScore found, double z) =>
        new(Math.Max(0, found.Auc.Value - z * found.Auc.StandardError), Math.Min(1, found.Auc.Value + z * found.Auc.StandardError));

    private AttackDetail Detail(string name, MembershipScore found, int count) => new()
    {
        Metric = Name, Title = $"Planted rows {name}", Measure = "AUC", Value = found.Auc.Value, Interval = Range(found, 1.959963984540054), Reference = 0.5,
        TruePositiveRate = found.TruePositives, TruePositiveInterval = found.TruePositiveInterval,
        Said = string.Create(CultureInfo.InvariantCulture,
            $"Of {count:N0} made-up rows planted before a new fit and as many not planted it picks the planted one {100 * found.Auc.Value:0.0}% of the time; where it may be wrong about 1% of the others it recognises {100 * found.TruePositives:0.0}%."),
    };
}
