using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>
/// What an attack gains from the synthetic rows: (attack - control) / (1 - control), the share of its failures on people outside the training rows that it turns into
/// successes on those inside. 0: nothing leaked; 1: it never fails. Giomi, Boenisch, Wehmeyer and Tasnádi, A unified framework for quantifying privacy risk in
/// synthetic data (PETS 2023).
/// </summary>
/// <param name="Attack">Share of successes on training rows.</param>
/// <param name="Control">Share of successes where nothing can have leaked.</param>
/// <param name="Value">The risk, at least -1: below 0 the control does better.</param>
/// <param name="Interval">Its interval.</param>
internal readonly record struct AttackRisk(double Attack, double Control, double Value, Interval Interval)
{
    /// <summary>
    /// Risk with an interval from the Wilson intervals of both shares, carried over by the slopes of the risk. Null where the control never fails: such an attack says
    /// nothing about leaks.
    /// </summary>
    /// <param name="attack">Share of successes on training rows.</param>
    /// <param name="attackTrials">Independent trials behind it.</param>
    /// <param name="control">Share of successes of the control.</param>
    /// <param name="controlTrials">Independent trials behind it; null where it is known exactly.</param>
    /// <param name="choices">From how many risks the reported one is chosen: all their intervals hold together with 95 % (Bonferroni).</param>
    public static AttackRisk? Of(double attack, double attackTrials, double control, double? controlTrials, int choices = 1)
    {
        if (!(control < 1)) return null;
        var z = FastMath.NormalQuantile(1 - 0.025 / choices);
        var a = RankStatistics.Wilson(attack * attackTrials, attackTrials, z);
        var c = controlTrials is { } trials ? RankStatistics.Wilson(control * trials, trials, z) : new(control, control);
        var value = (attack - control) / (1 - control);
        double bySuccess = 1 / (1 - control), byControl = (1 - attack) / ((1 - control) * (1 - control));
        var below = Length(bySuccess * (attack - a.Low), byControl * (c.High - control));
        var above = Length(bySuccess * (a.High - attack), byControl * (control - c.Low));
        return new AttackRisk(attack, control, Math.Max(-1, value), new(Math.Max(-1, value - below), Math.Clamp(value + above, -1, 1)));
    }

    private static double Length(double x, double y) => Math.Sqrt(x * x + y * y);
}
