namespace Semblance.Numerics;

/// <summary>A bound on the length of a step.</summary>
public static unsafe class GradientClip
{
    extension(Parameters parameters)
    {
        /// <summary>Shortens the gradient of all parameters together, taken as one vector, to a largest Euclidean norm (Pascanu et al. 2013); its direction stays.</summary>
        /// <param name="largest">The norm that is left alone.</param>
        /// <param name="tape">Whose threads share the work; null: the caller's thread alone. Results are the same.</param>
        /// <returns>The norm before.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The bound is not above zero.</exception>
        /// <exception cref="FitException">A gradient is infinite or not a number, or they are so large that their norm is (SB3031); the message names the first such parameter.</exception>
        public double ClipGradients(double largest, Tape? tape = null)
        {
            if (!(largest > 0)) throw new ArgumentOutOfRangeException(nameof(largest), largest, "a gradient can be shortened to lengths above zero only");
            var gradients = parameters.AllGradients();
            var norm = Math.Sqrt(InnerProducts.SumOfSquares(tape, gradients, parameters.Count));
            if (!double.IsFinite(norm)) throw NotFinite(parameters, norm);
            if (norm <= largest) return norm;
            var scale = (float)(largest / norm);
            if (tape is null) Vectors.Sum(gradients, null, gradients, parameters.Count, scale, 0, 0);
            else tape.For(parameters.Count, ActivationKernels.Grain, (from, to) => Vectors.Sum(gradients + from, null, gradients + from, to - from, scale, 0, 0));
            return norm;
        }
    }

    private static FitException NotFinite(Parameters parameters, double norm)
    {
        var first = parameters.All.FirstOrDefault(p => p.Gradient.ContainsAnyExceptInRange(float.MinValue, float.MaxValue));
        var where = first is null ? "though each single one is finite, their squares are not" : $"the first such parameter is `{first.Name}`";
        return new FitException("SB3031", $"the norm of the gradients is {norm}: {where}. Lower the learning rate, or look for infinite values in the data");
    }
}
