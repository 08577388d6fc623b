using Semblance.Data;
using Semblance.Metrics;
using Semblance.Numerics;
using static Semblance.Tests.Metrics.Population;

namespace Semblance.Tests.Metrics;

/// <summary>Attacks on privacy: worked by hand, and on faults of their own kind.</summary>
public sealed class AttackTests(Scorecards cards) : IClassFixture<Scorecards>
{
    private static readonly string[] Attacks = ["privacy.singling-out", "privacy.linkability", "privacy.inference", "privacy.membership"];

    private static Score Measure(string name, Table real, Table synthetic, Table holdout) =>
        MetricCatalog.Default.Require(name).Measure(new Evidence<Table>(real, synthetic) { Holdout = holdout }, Run.With(1));

    public static TheoryData<string> Names => [.. Attacks];

    [Theory, MemberData(nameof(Names))]
    public void Copies_are_found_for_certain_and_fresh_or_shuffled_rows_are_not_blamed(string name)
    {
        // The lower end of the interval of harmless rows lies above the reference with a chance of 2.5 % at most; beyond the verdict's margin in none of 40 populations tried.
        Assert.True(cards.Fresh[name].Score.Interval!.Value.Low <= cards.Fresh[name].Score.Ceiling + 0.02, $"{cards.Fresh[name].Score}");
        if (name != "privacy.singling-out") // a shuffled column keeps each value that points at one person
            Assert.True(cards.Shuffled[name].Score.Interval!.Value.Low <= cards.Shuffled[name].Score.Ceiling + 0.02, $"{cards.Shuffled[name].Score}");
        Assert.True(cards.Copied[name].Score.Interval!.Value.Low > cards.Copied[name].Score.Ceiling + 0.3);
        Assert.Contains(cards.Copied.Privacy!.Attacks, a => a.Metric == name && a.Interval.Low > a.Reference);
    }

    [Theory]
    [InlineData("privacy.linkability", 0.02)]
    [InlineData("privacy.inference", 0.02)]
    [InlineData("privacy.membership", 0.02)]
    [InlineData("privacy.singling-out", 0.001)]
    public void Near_copies_are_found(string name, double share) =>
        Assert.True(Measure(name, cards.Train, NearCopies.Of(cards.Train, share), cards.Holdout) is { Value: { } value, Interval: { } interval, Ceiling: { } reference } && interval.Low > reference + 0.02, $"{name}");

    [Theory, MemberData(nameof(Names))]
    public void Every_attack_needs_a_holdout(string name) => Assert.Contains("holdout", Measure(name, cards.Train, cards.Train, null!).Why, StringComparison.Ordinal);

    [Fact]
    public void Risk_is_the_share_of_failures_that_become_successes()
    {
        // 40 of 100 against 25 of 100: 15 of the 75 failures. Wilson 0.4: [0.3094, 0.4980], 0.25: [0.1755, 0.3430]; slopes 1/0.75 and 0.6/0.75².
        var risk = AttackRisk.Of(0.4, 100, 0.25, 100)!.Value;
        Assert.Equal(0.2, risk.Value, 12);
        Assert.Equal(0.2 - Math.Sqrt(Math.Pow(0.0906 / 0.75, 2) + Math.Pow(0.0930 * 0.6 / 0.5625, 2)), risk.Interval.Low, 3);
        Assert.Equal(0.2 + Math.Sqrt(Math.Pow(0.0980 / 0.75, 2) + Math.Pow(0.0745 * 0.6 / 0.5625, 2)), risk.Interval.High, 3);
        Assert.Null(AttackRisk.Of(1, 10, 1, 10));
        Assert.True(AttackRisk.Of(0.4, 100, 0.25, 100, choices: 20)!.Value.Interval.Low < risk.Interval.Low);
    }

    [Theory]
    [InlineData(1, 3, 1, 0.75)]          // one row: from train with 3/4
    [InlineData(2, 3, 1, 0.5)]           // two of four rows, exactly one from train: 3 * 1 / 6
    [InlineData(2, 2, 2, 4.0 / 6)]
    [InlineData(3, 3, 1, 0)]             // three rows hold two from train at least
    public void Chance_to_single_out_is_hypergeometric(int rows, int train, int holdout, double chance) =>
        Assert.Equal(chance, SinglingOut.ChanceOfOne(rows, train, holdout), 12);

    [Fact]
    public void A_guess_of_a_negative_number_is_no_hit_by_its_sign()
    {
        // Around 0, with 5 % and 95 % percentiles far apart: -10 is within 5 % of -10.4, not of 10; a gap agrees with a gap alone.
        var real = new Table([Numbers("x", -10, 10, -10, null)]);
        var synthetic = new Table([Numbers("x", -10.4, -10.4, -11, null)]);
        var feature = Comparison.Of(new Evidence<Table>(real, synthetic), Run.With(1)).Features[0];
        Assert.Equal([true, false, false, true], Enumerable.Range(0, 4).Select(i => AttributeInference.Agree(feature, Side.Real, i, i, close: 1)));
        Assert.False(AttributeInference.Agree(feature, Side.Real, 0, 3, close: 1));
        Assert.False(AttributeInference.Agree(feature, Side.Real, 0, 0, close: 0.1)); // values of a narrow column must come nearer
    }

    [Fact]
    public void The_secret_that_leaks_is_named()
    {
        // Fresh rows, but each takes its income from the training row of its number, together with that row's age, date and length of note that point at it.
        string[] copied = ["age", "joined", "note", "income", "spent"];
        var fresh = Sample(1_500, 3);
        var leaking = new Table([.. fresh.Columns.Select(c => copied.Contains(c.Name) ? cards.Train[c.Name] : c)]);
        var score = Measure("privacy.inference", cards.Train, leaking, cards.Holdout);
        Assert.True(score.Interval!.Value.Low > 0.03, $"{score}");
        Assert.Contains(copied, name => score.Why!.Contains($"`{name}`"));
    }

    [Fact]
    public void One_unusual_copied_column_singles_people_out()
    {
        // 1,200 numbers of six digits, of which those of train stand in the synthetic table: each names its owner.
        Table Of(ulong seed) => new([.. Sample(1_200, seed).Columns, Numbers("account", [.. Enumerable.Range(0, 1_200).Select(i => (double?)new RandomStream(new Seed(seed), "account").Sequence(i).NextBelow(1_000_000))])]);
        Table train = Of(1), holdout = Of(2), fresh = Of(3);
        var leaking = new Table([.. fresh.Columns.Select(c => c.Name == "account" ? train["account"] : c)]);
        Assert.True(Measure("privacy.singling-out", train, leaking, holdout).Interval!.Value.Low > 0.05);
        Assert.True(Measure("privacy.singling-out", train, fresh, holdout).Interval!.Value.Low <= 0.02);
    }

    [Fact]
    public void Recognised_members_at_one_percent_cut_ties_in_proportion()
    {
        // 200 others, of whom 2 may be mistaken: 4 stand at 1 together with 10 of 50 members, below 5 members at 2: 5 + 10 * 2/4 of 50.
        double[] others = [.. Enumerable.Repeat(1.0, 4), .. Enumerable.Repeat(0.0, 196)], members = [.. Enumerable.Repeat(2.0, 5), .. Enumerable.Repeat(1.0, 10), .. Enumerable.Repeat(0.0, 35)];
        var found = MembershipScore.Of(members, others)!;
        Assert.Equal(0.2, found.TruePositives, 12);
        Assert.InRange(0.2, found.TruePositiveInterval.Low, found.TruePositiveInterval.High);
        // Scores that tell nothing recognise as many members as they mistake others, whatever their order.
        Assert.Equal(0.01, MembershipScore.Of(new double[70], new double[30])!.TruePositives, 12);
        Assert.Equal(1, MembershipScore.Of([3, 4], [1, 2])!.TruePositives);
    }

    [Fact]
    public void The_nearest_row_without_a_column_is_that_of_the_space_without_it()
    {
        var data = Comparison.Of(new Evidence<Table>(cards.Train, cards.Holdout), Run.With(1));
        var space = new RowSpace(data, 0.5);
        int[] queries = [.. Enumerable.Range(0, 150)], references = [.. Enumerable.Range(0, 1_100)];
        var all = space.NearestWithoutEach(space.Of(Side.Synthetic, references), space.Of(Side.Real, queries), Run.With(1), default);
        var columns = space.Columns.ToArray();
        for (var k = 0; k < columns.Length; k++)
        {
            var rest = new RowSpace([.. columns.Where((_, i) => i != k)], 0.5);
            var (index, distance) = rest.Nearest(rest.Of(Side.Synthetic, references), rest.Of(Side.Real, queries), 1, Run.With(1), default);
            foreach (var query in queries)
            {
                var found = all[query * columns.Length + k];
                var (_, to) = rest.Nearest(rest.Of(Side.Synthetic, [found]), rest.Of(Side.Real, [query]), 1, Run.With(1), default);
                Assert.Equal(distance[query], to[0], 5);
            }
        }
    }
}
