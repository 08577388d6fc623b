using Semblance.Numerics;

namespace Semblance.Tests.Numerics.Tensors.Examples;

/// <summary>A network that tells classes of images apart: batch × 28 × 28 × 1 in, batch × 10 log-probabilities, not normalised, out.</summary>
internal interface IImageClassifier
{
    Tensor Apply(Tensor images);
}

internal sealed class MlpClassifier(Parameters parameters, int hidden) : IImageClassifier
{
    private readonly Mlp net = new(parameters, "net", Activation.Relu, LabelledImages.Side * LabelledImages.Side, hidden, LabelledImages.Classes);

    public Tensor Apply(Tensor images) => net.Apply(images.Reshape(new Shape(images.Shape[0], LabelledImages.Side * LabelledImages.Side)));
}

/// <summary>Three convolutions, each normalised over the batch; the image gets smaller and deeper, and its mean is told apart.</summary>
internal sealed class ConvClassifier(Parameters parameters, int channels) : IImageClassifier
{
    private readonly Conv2dLayer[] convolutions =
    [
        new(parameters, "conv0", 1, channels, 3, padding: 1, bias: false),
        new(parameters, "conv1", channels, 2 * channels, 3, padding: 1, bias: false),
        new(parameters, "conv2", 2 * channels, 4 * channels, 3, padding: 1, bias: false),
    ];
    private readonly BatchNormLayer[] norms = [new(parameters, "norm0", channels), new(parameters, "norm1", 2 * channels), new(parameters, "norm2", 4 * channels)];
    private readonly LinearLayer head = new(parameters, "head", 7 * 7 * 4 * channels, LabelledImages.Classes);

    public Tensor Apply(Tensor x)
    {
        x = norms[0].Apply(convolutions[0].Apply(x).MaxPool2d(), Activation.Relu); // n×14×14×c
        x = norms[1].Apply(convolutions[1].Apply(x).MaxPool2d(), Activation.Relu); // n×7×7×2c
        x = norms[2].Apply(convolutions[2].Apply(x), Activation.Relu); // n×7×7×4c
        return head.Apply(x.Reshape(new Shape(x.Shape[0], x.Count / x.Shape[0]))); // n×10
    }
}

internal static class ImageTraining
{
    private static readonly ColumnBlocks Classes = ColumnBlocks.OfWidths(LabelledImages.Classes);

    /// <summary>Trains by Adam with a cosine schedule and returns the share of images in <paramref name="test"/> that the network then tells right.</summary>
    public static double Accuracy(Func<Parameters, IImageClassifier> make, LabelledImages train, LabelledImages test, int epochs, int batch, double rate, int threads)
    {
        using var tape = new Tape(threads);
        using var parameters = new Parameters(new RandomStream(new Seed(1), "classifier"));
        var net = make(parameters);
        var batches = new Minibatches(train.Count, batch, new RandomStream(new Seed(1), "batches"));
        var steps = epochs * batches.PerEpoch;
        new Training { Steps = steps, Adam = new AdamOptions { LearningRate = rate, WeightDecay = 0.01 }, Schedule = Schedule.Cosine(steps, warmUp: steps / 20) }
            .Fit(parameters, tape, Semblance.Run.With(1), step =>
            {
                var rows = batches.Rows(step);
                return net.Apply(train.Batch(tape, rows)).SoftmaxCrossEntropy(Classes, train.LabelsOf(rows));
            });
        return Right(net, tape, test) / (double)test.Count;
    }

    private static int Right(IImageClassifier net, Tape tape, LabelledImages test)
    {
        tape.Recording = false;
        var right = 0;
        for (var start = 0; start < test.Count; start += 500)
        {
            tape.Clear();
            var rows = Enumerable.Range(start, Math.Min(500, test.Count - start)).ToArray();
            var scores = net.Apply(test.Batch(tape, rows));
            for (var i = 0; i < rows.Length; i++)
            {
                var row = scores.Values.Slice(i * LabelledImages.Classes, LabelledImages.Classes);
                var best = 0;
                for (var c = 1; c < row.Length; c++)
                    if (row[c] > row[best]) best = c;
                if (best == test.Labels[rows[i]]) right++;
            }
        }
        return right;
    }
}
