namespace Semblance.Tests.Numerics.Tensors;

public sealed class TrainingDeterminismTests
{
    /// <summary>The promise of the engine: what is learned does not depend on threads or on the width of registers.</summary>
    [Fact]
    public async Task Training_gives_the_same_bits_at_one_and_two_threads_and_on_every_register_width()
    {
        var here = SmallTrainings.Run(1);
        Assert.Equal(here, SmallTrainings.Run(2));
        Assert.Equal(here, await ChildProcess.RunAsync(("DOTNET_EnableAVX512", "0"), "train", "1"));
        Assert.Equal(here, await ChildProcess.RunAsync(("DOTNET_EnableHWIntrinsic", "0"), "train", "2"));
    }
}
