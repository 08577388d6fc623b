using System.Collections.Immutable;
using Semblance.Formats;

namespace Semblance.Rules;

/// <summary>Reads the faults of a table: a list, each item one word and what belongs to it.</summary>
internal static class FaultReader
{
    /// <summary>Words of faults, and the words each takes.</summary>
    public static ImmutableSortedDictionary<string, ImmutableArray<string>> Words { get; } = new Dictionary<string, ImmutableArray<string>>
    {
        ["missing"] = ["column", "rate", "when", "otherwise"],
        ["outlier"] = ["column", "rate", "factor", "distance"],
        ["drift"] = ["column", "amount", "from", "to"],
        ["label"] = ["column", "rate", "confusions"],
        ["typo"] = ["column", "rate"],
        ["format"] = ["column", "rate"],
        ["swap"] = ["column", "other", "rate"],
        ["duplicates"] = ["rate", "changes", "columns"],
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    private const int MostFaults = 1_000;

    /// <summary>Faults of a table with the given columns.</summary>
    public static ImmutableArray<Fault> Read(RuleMap table, YamlValue value, IReadOnlyList<string> columns)
    {
        if (value is not YamlList { Items.Length: <= MostFaults } list) throw table.Fault(value, "SB2131", "`faults` is a list, each item a fault: `- typo: {column: name, rate: 0.02}`");
        return [.. list.Items.Select(item => One(table, item, columns))];
    }

    private static Fault One(RuleMap table, YamlValue item, IReadOnlyList<string> columns)
    {
        var outer = new RuleMap(table.At.Source, item, "a fault", Words.Keys);
        if (outer.Entries.Length != 1) throw outer.Fault(item, "SB2131", "an item is one fault: one word, and under it what belongs to it");
        var (word, value) = (outer.Entries[0].Key.Text, outer.Entries[0].Value);
        var map = new RuleMap(table.At.Source, value, $"fault `{word}`", Words[word]);
        foreach (var at in new[] { map["column"], map["other"], map["columns"] }.OfType<YamlValue>())
            foreach (var name in map.Texts(at, "column"))
                if (!columns.Contains(name.Text))
                    throw map.Fault(name, "SB2134", $"there is no column `{name.Text}`; " + (Nearest.Of(name.Text, columns) is { } near ? $"did you mean `{near}`?" : $"the columns are {string.Join(", ", columns.Take(30))}"));
        return word switch
        {
            "missing" => new Fault.Missing(Needed(map, "column"), Rate(map)) { When = map.Text("when") is { } when ? new Condition(when) : null, Otherwise = map.Number("otherwise", 0, 0, 1) },
            "outlier" => new Fault.Outlier(Needed(map, "column"), Rate(map)) { Factor = map.Number("factor", 10), Distance = map.Number("distance", 0, 0) },
            "drift" => new Fault.Drift(Needed(map, "column"), map.Number(map["amount"] ?? throw map.Missing("amount", "`amount: 3`, what is added in the end"), "amount"))
            {
                From = map.Whole("from", 0, 0, long.MaxValue),
                To = map.Whole(map["to"] ?? throw map.Missing("to", "`to: 1000`, the row at which the drift is complete"), "to", map.Whole("from", 0, 0, long.MaxValue - 1) + 1, long.MaxValue),
            },
            "label" => new Fault.Label(Needed(map, "column"), map["confusions"] is null ? Rate(map) : map.Number("rate", 0, 0, 1)) { Confusions = Confusions(map) },
            "typo" => new Fault.Typo(Needed(map, "column"), Rate(map)),
            "format" => new Fault.Format(Needed(map, "column"), Rate(map)),
            "swap" => new Fault.Swap(Needed(map, "column"), Needed(map, "other"), Rate(map)),
            _ => new Fault.Duplicates(Rate(map)) { Changes = map.Number("changes", 0, 0, 1), Columns = map["columns"] is { } named ? [.. map.Texts(named, "columns").Select(c => c.Text)] : [] },
        };
    }

    private static ImmutableArray<(string, string, double)> Confusions(RuleMap map)
    {
        if (map["confusions"] is not { } value) return [];
        if (value is not YamlList list) throw map.Fault(value, "SB2131", "`confusions` is a list: `- {from: spam, to: ham, rate: 0.1}`");
        return [.. list.Items.Select(item => new RuleMap(map.At.Source, item, "a confusion", ["from", "to", "rate"])).Select(c => (Needed(c, "from"), Needed(c, "to"), Rate(c)))];
    }

    private static string Needed(RuleMap map, string word) => map.Text(word) ?? throw map.Missing(word, $"`{word}: name`");

    private static double Rate(RuleMap map) => map.Number(map["rate"] ?? throw map.Missing("rate", "`rate: 0.02`, a probability"), "rate", 0, 1);
}
