using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>A real table as a network over all columns at once takes it: of every column the levels side by side, and beside them the normal scores of those that have a line (<see cref="CircuitColumn"/>).</summary>
internal sealed class LevelledTable
{
    private const int MostHeldOut = 8_192;
    private const float LogTwoPi = 1.837877066f;

    private readonly byte[][] levels;
    private readonly float[][] scores;

    public LevelledTable(CellTable table, string model, int modes, Run run, CancellationToken ct)
    {
        var count = table.Codecs.Length;
        (Columns, levels, scores) = (new CircuitColumn[count], new byte[count][], new float[count][]);
        Semblance.Numerics.Blocks.For(count, run, ct, c =>
        {
            Columns[c] = CircuitColumn.Learn(table.Codecs[c], table.Cells[c]);
            (levels[c], scores[c]) = Columns[c].Place(table.Cells[c], run.Stream($"fit/{model}/scores/{table.Schema.Columns[c].Name}"));
        });
        Shape = new LevelShape(Columns, modes);
        var rows = Enumerable.Range(0, table.Rows).ToArray();
        run.Stream($"fit/{model}/holdout").Sequence().Shuffle<int>(rows);
        var part = Math.Min(MostHeldOut, table.Rows / 10);
        (Held, Trained) = (rows[..part], rows[part..]);
    }

    public CircuitColumn[] Columns { get; }

    /// <summary>Where what belongs to each column lies.</summary>
    public LevelShape Shape { get; }

    /// <summary>Rows of the table.</summary>
    public int Rows => Held.Length + Trained.Length;

    /// <summary>Rows held out, and the rest.</summary>
    public int[] Held { get; }

    public int[] Trained { get; }

    /// <summary>Rows that are trained on, by their level in a column.</summary>
    public int[][] RowsByLevel(int column)
    {
        var of = levels[column];
        var groups = Trained.ToLookup(row => of[row]);
        return [.. Enumerable.Range(0, Columns[column].Levels).Select(level => groups[(byte)level].ToArray())];
    }

    /// <summary>Some rows as numbers.</summary>
    /// <returns>Levels, rows × columns; scores, rows × lines, and 1 where a row lies on the line, else both are zero.</returns>
    public (int[] Levels, Tensor Scores, Tensor OnLine) Take(Tape tape, ReadOnlySpan<int> rows)
    {
        var (columns, lines) = (Columns.Length, Shape.Lines.Length);
        var of = new int[rows.Length * columns];
        for (var c = 0; c < columns; c++)
            for (var row = 0; row < rows.Length; row++) of[row * columns + c] = levels[c][rows[row]];
        Tensor score = tape.Input(new Shape(rows.Length, lines)), on = tape.Input(new Shape(rows.Length, lines));
        for (var i = 0; i < lines; i++)
        {
            var c = Shape.Lines[i];
            for (var row = 0; row < rows.Length; row++)
            {
                var lies = levels[c][rows[row]] == Columns[c].Line;
                on.Values[row * lines + i] = lies ? 1 : 0;
                score.Values[row * lines + i] = lies ? scores[c][rows[row]] : 0;
            }
        }
        return (of, score, on);
    }

    /// <summary>Nats a row of rows, under the distributions that a network gives for them; of lines, those of the scores.</summary>
    /// <param name="outputs">Of the network.</param>
    /// <param name="levels">As <see cref="Take"/> gives them; likewise the others.</param>
    /// <param name="scores">Normal scores.</param>
    /// <param name="onLine">Which of them count.</param>
    public Tensor Loss(Tensor outputs, int[] levels, Tensor scores, Tensor onLine)
    {
        var ofLevels = outputs.SoftmaxCrossEntropy(Shape.Blocks, levels);
        var (tape, rows, modes, all, lines) = (outputs.Tape, outputs.Rows, Shape.Modes, Shape.AllModes, Shape.Lines.Length);
        if (lines == 0) return ofLevels;
        Tensor repeated = tape.Input(new Shape(rows, all)), first = tape.Input(new Shape(rows, all));
        first.Values.Clear();
        var targets = new int[rows * lines];
        for (var i = 0; i < targets.Length; i++)
        {
            repeated.Values.Slice(i * modes, modes).Fill(scores.Values[i]);
            first.Values[i * modes] = onLine.Values[i];
            targets[i] = onLine.Values[i] > 0 ? 0 : -1;
        }
        Tensor shares = outputs.Slice(Shape.Levels, all).LogSoftmax(Shape.ModeBlocks), means = outputs.Slice(Shape.Levels + all, all);
        var variances = outputs.Slice(Shape.Levels + 2 * all, all).Clip(LevelHead.LeastLogVariance, LevelHead.MostLogVariance);
        var logs = shares.Plus(repeated.Plus(means, 1, -1).Square().Times(variances.Affine(-1).Exp()).Plus(variances.Affine(1, LogTwoPi)), 1, -0.5f);
        // the logarithm of a sum is what softmax leaves out: cross entropy with the first mode, less the first mode's own logarithm
        return ofLevels.Plus(logs.SoftmaxCrossEntropy(Shape.ModeBlocks, targets), 1, -1).Plus(logs.Times(first).RowSums().Mean(), 1, -1);
    }

    /// <summary>Logarithm of each level's share of its column.</summary>
    public float[] Marginal() => [.. Columns.SelectMany(c => c.Shares.Select(share => (float)FastMath.Log(Math.Max(share, 1e-9))))];
}

/// <summary>
/// How the outputs of a network that draws all columns at once lie side by side: logarithms of the shares of each column's levels; then for every line those of its modes, their means, and their log-variances: the
/// scores on a line are a mixture of that many normals.
/// </summary>
internal sealed class LevelShape
{
    public LevelShape(CircuitColumn[] columns, int modes)
    {
        Modes = modes;
        Starts = new int[columns.Length + 1];
        for (var c = 0; c < columns.Length; c++) Starts[c + 1] = Starts[c] + columns[c].Levels;
        Lines = [.. Enumerable.Range(0, columns.Length).Where(c => columns[c].HasLine)];
        Blocks = ColumnBlocks.OfWidths([.. columns.Select(c => c.Levels)]);
        ModeBlocks = ColumnBlocks.OfWidths([.. Lines.Select(_ => modes)]);
    }

    /// <summary>First level of each column; at the end, how many there are.</summary>
    public int[] Starts { get; }

    /// <summary>Columns that have a line.</summary>
    public int[] Lines { get; }

    /// <summary>The levels of each column as a block.</summary>
    public ColumnBlocks Blocks { get; }

    /// <summary>Levels of all columns.</summary>
    public int Levels => Starts[^1];

    /// <summary>Normals that make up the distribution of a score.</summary>
    public int Modes { get; }

    /// <summary>The modes of each line as a block.</summary>
    public ColumnBlocks ModeBlocks { get; }

    /// <summary>Modes of all lines.</summary>
    public int AllModes => Lines.Length * Modes;

    /// <summary>All outputs.</summary>
    public int Width => Levels + 3 * AllModes;
}
