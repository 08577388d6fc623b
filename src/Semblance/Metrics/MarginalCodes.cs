using System.Globalization;
using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>
/// Every comparable column in at most ten classes of the real data, plus one for missing cells: numbers by quantiles, with values of 10 % of the rows or more as
/// classes of their own; categories by their nine most frequent levels and the rest.
/// </summary>
internal sealed class MarginalCodes
{
    /// <summary>Most classes of a column, missing not counted.</summary>
    public const int MostClasses = 10;

    private MarginalCodes(Coded[] columns) => Columns = columns;

    /// <summary>The comparable columns that have real values, in order.</summary>
    public Coded[] Columns { get; }

    /// <summary>One coded column.</summary>
    /// <param name="Feature">The column.</param>
    /// <param name="Codes">Per side, a code below <paramref name="Size"/> per row; 0 is missing.</param>
    /// <param name="Size">Number of codes.</param>
    /// <param name="Labels">Per code, the condition in words: <c>= 0</c>, <c>from 20 to 30</c>, <c>is missing</c>.</param>
    public sealed record Coded(Feature Feature, byte[][] Codes, int Size, string[] Labels);

    public static MarginalCodes Of(Comparison data, Run run, CancellationToken ct)
    {
        var coded = new Coded?[data.Features.Length];
        Blocks.For(coded.Length, run, ct, i => coded[i] = data.Features[i] switch
        {
            { IsNumber: true } feature => Numbers(feature),
            { IsComparable: true } feature => Categories(feature),
            _ => null,
        });
        return new MarginalCodes([.. coded.OfType<Coded>()]);
    }

    private static Coded? Categories(Feature feature)
    {
        if (feature.RealLevels == 0) return null;
        var counts = feature.Counts(Side.Real);
        var kept = feature.Levels.Length <= MostClasses ? feature.Levels.Length : MostClasses - 1;
        var order = Enumerable.Range(0, feature.Levels.Length).OrderByDescending(k => counts[k]).ThenBy(k => k).Take(kept).ToArray();
        var codeOf = new byte[feature.Levels.Length];
        Array.Fill(codeOf, (byte)(kept + 1));
        var labels = new string[kept + 2];
        labels[0] = "is missing";
        labels[kept + 1] = "is one of its rarer values";
        for (var k = 0; k < kept; k++)
        {
            codeOf[order[k]] = (byte)(k + 1);
            // A level of very few people is not spelled out.
            labels[k + 1] = counts[order[k]] >= ColumnBins.LeastRows ? $"= {feature.Levels[order[k]]}" : "is one of its rarest values";
        }
        var codes = new byte[3][];
        for (var side = 0; side < 3; side++) codes[side] = Array.ConvertAll(feature.Codes[side], c => c < 0 ? (byte)0 : codeOf[c]);
        return new Coded(feature, codes, kept + 2, labels);
    }

    private static Coded? Numbers(Feature feature)
    {
        var sorted = feature.Sorted(Side.Real);
        if (sorted.Length == 0) return null;
        var spikes = new List<double>();
        for (int i = 0, j; i < sorted.Length; i = j)
        {
            j = i;
            while (j < sorted.Length && sorted[j] == sorted[i]) j++;
            if ((j - i) * MostClasses >= sorted.Length) spikes.Add(sorted[i]);
        }
        var rest = Array.FindAll(sorted, v => !spikes.Contains(v));
        var cuts = new List<double>(); // a range holds the values from its cut up to the next
        var ranges = Math.Max(1, MostClasses - spikes.Count);
        for (var k = 1; k < ranges && rest.Length > 0; k++)
        {
            var cut = rest[(int)((long)k * rest.Length / ranges)];
            if (cut > rest[0] && (cuts.Count == 0 || cut > cuts[^1])) cuts.Add(cut);
        }

        var isDate = feature.Kind == ColumnKind.DateTime;
        var labels = new List<string> { "is missing" };
        labels.AddRange(spikes.Select(v => $"= {Text(v, isDate)}"));
        for (var k = 0; k <= cuts.Count; k++)
            labels.Add(cuts.Count == 0 ? spikes.Count == 0 ? "has a value" : "is another number"
                : k == 0 ? $"is below {Text(cuts[0], isDate)}" : k == cuts.Count ? $"is {Text(cuts[^1], isDate)} or more" : $"is from {Text(cuts[k - 1], isDate)} to {Text(cuts[k], isDate)}");
        var codes = new byte[3][];
        for (var side = 0; side < 3; side++) codes[side] = Array.ConvertAll(feature.Numbers[side], v => Code(v, spikes, cuts));
        return new Coded(feature, codes, labels.Count, [.. labels]);
    }

    private static byte Code(double value, List<double> spikes, List<double> cuts)
    {
        if (double.IsNaN(value)) return 0;
        var spike = spikes.IndexOf(value);
        if (spike >= 0) return (byte)(spike + 1);
        var range = 0;
        while (range < cuts.Count && value >= cuts[range]) range++;
        return (byte)(spikes.Count + 1 + range);
    }

    /// <summary>Three digits: enough to find the region, too few to be one row's value.</summary>
    private static string Text(double value, bool isDate)
    {
        if (isDate) return ColumnBins.Text(Math.Floor(value), isDate: true);
        var text = value.ToString("G3", CultureInfo.InvariantCulture);
        return Math.Abs(value) is >= 1e-4 and < 1e15 ? double.Parse(text, CultureInfo.InvariantCulture).ToString("0.#######", CultureInfo.InvariantCulture) : text;
    }
}
