using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Tests.Worlds;

/// <summary>What a bank would try: boosted trees on each transaction and what its customer did before. It sees the table of transactions alone, learns from the first six tenths of the time and is judged on the rest.</summary>
internal static class FraudDetector
{
    private sealed class History
    {
        public readonly Queue<(long Time, double Amount)> Day = new();
        public readonly HashSet<string> Merchants = [], Devices = [], Parties = [], Categories = [];
        public double Sum, Squares, DaySum;
        public int Count, Online;
        public long Last = long.MinValue;
    }

    /// <summary>AUC on the later part.</summary>
    public static double Auc(PaymentsData data, bool[] fraud)
    {
        var (features, order) = Features(data);
        var rows = order.Length;
        var cut = rows * 6 / 10;
        var run = Run.With(1);
        var train = features.Select(f => f[..cut]).ToList();
        var matrix = BinnedMatrix.Build(train, run);
        var outcome = order[..cut].Select(i => fraud[i] ? 1f : 0f).ToArray();
        var trees = BoostedTrees.Fit(new Boosting { Rounds = 120, Depth = 5, LearningRate = 0.08, MinChildWeight = 2, Subsample = 0.7 }, BoostingLoss.Logistic, matrix, outcome, 2, [], run);
        var scores = trees.Predict(matrix.Bin([.. features.Select(f => f[cut..])], run));
        return RankStatistics.Auc([.. scores.Select(s => (double)s)], [.. order[cut..].Select(i => fraud[i])])!.Value.Value;
    }

    private static (List<float[]> Features, int[] Order) Features(PaymentsData data)
    {
        var times = data.Seconds("transactions", "time");
        var order = Enumerable.Range(0, times.Length).ToArray();
        Array.Sort((long[])times.Clone(), order);
        string[] Column(string name) => data.Texts("transactions", name);
        var (customers, kinds, channels, merchants, categories) = (Column("customer_id"), Column("kind"), Column("channel"), Column("merchant_id"), Column("category"));
        var (others, payees, devices, countries, declined) = (Column("counterparty_id"), Column("payee_id"), Column("device_id"), Column("country"), Column("declined"));
        var amounts = data.Numbers("transactions", "amount");
        var codes = new[] { kinds, channels, categories, countries }.Select(c => c.Distinct().Order(StringComparer.Ordinal).Select((v, i) => (v, i)).ToDictionary(p => p.v, p => p.i)).ToArray();
        var features = Enumerable.Range(0, 24).Select(_ => new float[order.Length]).ToList();
        var histories = new Dictionary<string, History>();
        var received = new Dictionary<string, Queue<(long Time, string From)>>();
        var shops = new Dictionary<string, Queue<long>>();
        for (var at = 0; at < order.Length; at++)
        {
            var i = order[at];
            if (!histories.TryGetValue(customers[i], out var h)) histories[customers[i]] = h = new History();
            var amount = double.IsNaN(amounts[i]) ? 0 : amounts[i];
            var log = Math.Log(amount + 1);
            while (h.Day.Count > 0 && h.Day.Peek().Time < times[i] - 86_400) h.DaySum -= h.Day.Dequeue().Amount;
            var mean = h.Count == 0 ? log : h.Sum / h.Count;
            var sd = h.Count < 2 ? 1 : Math.Sqrt(Math.Max(0.05, h.Squares / h.Count - mean * mean));
            var party = others[i].Length > 0 ? others[i] : payees[i];
            var into = In(received, others[i], times[i]);
            var own = In(received, customers[i], times[i]);
            var shop = shops.TryGetValue(merchants[i], out var visits) && merchants[i].Length > 0 ? visits : null;
            while (shop?.Count > 0 && shop.Peek() < times[i] - 3600) shop.Dequeue();
            float[] cells =
            [
                (float)amount, (float)((log - mean) / sd), codes[0][kinds[i]], codes[1][channels[i]], codes[2][categories[i]], codes[3][countries[i]], times[i] / 3600 % 24, times[i] / 86_400 % 7,
                h.Last == long.MinValue ? -1 : times[i] - h.Last, h.Day.Count, (float)h.DaySum, h.Day.Count(d => d.Time > times[i] - 3600), h.Count,
                merchants[i].Length == 0 ? -1 : h.Merchants.Contains(merchants[i]) ? 0 : 1, devices[i].Length == 0 ? -1 : h.Devices.Contains(devices[i]) ? 0 : 1, party.Length == 0 ? -1 : h.Parties.Contains(party) ? 0 : 1,
                categories[i].Length == 0 ? -1 : h.Categories.Contains(categories[i]) ? 0 : 1, into, own, declined[i] == "yes" ? 1 : 0, (float)(h.DaySum + amount), shop?.Count ?? -1, h.Count == 0 ? 0 : (float)h.Online / h.Count, (float)mean,
            ];
            for (var f = 0; f < cells.Length; f++) features[f][at] = cells[f];
            h.Day.Enqueue((times[i], amount));
            h.DaySum += amount;
            (h.Sum, h.Squares, h.Count, h.Last) = (h.Sum + log, h.Squares + log * log, h.Count + 1, times[i]);
            if (channels[i] == "online") h.Online++;
            if (merchants[i].Length > 0) h.Merchants.Add(merchants[i]);
            if (devices[i].Length > 0) h.Devices.Add(devices[i]);
            if (party.Length > 0) h.Parties.Add(party);
            if (categories[i].Length > 0) h.Categories.Add(categories[i]);
            if (others[i].Length > 0)
            {
                if (!received.TryGetValue(others[i], out var queue)) received[others[i]] = queue = new();
                queue.Enqueue((times[i], customers[i]));
            }
            if (merchants[i].Length > 0)
            {
                if (!shops.TryGetValue(merchants[i], out var queue)) shops[merchants[i]] = queue = new();
                queue.Enqueue(times[i]);
            }
        }
        return (features, order);
    }

    /// <summary>How many others paid somebody within three days.</summary>
    private static int In(Dictionary<string, Queue<(long Time, string From)>> received, string customer, long time)
    {
        if (customer.Length == 0 || !received.TryGetValue(customer, out var queue)) return 0;
        while (queue.Count > 0 && queue.Peek().Time < time - 3 * 86_400) queue.Dequeue();
        return queue.Select(q => q.From).Distinct().Count();
    }

    /// <summary>AUC of one column alone: how often each value, or each 24th of the numbers, was fraud in the first six tenths of the time, judged on the rest. Identifiers are also read as numbers, by their order.</summary>
    public static double ColumnAuc(PaymentsData data, string column, bool[] fraud)
    {
        var times = data.Seconds("transactions", "time");
        var order = Enumerable.Range(0, times.Length).ToArray();
        Array.Sort(times, order);
        var cut = order.Length * 6 / 10;
        var cells = data["transactions"][column];
        if (cells is TextColumn)
        {
            var texts = data.Texts("transactions", column);
            return Math.Max(Judge(texts), Judge(Binned([.. Ranks(texts)])));
        }
        return cells switch
        {
            NumberColumn numbers => Judge(Binned([.. numbers.Values.Select(v => double.IsNaN(v) ? -1 : v)])),
            DateTimeColumn moments => Judge(Binned([.. moments.Ticks.Select(t => t / TimeSpan.TicksPerMinute % 1440 / 60.0)])),
            _ => Judge(data.Texts("transactions", column)),
        };

        double Judge<T>(T[] values) where T : notnull
        {
            var counts = new Dictionary<T, (int Fraud, int All)>();
            var hits = 0;
            for (var at = 0; at < cut; at++)
            {
                var i = order[at];
                var (f, a) = counts.GetValueOrDefault(values[i]);
                counts[values[i]] = (f + (fraud[i] ? 1 : 0), a + 1);
                hits += fraud[i] ? 1 : 0;
            }
            var rate = hits / (double)cut;
            return RankStatistics.Auc([.. order[cut..].Select(i => counts.GetValueOrDefault(values[i]) is var (f, a) ? (f + rate * 20) / (a + 20) : 0)], [.. order[cut..].Select(i => fraud[i])])!.Value.Value;
        }
    }

    private static IEnumerable<double> Ranks(string[] texts)
    {
        var places = texts.Distinct().Order(StringComparer.Ordinal).Select((t, i) => (t, i)).ToDictionary(p => p.t, p => (double)p.i);
        return texts.Select(t => places[t]);
    }

    private static int[] Binned(double[] values)
    {
        var sorted = values.Order().ToArray();
        var edges = Enumerable.Range(1, 23).Select(q => sorted[(int)((long)sorted.Length * q / 24)]).Distinct().ToArray();
        return [.. values.Select(v => Array.BinarySearch(edges, v) is var b && b < 0 ? ~b : b + 1)];
    }
}
