using System.Collections.Immutable;
using Semblance.Data;

namespace Semblance.Worlds;

/// <summary>Makes all rows of one branch: a run of root entities, simulated, posted, put in order of time. Used by one thread.</summary>
internal sealed class BranchMaker(WorldModel model, ImmutableArray<OutputSpec> outputs, DatabaseSchema schema)
{
    private readonly Simulator simulator = new(model);
    private readonly EventBuffer buffer = new(), campaignBuffer = new();
    private readonly List<(long Time, ulong Id, int At)> order = [];
    private LedgerBook? book;
    private Frame? row;

    private LedgerBook Book => book ??= new LedgerBook(model, simulator.Lookup);

    private Frame Row => row ??= new Frame(Math.Max(model.Kinds.Max(k => k.Width), Math.Max(model.Events.IsEmpty ? 0 : model.Events.Max(e => e.Width), model.Campaigns.IsEmpty ? 0 : model.Campaigns.Max(c => c.Kind.Width))) + 8, simulator.Lookup);

    /// <summary>Rows of the entities [first, last) of a branch.</summary>
    public Database Make(long branch, long first, long last)
    {
        var (from, to) = (branch * WorldModel.Branch, Math.Min((branch + 1) * WorldModel.Branch, model.Root.Count));
        var closes = last == to;
        Simulate(closes ? from : first, closes ? to : last, first, last);
        if (closes) Book.Close(branch);
        var tables = ImmutableArray.CreateBuilder<Table>(outputs.Length);
        foreach (var output in outputs) tables.Add(MakeTable(output, branch, first, last, closes));
        return new Database(schema, tables.MoveToImmutable());
    }

    /// <summary>Events of entities [from, to) that act there, sorted by time; rows are kept of [first, last) only.</summary>
    private void Simulate(long from, long to, long first, long last)
    {
        buffer.Clear();
        order.Clear();
        Book.Begin();
        var posts = !model.Accounts.IsEmpty;
        for (var entity = from; entity < to; entity++)
        {
            var kept = entity >= first && entity < last;
            var start = buffer.Count;
            simulator.Make(entity, buffer);
            var events = buffer.Events[start..];
            events.Sort();
            if (posts) Book.Post(entity, events, buffer.Fields, kept);
            if (!kept) continue;
            for (var i = 0; i < events.Length; i++)
                if (events[i].Actor == entity) order.Add((events[i].Time, events[i].Id, start + i));
        }
        order.Sort();
        Book.Lines.Sort();
    }

    private Table MakeTable(OutputSpec output, long branch, long first, long last, bool closes)
    {
        var cells = output.Columns.Select(c => new CellBuffer(c, model.Time)).ToArray();
        var rows = new RowSink(output, cells, Row, model);
        switch (output.Rows)
        {
            case RowsOf.Entities:
                Entities(output, rows, branch, first, last, closes);
                break;
            case RowsOf.Events:
                Events(output, rows);
                break;
            case RowsOf.Entries:
                Entries(rows);
                break;
            case RowsOf.Accounts:
                Accounts(rows);
                break;
            case RowsOf.Members:
                Members(rows, first, last);
                break;
            case RowsOf.Campaigns:
                Campaigns(output, rows, first, last);
                break;
        }
        return rows.ToTable();
    }

    private void Entities(OutputSpec output, RowSink rows, long branch, long first, long last, bool closes)
    {
        var kind = output.Kind!;
        // Others than the root and what belongs to it come at the same share of the way, with the branch that closes.
        var (from, to) = kind == model.Root ? (first, last) : kind.Owner == model.Root ? (first * kind.Each, last * kind.Each)
            : closes ? ((long)((Int128)kind.Count * branch / model.Branches), (long)((Int128)kind.Count * (branch + 1) / model.Branches)) : (0, 0);
        rows.Reserve((int)(to - from));
        for (var i = from; i < to; i++)
        {
            simulator.Lookup.Attributes(kind, i).CopyTo(Row.Cells);
            rows.Add(0, i, default);
        }
    }

    private void Events(OutputSpec output, RowSink rows)
    {
        rows.Reserve(order.Count);
        var frame = Row.Cells;
        foreach (var (_, _, at) in order)
        {
            ref readonly var record = ref buffer.Events[at];
            if (!output.Frames[record.Kind]) continue;
            var kind = model.Events[record.Kind];
            LedgerBook.Load(Row, kind, record, buffer.Fields, simulator.Lookup);
            var extras = kind.Width;
            var campaign = record.CampaignKind >= 0 && record.Labelled ? model.Campaigns[record.CampaignKind] : null;
            frame[extras + RowSlots.Kind] = record.Kind;
            frame[extras + RowSlots.Typology] = campaign?.Index ?? double.NaN;
            frame[extras + RowSlots.Fraud] = campaign is not null && record.Campaign < campaign.Unlawful ? 1 : 0;
            frame[extras + RowSlots.Decoy] = campaign is not null && record.Campaign >= campaign.Unlawful ? 1 : 0;
            frame[extras + RowSlots.Declined] = record.Declined ? 1 : 0;
            rows.Add(record.Kind, (long)record.Id, new RowId(record.Id, -1, campaign, record.Campaign));
        }
    }

    private void Entries(RowSink rows)
    {
        rows.Reserve(Book.Lines.Count);
        var frame = Row.Cells;
        var extras = model.Root.Width;
        foreach (var line in Book.Lines)
        {
            var account = model.Accounts[line.Account];
            if (account.IsHouse) frame.AsSpan(0, extras).Fill(double.NaN);
            else simulator.Lookup.Attributes(model.Root, line.Owner).CopyTo(frame);
            frame[Slots.Time] = line.Time * 1e-6;
            frame[extras + RowSlots.Account] = line.Account;
            frame[extras + RowSlots.Amount] = line.Cents / 100.0;
            frame[extras + RowSlots.Balance] = line.Balance == LedgerLine.NoBalance ? double.NaN : line.Balance / 100.0;
            frame[extras + RowSlots.Line] = line.Line;
            frame[extras + RowSlots.LedgerKind] = line.Kind;
            rows.Add(0, (long)line.Id, new RowId(line.Id, line.Account * model.Root.Count + line.Owner, null, -1));
        }
    }

    private void Accounts(RowSink rows)
    {
        rows.Reserve(Book.Accounts.Count);
        var frame = Row.Cells;
        var extras = model.Root.Width;
        foreach (var state in Book.Accounts)
        {
            if (model.Accounts[state.Account].IsHouse) frame.AsSpan(0, extras).Fill(double.NaN);
            else simulator.Lookup.Attributes(model.Root, state.Owner).CopyTo(frame);
            frame[extras + RowSlots.Account] = state.Account;
            frame[extras + RowSlots.Opening] = state.Opening / 100.0;
            frame[extras + RowSlots.Closing] = state.Closing / 100.0;
            frame[extras + RowSlots.Entries] = state.Lines;
            var number = state.Account * model.Root.Count + state.Owner;
            rows.Add(0, number, new RowId(0, number, null, -1));
        }
    }

    private void Members(RowSink rows, long first, long last)
    {
        rows.Reserve((int)(last - first) * model.Campaigns.Length);
        var frame = Row.Cells;
        var roles = model.Campaigns.SelectMany(c => c.Roles).Select(r => r.Name).Distinct().ToList();
        for (var entity = first; entity < last; entity++)
            foreach (var campaign in model.Campaigns)
            {
                var (number, slot) = campaign.Of(entity);
                if (number < 0 || campaign.RoleAt(slot) is not { } role) continue;
                var own = Summary(campaign, number);
                if (role.Count is not null && slot - role.First >= RoleSize(campaign, role, number)) continue;
                simulator.Lookup.Attributes(model.Root, entity).CopyTo(frame);
                var extras = model.Root.Width;
                frame[extras + RowSlots.Role] = roles.IndexOf(role.Name);
                frame[extras + RowSlots.MemberTypology] = campaign.Index;
                frame[extras + RowSlots.MemberDecoy] = number >= campaign.Unlawful ? 1 : 0;
                frame[extras + RowSlots.MemberBegan] = own.Began;
                if (own.Events > 0) rows.Add(0, entity, new RowId(0, -1, campaign, number));
            }
    }

    private void Campaigns(OutputSpec output, RowSink rows, long first, long last)
    {
        rows.Reserve((int)(last - first) * model.Campaigns.Length);
        var frame = Row.Cells;
        for (var entity = first; entity < last; entity++)
            foreach (var campaign in model.Campaigns)
            {
                if (!output.Frames[campaign.Index] || campaign.Of(entity) is not { Campaign: >= 0, Slot: 0 } member) continue;
                var own = Summary(campaign, member.Campaign);
                if (own.Events == 0) continue;
                simulator.Lookup.Attributes(campaign.Kind, member.Campaign).CopyTo(frame);
                var extras = campaign.Kind.Width;
                frame[extras + RowSlots.CampaignTypology] = campaign.Index;
                frame[extras + RowSlots.CampaignDecoy] = member.Campaign >= campaign.Unlawful ? 1 : 0;
                (frame[extras + RowSlots.Began], frame[extras + RowSlots.Ended], frame[extras + RowSlots.Events]) = (own.Began, own.Ended, own.Events);
                frame[extras + RowSlots.Members] = own.Members;
                rows.Add(campaign.Index, member.Campaign, new RowId(0, -1, campaign, member.Campaign));
            }
    }

    private double RoleSize(CampaignSpec campaign, RoleSpec role, long number)
    {
        simulator.Lookup.Attributes(campaign.Kind, number).CopyTo(Row.Cells);
        return role.Count!.Eval(Row);
    }

    private (double Began, double Ended, int Events, int Members) Summary(CampaignSpec campaign, long number)
    {
        campaignBuffer.Clear();
        simulator.Whole(campaign, number, campaignBuffer);
        long began = long.MaxValue, ended = long.MinValue;
        var parties = new HashSet<long>();
        foreach (ref readonly var record in campaignBuffer.Events)
        {
            (began, ended) = (Math.Min(began, record.Time), Math.Max(ended, record.Time));
            parties.Add(record.Actor);
            if (record.Other >= 0 && model.Events[record.Kind].Other == model.Root) parties.Add(record.Other);
        }
        return (began * 1e-6, ended * 1e-6, campaignBuffer.Count, parties.Count);
    }
}
