namespace Semblance.Numerics;

/// <summary>Times, or noise levels, as many waves: what lets a network tell both near and far ones apart.</summary>
public static unsafe class TimeEmbeddings
{
    extension(Tape tape)
    {
        /// <summary>
        /// Cosines, then sines, of each time at frequencies from 1 down to almost 1/<paramref name="longest"/> in equal ratios (Vaswani et al. 2017, in the order of Ho, Jain and Abbeel
        /// 2020). Neighbouring times should be some tenth apart and all below 65,536: scale them first.
        /// </summary>
        /// <param name="times">One for each row.</param>
        /// <param name="columns">An even number: half of them cosines.</param>
        /// <param name="longest">The longest wave is 2π times this.</param>
        /// <returns>times × columns; no gradient.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The number of columns is odd or not positive, or longest is not above 1.</exception>
        public Tensor TimeEmbedding(ReadOnlySpan<float> times, int columns, double longest = 10_000)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
            ArgumentOutOfRangeException.ThrowIfNotEqual(columns % 2, 0, nameof(columns));
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(longest, 1);
            var y = tape.Input(new Shape(times.Length, columns));
            var half = columns / 2;
            var frequencies = new float[half];
            for (var i = 0; i < half; i++) frequencies[i] = (float)FastMath.Exp(-FastMath.Log(longest) * i / half);
            var values = y.Values;
            for (var row = 0; row < times.Length; row++)
            {
                Span<float> cosines = values.Slice(row * columns, half), sines = values.Slice(row * columns + half, half);
                for (var i = 0; i < half; i++) sines[i] = times[row] * frequencies[i];
                FastMath.Cos(sines, cosines);
                FastMath.Sin(sines, sines);
            }
            return y;
        }
    }
}
