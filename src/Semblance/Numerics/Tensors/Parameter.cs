namespace Semblance.Numerics;

/// <summary>A learned tensor of a network: values that outlive the steps, and the gradient of the last one.</summary>
public sealed unsafe class Parameter
{
    private readonly Parameters owner;

    internal Parameter(Parameters owner, string name, Shape shape, int offset, bool learned) => (this.owner, Name, Shape, Offset, IsLearned) = (owner, name, shape, offset, learned);

    /// <summary>Unique name within its set, such as <c>encoder/hidden1/weight</c>.</summary>
    public string Name { get; }

    /// <summary>Lengths of its dimensions.</summary>
    public Shape Shape { get; }

    /// <summary>The learned numbers, row by row.</summary>
    public Span<float> Values => new(Data, Shape.Count);

    /// <summary>Derivatives of the last loss; all zero where none has arrived.</summary>
    public ReadOnlySpan<float> Gradient => HasGradient ? new ReadOnlySpan<float>(GradientData, Shape.Count) : new float[Shape.Count];

    /// <summary>Whether optimisers move it. What is not learned, such as running statistics, is copied, averaged and saved with the rest, but nothing is derived by it.</summary>
    public bool IsLearned { get; }

    /// <summary>Whether it is derived by: learned, and its set not frozen.</summary>
    internal bool TakesGradient => IsLearned && !owner.IsFrozen;

    internal int Offset { get; }

    internal float* Data => owner.Data + Offset;

    /// <summary>See <see cref="Parameters.Settle"/>.</summary>
    internal void Settle() => owner.Settle();

    internal float* GradientData => owner.GradientData + Offset;

    internal bool HasGradient { get; set; }

    /// <summary>Memory for the gradient: undefined where <paramref name="add"/> is false, which saves clearing and adding in the common case of one use a step.</summary>
    internal float* TakeGradient(out bool add)
    {
        add = HasGradient;
        HasGradient = true;
        return GradientData;
    }
}
