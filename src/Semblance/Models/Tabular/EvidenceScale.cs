using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// How much a given cell of a column speaks for what was drawn before it. A leaf holds too few rows to know how likely one cell among hundreds is, so that for numbers
/// and dates near cells count too, by a triangular kernel over ranks; categories count alone. Gaps tell nothing: that a cell is given says nothing of its row.
/// </summary>
internal sealed class EvidenceScale
{
    /// <summary>Half width of the kernel, as a share of the column's rows: a tenth of them lie under it.</summary>
    private const double Width = 0.05;

    /// <summary>Share of doubt: whatever trees say, a given cell has this part of its overall probability, so that no single cell rules all candidates out.</summary>
    private const double Doubt = 0.02;

    private readonly int missing;
    private readonly bool ordered;
    private readonly double[] ranks; // middle of each cell's rows on [0, 1]
    private readonly double[] densities; // kernel mass around each cell
    private readonly double[] cumulative; // share of the cells up to each, gaps apart

    /// <summary>Learns it from how often each cell occurs.</summary>
    public EvidenceScale(long[] counts, int missing, bool ordered)
    {
        (this.missing, this.ordered) = (missing, ordered);
        ranks = new double[counts.Length];
        densities = new double[counts.Length];
        cumulative = new double[counts.Length];
        double total = 0, sum = 0;
        for (var c = missing; c < counts.Length; c++) total += counts[c];
        if (total == 0) return;
        for (var c = missing; c < counts.Length; c++)
        {
            ranks[c] = (sum + counts[c] / 2.0) / total;
            cumulative[c] = (sum += counts[c]) / total;
        }
        for (var c = missing; c < counts.Length; c++)
        {
            densities[c] = counts[c] / total;
            for (var other = c - 1; ordered && other >= missing && ranks[c] - ranks[other] < Width; other--) densities[c] += counts[other] / total * Kernel(other, c);
            for (var other = c + 1; ordered && other < counts.Length && ranks[other] - ranks[c] < Width; other++) densities[c] += counts[other] / total * Kernel(other, c);
        }
    }

    /// <summary>Whether a cell is a gap.</summary>
    public bool IsGap(int cell) => cell < missing;

    /// <summary>How much a cell counts for a given one, 0 to 1.</summary>
    public double Kernel(int cell, int given) =>
        cell == given ? 1 : ordered ? Math.Max(0, 1 - Math.Abs(ranks[cell] - ranks[given]) * (1 / Width)) : 0;

    /// <summary>Log of how much likelier a given cell is where the kernel's mean is this than overall.</summary>
    public double LogRatio(int given, double mean) => densities[given] > 0 ? FastMath.Log((1 - Doubt) * mean / densities[given] + Doubt) : 0;

    /// <summary>A cell that is no gap, by its overall share.</summary>
    public int Draw(double u)
    {
        for (var c = missing; c < cumulative.Length; c++)
            if (cumulative[c] > u) return c;
        return cumulative.Length - 1;
    }
}
