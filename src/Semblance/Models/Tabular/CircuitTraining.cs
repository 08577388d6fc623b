using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>The steps of expectation maximisation: which rows, how many, and when it is enough.</summary>
internal sealed class CircuitTraining : IDisposable
{
    private const int BatchRows = 4096, MostHeld = 4096, FewRows = 5000, RowsPerComponent = 40, MostByDefault = 1024;
    private const int Patience = 6; // epochs without gain
    private const float AnchorRows = 3; // what the row that a component begins at counts for
    private const double LineRows = 2; // what the components' common slope and variance count for
    private const long MostNumbers = 1 << 27; // half a gigabyte, of which there are five copies during a fit
    private readonly Circuit options;
    private readonly CircuitLearning learning;
    private readonly int rows, count;

    public CircuitTraining(Circuit options, CircuitTree tree, byte[][] levels, float[][] scores, int count, Run run)
    {
        (this.options, this.count, rows) = (options, count, levels[0].Length);
        learning = new CircuitLearning(tree, levels, scores, count, new(options.Smoothing, options.Smoothing / 2, LineRows), run);
        Best = new CircuitComponents(tree, count);
    }

    /// <summary>Components as they were where held-out rows were likeliest.</summary>
    public CircuitComponents Best { get; }

    /// <summary>Mean log likelihood of held-out rows there.</summary>
    public double Held { get; private set; } = double.NegativeInfinity;

    /// <summary>Mean loss of the rows learned from, by epoch.</summary>
    public List<double> Curve { get; } = [];

    /// <summary>
    /// Numbers of components to try. One for each forty rows can be carried, since each leans on the tree of the whole; where rows are so few that fewer may do better, held-out rows decide.
    /// </summary>
    /// <exception cref="RecipeException">More components were asked for than memory should hold (SB2022).</exception>
    public static int[] Counts(Circuit options, CircuitTree tree, int rows)
    {
        var each = tree.Columns.Select((column, c) => (long)tree.Keys[c] * column.Levels + 6).Sum();
        if (options.Components * each > MostNumbers)
            throw new RecipeException("SB2022", $"circuit: components = {options.Components} is out of range for these columns, each component of which has {each} numbers; give at most {MostNumbers / each}");
        if (options.Components > 0) return [options.Components];
        var most = (int)Math.Clamp(Math.Min(rows / RowsPerComponent, MostNumbers / 2 / each), 1, MostByDefault);
        return rows >= FewRows ? [most] : [.. new[] { most, most / 3, most / 9, 1 }.Where(n => n > 0).Distinct()];
    }

    public void Learn(Run run, CancellationToken ct)
    {
        using var gang = new Gang(run.Threads);
        var shuffled = Enumerable.Range(0, rows).ToArray();
        run.Stream("fit/circuit/holdout").Sequence().Shuffle<int>(shuffled);
        var held = shuffled[..Math.Min(rows < FewRows ? rows / 5 : rows / 10, MostHeld)];
        var training = shuffled[held.Length..];
        learning.Start(gang, Anchors(training), AnchorRows);
        var since = 0;
        var step = 0;
        for (var epoch = 0; epoch < options.Epochs && since < Patience; epoch++)
        {
            run.Stream("fit/circuit/rows").Sequence(epoch).Shuffle<int>(training);
            var sum = 0.0;
            for (var start = 0; start < training.Length; start += BatchRows)
            {
                ct.ThrowIfCancellationRequested();
                var batch = training[start..Math.Min(training.Length, start + BatchRows)];
                sum += learning.Expect(gang, batch);
                var rate = Math.Max(1 / FastMath.Pow(1 + 0.3 * step++, 0.7), 0.5 * batch.Length / training.Length);
                learning.Gather(gang, batch, (float)(1 - rate), (float)(rate * training.Length / batch.Length));
                learning.Maximise(gang);
            }
            var fresh = held.Length > 0 ? learning.Expect(gang, held) / held.Length : sum / training.Length;
            Curve.Add(-sum / training.Length);
            run.Report(Stage.Fit, "circuit", epoch + 1, options.Epochs, -fresh);
            since++;
            if (fresh > Held)
            {
                if (fresh > Held + 1e-3) since = 0;
                Held = fresh;
                learning.Components.CopyTo(Best);
            }
        }
    }

    private int[] Anchors(int[] training)
    {
        var anchors = new int[count];
        for (var k = 0; k < count; k++) anchors[k] = training[k % training.Length];
        return anchors;
    }

    public void Dispose() => learning.Dispose();
}
