using System.Globalization;
using Semblance.Data;
using Semblance.Numerics;
using Semblance.Rules;

namespace Semblance.Models;

/// <summary>
/// Rows that satisfy a condition, distributed as the model's conditional. A frequent condition is met by drawing a row again until it holds, which is exact.
/// A rare one is met by sampling-importance-resampling: every row gets candidates whose restricted columns are drawn among the allowed cells only, each weighted
/// by the probability of what was allowed, and one is taken by weight. Where weights are uneven there are more candidates, so that their effective number
/// stays the same. Rubin: A noniterative sampling/importance resampling alternative (JASA 1987).
/// </summary>
internal sealed class ConditionalRows : IRowSource
{
    /// <summary>Candidates a row, at least and at most.</summary>
    private const int FewestCandidates = 32, MostCandidates = 256;

    /// <summary>Effective candidates a row that are aimed at: the bias of resampling is about one in this many of the distance between proposal and target.</summary>
    private const double WantedEffective = 12;

    /// <summary>Rows tried to see whether all have the same weight; where one in a thousand had another, they would miss it once in sixty.</summary>
    private const int Probe = 4_096;

    /// <summary>Below this share of rows that hold, resampling is cheaper than drawing again.</summary>
    private const double FrequentShare = 0.02;

    /// <summary>Below this share of rows that hold, drawing again would take thousands of draws a row.</summary>
    private const double LeastShare = 1.0 / 512;

    /// <summary>Least effective candidates a row; below it the rows would be far from the conditional, and the request is refused.</summary>
    private const double LeastEffective = 4;

    private readonly TabularGenerator generator;
    private readonly RowTarget target;
    private readonly TabularGenerator.Streams streams;
    private readonly CancellationToken ct;
    private readonly bool[]?[] allowed;
    private readonly double share;
    private readonly bool resampling;
    private readonly int candidates;
    private readonly double effectiveShare;

    public ConditionalRows(TabularGenerator generator, RowTarget target, PilotRows pilot, TabularGenerator.Streams streams, CancellationToken ct)
    {
        (this.generator, this.target, this.streams, this.ct) = (generator, target, streams, ct);
        allowed = AllowedCells();
        resampling = true;
        (candidates, effectiveShare) = (1, 1);
        if (IsExactAtOnce()) return;
        share = Holds(pilot.Block, pilot.Table).Count(holds => holds) / (double)PilotRows.Count;
        resampling = share < FrequentShare;
        if (!resampling) return;
        effectiveShare = EffectiveShare();
        candidates = Math.Clamp((int)Math.Ceiling(WantedEffective / effectiveShare), FewestCandidates, MostCandidates);
        if (candidates * effectiveShare >= LeastEffective) return;
        // weights sit on a few rows, as where a model settles all columns at once: drawing again is slow here, but exact
        resampling = share < LeastShare;
        if (resampling)
            throw new GenerateException("SB4011", string.Create(CultureInfo.InvariantCulture, $"{target.What} is too rare for this model: {candidates} tries for a row are worth ")
                + string.Create(CultureInfo.InvariantCulture, $"only {candidates * effectiveShare:0.00} (effective sample size; at least {LeastEffective} is needed). ") + (target.Group is null ? "Widen it" : "Leave it out by listing the others with their shares") + ", or fit with the column it names as the target");
    }

    /// <summary>Rows under no condition but the constraints of the generator, drawn again until they keep them.</summary>
    public ConditionalRows(TabularGenerator generator, TabularGenerator.Streams streams, CancellationToken ct) =>
        (this.generator, this.streams, this.ct, target, allowed) = (generator, streams, ct, new RowTarget(null, null, "the constraints"), []);

    /// <summary>What happened, for the user.</summary>
    public string Summary => !resampling ? string.Create(CultureInfo.InvariantCulture, $"{target.What} held by drawing again; it holds in {share:P1} of unconditioned rows")
        : candidates == 1 ? $"{target.What} held exactly, by the order in which this model draws columns"
        : string.Create(CultureInfo.InvariantCulture, $"{target.What} held by weighted resampling; effective sample size {candidates * effectiveShare:0} of {candidates} candidates a row");

    public IEnumerable<string> Notes => target is { Condition: null, Group: null } ? [] : [Summary];

    public Table Make(long[] rows) => resampling ? Resample(rows) : Redraw(rows);

    /// <summary>Whether each row is what it must be, and keeps the constraints of the generator.</summary>
    private bool[] Holds(SampleBlock block, Table table)
    {
        var mask = target.Holds(block, table);
        for (var i = 0; i < block.Keeps?.Length; i++) mask[i] &= block.Keeps[i];
        return mask;
    }

    private bool[]?[] AllowedCells()
    {
        var result = target.Group?.ToArray() ?? new bool[]?[generator.Codecs.Length];
        foreach (var restriction in target.Condition?.AsColumnSets().Restrictions ?? [])
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
            if (result[restriction.Index] is { } group)
            {
                for (var cell = 0; cell < ok.Length; cell++) ok[cell] &= group[cell];
                if (!ok.Contains(true)) throw Unmet();
            }
            result[restriction.Index] = ok;
        }
        generator.Keeping?.Redirect(result, generator.Codecs, target.What);
        return result;
    }

    /// <summary>
    /// Whether rows drawn among the allowed cells are right as they come, because all have the same weight: the restricted columns are the first this model draws, or do
    /// not depend on others.
    /// </summary>
    private bool IsExactAtOnce()
    {
        var weights = Candidate(Enumerable.Range(0, Probe).Select(i => (long)i).ToArray(), uint.MaxValue).Weights;
        return weights[0] > 0 && Array.TrueForAll(weights, w => w == weights[0]);
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
            var (block, table) = generator.Draw(pending, draw, streams);
            var mask = Holds(block, table);
            var kept = Enumerable.Range(0, mask.Length).Where(i => mask[i]).ToArray();
            if (kept.Length > 0)
            {
                parts.Add(table.Take(kept));
                places.AddRange(kept.Select(i => positions[i]));
            }
            var left = Enumerable.Range(0, mask.Length).Where(i => !mask[i]).ToArray();
            (pending, positions) = (Array.ConvertAll(left, i => pending[i]), Array.ConvertAll(left, i => positions[i]));
        }
        return Table.Concatenate(generator.Schema, [.. parts]).AtPlaces(places);
    }

    /// <summary>Weighted reservoir: candidate k takes the row with probability w_k over the weights so far, so only what is chosen is kept.</summary>
    private Table Resample(long[] rows)
    {
        var sums = new double[rows.Length];
        var places = new (int Part, int Row)[rows.Length];
        var parts = new List<Table>();
        var pending = Enumerable.Range(0, rows.Length).ToArray();
        for (var k = 0; pending.Length > 0; k++)
        {
            ct.ThrowIfCancellationRequested();
            if (k > 16 * MostCandidates) throw Unmet();
            // rows none of whose candidates hold go on alone
            if (k >= candidates) pending = [.. pending.Where(i => sums[i] == 0)];
            if (pending.Length == 0) break;
            var (table, weights) = Candidate(Array.ConvertAll(pending, i => rows[i]), (uint)k);
            var taken = new List<int>();
            for (var i = 0; i < pending.Length; i++)
            {
                var row = pending[i];
                if (weights[i] == 0) continue;
                sums[row] += weights[i];
                if (RandomStream.Unit(streams.Choice.Words(rows[row], (uint)k).A) * sums[row] >= weights[i]) continue;
                places[row] = (parts.Count, taken.Count);
                taken.Add(i);
            }
            if (taken.Count > 0) parts.Add(table.Take(taken.ToArray()));
        }
        var starts = new int[parts.Count];
        for (var p = 1; p < starts.Length; p++) starts[p] = starts[p - 1] + parts[p - 1].Rows;
        return Table.Concatenate(generator.Schema, [.. parts]).Take(Array.ConvertAll(places, place => starts[place.Part] + place.Row));
    }

    private (Table Table, double[] Weights) Candidate(long[] rows, uint draw)
    {
        var weights = new double[rows.Length];
        Array.Fill(weights, 1.0);
        var block = new SampleBlock(streams.Cells, rows, draw, streams.Shared) { Allowed = allowed, Weights = weights };
        generator.Sampler.Sample(block);
        var table = generator.Decode(block, streams);
        var mask = Holds(block, table);
        for (var i = 0; i < mask.Length; i++)
            if (!mask[i]) weights[i] = 0;
        return (table, weights);
    }

    /// <summary>Effective share of a candidate: (sum w)^2 / (n sum w^2) over a trial (Kish 1965).</summary>
    private double EffectiveShare()
    {
        var rows = Enumerable.Range(0, 512).Select(i => (long)i).ToArray();
        double sum = 0, squares = 0;
        const int draws = 32;
        for (uint k = 0; k < draws; k++)
            foreach (var weight in Candidate(rows, k + 100_000).Weights)
            {
                sum += weight;
                squares += weight * weight;
            }
        return sum > 0 ? sum * sum / squares / (draws * rows.Length) : throw Unmet();
    }

    private string Constraints => generator.Keeping is { MayFail: true } && target.Condition is not null ? " and kept the constraints" : "";

    private GenerateException Unmet() => target.Group is null
        ? new("SB4012", $"no row satisfied {target.What}{Constraints} after thousands of draws; widen the condition")
        : new("SB4021", $"{target.What} can't be filled: the model knows no row like it. Leave it out by listing the other groups with their shares (balance: \"{target.Example}\"), or fit on data that have such rows");
}
