using System.Globalization;
using Semblance.Numerics;

namespace Semblance.Tests.Numerics.Tensors;

public sealed class MemoryTests
{
    private const int WarmUp = 1000, Steps = 10_000;

    /// <summary>In a process of its own, so that no other test is measured, and with a garbage collector that collects every 4 MiB, so that garbage does not hide a leak.</summary>
    [Fact]
    public async Task Ten_thousand_steps_take_no_more_memory_than_the_first_few()
    {
        var measured = (await ChildProcess.RunAsync(("DOTNET_GCgen0size", "400000"), "memory")).Split(' ').Select(v => long.Parse(v, CultureInfo.InvariantCulture)).ToArray();
        var (tapeBefore, tapeAfter, perStep, residentGrowth) = (measured[0], measured[1], measured[2], measured[3]);
        Assert.True(tapeBefore is > 0 and < 4 << 20, $"{tapeBefore} bytes of the tape");
        Assert.Equal(tapeBefore, tapeAfter);
        Assert.True(perStep < 6_000, $"{perStep} managed bytes in each step");
        Assert.True(residentGrowth < 12 << 20, $"the process grew by {residentGrowth} bytes");
    }

    /// <summary>Bytes of the tape before and after, managed bytes of a step, growth of the resident process.</summary>
    public static string Measure()
    {
        using var tape = new Tape(2);
        using var parameters = new Parameters(new RandomStream(new Seed(1), "weights"));
        var net = new Mlp(parameters, "net", Activation.Silu, 30, 64, 64, 1);
        using var adam = new Adam(parameters, tape: tape);
        using var average = new MovingAverage(parameters);
        var batches = new Minibatches(1000, 64, new RandomStream(new Seed(1), "batches"), LastBatch.Keep); // the last of an epoch is smaller
        float[] x = new float[1000 * 30], y = new float[1000];
        for (var i = 0; i < x.Length; i++) x[i] = i % 97 / 50f - 1;
        for (var i = 0; i < y.Length; i++) y[i] = i % 7 / 3f - 1;
        for (var step = 0; step < WarmUp; step++) Step(step);
        var (bytes, managed, resident) = (tape.Bytes, GC.GetAllocatedBytesForCurrentThread(), Resident());
        for (var step = 0; step < Steps; step++) Step(WarmUp + step);
        return string.Create(CultureInfo.InvariantCulture, $"{bytes} {tape.Bytes} {(GC.GetAllocatedBytesForCurrentThread() - managed) / Steps} {Resident() - resident}");

        void Step(int step)
        {
            tape.Clear();
            var rows = batches.Rows(step);
            net.Apply(tape.InputRows(x, 30, rows)).MeanSquaredError(tape.InputRows(y, 1, rows)).Backward();
            parameters.ClipGradients(1, tape);
            adam.Update();
            average.Update();
        }
    }

    private static long Resident()
    {
        GC.Collect();
        return Environment.WorkingSet;
    }
}
