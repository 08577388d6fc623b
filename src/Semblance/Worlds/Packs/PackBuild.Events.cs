using Semblance.Formats;

namespace Semblance.Worlds;

internal sealed partial class PackBuild
{
    private const int MaxPeers = 64;

    private IdForm? accountId;

    private void ReadAccounts()
    {
        if (pack.Yaml["ledger"] is not { } value) return;
        var ledger = Source.Map(value, "the ledger", "accounts", "id");
        var all = Source.Any(ledger.Require("accounts"), "`accounts`").Entries;
        var scope = new Scope(constants);
        Root.AddTo(scope, 0);
        var own = 0;
        foreach (var (key, body) in all)
        {
            var name = Source.Named(key, "an account");
            var map = Source.Map(body, $"the account `{name}`", "of", "opening");
            var of = Source.Text(map.Require("of"), "`of`");
            if (of != Root.Name && of != "branch") throw Source.Unknown(map.Require("of"), "owner of an account", of, [Root.Name, "branch"]);
            var opening = map["opening"] is { } o ? new ValueReader(this, scope).Number(o, "`opening`") : null;
            accounts.Add(new AccountSpec(name, accounts.Count, Root, of == "branch", opening) { Slot = of == "branch" ? -1 : own++ });
        }
        if (accounts.Count is 0 or > 32) throw Source.Fault("SB2208", value, "a ledger has 1 to 32 accounts");
        accountId = Id(ledger.Require("id"), Root.Count * accounts.Count, "ledger/id");
    }

    private void ReadEvents()
    {
        foreach (var (key, value) in pack.Yaml.Pairs("events"))
        {
            var name = Source.Named(key, "a kind of event");
            var map = Source.Map(value, $"the event `{name}`", "about", "of", "to", "fields", "decline", "post");
            var actor = map["of"] is { } of ? Kind(of) : Root;
            if (actor != Root) throw Source.Fault("SB2205", map.Require("of"), $"only {Root.Name} act: they come first and are what the data are divided by");
            var other = map["to"] is { } to ? Kind(to) : null;
            var kind = new EventKind(name, events.Count, actor, other);
            var scope = kind.Scope;
            kind.Scope.AddSlot("time", Slots.Time, ValueType.Time);
            scope.AddSlot("self", Slots.Self, new(Sort.Entity, Entity: actor));
            if (other is not null) scope.AddSlot("other", Slots.Other, new(Sort.Entity, Entity: other));
            actor.AddTo(scope, 0);
            var reading = new Scope(constants);
            foreach (var (field, made) in map.Pairs("fields"))
            {
                var fieldName = Source.Named(field, "a field");
                var inner = Within(scope);
                var typed = new ValueReader(this, inner).Read(made, $"`{fieldName}`", $"{name}/{fieldName}");
                var slot = actor.Width + kind.Fields.Count;
                kind.Fields.Add(new FieldSpec(fieldName, slot, typed.Type, typed.Node));
                scope.AddSlot(fieldName, slot, typed.Type);
            }
            kind.Width = kind.FirstBalance + accounts.Count(a => !a.IsHouse);
            var ledgerScope = Within(scope);
            foreach (var account in accounts.Where(a => !a.IsHouse)) ledgerScope.AddSlot(account.Name + ".balance", kind.FirstBalance + account.Slot, ValueType.Number);
            foreach (var item in map.Items("post"))
            {
                var post = Source.Map(item, "a posting", "from", "to", "amount");
                var (from, fromOther) = Account(post.Require("from"), kind);
                var (toAccount, toOther) = Account(post.Require("to"), kind);
                kind.Posts.Add(new PostSpec(from, fromOther, toAccount, toOther, new ValueReader(this, Within(scope)).Number(post.Require("amount"), "`amount`")));
            }
            if (map["decline"] is { } decline)
            {
                kind.Decline = new ValueReader(this, ledgerScope).Truth(decline, "`decline`");
                if (kind.TouchesOther) throw Source.Fault("SB2205", decline, "an event that touches another's account can't be declined: the other end does not know the balance");
            }
            events.Add(kind);
        }
        // Names of the pack's parameters are known everywhere, behind those of the place.
        Scope Within(Scope scope) => new Joined(scope, constants).Scope;
    }

    /// <summary>A scope behind which another stands.</summary>
    private readonly record struct Joined(Scope Inner, Scope Outer)
    {
        public Scope Scope
        {
            get
            {
                var joined = new Scope(Outer);
                foreach (var name in Inner.Names)
                    if (Inner.Find(name) is { } typed) joined.Add(name, typed.Node, typed.Type);
                return joined;
            }
        }
    }

    private (AccountSpec Account, bool Other) Account(YamlValue value, EventKind kind)
    {
        var text = Source.Text(value, "an account");
        var isOther = text.StartsWith("other.", StringComparison.Ordinal);
        var name = isOther ? text["other.".Length..] : text;
        if (isOther && kind.Other != Root) throw Source.Fault("SB2205", value, $"the other party of `{kind.Name}` has no accounts here; say `to: {Root.Name}`");
        var account = accounts.Find(a => a.Name == name) ?? throw Source.Unknown(value, "account", name, accounts.Select(a => a.Name));
        if (isOther && account.IsHouse) throw Source.Fault("SB2205", value, $"`{name}` belongs to the branch; write it without `other.`");
        return (account, isOther);
    }

    private void ReadGraph()
    {
        foreach (var (key, value) in pack.Yaml.Pairs("graph"))
        {
            var name = Source.Named(key, "a kind of edge");
            var map = Source.Map(value, $"the edges `{name}`", [.. Occurring, "about", "peers", "hubs", "attributes"]);
            var hubs = map["hubs"] is { } size ? (long)Constant(size, "`hubs`", 1, 10_000) : 0;
            var peers = map["peers"] is { } number ? (int)Constant(number, "`peers`", 1, MaxPeers) : hubs > 0 ? 1 : throw Source.Fault("SB2203", value, $"the edges `{name}` need `peers` (how many each may have) or `hubs` (how many lead to one)");
            var edges = new EntityKind(name, Root.Count * peers);
            var graph = new GraphSpec(Root, edges, peers, hubs, Stream($"{name}/edges").Key);
            var end = new ValueType(Sort.Entity, Entity: Root);
            edges.Add("from", end, new NumberNode(e => e / peers), default);
            edges.Add("to", end, new NumberNode(graph.To), default);
            ReadAttributes(map["attributes"], edges, null);
            graphs.Add(graph);
        }
    }

    private void ReadCampaigns()
    {
        foreach (var (key, value) in pack.Yaml.Pairs("campaigns"))
        {
            var name = Source.Named(key, "a kind of campaign");
            var map = Source.Map(value, $"the campaign `{name}`", "about", "number", "decoys", "roles", "attributes", "start", "machine", "id");
            var unlawful = (long)Math.Round(Constant(map.Require("number"), $"the number of `{name}`", 0, 1e8));
            var share = map["decoys"] is { } d ? Constant(d, "`decoys`", 0, 0.95) : 0;
            var all = unlawful + (long)Math.Round(unlawful * share / (1 - share));
            var kind = new EntityKind(name, all);
            var campaign = new CampaignSpec(Root, kind, campaigns.Count, unlawful, Stream($"{name}/members").Key) { About = map.Text("about") ?? "", HasDecoys = map["decoys"] is not null };
            foreach (var (role, body) in Source.Any(map.Require("roles"), "`roles`").Entries)
            {
                var roleMap = Source.Map(body, $"the role `{role.Text}`", "slots", "count");
                var slots = roleMap["slots"] is { } s ? (int)Constant(s, "`slots`", 1, 10_000) : 1;
                var spec = new RoleSpec(Source.Named(role, "a role"), campaign.Slots, slots, null);
                campaign.Roles.Add(spec);
                campaign.Slots += slots;
                if (slots == 1) kind.Add(spec.Name, new(Sort.Entity, Entity: Root), new MemberNode(campaign, spec, Slots.Self, new ConstantNode(0)), default);
            }
            if (all * campaign.Slots > Root.Count)
                throw Source.Fault("SB2208", map.Require("number"), $"{all} campaigns `{name}` of {campaign.Slots} places each need {all * campaign.Slots} {Root.Name}, and there are {Root.Count}; ask for fewer, or for more {Root.Name}");
            kind.Add("lawful", ValueType.Truth, new LawfulNode(campaign, Slots.Self), default);
            if (map["id"] is { } id) kind.Id = Id(id, all, $"{name}/id");
            ReadAttributes(map["attributes"], kind, campaign);
            for (var r = 0; r < campaign.Roles.Count; r++)
            {
                var roleBody = Source.Any(map.Require("roles"), "`roles`").Entries[r].Value;
                if (Source.Map(roleBody, "a role", "slots", "count")["count"] is { } count) campaign.Roles[r] = campaign.Roles[r] with { Count = new ValueReader(this, OwnerScope(kind, 0, null), campaign, Slots.Self).Number(count, "`count`") };
            }
            campaigns.Add(campaign);
        }
    }
}
