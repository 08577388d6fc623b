using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>How well a score tells rows the generator learned from (members) from real rows it never saw: higher means more like a member.</summary>
/// <param name="Auc">Area under the ROC curve: 0.5 is guessing.</param>
/// <param name="TruePositives">Share of members recognised when 1 % of the others are mistaken for members.</param>
/// <param name="TruePositiveInterval">Its 95 % interval.</param>
internal sealed record MembershipScore(Estimate Auc, double TruePositives, Interval TruePositiveInterval)
{
    /// <summary>Others that may be mistaken: the usual 1 % (Carlini and others, Membership inference attacks from first principles, 2022).</summary>
    public const double FalsePositives = 0.01;

    private const double Z = 1.959963984540054;

    /// <summary>Measures a score; null where one side is empty.</summary>
    public static MembershipScore? Of(double[] members, double[] others)
    {
        var positive = new bool[members.Length + others.Length];
        positive.AsSpan(0, members.Length).Fill(true);
        if (RankStatistics.Auc([.. members, .. others], positive) is not { } auc) return null;
        double[] inside = [.. members], outside = [.. others];
        Array.Sort(inside);
        Array.Sort(outside);
        double n = outside.Length, half = Z * Math.Sqrt(n * FalsePositives * (1 - FalsePositives));
        // The threshold is an order statistic of the others: where it might lie with 95 % confidence bounds the rate together with the members' own chance.
        double least = Recognised(Math.Max(0, n * FalsePositives - half)), most = Recognised(Math.Min(n, n * FalsePositives + half));
        return new MembershipScore(auc, Recognised(n * FalsePositives) / inside.Length,
            new(RankStatistics.Wilson(least, inside.Length, Z).Low, RankStatistics.Wilson(most, inside.Length, Z).High));

        // Members above the threshold that mistakes so many others; ties are cut in proportion.
        double Recognised(double mistaken)
        {
            for (int i = inside.Length - 1, j = outside.Length - 1; ;)
            {
                if (j < 0) return inside.Length;
                var value = outside[j];
                while (i >= 0 && inside[i] > value) i--;
                double above = inside.Length - 1 - i, before = outside.Length - 1 - j;
                while (i >= 0 && inside[i] == value) i--;
                while (j >= 0 && outside[j] == value) j--;
                var after = outside.Length - 1 - j;
                if (after >= mistaken) return above + (inside.Length - 1 - i - above) * (mistaken - before) / (after - before);
            }
        }
    }
}
