using System.Collections.Immutable;
using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Worlds;

/// <summary>What the rows of a table are.</summary>
internal enum RowsOf
{
    Entities,
    Events,
    Entries,
    Accounts,
    Members,
    Campaigns,
}

/// <summary>Names that are no numbers: written from whole 64-bit identities.</summary>
internal enum IdOf
{
    None,
    Entity,
    Event,
    Account,
    Campaign,
}

/// <summary>A cell that a recorder does not see, and the text that stands there instead.</summary>
internal sealed record Gap(Node When, int Marker);

/// <summary>A column for one sort of row frame.</summary>
internal sealed record CellSpec(Node? Value, Gap[] Gaps);

/// <summary>A column of an output: one cell spec for each frame its rows can have (events of several kinds).</summary>
internal sealed record ColumnSpec(ColumnSchema Schema, ValueType Type, IdOf Id, IdForm? Form, int Decimals, CellSpec[] Cells);

/// <summary>A table that comes out.</summary>
internal sealed record OutputSpec(TableSchema Table, RowsOf Rows, EntityKind? Kind, bool[] Frames, Node?[] When, Node?[] Loss, Node?[] Duplicates, ImmutableArray<ColumnSpec> Columns, RandomStream Stream);

/// <summary>Frames of rows: the slots behind those of the entity, event or campaign.</summary>
internal static class RowSlots
{
    /// <summary>Behind an event: kind, typology, fraud, decoy, declined.</summary>
    public const int Kind = 0, Typology = 1, Fraud = 2, Decoy = 3, Declined = 4, EventExtras = 5;

    /// <summary>Behind a campaign: typology, decoy, first and last time, number of events and of members.</summary>
    public const int CampaignTypology = 0, CampaignDecoy = 1, Began = 2, Ended = 3, Events = 4, Members = 5, CampaignExtras = 6;

    /// <summary>Rows of the ledger and of members, behind the root entity's attributes.</summary>
    public const int Account = 0, Amount = 1, Balance = 2, Line = 3, LedgerKind = 4, LedgerExtras = 5;

    public const int Opening = 1, Closing = 2, Entries = 3;

    public const int Role = 0, MemberTypology = 1, MemberDecoy = 2, MemberBegan = 3, MemberExtras = 4;
}
