using System.Globalization;
using Semblance.Numerics;

namespace Semblance.Bench;

/// <summary>Training steps of sequence layers beside PyTorch: batch 64, length 24, width 64, mean squared error, Adam.</summary>
internal static class SequenceBench
{
    private const int Batch = 64, Length = 24, Width = 64;

    public static void Run()
    {
        using var peer = TorchPeer.Start();
        Console.WriteLine($"\n### Sequences: batch {Batch}, length {Length}, width {Width}, Adam{(peer is null ? "" : $"; PyTorch {peer.Version}")}\n\n| step of | threads | ms | PyTorch, ms | times as fast |\n|---|---|---|---|---|");
        foreach (var threads in new[] { 1, 2 })
        {
            // PyTorch's own layer and one written for it by hand: the faster is the peer.
            Row(peer, threads, "transformer block, 4 heads, hidden 256, GELU", set =>
            {
                var block = new TransformerBlock(set, "block", Width, 4, 256);
                return x => block.Apply(x);
            }, "transformer", "transformer_layer");
            Row(peer, threads, "GRU", set =>
            {
                var gru = new GruLayer(set, "gru", Width, Width);
                return x => gru.Apply(x);
            }, "gru");
            Row(peer, threads, "LSTM", set =>
            {
                var lstm = new LstmLayer(set, "lstm", Width, Width);
                return x => lstm.Apply(x).States;
            }, "lstm");
        }
    }

    private static void Row(TorchPeer? peer, int threads, string what, Func<Parameters, Func<Tensor, Tensor>> make, params string[] cases)
    {
        using var tape = new Tape(threads);
        using var set = new Parameters(new RandomStream(new Seed(1), "bench/sequences"));
        var net = make(set);
        using var adam = new Adam(set, tape: tape);
        float[] x = new float[Batch * Length * Width], target = new float[x.Length];
        new RandomStream(new Seed(2), "bench/sequences/x").FillUnit(0, 0, x);
        new RandomStream(new Seed(2), "bench/sequences/target").FillUnit(0, 0, target);
        var (ours, peers) = TorchPeer.InTurn(peer, Step, threads, calls: 3, rounds: 11, cases);
        var best = peers.Min();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {threads} | {ours * 1e3:N2} | {best * 1e3:N2} | {best / ours:N2} |"));

        void Step()
        {
            tape.Clear();
            net(tape.Input(x, new Shape(Batch, Length, Width))).MeanSquaredError(tape.Input(target, new Shape(Batch, Length, Width))).Backward();
            adam.Update();
        }
    }
}
