using System.Globalization;
using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>
/// Fidelity within the group that is served worst: groups are the values of categories that two in a hundred real rows (and 200) have, in each of which every other column is compared in classes (total variation distance). Of the mean
/// distance of a group what two halves of its real rows differ by is taken off; 1 - the worst of the rest.
/// </summary>
internal sealed class Subgroups : TableMetric
{
    private const int LeastRows = 200, MostGroups = 100, MostRows = 50_000;
    private const double LeastShare = 0.02;

    public override string Name => "fidelity.subgroups";
    public override string Title => "The group served worst";
    public override string What => "How closely columns match the real data inside the group of rows (a value of a category) where they match least, chance taken off.";

    private readonly record struct Group(MarginalCodes.Coded Column, int Code);

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        var coded = data.Codes(run, ct).Columns;
        var real = data.Sample(Side.Real, MostRows, run, "evaluate/subgroups");
        var made = data.Sample(Side.Synthetic, MostRows, run, "evaluate/subgroups");
        var held = data.HasHoldout ? data.Sample(Side.Holdout, MostRows, run, "evaluate/subgroups") : [];
        var groups = new List<Group>();
        foreach (var column in coded.Where(c => c.Feature.Type == FeatureType.Category))
            for (var code = 1; code < column.Size; code++)
                if (!column.Labels[code].Contains("rarer", StringComparison.Ordinal) && !column.Labels[code].Contains("rarest", StringComparison.Ordinal) && Rows(column, code, Side.Real, real).Length >= Math.Max(LeastRows, LeastShare * real.Length))
                    groups.Add(new(column, code));
        if (groups.Count == 0 || coded.Length < 2) return Finding.None($"no value of a category is held by {LeastRows} rows or more");
        if (groups.Count > MostGroups) groups = [.. RowSample.Of(groups.Count, MostGroups, run.Stream("evaluate/subgroups/some")).Order().Select(i => groups[i])];

        var excess = new (double Made, double Fresh)[groups.Count];
        Blocks.For(groups.Count, run, ct, g =>
        {
            var (column, code) = groups[g];
            int[] own = Rows(column, code, Side.Real, real), others = Rows(column, code, Side.Synthetic, made), fresh = Rows(column, code, Side.Holdout, held);
            int[] first = own[..(own.Length / 2)], second = own[(own.Length / 2)..];
            var chance = Distance(column, Side.Real, first, Side.Real, second) / Math.Sqrt(1.0 / first.Length + 1.0 / second.Length);
            excess[g] = (Beyond(Side.Synthetic, others), fresh.Length == 0 ? 0 : Beyond(Side.Holdout, fresh));

            // distances between samples of one population grow with the root of 1/n + 1/m
            double Beyond(Side side, int[] rows) => rows.Length == 0 ? 1 : Math.Max(0, Distance(column, Side.Real, own, side, rows) - chance * Math.Sqrt(1.0 / own.Length + 1.0 / rows.Length));
        });
        var worst = Enumerable.Range(0, groups.Count).MaxBy(g => excess[g].Made);
        return new Finding(new Score(1 - excess[worst].Made, null, data.HasHoldout ? 1 - excess.Max(e => e.Fresh) : null, string.Create(CultureInfo.InvariantCulture, $"worst where `{groups[worst].Column.Feature.Name}` {groups[worst].Column.Labels[groups[worst].Code]}; {groups.Count} groups")))
        { SampledRows = real.Length < data.Rows(Side.Real) ? real.Length : null };

        double Distance(MarginalCodes.Coded by, Side a, int[] aRows, Side b, int[] bRows)
        {
            double sum = 0;
            foreach (var column in coded)
            {
                if (column == by) continue;
                double[] p = Shares(column, a, aRows), q = Shares(column, b, bRows);
                double distance = 0;
                for (var k = 0; k < p.Length; k++) distance += Math.Abs(p[k] - q[k]) / 2;
                sum += distance / (coded.Length - 1);
            }
            return sum;
        }
    }

    private static int[] Rows(MarginalCodes.Coded column, int code, Side side, int[] rows)
    {
        var codes = column.Codes[(int)side];
        return Array.FindAll(rows, row => codes[row] == code);
    }

    private static double[] Shares(MarginalCodes.Coded column, Side side, int[] rows)
    {
        var shares = new double[column.Size];
        var codes = column.Codes[(int)side];
        foreach (var row in rows) shares[codes[row]]++;
        for (var k = 0; k < shares.Length; k++) shares[k] /= rows.Length;
        return shares;
    }
}
