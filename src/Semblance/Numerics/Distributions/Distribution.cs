namespace Semblance.Numerics;

/// <summary>
/// A probability distribution of one number. Immutable. A drawn value is a pure function of (stream, row, draw), so any row can be made alone and in any order:
/// filling row i gives what <see cref="Sample"/> gives on that row's own sequence.
/// </summary>
public abstract partial class Distribution
{
    /// <summary>Draws to leave between two uses of one stream: a value begins at its draw and rejection takes further ones. More than 64 are taken once in over 10^40 values.</summary>
    public const uint DrawsPerValue = 64;

    private protected Distribution()
    {
    }

    /// <summary>Expected value; infinite or NaN where there is none.</summary>
    public abstract double Mean { get; }

    /// <summary>Variance; infinite or NaN where there is none.</summary>
    public abstract double Variance { get; }

    /// <summary>The smallest interval that holds all values; its ends may be infinite.</summary>
    public abstract (double Min, double Max) Support { get; }

    /// <summary>Whether the values are separate numbers, whole ones in most cases, rather than all of an interval.</summary>
    public virtual bool IsDiscrete => false;

    /// <summary>Probability of a value of at most x.</summary>
    public abstract double Cumulative(double x);

    /// <summary>Probability of a value greater than x, exact in the upper tail too, where <c>1 - Cumulative(x)</c> has no digits left.</summary>
    public virtual double Survival(double x) => 1 - Cumulative(x);

    /// <summary>The smallest x with <c>Cumulative(x) &gt;= p</c>. 0 and 1 give the ends of the support, numbers outside [0, 1] NaN.</summary>
    public double Quantile(double p) => p > 0 && p < 1 ? Lower(p) : End(p == 0, p == 1);

    /// <summary>The smallest x with <c>Survival(x) &lt;= q</c>: <c>Quantile(1 - q)</c> with all digits of a small q.</summary>
    public double UpperQuantile(double q) => q > 0 && q < 1 ? Upper(q) : End(q == 1, q == 0);

    /// <summary>Next value from a sequence of random numbers.</summary>
    public abstract double Sample(ref RandomSequence random);

    /// <summary>Values of the rows from <paramref name="firstRow"/> on, one after another.</summary>
    /// <param name="stream">Where the randomness comes from.</param>
    /// <param name="firstRow">Row of the first value.</param>
    /// <param name="draw">First draw of the values; leave <see cref="DrawsPerValue"/> to the next use of the same stream.</param>
    /// <param name="values">Filled.</param>
    public abstract void Fill(RandomStream stream, long firstRow, uint draw, Span<double> values);

    /// <summary>Values of any rows in any order: element i is that of <c>rows[i]</c>.</summary>
    /// <param name="stream">Where the randomness comes from.</param>
    /// <param name="rows">Row numbers.</param>
    /// <param name="draw">First draw of the values; leave <see cref="DrawsPerValue"/> to the next use of the same stream.</param>
    /// <param name="values">Filled; as long as <paramref name="rows"/>.</param>
    public void Fill(RandomStream stream, ReadOnlySpan<long> rows, uint draw, Span<double> values)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, rows.Length);
        if (rows.Length > 0 && IsRun(rows)) Fill(stream, rows[0], draw, values);
        else FillScattered(stream, rows, draw, values);
    }

    /// <summary>A value of rows that do not follow one another.</summary>
    private protected virtual void FillScattered(RandomStream stream, ReadOnlySpan<long> rows, uint draw, Span<double> values)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            var random = stream.Sequence(rows[i], draw);
            values[i] = Sample(ref random);
        }
    }

    /// <summary>The quantile for p in (0, 1).</summary>
    private protected abstract double Lower(double p);

    /// <summary>The upper quantile for q in (0, 1).</summary>
    private protected virtual double Upper(double q) => Lower(1 - q);

    /// <summary>Whether a quantile costs no more than a few elementary functions.</summary>
    internal virtual bool HasFastQuantile => false;

    private static bool IsRun(ReadOnlySpan<long> rows)
    {
        for (var i = 1; i < rows.Length; i++)
            if (rows[i] != rows[i - 1] + 1) return false;
        return true;
    }

    private double End(bool low, bool high) => low ? Support.Min : high ? Support.Max : double.NaN;
}
