namespace Semblance.Numerics;

/// <summary>
/// The named parameters of one network, end to end in one block of memory, their gradients in another: optimiser, clipping, averages, checkpoints and files each are one loop over one array.
/// A GAN has two sets, one for each of its networks.
/// </summary>
/// <remarks>Reading (also by several tapes at once) is safe from several threads; training is not.</remarks>
public sealed unsafe class Parameters : IDisposable
{
    private readonly List<Parameter> list = [];
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly List<(int From, int To)> learned = [];
    private readonly RandomStream stream;
    private bool isUsed;
    private NativeBuffer values = NativeBuffer.Empty, gradients = NativeBuffer.Empty;

    /// <summary>An empty set whose weights will be drawn from a stream.</summary>
    public Parameters(RandomStream stream) => this.stream = stream;

    /// <summary>All parameters in order of addition.</summary>
    public IReadOnlyList<Parameter> All => list;

    /// <summary>Numbers in all parameters, each padded to a multiple of 16.</summary>
    public int Count { get; private set; }

    /// <summary>While true, nothing is derived by these parameters: in a generator's step gradients pass through the critic, whose own would only cost time and have to be cleared.</summary>
    public bool IsFrozen { get; set; }

    internal float* Data => values.Data != null || Count == 0 ? values.Data : throw new ObjectDisposedException(nameof(Parameters));

    /// <summary>A tape knows from here on where the parameters lie.</summary>
    internal void Settle() => isUsed = true;

    internal float* GradientData => gradients.Data;

    /// <summary>Where the learned parameters lie, in as few ranges as can be.</summary>
    internal IReadOnlyList<(int From, int To)> Learned => learned;

    /// <summary>Adds a parameter whose values are uniform in ±<paramref name="bound"/> (0: all zero), each a function of the seed, the name's place in the set and its index.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public Parameter Add(string name, Shape shape, float bound)
    {
        var parameter = Add(name, shape, true);
        if (bound == 0) return parameter;
        var span = parameter.Values;
        stream.FillUnit(0, (uint)(list.Count - 1), span);
        for (var i = 0; i < span.Length; i++) span[i] = (2 * span[i] - 1) * bound;
        return parameter;
    }

    /// <summary>Adds a parameter that starts with one value everywhere, such as the scale of a normalisation.</summary>
    public Parameter AddConstant(string name, Shape shape, float value)
    {
        var parameter = Add(name, shape, 0);
        parameter.Values.Fill(value);
        return parameter;
    }

    /// <summary>Adds numbers that belong to the network but are not learned, such as the running statistics of a batch normalisation.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public Parameter AddState(string name, Shape shape, float value)
    {
        var parameter = Add(name, shape, false);
        parameter.Values.Fill(value);
        return parameter;
    }

    /// <summary>Forgets all gradients, so that the next <see cref="Tensor.Backward"/> starts from none. Optimisers do it after each step.</summary>
    public void ClearGradients()
    {
        foreach (var parameter in list) parameter.HasGradient = false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        values.Dispose();
        gradients.Dispose();
    }

    /// <summary>Gradients of all parameters as one array, zero where none arrived.</summary>
    internal float* AllGradients()
    {
        foreach (var parameter in list)
            if (!parameter.HasGradient)
            {
                new Span<float>(parameter.GradientData, parameter.Shape.Count).Clear();
                parameter.HasGradient = true;
            }
        return gradients.Data;
    }

    private Parameter Add(string name, Shape shape, bool isLearned)
    {
        if (isUsed) throw new InvalidOperationException($"`{name}` comes too late: all parameters of a set are added before any of them is used, since memory moves as it grows");
        if (!names.Add(name)) throw new ArgumentException($"there is a parameter `{name}` already", nameof(name));
        var parameter = new Parameter(this, name, shape, Count, isLearned);
        Grow(checked(Count + (shape.Count + 15) / 16 * 16));
        list.Add(parameter);
        if (!isLearned) return parameter;
        if (learned.Count > 0 && learned[^1].To == parameter.Offset) learned[^1] = (learned[^1].From, Count);
        else learned.Add((parameter.Offset, Count));
        return parameter;
    }

    private void Grow(int count)
    {
        if (count > values.Count)
        {
            var room = Math.Max(count, Math.Min(int.MaxValue / 2, values.Count) * 2);
            values = Moved(values, room);
            gradients = Moved(gradients, room);
        }
        Count = count;
    }

    private NativeBuffer Moved(NativeBuffer old, nint room)
    {
        var moved = new NativeBuffer(room);
        new Span<float>(moved.Data, (int)room).Clear();
        if (Count > 0) new Span<float>(old.Data, Count).CopyTo(new Span<float>(moved.Data, Count));
        old.Dispose();
        return moved;
    }
}
