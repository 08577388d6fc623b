using System.Globalization;
using Semblance.Rules;

namespace Semblance.Metrics;

/// <summary>
/// The rows of every side by the values of the sensitive columns: each combination that the real rows have is a group. Numbers and dates count by tenths of the real
/// rows unless they have ten values or fewer; a gap is a value.
/// </summary>
internal sealed class SensitiveGroups
{
    private const int Tenths = 10;

    private SensitiveGroups(string[] names, int[][] codes) => (Names, Codes) = (names, codes);

    /// <summary>What a group is, for a person: <c>Female</c>, <c>Female, age 40 to 48</c>.</summary>
    public string[] Names { get; }

    /// <summary>Per side and row its group; -1 where the real rows have no such group.</summary>
    public int[][] Codes { get; }

    /// <summary>Rows of each group of a side.</summary>
    public int[] Counts(Side side)
    {
        var counts = new int[Names.Length];
        foreach (var group in Codes[(int)side])
            if (group >= 0) counts[group]++;
        return counts;
    }

    /// <summary>Groups of at least <see cref="BoundFairness.LeastRows"/> real rows: of smaller ones chance alone would make much.</summary>
    public int[] Large
    {
        get
        {
            var counts = Counts(Side.Real);
            return [.. Enumerable.Range(0, counts.Length).Where(g => counts[g] >= BoundFairness.LeastRows)];
        }
    }

    /// <summary>The large groups' shares of the real and the synthetic rows, for the report.</summary>
    public FairnessDetail AddTo(FairnessDetail detail)
    {
        if (!detail.Groups.IsEmpty) return detail;
        var (real, synthetic, large) = (Counts(Side.Real), Counts(Side.Synthetic), Large);
        var small = Names.Length - large.Length;
        return detail with
        {
            Groups = [.. large.Select(g => new GroupDetail(Names[g], real[g] / (double)Codes[0].Length, synthetic[g] / (double)Codes[1].Length))],
            Notes = small == 0 ? detail.Notes : detail.Notes.Add(string.Create(CultureInfo.InvariantCulture,
                $"{small} group{(small == 1 ? "" : "s")} with fewer than {BoundFairness.LeastRows} real rows {(small == 1 ? "is" : "are")} left out: chance alone would set {(small == 1 ? "it" : "them")} apart.")),
        };
    }

    /// <summary>The groups; null and why, when no sensitive column was named or one has no groups.</summary>
    public static SensitiveGroups? Of(Comparison data, out string why)
    {
        why = "no sensitive column was named";
        if (data.Sensitive is null) return null;
        var features = new Fairness(data.Target ?? "", data.Sensitive).Columns(data.Full(Side.Real)!.Schema).Select(index => data.Features[index]).ToArray();
        if (features.FirstOrDefault(f => f.Type == FeatureType.Identifier || f.Kind == ColumnKind.Text) is { } nameless)
        {
            why = $"the sensitive column `{nameless.Name}` is {(nameless.Kind == ColumnKind.Text ? "free text" : "an identifier")}, which makes no groups";
            return null;
        }
        var parts = features.Select(Part).ToArray();
        // Column by column the groups there are so far are divided: a group is (group so far, part), in that order, so that no order of rows matters.
        var codes = Array.ConvertAll<Side, int[]>([Side.Real, Side.Synthetic, Side.Holdout], side => new int[data.Rows(side)]);
        string[] names = [""];
        foreach (var part in parts)
        {
            var there = new SortedSet<(int Group, int Part)>();
            for (var row = 0; row < codes[0].Length; row++) there.Add((codes[0][row], part.Code(0, row)));
            var place = 0;
            var places = there.ToDictionary(key => key, _ => place++);
            names = [.. there.Select(key => (names[key.Group].Length > 0 ? names[key.Group] + ", " : "") + part.Name(key.Part))];
            for (var side = 0; side < codes.Length; side++)
                for (var row = 0; row < codes[side].Length; row++) codes[side][row] = places.GetValueOrDefault((codes[side][row], part.Code(side, row)), -1);
        }
        why = "";
        return new SensitiveGroups(names, codes);
    }

    /// <summary>The parts of one column: a code per row (the last: missing), and what a code means.</summary>
    private static (Func<int, int, int> Code, Func<int, string> Name) Part(Feature feature)
    {
        const string Missing = "(missing)";
        if (feature.Type == FeatureType.Category)
        {
            var missing = feature.Levels.Length;
            return ((side, row) => feature.Codes[side][row] is >= 0 and var code ? code : missing, code => code == missing ? $"{feature.Name} {Missing}" : feature.Levels[code]);
        }
        var sorted = feature.Sorted(Side.Real);
        var values = sorted.Distinct().Take(Tenths + 1).ToArray();
        var single = values.Length <= Tenths;
        var starts = single ? values : [.. Enumerable.Range(1, Tenths - 1).Select(i => sorted[(int)((long)sorted.Length * i / Tenths)]).Distinct().Where(start => start > sorted[0])];
        var last = starts.Length + 1;
        return ((side, row) => Place(feature.Numbers[side][row]), code => $"{feature.Name} {Range(code)}");

        // Of single values, one that the real rows lack has the place before the first.
        int Place(double value)
        {
            if (double.IsNaN(value)) return last;
            var at = Array.BinarySearch(starts, value);
            return at >= 0 ? at + 1 : single ? 0 : ~at;
        }

        string Range(int code) => code == last ? Missing
            : single ? Text(starts[code - 1])
            : code == 0 ? $"below {Text(starts[0])}"
            : code == starts.Length ? $"{Text(starts[^1])} and above"
            : $"{Text(starts[code - 1])} to below {Text(starts[code])}";

        string Text(double value) => feature.Kind == ColumnKind.DateTime
            ? DateTime.UnixEpoch.AddDays(value).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : value.ToString("0.####", CultureInfo.InvariantCulture);
    }
}
