using System.Globalization;
using Semblance.Data;
using Semblance.Metrics;
using Semblance.Models;
using Semblance.Rules;

namespace Semblance.Recipes;

/// <summary>What fairness brought, and what it costs: the largest difference of a share of the target between two sensitive groups, and how well the target is learned, with and without it.</summary>
public sealed record FairnessCost
{
    internal const string Utility = "utility.tstr";

    /// <summary>Target.</summary>
    public required string Target { get; init; }

    /// <summary>Sensitive columns.</summary>
    public required string Sensitive { get; init; }

    /// <summary>Difference in the rows the model learned from; null where groups are too small to compare.</summary>
    public double? RealParity { get; init; }

    /// <summary>Difference in rows of the same model made without fairness.</summary>
    public double? PlainParity { get; init; }

    /// <summary>Difference in the rows that were made.</summary>
    public double? FairParity { get; init; }

    /// <summary><c>utility.tstr</c> of rows of the same model made without fairness; null where it has no value.</summary>
    public double? PlainUtility { get; init; }

    /// <summary><c>utility.tstr</c> of the rows that were made.</summary>
    public double? FairUtility { get; init; }

    internal static async Task<FairnessCost> MeasureAsync(Fairness fairness, IGenerator<Table> generator, Condition? where, Table train, Table? holdout, Table synthetic, Scorecard card, Run run, CancellationToken ct)
    {
        var parity = new StatisticalParity(train, fairness.Bind(train.Schema));
        var plain = await generator.GenerateAsync(new Request(synthetic.Rows) { Where = where }, run with { Progress = null }, ct).ConfigureAwait(false);
        var judged = await plain.EvaluateAsync(train, holdout, fairness.Target, run with { Progress = null }, MetricCatalog.Default.Only([Utility]), ct).ConfigureAwait(false);
        return new()
        {
            Target = fairness.Target, Sensitive = fairness.Sensitive, RealParity = parity.Difference(train), PlainParity = parity.Difference(plain), FairParity = parity.Difference(synthetic),
            PlainUtility = ValueIn(judged), FairUtility = ValueIn(card),
        };
    }

    private static double? ValueIn(Scorecard card) => card.Scores.FirstOrDefault(s => s.Name == Utility)?.Score.Value;

    /// <inheritdoc/>
    public override string ToString() =>
        $"Fairness: shares of {Target} differ between groups of {Sensitive} by at most {Number(RealParity, "0.000")} in the real rows learned from, {Number(PlainParity, "0.000")} in rows of the model as it is, and {Number(FairParity, "0.000")} in these rows. "
        + $"Its cost: learning {Target} from them scores {Number(FairUtility, "0.000")} ({Utility}) instead of {Number(PlainUtility, "0.000")}.";

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "(no value)";
}
