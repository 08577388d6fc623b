using System.Collections.Immutable;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Rules;

namespace Semblance.Worlds;

/// <summary>A figure that the data are held against.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Measure">What is measured, in words.</param>
/// <param name="Min">Least value that passes.</param>
/// <param name="Max">Greatest value that passes.</param>
/// <param name="Source">Who published it; null for an assumption of the pack.</param>
public sealed record Target(string Name, string Measure, double Min, double Max, string? Source)
{
    internal enum Statistic
    {
        Ratio,
        Mean,
        Quantile,
        Benford,
    }

    internal Statistic Kind { get; init; }

    internal int Table { get; init; }

    internal BoundCondition? Where { get; init; }

    internal int Per { get; init; }

    internal BoundCondition? PerWhere { get; init; }

    internal int Column { get; init; } = -1;

    internal double Share { get; init; }
}

/// <summary>Reads the targets of a pack and checks them against its tables.</summary>
internal static class TargetReader
{
    public static ImmutableArray<Target> Read(Pack pack, DatabaseSchema tables)
    {
        var source = pack.Source;
        var targets = ImmutableArray.CreateBuilder<Target>();
        foreach (var (key, value) in pack.Yaml.Pairs("targets"))
        {
            var map = source.Map(value, $"the target `{key.Text}`", "about", "rows", "where", "per", "per-where", "mean", "quantile", "benford", "share", "min", "max", "source", "assumption");
            var (min, max) = (source.Number(map.Require("min"), "`min`"), source.Number(map.Require("max"), "`max`"));
            if (map["source"] is null == map["assumption"] is null) throw source.Fault("SB2203", value, $"the target `{key.Text}` needs `source`, who published the figure, or `assumption`, why it is set so");
            var table = TableOf(map.Require("rows"));
            var target = new Target(key.Text, map.Text("about") ?? key.Text, min, max, map.Text("source")) { Table = table, Where = Condition("where", table) };
            string[] statistics = ["per", "mean", "quantile", "benford"];
            var given = statistics.Where(s => map[s] is not null).ToList();
            if (given.Count != 1) throw source.Fault("SB2203", value, $"the target `{key.Text}` needs one of `per` (rows per rows of a table), `mean`, `quantile` and `benford` (of a column)");
            if (given[0] == "per")
            {
                var per = TableOf(map.Require("per"));
                targets.Add(target with { Kind = Target.Statistic.Ratio, Per = per, PerWhere = Condition("per-where", per) });
                continue;
            }
            var columnAt = map.Require(given[0]);
            var column = tables.Tables[table].Schema.IndexOf(source.Text(columnAt, "a column"));
            if (column < 0 || !tables.Tables[table].Schema.Columns[column].IsNumeric) throw source.Unknown(columnAt, $"column of numbers in {tables.Tables[table].Name}", source.Text(columnAt, "a column"), tables.Tables[table].Schema.Columns.Where(c => c.IsNumeric).Select(c => c.Name));
            targets.Add(target with
            {
                Kind = given[0] switch { "mean" => Target.Statistic.Mean, "quantile" => Target.Statistic.Quantile, _ => Target.Statistic.Benford },
                Column = column, Share = given[0] == "quantile" ? source.Number(map.Require("share"), "`share`", 0, 1) : 0,
            });

            int TableOf(YamlValue at) => tables.IndexOf(source.Text(at, "a table")) is >= 0 and var index ? index : throw source.Unknown(at, "output", source.Text(at, "a table"), tables.Tables.Select(t => t.Name));

            BoundCondition? Condition(string word, int of) => map[word] is not { } at ? null : source.Expression(source.Single(at, $"`{word}`"), () => Expression.Parse(source.Text(at, "a condition")).Bind(tables.Tables[of].Schema));
        }
        return targets.ToImmutable();
    }
}
