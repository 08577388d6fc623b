using Semblance.Numerics;

namespace Semblance.Tests.Numerics.Tensors;

public sealed class TrainingPartsTests
{
    private static Parameters Sample(out Parameter first, out Parameter second, int length = 37)
    {
        var parameters = new Parameters(new RandomStream(new Seed(1), "parts"));
        first = parameters.Add("first", new Shape(3, length), 1);
        second = parameters.Add("second", new Shape(5), 1);
        return parameters;
    }

    [Fact]
    public void Clipping_bounds_the_norm_of_all_gradients_together_and_keeps_their_direction()
    {
        using var tape = new Tape();
        using var parameters = Sample(out var first, out var second);
        float[] a = [.. Enumerable.Range(0, first.Shape.Count).Select(i => i % 7 - 3f)], b = [1, -2, 3, -4, 5];
        var norm = Math.Sqrt(a.Concat(b).Sum(v => (double)v * v));
        foreach (var largest in new[] { norm * 1.01, norm / 3, 1e-3 })
        {
            AdamTests.Derive(tape, first, a);
            AdamTests.Derive(tape, second, b);
            Assert.Equal(norm, parameters.ClipGradients(largest), 1e-6 * norm);
            var scale = Math.Min(1, largest / norm);
            GradientCheck.AssertNear([.. a.Select(v => v * scale)], first.Gradient, 1e-6, "first");
            GradientCheck.AssertNear([.. b.Select(v => v * scale)], second.Gradient, 1e-6, "second");
            parameters.ClearGradients();
        }
        Assert.Equal(0, parameters.ClipGradients(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => parameters.ClipGradients(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => parameters.ClipGradients(double.NaN));
    }

    [Fact]
    public void Clipping_gives_the_same_bits_at_one_and_two_threads()
    {
        var results = new List<(double Norm, float[] Gradient)>();
        foreach (var threads in new[] { 0, 1, 2 })
        {
            using var tape = new Tape(Math.Max(1, threads));
            using var parameters = Sample(out var first, out _, 33_001);
            AdamTests.Derive(tape, first, first.Values);
            results.Add((parameters.ClipGradients(0.5, threads == 0 ? null : tape), first.Gradient.ToArray()));
        }
        Assert.All(results, r => Assert.Equal(results[0].Norm, r.Norm));
        Assert.All(results, r => Assert.Equal(results[0].Gradient, r.Gradient));
    }

    [Fact]
    public void A_gradient_that_is_no_number_is_an_error_that_names_its_parameter()
    {
        using var tape = new Tape();
        using var parameters = Sample(out var first, out var second);
        AdamTests.Derive(tape, first, new float[first.Shape.Count]);
        AdamTests.Derive(tape, second, [0, 0, 3e38f, 0, 0]);
        var huge = Assert.Throws<FitException>(() => parameters.ClipGradients(1));
        Assert.Equal("SB3031", huge.Code);
        Assert.Contains("their squares are not", huge.Message, StringComparison.Ordinal);

        second.Values.Clear();
        tape.Clear();
        tape.Use(second).Affine(1e30f).Affine(1e30f).Sum().Backward(); // the loss is zero, its slope is not to be told
        var infinite = Assert.Throws<FitException>(() => parameters.ClipGradients(1));
        Assert.Equal("SB3031", infinite.Code);
        Assert.Contains("the first such parameter is `second`", infinite.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_average_follows_its_formula_and_lends_itself()
    {
        using var parameters = Sample(out var first, out _);
        using var average = new MovingAverage(parameters, 0.9);
        double[] expected = [.. first.Values.ToArray().Select(v => (double)v)];
        for (var step = 1; step <= 200; step++)
        {
            for (var i = 0; i < first.Values.Length; i++) first.Values[i] += (i % 5 - 2) * 0.01f;
            average.Update();
            var keep = Math.Min(0.9, (1.0 + step) / (10 + step)); // 2/11, 3/12, …
            for (var i = 0; i < expected.Length; i++) expected[i] = keep * expected[i] + (1 - keep) * first.Values[i];
            if (step > 3) continue;
            using (average.Use()) GradientCheck.AssertNear(expected, first.Values, 2e-6, $"average after step {step}");
        }
        var own = first.Values.ToArray();
        using (var lent = average.Use())
        {
            GradientCheck.AssertNear(expected, first.Values, 2e-6, "average");
            Assert.Throws<InvalidOperationException>(average.Update);
            Assert.Throws<InvalidOperationException>(() => average.Use());
            Assert.Throws<InvalidOperationException>(average.Adopt);
            lent.Dispose();
            Assert.Equal(own, first.Values.ToArray());
        }
        Assert.Equal(own, first.Values.ToArray()); // given back once only
        average.Adopt();
        GradientCheck.AssertNear(expected, first.Values, 2e-6, "average");
        Assert.Throws<ArgumentOutOfRangeException>(() => new MovingAverage(parameters, 1));
    }

    [Fact]
    public void Schedules_give_what_was_worked_out_by_hand()
    {
        var constant = Schedule.Constant(4);
        Assert.Equal([0.25, 0.5, 0.75, 1, 1, 1], new long[] { 0, 1, 2, 3, 4, 999 }.Select(s => constant.Share(s)));
        Assert.Equal(1, Schedule.Constant().Share(0));

        var cosine = Schedule.Cosine(steps: 15, warmUp: 2, floor: 0.2); // 13 steps down: step 2 + 6 is half way, a third is at cos 60°
        Assert.Equal(0.5, cosine.Share(0));
        Assert.Equal(1, cosine.Share(1));
        Assert.Equal(1, cosine.Share(2), 1e-15);
        Assert.Equal(0.2 + 0.8 * 0.75, cosine.Share(6), 1e-15);
        Assert.Equal(0.6, cosine.Share(8), 1e-15);
        Assert.Equal(0.2 + 0.8 * 0.25, cosine.Share(10), 1e-15);
        Assert.Equal(0.2, cosine.Share(14), 1e-15);
        Assert.Equal(0.2, cosine.Share(1000));
        Assert.Equal(0, Schedule.Cosine(1).Share(0));

        var stairs = Schedule.Stairs(every: 10, factor: 0.1, warmUp: 5);
        Assert.Equal(0.2, stairs.Share(0), 1e-15);
        Assert.Equal(1, stairs.Share(14));
        Assert.Equal(0.1, stairs.Share(15), 1e-15);
        Assert.Equal(0.01, stairs.Share(25), 1e-15);

        var plateau = Schedule.Plateau(patience: 2, factor: 0.5, floor: 0.2);
        Assert.Equal(1, plateau.Share(7));
        Assert.Equal(1, plateau.Share(7, [3, 2, 2.5])); // one without improvement
        Assert.Equal(0.5, plateau.Share(7, [3, 2, 2.5, 2])); // equal is not better
        Assert.Equal(0.5, plateau.Share(7, [3, 2, 2.5, 2, 4]));
        Assert.Equal(0.25, plateau.Share(7, [3, 2, 2.5, 2, 4, 4]));
        Assert.Equal(0.5, plateau.Share(7, [3, 2, 2.5, 2, 4, 1])); // a new best one starts the count anew
        Assert.Equal(0.2, plateau.Share(7, [1, 2, 2, 2, 2, 2, 2, 2, 2]));

        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Constant().Share(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Constant(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Cosine(10, 11));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Cosine(10, 1, 1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Stairs(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Plateau(1, 0));
    }

    [Fact]
    public void Stopping_waits_for_its_patience_and_the_best_values_come_back()
    {
        using var parameters = Sample(out var first, out _);
        using var stopping = new EarlyStopping(parameters, patience: 2, improvement: 0.1);
        Assert.Throws<InvalidOperationException>(stopping.Restore);
        (double Loss, bool Best, bool Ended)[] course = [(3, true, false), (2, true, false), (1.95, false, false), (1.85, true, false), (1.8, false, false), (1.76, false, true)];
        for (var i = 0; i < course.Length; i++)
        {
            first.Values.Fill(i);
            Assert.False(stopping.Ended);
            Assert.Equal(course[i].Best, stopping.Observe(course[i].Loss));
            Assert.Equal(course[i].Ended, stopping.Ended);
        }
        Assert.Equal((1.85, 3, 6), (stopping.Best, stopping.BestAt, stopping.Seen));
        stopping.Restore();
        Assert.All(first.Values.ToArray(), v => Assert.Equal(3, v));
        Assert.Equal("SB3030", Assert.Throws<FitException>(() => stopping.Observe(double.NaN)).Code);

        using var patient = new EarlyStopping(parameters, patience: null);
        for (var i = 0; i < 100; i++) patient.Observe(i);
        Assert.False(patient.Ended);
        Assert.Throws<ArgumentOutOfRangeException>(() => new EarlyStopping(parameters, 0));
    }

    [Theory]
    [InlineData(103, 10, LastBatch.Drop, 10, 10)]
    [InlineData(103, 10, LastBatch.Keep, 11, 3)]
    [InlineData(100, 10, LastBatch.Keep, 10, 10)]
    [InlineData(7, 10, LastBatch.Drop, 1, 7)]
    [InlineData(7, 10, LastBatch.Keep, 1, 7)]
    [InlineData(1, 1, LastBatch.Keep, 1, 1)]
    public void Batches_cover_each_epoch_once_in_an_order_of_its_own(int rows, int size, LastBatch last, int perEpoch, int lastSize)
    {
        var stream = new RandomStream(new Seed(1), "fit/batches");
        var batches = new Minibatches(rows, size, stream, last);
        Assert.Equal(perEpoch, batches.PerEpoch);
        var orders = Enumerable.Range(0, 3).Select(epoch => Enumerable.Range(0, perEpoch).SelectMany(b => batches.Rows(epoch, b).ToArray()).ToArray()).ToArray();
        Assert.All(orders, order => Assert.Equal(order.Length, order.Distinct().Count(r => r >= 0 && r < rows)));
        Assert.Equal(last == LastBatch.Keep || rows < size ? rows : rows / size * size, orders[0].Length);
        Assert.Equal(lastSize, batches.Rows(2, perEpoch - 1).Length);
        if (rows > 1) Assert.NotEqual(orders[0], orders[1]);
        var resumed = new Minibatches(rows, size, stream, last); // in the middle, backwards
        for (long step = 3 * perEpoch - 1; step >= 0; step--)
            Assert.Equal(orders[step / perEpoch].Skip((int)(step % perEpoch) * size).Take(size), resumed.Rows(step).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => batches.Rows(0, perEpoch).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => batches.Rows(-1, 0).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Minibatches(0, 1, stream));
    }

    [Fact]
    public void Rows_of_a_batch_become_a_tensor()
    {
        using var tape = new Tape();
        Assert.Equal([4, 5, 0, 1, 4, 5], tape.InputRows([0, 1, 2, 3, 4, 5], 2, [2, 0, 2]).Values.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => tape.InputRows([0, 1, 2, 3, 4, 5], 2, [3]));
    }
}
