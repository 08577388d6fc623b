using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Rules;

/// <summary>A column or number that a drawn value may not go beyond.</summary>
/// <param name="Column">Place of the column.</param>
/// <param name="IsLow">Whether it bounds from below.</param>
/// <param name="Strict">Whether the bound itself is left out.</param>
internal readonly record struct RowBound(int Column, bool IsLow, bool Strict);

/// <summary>Numbers of a distribution, between bounds: fixed ones, or other columns of the row. Within bounds the distribution is that of the values that lie there.</summary>
internal sealed class LawMaker(Distribution law, int stream, double low, double high, int decimals, RowBound[] bounds) : ColumnMaker
{
    private readonly double unit = Unit(decimals);

    /// <summary>The least step of values with so many decimals.</summary>
    public static double Unit(int decimals)
    {
        var unit = 1.0;
        for (var d = 0; d < decimals; d++) unit /= 10;
        return unit;
    }

    /// <summary>Half away from zero, as a person rounds; no minus zero.</summary>
    public static double Rounded(double value, int decimals) => (decimals == 0 ? Math.Round(value, MidpointRounding.AwayFromZero) : decimals >= 15 ? value : Math.Round(value, decimals, MidpointRounding.AwayFromZero)) + 0.0;

    /// <summary>The least value with so many decimals that is not below a number.</summary>
    public static double Up(double value, int decimals) => double.IsInfinity(value) ? value : Rounded(value, decimals) is var near && near >= value ? near : Rounded(near + Unit(decimals), decimals);

    /// <summary>The greatest value with so many decimals that is not above a number.</summary>
    public static double Down(double value, int decimals) => double.IsInfinity(value) ? value : Rounded(value, decimals) is var near && near <= value ? near : Rounded(near - Unit(decimals), decimals);

    public override Column Make(RowFrame frame)
    {
        var values = new double[frame.Count];
        if (bounds.Length > 0)
        {
            frame.FillUnit(stream, values);
            OfRows(frame, values);
            return new NumberColumn(Schema, values);
        }
        if (frame.DrawsRun) law.Fill(frame.Stream(stream), frame.Rows[0], 0, values);
        else law.Fill(frame.Stream(stream), frame.Draws, 0, values);
        foreach (ref var value in values.AsSpan()) value = Math.Clamp(Rounded(value, decimals), low, high);
        return new NumberColumn(Schema, values);
    }

    private void OfRows(RowFrame frame, double[] values)
    {
        var others = Array.ConvertAll(bounds, b => ((NumberColumn)frame.Column(b.Column)).Values);
        for (var i = 0; i < values.Length; i++)
        {
            double least = low, most = high;
            for (var b = 0; b < others.Length; b++)
            {
                var other = others[b][i];
                if (double.IsNaN(other)) continue; // a missing value bounds nothing
                if (bounds[b].IsLow) least = Math.Max(least, bounds[b].Strict ? Up(other + unit / 2, decimals) : other);
                else most = Math.Min(most, bounds[b].Strict ? Down(other - unit / 2, decimals) : other);
            }
            var value = Rounded(new Slice(law, least, most).At(values[i]), decimals);
            if (value < least) value = Up(least, decimals);
            values[i] = value > most ? Down(most, decimals) : value;
        }
    }

    /// <summary>A part of a distribution, by the probabilities of its ends: those of the tail it lies in, which keep their digits.</summary>
    private readonly struct Slice
    {
        private readonly Distribution law;
        private readonly double low, high, from, to;
        private readonly bool upper;

        public Slice(Distribution law, double low, double high)
        {
            (this.law, this.low, this.high) = (law, low, high);
            // just below the lower end: what has a probability of its own there belongs to the slice
            var before = law.IsDiscrete ? Math.BitDecrement(low) : low;
            from = law.Cumulative(before);
            upper = from > 0.5;
            (from, to) = upper ? (law.Survival(before), law.Survival(high)) : (from, law.Cumulative(high));
        }

        public double Mass => Math.Abs(to - from);

        public double At(double u) => Mass > 0
            ? upper ? law.UpperQuantile(to + u * (from - to)) : law.Quantile(to - u * (to - from))
            : Math.Clamp(double.IsInfinity(low) ? high : low, low, Math.Max(low, high));
    }

    /// <summary>Probability of the values between two ends.</summary>
    public static double Mass(Distribution law, double low, double high) => low > high ? 0 : new Slice(law, low, high).Mass;
}

/// <summary>Whole numbers of a range, each once: the row's number through a keyed permutation.</summary>
internal sealed class DistinctNumberMaker(long first, ulong size, int stream) : ColumnMaker
{
    public override ulong? Room => size;

    public override Column Make(RowFrame frame)
    {
        var key = frame.Stream(stream).Key;
        return new NumberColumn(Schema, Array.ConvertAll(frame.Rows, row => (double)(first + (long)Forms.KeyedPermutation.Permute((ulong)row % size, size, key))));
    }
}
