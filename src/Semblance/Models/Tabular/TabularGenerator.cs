using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Semblance.Codecs;
using Semblance.Data;
using Semblance.Numerics;
using Semblance.Rules;

namespace Semblance.Models;

/// <summary>A fitted model of a table: codecs for the columns and a sampler of cells. Rows come in blocks of 4,096, made on several threads, in order.</summary>
internal sealed class TabularGenerator(Schema schema, ColumnCodec[] codecs, ISampler sampler, About about) : IGenerator<Table>
{
    public Schema Schema => schema;

    public About About => about;

    public ISampler Sampler => sampler;

    public ColumnCodec[] Codecs => codecs;

    public async IAsyncEnumerable<Table> StreamAsync(Request request, Run run, [EnumeratorCancellation] CancellationToken ct = default)
    {
        if (request.Count < 0 || request.First < 0) throw new GenerateException("SB4001", $"can't make {request.Count} rows from row {request.First}; both must be 0 or more");
        var streams = new Streams(run, codecs);
        var condition = request.Where is null ? null : new ConditionalRows(this, request.Where.Bind(schema), streams, run, ct);
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
                    window.Enqueue(Task.Run(() => MakeBlock(request, block, streams, condition, ct), ct));
                }
                var table = await window.Dequeue().ConfigureAwait(false);
                done++;
                run.Report(Stage.Generate, "rows", Math.Min((long)done * Blocks.Rows, request.Count), request.Count);
                ct.ThrowIfCancellationRequested();
                yield return table;
            }
            if (condition is not null) run.Report(Stage.Generate, condition.Summary, request.Count, request.Count);
        }
        finally
        {
            // whoever stops early must not leave work behind that nobody observes
            foreach (var task in window)
                try { await task.ConfigureAwait(false); }
                catch (Exception e) when (e is OperationCanceledException or SemblanceException) { }
        }
    }

    private Table MakeBlock(Request request, int block, Streams streams, ConditionalRows? condition, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var start = (long)block * Blocks.Rows;
        var rows = new long[(int)Math.Min(Blocks.Rows, request.Count - start)];
        for (var i = 0; i < rows.Length; i++) rows[i] = request.First + start + i;
        return condition is null ? Make(rows, 0, streams) : condition.Make(rows);
    }

    /// <summary>Draws the given rows without a condition.</summary>
    public Table Make(long[] rows, uint draw, Streams streams)
    {
        var block = new SampleBlock(streams.Cells, rows, draw);
        sampler.Sample(block);
        return Decode(block, streams);
    }

    public Table Decode(SampleBlock block, Streams streams)
    {
        var columns = ImmutableArray.CreateBuilder<Column>(codecs.Length);
        for (var c = 0; c < codecs.Length; c++) columns.Add(codecs[c].Decode(block.Cells[c], block.Rows, streams.Values[c], block.Draw));
        return new Table(columns.MoveToImmutable());
    }

    /// <summary>The same generator, telling something else about itself.</summary>
    public TabularGenerator With(About other) => new(schema, codecs, sampler, other);

    public void Dispose() { }

    /// <summary>Random streams of a generation: per column one for its cell and one for the value inside the cell.</summary>
    public sealed class Streams(Run run, ColumnCodec[] codecs)
    {
        public RandomStream[] Cells { get; } = Array.ConvertAll(codecs, c => run.Stream($"generate/{c.Schema.Name}/cell"));

        public RandomStream[] Values { get; } = Array.ConvertAll(codecs, c => run.Stream($"generate/{c.Schema.Name}/value"));

        public RandomStream Choice { get; } = run.Stream("generate/where");
    }
}
