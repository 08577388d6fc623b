using System.Collections.Immutable;
using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Worlds;

/// <summary>
/// Measures the targets of a world on rows that came out, block by block, in bounded memory: counts, means, quantiles (to half a percent, by bins of 1 % width) and the distance from Benford's law of first digits. Rows read back from files
/// give the same figures as rows just made.
/// </summary>
public sealed class TargetMeasures
{
    private const int Bins = 6000;
    private const double BinWidth = 0.01;

    private sealed class Sums
    {
        public long Hits, Of;
        public double Sum;
        public long[]? Histogram;
        public readonly long[] Digits = new long[10];
    }

    private readonly World world;
    private readonly Sums[] sums;
    private readonly long[] rows;
    private bool[] mask = [];

    /// <summary>Begins with no rows.</summary>
    public TargetMeasures(World world)
    {
        this.world = world;
        sums = [.. world.Targets.Select(_ => new Sums())];
        rows = new long[world.Tables.Tables.Length];
    }

    /// <summary>Adds rows.</summary>
    public void Add(Database block)
    {
        for (var t = 0; t < rows.Length; t++) rows[t] += block.Tables[t].Rows;
        for (var i = 0; i < sums.Length; i++) Add(world.Targets[i], sums[i], block);
    }

    /// <summary>What was measured.</summary>
    public RealismReport ToReport() => new(world.Pack.Name, world.Pack.About, world.Settings, [.. world.Tables.Tables.Select((t, i) => KeyValuePair.Create(t.Name, rows[i]))],
        [.. world.Targets.Select((t, i) => new MeasuredTarget(t, Value(t, sums[i])))]);

    private void Add(Target target, Sums sums, Database block)
    {
        var table = block.Tables[target.Table];
        var chosen = Mask(table, target.Where);
        if (target.Kind == Target.Statistic.Ratio)
        {
            sums.Hits += chosen.Count(true);
            sums.Of += target.Per == target.Table && target.PerWhere is null ? table.Rows : Mask(block.Tables[target.Per], target.PerWhere).Count(true);
            return;
        }
        var values = ((NumberColumn)table.Columns[target.Column]).Values;
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i];
            if (!chosen[i] || double.IsNaN(value)) continue;
            sums.Of++;
            sums.Sum += value;
            if (target.Kind == Target.Statistic.Quantile) (sums.Histogram ??= new long[2 * Bins + 1])[Bin(value)]++;
            else if (target.Kind == Target.Statistic.Benford && value != 0) sums.Digits[FirstDigit(Math.Abs(value))]++;
        }
    }

    private Span<bool> Mask(Table table, Rules.BoundCondition? condition)
    {
        if (mask.Length < table.Rows) mask = new bool[table.Rows];
        var cells = mask.AsSpan(0, table.Rows);
        if (condition is null) cells.Fill(true);
        else condition.Evaluate(table, cells);
        return cells;
    }

    private static double? Value(Target target, Sums sums)
    {
        if (sums.Of == 0) return null;
        switch (target.Kind)
        {
            case Target.Statistic.Ratio:
                return (double)sums.Hits / sums.Of;
            case Target.Statistic.Mean:
                return sums.Sum / sums.Of;
            case Target.Statistic.Quantile:
                var left = (long)(target.Share * sums.Of);
                for (var b = 0; b < sums.Histogram!.Length; b++)
                    if ((left -= sums.Histogram[b]) < 0) return b == Bins ? 0 : Math.Sign(b - Bins) * FastMath.Exp((Math.Abs(b - Bins) - 0.5) * BinWidth - 20);
                return null;
            default:
                long all = sums.Digits.Sum();
                var distance = 0.0;
                for (var d = 1; d <= 9; d++) distance += Math.Abs((double)sums.Digits[d] / all - FastMath.Log10(1 + 1.0 / d));
                return all == 0 ? null : distance / 2;
        }
    }

    // The sign apart, bins of equal width in the logarithm, from e^-20 on.
    private static int Bin(double value) => value == 0 ? Bins : Bins + Math.Sign(value) * Math.Clamp((int)Math.Ceiling((FastMath.Log(Math.Abs(value)) + 20) / BinWidth), 1, Bins);

    private static int FirstDigit(double value)
    {
        while (value >= 10) value /= 10;
        while (value < 1) value *= 10;
        return Math.Clamp((int)(value + 1e-9), 1, 9);
    }
}

/// <summary>A target and what was measured; null where there was nothing to measure.</summary>
/// <param name="Target">The target.</param>
/// <param name="Value">Measured value.</param>
public sealed record MeasuredTarget(Target Target, double? Value)
{
    /// <summary>Whether the value lies within the target's bounds; null when there is none.</summary>
    public bool? Met => Value is { } value ? value >= Target.Min && value <= Target.Max : null;
}
