namespace Semblance.Worlds;

/// <summary>One line of the ledger.</summary>
internal struct LedgerLine : IComparable<LedgerLine>
{
    public long Time, Owner, Cents, Balance;
    public ulong Id;
    public int Account, Line, Kind;

    public const long NoBalance = long.MinValue;

    public readonly int CompareTo(LedgerLine other) => Time != other.Time ? Time.CompareTo(other.Time) : Id != other.Id ? Id.CompareTo(other.Id) : Line.CompareTo(other.Line);
}

/// <summary>An account as it stands at the end.</summary>
internal readonly record struct AccountState(int Account, long Owner, long Opening, long Closing, long Lines);

/// <summary>The accounts of a branch: every event moves whole cents from one account to another. House accounts gather over the branch, own accounts have a running balance.</summary>
internal sealed class LedgerBook(WorldModel model, Lookup lookup)
{
    private readonly Frame frame = new(model.Events.Length == 0 ? Slots.First : model.Events.Max(e => e.Width), lookup);
    private readonly long[] balances = new long[model.Accounts.Length], lines = new long[model.Accounts.Length], house = new long[model.Accounts.Length], houseLines = new long[model.Accounts.Length];

    public List<LedgerLine> Lines { get; } = [];

    public List<AccountState> Accounts { get; } = [];

    public void Begin()
    {
        Array.Clear(house);
        Array.Clear(houseLines);
        Lines.Clear();
        Accounts.Clear();
    }

    /// <summary>Posts the events of one entity, in order of time; says which are declined.</summary>
    public void Post(long entity, Span<EventRecord> events, double[] fields, bool keep)
    {
        lookup.Attributes(model.Root, entity).CopyTo(frame.Cells);
        (frame.Cells[Slots.Time], frame.Cells[Slots.Self]) = (0, entity);
        frame.Random = default;
        Span<long> opening = stackalloc long[32];
        foreach (var account in model.Accounts)
            if (!account.IsHouse)
            {
                opening[account.Index] = balances[account.Index] = Cents(account.Opening?.Eval(frame) ?? 0);
                lines[account.Index] = 0;
            }
        foreach (ref var record in events)
        {
            var kind = model.Events[record.Kind];
            if (kind.Posts.Count == 0) continue;
            Load(frame, kind, record, fields, lookup);
            var home = record.Actor == entity;
            if (home && kind.Decline is { } decline)
            {
                foreach (var account in model.Accounts)
                    if (!account.IsHouse) frame.Cells[kind.FirstBalance + account.Slot] = balances[account.Index] * 0.01;
                if (decline.Eval(frame) == 1)
                {
                    record.Declined = true;
                    continue;
                }
            }
            for (var p = 0; p < kind.Posts.Count; p++)
            {
                var post = kind.Posts[p];
                var cents = Cents(post.Amount.Eval(frame));
                if (cents == 0) continue;
                Enter(entity, home, post.From, post.FromOther, -cents, 2 * p + 1, record, keep);
                Enter(entity, home, post.To, post.ToOther, cents, 2 * p + 2, record, keep);
            }
        }
        if (!keep) return;
        foreach (var account in model.Accounts)
            if (!account.IsHouse) Accounts.Add(new AccountState(account.Index, entity, opening[account.Index], balances[account.Index], lines[account.Index]));
    }

    /// <summary>Closes the house accounts of a branch.</summary>
    public void Close(long branch)
    {
        foreach (var account in model.Accounts)
            if (account.IsHouse) Accounts.Add(new AccountState(account.Index, branch, 0, house[account.Index], houseLines[account.Index]));
    }

    /// <summary>Puts an event into a frame as it was when it was made.</summary>
    public static void Load(Frame frame, EventKind kind, in EventRecord record, double[] fields, Lookup lookup)
    {
        lookup.Attributes(kind.Actor, record.Actor).CopyTo(frame.Cells);
        (frame.Cells[Slots.Time], frame.Cells[Slots.Self], frame.Cells[Slots.Other]) = (record.Time * 1e-6, record.Actor, record.Other >= 0 ? record.Other : double.NaN);
        fields.AsSpan(record.Fields, kind.Fields.Count).CopyTo(frame.Cells.AsSpan(kind.FirstField));
    }

    private static long Cents(double amount) => double.IsNaN(amount) ? 0 : (long)Math.Round(Math.Clamp(amount, -1e13, 1e13) * 100, MidpointRounding.AwayFromZero);

    private void Enter(long entity, bool home, AccountSpec account, bool ofOther, long cents, int line, in EventRecord record, bool keep)
    {
        var balance = LedgerLine.NoBalance;
        var owner = entity;
        if (account.IsHouse)
        {
            if (!home) return;
            house[account.Index] += cents;
            houseLines[account.Index]++;
            owner = entity / WorldModel.Branch;
        }
        else
        {
            if (home == ofOther) return; // the other end writes this line
            balance = balances[account.Index] += cents;
            lines[account.Index]++;
        }
        if (keep) Lines.Add(new LedgerLine { Time = record.Time, Owner = owner, Cents = cents, Balance = balance, Id = record.Id, Account = account.Index, Line = line, Kind = record.Kind });
    }
}
