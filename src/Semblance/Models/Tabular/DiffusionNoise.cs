using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// The path between normal scores and noise: x = cos·score + sin·noise, with sin over cos the noise level. Scores have variance 1, and so has x everywhere. The network gives the velocity
/// v = cos·noise - sin·score (Salimans and Ho 2022), of variance 1 as well, so that no level needs a weight of its own.
/// </summary>
internal static class DiffusionNoise
{
    /// <summary>Mean and spread of the logarithm of noise levels in training (Karras et al. 2022).</summary>
    private const double MeanLog = -0.8, SpreadLog = 1.4;

    /// <summary>Noise levels between which a row is denoised. At the highest a score moves x by a fortieth of the noise; the lowest is finer than any detector sees.</summary>
    private const double Highest = 40, Lowest = 0.01;

    private const int TimeColumns = 32;

    /// <summary>Waves of each number, the longest first: with them a small network learns edges that it would smooth out.</summary>
    private static readonly float[] Frequencies = [1.5f, 3, 6];

    /// <summary>Numbers that the network hears: values, whether each is known, waves of the values, waves of the noise level.</summary>
    public static int Inputs(int lines) => lines * (2 + 2 * Frequencies.Length) + TimeColumns;

    /// <summary>Logarithm of a noise level of training, by a number in (0, 1).</summary>
    public static double LogLevel(double u) => MeanLog + SpreadLog * FastMath.NormalQuantile(Math.Clamp(u, 1e-9, 1 - 1e-9));

    public static (double Cos, double Sin) At(double level)
    {
        var cos = 1 / Math.Sqrt(1 + level * level);
        return (cos, level * cos);
    }

    /// <summary>Noise levels of denoising, from the highest to zero: near each other where they are low.</summary>
    public static double[] Levels(int steps)
    {
        const double rho = 7;
        var levels = new double[steps + 1];
        double a = FastMath.Pow(Highest, 1 / rho), b = FastMath.Pow(Lowest, 1 / rho);
        for (var i = 0; i < steps; i++) levels[i] = FastMath.Pow(a + (b - a) * i / (steps - 1), rho);
        return levels;
    }

    /// <summary>What the network hears of numbers.</summary>
    /// <param name="x">rows × 2·lines: values, then 1 where a value is known and 0 where it carries noise.</param>
    /// <param name="logs">Logarithm of each row's noise level.</param>
    public static Tensor Features(Tensor x, ReadOnlySpan<float> logs)
    {
        var (tape, lines) = (x.Tape, x.Columns / 2);
        var waves = tape.Input(new Shape(x.Rows, 2 * lines * Frequencies.Length));
        Span<float> from = x.Values, to = waves.Values;
        for (var row = 0; row < x.Rows; row++)
            foreach (var frequency in Frequencies)
            {
                Span<float> sines = to[..lines], cosines = to[lines..(2 * lines)];
                for (var i = 0; i < lines; i++) sines[i] = from[row * 2 * lines + i] * frequency;
                FastMath.Cos(sines, cosines);
                FastMath.Sin(sines, sines);
                to = to[(2 * lines)..];
            }
        var shifted = new float[logs.Length];
        for (var i = 0; i < shifted.Length; i++) shifted[i] = logs[i] + 8;
        return ColumnOperations.Concat(x, waves, tape.TimeEmbedding(shifted, TimeColumns, 50));
    }
}
