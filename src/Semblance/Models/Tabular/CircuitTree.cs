using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// The tree over the columns that all components of a circuit share (Chow and Liu 1968: of all trees the one with the most mutual information along its edges),
/// and what a column hears of the one above it: a key, and a place on a line for the regression of its score.
/// </summary>
internal sealed class CircuitTree
{
    private const int MostRows = 20_000; // for mutual information

    /// <param name="columns">The columns.</param>
    /// <param name="parents">Column above each; -1 for roots.</param>
    /// <param name="places">Of each column, the place that each level of the one above has on its line; the line's own level is not used.</param>
    public CircuitTree(CircuitColumn[] columns, int[] parents, double[][] places)
    {
        (Columns, Parents, Places) = (columns, parents, places);
        Order = Arrange(parents) ?? throw new ArgumentException("not a tree", nameof(parents));
        Keys = Array.ConvertAll(parents, p => p < 0 ? 1 : columns[p].Keys);
    }

    public CircuitColumn[] Columns { get; }

    public int[] Parents { get; }

    public double[][] Places { get; }

    /// <summary>Columns, each after the one above it.</summary>
    public int[] Order { get; }

    /// <summary>Number of keys that each column hears.</summary>
    public int[] Keys { get; }

    /// <summary>Key of the column above for a column.</summary>
    public int KeyOf(int column, int levelAbove, double scoreAbove) => Parents[column] < 0 ? 0 : Columns[Parents[column]].KeyOf(levelAbove, scoreAbove);

    /// <summary>Place of the column above on the line of a column.</summary>
    public double PlaceOf(int column, int levelAbove, double scoreAbove) =>
        Parents[column] < 0 ? 0 : levelAbove == Columns[Parents[column]].Line ? scoreAbove : Places[column][levelAbove];

    public static CircuitTree Learn(CircuitColumn[] columns, byte[][] levels, float[][] scores, Run run, CancellationToken ct)
    {
        int n = columns.Length, rows = levels[0].Length, used = Math.Min(rows, MostRows);
        var keys = new byte[n][];
        var information = new double[n * n];
        Blocks.For(n, run, ct, c =>
        {
            keys[c] = new byte[used];
            for (var i = 0; i < used; i++)
            {
                var row = (int)((long)i * rows / used);
                keys[c][i] = (byte)columns[c].KeyOf(levels[c][row], scores[c][row]);
            }
        });
        Blocks.For(n, run, ct, a =>
        {
            for (var b = 0; b < a; b++) information[a * n + b] = Math.Max(Shared(keys[a], columns[a].Keys, keys[b], columns[b].Keys), Straight(columns[a], levels[a], scores[a], columns[b], levels[b], scores[b]));
        });
        for (var a = 0; a < n; a++)
            for (var b = 0; b < a; b++) information[b * n + a] = information[a * n + b];
        var parents = Span(information, n);
        var places = new double[n][];
        Blocks.For(n, run, ct, c => places[c] = parents[c] < 0 ? [] : Place(columns[parents[c]], levels[parents[c]], scores[parents[c]], columns[c], levels[c], scores[c]));
        return new CircuitTree(columns, parents, places);
    }

    /// <summary>Mutual information of two columns of keys, less twice what chance alone would give (Akaike's measure: edges that only chance drew are left out).</summary>
    private static double Shared(byte[] a, int keysA, byte[] b, int keysB)
    {
        int[] joint = new int[keysA * keysB], sumA = new int[keysA], sumB = new int[keysB];
        for (var i = 0; i < a.Length; i++)
        {
            joint[a[i] * keysB + b[i]]++;
            sumA[a[i]]++;
            sumB[b[i]]++;
        }
        var sum = 0.0;
        for (var i = 0; i < keysA; i++)
            for (var j = 0; j < keysB; j++)
                if (joint[i * keysB + j] is > 0 and var n) sum += n * FastMath.Log((double)n * a.Length / ((double)sumA[i] * sumB[j]));
        return (sum - (sumA.Count(s => s > 0) - 1) * (sumB.Count(s => s > 0) - 1)) / a.Length;
    }

    /// <summary>What a straight line tells of two scores; 0 where one has no line.</summary>
    private static double Straight(CircuitColumn a, byte[] levelsA, float[] scoresA, CircuitColumn b, byte[] levelsB, float[] scoresB)
    {
        if (!a.HasLine || !b.HasLine) return 0;
        double n = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0;
        for (var row = 0; row < scoresA.Length; row++)
        {
            if (levelsA[row] != a.Line || levelsB[row] != b.Line) continue;
            double s = scoresA[row], t = scoresB[row];
            (n, x, y, xx, xy, yy) = (n + 1, x + s, y + t, xx + s * s, xy + s * t, yy + t * t);
        }
        if (n < 20) return 0;
        var (vx, vy, c) = (xx - x * x / n, yy - y * y / n, xy - x * y / n);
        return vx <= 0 || vy <= 0 ? 0 : n / scoresA.Length * -0.5 * FastMath.Log(Math.Max(1e-6, 1 - c * c / (vx * vy))) - 4.0 / scoresA.Length;
    }

    /// <summary>Prim's tree of the greatest sum; edges that tell nothing are left out.</summary>
    private static int[] Span(double[] information, int n)
    {
        var parents = new int[n];
        var best = new double[n];
        var inside = new bool[n];
        Array.Fill(parents, -1);
        var next = Enumerable.Range(0, n).MaxBy(c => Enumerable.Range(0, n).Sum(d => information[c * n + d]));
        for (var count = 1; ; count++)
        {
            inside[next] = true;
            if (count == n) return parents;
            for (var c = 0; c < n; c++)
                if (!inside[c] && information[next * n + c] > best[c]) (best[c], parents[c]) = (information[next * n + c], next);
            next = Enumerable.Range(0, n).Where(c => !inside[c]).MaxBy(c => best[c]);
        }
    }

    /// <summary>
    /// Places of the levels above. Above a column with a line, a level gets the mean score of its rows, or, where the column above has a line itself, the place on that line at which
    /// the regression gives this mean: so one regression serves both.
    /// </summary>
    private static double[] Place(CircuitColumn above, byte[] levelsAbove, float[] scoresAbove, CircuitColumn column, byte[] levels, float[] scores)
    {
        var places = new double[above.Levels];
        if (!column.HasLine) return places;
        var counts = new double[above.Levels];
        double n = 0, x = 0, y = 0, xy = 0, xx = 0;
        for (var row = 0; row < levels.Length; row++)
        {
            if (levels[row] != column.Line) continue;
            counts[levelsAbove[row]]++;
            places[levelsAbove[row]] += scores[row];
            if (levelsAbove[row] != above.Line) continue;
            double s = scoresAbove[row], t = scores[row];
            (n, x, y, xx, xy) = (n + 1, x + s, y + t, xx + s * s, xy + s * t);
        }
        for (var l = 0; l < places.Length; l++) places[l] /= counts[l] + 5;
        if (n == 0) return places;
        var slope = (xy - x * y / n) / (xx - x * x / n + 5);
        var start = (y - slope * x) / n;
        for (var l = 0; l < places.Length; l++) places[l] = Math.Abs(slope) < 0.1 ? 0 : Math.Clamp((places[l] - start) / slope, -4, 4);
        return places;
    }

    private static int[]? Arrange(int[] parents)
    {
        var order = new List<int>();
        var done = new bool[parents.Length];
        for (var grown = true; grown;)
        {
            grown = false;
            for (var c = 0; c < parents.Length; c++)
            {
                if (done[c] || parents[c] >= 0 && !done[parents[c]]) continue;
                order.Add(c);
                done[c] = grown = true;
            }
        }
        return order.Count == parents.Length ? [.. order] : null;
    }

    public void Save(ModelArchive archive)
    {
        archive.Add<int>("tree", Parents);
        for (var c = 0; c < Columns.Length; c++)
        {
            Columns[c].Save(archive, c);
            archive.Add<double>($"column/{c}/places", Places[c]);
        }
    }

    public static CircuitTree Load(ModelArchive archive, TabularParts parts)
    {
        var n = parts.Codecs.Length;
        var columns = new CircuitColumn[n];
        for (var c = 0; c < n; c++) columns[c] = CircuitColumn.Load(archive, parts.Codecs[c], c);
        var parents = archive.Get<int>("tree", n);
        if (parents.Any(p => p < -1 || p >= n) || Arrange(parents) is null) throw archive.Unfit("its columns form no tree");
        var places = new double[n][];
        for (var c = 0; c < n; c++)
        {
            places[c] = archive.Get<double>($"column/{c}/places", parents[c] < 0 ? 0 : columns[parents[c]].Levels);
            foreach (var place in places[c])
                if (!(Math.Abs(place) <= 20)) throw archive.Unfit($"the places of column {c} are no numbers");
        }
        return new CircuitTree(columns, parents, places);
    }
}
