using Semblance.Numerics;

namespace Semblance.Tests.Numerics.Tensors;

public sealed class TapeTests
{
    [Fact]
    public void A_tensor_of_a_cleared_step_is_refused()
    {
        using var tape = new Tape();
        var x = tape.Input([1, 2, 3, 4, 5, 6], new Shape(2, 3));
        tape.Clear();
        Assert.Contains("shape 2×3 is from step 0", Assert.Throws<ObjectDisposedException>(() => x.Values.Length).Message, StringComparison.Ordinal);
        Assert.Throws<ObjectDisposedException>(() => tape.Input([1, 2, 3, 4, 5, 6], new Shape(2, 3)).Plus(x));
    }

    [Fact]
    public void A_tape_and_parameters_that_were_disposed_of_are_refused()
    {
        var tape = new Tape();
        tape.Dispose();
        Assert.Throws<ObjectDisposedException>(() => tape.Input(new Shape(2)));
        using var other = new Tape();
        var parameters = new Parameters(new RandomStream(new Seed(1), "weights"));
        var parameter = parameters.Add("only", new Shape(2), 1);
        parameters.Dispose();
        Assert.Throws<ObjectDisposedException>(() => other.Use(parameter));
    }

    [Fact]
    public void A_loss_that_is_no_number_names_the_first_operation_that_made_one()
    {
        using var tape = new Tape();
        var x = tape.Input([1, -1, 2], new Shape(3, 1), gradient: true);
        var error = Assert.Throws<FitException>(() => x.Affine(2).Log().Exp().Sum().Backward());
        Assert.Equal("SB3030", error.Code);
        Assert.Matches("^the loss is NaN: the first such value came out of .*Log.* with a result of shape 3×1. Lower the learning rate", error.Message);
        var own = Assert.Throws<FitException>(() => tape.Input([float.PositiveInfinity], new Shape(1), gradient: true).Apply(Activation.None).Backward());
        Assert.StartsWith("the loss is Infinity", own.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_single_numbers_that_were_recorded_are_derived()
    {
        using var tape = new Tape();
        var x = tape.Input([1, 2, 3], new Shape(3), gradient: true);
        Assert.Contains("the shape 3: take its Sum or Mean", Assert.Throws<ArgumentException>(x.Backward).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(tape.Input([1], new Shape(1)).Backward);
        tape.Recording = false;
        Assert.Throws<InvalidOperationException>(x.Sum().Backward);
        tape.Recording = true;
        var inner = x.Affine(2);
        inner.Sum().Backward();
        Assert.Equal([2, 2, 2], x.Gradient.ToArray());
        Assert.Contains("gradient: true", Assert.Throws<InvalidOperationException>(() => inner.Gradient.Length).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => x.Scalar);
        Assert.Contains("2 values do not fill the shape 3", Assert.Throws<ArgumentException>(() => tape.Input([1, 2], new Shape(3))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_operation_that_can_be_derived_only_once_says_so()
    {
        using var tape = new Tape();
        var loss = tape.Input(new float[15], new Shape(3, 5), gradient: true).SoftmaxCrossEntropy(ColumnBlocks.OfWidths(5), [0, 1, 2]); // its gradient is made along with the loss, and handed on
        loss.Backward();
        Assert.Equal("SoftmaxCrossEntropy with a result of shape 1 was derived already in this step and can be once only: add losses up and derive their sum", Assert.Throws<InvalidOperationException>(loss.Affine(2).Backward).Message);
    }

    [Fact]
    public void Parameters_come_before_their_first_use_and_have_names_of_their_own()
    {
        using var tape = new Tape();
        using var parameters = new Parameters(new RandomStream(new Seed(1), "weights"));
        var first = parameters.Add("first", new Shape(3), 1);
        Assert.Throws<ArgumentException>(() => parameters.Add("first", new Shape(3), 1));
        parameters.AddConstant("second", new Shape(2), 5);
        tape.Use(first);
        Assert.StartsWith("`third` comes too late", Assert.Throws<InvalidOperationException>(() => parameters.Add("third", new Shape(3), 1)).Message, StringComparison.Ordinal);
        Assert.Equal(32, parameters.Count);
        Assert.Equal([5, 5], parameters.All[1].Values.ToArray());
        Assert.Equal([0, 0, 0], first.Gradient.ToArray());
    }

    /// <summary>Buffers of all sizes, taken and returned: what is taken has room, and after the first round nothing more is taken from the system.</summary>
    [Fact]
    public unsafe void The_pool_gives_enough_room_and_uses_it_again()
    {
        using var pool = new FloatPool();
        var random = new RandomStream(new Seed(1), "sizes").Sequence();
        int[] sizes = [0, 1, 15, 16, 17, 20, 21, 63, 64, 65, 1000, 1024, 1025, .. Enumerable.Range(0, 50).Select(_ => random.NextBelow(50_000))];
        for (var round = 0; round < 3; round++)
        {
            var before = pool.Bytes;
            var taken = new List<(nint At, int Count)>();
            foreach (var size in sizes)
            {
                var at = pool.Take(size);
                new Span<float>(at, size).Fill(size);
                taken.Add(((nint)at, size));
            }
            foreach (var (at, count) in taken)
            {
                Assert.DoesNotContain(new Span<float>((float*)at, count).ToArray(), v => v != count);
                Assert.Equal(0, at % 64);
                pool.Return((float*)at, count);
            }
            if (round > 0) Assert.Equal(before, pool.Bytes);
        }
        Assert.InRange(pool.Bytes, sizes.Sum(s => 4L * s), sizes.Sum(s => 5L * s + 64));
    }
}
