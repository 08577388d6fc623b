using System.Globalization;
using Semblance.Numerics;
using Semblance.Worlds;

namespace Semblance.Tests.Worlds.Network;

/// <summary>What the traffic is like as a whole, and what gives an attack away.</summary>
public sealed class NetworkStatisticsTests
{
    private static readonly Lazy<SmallCapture> Loud = new(() => SmallCapture.Make(("hosts", 120), ("hours", 0.15), ("difficulty", 0), ("attacks", 26), ("decoys", 26), ("seed", 31)));
    private static readonly Lazy<SmallCapture> Hidden = new(() => SmallCapture.Make(("hosts", 120), ("hours", 0.15), ("difficulty", 1), ("attacks", 26), ("decoys", 26), ("seed", 31)));

    private sealed class Bins(long start, int count) : ICaptureSink
    {
        public double[] Frames { get; } = new double[count];
        public long[] Sizes { get; } = new long[1515];
        public List<long> FlowBytes { get; } = [];

        public void Take(in CapturedFrame frame, ReadOnlySpan<byte> bytes)
        {
            Frames[(frame.Time - start) / 1_000_000]++;
            Sizes[bytes.Length]++;
        }

        public void Take(in FlowRecord flow) => FlowBytes.Add(flow.BytesOut + flow.BytesIn);
    }

    [Fact]
    public void Frames_are_of_two_sizes_flows_heavy_tailed_and_their_sum_long_range_dependent()
    {
        // 2 hours of 300 hosts, frames a second
        var world = SmallCapture.WorldOf(("hosts", 300), ("hours", 2), ("attacks", 0), ("decoys", 0), ("seed", 5));
        var bins = new Bins(world.Traffic.Start, 7_200);
        foreach (var _ in new NetworkCapture(world, 0, 1, 1).Write(bins, Run.With(1) with { Threads = 2 })) { }
        var frames = (double)bins.Sizes.Sum();
        Assert.InRange(bins.Sizes.Take(101).Sum() / frames, 0.25, 0.5);
        Assert.InRange(bins.Sizes.Skip(1400).Sum() / frames, 0.4, 0.7);

        // the largest hundredth of flows carries most bytes (Crovella and Bestavros 1997); of an exponential law it would be 5.6 %
        bins.FlowBytes.Sort();
        Assert.InRange(bins.FlowBytes.TakeLast(bins.FlowBytes.Count / 100).Sum() / (double)bins.FlowBytes.Sum(), 0.25, 0.95);

        // over seeds 1 to 8 it was 0.65 to 0.75, mean 0.716, deviation 0.033: three deviations below the mean is a false alarm of 1 in 700 for another seed
        var hurst = Hurst(bins.Frames);
        Assert.InRange(hurst, 0.62, 0.95);
        // in another order nothing depends on anything: the estimate of 7,200 independent numbers is 0.5 within 0.07 but once in 10^4
        var shuffled = bins.Frames.ToArray();
        Run.With(3).Stream("shuffle").Sequence().Shuffle<double>(shuffled);
        Assert.InRange(Hurst(shuffled), 0.4, 0.6);
    }

    [Fact]
    public void A_detector_finds_loud_attacks_better_than_hidden_ones_and_ports_alone_tell_little()
    {
        // measured over seeds 31 to 34: 0.90 to 0.93 where nothing is hidden, 0.62 to 0.70 where all is (docs/packs/network.md)
        var (loud, hidden) = (Auc(Loud.Value, full: true), Auc(Hidden.Value, full: true));
        Assert.InRange(loud, 0.8, 0.98);
        Assert.InRange(hidden, 0.5, 0.75);
        Assert.InRange(Auc(Loud.Value, full: false), 0, loud - 0.15);
        // with labels dealt out at random nothing is found: three standard errors of 1,500 flows against as many are 0.03
        Assert.InRange(Auc(Loud.Value, full: true, shuffle: true), 0.47, 0.53);
    }

    [Fact]
    public void Attackers_look_like_other_hosts()
    {
        // 60 worlds: who acts in an attack, as its campaign sends it, among the hosts of the same place. One number should tell nothing: the area under the
        // curve of some 300 attackers has a standard error below 0.017, and 0.07 is missed by chance once in 10^4
        var names = (string[])["ttl", "address", "mac", "system", "delay"];
        foreach (var inside in (bool[])[true, false])
        {
            var (scores, truth) = (names.Select(_ => new List<double>()).ToArray(), new List<bool>());
            for (var seed = 0; seed < 60; seed++)
            {
                var world = SmallCapture.WorldOf(("hosts", 120), ("hours", 0.1), ("seed", seed), ("attacks", 26), ("decoys", 26));
                var single = world.Campaigns.Where(c => !c.Lawful && c.Actor.Inside == inside && Campaign.Actors(c, world.Hosts).SequenceEqual([c.Actor.Address])).ToList();
                foreach (var campaign in single) Add(campaign.Actor, true);
                var attackers = single.Select(c => c.Actor.Address).ToHashSet();
                var others = inside ? Enumerable.Range(world.Hosts.First[0], world.Hosts.Count[0]).Select(i => world.Hosts[i]) : Enumerable.Range(world.Hosts.Services, 200).Select(world.Hosts.OutsideHost);
                foreach (var host in others.Where(h => !attackers.Contains(h.Address))) Add(host, false);
            }
            Assert.InRange(truth.Count(t => t), 250, 2_000);
            for (var i = 0; i < names.Length; i++)
            {
                var auc = RankStatistics.Auc(scores[i].ToArray(), truth.ToArray())!.Value.Value;
                Assert.True(Math.Abs(auc - 0.5) < 0.07, $"{names[i]}, {(inside ? "inside" : "outside")}: {auc}");
            }

            void Add(in NetworkHost host, bool attacker)
            {
                truth.Add(attacker);
                scores[0].Add(host.TimeToLive);
                scores[1].Add(host.Address & 0xFF);
                scores[2].Add(host.Mac >> 24);
                scores[3].Add((double)host.System);
                scores[4].Add(host.Delay);
            }
        }
    }

    [Fact]
    public void Attacks_keep_no_grid_of_time()
    {
        // place of the start of a flow inside its second and inside its millisecond; a tenth of the flows would suffice to see a grid
        var rows = Hidden.Value.FlowRows;
        foreach (var modulus in (int[])[1_000_000, 1_000])
        {
            var place = rows.Select(r => (double)(int.Parse(r[1].AsSpan(20, 6), CultureInfo.InvariantCulture) % modulus)).ToArray();
            var auc = RankStatistics.Auc(place, rows.Select(r => r[16] != "benign").ToArray())!.Value;
            Assert.InRange(auc.Value, 0.5 - 0.03, 0.5 + 0.03);
            var attack = rows.Zip(place).Where(p => p.First[16] != "benign").Select(p => p.Second / modulus).Order().ToArray();
            var uniform = Enumerable.Range(0, 10_000).Select(i => (i + 0.5) / 10_000).ToArray();
            Assert.InRange(RankStatistics.KolmogorovSmirnov(attack, uniform), 0, 0.05);
        }
    }

    /// <summary>Area under the curve of a booster on flows, learned on one half of the campaigns and judged on the other.</summary>
    private static double Auc(SmallCapture capture, bool full, bool shuffle = false)
    {
        // at most 1,500 flows of a campaign: floods have a hundred times as many as all others
        var seen = new int[capture.World.Campaigns.Length];
        var rows = capture.FlowRows.Where(r => r[17].Length == 0 || ++seen[int.Parse(r[17], CultureInfo.InvariantCulture)] <= 1_500).ToArray();
        var features = full ? 11 : 1;
        var x = new float[features][];
        for (var f = 0; f < features; f++) x[f] = new float[rows.Length];
        var y = new float[rows.Length];
        var (learn, judge) = (new List<int>(), new List<int>());
        var halves = capture.World.Campaigns.Select(c => HalfOf(capture.World, c)).ToArray();
        for (var i = 0; i < rows.Length; i++)
        {
            var r = rows[i];
            y[i] = r[16] == "benign" ? 0 : 1;
            // campaigns alternate between the halves as wholes: what is learned is a kind of behaviour, not one campaign
            var half = r[17].Length > 0 ? capture.World.Campaigns[int.Parse(r[17], CultureInfo.InvariantCulture)] is var c && halves[c.Number] : i % 2 == 0;
            (half ? learn : judge).Add(i);
            x[0][i] = float.Parse(r[7], CultureInfo.InvariantCulture);
            if (!full) continue;
            x[1][i] = r[3] == "tcp" ? 6 : r[3] == "udp" ? 17 : 1;
            for (var f = 0; f < 4; f++) x[2 + f][i] = float.Parse(r[8 + f], CultureInfo.InvariantCulture);
            x[6][i] = Mask(r[12]);
            x[7][i] = Mask(r[13]);
            x[8][i] = (float)(Moment(r[2]) - Moment(r[1])).TotalSeconds;
            x[9][i] = x[4][i] / Math.Max(1, x[2][i]);
            x[10][i] = x[5][i] / Math.Max(1, x[3][i]);
        }
        if (shuffle) Run.With(9).Stream("shuffle").Sequence().Shuffle<float>(y);
        var run = Run.With(4) with { Threads = 2 };
        var matrix = BinnedMatrix.Build(x, run);
        var trees = BoostedTrees.Fit(new Boosting { Rounds = 60 }, BoostingLoss.Logistic, matrix, y, 1, learn.ToArray(), run);
        var scores = trees.Predict(matrix, judge.ToArray(), run);
        // one area a kind of attack, against all that is benign: else the floods, which have most flows, would decide alone
        var kinds = judge.Select(i => shuffle ? y[i] > 0 ? "attack" : "benign" : rows[i][16]).ToArray();
        var areas = new List<double>();
        foreach (var kind in kinds.Distinct().Where(k => k != "benign"))
        {
            var mine = Enumerable.Range(0, kinds.Length).Where(i => kinds[i] == kind || kinds[i] == "benign").ToArray();
            areas.Add(RankStatistics.Auc(mine.Select(i => (double)scores[i]).ToArray(), mine.Select(i => kinds[i] == kind).ToArray())!.Value.Value);
        }
        return areas.Average();
    }

    /// <summary>Of the two attacks and two decoys of each kind one goes to each half.</summary>
    private static bool HalfOf(NetworkWorld world, CampaignPlan campaign) =>
        world.Campaigns.Where(c => c.Law == campaign.Law && c.Lawful == campaign.Lawful && c.Number < campaign.Number).Count() % 2 == 0;

    private static TimeSpan Moment(string text) => new(0, int.Parse(text.AsSpan(11, 2), CultureInfo.InvariantCulture), int.Parse(text.AsSpan(14, 2), CultureInfo.InvariantCulture), int.Parse(text.AsSpan(17, 2), CultureInfo.InvariantCulture), 0, int.Parse(text.AsSpan(20, 6), CultureInfo.InvariantCulture));

    private static int Mask(string flags) => flags.Sum(f => 1 << "FSRPA".IndexOf(f));

    /// <summary>Slope of the logarithm of Haar detail energy over the octave (Abry and Veitch 1998): 2 H - 1, weighted by the number of details; octaves 2 to 8, 4 to 256 seconds.</summary>
    private static double Hurst(double[] series)
    {
        double sw = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
        var level = series;
        for (var octave = 1; octave <= 8; octave++)
        {
            var next = new double[level.Length / 2];
            var energy = 0.0;
            for (var i = 0; i < next.Length; i++)
            {
                var detail = (level[2 * i] - level[2 * i + 1]) / Math.Sqrt(2);
                next[i] = (level[2 * i] + level[2 * i + 1]) / Math.Sqrt(2);
                energy += detail * detail;
            }
            if (octave >= 2)
            {
                double w = next.Length, y = Math.Log2(energy / next.Length);
                (sw, sx, sy, sxx, sxy) = (sw + w, sx + w * octave, sy + w * y, sxx + w * octave * octave, sxy + w * octave * y);
            }
            level = next;
        }
        var slope = (sw * sxy - sx * sy) / (sw * sxx - sx * sx);
        return (slope + 1) / 2;
    }
}
