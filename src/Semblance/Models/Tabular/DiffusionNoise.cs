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

    /// <summary>What the network hears of numbers: rows × <see cref="Inputs"/>.</summary>
    /// <param name="tape">Where it is worked out.</param>
    /// <param name="x">rows × lines: values.</param>
    /// <param name="known">rows × lines: whether a value is known, or carries noise.</param>
    /// <param name="lines">Columns with a line.</param>
    /// <param name="logs">Logarithm of each row's noise level, or a single one for all rows.</param>
    public static Tensor Features(Tape tape, ReadOnlySpan<float> x, ReadOnlySpan<bool> known, int lines, ReadOnlySpan<float> logs)
    {
        var (rows, width) = (x.Length / lines, Inputs(lines));
        var result = tape.Input(new Shape(rows, width));
        var to = result.Values;
        for (var row = 0; row < rows; row++)
            for (var i = 0; i < lines; i++)
            {
                to[row * width + i] = x[row * lines + i];
                to[row * width + lines + i] = known[row * lines + i] ? 1 : 0;
            }
        float[] angles = new float[x.Length], waves = new float[x.Length];
        for (var k = 0; k < Frequencies.Length; k++)
        {
            for (var i = 0; i < angles.Length; i++) angles[i] = x[i] * Frequencies[k];
            FastMath.Sin(angles, waves);
            Spread(waves, lines, to, width, (2 + 2 * k) * lines);
            FastMath.Cos(angles, waves);
            Spread(waves, lines, to, width, (3 + 2 * k) * lines);
        }
        var shifted = new float[logs.Length];
        for (var i = 0; i < shifted.Length; i++) shifted[i] = logs[i] + 8;
        var times = tape.TimeEmbedding(shifted, TimeColumns, 50).Values;
        for (var row = 0; row < rows; row++) times.Slice(logs.Length == 1 ? 0 : row * TimeColumns, TimeColumns).CopyTo(to[(row * width + width - TimeColumns)..]);
        return result;
    }

    /// <summary>Puts the columns of a narrow matrix into a wider one.</summary>
    private static void Spread(ReadOnlySpan<float> from, int columns, Span<float> to, int width, int start)
    {
        for (var row = 0; row < from.Length / columns; row++)
            for (var i = 0; i < columns; i++) to[row * width + start + i] = from[row * columns + i];
    }
}
