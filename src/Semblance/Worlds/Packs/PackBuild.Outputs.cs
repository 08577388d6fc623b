using System.Collections.Immutable;
using Semblance.Data;
using Semblance.Formats;

namespace Semblance.Worlds;

internal sealed partial class PackBuild
{
    private const string MomentFormat = "yyyy-MM-ddTHH:mm:ssZ";

    private LevelTable? eventLevels, typologyLevels, roleLevels, accountLevels;

    private static LevelTable Names(string what, IEnumerable<string> names) => new(what, [.. names.DefaultIfEmpty("none")], [], []);

    private ImmutableArray<OutputSpec> ReadOutputs(WorldModel model)
    {
        eventLevels = Names("kinds of event", model.Events.Select(e => e.Name));
        typologyLevels = Names("campaigns", model.Campaigns.Select(c => c.Kind.Name));
        roleLevels = Names("roles", model.Campaigns.SelectMany(c => c.Roles).Select(r => r.Name).Distinct());
        accountLevels = Names("accounts", model.Accounts.Select(a => a.Name));
        var outputs = ImmutableArray.CreateBuilder<OutputSpec>();
        var section = pack.Yaml.Require("outputs");
        foreach (var (key, value) in Source.Any(section, "`outputs`").Entries) outputs.Add(ReadOutput(key, value));
        if (outputs.Count == 0) throw Source.Fault("SB2203", section, "a pack needs at least one output");
        if (outputs[0].Kind != Root) throw Source.Fault("SB2205", section, $"the first output must have `rows: {Root.Name}`: its rows are the ones that are counted");
        // References can be checked only now that all tables are known.
        foreach (var (key, value) in Source.Any(section, "`outputs`").Entries)
        {
            var index = outputs.Select(o => o.Table.Name).ToList().IndexOf(key.Text);
            var references = ImmutableArray.CreateBuilder<ForeignKey>();
            foreach (var (column, target) in OutputMap(key, value).Pairs("references"))
            {
                var text = Source.Text(target, "a reference").Split('.');
                var table = outputs.FirstOrDefault(o => o.Table.Name == text[0]) ?? throw Source.Unknown(target, "output", text[0], outputs.Select(o => o.Table.Name));
                if (text.Length != 2 || table.Table.Schema.IndexOf(text[1]) < 0) throw Source.Unknown(target, $"column of {text[0]}", text.Length == 2 ? text[1] : "", table.Table.Schema.Columns.Select(c => c.Name));
                if (outputs[index].Table.Schema.IndexOf(column.Text) < 0) throw Source.Unknown(column, $"column of {key.Text}", column.Text, outputs[index].Table.Schema.Columns.Select(c => c.Name));
                references.Add(new ForeignKey([column.Text], text[0], [text[1]]));
            }
            outputs[index] = outputs[index] with { Table = outputs[index].Table with { ForeignKeys = references.ToImmutable() } };
        }
        return outputs.ToImmutable();
    }

    private PackMap OutputMap(YamlText key, YamlValue value) => Source.Map(value, $"the output `{key.Text}`", "about", "rows", "kinds", "key", "references", "when", "loss", "duplicates", "columns");

    private OutputSpec ReadOutput(YamlText key, YamlValue value)
    {
        var name = Source.Named(key, "an output");
        var map = OutputMap(key, value);
        var rowsText = map.Text("rows") ?? throw Source.Fault("SB2203", value, $"the output `{name}` needs `rows`");
        string[] words = ["events", "entries", "accounts", "members", "campaigns"];
        var rows = rowsText switch
        {
            "events" => RowsOf.Events,
            "entries" => RowsOf.Entries,
            "accounts" => RowsOf.Accounts,
            "members" => RowsOf.Members,
            "campaigns" => RowsOf.Campaigns,
            _ => kinds.Exists(k => k.Name == rowsText) ? RowsOf.Entities : throw Source.Unknown(map.Require("rows"), "sort of row", rowsText, words.Concat(kinds.Select(k => k.Name))),
        };
        if (rows is RowsOf.Entries or RowsOf.Accounts && accounts.Count == 0) throw Source.Fault("SB2205", map.Require("rows"), "there is no `ledger`");
        var kind = rows == RowsOf.Entities ? kinds.Find(k => k.Name == rowsText) : null;
        var (scopes, chosen) = FramesOf(rows, kind, map);
        var columns = ImmutableArray.CreateBuilder<ColumnSpec>();
        foreach (var (column, body) in Source.Any(map.Require("columns"), "`columns`").Entries) columns.Add(ReadColumn(name, column, body, scopes, chosen, rows));
        var schema = new Schema([.. columns.Select(c => c.Schema)]);
        string[] keys = [.. map.Items("key").Select(k => Source.Text(k, "`key`"))];
        foreach (var item in map.Items("key"))
            if (schema.IndexOf(Source.Text(item, "`key`")) < 0) throw Source.Unknown(item, $"column of {name}", Source.Text(item, "`key`"), schema.Columns.Select(c => c.Name));
        return new OutputSpec(new TableSchema(name, schema) { Key = [.. keys] }, rows, kind, chosen, Each("when", true), Each("loss", false), Each("duplicates", false), columns.ToImmutable(), Stream($"outputs/{name}"));

        Node?[] Each(string word, bool truth) => map[word] is not { } at ? new Node?[scopes.Length]
            : [.. scopes.Select((s, i) => !chosen[i] ? null : truth ? new ValueReader(this, s).Truth(at, $"`{word}`") : new ValueReader(this, s).Number(at, $"`{word}`"))];
    }

    /// <summary>What the columns may name, for each frame that a row of the table can have.</summary>
    private (Scope[] Scopes, bool[] Chosen) FramesOf(RowsOf rows, EntityKind? kind, PackMap map)
    {
        switch (rows)
        {
            case RowsOf.Entities:
                return ([OwnerScope(kind!, 0, null)], [true]);
            case RowsOf.Events:
                var wanted = map.Items("kinds").Select(k => Find(k, events, e => e.Name, "kind of event").Index).ToHashSet();
                return ([.. events.Select(EventScope)], [.. events.Select(e => wanted.Count == 0 || wanted.Contains(e.Index))]);
            case RowsOf.Campaigns:
                var some = map.Items("kinds").Select(k => Find(k, campaigns, c => c.Kind.Name, "campaign").Index).ToHashSet();
                return ([.. campaigns.Select(CampaignScope)], [.. campaigns.Select(c => some.Count == 0 || some.Contains(c.Index))]);
        }
        var scope = OwnerScope(Root, 0, null);
        var first = Root.Width;
        if (rows == RowsOf.Members)
        {
            scope.AddSlot("role", first + RowSlots.Role, new(Sort.Level, roleLevels));
            scope.AddSlot("typology", first + RowSlots.MemberTypology, new(Sort.Level, typologyLevels));
            scope.AddSlot("decoy", first + RowSlots.MemberDecoy, ValueType.Truth);
            scope.AddSlot("began", first + RowSlots.MemberBegan, ValueType.Time);
            return ([scope], [true]);
        }
        scope.AddSlot("account", first + RowSlots.Account, new(Sort.Level, accountLevels));
        if (rows == RowsOf.Entries)
        {
            scope.AddSlot("amount", first + RowSlots.Amount, ValueType.Number);
            scope.AddSlot("balance", first + RowSlots.Balance, ValueType.Number);
            scope.AddSlot("line", first + RowSlots.Line, ValueType.Number);
            scope.AddSlot("kind", first + RowSlots.LedgerKind, new(Sort.Level, eventLevels));
            return ([scope], [true]);
        }
        scope.AddSlot("opening", first + RowSlots.Opening, ValueType.Number);
        scope.AddSlot("closing", first + RowSlots.Closing, ValueType.Number);
        scope.AddSlot("entries", first + RowSlots.Entries, ValueType.Number);
        return ([scope], [true]);
    }

    private Scope EventScope(EventKind kind)
    {
        var scope = new Scope(constants);
        foreach (var name in kind.Scope.Names) scope.Add(name, kind.Scope.Find(name)!.Value.Node, kind.Scope.Find(name)!.Value.Type);
        scope.AddSlot("kind", kind.Width + RowSlots.Kind, new(Sort.Level, eventLevels));
        scope.AddSlot("typology", kind.Width + RowSlots.Typology, new(Sort.Level, typologyLevels));
        scope.AddSlot("fraud", kind.Width + RowSlots.Fraud, ValueType.Truth);
        scope.AddSlot("decoy", kind.Width + RowSlots.Decoy, ValueType.Truth);
        scope.AddSlot("declined", kind.Width + RowSlots.Declined, ValueType.Truth);
        return scope;
    }

    private Scope CampaignScope(CampaignSpec campaign)
    {
        var kind = campaign.Kind;
        var scope = OwnerScope(kind, 0, null);
        scope.AddSlot("typology", kind.Width + RowSlots.CampaignTypology, new(Sort.Level, typologyLevels));
        scope.AddSlot("decoy", kind.Width + RowSlots.CampaignDecoy, ValueType.Truth);
        scope.AddSlot("began", kind.Width + RowSlots.Began, ValueType.Time);
        scope.AddSlot("ended", kind.Width + RowSlots.Ended, ValueType.Time);
        scope.AddSlot("events", kind.Width + RowSlots.Events, ValueType.Number);
        scope.AddSlot("members", kind.Width + RowSlots.Members, ValueType.Number);
        return scope;
    }

    private ColumnSpec ReadColumn(string output, YamlText key, YamlValue body, Scope[] scopes, bool[] chosen, RowsOf rows)
    {
        var map = body is YamlText ? null : Source.Map(body, $"the column `{key.Text}`", "id", "value", "decimals", "format", "gaps", "about");
        var id = map?["id"];
        var valueAt = id ?? map?["value"] ?? (map is null ? body : throw Source.Fault("SB2203", body, $"the column `{key.Text}` needs `value` or `id`"));
        string[] markers = ["", .. map?.Items("gaps").Select(g => Source.Map(g, "a gap", "when", "as").Text("as") ?? "").Where(t => t.Length > 0).Distinct() ?? []];
        var whole = id is null ? IdOf.None : WholeId(valueAt, rows);
        ValueType? type = null;
        RecipeException? fault = null;
        var cells = new CellSpec[scopes.Length];
        for (var i = 0; i < scopes.Length; i++)
        {
            cells[i] = new CellSpec(null, []);
            if (!chosen[i]) continue;
            var reader = new ValueReader(this, scopes[i]);
            Node? node = null;
            if (whole is not (IdOf.Event or IdOf.Account or IdOf.Campaign))
                try
                {
                    var typed = reader.Read(valueAt, $"`{key.Text}`", $"outputs/{output}/{key.Text}");
                    type ??= typed.Type;
                    if (typed.Type != type) throw Source.Fault("SB2205", valueAt, $"`{key.Text}` is {type} in some rows and {typed.Type} in others");
                    node = typed.Node;
                }
                catch (RecipeException e) when (e.Code == "SB2204" && rows is RowsOf.Events or RowsOf.Campaigns) { fault ??= e; } // another kind may have it
            Gap[] gaps = node is null && whole == IdOf.None ? [] : [.. (map?.Items("gaps") ?? []).Select(g => GapOf(g, reader, markers))];
            cells[i] = new CellSpec(node, gaps);
        }
        if (whole is IdOf.None or IdOf.Entity && type is null) throw fault ?? Source.Fault("SB2203", valueAt, $"`{key.Text}` has no value in any row");
        if (id is not null && whole == IdOf.Entity && type is not { Sort: Sort.Entity }) throw Source.Fault("SB2205", valueAt, $"`id` names one of a kind of entity; this is {type}");
        if (id is null && type is { Sort: Sort.Entity }) throw Source.Fault("SB2205", valueAt, $"`{key.Text}` is {type}; write `{key.Text}: {{id: …}}`");
        var form = whole == IdOf.Entity ? type!.Value.Entity!.Id ?? throw Source.Fault("SB2203", valueAt, $"{type.Value.Entity.Name} have no `id` to be written") : null;
        var decimals = (int)(map?.Number("decimals", 0, 15) ?? -1);
        var name = Source.Named(key, "a column");
        var schema = whole != IdOf.None ? new ColumnSchema(name, ColumnKind.Identifier) : type!.Value.Sort switch
        {
            Sort.Level => new ColumnSchema(name, ColumnKind.Category),
            Sort.Truth => new ColumnSchema(name, ColumnKind.Boolean),
            Sort.Time => new ColumnSchema(name, ColumnKind.DateTime) { Format = FormatOf(map) },
            _ => new ColumnSchema(name, decimals == 0 ? ColumnKind.Integer : ColumnKind.Decimal) { Number = decimals < 0 ? new NumberForm(0, 6) : new NumberForm(decimals, decimals) },
        };
        return new ColumnSpec(schema with { MissingMarkers = [.. markers] }, type ?? ValueType.Number, whole, form, decimals < 0 ? 6 : decimals, cells);
    }

    private string FormatOf(PackMap? map)
    {
        if (map?["format"] is not { } at) return MomentFormat;
        var format = Source.Text(at, "`format`");
        return DateTimePattern.Compile(format) is not null ? format : throw Source.Fault("SB2202", at, $"`{format}` is no format of dates that is read back as written; use yyyy-MM-dd HH:mm:ss and the like");
    }

    private IdOf WholeId(YamlValue at, RowsOf rows) => (Source.Text(at, "`id`"), rows) switch
    {
        ("event", RowsOf.Events or RowsOf.Entries) => IdOf.Event,
        ("account", RowsOf.Entries or RowsOf.Accounts or RowsOf.Events) when accounts.Count > 0 && rows != RowsOf.Events => IdOf.Account,
        ("campaign", RowsOf.Events or RowsOf.Members or RowsOf.Campaigns) => campaigns.TrueForAll(c => c.Kind.Id is not null) ? IdOf.Campaign : throw Source.Fault("SB2203", at, "give every campaign an `id`"),
        _ => IdOf.Entity,
    };

    private Gap GapOf(YamlValue value, ValueReader reader, string[] markers)
    {
        var map = Source.Map(value, "a gap", "when", "as");
        return new Gap(reader.Truth(map.Require("when"), "`when`"), Array.IndexOf(markers, map.Text("as") ?? ""));
    }
}
