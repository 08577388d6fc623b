using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Semblance.Numerics;

namespace Semblance.Tests.Numerics.Tensors;

/// <summary>Small networks of several kinds, trained for a few steps: forward, backward and update in all their parts.</summary>
internal static class SmallTrainings
{
    /// <summary>One line for each network: its name and the SHA-256 of all its parameters after training.</summary>
    public static string Run(int threads) => string.Join('\n', All.Select(t => $"{t.Name} {Train(t, threads)}"));

    private static IEnumerable<(string Name, Func<Parameters, Func<Tape, long, Tensor>> Make)> All =>
    [
        ("mlp", Mlp),
        ("critic", Critic),
        ("transformer", Transformer),
        ("recurrent", Recurrent),
        ("autoencoder", Autoencoder),
        ("images", Images),
        ("image layers", ImageLayers),
    ];

    private static string Train((string Name, Func<Parameters, Func<Tape, long, Tensor>> Make) net, int threads)
    {
        using var tape = new Tape(threads);
        using var parameters = new Parameters(new RandomStream(new Seed(1), net.Name));
        var loss = net.Make(parameters);
        var training = new Training { Steps = 12, Adam = new AdamOptions { WeightDecay = 0.01 }, Schedule = Schedule.Cosine(12, 3), ClipNorm = 0.5, Average = 0.9 };
        training.Fit(parameters, tape, Semblance.Run.With(1), step => loss(tape, step));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var parameter in parameters.All) hash.AppendData(MemoryMarshal.AsBytes(parameter.Values));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Widths that leave tails, rows enough for several threads.</summary>
    private static Func<Tape, long, Tensor> Mlp(Parameters parameters)
    {
        var first = new LinearLayer(parameters, "first", 21, 131);
        var net = new Mlp(parameters, "net", Activation.Silu, 131, 67, 65, 3);
        return (tape, step) =>
        {
            var x = Normals(tape, step, new Shape(300, 21));
            return net.Apply(first.Apply(x, Activation.Gelu)).Apply(Activation.Tanh).MeanSquaredError(Normals(tape, step + 1000, new Shape(300, 3)));
        };
    }

    private static Func<Tape, long, Tensor> Critic(Parameters parameters)
    {
        var critic = new Mlp(parameters, "critic", Activation.LeakyRelu, 19, 70, 33, 1);
        return (tape, step) =>
        {
            var x = Normals(tape, step, new Shape(200, 19));
            return critic.Apply(x).Mean().Plus(critic.GradientPenalty(x), 1, 10);
        };
    }

    private static Func<Tape, long, Tensor> Transformer(Parameters parameters)
    {
        var embedding = new EmbeddingLayer(parameters, "embedding", 12, 18);
        var block = new TransformerBlock(parameters, "block", 18, 2, 37);
        return (tape, step) =>
        {
            var codes = Enumerable.Range(0, 60 * 3).Select(i => (int)((i * 7 + step) % (i % 3 + 3))).ToArray();
            var x = embedding.Apply(tape, codes, [0, 3, 7], EmbeddingForm.Sequence);
            return block.Apply(x, causal: true).Apply(Activation.Sigmoid).MeanSquaredError(Normals(tape, step + 1000, x.Shape));
        };
    }

    private static Func<Tape, long, Tensor> Recurrent(Parameters parameters)
    {
        var gru = new GruLayer(parameters, "gru", 5, 19);
        var lstm = new LstmLayer(parameters, "lstm", 19, 21);
        return (tape, step) =>
        {
            var states = lstm.Apply(gru.Apply(Normals(tape, step, new Shape(67, 9, 5)))).States;
            return states.MeanSquaredError(Normals(tape, step + 1000, states.Shape));
        };
    }

    /// <summary>Categories and numbers into a latent space and back, with dropout, noise and both kinds of loss.</summary>
    private static Func<Tape, long, Tensor> Autoencoder(Parameters parameters)
    {
        const int rows = 150, latent = 9;
        var blocks = ColumnBlocks.OfWidths(2, 17, 5);
        var noise = new RandomStream(new Seed(3), "noise");
        var (dropped, drawn, picked) = (new RandomStream(new Seed(3), "dropped"), new RandomStream(new Seed(3), "drawn"), new RandomStream(new Seed(3), "picked"));
        var table = parameters.Add("table", new Shape(24, 7), 1);
        var encoder = new Mlp(parameters, "encoder", Activation.LeakyRelu, 3 * 7 + 6, 65, 2 * latent);
        var decoder = new Mlp(parameters, "decoder", Activation.Relu, latent, 66, 24 + 6);
        return (tape, step) =>
        {
            var codes = new int[3 * rows];
            for (var i = 0; i < codes.Length; i++) codes[i] = RandomStream.Below(noise.Words(i, (uint)step).A, blocks[i % 3].Width);
            var numbers = Normals(tape, step, new Shape(rows, 6));
            var x = Tensor.Concat(tape.Use(table).Embedding(codes, [0, 2, 19], EmbeddingForm.Concatenated), numbers).Dropout(0.1f, dropped, step);
            var code = encoder.Apply(x);
            var (mean, logVariance) = (code.Slice(0, latent), code.Slice(latent, latent));
            var y = decoder.Apply(mean.Reparameterize(logVariance, drawn, step));
            var picks = y.GumbelSoftmax(blocks, 0.5f, picked, step).Slice(0, 24);
            return y.SoftmaxCrossEntropy(blocks, codes).Plus(y.Slice(24, 6).MeanSquaredError(numbers)).Plus(mean.GaussianDivergence(logVariance), 1, 0.1f).Plus(picks.Square().Mean());
        };
    }

    private static Func<Tape, long, Tensor> Images(Parameters parameters)
    {
        var down = parameters.Add("down", new Shape(3, 3, 2, 17), 0.2f);
        var bias = parameters.Add("bias", new Shape(17), 0.2f);
        var up = parameters.Add("up", new Shape(4, 4, 2, 17), 0.2f);
        return (tape, step) =>
        {
            var x = Normals(tape, step, new Shape(20, 12, 12, 2));
            var small = x.Conv2d(tape.Use(down), tape.Use(bias), padding: 1, activation: Activation.Silu).MaxPool2d();
            var large = small.Plus(small.AveragePool2d().UpsampleNearest()).ConvTranspose2d(tape.Use(up), stride: 2, padding: 1, activation: Activation.Tanh);
            return large.Huber(x);
        };
    }

    private static Func<Tape, long, Tensor> ImageLayers(Parameters parameters)
    {
        var down = new Conv2dLayer(parameters, "down", 3, 18, 3, stride: 2, padding: 1, bias: false);
        var norm = new BatchNormLayer(parameters, "norm", 18);
        var same = new Conv2dLayer(parameters, "same", 18, 35, 3, padding: 1);
        var up = new ConvTranspose2dLayer(parameters, "up", 35, 5, 4, stride: 2, padding: 1);
        return (tape, step) =>
        {
            var x = norm.Apply(down.Apply(Normals(tape, step, new Shape(7, 16, 18, 3))), Activation.LeakyRelu); // 7×8×9×18
            x = up.Apply(same.Apply(x, Activation.Silu).UpsampleBilinear().MaxPool2d(3, 2), Activation.Tanh); // 7×14×16×5
            return x.AveragePool2d().GlobalAveragePool().MeanSquaredError(Normals(tape, step + 1000, new Shape(7, 5))).Plus(x.MeanSquaredError(Normals(tape, step + 1000, x.Shape)));
        };
    }

    private static Tensor Normals(Tape tape, long step, Shape shape)
    {
        var tensor = tape.Input(shape);
        var quarter = (shape.Count + 3) / 4;
        Span<float> a = new float[4 * quarter];
        new RandomStream(new Seed(2), "data").FillNormal(step << 32, 0, a[..quarter], a[quarter..(2 * quarter)], a[(2 * quarter)..(3 * quarter)], a[(3 * quarter)..]);
        a[..shape.Count].CopyTo(tensor.Values);
        return tensor;
    }
}
