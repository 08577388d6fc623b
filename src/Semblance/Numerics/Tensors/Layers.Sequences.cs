namespace Semblance.Numerics;

/// <summary>Layer normalisation with a learned scale (ones at first) and shift (zeros).</summary>
public sealed class LayerNormLayer
{
    private readonly Parameter scale, shift;

    /// <summary>Adds <c>name/scale</c> and <c>name/shift</c> to a set.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public LayerNormLayer(Parameters parameters, string name, int columns)
    {
        scale = parameters.AddConstant(name + "/scale", new Shape(columns), 1);
        shift = parameters.Add(name + "/shift", new Shape(columns), 0);
    }

    /// <summary>Each row normalised.</summary>
    /// <exception cref="ArgumentException">x has another number of columns.</exception>
    public Tensor Apply(Tensor x) => x.LayerNorm(x.Tape.Use(scale), x.Tape.Use(shift));
}

/// <summary>A learned table of vectors, one for each category or token. They start with a length of about 1.</summary>
public sealed class EmbeddingLayer
{
    /// <summary>Adds <c>name/table</c> to a set.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No columns.</exception>
    public EmbeddingLayer(Parameters parameters, string name, int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        Table = parameters.Add(name + "/table", new Shape(rows, columns), MathF.Sqrt(3f / columns));
    }

    /// <summary>rows × columns.</summary>
    public Parameter Table { get; }

    /// <summary>Rows of the table by number, as <c>table.Embedding(indices, length)</c> gives them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index that the table has not.</exception>
    public Tensor Apply(Tape tape, ReadOnlySpan<int> indices, int length = 0) => tape.Use(Table).Embedding(indices, length);

    /// <summary>Several categorical columns at once, as <c>table.Embedding(codes, offsets, form)</c> gives them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A code that leads beyond the table.</exception>
    public Tensor Apply(Tape tape, ReadOnlySpan<int> codes, ReadOnlySpan<int> offsets, EmbeddingForm form) => tape.Use(Table).Embedding(codes, offsets, form);
}

/// <summary>A gated recurrent unit; all weights start uniform in ±1/√size.</summary>
public sealed class GruLayer
{
    private readonly Parameter inputWeight, stateWeight, inputBias, stateBias;

    /// <summary>Adds <c>name/input-weight</c>, <c>name/state-weight</c>, <c>name/input-bias</c> and <c>name/state-bias</c> to a set.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No size.</exception>
    public GruLayer(Parameters parameters, string name, int inputs, int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        var bound = 1 / MathF.Sqrt(size);
        inputWeight = parameters.Add(name + "/input-weight", new Shape(inputs, 3 * size), bound);
        stateWeight = parameters.Add(name + "/state-weight", new Shape(size, 3 * size), bound);
        inputBias = parameters.Add(name + "/input-bias", new Shape(3 * size), bound);
        stateBias = parameters.Add(name + "/state-bias", new Shape(3 * size), bound);
    }

    /// <summary>States after each step: (batch, length, size) of sequences (batch, length, inputs), (batch, size) of single steps (batch, inputs).</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor Apply(Tensor x, Tensor? state = null) => x.Gru(x.Tape.Use(inputWeight), x.Tape.Use(stateWeight), x.Tape.Use(inputBias), x.Tape.Use(stateBias), state);
}

/// <summary>Long short-term memory; all weights start uniform in ±1/√size.</summary>
public sealed class LstmLayer
{
    private readonly Parameter inputWeight, stateWeight, bias;

    /// <summary>Adds <c>name/input-weight</c>, <c>name/state-weight</c> and <c>name/bias</c> to a set.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No size.</exception>
    public LstmLayer(Parameters parameters, string name, int inputs, int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        var bound = 1 / MathF.Sqrt(size);
        inputWeight = parameters.Add(name + "/input-weight", new Shape(inputs, 4 * size), bound);
        stateWeight = parameters.Add(name + "/state-weight", new Shape(size, 4 * size), bound);
        bias = parameters.Add(name + "/bias", new Shape(4 * size), bound);
    }

    /// <summary>States after each step, (batch, length, size) of sequences, (batch, size) of single steps, and the cell after the last one.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public (Tensor States, Tensor Cell) Apply(Tensor x, Tensor? state = null, Tensor? cell = null) => x.Lstm(x.Tape.Use(inputWeight), x.Tape.Use(stateWeight), x.Tape.Use(bias), state, cell);
}

/// <summary>
/// A block of a transformer that normalises first (Xiong et al. 2020), which learns without warm-up: x + attention(norm x), and to that + network(norm of it), a network of one hidden
/// layer with GELU.
/// </summary>
public sealed class TransformerBlock
{
    private readonly LayerNormLayer first, second;
    private readonly LinearLayer joint, merge, up, down;
    private readonly int heads;

    /// <summary>Adds <c>name/norm1</c>, <c>name/joint</c> (queries, keys and values in one), <c>name/merge</c>, <c>name/norm2</c>, <c>name/up</c> and <c>name/down</c> to a set.</summary>
    /// <param name="parameters">The set.</param>
    /// <param name="name">Prefix of its parameters' names.</param>
    /// <param name="columns">Width of what comes in and goes out.</param>
    /// <param name="heads">Divides the columns.</param>
    /// <param name="hidden">Width of the hidden layer; 0: four times the columns.</param>
    /// <exception cref="ArgumentException">Heads that do not divide the columns, or the name is taken.</exception>
    public TransformerBlock(Parameters parameters, string name, int columns, int heads, int hidden = 0)
    {
        if (heads < 1 || columns % heads != 0) throw new ArgumentException($"{columns} columns can't be divided among {heads} heads", nameof(heads));
        this.heads = heads;
        if (hidden == 0) hidden = 4 * columns;
        first = new LayerNormLayer(parameters, name + "/norm1", columns);
        joint = new LinearLayer(parameters, name + "/joint", columns, 3 * columns);
        merge = new LinearLayer(parameters, name + "/merge", columns, columns);
        second = new LayerNormLayer(parameters, name + "/norm2", columns);
        up = new LinearLayer(parameters, name + "/up", columns, hidden);
        down = new LinearLayer(parameters, name + "/down", hidden, columns);
    }

    /// <summary>(batch, length, columns) in and out.</summary>
    /// <param name="x">Sequences.</param>
    /// <param name="causal">A step sees no later one.</param>
    /// <param name="lengths">For each sequence how many of its steps others see; empty: all.</param>
    /// <param name="mask">length × length: which step each step sees; empty: all.</param>
    /// <param name="dropout">Rate at which what is added to x is dropped, in training.</param>
    /// <param name="noise">What that draws from: a stream for each block.</param>
    /// <param name="step">Counts steps of training, each of which draws anew.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor Apply(Tensor x, bool causal = false, ReadOnlySpan<int> lengths = default, ReadOnlySpan<bool> mask = default, float dropout = 0, RandomStream noise = default, long step = 0)
    {
        var seen = merge.Apply(joint.Apply(first.Apply(x)).SelfAttention(heads, causal, lengths, mask));
        x = x.Plus(seen.Dropout(dropout, noise, step));
        var thought = down.Apply(up.Apply(second.Apply(x), Activation.Gelu));
        return x.Plus(thought.Dropout(dropout, noise, step, firstRow: x.Rows)); // rows of the noise that the first did not use
    }

    /// <summary>
    /// The next step of sequences that are made step by step, each from what the ones before gave: bit by bit what a causal <see cref="Apply"/> to all steps so far gives for the last one, at the
    /// cost of one. Not to be derived.
    /// </summary>
    /// <param name="x">batch × columns.</param>
    /// <param name="cache">This block's own keys and values of the steps before, to which the new ones are added.</param>
    /// <returns>batch × columns.</returns>
    /// <exception cref="ArgumentException">x does not fit the cache or the block.</exception>
    /// <exception cref="InvalidOperationException">The cache is full, or the tape records: set <see cref="Tape.Recording"/> to false.</exception>
    public Tensor Step(Tensor x, AttentionCache cache)
    {
        x = x.Plus(merge.Apply(cache.Attend(joint.Apply(first.Apply(x)), heads)));
        return x.Plus(down.Apply(up.Apply(second.Apply(x), Activation.Gelu)));
    }
}
