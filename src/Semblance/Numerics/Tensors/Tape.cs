namespace Semblance.Numerics;

/// <summary>
/// Records a computation as it runs and then walks it backwards: reverse-mode differentiation, define-by-run, so that loops and branches are plain C#. It owns the memory of all
/// tensors of a step, and the threads that work on them; both are used again step after step.
/// <code>
/// using var tape = new Tape(run.Threads);
/// for (…)
/// {
///     tape.Clear();
///     var loss = net.Apply(tape.Input(x)).MeanSquaredError(tape.Input(y));
///     loss.Backward();
///     adam.Update();
/// }
/// </code>
/// </summary>
/// <remarks>Not for use by several threads at once; each thread that generates has a tape of its own over shared <see cref="Parameters"/>. Results do not depend on the number of threads.</remarks>
public sealed unsafe class Tape : IDisposable
{
    private readonly FloatPool pool = new();
    private readonly List<Tensor> tensors = [];
    private readonly List<Operation> operations = [];
    private bool recording = true;

    /// <summary>A tape that works with a number of threads.</summary>
    public Tape(int threads = 1) => Gang = new Gang(threads);

    /// <summary>Counts calls of <see cref="Clear"/>.</summary>
    public int Step { get; private set; }

    /// <summary>Bytes of native memory its tensors have taken so far: constant once every shape has been seen.</summary>
    public long Bytes => pool.Bytes;

    /// <summary>Whether operations are recorded. Without, nothing can be derived, and generation costs no bookkeeping. Default: true.</summary>
    public bool Recording
    {
        get => recording;
        set => recording = value;
    }

    internal Gang Gang { get; }

    /// <summary>Set while the tape walks back for the norms of single examples' gradients: parameters then get none.</summary>
    internal ExampleNorms? Norms { get; set; }

    /// <summary>Ends a step: all its tensors are void, their memory is used again.</summary>
    public void Clear()
    {
        foreach (var tensor in tensors) tensor.Release();
        tensors.Clear();
        operations.Clear();
        Step++;
    }

    /// <summary>A copy of numbers from outside.</summary>
    /// <param name="values">As many as the shape holds, row by row.</param>
    /// <param name="shape">Lengths of the dimensions.</param>
    /// <param name="gradient">Whether the loss is to be derived by them too.</param>
    /// <exception cref="ArgumentException">More or fewer values than the shape holds.</exception>
    public Tensor Input(ReadOnlySpan<float> values, Shape shape, bool gradient = false)
    {
        if (values.Length != shape.Count) throw new ArgumentException($"{values.Length} values do not fill the shape {shape}, which holds {shape.Count}", nameof(values));
        var tensor = Input(shape, gradient);
        values.CopyTo(tensor.Values);
        return tensor;
    }

    /// <summary>A tensor to be filled through <see cref="Tensor.Values"/>; its contents are undefined until then.</summary>
    public Tensor Input(Shape shape, bool gradient = false) => Keep(new Tensor(this, shape, pool.Take(shape.Count), gradient) { IsLeaf = true });

    /// <summary>A parameter as a tensor of this step. Its gradient is the parameter's own; a frozen one takes none.</summary>
    public Tensor Use(Parameter parameter)
    {
        parameter.Settle();
        return Keep(new Tensor(this, parameter.Shape, parameter.Data, recording && parameter.TakesGradient, parameter) { IsLeaf = true });
    }

    /// <summary>Derives a loss, a single number, by everything it was computed from; gradients of parameters add up until they are cleared.</summary>
    /// <exception cref="ArgumentException">Not a single number.</exception>
    /// <exception cref="InvalidOperationException">Nothing was recorded that leads to it.</exception>
    /// <exception cref="FitException">The loss is infinite or not a number (SB3030); the message names the first operation that made such a value.</exception>
    public void Backward(Tensor loss)
    {
        if (loss.Count != 1) throw new ArgumentException($"only a single number can be derived; this tensor has the shape {loss.Shape}: take its Sum or Mean", nameof(loss));
        if (!loss.NeedsGradient) throw new InvalidOperationException("nothing that this number was computed from needs a gradient");
        if (!float.IsFinite(loss.Scalar)) throw NotFinite(loss.Scalar);
        *loss.TakeGradient(out _) = 1;
        PassGradients();
    }

    /// <summary>Passes all gradients that lie on the tape on to what they were computed from.</summary>
    internal void PassGradients()
    {
        for (var i = operations.Count - 1; i >= 0; i--)
        {
            var output = operations[i].Output;
            if (output.GradientData == null) continue;
            if (operations[i] is { HasRun: true, RunsOnce: true }) throw new InvalidOperationException($"{operations[i].Name} with a result of shape {output.Shape} was derived already in this step and can be once only: add losses up and derive their sum");
            if (Norms is not null && operations[i].MixesRows) throw ExampleNorms.Mixed(operations[i]);
            operations[i].Backward();
            operations[i].HasRun = true;
            output.DropGradient();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Clear();
        Gang.Dispose();
        pool.Dispose();
    }

    /// <summary>The result of an operation, undefined until filled. <paramref name="needsGradient"/>: whether any input needs one.</summary>
    internal Tensor Make(Shape shape, bool needsGradient) => Keep(new Tensor(this, shape, pool.Take(shape.Count), needsGradient && recording));

    /// <summary>The numbers of a tensor in another shape, in the same memory.</summary>
    internal Tensor Share(Tensor x, Shape shape) => Keep(new Tensor(this, shape, x.Data, x.NeedsGradient && recording) { SharesData = true });

    /// <summary>Numbers that something else owns as a tensor of this step, without a copy and without a gradient.</summary>
    internal Tensor Lend(float* data, Shape shape) => Keep(new Tensor(this, shape, data, false) { SharesData = true });

    /// <summary>Remembers how a result was made. Only for results that need a gradient.</summary>
    internal void Record(Operation operation) => operations.Add(operation);

    /// <summary>Forgets the gradients of everything but parameters.</summary>
    internal void DropGradients()
    {
        foreach (var tensor in tensors) tensor.DropGradient();
    }

    /// <summary>Memory for the tape's own use within a step; goes back by <see cref="Return"/>.</summary>
    internal float* Take(int count) => pool.Take(count);

    internal void Return(float* pointer, int count) => pool.Return(pointer, count);

    /// <summary>
    /// Runs <paramref name="body"/> over [0, count) in ranges of <paramref name="grain"/> items on all threads, or at once where one range covers all. The cuts do not depend on the
    /// number of threads.
    /// </summary>
    internal void For(int count, int grain, Action<int, int> body)
    {
        if (count <= grain || Gang.Size == 1) body(0, count);
        else Gang.For((count + grain - 1) / grain, (block, _) => body(block * grain, Math.Min(count, (block + 1) * grain)));
    }

    private Tensor Keep(Tensor tensor)
    {
        tensors.Add(tensor);
        return tensor;
    }

    private FitException NotFinite(float loss)
    {
        var first = operations.FirstOrDefault(o => o.Output.Values.ContainsAnyExceptInRange(float.MinValue, float.MaxValue));
        var where = first is null ? "it came in with the data or the parameters" : $"the first such value came out of {first.Name} with a result of shape {first.Output.Shape}";
        return new FitException("SB3030", $"the loss is {loss}: {where}. Lower the learning rate, clip gradients, or look for infinite values in the data");
    }
}
