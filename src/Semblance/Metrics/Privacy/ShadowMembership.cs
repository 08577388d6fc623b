using System.Globalization;
using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>
/// Membership inference by shadow models, the likelihood ratio attack (LiRA: Carlini and others 2022) on what a model makes: the model is fitted 16 times to random halves of
/// some training rows, so that every row is learned from in half of the fits. Each fit in turn is attacked with what the others show: how dense its rows lie about a person
/// when the person was in and when not.
/// </summary>
/// <remarks>
/// Fits come in pairs of complementary halves, and the pair of the attacked fit is left out: every row is then known from as many fits with it as without, and where
/// nothing leaks an AUC of 0.5 is exact. A row's own difference between in and out is drawn towards that of all rows as far as it is noise.
/// </remarks>
internal sealed class ShadowMembership : TableMetric
{
    private const int Pairs = 8, Fits = 2 * Pairs;
    private const int RecordLimit = 2_000, LeastRecords = 200, Groups = 20;
    private const int Neighbours = 20;
    private const double T = 2.364624; // Student's 97.5 % quantile at 7 degrees of freedom: 8 pairs

    public override string Name => "privacy.membership-shadow";
    public override string Title => "Telling who was learned from, knowing the model";
    public override string What => "How often an attacker who can fit the same model many times picks, of a row it learned from and one it did not, the first: a half is guessing.";
    public override Direction Direction => Direction.Lower;
    public override bool NeedsModel => true;

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        if (data.Model is not { } model) return Finding.None(Refit.NoModel);
        var all = data.Full(Side.Real)!;
        if (all.Rows < LeastRecords) return Finding.None($"needs at least {LeastRecords} rows of train");
        var chosen = RowSample.Of(all.Rows, RecordLimit, run.Stream("evaluate/shadow/records"));
        if (chosen.Length % 2 == 1) chosen = chosen[..^1];
        var records = all.Take(chosen);
        var inside = new bool[Fits][];
        var density = new double[Fits][];
        double? bandwidth = null;
        for (var pair = 0; pair < Pairs; pair++)
        {
            var order = RowSample.Of(records.Rows, records.Rows, run.Stream($"evaluate/shadow/halves-{pair}"));
            for (var half = 0; half < 2; half++)
            {
                var fit = 2 * pair + half;
                run.Report(Stage.Evaluate, $"shadow model {fit + 1} of {Fits}", fit, Fits);
                var mine = half == 0 ? order[..(order.Length / 2)] : order[(order.Length / 2)..];
                inside[fit] = new bool[records.Rows];
                foreach (var row in mine) inside[fit][row] = true;
                var seed = run.Stream($"evaluate/shadow/seed-{fit}").Key;
                if (Refit.Rows(model, records.Take(mine), mine.Length, run with { Seed = new Seed(seed) }, ct, out var why) is not { } made) return Finding.None(why);
                if (Density(records, made, ref bandwidth, run, ct) is not { } found) return Finding.None("the table has identifiers only");
                density[fit] = found;
            }
        }
        return Judge(inside, density);
    }

    /// <summary>Log density of a fit's rows about every record.</summary>
    private static double[]? Density(Table records, Table made, ref double? bandwidth, Run run, CancellationToken ct)
    {
        var data = Comparison.Of(new Evidence<Table>(records, made), run);
        var space = new RowSpace(data, 0.5);
        if (space.IsEmpty) return null;
        int[] every = [.. Enumerable.Range(0, records.Rows)];
        var points = space.Of(Side.Real, every);
        if (bandwidth is null)
        {
            var (_, among) = space.Nearest(points, points, 2, run, ct); // the nearest is the record itself
            bandwidth = KernelDensity.Bandwidth(every.Select(i => among[2 * i + 1]));
        }
        var (_, distance) = space.Nearest(space.Of(Side.Synthetic, [.. Enumerable.Range(0, data.Rows(Side.Synthetic))]), points, Neighbours, run, ct);
        var width = bandwidth.Value;
        return Array.ConvertAll(every, i => KernelDensity.Log(distance.AsSpan(i * Neighbours, Neighbours), width));
    }

    private Finding Judge(bool[][] inside, double[][] density)
    {
        var ratio = new double[Fits][];
        for (var fit = 0; fit < Fits; fit++) ratio[fit] = Ratios(fit, inside, density);
        var found = new MembershipScore[Fits];
        for (var fit = 0; fit < Fits; fit++) found[fit] = Score(fit, -1)!;

        var auc = found.Average(f => f.Auc.Value);
        var rate = found.Average(f => f.TruePositives);
        // Two sources of chance: which fits were made, and which records were looked at (delete-a-group jackknife).
        var byFit = Variance(p => (found[2 * p].Auc.Value + found[2 * p + 1].Auc.Value) / 2);
        var byRecord = 0.0;
        var without = new double[Groups];
        for (var group = 0; group < Groups; group++)
            for (var fit = 0; fit < Fits; fit++) without[group] += Score(fit, group)!.Auc.Value / Fits;
        foreach (var value in without) byRecord += (value - without.Average()) * (value - without.Average()) * (Groups - 1) / Groups;
        var half = T * Math.Sqrt(byFit + byRecord);
        var about = T * Math.Sqrt(Variance(p => (found[2 * p].TruePositives + found[2 * p + 1].TruePositives) / 2));
        var interval = new Interval(Math.Max(0, auc - half), Math.Min(1, auc + half));
        var records = inside[0].Length;
        return new Finding(new Score(auc, interval, 0.5, $"{Fits} fits of {records / 2} rows each"))
        {
            SampledRows = records,
            Privacy = panel => panel with
            {
                Attacks = panel.Attacks.Add(new AttackDetail
                {
                    Metric = Name, Title = "Membership by shadow models", Measure = "AUC", Value = auc, Interval = interval, Reference = 0.5,
                    TruePositiveRate = rate, TruePositiveInterval = new(Math.Max(0, rate - about), Math.Min(1, rate + about)),
                    Said = string.Create(CultureInfo.InvariantCulture,
                        $"Knowing the model, and having fitted it {Fits} times to {records / 2:N0} rows, it picks a row that was learned from against one that was not {100 * auc:0.0}% of the time; where it may be wrong about 1% of the others it recognises {100 * rate:0.0}%."),
                }),
            },
        };

        MembershipScore? Score(int fit, int leftOut)
        {
            List<double> members = [], others = [];
            for (var i = 0; i < ratio[fit].Length; i++)
                if (i % Groups != leftOut) (inside[fit][i] ? members : others).Add(ratio[fit][i]);
            return MembershipScore.Of([.. members], [.. others]);
        }

        double Variance(Func<int, double> ofPair)
        {
            var values = Enumerable.Range(0, Pairs).Select(ofPair).ToArray();
            return values.Sum(v => (v - values.Average()) * (v - values.Average())) / (Pairs - 1) / Pairs;
        }
    }

    /// <summary>Log likelihood ratio of in against out for every record in a fit, up to a common factor: normal, one variance, means from the other pairs of fits.</summary>
    private static double[] Ratios(int attacked, bool[][] inside, double[][] density)
    {
        var records = density[0].Length;
        double[] middle = new double[records], difference = new double[records];
        double mean = 0, noise = 0;
        const int Known = Pairs - 1; // fits with each record, and as many without
        for (var i = 0; i < records; i++)
        {
            double sumIn = 0, sumOut = 0, squares = 0;
            for (var fit = 0; fit < Fits; fit++)
            {
                if (fit / 2 == attacked / 2) continue;
                if (inside[fit][i]) sumIn += density[fit][i];
                else sumOut += density[fit][i];
                squares += density[fit][i] * density[fit][i];
            }
            middle[i] = (sumIn + sumOut) / (2 * Known);
            difference[i] = (sumIn - sumOut) / Known;
            mean += difference[i] / records;
            noise += Math.Max(0, squares - (sumIn * sumIn + sumOut * sumOut) / Known) / (2 * Known - 2) / records;
        }
        double spread = 0;
        foreach (var value in difference) spread += (value - mean) * (value - mean) / Math.Max(1, records - 1);
        var own = spread > 0 ? Math.Max(0, 1 - 2 * noise / Known / spread) : 0; // part of the differences' spread that is no noise
        var ratios = new double[records];
        for (var i = 0; i < records; i++) ratios[i] = (mean + own * (difference[i] - mean)) * (density[attacked][i] - middle[i]);
        return ratios;
    }
}
