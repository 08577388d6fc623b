using System.Collections.Immutable;
using System.Globalization;
using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// Rows with holes, filled given their present cells. Every row gets candidates for its missing cells, weighed by how likely they make the present ones, and one is taken by
/// weight (sampling-importance-resampling; Rubin, JASA 1987); a row whose candidates are right as they come gets one. Rows whose weights are uneven get more. A
/// hole is filled with a value, never with a gap: what is missing at random hides a value.
/// </summary>
internal sealed class CompletedRows : IRowSource
{
    private const int FewestCandidates = 32, MostCandidates = 256, MostMet = 1 << 18;

    /// <summary>Effective candidates at which a row needs no more, and below which it is told of.</summary>
    private const double WantedEffective = 8, LeastEffective = 3;

    private readonly TabularGenerator generator;
    private readonly TabularGenerator.Streams streams;
    private readonly CancellationToken ct;
    private readonly int rows;
    private readonly long firstRow;
    private readonly HoleColumn[] columns;
    private readonly bool[]?[] allowed;
    private readonly KeptHoles? kept; // null where there are no constraints
    private long weakRows, openRows;

    public CompletedRows(TabularGenerator generator, Table holes, Request request, TabularGenerator.Streams streams, CancellationToken ct)
    {
        (this.generator, this.streams, this.ct, firstRow, rows) = (generator, streams, ct, request.First, holes.Rows);
        if (!generator.Sampler.TakesGiven)
            throw new GenerateException("SB4034", $"the model `{generator.About.Model}` can't complete rows: it draws rows as a whole. Fit one that can, such as `cart`, `circuit` or `argn`");
        if (holes.Rows != request.Count) throw new GenerateException("SB4032", $"{request.Count} rows were asked for, and the table with holes has {holes.Rows}; ask for as many as it has");
        foreach (var column in holes.Schema.Columns)
            if (generator.Schema.IndexOf(column.Name) < 0)
                throw new SchemaException("SB1211", $"the rows to be completed have a column `{column.Name}`, which the model does not know; " +
                    (Nearest.Of(column.Name, generator.Schema.Columns.Select(c => c.Name)) is { } near ? $"did you mean `{near}`?" : "leave it out"));
        columns = [.. generator.Codecs.Select(codec => new HoleColumn(codec, holes.Schema.IndexOf(codec.Schema.Name) is >= 0 and var i ? holes.Columns[i] : null))];
        allowed = [.. columns.Select(c => c.Allowed)];
        kept = generator.Keeping is { } keeping ? new(keeping) : null;
    }

    public IEnumerable<string> Notes
    {
        get
        {
            foreach (var column in columns)
                if (column.Note is { } note) yield return note;
            if (weakRows > 0)
                yield return string.Create(CultureInfo.InvariantCulture, $"rows whose cells hardly go together under this model: {weakRows} of {openRows} rows with holes were filled from fewer than {LeastEffective} effective candidates of {MostCandidates}");
            foreach (var note in kept?.Notes ?? []) yield return note;
        }
    }

    public Table Make(long[] numbers)
    {
        var places = Array.ConvertAll(numbers, number => (int)(number - firstRow));
        if (places.Length > 0 && places[^1] >= rows) throw new GenerateException("SB4032", "the table with holes has fewer rows than were asked for");
        var parts = Array.ConvertAll(columns, c => c.Read(places));
        var open = Enumerable.Range(0, numbers.Length).Where(row => parts.Any(p => p.IsHole(row))).ToArray();
        Interlocked.Add(ref openRows, open.Length);
        var filled = Write(numbers, parts, Fill(numbers, Array.ConvertAll(parts, p => p.Given), open), 0);
        return kept is null ? filled : kept.Keep(filled, numbers, parts, Candidate, streams, ct);
    }

    private Table Write(long[] numbers, HoleColumn.Part[] parts, int[][] cells, uint draw)
    {
        var result = ImmutableArray.CreateBuilder<Column>(columns.Length);
        for (var c = 0; c < columns.Length; c++) result.Add(columns[c].Write(parts[c], cells[c], numbers, streams.Values[c], draw));
        return new Table(result.MoveToImmutable());
    }

    /// <summary>One candidate for each row, with its log weights.</summary>
    private (Table Table, double[] LogWeights) Candidate(long[] numbers, HoleColumn.Part[] parts, uint draw)
    {
        var block = new SampleBlock(streams.Cells, numbers, draw, streams.Shared) { Given = Array.ConvertAll(parts, p => p.Given), Allowed = allowed, LogWeights = new double[numbers.Length] };
        generator.Sampler.Sample(block);
        return (Write(numbers, parts, block.Cells, draw), block.LogWeights);
    }

    /// <summary>Cells of all rows: drawn where a row has a hole.</summary>
    private int[][] Fill(long[] numbers, int[][] given, int[] open)
    {
        var chosen = Array.ConvertAll(given, g => g.ToArray());
        double[] top = new double[numbers.Length], sums = new double[numbers.Length], squares = new double[numbers.Length];
        var pending = open;
        var (own, known) = Part(numbers, given, pending);
        var met = new Dictionary<(long, ulong), double>();
        for (var k = 0; pending.Length > 0 && k < MostCandidates; k++)
        {
            ct.ThrowIfCancellationRequested();
            var block = new SampleBlock(streams.Cells, own, (uint)k, streams.Shared) { Given = known, Allowed = allowed, LogWeights = new double[own.Length], Met = met };
            if (met.Count > MostMet) met.Clear();
            generator.Sampler.Sample(block);
            for (var i = 0; i < pending.Length; i++)
            {
                var row = pending[i];
                var log = block.LogWeights[i];
                if (k == 0) top[row] = log;
                if (log > top[row])
                {
                    // sums are kept in units of the greatest weight so far
                    var shrink = FastMath.Exp(top[row] - log);
                    (top[row], sums[row], squares[row]) = (log, sums[row] * shrink, squares[row] * shrink * shrink);
                }
                var weight = FastMath.Exp(log - top[row]);
                sums[row] += weight;
                squares[row] += weight * weight;
                // weighted reservoir: candidate k takes the row with probability w_k over the weights so far
                if (RandomStream.Unit(streams.Choice.Words(numbers[row], (uint)k).B) * sums[row] >= weight) continue;
                for (var c = 0; c < chosen.Length; c++) chosen[c][row] = block.Cells[c][i];
            }
            var next = k == 0 ? Array.FindAll(pending, row => top[row] != 0)
                : k + 1 >= FewestCandidates ? Array.FindAll(pending, row => sums[row] * sums[row] < WantedEffective * squares[row]) : pending;
            if (next.Length == pending.Length) continue;
            pending = next;
            (own, known) = Part(numbers, given, pending);
        }
        Interlocked.Add(ref weakRows, pending.Count(row => sums[row] * sums[row] < LeastEffective * squares[row]));
        return chosen;
    }

    private static (long[], int[][]) Part(long[] numbers, int[][] given, int[] rows) =>
        (Array.ConvertAll(rows, row => numbers[row]), Array.ConvertAll(given, column => Array.ConvertAll(rows, row => column[row])));
}
