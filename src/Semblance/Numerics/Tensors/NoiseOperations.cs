namespace Semblance.Numerics;

/// <summary>
/// Random numbers on the tape. Row i of a tensor takes the numbers of row firstRow + i of a stream, at a step: the same whatever else is in the batch, whoever makes it. Each
/// use within a step needs a stream of its own.
/// </summary>
public static unsafe class NoiseOperations
{
    extension(Tape tape)
    {
        /// <summary>Independent standard normals, at most 6.7 from zero.</summary>
        /// <param name="shape">Lengths of the dimensions.</param>
        /// <param name="stream">Where they come from.</param>
        /// <param name="step">Which step of training, below 2^32: each has numbers of its own.</param>
        /// <param name="firstRow">Row of the stream for the first row.</param>
        public Tensor Normal(Shape shape, RandomStream stream, long step, long firstRow = 0)
        {
            var y = tape.Input(shape);
            NoiseKernels.Normal(tape, stream, step, firstRow, y.Rows, y.Columns, y.Data);
            return y;
        }

        /// <summary>Independent numbers, uniform in [0, 1).</summary>
        /// <param name="shape">Lengths of the dimensions.</param>
        /// <param name="stream">Where they come from.</param>
        /// <param name="step">Which step of training, below 2^32: each has numbers of its own.</param>
        /// <param name="firstRow">Row of the stream for the first row.</param>
        public Tensor Uniform(Shape shape, RandomStream stream, long step, long firstRow = 0)
        {
            var y = tape.Input(shape);
            NoiseKernels.Uniform(tape, stream, step, firstRow, y.Rows, y.Columns, y.Data);
            return y;
        }
    }

    extension(Tensor x)
    {
        /// <summary>
        /// Sets each number to zero with a chance of <paramref name="rate"/> (in steps of 1/65,536) and divides the others by 1 - rate, so that the mean stays (Srivastava et al. 2014).
        /// A rate of 0 gives x itself: what a net does outside of training.
        /// </summary>
        /// <returns>The shape of x.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The rate is not in [0, 1).</exception>
        public Tensor Dropout(float rate, RandomStream stream, long step, long firstRow = 0)
        {
            if (!(rate >= 0 && rate < 1)) throw new ArgumentOutOfRangeException(nameof(rate), rate, "a rate must be in [0, 1)");
            var dropped = Math.Min(65535, (int)MathF.Round(rate * 65536));
            if (dropped == 0) return x;
            var keep = x.Tape.Make(x.Shape, false);
            NoiseKernels.Keep(x.Tape, stream, step, firstRow, x.Rows, x.Columns, keep.Data, dropped);
            return x.Times(keep);
        }

        /// <summary>
        /// A draw from normals of given means (this tensor) and log-variances that can be derived by both: mean + exp(logVariance / 2) · noise (Kingma and Welling 2014).
        /// </summary>
        /// <returns>The shape of x.</returns>
        /// <exception cref="ArgumentException">The shapes differ.</exception>
        public Tensor Reparameterize(Tensor logVariance, RandomStream stream, long step, long firstRow = 0)
        {
            Shapes.RequireSame("Reparameterize", x, logVariance);
            return x.Plus(logVariance.Affine(0.5f).Exp().Times(x.Tape.Normal(x.Shape, stream, step, firstRow)));
        }
    }
}
