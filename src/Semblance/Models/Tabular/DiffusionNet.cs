using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// One of the two networks of a diffusion: hears tokens, of which any may be hidden, and numbers. Its first layer is a sum of rows of a table, one for each item's token, and a product for the
/// numbers; each further layer adds to what came before.
/// </summary>
internal sealed unsafe class DiffusionNet
{
    private readonly Parameter? table, numbers;
    private readonly Parameter bias;
    private readonly LinearLayer[] layers;
    private readonly LinearLayer output;
    private readonly int[] tokens, offsets;

    /// <summary>A network whose outputs start at zero.</summary>
    /// <param name="stream">Draws its weights.</param>
    /// <param name="tokens">Tokens of each item; one more stands for a hidden one.</param>
    /// <param name="inputs">Numbers it hears.</param>
    /// <param name="width">Units of a hidden layer.</param>
    /// <param name="layers">Hidden layers.</param>
    /// <param name="outputs">Numbers it gives.</param>
    public DiffusionNet(RandomStream stream, int[] tokens, int inputs, int width, int layers, int outputs)
    {
        this.tokens = tokens;
        Parameters = new Parameters(stream);
        offsets = new int[tokens.Length];
        for (var i = 1; i < tokens.Length; i++) offsets[i] = offsets[i - 1] + tokens[i - 1] + 1;
        if (tokens.Length > 0) table = Parameters.Add("table", new Shape(tokens.Sum(t => t + 1), width), 1 / MathF.Sqrt(tokens.Length));
        if (inputs > 0) numbers = Parameters.Add("numbers", new Shape(inputs, width), 1 / MathF.Sqrt(inputs));
        bias = Parameters.Add("bias", new Shape(width), 0.1f);
        this.layers = new LinearLayer[layers - 1];
        for (var i = 0; i < this.layers.Length; i++) this.layers[i] = new LinearLayer(Parameters, $"hidden{i}", width, width);
        output = new LinearLayer(Parameters, "output", width, outputs);
        output.Weight.Values.Clear();
        output.Bias!.Values.Clear();
    }

    public Parameters Parameters { get; }

    public int Width => bias.Shape.Count;

    /// <summary>Hidden layers.</summary>
    public int Layers => layers.Length + 1;

    public Span<float> OutputBias => output.Bias!.Values;

    /// <summary>What tokens put into the first layer.</summary>
    /// <param name="tape">Where it is worked out.</param>
    /// <param name="codes">rows × items: tokens, -1 where one is hidden.</param>
    /// <param name="rows">Rows; there may be no items.</param>
    public Tensor Sums(Tape tape, ReadOnlySpan<int> codes, int rows)
    {
        var start = tape.Use(bias);
        if (table is null)
        {
            var zero = tape.Input(new Shape(rows, Width));
            zero.Values.Clear();
            return zero.PlusRow(start);
        }
        var places = new int[codes.Length];
        for (int i = 0, item = 0; i < places.Length; i++, item = item + 1 == tokens.Length ? 0 : item + 1) places[i] = codes[i] < 0 ? tokens[item] : codes[i];
        return tape.Use(table).Embedding(places, offsets, EmbeddingForm.Summed).PlusRow(start);
    }

    /// <summary>Changes what the tokens of one row put into the first layer: an item that was hidden is so no more.</summary>
    public void Reveal(Span<float> sums, int item, int token)
    {
        fixed (float* to = sums)
        {
            var hidden = table!.Data + (nint)(offsets[item] + tokens[item]) * sums.Length;
            Vectors.Sum(to, hidden, to, sums.Length, 1, -1, 0);
            Vectors.Sum(to, hidden + (nint)(token - tokens[item]) * sums.Length, to, sums.Length, 1, 1, 0);
        }
    }

    /// <summary>The last hidden layer.</summary>
    /// <param name="sums">See <see cref="Sums"/>.</param>
    /// <param name="x">rows × numbers, or null where it hears none.</param>
    /// <param name="drop">What leaves out units of a layer; null: none.</param>
    public Tensor Hidden(Tensor sums, Tensor? x, Func<Tensor, int, Tensor>? drop = null)
    {
        var h = x is null ? sums : sums.Plus(x.Linear(sums.Tape.Use(numbers!)));
        h = h.Apply(Activation.Silu);
        if (drop is not null) h = drop(h, 0);
        for (var i = 0; i < layers.Length; i++)
        {
            var next = layers[i].Apply(h, Activation.Silu);
            h = h.Plus(drop is null ? next : drop(next, i + 1));
        }
        return h;
    }

    /// <summary>All outputs.</summary>
    public Tensor Outputs(Tensor hidden) => output.Apply(hidden);

    /// <summary>Some of the outputs, for some of the rows: outside of training.</summary>
    public Tensor Outputs(Tensor hidden, ReadOnlySpan<int> rows, ColumnBlock block)
    {
        var (tape, weight) = (hidden.Tape, output.Weight);
        var y = tape.Input(new Shape(rows.Length, block.Width));
        var x = rows.Length == hidden.Rows ? hidden : hidden.Gather(rows);
        Gemm.Multiply(tape.Gang, x.Matrix, new Matrix(weight.Data + block.Start, weight.Shape.Rows, block.Width, weight.Shape.Columns, 1), y.Matrix, bias: output.Bias!.Data + block.Start);
        return y;
    }
}
