namespace Semblance.Numerics;

/// <summary>
/// Numbers (float32) that a <see cref="Tape"/> made in the current step, and once <see cref="Backward"/> has run also how the loss changes with each. Its memory belongs to the tape
/// and is used again after <see cref="Tape.Clear"/>: what is to outlive the step is copied out.
/// </summary>
/// <remarks>
/// For authors of operations. Forward: make the result with <see cref="Tape.Make"/>, fill <c>Data</c>, and if any input <see cref="NeedsGradient"/>, <see cref="Tape.Record"/> an
/// <see cref="Operation"/>. Backward: read <c>Output.Gradient</c>; for each input that needs it, take <see cref="TakeGradient"/> and write to it, adding if it says so.
/// </remarks>
public sealed unsafe class Tensor
{
    private readonly int step;
    private readonly Parameter? parameter;
    private float* data, gradient;

    internal Tensor(Tape tape, Shape shape, float* data, bool needsGradient, Parameter? parameter = null)
    {
        (Tape, Shape, NeedsGradient, this.parameter) = (tape, shape, needsGradient, parameter);
        this.data = data;
        step = tape.Step;
    }

    /// <summary>The tape that made it.</summary>
    public Tape Tape { get; }

    /// <summary>Lengths of its dimensions.</summary>
    public Shape Shape { get; }

    /// <summary>Numbers in all.</summary>
    public int Count => Shape.Count;

    /// <summary>All dimensions but the last, multiplied.</summary>
    public int Rows => Shape.Rows;

    /// <summary>Length of the last dimension.</summary>
    public int Columns => Shape.Columns;

    /// <summary>Whether the loss may be derived by it: true of parameters, of inputs that ask for it, and of what is computed from such.</summary>
    public bool NeedsGradient { get; }

    /// <summary>The numbers, row by row. Valid until <see cref="Tape.Clear"/>.</summary>
    /// <exception cref="ObjectDisposedException">The tape was cleared since.</exception>
    public Span<float> Values => new(Data, Count);

    /// <summary>The only number of a tensor of one element.</summary>
    /// <exception cref="InvalidOperationException">It has more than one.</exception>
    public float Scalar => Count == 1 ? *Data : throw new InvalidOperationException($"a tensor of shape {Shape} is not a single number");

    /// <summary>Derivatives of the loss by each number, after <see cref="Backward"/>. Of what lies between inputs and loss they are not kept: they are there for parameters and for inputs made with a gradient.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public ReadOnlySpan<float> Gradient
    {
        get
        {
            var kept = GradientData;
            return kept != null ? new(kept, Count) : throw new InvalidOperationException($"no gradient reached this tensor of shape {Shape}, or it was not kept: ask for it with tape.Input(…, gradient: true)");
        }
    }

    /// <summary>Where the numbers lie.</summary>
    internal float* Data => step == Tape.Step ? data : throw new ObjectDisposedException(nameof(Tensor), $"this tensor of shape {Shape} is from step {step} of its tape, which has been cleared since: copy what must outlive a step");

    /// <summary>Where the gradient lies, or null where none has arrived.</summary>
    internal float* GradientData => parameter is null ? gradient : parameter.HasGradient ? parameter.GradientData : null;

    /// <summary>It as a matrix of <see cref="Rows"/> by <see cref="Columns"/>.</summary>
    internal Matrix Matrix => new(Data, Rows, Columns);

    internal bool IsLeaf { get; init; }

    /// <summary>Its numbers lie in the memory of another tensor of the same step.</summary>
    internal bool SharesData { get; init; }

    /// <summary>The parameter that it is, or null.</summary>
    internal Parameter? Parameter => parameter;

    /// <summary>Whom an operation tells the norms of single examples' gradients by this parameter, in the place of the gradient itself; null as a rule.</summary>
    internal ExampleNorms? Norms => parameter is null || !NeedsGradient ? null : Tape.Norms;

    /// <summary>Derives this single number by all parameters and inputs it was computed from; see <see cref="Tape.Backward"/>.</summary>
    public void Backward() => Tape.Backward(this);

    /// <summary>Memory for the gradient. <paramref name="add"/>: something is in it already, add to that; otherwise it is undefined and every element must be written.</summary>
    internal float* TakeGradient(out bool add)
    {
        if (parameter is not null) return Tape.Norms is null ? parameter.TakeGradient(out add) : throw ExampleNorms.Unknown(parameter);
        add = gradient != null;
        if (!add) gradient = Tape.Take(Count);
        return gradient;
    }

    /// <summary>Whether a gradient of a result may become its gradient by changing hands: none has arrived yet, and its memory is the tape's.</summary>
    internal bool AdoptsGradient => parameter is null && gradient == null;

    /// <summary>Passes the gradient, times <paramref name="scale"/>, on to an input of as many numbers, without a copy where the input adopts it. For operations that work it out in place.</summary>
    internal void PassGradient(Tensor to, float scale = 1)
    {
        if (to.AdoptsGradient)
        {
            if (scale != 1) Vectors.Sum(Tape, gradient, null, gradient, Count, scale, 0);
            to.gradient = gradient;
            gradient = null;
            return;
        }
        var into = to.TakeGradient(out var add);
        Vectors.Sum(Tape, gradient, add ? into : null, into, Count, scale, 1);
    }

    /// <summary>Turns these numbers, times <paramref name="scale"/>, into the gradient of an input. They are void afterwards.</summary>
    internal void BecomeGradient(Tensor of, float scale)
    {
        gradient = data;
        data = null;
        PassGradient(of, scale);
        DropGradient();
    }

    /// <summary>Gives the gradient's memory back once it has been passed on.</summary>
    internal void DropGradient()
    {
        if (gradient == null || parameter is not null) return;
        Tape.Return(gradient, Count);
        gradient = null;
    }

    /// <summary>Ends with its step: memory goes back to the tape.</summary>
    internal void Release()
    {
        DropGradient();
        if (parameter is null && !SharesData && data != null) Tape.Return(data, Count);
        data = null;
    }
}

/// <summary>One recorded step of a computation, which knows how to pass a gradient from its output on to its inputs.</summary>
internal abstract class Operation(Tensor output)
{
    /// <summary>What it computed.</summary>
    public Tensor Output { get; } = output;

    /// <summary>Its name in messages.</summary>
    public virtual string Name => GetType().Name.Replace("Operation", "", StringComparison.Ordinal);

    /// <summary>Whether <see cref="Backward"/> uses up what was kept for it, so that it can run only once in a step.</summary>
    public virtual bool RunsOnce => false;

    /// <summary>Whether a row of its result depends on several rows of its input, which are then examples no longer: there are no norms of single examples' gradients beyond it.</summary>
    public virtual bool MixesRows => false;

    /// <summary>Whether it has run in this step.</summary>
    public bool HasRun { get; set; }

    /// <summary>Adds to the gradients of the inputs that need one. Called only where a gradient has reached <see cref="Output"/>.</summary>
    public abstract void Backward();
}
