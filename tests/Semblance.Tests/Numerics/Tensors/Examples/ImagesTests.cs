using Semblance.Numerics;
using Xunit;
using Xunit.Abstractions;

namespace Semblance.Tests.Numerics.Tensors.Examples;

/// <summary>Images told apart by networks written with the engine's parts: on real ones where ../shared/data/images is there, else on drawn figures.</summary>
public sealed class ImagesTests(ITestOutputHelper output)
{
    private static (LabelledImages Train, LabelledImages Test) Digits => (LabelledImages.Find("mnist", "t10k") ?? LabelledImages.Drawn(10_000)).Split(8_000);

    [Fact]
    public void An_mlp_tells_94_of_100_digits_right() => Check(p => new MlpClassifier(p, 128), Digits, epochs: 8, rate: 2e-3, least: 0.94);

    [Fact]
    public void A_convolutional_network_tells_97_of_100_digits_right() => Check(p => new ConvClassifier(p, 8), Digits, epochs: 2, rate: 5e-3, least: 0.97);

    [Fact]
    public void A_convolutional_network_tells_drawn_figures_apart() => Check(p => new ConvClassifier(p, 8), LabelledImages.Drawn(3_000).Split(2_000), epochs: 5, rate: 1e-2, least: 0.95);

    /// <summary>60,000 images twice: some 10 s on two free cores.</summary>
    [Fact]
    public void A_convolutional_network_tells_90_of_100_pieces_of_clothing_right()
    {
        if (LabelledImages.Find("fashion-mnist", "train") is { } train && LabelledImages.Find("fashion-mnist", "t10k") is { } test)
            Check(p => new ConvClassifier(p, 16), (train, test), epochs: 2, rate: 5e-3, least: 0.905, batch: 128);
        else output.WriteLine("no ../shared/data/images/fashion-mnist: skipped");
    }

    private void Check(Func<Parameters, IImageClassifier> make, (LabelledImages Train, LabelledImages Test) data, int epochs, double rate, double least, int batch = 64)
    {
        var accuracy = ImageTraining.Accuracy(make, data.Train, data.Test, epochs, batch, rate, threads: 2);
        output.WriteLine($"{data.Train.Name}: {accuracy:P2} of {data.Test.Count} right after {epochs} epochs over {data.Train.Count}");
        Assert.InRange(accuracy, least, 1);
    }
}
