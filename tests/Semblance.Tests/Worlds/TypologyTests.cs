namespace Semblance.Tests.Worlds;

/// <summary>An independent search of the graph of transfers finds the shapes again that the campaigns say they made: it knows transactions only.</summary>
public sealed class TypologyTests(PaymentsTests.Bank bank) : IClassFixture<PaymentsTests.Bank>
{
    private const long Day = 86_400;

    private readonly PaymentsData data = bank.Data;

    private sealed record Move(string From, string To, long Time, string Id, string Kind, string Purpose);

    private List<Move> Moves(Func<string, bool>? without = null)
    {
        var (ids, from, to, kinds, purposes) = (data.Texts("transactions", "transaction_id"), data.Texts("transactions", "customer_id"), data.Texts("transactions", "counterparty_id"), data.Texts("transactions", "kind"), data.Texts("transactions", "purpose"));
        var times = data.Seconds("transactions", "time");
        return [.. Enumerable.Range(0, ids.Length).Where(i => without is null || !without(ids[i])).Select(i => new Move(from[i], to[i], times[i], ids[i], kinds[i], purposes[i])).OrderBy(m => m.Time)];
    }

    /// <summary>Campaigns of a typology, and the transactions of each.</summary>
    private Dictionary<string, HashSet<string>> Campaigns(string typology) =>
        Enumerable.Range(0, data["labels"].Rows).Where(i => labels.Typology[i] == typology).GroupBy(i => labels.Campaign[i]).ToDictionary(g => g.Key, g => g.Select(i => labels.Id[i]).ToHashSet());

    private readonly (string[] Typology, string[] Campaign, string[] Id) labels = (bank.Data.Texts("labels", "typology"), bank.Data.Texts("labels", "campaign_id"), bank.Data.Texts("labels", "transaction_id"));

    [Theory]
    [InlineData("fan_in")]
    [InlineData("cycle")]
    [InlineData("scatter_gather")]
    [InlineData("structuring")]
    [InlineData("refunds")]
    public void Planted_shapes_are_found_again_and_only_there(string typology)
    {
        var campaigns = Campaigns(typology);
        var planted = campaigns.Values.SelectMany(c => c).ToHashSet();
        var found = Search(typology, Moves());
        var whole = campaigns.Values.Where(c => c.Count >= 4).ToList();
        var hit = whole.Count(c => found.Any(f => c.Intersect(f).Count() >= Math.Min(4, c.Count)));
        Assert.True(hit >= 0.75 * whole.Count, $"{typology}: found {hit} of {whole.Count}");
        // The twin: with the campaigns' transactions taken out the search finds (nearly) nothing.
        var left = Search(typology, Moves(planted.Contains));
        Assert.True(left.Count <= Math.Max(2, found.Count / 3), $"{typology}: {left.Count} shapes without campaigns, {found.Count} with");
    }

    private static List<HashSet<string>> Search(string typology, List<Move> moves) => typology switch
    {
        "fan_in" => Fans(moves.Where(m => m.To.Length > 0 && m.Purpose != "rent"), m => m.To, m => m.From, 6, 12 * Day),
        "cycle" => Cycles(moves),
        "scatter_gather" => Bipartite(moves),
        "structuring" => Fans(moves.Where(m => m.Kind == "deposit"), m => m.From, m => m.Id, 5, 16 * Day),
        _ => Fans(moves.Where(m => m.Kind == "refund"), m => m.From, m => m.Id, 4, 40 * Day),
    };

    /// <summary>Many different partners of one within a time.</summary>
    private static List<HashSet<string>> Fans(IEnumerable<Move> moves, Func<Move, string> centre, Func<Move, string> partner, int least, long within)
    {
        var found = new List<HashSet<string>>();
        foreach (var group in moves.GroupBy(centre))
        {
            var all = group.ToList();
            for (int start = 0, end = 0; start < all.Count; start++)
            {
                while (end < all.Count && all[end].Time - all[start].Time <= within) end++;
                var window = all[start..end];
                if (window.Select(partner).Distinct().Count() < least) continue;
                found.Add([.. window.Select(m => m.Id)]);
                break;
            }
        }
        return found;
    }

    /// <summary>Chains of 4 to 6 transfers, each of the next party within five days and of a little less, that come back to the first.</summary>
    private static List<HashSet<string>> Cycles(List<Move> moves)
    {
        var from = moves.Where(m => m.To.Length > 0).GroupBy(m => m.From).ToDictionary(g => g.Key, g => g.ToList());
        var found = new List<HashSet<string>>();
        foreach (var first in from.Values.SelectMany(m => m)) Follow([first]);
        return found;

        void Follow(List<Move> path)
        {
            var last = path[^1];
            if (last.To == path[0].From)
            {
                if (path.Count >= 4) found.Add([.. path.Select(m => m.Id)]);
                return;
            }
            if (path.Count == 6 || !from.TryGetValue(last.To, out var next)) return;
            foreach (var move in next)
                if (move.Time >= last.Time && move.Time - last.Time <= 5 * Day && path.TrueForAll(p => p.From != move.From)) Follow([.. path, move]);
        }
    }

    /// <summary>One pays three or more, who all pay the same other within a fortnight.</summary>
    private static List<HashSet<string>> Bipartite(List<Move> moves)
    {
        var transfers = moves.Where(m => m.To.Length > 0).ToList();
        var payments = transfers.GroupBy(m => m.From).ToDictionary(g => g.Key, g => g.ToList());
        var found = new List<HashSet<string>>();
        foreach (var outs in payments.Values)
        {
            var paths = from a in outs
                        where payments.ContainsKey(a.To)
                        from b in payments[a.To]
                        where b.To != a.From && b.Time >= a.Time && b.Time - a.Time <= 14 * Day
                        select (a, b);
            foreach (var sink in paths.GroupBy(p => p.b.To))
                if (sink.Select(p => p.a.To).Distinct().Count() >= 3) found.Add([.. sink.SelectMany(p => new[] { p.a.Id, p.b.Id })]);
        }
        return found;
    }
}
