using System.Globalization;
using Semblance.Data;
using Semblance.Numerics;
using Semblance.Rules;

namespace Semblance.Models;

/// <summary>
/// Rows that satisfy a condition, distributed as the model's conditional. A frequent condition is met by drawing a row again until it holds, which is exact.
/// A rare one is met by sampling-importance-resampling: every row gets <see cref="Candidates"/> candidates whose restricted columns are drawn among the
/// allowed cells only, each weighted by the probability of what was allowed, and one is taken by weight. Rubin: A noniterative
/// sampling/importance resampling alternative (JASA 1987).
/// </summary>
internal sealed class ConditionalRows
{
    /// <summary>Candidates a row in resampling. Bias falls with their number; 32 keep it below what a test on some ten thousand rows can see.</summary>
    private const int Candidates = 32;

    /// <summary>Rows tried to see how frequent the condition is.</summary>
    private const int Pilot = 16_384;

    /// <summary>Below this share of rows that hold, resampling is cheaper than drawing again.</summary>
    private const double FrequentShare = 0.02;

    /// <summary>Least effective candidates a row, out of <see cref="Candidates"/>; below it the rows would repeat themselves or be far from the conditional.</summary>
    private const double LeastEffective = 2;

    private readonly TabularGenerator generator;
    private readonly BoundCondition condition;
    private readonly TabularGenerator.Streams streams;
    private readonly CancellationToken ct;
    private readonly bool[]?[] allowed;
    private readonly double share;
    private readonly bool resampling;
    private long effective, made; // effective is counted in thousandths of a candidate

    public ConditionalRows(TabularGenerator generator, BoundCondition condition, TabularGenerator.Streams streams, Run run, CancellationToken ct)
    {
        (this.generator, this.condition, this.streams, this.ct) = (generator, condition, streams, ct);
        allowed = AllowedCells();
        var pilot = generator.Make(Enumerable.Range(0, Pilot).Select(i => (long)i).ToArray(), uint.MaxValue, streams);
        var mask = new bool[Pilot];
        condition.Evaluate(pilot, mask);
        share = mask.Count(holds => holds) / (double)Pilot;
        resampling = share < FrequentShare;
        if (resampling) Feasible();
    }

    /// <summary>What happened, for the user.</summary>
    public string Summary => resampling
        ? string.Create(CultureInfo.InvariantCulture, $"condition held by weighted resampling; effective candidates per row {effective / 1000.0 / Math.Max(1, made):0.0} of {Candidates}")
        : string.Create(CultureInfo.InvariantCulture, $"condition held by drawing again; it holds in {share:P1} of unconditioned rows");

    public Table Make(long[] rows) => resampling ? Resample(rows) : Redraw(rows);

    private bool[]?[] AllowedCells()
    {
        var sets = condition.AsColumnSets();
        var result = new bool[]?[generator.Codecs.Length];
        foreach (var restriction in sets.Restrictions)
        {
            var codec = generator.Codecs[restriction.Index];
            var candidates = codec.Candidates(out var cells);
            var mask = new bool[cells.Length];
            restriction.Evaluate(candidates, mask);
            var ok = new bool[codec.Cells];
            for (var i = 0; i < cells.Length; i++) ok[cells[i]] |= mask[i];
            if (codec.WritesAnew && restriction.Column.Kind == ColumnKind.Text && !ok.Contains(true)) ok[codec.MissingCells] = true; // one text tells nothing of the next: drawing will
            if (!ok.Contains(true))
                throw new GenerateException("SB4010", $"no row can satisfy `{restriction.Text}`: " + (codec.WritesAnew
                    ? $"column `{restriction.Column.Name}` is made anew for each row, so that only gaps can be asked of it. Leave it out of the condition"
                    : $"the model knows no value of column `{restriction.Column.Name}` that does. Rare values and extremes are protected; widen the condition"));
            result[restriction.Index] = ok;
        }
        return result;
    }

    private Table Redraw(long[] rows)
    {
        var pending = rows;
        var positions = Enumerable.Range(0, rows.Length).ToArray();
        var parts = new List<Table>();
        var places = new List<int>();
        for (uint draw = 0; pending.Length > 0; draw++)
        {
            ct.ThrowIfCancellationRequested();
            if (draw > 20_000) throw Unmet();
            var table = generator.Make(pending, draw, streams);
            var mask = new bool[pending.Length];
            condition.Evaluate(table, mask);
            var kept = Enumerable.Range(0, mask.Length).Where(i => mask[i]).ToArray();
            if (kept.Length > 0)
            {
                parts.Add(table.Take(kept));
                places.AddRange(kept.Select(i => positions[i]));
            }
            var left = Enumerable.Range(0, mask.Length).Where(i => !mask[i]).ToArray();
            (pending, positions) = (Array.ConvertAll(left, i => pending[i]), Array.ConvertAll(left, i => positions[i]));
        }
        return Order(Table.Concatenate(generator.Schema, [.. parts]), places);
    }

    private static Table Order(Table table, List<int> places)
    {
        var order = new int[places.Count];
        for (var i = 0; i < order.Length; i++) order[places[i]] = i;
        return table.Take(order);
    }

    private Table Resample(long[] rows)
    {
        var chosen = new int[rows.Length];
        var tables = new Table[Candidates];
        var weights = new double[Candidates][];
        for (var k = 0; k < Candidates; k++)
        {
            ct.ThrowIfCancellationRequested();
            (tables[k], weights[k]) = Candidate(rows, (uint)k);
        }
        for (var i = 0; i < rows.Length; i++)
        {
            double sum = 0, squares = 0;
            for (var k = 0; k < Candidates; k++)
            {
                sum += weights[k][i];
                squares += weights[k][i] * weights[k][i];
            }
            // a row whose candidates all fail draws further ones, alone
            for (uint draw = Candidates; sum == 0; draw++)
            {
                if (draw > 4_000) throw Unmet();
                var (table, weight) = Candidate([rows[i]], draw);
                if (weight[0] > 0)
                {
                    tables[0] = Table.Concatenate(generator.Schema, [Replace(tables[0], i, table)]);
                    weights[0][i] = sum = squares = weight[0];
                    if (squares > 0) squares *= squares;
                }
            }
            Interlocked.Add(ref effective, (long)(1000 * sum * sum / squares));
            Interlocked.Increment(ref made);
            var u = RandomStream.Unit(streams.Choice.Words(rows[i]).A) * sum;
            var pick = 0;
            while (pick < Candidates - 1 && (u -= weights[pick][i]) >= 0) pick++;
            while (weights[pick][i] == 0) pick--;
            chosen[i] = pick;
        }
        var parts = new List<Table>();
        var places = new List<int>();
        for (var k = 0; k < Candidates; k++)
        {
            var own = Enumerable.Range(0, rows.Length).Where(i => chosen[i] == k).ToArray();
            if (own.Length == 0) continue;
            parts.Add(tables[k].Take(own));
            places.AddRange(own);
        }
        return Order(Table.Concatenate(generator.Schema, [.. parts]), places);
    }

    private static Table Replace(Table table, int row, Table one)
    {
        var all = Table.Concatenate(table.Schema, [table, one]);
        var order = new int[table.Rows];
        for (var i = 0; i < order.Length; i++) order[i] = i == row ? table.Rows : i;
        return all.Take(order);
    }

    private (Table Table, double[] Weights) Candidate(long[] rows, uint draw)
    {
        var weights = new double[rows.Length];
        Array.Fill(weights, 1.0);
        var block = new SampleBlock(streams.Cells, rows, draw) { Allowed = allowed, Weights = weights };
        generator.Sampler.Sample(block);
        var table = generator.Decode(block, streams);
        var mask = new bool[rows.Length];
        condition.Evaluate(table, mask);
        for (var i = 0; i < mask.Length; i++)
            if (!mask[i]) weights[i] = 0;
        return (table, weights);
    }

    /// <summary>Refuses a condition for which the candidates are worth too little, before anything is made.</summary>
    private void Feasible()
    {
        var rows = Enumerable.Range(0, 512).Select(i => (long)i).ToArray();
        double total = 0;
        var sums = new double[rows.Length];
        var squares = new double[rows.Length];
        for (uint k = 0; k < Candidates; k++)
        {
            var (_, weights) = Candidate(rows, k + 5_000);
            for (var i = 0; i < rows.Length; i++)
            {
                sums[i] += weights[i];
                squares[i] += weights[i] * weights[i];
            }
        }
        for (var i = 0; i < rows.Length; i++) total += squares[i] > 0 ? sums[i] * sums[i] / squares[i] : 0;
        if (total == 0) throw Unmet();
        if (total / rows.Length < LeastEffective)
            throw new GenerateException("SB4011", string.Create(CultureInfo.InvariantCulture, $"the condition `{condition.Text}` is too rare for this model: ")
                + string.Create(CultureInfo.InvariantCulture, $"{total / rows.Length:0.00} effective candidates per row of {Candidates}, at least {LeastEffective} are needed. Widen it, or fit with the columns it names first (`--target`)"));
    }

    private GenerateException Unmet() => new("SB4012", $"no row satisfied `{condition.Text}` after thousands of draws; widen the condition");
}
