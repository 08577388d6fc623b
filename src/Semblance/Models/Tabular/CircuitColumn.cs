using Semblance.Codecs;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// A column as circuits and diffusions see it: every cell is either on a level of its own (categories, gaps, values that many rows share) or a stretch of a line of normal
/// scores, all stretches together being the last level. The line makes any number normal in the table as a whole, so that a component needs a mean and a spread only.
/// </summary>
internal sealed class CircuitColumn
{
    /// <summary>Most levels; rarer categories share the last.</summary>
    private const int MostLevels = 256;

    /// <summary>Ordered columns of at most so many cells have no line.</summary>
    private const int FewCells = 12;

    /// <summary>Parts of the line that a column below can tell apart.</summary>
    private const int LineKeys = 8;

    /// <summary>Levels that a column below can tell apart; rarer ones are one to it.</summary>
    private const int LevelKeys = 32;

    /// <summary>Normal scores beyond this are not told apart: one in 15,000 on each side.</summary>
    private const double Furthest = 4;

    private const int Steps = 1024; // of the index into the line
    private static readonly double[] KeyEnds = [.. Enumerable.Range(1, LineKeys - 1).Select(i => FastMath.NormalQuantile(i / (double)LineKeys))];
    private readonly int[] levelOfCell;
    private readonly double[] counts;
    private readonly int[][] cells; // of each level, the line's in order
    private readonly double[][] ends; // cumulated shares of these cells
    private readonly double[] scoreEnds; // normal scores of the ends of the line's stretches
    private readonly int[] index;

    private CircuitColumn(int[] levelOfCell, double[] counts, int levels, bool hasLine, double[]? lineEnds = null)
    {
        (this.levelOfCell, this.counts, Levels, HasLine) = (levelOfCell, counts, levels, hasLine);
        cells = new int[levels][];
        ends = new double[levels][];
        Shares = new double[levels];
        double total = counts.Sum();
        for (var level = 0; level < levels; level++)
        {
            var l = level;
            cells[l] = [.. Enumerable.Range(0, levelOfCell.Length).Where(cell => levelOfCell[cell] == l && counts[cell] > 0)];
            ends[l] = new double[cells[l].Length];
            double sum = 0, all = 0;
            foreach (var cell in cells[l]) all += counts[cell];
            for (var i = 0; i < cells[l].Length; i++) ends[l][i] = (sum += counts[cells[l][i]]) / all;
            if (ends[l].Length > 0) ends[l][^1] = 1;
            Shares[l] = all / total;
        }
        scoreEnds = lineEnds ?? (hasLine ? Array.ConvertAll(ends[^1], p => p >= 1 ? double.PositiveInfinity : FastMath.NormalQuantile(p)) : []);
        index = new int[hasLine ? Steps + 1 : 0];
        for (int step = 0, at = 0; step < index.Length; step++)
        {
            var score = -Furthest - 1 + (2 * Furthest + 2) * step / Steps;
            while (scoreEnds[at] <= score) at++;
            index[step] = at;
        }
        keyOfLevel = new int[levels];
        var order = Enumerable.Range(0, levels - (hasLine ? 1 : 0)).OrderByDescending(l => Shares[l]).ThenBy(l => l).ToArray();
        for (var i = 0; i < order.Length; i++) keyOfLevel[order[i]] = Math.Min(i, LevelKeys - 1);
        lineKey = Math.Min(order.Length, LevelKeys);
        Keys = lineKey + (hasLine ? LineKeys : 0);
    }

    private readonly int[] keyOfLevel;
    private readonly int lineKey;

    /// <summary>Number of levels, the line (the last) included.</summary>
    public int Levels { get; }

    /// <summary>Whether the last level is a line.</summary>
    public bool HasLine { get; }

    /// <summary>Share of rows on each level.</summary>
    public double[] Shares { get; }

    /// <summary>What a column below can tell apart of this one: levels, and parts of the line.</summary>
    public int Keys { get; }

    /// <summary>
    /// The same column with stretches of the line moved to where a fitted circuit puts the shares that they have: what was learned of the scores' distribution need not be quite normal,
    /// and what comes out shall have the right marginal.
    /// </summary>
    /// <param name="drawn">Many scores that the circuit has drawn, ascending.</param>
    public CircuitColumn Calibrated(double[] drawn)
    {
        var moved = new double[scoreEnds.Length];
        for (var i = 0; i < moved.Length; i++)
        {
            var at = ends[^1][i] * drawn.Length;
            var low = Math.Clamp((int)at, 1, drawn.Length - 1);
            var end = drawn[low - 1] + (drawn[low] - drawn[low - 1]) * Math.Clamp(at - low, 0, 1);
            moved[i] = i == moved.Length - 1 ? double.PositiveInfinity : Math.Max(end, i > 0 ? moved[i - 1] : end);
        }
        return new CircuitColumn(levelOfCell, counts, Levels, true, moved);
    }

    /// <summary>Level of the line, -1 if there is none.</summary>
    public int Line => HasLine ? Levels - 1 : -1;

    /// <summary>Learns a column.</summary>
    /// <param name="codec">Its codec.</param>
    /// <param name="column">Cell of each row.</param>
    /// <param name="fewCells">An ordered column of at most so many cells, missing ones not counted, has no line; at most 255.</param>
    public static CircuitColumn Learn(ColumnCodec codec, ReadOnlySpan<ushort> column, int fewCells = FewCells)
    {
        var counts = new double[codec.Cells];
        foreach (var cell in column) counts[cell]++;
        return Of(codec, counts, fewCells);
    }

    private static CircuitColumn Of(ColumnCodec codec, double[] counts, int fewCells)
    {
        var levels = new int[codec.Cells];
        var present = counts.Count(n => n > 0);
        var next = 0;
        if (!codec.Ordered || present <= fewCells + codec.MissingCells)
        {
            for (var cell = 0; cell < levels.Length; cell++)
                levels[cell] = counts[cell] == 0 ? 0 : next < MostLevels ? next++ : MostLevels - 1;
            return new CircuitColumn(levels, counts, Math.Max(1, next), false);
        }
        var total = counts.Sum();
        for (var cell = 0; cell < levels.Length; cell++)
            levels[cell] = counts[cell] == 0 ? 0 : cell < codec.MissingCells || next < MostLevels - 2 && StandsOut(counts, cell, codec.MissingCells, total) ? next++ : -1;
        for (var cell = 0; cell < levels.Length; cell++)
            if (levels[cell] < 0) levels[cell] = next;
        return new CircuitColumn(levels, counts, next + 1, true);
    }

    /// <summary>A value that 2 % of rows and three times as many as its neighbours share (zero, a limit, a default) is no point of a smooth distribution.</summary>
    private static bool StandsOut(double[] counts, int cell, int first, double total)
    {
        if (counts[cell] < 0.02 * total) return false;
        var near = counts[Math.Max(first, cell - 5)..Math.Min(counts.Length, cell + 6)];
        Array.Sort(near);
        return counts[cell] > 3 * near[near.Length / 2];
    }

    /// <summary>Level and score of each row. A cell of the line leaves its score open; it is drawn within its stretch, so that the line holds no ties.</summary>
    public (byte[] Levels, float[] Scores) Place(ReadOnlySpan<ushort> column, RandomStream stream)
    {
        var levels = new byte[column.Length];
        var scores = new float[column.Length];
        var place = new int[levelOfCell.Length];
        if (HasLine)
            for (var i = 0; i < cells[^1].Length; i++) place[cells[^1][i]] = i;
        for (var row = 0; row < levels.Length; row++)
        {
            levels[row] = (byte)levelOfCell[column[row]];
            if (levels[row] != Line) continue;
            var i = place[column[row]];
            var from = i > 0 ? ends[^1][i - 1] : 0;
            scores[row] = ScoreAt(from + (ends[^1][i] - from) * RandomStream.Unit(stream.Words(row).A));
        }
        return (levels, scores);
    }

    /// <summary>Key of a level, or of a score on the line.</summary>
    public int KeyOf(int level, double score)
    {
        if (level != Line) return keyOfLevel[level];
        var key = lineKey;
        foreach (var end in KeyEnds)
            if (score >= end) key++;
        return key;
    }

    public int CellAt(double score)
    {
        var at = index[Math.Clamp((int)((score + Furthest + 1) * (Steps / (2 * Furthest + 2))), 0, Steps)];
        while (at > 0 && scoreEnds[at - 1] > score) at--;
        while (scoreEnds[at] <= score) at++;
        return cells[^1][at];
    }

    /// <summary>Level of a cell.</summary>
    public int LevelOf(int cell) => levelOfCell[cell];

    /// <summary>Stretches of the line in order: its cells and their cumulated shares in the real rows.</summary>
    public (int[] Cells, double[] Ends) LineCells => HasLine ? (cells[^1], ends[^1]) : ([], []);

    /// <summary>Normal score of a place on the line, given by the share of rows below it.</summary>
    public static float ScoreAt(double share) => (float)Math.Clamp(FastMath.NormalQuantile(share), -Furthest, Furthest);

    /// <summary>Level of a cell, and the middle of its stretch if that is the line; -1 for a cell that no row had, which tells nothing.</summary>
    public (int Level, double Score) PlaceOf(int cell)
    {
        if (counts[cell] == 0) return (-1, 0);
        if (levelOfCell[cell] != Line) return (levelOfCell[cell], double.NaN);
        var i = Array.BinarySearch(cells[^1], cell);
        var (from, to) = (i > 0 ? FastMath.NormalCdf(scoreEnds[i - 1]) : 0, i < scoreEnds.Length - 1 ? FastMath.NormalCdf(scoreEnds[i]) : 1);
        return (Line, Math.Clamp(FastMath.NormalQuantile((from + to) / 2), -Furthest, Furthest));
    }

    /// <summary>A cell of a level that is no line.</summary>
    public int CellOf(int level, double u) => cells[level][cells[level].Length == 1 ? 0 : Find(ends[level], u)];

    /// <summary>First place whose end lies beyond u.</summary>
    public static int Find(double[] ends, double u)
    {
        int low = 0, high = ends.Length - 1;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (ends[middle] > u) high = middle;
            else low = middle + 1;
        }
        return low;
    }

    /// <summary>What a condition leaves of the column.</summary>
    public Part Restrict(bool[] allowed)
    {
        var levels = new double[Levels];
        var inside = new double[Levels][];
        var runs = new List<(double From, double To)>();
        for (var l = 0; l < Levels; l++)
        {
            inside[l] = new double[cells[l].Length];
            var sum = 0.0;
            for (var i = 0; i < cells[l].Length; i++)
            {
                var ok = allowed[cells[l][i]];
                inside[l][i] = sum += ok ? ends[l][i] - (i > 0 ? ends[l][i - 1] : 0) : 0;
                if (!ok || l != Line) continue;
                var from = i > 0 ? scoreEnds[i - 1] : double.NegativeInfinity;
                if (runs.Count > 0 && runs[^1].To == from) runs[^1] = (runs[^1].From, scoreEnds[i]);
                else runs.Add((from, scoreEnds[i]));
            }
            levels[l] = sum;
        }
        return new Part(this, levels, inside, [.. runs]);
    }

    /// <summary>The whole column.</summary>
    public Part Whole() => Restrict([.. Enumerable.Repeat(true, levelOfCell.Length)]);

    /// <summary>Stretches of the line that have one key each.</summary>
    public IEnumerable<(double From, double To, int Key)> Stretches()
    {
        for (var i = 0; i < LineKeys; i++)
            yield return (i > 0 ? KeyEnds[i - 1] : double.NegativeInfinity, i < LineKeys - 1 ? KeyEnds[i] : double.PositiveInfinity, lineKey + i);
    }

    public void Save(ModelArchive archive, int column)
    {
        archive.Add<int>($"column/{column}/levels", levelOfCell);
        archive.Add<double>($"column/{column}/counts", counts);
        if (HasLine) archive.Add<double>($"column/{column}/ends", scoreEnds.AsSpan(0, scoreEnds.Length - 1));
        archive.Add<int>($"column/{column}/shape", [Levels, HasLine ? 1 : 0]);
    }

    public static CircuitColumn Load(ModelArchive archive, ColumnCodec codec, int column)
    {
        var levels = archive.Get<int>($"column/{column}/levels", codec.Cells);
        var counts = archive.Get<double>($"column/{column}/counts", codec.Cells);
        var shape = archive.Get<int>($"column/{column}/shape", 2);
        if (shape[0] is < 1 or > MostLevels || shape[1] is < 0 or > 1) throw archive.Unfit($"column {column} has impossible levels");
        var seen = new bool[shape[0]];
        for (var cell = 0; cell < counts.Length; cell++)
        {
            if (!(counts[cell] >= 0 && counts[cell] <= 1e15)) throw archive.Unfit($"the cells of column {column} are not counted");
            if (levels[cell] < 0 || levels[cell] >= shape[0]) throw archive.Unfit($"a cell of column {column} lies on no level");
            if (counts[cell] > 0) seen[levels[cell]] = true;
        }
        if (seen.Contains(false)) throw archive.Unfit($"a level of column {column} is empty");
        if (shape[1] == 0) return new CircuitColumn(levels, counts, shape[0], false);
        var ends = archive.Get<double>($"column/{column}/ends", Enumerable.Range(0, counts.Length).Count(cell => counts[cell] > 0 && levels[cell] == shape[0] - 1) - 1);
        for (var i = 0; i < ends.Length; i++)
            if (!(Math.Abs(ends[i]) <= 1e6) || i > 0 && ends[i] < ends[i - 1]) throw archive.Unfit($"the line of column {column} is not ascending");
        return new CircuitColumn(levels, counts, shape[0], true, [.. ends, double.PositiveInfinity]);
    }

    /// <summary>The cells that a condition allows.</summary>
    /// <param name="Of">The column.</param>
    /// <param name="Levels">Share of each level that is allowed; not used for the line.</param>
    /// <param name="Inside">Cumulated shares of the allowed cells of each level.</param>
    /// <param name="Runs">Stretches of the line that are allowed, in normal scores.</param>
    public sealed record Part(CircuitColumn Of, double[] Levels, double[][] Inside, (double From, double To)[] Runs)
    {
        /// <summary>An allowed cell of a level that is no line.</summary>
        public int CellOf(int level, double u) => Of.cells[level][Find(Inside[level], u * Levels[level])];
    }
}
