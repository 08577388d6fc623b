using System.Runtime.CompilerServices;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// The fitted network of one column. Its first layer acts on one-hot columns, so it is a sum of rows of a table: one for each earlier column's token. Two further layers give the
/// logarithm of each token's probability, up to a constant.
/// </summary>
internal sealed unsafe class ArgnColumn
{
    /// <summary>Rows worked on together: their numbers stay in the second-level cache.</summary>
    private const int Chunk = 128;

    /// <summary>Logarithm of the probability of what never occurs.</summary>
    public const float Never = -1e30f;

    /// <summary>No known cell weighs less than this (natural logarithm).</summary>
    private const double LeastLog = -16;

    private readonly Parameter? input, inputBias, hidden, hiddenBias, output;
    private readonly Parameter outputBias;
    private readonly int count; // tokens

    /// <summary>A network to be filled.</summary>
    /// <param name="column">Which column it draws.</param>
    /// <param name="earlier">Columns it hears from; none: it gives the marginal.</param>
    /// <param name="tokens">Tokens of every column.</param>
    /// <param name="units">Units of a hidden layer.</param>
    public ArgnColumn(int column, int[] earlier, ColumnTokens[] tokens, int units)
    {
        (Column, Earlier, Units, count, Padded) = (column, earlier, units, tokens[column].Count, (tokens[column].Count + 15) / 16 * 16);
        Offsets = new int[earlier.Length + 1];
        for (var i = 0; i < earlier.Length; i++) Offsets[i + 1] = Offsets[i] + tokens[earlier[i]].Count;
        Parameters = new Parameters(default);
        if (earlier.Length > 0)
        {
            (input, inputBias) = (Parameters.Add("input", new Shape(Offsets[^1], units), 0), Parameters.Add("inputBias", new Shape(units), 0));
            (hidden, hiddenBias) = (Parameters.Add("hidden", new Shape(units, units), 0), Parameters.Add("hiddenBias", new Shape(units), 0));
            output = Parameters.Add("output", new Shape(units, Padded), 0);
        }
        outputBias = Parameters.AddConstant("outputBias", new Shape(Padded), Never);
    }

    public int Column { get; }

    public int[] Earlier { get; }

    public int Units { get; }

    /// <summary>Tokens, rounded up to whole registers; the logarithms of the rest are <see cref="Never"/>.</summary>
    public int Padded { get; }

    /// <summary>Where the tokens of each earlier column begin in the table of the first layer.</summary>
    public int[] Offsets { get; }

    public Parameters Parameters { get; }

    public Span<float> Input => input!.Values;
    public Span<float> InputBias => inputBias!.Values;
    public Span<float> Hidden => hidden!.Values;
    public Span<float> HiddenBias => hiddenBias!.Values;
    public Span<float> Output => output!.Values;
    public Span<float> OutputBias => outputBias.Values;

    /// <summary>Floats of scratch that <see cref="Draw"/> needs.</summary>
    public nint Scratch => Chunk * (2 * (nint)Units + Padded + Earlier.Length) + RowTile.Rows * (nint)Padded + RowTile.Size(Padded) + ClassPick.Scratch;

    /// <summary>Floats that it needs where <see cref="RowContexts"/> are few.</summary>
    public nint Shared => RowContexts.Most * (nint)Padded;

    /// <summary>Draws a token for each row.</summary>
    /// <param name="drawn">Tokens of the columns drawn so far, [column][row].</param>
    /// <param name="contexts">Which rows agree in them.</param>
    /// <param name="words">A random word a row.</param>
    /// <param name="shares">What each token's probability is multiplied by; null: nothing.</param>
    /// <param name="weights">Multiplied by the probability that is left; only where there are shares.</param>
    /// <param name="result">Receives the tokens.</param>
    /// <param name="scratch">As many floats as <see cref="Scratch"/>.</param>
    /// <param name="shared">As many floats as <see cref="Shared"/>.</param>
    /// <param name="workspace">Memory of matrix products.</param>
    public void Draw(int[][] drawn, RowContexts contexts, ReadOnlySpan<uint> words, float[]? shares, double[]? weights, Span<int> result, float* scratch, float* shared, Workspace workspace)
    {
        float* logits = scratch + Chunk * (2 * (nint)Units + Earlier.Length), together = logits + Chunk * (nint)Padded, tile = together + RowTile.Rows * (nint)Padded, sides = tile + RowTile.Size(Padded);
        Span<int> own = stackalloc int[Chunk];
        for (var start = 0; start < contexts.Count; start += Chunk)
            Logits(drawn, contexts.Rows.Slice(start, Math.Min(Chunk, contexts.Count - start)), scratch, shared + start * (nint)Padded, workspace);
        for (var start = 0; start < result.Length; start += Chunk)
        {
            var rows = Math.Min(Chunk, result.Length - start);
            if (contexts.Count == 0) Logits(drawn, Rows(own[..rows], start), scratch, logits, workspace);
            for (var row = 0; row < rows; row += RowTile.Rows)
            {
                var count = Math.Min(RowTile.Rows, rows - row);
                var from = logits + row * (nint)Padded;
                if (contexts.Count > 0)
                {
                    from = together;
                    for (var i = 0; i < count; i++) new Span<float>(shared + contexts.Of[start + row + i] * (nint)Padded, Padded).CopyTo(new Span<float>(together + i * (nint)Padded, Padded));
                }
                Panels.Pack(from, Padded, 1, count, this.count, tile, RowTile.Rows);
                ClassPick.Draw(tile, this.count, this.count, count, sides, words.Slice(start + row, count), shares, weights is null ? default : weights.AsSpan(start + row, count), result.Slice(start + row, count));
            }
        }
    }

    private static Span<int> Rows(Span<int> rows, int first)
    {
        for (var i = 0; i < rows.Length; i++) rows[i] = first + i;
        return rows;
    }

    /// <summary>Adds the logarithms of the probabilities of known tokens.</summary>
    /// <param name="drawn">Tokens of all columns, [column][row].</param>
    /// <param name="weighed">Rows that are looked at.</param>
    /// <param name="logs">Receives the sums.</param>
    /// <param name="scratch">As many floats as <see cref="Scratch"/>.</param>
    /// <param name="workspace">Memory of matrix products.</param>
    public void Weigh(int[][] drawn, bool[] weighed, double[] logs, float* scratch, Workspace workspace)
    {
        var logits = scratch + Chunk * (2 * (nint)Units + Earlier.Length);
        Span<int> all = stackalloc int[Chunk];
        for (var start = 0; start < weighed.Length; start += Chunk)
        {
            var rows = Math.Min(Chunk, weighed.Length - start);
            if (!weighed.AsSpan(start, rows).Contains(true)) continue;
            Logits(drawn, Rows(all[..rows], start), scratch, logits, workspace);
            for (var row = 0; row < rows; row++)
            {
                if (!weighed[start + row]) continue;
                var own = new ReadOnlySpan<float>(logits + row * (nint)Padded, count);
                var top = own[0];
                foreach (var x in own) top = Math.Max(top, x);
                var sum = 0.0;
                foreach (var x in own) sum += FastMath.Exp((double)x - top);
                // a token that never occurred is a bad guess, no impossibility
                logs[start + row] += Math.Max(LeastLog, own[drawn[Column][start + row]] - top - FastMath.Log(sum));
            }
        }
    }

    /// <summary>Logarithms of the tokens' probabilities for up to <see cref="Chunk"/> rows of the block.</summary>
    private void Logits(int[][] drawn, ReadOnlySpan<int> rows, float* scratch, float* logits, Workspace workspace)
    {
        if (output is null)
        {
            for (var row = 0; row < rows.Length; row++) outputBias.Values.CopyTo(new Span<float>(logits + row * (nint)Padded, Padded));
            return;
        }
        float* first = scratch, second = first + Chunk * (nint)Units;
        var places = (int*)(second + Chunk * (nint)Units);
        for (var i = 0; i < Earlier.Length; i++)
        {
            var (of, offset) = (drawn[Earlier[i]], Offsets[i]);
            var place = places + i;
            foreach (var row in rows)
            {
                *place = (offset + of[row]) * Units;
                place += Earlier.Length;
            }
        }
        AddUp(inputBias!.Data, input!.Data, places, Earlier.Length, rows.Length, first, Units);
        Gemm.Multiply(workspace, new Matrix(first, rows.Length, Units), new Matrix(hidden!.Data, Units, Units), new Matrix(second, rows.Length, Units), bias: hiddenBias!.Data);
        ActivationKernels.Apply(Activation.Relu, second, second, rows.Length * Units);
        Gemm.Multiply(workspace, new Matrix(second, rows.Length, Units), new Matrix(output.Data, Units, Padded), new Matrix(logits, rows.Length, Padded), bias: outputBias.Data);
    }

    /// <summary>For each row: to = max(0, bias + rows of a table), these added in order.</summary>
    private static void AddUp(float* bias, float* table, int* places, int count, int rows, float* to, int width)
    {
        switch (FastMath.Tier)
        {
            case 512: AddUp<Float512>(bias, table, places, count, rows, to, width); break;
            case 256: AddUp<Float256>(bias, table, places, count, rows, to, width); break;
            default: AddUp<Float1>(bias, table, places, count, rows, to, width); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void AddUp<V>(float* bias, float* table, int* places, int count, int rows, float* to, int width) where V : struct, ILanes<V, float>
    {
        nuint n = (nuint)width, lanes = (nuint)V.Count;
        for (; rows > 0; rows--, places += count, to += width)
        {
            nuint i = 0;
            for (; i + 4 * lanes <= n; i += 4 * lanes)
            {
                V a = V.Load(ref *bias, i), b = V.Load(ref *bias, i + lanes), c = V.Load(ref *bias, i + 2 * lanes), d = V.Load(ref *bias, i + 3 * lanes);
                for (var j = 0; j < count; j++)
                {
                    var row = table + places[j] + i;
                    a += V.Load(ref *row, 0);
                    b += V.Load(ref *row, lanes);
                    c += V.Load(ref *row, 2 * lanes);
                    d += V.Load(ref *row, 3 * lanes);
                }
                Positive(a).Store(ref *to, i);
                Positive(b).Store(ref *to, i + lanes);
                Positive(c).Store(ref *to, i + 2 * lanes);
                Positive(d).Store(ref *to, i + 3 * lanes);
            }
            for (; i < n; i += lanes)
            {
                var a = V.Load(ref *bias, i);
                for (var j = 0; j < count; j++) a += V.Load(ref *(table + places[j]), i);
                Positive(a).Store(ref *to, i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Positive<V>(V x) where V : struct, ILanes<V, float> => V.IfLess(V.All(0), x, x, V.All(0));

    public void Save(ModelArchive archive)
    {
        archive.Add<int>($"earlier/{Column}", Earlier);
        archive.Add($"net/{Column}", Parameters);
    }

    public static ArgnColumn Load(ModelArchive archive, int column, bool[] usable, ColumnTokens[] tokens, int units)
    {
        var earlier = archive.Get<int>($"earlier/{column}");
        if (earlier.Length >= tokens.Length || earlier.Distinct().Count() != earlier.Length || earlier.Any(c => (uint)c >= (uint)tokens.Length || !usable[c])) throw archive.Unfit($"column {column} hears from columns that do not come before it");
        var loaded = new ArgnColumn(column, earlier, tokens, units);
        loaded.Parameters.Load(archive, $"net/{column}");
        if (loaded.OutputBias[tokens[column].Count..].ContainsAnyExcept(Never)) throw archive.Unfit($"column {column} gives tokens that it has not");
        return loaded;
    }
}
