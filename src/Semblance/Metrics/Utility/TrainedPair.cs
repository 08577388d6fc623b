using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>The prediction of the target learned twice with the same careful learner, from synthetic and from real rows. TSTR and the fairness of trained models read it.</summary>
/// <param name="Task">The prediction.</param>
/// <param name="Synthetic">Learned from synthetic rows.</param>
/// <param name="Real">Learned from the rows the synthetic ones were made from.</param>
internal sealed record TrainedPair(Downstream Task, Learned Synthetic, Learned Real)
{
    private const int RowLimit = 100_000; // beyond, more rows teach 200 trees of depth 6 little
    private const int CellLimit = 10_000_000; // fewer rows of wide tables

    private static readonly Boosting Options = new() { Rounds = 200, Depth = 6, LearningRate = 0.1, Stream = "evaluate/tstr/boosting" };

    /// <summary>The learner, for a person.</summary>
    public static string Learner => $"gradient boosting, {Options.Rounds} trees of depth {Options.Depth}";

    /// <summary>Learns; null and why, when there is no target or nothing to learn.</summary>
    public static TrainedPair? Of(Comparison data, Run run, CancellationToken ct, out string why)
    {
        why = "no target column was named";
        if (data.Target is null || Downstream.Of(data, data.Target, run, out why) is not { } task) return null;
        var limit = Math.Clamp(CellLimit / task.Inputs.Length, 2_000, RowLimit);
        Side[] sides = [Side.Synthetic, Side.Real];
        var learned = new Learned[2];
        var alone = run with { Threads = 1, Progress = null };
        Blocks.For(2, run, ct, k => learned[k] = task.Learn(new BoostingLearner(Options), [new(sides[k], task.Rows(sides[k], limit, run, "evaluate/tstr"))], alone, ct));
        return new TrainedPair(task, learned[0], learned[1]);
    }
}
