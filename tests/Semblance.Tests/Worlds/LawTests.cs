using FsCheck;
using FsCheck.Fluent;
using Semblance.Forms;
using Semblance.Numerics;
using Semblance.Rules;
using Semblance.Worlds;
using Law = Semblance.Worlds.Law;
using ValueType = Semblance.Worlds.ValueType;

namespace Semblance.Tests.Worlds;

/// <summary>When things happen, and what both ends of an edge must agree on.</summary>
public sealed class LawTests
{
    private static readonly PackTime Time = new(new DateTime(2026, 1, 5), 28); // a Monday

    [Fact]
    public void Poisson_counts_have_mean_and_variance_alike_and_follow_the_profile()
    {
        double[] hours = [.. Enumerable.Range(0, 24).Select(h => h is >= 8 and < 20 ? 1.0 : 0)];
        var profile = new Profile(hours, [1, 1, 1, 1, 1, 0, 0], [.. Enumerable.Repeat(1.0, 12)], Time);
        var law = new PoissonLaw(new ConstantNode(2), profile);
        var all = Enumerable.Range(0, 2000).Select(i => Times(law, i)).ToList();
        var mean = all.Average(t => (double)t.Count);
        Assert.InRange(mean, 56 - 1.0, 56 + 1.0); // 2 a day for 28 days; the standard error is 0.17: six of them
        Assert.InRange(all.Average(t => (t.Count - mean) * (t.Count - mean)) / mean, 0.8, 1.2); // six standard errors of 0.032
        Assert.All(all.SelectMany(t => t), t => Assert.True((int)(t / 3600) % 24 is >= 8 and < 20 && (int)(t / 86_400) % 7 < 5));
    }

    [Fact]
    public void Hawkes_has_more_events_by_one_over_one_less_offspring_and_comes_in_bursts()
    {
        var law = new HawkesLaw(new ConstantNode(1), null, new ConstantNode(0.5), new ConstantNode(600));
        var all = Enumerable.Range(0, 2000).Select(i => Times(law, i)).ToList();
        var mean = all.Average(t => (double)t.Count);
        Assert.InRange(mean, 56 - 1.8, 56 + 1.8); // 28 / (1 - 0.5), standard error 0.33
        Assert.True(all.Average(t => (t.Count - mean) * (t.Count - mean)) / mean > 3); // 1 / (1 - 0.5)^2 = 4; a Poisson law has 1
        Assert.All(all, t => Assert.Equal(t.Order(), t));
    }

    [Fact]
    public void Renewal_and_calendar_keep_their_gaps_and_days()
    {
        var gaps = Times(new RenewalLaw(new ConstantNode(7000)), 1);
        Assert.All(gaps.Zip(gaps.Skip(1)), g => Assert.Equal(7000, g.Second - g.First, 1e-6));
        var days = Times(new CalendarLaw(true, new ConstantNode(10), new ConstantNode(3), true), 0);
        Assert.Equal([7 * 86_400 + 3 * 3600.0], days); // the 10th of January 2026 is a Saturday: the Monday after
    }

    [Fact]
    public void On_off_is_rougher_than_poisson()
    {
        var pareto = new DistributionNode(DistributionCatalog.Make("pareto", new Dictionary<string, double> { ["minimum"] = 600, ["alpha"] = 1.3 }));
        var counts = Enumerable.Range(0, 600).Select(i => (double)Times(new OnOffLaw(pareto, pareto, new ConstantNode(48)), i).Count).ToList();
        var mean = counts.Average();
        Assert.True(counts.Average(c => (c - mean) * (c - mean)) / mean > 3);
    }

    [Fact]
    public void A_permutation_is_undone_by_its_inverse() =>
        Prop.ForAll(Gen.Choose(1, 100_000).SelectMany(n => Gen.Choose(0, n - 1).SelectMany(i => Gen.Choose(0, int.MaxValue).Select(k => (n, i, k)))).ToArbitrary(), c =>
            KeyedPermutation.Invert(KeyedPermutation.Permute((ulong)c.i, (ulong)c.n, (ulong)c.k), (ulong)c.n, (ulong)c.k) == (ulong)c.i).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(3, 0)]
    [InlineData(1, 12)]
    public void Edges_are_found_from_both_ends(int peers, long hubs)
    {
        var root = new EntityKind("people", 500);
        var graph = new GraphSpec(root, new EntityKind("edges", 500 * peers), peers, hubs, 99);
        var into = Enumerable.Range(0, 500).Select(_ => new List<long>()).ToList();
        for (var e = 0L; e < 500 * peers; e++) into[(int)graph.To(e)].Add(e);
        for (var i = 0; i < 500; i++)
        {
            var found = new List<long>();
            graph.Into(i, found);
            Assert.Equal(into[i].Order(), found.Order());
        }
    }

    /// <summary>One value at a time means what a column of values means.</summary>
    [Theory]
    [InlineData("a + b * 2 - a / b")]
    [InlineData("a % b")]
    [InlineData("if(a > b or c is missing, a, b)")]
    [InlineData("coalesce(c, a, b)")]
    [InlineData("min(a, b, c)")]
    [InlineData("max(a, b)")]
    [InlineData("round(a * 7.77, 1) + floor(b) - ceil(a) + abs(a - b)")]
    [InlineData("if(not (a between 0 and 2) and c > 1, 1, 0)")]
    [InlineData("if(a in (1, 2, 3) or a = b, -a, b)")]
    public void A_single_value_means_what_a_column_means(string text)
    {
        var scope = new Scope();
        scope.AddSlot("a", 0, ValueType.Number);
        scope.AddSlot("b", 1, ValueType.Number);
        scope.AddSlot("c", 2, ValueType.Number);
        var node = new TermCompiler(scope, Time).Compile(text).Node;
        double[] values = [-2.5, -1, 0, 1, 2, 3.25, double.NaN];
        var frame = new Frame(3, new Lookup());
        foreach (var a in values)
            foreach (var b in values)
                foreach (var c in values)
                {
                    frame.Cells = [a, b, c];
                    var single = node.Eval(frame);
                    // The column's evaluator answers conditions only: what it must be compared with is asked of it.
                    double? Of(string name) => (name switch { "a" => a, "b" => b, _ => c }) is var v && double.IsNaN(v) ? null : v;
                    var missing = Expression.Parse($"({text}) is missing").EvaluateNumbers(Of);
                    Assert.Equal(double.IsNaN(single), missing);
                    if (!double.IsNaN(single)) Assert.True(Expression.Parse($"({text}) = {single.ToString("R", System.Globalization.CultureInfo.InvariantCulture)}").EvaluateNumbers(Of), $"{text} at {a}, {b}, {c}: {single}");
                }
    }

    private static List<double> Times(Law law, long number)
    {
        var frame = new Frame(3, new Lookup()) { Random = new RandomStream(new Seed(5), "laws").Sequence(number) };
        var times = new List<double>();
        Assert.True(law.Times(frame, Time, times));
        return times;
    }
}
