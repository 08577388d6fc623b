using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Semblance.Codecs;
using Semblance.Data;
using Semblance.Numerics;
using Semblance.Rules;

namespace Semblance.Models;

/// <summary>A fitted model of a table: codecs for the columns and a sampler of cells. Rows come in blocks of 4,096, made on several threads, in order.</summary>
internal sealed class TabularGenerator(Schema schema, ColumnCodec[] codecs, ISampler sampler, About about, Keeping? keeping = null, TextWriting? texts = null) : IGenerator<Table>
{
    /// <summary>Other values tried for the cells of a row that breaks a constraint, before all of it is drawn again.</summary>
    private const uint OtherValues = 8;

    public Schema Schema => schema;

    public About About => about;

    public ISampler Sampler => sampler;

    public ColumnCodec[] Codecs => codecs;

    /// <summary>Who writes its texts; null where their codecs do.</summary>
    public TextWriting? Texts => texts;

    /// <summary>Constraints that its rows keep; null for none.</summary>
    public Keeping? Keeping => keeping;

    public async IAsyncEnumerable<Table> StreamAsync(Request request, Run run, [EnumeratorCancellation] CancellationToken ct = default)
    {
        if (request.Count < 0 || request.First < 0) throw new GenerateException("SB4001", $"can't make {request.Count} rows from row {request.First}; both must be 0 or more");
        if (request.Total is { } total && total - request.First < request.Count)
            throw new GenerateException("SB4001", $"rows {request.First} to {request.First + request.Count} are no part of {total} rows; give the size of the whole as the total, or leave it out");
        keeping?.RequireRoom(request, codecs, run);
        var streams = StreamsOf(run);
        var source = Source(request, streams, run, ct);
        var blocks = Blocks.Count(request.Count);
        var window = new Queue<Task<Table>>();
        try
        {
            for (int next = 0, done = 0; done < blocks;)
            {
                // one block more than threads: while the consumer writes one, the others are being made
                while (next < blocks && window.Count <= Math.Max(1, run.Threads))
                {
                    var block = next++;
                    window.Enqueue(Task.Run(() => MakeBlock(request, block, source, ct), ct));
                }
                var table = await window.Dequeue().ConfigureAwait(false);
                done++;
                run.Report(Stage.Generate, "rows", Math.Min((long)done * Blocks.Rows, request.Count), request.Count);
                ct.ThrowIfCancellationRequested();
                yield return table;
            }
            foreach (var note in source.Notes) run.Note(Stage.Generate, note);
        }
        finally
        {
            // whoever stops early must not leave work behind that nobody observes
            foreach (var task in window)
                try { await task.ConfigureAwait(false); }
                catch (Exception e) when (e is OperationCanceledException or SemblanceException) { }
        }
    }

    /// <summary>Free rows by their numbers, for rules that name this model.</summary>
    public IRowSource RowsOf(Run run) => Source(new Request(0), StreamsOf(run), run, CancellationToken.None);

    private IRowSource Source(Request request, Streams streams, Run run, CancellationToken ct)
    {
        if (request.Complete is { } holes)
        {
            if (request.Where is not null || request.Balance is not null || request.Fair is not null)
                throw new GenerateException("SB4030", "rows with holes can't be completed and held to a condition, a balance or fairness at once: their present cells are as they are. Leave these out, or take the rows that meet it first");
            return new CompletedRows(this, holes as Table ?? throw new GenerateException("SB4031", $"{holes.GetType().Name} is no table with holes"), request, streams, ct);
        }
        var condition = request.Where?.Bind(schema);
        if (condition is not null) keeping?.Refuse(condition);
        var total = request.Total ?? request.First + request.Count;
        if (request.Fair is { } fair)
        {
            if (request.Balance is not null)
                throw new GenerateException("SB4050", "fairness sets how often each group occurs, and so does a balance; give one of them. A balance with shares over both columns can be fair, too: \"sex, income: F/high 1, F/low 3, M/high 1, M/low 3\"");
            return FairRows.Of(this, fair.Bind(schema), condition, total, streams, run, ct);
        }
        if (request.Balance is { } balance) return BalancedRows.Of(this, balance.Bind(schema), condition, total, streams, run, ct);
        return condition is null ? keeping is { MayFail: true } ? new ConditionalRows(this, streams, ct) : new FreeRows(this, streams)
            : new ConditionalRows(this, new RowTarget(condition, null, $"the condition `{condition.Text}`"), new PilotRows(this, streams), streams, ct);
    }

    private static Table MakeBlock(Request request, int block, IRowSource source, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var start = (long)block * Blocks.Rows;
        var rows = new long[(int)Math.Min(Blocks.Rows, request.Count - start)];
        for (var i = 0; i < rows.Length; i++) rows[i] = request.First + start + i;
        return source.Make(rows);
    }

    /// <summary>Draws the given rows without a condition.</summary>
    public (SampleBlock Block, Table Table) Draw(long[] rows, uint draw, Streams streams)
    {
        var block = new SampleBlock(streams.Cells, rows, draw, streams.Shared);
        sampler.Sample(block);
        return (block, Decode(block, streams));
    }

    /// <summary>Values of drawn cells, mended so that they keep the constraints; <see cref="SampleBlock.Keeps"/> tells of the rows that do not yet.</summary>
    public Table Decode(SampleBlock block, Streams streams)
    {
        var table = Values(block, streams, block.Draw);
        if (keeping is not { MayFail: true }) return table;
        var keeps = block.Keeps = keeping.Check(table);
        if (!keeps.Contains(false)) return table;
        // other values of the same cells come first: rows drawn again as a whole would move how often these cells occur
        var kept = Places(keeps, true);
        var (parts, places, open) = (new List<Table> { table.Take(kept) }, kept.ToList(), Places(keeps, false));
        for (var k = 1u; k <= OtherValues && open.Length > 0; k++)
        {
            var part = block.Part(open);
            var other = Values(part, streams, block.Draw + (k << 24));
            var mask = keeping.Check(other);
            kept = k == OtherValues ? [.. Enumerable.Range(0, mask.Length)] : Places(mask, true); // in the end what still fails takes its place too
            foreach (var i in kept)
            {
                keeps[open[i]] = mask[i];
                for (var c = 0; c < codecs.Length; c++) block.Cells[c][open[i]] = part.Cells[c][i];
            }
            parts.Add(other.Take(kept));
            places.AddRange(kept.Select(i => open[i]));
            open = k == OtherValues ? [] : Array.ConvertAll(Places(mask, false), i => open[i]);
        }
        return Table.Concatenate(schema, [.. parts]).AtPlaces(places);
    }

    private static int[] Places(bool[] mask, bool value) => [.. Enumerable.Range(0, mask.Length).Where(i => mask[i] == value)];

    private Table Values(SampleBlock block, Streams streams, uint draw)
    {
        var columns = ImmutableArray.CreateBuilder<Column>(codecs.Length);
        for (var c = 0; c < codecs.Length; c++) columns.Add(texts is not null && texts.Writers.ContainsKey(c) ? texts.Write(c, codecs[c], block, streams.Values[c], draw) : codecs[c].Decode(block.Cells[c], block.Rows, streams.Values[c], draw));
        var drawn = new Table(columns.MoveToImmutable());
        return keeping is null ? drawn : keeping.Repair(drawn, block, draw, codecs, streams.Constraints);
    }

    /// <summary>The same generator, telling something else about itself.</summary>
    public TabularGenerator With(About other) => new(schema, codecs, sampler, other, keeping, texts);

    /// <summary>The same generator, whose rows keep constraints.</summary>
    public TabularGenerator With(About other, Keeping? constraints) => new(schema, codecs, sampler, other, constraints, texts);

    public Streams StreamsOf(Run run) => new(run, codecs, keeping?.All.Length ?? 0);

    public void Dispose() { }

    private sealed class FreeRows(TabularGenerator generator, Streams streams) : IRowSource
    {
        public Table Make(long[] rows) => generator.Draw(rows, 0, streams).Table;
    }

    /// <summary>Random streams of a generation: per column one for its cell and one for the value inside the cell; and some for what all columns share.</summary>
    public sealed class Streams(Run run, ColumnCodec[] codecs, int constraints)
    {
        public RandomStream[] Cells { get; } = Array.ConvertAll(codecs, c => run.Stream($"generate/{c.Schema.Name}/cell"));

        public RandomStream[] Values { get; } = Array.ConvertAll(codecs, c => run.Stream($"generate/{c.Schema.Name}/value"));

        public RandomStream[] Shared { get; } = [.. Enumerable.Range(0, SampleBlock.MostFours).Select(i => run.Stream($"generate/shared/{i}"))];

        public RandomStream Choice { get; } = run.Stream("generate/where");

        public RandomStream Balance { get; } = run.Stream("generate/balance");

        public RandomStream[] Constraints { get; } = [.. Enumerable.Range(0, constraints).Select(k => run.Stream($"generate/constraint/{k}"))];
    }
}
