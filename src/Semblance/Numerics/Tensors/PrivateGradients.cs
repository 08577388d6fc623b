namespace Semblance.Numerics;

/// <summary>The two steps that make gradient descent differentially private (Abadi et al. 2016): no example counts for more than a bound, and noise hides what each one counts for.</summary>
public static unsafe class PrivateGradients
{
    extension(Tensor losses)
    {
        /// <summary>Derives the sum of all losses, each scaled down so that its own gradient by all parameters has at most a given norm. See <see cref="ExampleNormOperations"/> for what the network may be made of.</summary>
        /// <param name="largest">The bound C.</param>
        /// <returns>The norm of each example's gradient before.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The bound is not above zero.</exception>
        /// <exception cref="ArgumentException">The losses are not examples × 1.</exception>
        /// <exception cref="InvalidOperationException">The network has parameters for which norms are not known.</exception>
        /// <exception cref="FitException">A loss (SB3030) or the norm of a gradient (SB3031) is infinite or not a number.</exception>
        public float[] BackwardClipped(float largest)
        {
            if (!(largest > 0 && float.IsFinite(largest))) throw new ArgumentOutOfRangeException(nameof(largest), largest, "a gradient can be shortened to lengths above zero only");
            var norms = losses.ExampleNorms();
            var scales = losses.Tape.Input(losses.Shape);
            for (var i = 0; i < norms.Length; i++)
            {
                if (!float.IsFinite(norms[i])) throw new FitException("SB3031", $"the norm of the gradient of example {i} is {norms[i]}. Lower the learning rate, or look for infinite values in the data");
                scales.Values[i] = Math.Min(1, largest / norms[i]);
            }
            losses.Times(scales).Sum().Backward();
            return norms;
        }
    }

    extension(Parameters parameters)
    {
        /// <summary>Adds independent normal noise to the gradient of every learned parameter.</summary>
        /// <param name="stream">Who knows it can take the noise off again: where privacy must hold, the seed has to stay secret.</param>
        /// <param name="step">Each step must have a number of its own.</param>
        /// <param name="deviation">Standard deviation: noise multiplier times the bound of the norm, for a sum of gradients.</param>
        /// <param name="scale">What gradient and noise are multiplied by afterwards: one over the expected size of a batch.</param>
        public void AddNoise(RandomStream stream, long step, double deviation, double scale = 1)
        {
            const int chunk = 256;
            Span<float> noise = stackalloc float[4 * chunk];
            var gradients = parameters.AllGradients();
            foreach (var parameter in parameters.All.Where(p => p.IsLearned))
                for (var from = 0; from < parameter.Shape.Count; from += 4 * chunk)
                {
                    // Rows of the stream belong to places in the set, four numbers to a row.
                    stream.FillNormal((step << 32) + (parameter.Offset + from) / 4, 0, noise[..chunk], noise.Slice(chunk, chunk), noise.Slice(2 * chunk, chunk), noise[(3 * chunk)..]);
                    var to = gradients + parameter.Offset + from;
                    for (var i = 0; i < Math.Min(4 * chunk, parameter.Shape.Count - from); i++) to[i] = (float)((to[i] + noise[(i & 3) * chunk + i / 4] * deviation) * scale);
                }
        }
    }
}
