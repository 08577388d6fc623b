using System.Collections.Immutable;

namespace Semblance.Worlds;

/// <summary>A pack compiled for the values of its parameters and a seed. Immutable once built; each thread simulates with a <see cref="Simulator"/> of its own.</summary>
internal sealed class WorldModel
{
    /// <summary>Entities of a branch: the run whose house accounts are kept together, and the unit of work.</summary>
    public const int Branch = 256;

    public required PackTime Time { get; init; }

    /// <summary>Step of the clock in microseconds.</summary>
    public required long Resolution { get; init; }

    public required EntityKind Root { get; init; }

    public required ImmutableArray<EntityKind> Kinds { get; init; }

    public required ImmutableArray<EventKind> Events { get; init; }

    public required ImmutableArray<SourceSpec> Sources { get; init; }

    public required ImmutableArray<CampaignSpec> Campaigns { get; init; }

    public required ImmutableArray<Machine> Machines { get; init; }

    public required ImmutableArray<Emission> Emissions { get; init; }

    public required ImmutableArray<AccountSpec> Accounts { get; init; }

    public required IdForm? AccountId { get; init; }

    public required ulong IdKey { get; init; }

    public long Branches => (Root.Count + Branch - 1) / Branch;
}
