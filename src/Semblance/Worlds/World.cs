using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Worlds;

/// <summary>A pack with values for its parameters: a simulation that makes a database. Any range of its root entities can be made alone, on any number of threads, with the same bytes.</summary>
public sealed class World : IGenerator<Database>
{
    private const int BranchesAhead = 3; // a thread: what is made while what was made is written

    private readonly ImmutableArray<OutputSpec> outputs;
    private readonly long count;

    internal World(Pack pack, ImmutableSortedDictionary<string, string> settings)
    {
        (Pack, Settings) = (pack, settings);
        var (model, found) = PackBuild.Of(pack, settings, default);
        (outputs, count) = (found, model.Root.Count);
        Tables = new DatabaseSchema([.. outputs.Select(o => o.Table)]);
        Campaigns = [.. model.Campaigns.Select(c => new WorldCampaign(c.Kind.Name, c.About, c.Unlawful, c.Kind.Count - c.Unlawful, [.. c.Roles.Select(r => r.Name)]))];
        Targets = TargetReader.Read(pack, Tables);
    }

    /// <summary>What it was made from.</summary>
    public Pack Pack { get; }

    /// <summary>Value of every parameter.</summary>
    public ImmutableSortedDictionary<string, string> Settings { get; }

    /// <summary>The tables that come out, the root first.</summary>
    public DatabaseSchema Tables { get; }

    /// <summary>Columns of the root table.</summary>
    public Schema Schema => Tables.Tables[0].Schema;

    /// <summary>Entities of the root kind: what <see cref="Request.Count"/> counts.</summary>
    public long Count => count;

    /// <summary>Kinds of campaigns and how many there are.</summary>
    public ImmutableArray<WorldCampaign> Campaigns { get; }

    /// <summary>What the data are held against.</summary>
    public ImmutableArray<Target> Targets { get; }

    /// <inheritdoc/>
    public About About => new() { Model = Pack.Name, Spec = Settings, Notes = Targets.IsEmpty ? ["uncalibrated: the pack names no targets"] : [] };

    /// <inheritdoc/>
    /// <exception cref="GenerateException">A part outside of what there is, or a condition (SB4103); a process or machine without an end (SB4101, SB4102).</exception>
    public async IAsyncEnumerable<Database> StreamAsync(Request request, Run run, [EnumeratorCancellation] CancellationToken ct = default)
    {
        if (request.First < 0 || request.Count < 0 || request.First + request.Count > count)
            throw new GenerateException("SB4103", $"{Pack.Name} has {count} {Tables.Tables[0].Name}; {request.Count} from {request.First} on lie outside");
        if (request.Where is not null || request.Balance is not null || request.Fair is not null || request.Complete is not null)
            throw new GenerateException("SB4103", "a world takes no condition, balance, fairness or holes: what it is like is said by its parameters");
        var (model, specs) = PackBuild.Of(Pack, Settings, run.Seed);
        var makers = new ConcurrentBag<BranchMaker>();
        var (first, end) = (request.First, request.First + request.Count);
        var (branch, last) = (first / WorldModel.Branch, (end + WorldModel.Branch - 1) / WorldModel.Branch);
        var window = Math.Max(1, run.Threads) * BranchesAhead;
        Task<Database[]>? next = null;
        while (branch < last || next is not null)
        {
            next ??= Start(ref branch);
            var made = await next.ConfigureAwait(false);
            next = branch < last ? Start(ref branch) : null; // is made while this is written
            foreach (var block in made) yield return block;
            run.Report(Stage.Generate, Pack.Name, Math.Min(branch * WorldModel.Branch, end) - first, request.Count);
        }

        Task<Database[]> Start(ref long at)
        {
            var (from, number) = (at, (int)Math.Min(window, last - at));
            at += number;
            return Task.Run(() =>
            {
                var blocks = new Database[number];
                Blocks.For(number, run, ct, i =>
                {
                    if (!makers.TryTake(out var maker)) maker = new BranchMaker(model, specs, Tables);
                    blocks[i] = maker.Make(from + i, Math.Max(first, (from + i) * WorldModel.Branch), Math.Min(end, (from + i + 1) * WorldModel.Branch));
                    makers.Add(maker);
                });
                return blocks;
            }, ct);
        }
    }

    /// <summary>Writes tables and the realism report, <c>realism.md</c>, which appear together or not at all.</summary>
    /// <param name="writer">Where to; it is committed.</param>
    /// <param name="request">Which root entities.</param>
    /// <param name="run">Seed, threads, progress.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<RealismReport> WriteAsync(DatabaseWriter writer, Request request, Run run, CancellationToken ct = default)
    {
        var measured = new TargetMeasures(this);
        await foreach (var block in StreamAsync(request, run, ct).ConfigureAwait(false))
        {
            measured.Add(block);
            await writer.WriteAsync(block, ct).ConfigureAwait(false);
        }
        var report = measured.ToReport();
        await writer.AddTextAsync(RealismReport.FileName, report.ToMarkdown(run.Seed), ct).ConfigureAwait(false);
        await writer.CommitAsync(ct).ConfigureAwait(false);
        return report;
    }

    /// <summary>Nothing is held.</summary>
    public void Dispose()
    {
    }
}

/// <summary>A kind of campaign of a world.</summary>
/// <param name="Name">Its name: the typology.</param>
/// <param name="About">What happens in it.</param>
/// <param name="Unlawful">How many there are.</param>
/// <param name="Decoys">How many lawful ones of the same shape.</param>
/// <param name="Roles">Who takes part.</param>
public sealed record WorldCampaign(string Name, string About, long Unlawful, long Decoys, ImmutableArray<string> Roles);
