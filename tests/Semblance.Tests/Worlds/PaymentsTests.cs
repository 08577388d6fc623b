using Semblance.Data;
using Semblance.Worlds;

namespace Semblance.Tests.Worlds;

/// <summary>What the pack payments must hold, and that each check sees the fault it is for.</summary>
public sealed class PaymentsTests(PaymentsTests.Bank bank) : IClassFixture<PaymentsTests.Bank>
{
    public sealed class Bank
    {
        internal PaymentsData Data { get; } = PaymentsData.Of(7, ("customers", "3000"), ("days", "40"), ("fraud", "0.004"), ("decoys", "0.4"));
    }

    private readonly PaymentsData data = bank.Data;

    [Fact]
    public void Every_balance_is_the_sum_of_its_entries_to_the_cent()
    {
        Assert.Empty(Broken(data.Numbers("entries", "amount"), data.Numbers("accounts", "closing")));
        // The twins: one cent in one line, one cent in one balance.
        var amounts = (double[])data.Numbers("entries", "amount").Clone();
        amounts[4321] += 0.01;
        Assert.Single(Broken(amounts, data.Numbers("accounts", "closing")));
        var closing = (double[])data.Numbers("accounts", "closing").Clone();
        closing[77] -= 0.01;
        Assert.Single(Broken(data.Numbers("entries", "amount"), closing));
    }

    [Fact]
    public void Every_transaction_moves_as_much_as_it_takes_and_running_balances_follow()
    {
        var sums = new Dictionary<string, long>();
        var balances = data.Texts("accounts", "account_id").Zip(data.Numbers("accounts", "opening"), (id, opening) => (id, Cents(opening))).ToDictionary(p => p.id, p => p.Item2);
        var (ids, accounts) = (data.Texts("entries", "transaction_id"), data.Texts("entries", "account_id"));
        var (amounts, running) = (data.Numbers("entries", "amount"), data.Numbers("entries", "balance"));
        for (var i = 0; i < ids.Length; i++)
        {
            sums[ids[i]] = sums.GetValueOrDefault(ids[i]) + Cents(amounts[i]);
            balances[accounts[i]] += Cents(amounts[i]);
            if (!double.IsNaN(running[i])) Assert.Equal(balances[accounts[i]], Cents(running[i]));
        }
        Assert.All(sums.Values, sum => Assert.Equal(0, sum));
        var declined = data.Texts("transactions", "transaction_id").Zip(data.Texts("transactions", "declined")).Where(t => t.Second == "yes").Select(t => t.First).ToHashSet();
        Assert.NotEmpty(declined);
        Assert.DoesNotContain(ids, declined.Contains);
        Assert.Equal(data["transactions"].Rows - declined.Count, sums.Count);
    }

    [Fact]
    public void Keys_are_unique_and_references_are_there()
    {
        foreach (var table in data.Schema.Tables)
        {
            foreach (var key in table.Key) Assert.Equal(data[table.Name].Rows, data.Texts(table.Name, key).Distinct().Count());
            foreach (var reference in table.ForeignKeys)
            {
                var known = data.Texts(reference.Table, reference.References[0]).ToHashSet();
                Assert.All(data.Texts(table.Name, reference.Columns[0]).Where(t => t.Length > 0).Distinct(), t => Assert.Contains(t, known));
            }
        }
    }

    [Fact]
    public void Campaigns_are_decoys_in_the_share_that_was_asked_for()
    {
        var (kinds, decoys) = (data.Texts("campaigns", "typology"), data.Texts("campaigns", "decoy"));
        Assert.Equal(8, kinds.Distinct().Count());
        foreach (var kind in kinds.Distinct())
        {
            var all = kinds.Count(k => k == kind);
            var lawful = kinds.Zip(decoys).Count(c => c.First == kind && c.Second == "yes");
            Assert.InRange(lawful - 0.4 * all, -0.61, 0.61); // whole campaigns: half of one above or below
        }
    }

    [Fact]
    public void Fraud_is_as_rare_as_asked()
    {
        var share = data.Fraud().Count(f => f) / (double)data["transactions"].Rows;
        Assert.InRange(share, 0.0028, 0.0052);
    }

    [Fact]
    public void Labels_of_transactions_parties_and_campaigns_agree()
    {
        var campaigns = data.Texts("campaigns", "campaign_id").ToHashSet();
        var labels = data.Texts("labels", "campaign_id").Where(c => c.Length > 0).ToList();
        Assert.All(labels, c => Assert.Contains(c, campaigns));
        Assert.Equal(data.Numbers("campaigns", "transactions").Sum(), labels.Count, 0.5 + (labels.Count * 0.02)); // what comes after the last day is not seen
        Assert.All(data.Texts("parties", "campaign_id"), c => Assert.Contains(c, campaigns));
        var fraud = data.Texts("labels", "fraud");
        var decoy = data.Texts("labels", "decoy");
        Assert.DoesNotContain(fraud.Zip(decoy), l => l is ("yes", "yes"));
    }

    [Fact]
    public void The_delay_of_labels_is_no_feature_and_tells_nothing()
    {
        Assert.DoesNotContain(data["transactions"].Schema.Columns, c => c.Name.Contains("report") || c.Name is "fraud" or "typology" or "decoy");
        var reported = data.Texts("labels", "fraud").Zip(data.Numbers("labels", "reported_after_days")).ToList();
        var auc = Semblance.Numerics.RankStatistics.Auc([.. reported.Select(r => r.Second)], [.. reported.Select(r => r.First == "yes")])!.Value.Value;
        Assert.InRange(auc, 0.42, 0.58); // about 700 against 450: four standard errors
    }

    [Fact]
    public void The_same_bytes_on_any_number_of_threads_and_alone()
    {
        using var world = Pack.Named("payments").Open(new Dictionary<string, string> { ["customers"] = "2100", ["days"] = "28" });
        Assert.Equal(Everything(world, 1), Everything(world, 2));
        var whole = Rows(world, new Request(2100), 2, "transactions");
        // Part 3 of 8, and a part that begins and ends within branches.
        foreach (var (first, count) in new[] { (2100L * 2 / 8, 2100L / 8), (300L, 5L) })
        {
            var part = Rows(world, new Request(count) { First = first }, 1, "transactions").Order(StringComparer.Ordinal).ToList();
            var owners = Rows(world, new Request(count) { First = first }, 1, "customers").Select(r => r.Split(',')[0]).ToHashSet();
            var same = whole.Where(r => owners.Contains(r.Split(',')[2])).Order(StringComparer.Ordinal).ToList();
            Assert.Equal(same, part);
        }
    }

    [Fact]
    public void Parts_together_are_the_whole()
    {
        using var world = Pack.Named("payments").Open(new Dictionary<string, string> { ["customers"] = "2100", ["days"] = "28" });
        List<Database> Blocks(long first, long count) => [.. world.StreamAsync(new Request(count) { First = first }, Run.With(9)).ToBlockingEnumerable()];
        var (whole, parts) = (Blocks(0, 2100), Enumerable.Range(0, 3).SelectMany(p => Blocks(700 * p, 700)).ToList());
        foreach (var table in new[] { "customers", "merchants", "accounts", "campaigns", "parties" })
            Assert.Equal(whole.SelectMany(b => Lines(b[table])).Order(StringComparer.Ordinal), parts.SelectMany(b => Lines(b[table])).Order(StringComparer.Ordinal));
        Assert.Equal(whole.Sum(b => b["entries"].Rows), parts.Sum(b => b["entries"].Rows));
    }

    [Fact]
    public void Another_seed_is_another_bank()
    {
        using var world = Pack.Named("payments").Open(new Dictionary<string, string> { ["customers"] = "2000", ["days"] = "28" });
        Assert.NotEqual(Rows(world, new Request(50), 1, "customers"), world.StreamAsync(new Request(50), Run.With(2)).ToBlockingEnumerable().SelectMany(b => Lines(b["customers"])));
    }

    private static List<string> Everything(World world, int threads) => [.. world.StreamAsync(new Request(world.Count), Run.With(9) with { Threads = threads }).ToBlockingEnumerable().SelectMany(b => b.Tables.SelectMany(Lines))];

    private static List<string> Rows(World world, Request request, int threads, string table) =>
        [.. world.StreamAsync(request, Run.With(9) with { Threads = threads }).ToBlockingEnumerable().SelectMany(b => Lines(b[table]))];

    private static IEnumerable<string> Lines(Table table)
    {
        for (var r = 0; r < table.Rows; r++) yield return string.Join(',', table.Columns.Select(c => c.Text(r)));
    }

    private IEnumerable<string> Broken(double[] amounts, double[] closing)
    {
        var sums = data.Texts("accounts", "account_id").Zip(data.Numbers("accounts", "opening")).ToDictionary(p => p.First, p => Cents(p.Second));
        var accounts = data.Texts("entries", "account_id");
        for (var i = 0; i < accounts.Length; i++) sums[accounts[i]] += Cents(amounts[i]);
        return data.Texts("accounts", "account_id").Where((id, i) => sums[id] != Cents(closing[i]));
    }

    private static long Cents(double amount) => (long)Math.Round(amount * 100);
}
