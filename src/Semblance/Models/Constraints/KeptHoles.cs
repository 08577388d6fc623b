using System.Collections.Immutable;
using System.Globalization;
using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// Holds the filled cells of rows to constraints. Repairs change filled cells alone; a row that still breaks a constraint is filled again, as long as one of the cells that the constraint
/// looks at was a hole: of candidates that keep all constraints one is taken by weight (see <see cref="CompletedRows"/>). What the present cells do not allow is said.
/// </summary>
internal sealed class KeptHoles(Keeping keeping)
{
    /// <summary>Candidates of a row that is filled again, at least (where they weigh differently) and at most.</summary>
    private const int Fewest = 32, Most = 128;

    /// <summary>Effective candidates at which a row needs no more.</summary>
    private const double WantedEffective = 8;

    /// <summary>Draw number of the first candidate: above those that rows are first filled from.</summary>
    private const uint FirstDraw = 1 << 12;

    private readonly long[] unmet = new long[keeping.All.Length], broken = new long[keeping.All.Length];

    public IEnumerable<string> Notes
    {
        get
        {
            for (var k = 0; k < unmet.Length; k++)
            {
                var text = keeping.All[k].Constraint.Text;
                if (broken[k] > 0) yield return $"present cells that break `{text}`: {Rows(broken[k])} so; they stay as they are";
                if (unmet[k] > 0) yield return $"filled cells that break `{text}`: {Rows(unmet[k])} so, because nothing that keeps it was found beside the present cells";
            }
        }
    }

    private static string Rows(long count) => string.Create(CultureInfo.InvariantCulture, $"{count} row{(count == 1 ? " is" : "s are")}");

    /// <summary>Mends filled rows, and fills those again that still break a constraint.</summary>
    /// <param name="filled">The rows, filled whatever constraints say.</param>
    /// <param name="numbers">Global index of each row.</param>
    /// <param name="parts">Present cells and holes, by column.</param>
    /// <param name="draw">Makes candidates with log weights; the last argument is the draw number.</param>
    /// <param name="streams">Random numbers.</param>
    /// <param name="ct">Stops the work.</param>
    public Table Keep(Table filled, long[] numbers, HoleColumn.Part[] parts, Func<long[], HoleColumn.Part[], uint, (Table, double[])> draw, TabularGenerator.Streams streams, CancellationToken ct)
    {
        filled = Repair(filled, numbers, parts, 0, streams);
        var failures = Failures(filled, parts, true);
        var open = Enumerable.Range(0, numbers.Length).Where(row => Array.Exists(failures, f => f[row])).ToArray();
        if (open.Length == 0) return filled;
        List<Table> tables = [filled];
        var total = filled.Rows;
        var source = Enumerable.Range(0, numbers.Length).ToArray(); // of each row, in all tables together
        double[] top = new double[numbers.Length], sums = new double[numbers.Length], squares = new double[numbers.Length];
        for (var k = 0; k < Most && open.Length > 0; k++)
        {
            ct.ThrowIfCancellationRequested();
            var own = Array.ConvertAll(open, row => numbers[row]);
            var some = Array.ConvertAll(parts, p => p.Take(open));
            var (candidate, logs) = draw(own, some, FirstDraw + (uint)k);
            candidate = Repair(candidate, own, some, FirstDraw + (uint)k, streams);
            var breaks = Failures(candidate, some, false);
            var taken = new List<int>();
            for (var i = 0; i < open.Length; i++)
            {
                if (Array.Exists(breaks, f => f[i])) continue;
                var row = open[i];
                if (sums[row] == 0) top[row] = logs[i];
                if (logs[i] > top[row])
                {
                    var shrink = FastMath.Exp(top[row] - logs[i]);
                    (top[row], sums[row], squares[row]) = (logs[i], sums[row] * shrink, squares[row] * shrink * shrink);
                }
                var weight = FastMath.Exp(logs[i] - top[row]);
                sums[row] += weight;
                squares[row] += weight * weight;
                if (RandomStream.Unit(streams.Choice.Words(numbers[row], FirstDraw + (uint)k).B) * sums[row] >= weight) continue;
                source[row] = total + taken.Count;
                taken.Add(i);
            }
            tables.Add(candidate.Take(taken.ToArray()));
            total += taken.Count;
            // a row whose candidates weigh nothing is drawn as it should be: the first that keeps all is right
            open = Array.FindAll(open, row => sums[row] == 0 || top[row] != 0 && (k + 1 < Fewest || sums[row] * sums[row] < WantedEffective * squares[row]));
        }
        for (var k = 0; k < failures.Length; k++) Interlocked.Add(ref unmet[k], Enumerable.Range(0, numbers.Length).Count(row => failures[k][row] && sums[row] == 0));
        return Table.Concatenate(filled.Schema, [.. tables]).Take(source);
    }

    private Table Repair(Table filled, long[] numbers, HoleColumn.Part[] parts, uint draw, TabularGenerator.Streams streams)
    {
        var open = Array.ConvertAll(parts, part => Enumerable.Range(0, numbers.Length).Select(part.IsHole).ToArray());
        var mended = keeping.Repair(filled, new DrawnRows(numbers, draw, open), streams.Constraints);
        // present numbers keep the text they came with
        return new Table([.. mended.Columns.Select((column, c) => column is NumberColumn n && filled.Columns[c] is NumberColumn { Verbatim: { } texts } ? new NumberColumn(n.Schema, n.Values, n.Markers, texts) : column)]);
    }

    /// <summary>For every constraint, the rows that break it though one of its cells was a hole.</summary>
    private bool[][] Failures(Table filled, HoleColumn.Part[] parts, bool isFirst)
    {
        var result = new bool[unmet.Length][];
        for (var k = 0; k < result.Length; k++)
        {
            result[k] = Array.ConvertAll(keeping.Keeps(k, filled), keeps => !keeps);
            for (var row = 0; row < filled.Rows; row++)
            {
                if (!result[k][row] || keeping.All[k].Constraint.Columns.Any(c => parts[c].IsHole(row))) continue;
                result[k][row] = false;
                if (isFirst) Interlocked.Increment(ref broken[k]);
            }
        }
        return result;
    }
}
