using Semblance.Data;

namespace Semblance.Models;

/// <summary>
/// What fitting and judging cost, by a fixed table: seconds of one core like those it was measured on. Whoever plans (<see cref="Auto"/>, a dry run, a search) asks it and never a clock, so that a busy or
/// slow machine plans the same; it only takes longer. Settings that change a model's capacity scale its cost; those that can only end it earlier do not.
/// </summary>
internal static class FitCost
{
    /// <summary>What a fit takes however small the table is.</summary>
    private const double Start = 0.3;

    /// <summary>Seconds of one core for a fit: a share that grows with cells and, where a column is learned from all others, one that grows with cells times columns.</summary>
    public static double Seconds(IModel<Table> model, int rows, int columns) => model switch
    {
        Constrained constrained => Seconds(constrained.Model, rows, columns),
        Auto auto => AutoPlan.Of(auto, rows, columns, null).Seconds * AutoPlan.Together,
        // passes are counted in rows: its networks are wider than most tables
        Diffusion diffusion => 0.5 + rows * 7e-3 * Scale(diffusion, rows),
        Ctgan ctgan => Start + 6.5e-4 * (ctgan.Steps > 0 ? ctgan.Steps : Math.Max(300, 25 * Math.Sqrt(rows))) * columns * Scale(ctgan, rows),
        _ => Start + (double)rows * columns * (PerCell(model) + PerPair(model) * columns) * Scale(model, rows),
    };

    /// <summary>Seconds of one core to make as many rows and judge them by the few scores a search compares.</summary>
    public static double JudgeSeconds(int rows, int columns) => 0.2 + (double)rows * columns * 14e-6;

    private static double PerCell(IModel<Table> model) => model switch
    {
        Cart => 12e-6,
        Argn => 22e-6,
        Circuit => 12e-6,
        Tvae => 85e-6,
        Arf => 16e-6,
        Copula => 1e-6,
        _ => 0.5e-6,
    };

    private static double PerPair(IModel<Table> model) => model switch
    {
        Cart => 0.6e-6,
        Argn => 0.3e-6,
        Circuit or Copula => 0.02e-6,
        _ => 0,
    };

    /// <summary>Cost with these settings over cost with the defaults.</summary>
    private static double Scale(IModel<Table> model, int rows) => model switch
    {
        // more rounds than the default hardly ever happen: boosting ends where held-out rows gain no more
        Cart m => (0.57 * m.Trees / 10.0 * (m.Sample / 0.632) + 0.43 * Math.Min(1, m.Rounds / 60.0) * (m.BoostSample / 0.4)) * Math.Sqrt(Math.Sqrt(Math.Sqrt(10.0 / Math.Max(2, m.LeafRows)))),
        Argn m => (0.15 + 0.85 * m.Hidden / 64.0) * (0.7 + 0.3 * Math.Min(1, m.Epochs / 60.0)),
        Circuit m => (m.Components == 0 ? 1 : 0.6 + 0.4 * m.Components / Math.Clamp(rows / 40.0, 1, 1_024)) * (0.4 + 0.6 * Math.Min(1, m.Epochs / 40.0)),
        Tvae m => m.Hidden / 128.0 * (m.Epochs / 100.0),
        Arf m => 0.35 + 0.65 * m.Trees / 10.0,
        Diffusion m => m.Epochs / 200.0 * Width(m, rows) * (0.4 + 0.2 * m.Layers),
        Ctgan m => m.Hidden / 128.0 * ((1 + m.Looks) / 2.0),
        _ => 1,
    };

    private static double Width(Diffusion model, int rows)
    {
        var ratio = model.WidthFor(rows) / (double)(model with { Width = 0 }).WidthFor(rows);
        return ratio * Math.Sqrt(ratio);
    }
}
