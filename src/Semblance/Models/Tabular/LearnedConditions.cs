using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// What a conditional generator is asked for while it learns: a column, each as often as the others, and one of its levels, rare ones more often than they are (by the logarithm of their rows); and the real rows that have it.
/// </summary>
internal sealed class LearnedConditions
{
    private readonly LevelledTable table;
    private readonly (int Column, int Level, int[] Rows)[] all;
    private readonly double[] often, shares; // cumulated; as they are

    public LearnedConditions(LevelledTable table)
    {
        this.table = table;
        var found = new List<(int, int, int[])>();
        List<double> logs = [], real = [];
        var columns = Enumerable.Range(0, table.Columns.Length).Where(c => table.Columns[c].Levels > 1).ToArray();
        foreach (var c in columns)
        {
            var rows = table.RowsByLevel(c);
            var sum = rows.Sum(r => FastMath.Log(1 + r.Length));
            for (var level = 0; level < rows.Length; level++)
            {
                if (rows[level].Length == 0) continue;
                found.Add((c, level, rows[level]));
                logs.Add(FastMath.Log(1 + rows[level].Length) / sum / columns.Length);
                real.Add(rows[level].Length / (double)table.Trained.Length / columns.Length);
            }
        }
        if (found.Count == 0) // nothing but lines: one condition, which every row fulfils
        {
            found.Add((0, 0, table.Trained));
            logs.Add(1);
            real.Add(1);
        }
        (all, shares) = ([.. found], [.. real]);
        often = [.. logs];
        for (var i = 1; i < often.Length; i++) often[i] += often[i - 1];
        often[^1] = 1;
    }

    /// <summary>Conditions that there are.</summary>
    public int Count => all.Length;

    /// <summary>How often each is met in the table, columns weighing the same.</summary>
    public float[] Shares() => Array.ConvertAll(shares, s => (float)s);

    /// <summary>Conditions of a step: some rows', each with a real row that fulfils it.</summary>
    public (int Condition, int Row)[] Draw(RandomStream stream, long step, int count)
    {
        var drawn = new (int, int)[count];
        for (var i = 0; i < count; i++)
        {
            var words = stream.Words(step * count + i);
            var k = CircuitColumn.Find(often, RandomStream.Unit(words.A));
            drawn[i] = (k, all[k].Rows[RandomStream.Below(words.B, all[k].Rows.Length)]);
        }
        return drawn;
    }

    /// <summary>For each row and column the level asked for, or -1.</summary>
    public int[] Targets((int Condition, int Row)[] asked)
    {
        var columns = table.Columns.Length;
        var targets = new int[asked.Length * columns];
        Array.Fill(targets, -1);
        for (var i = 0; i < asked.Length; i++) targets[i * columns + all[asked[i].Condition].Column] = all[asked[i].Condition].Level;
        return targets;
    }
}
