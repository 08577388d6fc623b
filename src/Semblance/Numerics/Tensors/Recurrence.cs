using System.Runtime.CompilerServices;

namespace Semblance.Numerics;

/// <summary>The equations of a recurrent layer for one row of a batch at one step. <c>i</c> is a place in the state, <c>size</c> the state's length.</summary>
internal unsafe interface IRecurrentCell
{
    /// <summary>Its name in messages.</summary>
    static abstract string Name { get; }

    /// <summary>The weights have so many times the state's length as columns.</summary>
    static abstract int Gates { get; }

    /// <summary>Whether input and state enter the gates as a sum only: then one array holds the slopes of both shares.</summary>
    static abstract bool Sums { get; }

    /// <summary>
    /// The next state, from the input's share of the gates, the state's share and what was before. <paramref name="gates"/> takes what the way back needs, <paramref name="kept"/> one more
    /// number for each of the state's.
    /// </summary>
    static abstract void Forward<V>(float* gates, float* share, float* before, float* keptBefore, float* kept, float* state, nuint i, nuint size) where V : struct, ILanes<V, float>;

    /// <summary>
    /// The way back. <paramref name="slopes"/> takes the slopes of the input's share of the gates, <paramref name="share"/> those of the state's. <paramref name="carry"/> and <paramref name="keptCarry"/> say how the
    /// loss changes with the state and with what is kept by way of later steps; they become the same for the step before, but for what goes through the weights.
    /// </summary>
    static abstract void Backward<V>(float* gates, float* slopes, float* share, float* before, float* keptBefore, float* kept, float* dy, float* carry, float* keptCarry, nuint i, nuint size) where V : struct, ILanes<V, float>;
}

/// <summary>
/// A recurrent layer over whole sequences, (batch, length, features), or over one step, (batch, features). The inputs of all steps are multiplied by their weights at once; then each
/// block of sequences walks through its steps alone, so that threads meet once a layer and not once a step.
/// </summary>
internal sealed unsafe class Recurrence<C> : Operation where C : struct, IRecurrentCell
{
    private const int Block = 32; // sequences that walk together: their gates stay in the first-level caches
    private readonly Tensor x, inputWeight, stateWeight, gates, kept, zeros;
    private readonly Tensor? inputBias, stateBias, state, keptState;
    private readonly int batch, length, size, width; // width: that of all gates together
    private float* keptCarry; // how the loss changes with what is kept in the last step, where that was used

    private Recurrence(Tensor y, Tensor x, Tensor inputWeight, Tensor stateWeight, Tensor? inputBias, Tensor? stateBias, Tensor? state, Tensor? keptState) : base(y)
    {
        (this.x, this.inputWeight, this.stateWeight, this.inputBias, this.stateBias, this.state, this.keptState) = (x, inputWeight, stateWeight, inputBias, stateBias, state, keptState);
        (batch, length) = x.Shape.Rank == 3 ? (x.Shape[0], x.Shape[1]) : (x.Rows, 1);
        (size, width) = (stateWeight.Rows, stateWeight.Columns);
        gates = y.Tape.Make(new Shape(batch, length, width), false);
        kept = y.Tape.Make(new Shape(batch, length, size), false);
        zeros = y.Tape.Make(new Shape(size), false);
        zeros.Values.Clear();
    }

    public override string Name => C.Name;

    /// <summary>All states, and what is kept after the last step for cells that want it.</summary>
    public static (Tensor States, Tensor? Kept) Run(Tensor x, Tensor inputWeight, Tensor stateWeight, Tensor? inputBias, Tensor? stateBias, Tensor? state, Tensor? keptState, bool returnsKept)
    {
        var size = stateWeight.Rows;
        if (x.Shape.Rank is not (2 or 3)) throw Shapes.Unfit(C.Name, x, "it takes (batch, length, inputs) or, for one step, (batch, inputs)");
        if (stateWeight.Columns != C.Gates * size) throw Shapes.Unfit(C.Name, stateWeight, $"the weight of the state needs {C.Gates} columns for each row");
        if (inputWeight.Columns != C.Gates * size || inputWeight.Rows != x.Columns) throw Shapes.Unfit(C.Name, x, inputWeight, $"the weight of the input needs a row for each input and {C.Gates * size} columns");
        foreach (var bias in new[] { inputBias, stateBias })
            if (bias is not null && bias.Count != C.Gates * size) throw Shapes.Unfit(C.Name, bias, stateWeight, "a bias needs one number for each column of the weights");
        foreach (var first in new[] { state, keptState })
            if (first is not null && (first.Rows != x.Shape[0] || first.Columns != size)) throw Shapes.Unfit(C.Name, x, first, $"a state at the start needs {x.Shape[0]} rows of {size}");
        var needs = x.NeedsGradient || inputWeight.NeedsGradient || stateWeight.NeedsGradient || inputBias is { NeedsGradient: true } || stateBias is { NeedsGradient: true }
            || state is { NeedsGradient: true } || keptState is { NeedsGradient: true };
        var y = x.Tape.Make(x.Shape.WithColumns(size), needs);
        var operation = new Recurrence<C>(y, x, inputWeight, stateWeight, inputBias, stateBias, state, keptState);
        operation.Forward();
        if (y.NeedsGradient) x.Tape.Record(operation);
        return (y, returnsKept ? operation.LastKept() : null);
    }

    private void Forward()
    {
        var tape = Output.Tape;
        Gemm.Multiply(tape.Gang, x.Matrix, inputWeight.Matrix, gates.Matrix, bias: inputBias is null ? null : inputBias.Data);
        var weight = stateWeight.Matrix;
        var packed = Packed(weight);
        var shares = tape.Take(batch * width);
        float* bias = stateBias is null ? null : stateBias.Data, y = Output.Data;
        tape.Gang.For((batch + Block - 1) / Block, (block, workspace) =>
        {
            var (row, rows) = (block * Block, Math.Min(Block, batch - block * Block));
            var share = new Matrix(shares + (nint)row * width, rows, width);
            for (var t = 0; t < length; t++)
            {
                if (t > 0 || state is not null) Multiply(workspace, Before(y, state, row, rows, t), weight, packed, share, false, bias);
                else
                    for (var i = 0; i < rows; i++)
                    {
                        var to = new Span<float>(share.Data + i * width, width);
                        if (bias == null) to.Clear();
                        else new Span<float>(bias, width).CopyTo(to);
                    }
                Walk(share, null, null, null, row, t);
            }
        });
        tape.Return(shares, batch * width);
        if (packed != null) tape.Return(packed, Gemm.PackedSize(weight));
    }

    public override void Backward()
    {
        var tape = Output.Tape;
        var weight = stateWeight.Matrix.Transposed;
        var packed = Packed(weight);
        float* slopes = tape.Take(gates.Count), shares = C.Sums ? slopes : tape.Take(gates.Count);
        var carries = tape.Take(batch * size);
        new Span<float>(carries, batch * size).Clear();
        if (keptCarry == null) new Span<float>(keptCarry = tape.Take(batch * size), batch * size).Clear();
        tape.Gang.For((batch + Block - 1) / Block, (block, workspace) =>
        {
            var (row, rows) = (block * Block, Math.Min(Block, batch - block * Block));
            var carry = new Matrix(carries + (nint)row * size, rows, size);
            for (var t = length - 1; t >= 0; t--)
            {
                var share = new Matrix(shares + ((nint)row * length + t) * width, rows, width, (nint)length * width, 1);
                Walk(share, slopes, carry.Data, keptCarry + (nint)row * size, row, t);
                if (t > 0 || state is { NeedsGradient: true }) Multiply(workspace, share, weight, packed, carry, true, null);
            }
        });
        if (packed != null) tape.Return(packed, Gemm.PackedSize(weight));
        Pass(state, carries);
        Pass(keptState, keptCarry);
        tape.Return(carries, batch * size);
        tape.Return(keptCarry, batch * size);
        keptCarry = null;

        var inputs = new Matrix(slopes, gates.Rows, width);
        PassToBias(inputBias, inputs);
        PassToBias(stateBias, new Matrix(shares, gates.Rows, width));
        if (inputWeight.Norms is { } norms) norms.AddProducts(inputWeight, x.Matrix, inputs);
        else if (inputWeight.NeedsGradient) Gemm.Multiply(tape.Gang, x.Matrix.Transposed, inputs, new Matrix(inputWeight.TakeGradient(out var add), x.Columns, width), add);
        if (x.NeedsGradient) Gemm.Multiply(tape.Gang, inputs, inputWeight.Matrix.Transposed, new Matrix(x.TakeGradient(out var add), x.Rows, x.Columns), add);
        if (stateWeight.Norms is { } of) AddNorms(of, shares);
        else if (stateWeight.NeedsGradient) PassToStateWeight(tape, shares);
        if (!C.Sums) tape.Return(shares, gates.Count);
        tape.Return(slopes, gates.Count);
    }

    private static void PassToBias(Tensor? bias, Matrix slopes)
    {
        if (bias?.Norms is { } norms) norms.AddSums(bias, slopes);
        else if (bias is { NeedsGradient: true }) Reductions.SumRows(bias.Tape, slopes, bias.TakeGradient(out var add), add);
    }

    private void AddNorms(ExampleNorms norms, float* shares)
    {
        var before = Output.Tape.Make(Output.Shape, false);
        for (var row = 0; row < batch; row++)
            for (var t = 0; t < length; t++)
                new Span<float>(Before(Output.Data, state, row, 1, t).Data, size).CopyTo(new Span<float>(before.Data + ((nint)row * length + t) * size, size));
        norms.AddProducts(stateWeight, before.Matrix, new Matrix(shares, gates.Rows, width));
    }

    /// <summary>
    /// Sum over all steps of the state before, transposed, times the slopes. States and slopes lie one row apart, so it is one product, once the slopes of first steps, which would meet the last
    /// state of another sequence, are out of the way.
    /// </summary>
    private void PassToStateWeight(Tape tape, float* shares)
    {
        var gradient = new Matrix(stateWeight.TakeGradient(out var add), size, width);
        var firsts = new Matrix(shares, batch, width, (nint)length * width, 1);
        if (state is not null) Gemm.Multiply(tape.Gang, state.Matrix.Transposed, firsts, gradient, add);
        else if (!add) new Span<float>(gradient.Data, size * width).Clear();
        if (length == 1) return;
        for (var row = 0; row < batch; row++) new Span<float>(shares + (nint)row * length * width, width).Clear();
        var rows = batch * length - 1;
        Gemm.Multiply(tape.Gang, new Matrix(Output.Data, rows, size).Transposed, new Matrix(shares + width, rows, width), gradient, true);
    }

    /// <summary>The states of a block before a step.</summary>
    private Matrix Before(float* all, Tensor? first, int row, int rows, int t) => t > 0
        ? new Matrix(all + ((nint)row * length + t - 1) * size, rows, size, (nint)length * size, 1)
        : first is null ? new Matrix(zeros.Data, rows, size, 0, 1) : new Matrix(first.Data + (nint)row * size, rows, size);

    /// <summary>A block's cells, one step on, or with slopes one step back.</summary>
    private void Walk(Matrix share, float* slopes, float* carry, float* keptCarry, int row, int t)
    {
        var back = slopes != null;
        var step = new Step(share, Before(Output.Data, state, row, share.Rows, t), Before(kept.Data, keptState, row, share.Rows, t), carry, keptCarry, size);
        var at = (nint)row * length + t;
        step.Gates = gates.Data + at * width;
        step.Slopes = back ? slopes + at * width : null;
        step.Kept = kept.Data + at * size;
        step.State = back ? Output.GradientData + at * size : Output.Data + at * size;
        step.Rows = (nint)length * size;
        step.Gate = C.Gates;
        switch (FastMath.Tier)
        {
            case 512: Cells<Float512>(step, back); break;
            case 256: Cells<Float256>(step, back); break;
            default: Cells<Float1>(step, back); break;
        }
    }

    private static void Cells<V>(in Step step, bool back) where V : struct, ILanes<V, float>
    {
        if (back) Back<V>(step);
        else On<V>(step);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void On<V>(in Step step) where V : struct, ILanes<V, float>
    {
        var (n, width) = ((nuint)step.Size, (nuint)V.Count);
        for (var row = 0; row < step.Share.Rows; row++)
        {
            float* gates = step.Gates + row * step.Rows * step.Gate, share = step.Share.Data + row * step.Share.RowStride;
            float* before = step.Before.Data + row * step.Before.RowStride, keptBefore = step.KeptBefore.Data + row * step.KeptBefore.RowStride;
            float* kept = step.Kept + row * step.Rows, state = step.State + row * step.Rows;
            nuint i = 0;
            for (; i + width <= n; i += width) C.Forward<V>(gates, share, before, keptBefore, kept, state, i, n);
            for (; i < n; i++) C.Forward<Float1>(gates, share, before, keptBefore, kept, state, i, n);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Back<V>(in Step step) where V : struct, ILanes<V, float>
    {
        var (n, width) = ((nuint)step.Size, (nuint)V.Count);
        for (var row = 0; row < step.Share.Rows; row++)
        {
            float* gates = step.Gates + row * step.Rows * step.Gate, share = step.Share.Data + row * step.Share.RowStride;
            float* before = step.Before.Data + row * step.Before.RowStride, keptBefore = step.KeptBefore.Data + row * step.KeptBefore.RowStride;
            float* slopes = step.Slopes + row * step.Rows * step.Gate, kept = step.Kept + row * step.Rows, dy = step.State + row * step.Rows, carry = step.Carry + row * step.Size, keptCarry = step.KeptCarry + row * step.Size;
            nuint i = 0;
            for (; i + width <= n; i += width) C.Backward<V>(gates, slopes, share, before, keptBefore, kept, dy, carry, keptCarry, i, n);
            for (; i < n; i++) C.Backward<Float1>(gates, slopes, share, before, keptBefore, kept, dy, carry, keptCarry, i, n);
        }
    }

    /// <summary>Where a block's numbers of one step lie.</summary>
    private struct Step(Matrix share, Matrix before, Matrix keptBefore, float* carry, float* keptCarry, int size)
    {
        public readonly Matrix Share = share, Before = before, KeptBefore = keptBefore;
        public readonly float* Carry = carry, KeptCarry = keptCarry;
        public readonly int Size = size;
        public float* Gates, Slopes, Kept, State; // State: the states, or on the way back their slopes
        public nint Rows; // from row to row in states and what is kept, and Gate times as much in the gates
        public int Gate;
    }

    /// <summary>A product with a weight that is packed where many steps share it.</summary>
    private static void Multiply(Workspace workspace, Matrix a, Matrix weight, float* packed, Matrix c, bool accumulate, float* bias)
    {
        if (packed == null) Gemm.Multiply(workspace, a, weight, c, accumulate, bias);
        else Gemm.Multiply(workspace, a, weight, packed, c, accumulate, bias);
    }

    private float* Packed(Matrix weight)
    {
        if (length == 1) return null;
        var packed = Output.Tape.Take(Gemm.PackedSize(weight));
        Gemm.Pack(weight, packed);
        return packed;
    }

    private static void Pass(Tensor? to, float* slopes)
    {
        if (to is not { NeedsGradient: true }) return;
        var gradient = to.TakeGradient(out var add);
        Vectors.Sum(slopes, add ? gradient : null, gradient, to.Count, 1, 1, 0);
    }

    /// <summary>What is kept after the last step, as a tensor of its own. Its slope waits for this operation, which is earlier on the tape.</summary>
    private Tensor LastKept()
    {
        var last = Output.Tape.Make(new Shape(batch, size), Output.NeedsGradient);
        for (var row = 0; row < batch; row++) new Span<float>(kept.Data + ((nint)(row + 1) * length - 1) * size, size).CopyTo(new Span<float>(last.Data + (nint)row * size, size));
        if (last.NeedsGradient) Output.Tape.Record(new KeptOperation(last, this));
        return last;
    }

    private sealed class KeptOperation(Tensor last, Recurrence<C> layer) : Operation(last)
    {
        public override string Name => layer.Name;

        public override void Backward()
        {
            layer.keptCarry = Output.Tape.Take(Output.Count);
            new Span<float>(Output.GradientData, Output.Count).CopyTo(new Span<float>(layer.keptCarry, Output.Count));
            var states = layer.Output.TakeGradient(out var add); // so that the layer has its turn even if nothing else of it was used
            if (!add) new Span<float>(states, layer.Output.Count).Clear();
        }
    }
}
