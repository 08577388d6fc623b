using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Worlds;

namespace Semblance.Cli.Verbs;

/// <summary><c>semblance generate payments</c>: the tables of a world, in a folder with its realism report, or the one table of a small world in a file.</summary>
internal static class WorldOutput
{
    /// <summary><c>semblance show payments</c>: what may be set, what happens, what comes out, what it is held against.</summary>
    public static int Show(Pack pack, Call call)
    {
        using var world = pack.Open();
        if (call.Screen.Json)
        {
            JsonOutput.Write(json =>
            {
                Parameters(json, pack.Name, pack.About, pack.Parameters);
                json.WriteStartObject("campaigns");
                foreach (var campaign in world.Campaigns) json.WriteString(campaign.Name, campaign.About);
                json.WriteEndObject();
                json.WriteStartObject("outputs");
                foreach (var table in world.Tables.Tables) json.Texts(table.Name, [.. table.Schema.Columns.Select(c => c.Name)]);
                json.WriteEndObject();
                json.WriteStartObject("targets");
                foreach (var target in world.Targets) json.WriteString(target.Name, FormattableString.Invariant($"{target.Measure}: {target.Min} to {target.Max}"));
                json.WriteEndObject();
            });
            return ExitCode.Done;
        }
        var output = call.Screen.Out;
        Show(pack.Name, pack.About, pack.Parameters, call);
        if (!world.Campaigns.IsEmpty)
        {
            output.WriteLine("\nCampaigns (with the defaults: unlawful, lawful decoys):");
            output.Write(Grid.Of(world.Campaigns.Select(c => new[] { c.Name, Grid.Count(c.Unlawful), Grid.Count(c.Decoys), c.About }), numbersRight: false));
        }
        output.WriteLine("\nTables:");
        output.Write(Grid.Of(world.Tables.Tables.Select(t => new[] { t.Name, string.Join(", ", t.Schema.Columns.Select(c => c.Name)) }), numbersRight: false));
        output.WriteLine(world.Targets.IsEmpty ? "\nNo targets: the pack is uncalibrated." : "\nTargets:");
        if (!world.Targets.IsEmpty) output.Write(Grid.Of(world.Targets.Select(t => new[] { t.Name, FormattableString.Invariant($"{t.Min} to {t.Max}"), t.Measure, t.Source ?? "assumption" }), numbersRight: false));
        return ExitCode.Done;
    }

    /// <summary>A pack and what may be set in it.</summary>
    public static int Show(string name, string about, ImmutableArray<PackParameter> parameters, Call call)
    {
        if (call.Screen.Json)
        {
            JsonOutput.Write(json => Parameters(json, name, about, parameters));
            return ExitCode.Done;
        }
        call.Screen.Out.WriteLine($"{name}: {about}");
        call.Screen.Out.WriteLine("\nParameters for --set:");
        call.Screen.Out.Write(Grid.Of(parameters.Select(p => new[] { p.Name, p.Default, p.Range, p.About }), numbersRight: false));
        return ExitCode.Done;
    }

    private static void Parameters(Utf8JsonWriter json, string name, string about, ImmutableArray<PackParameter> parameters)
    {
        json.WriteString("pack", name);
        json.WriteString("about", about);
        json.WriteStartObject("parameters");
        foreach (var parameter in parameters)
        {
            json.WriteStartObject(parameter.Name);
            json.WriteString("about", parameter.About);
            json.WriteString("range", parameter.Range);
            json.WriteString("default", parameter.Default);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    public static async Task<int> RunAsync(Pack pack, Call call)
    {
        using var world = pack.Open(call.Settings());
        var to = call.Get(SharedOptions.To) ?? "-";
        var single = world.Tables.Tables.Length == 1;
        if (to == "-" && !single) throw new UsageException($"{pack.Name} makes {world.Tables.Tables.Length} tables ({string.Join(", ", world.Tables.Tables.Select(t => t.Name))}): give --to a folder, as in --to out/");
        var count = call.Get(SharedOptions.Count) ?? world.Count;
        if (count <= 0 || count > world.Count) throw new UsageException(FormattableString.Invariant($"--count {count}: {pack.Name} has {world.Count} {world.Tables.Tables[0].Name}; give 1 to {world.Count}, or change the parameters by --set"));
        var seed = call.SeedOrDrawn();
        var rows = new long[world.Tables.Tables.Length];
        RealismReport? report = null;
        await using (var progress = call.Screen.Progress())
        {
            var run = call.Run(seed, progress);
            if (single && (to == "-" || Path.HasExtension(to)))
            {
                await using var writer = TableOutput.Writer(to, call);
                await foreach (var block in world.StreamAsync(new Request(count), run, call.Cancel)) await writer.WriteAsync(block.Tables[0], call.Cancel);
                await writer.CommitAsync(call.Cancel);
                rows[0] = writer.Rows;
            }
            else
            {
                await using var writer = await DatabaseOutput.WriterAsync(to, world.Tables, call);
                report = await world.WriteAsync(writer, new Request(count), run, call.Cancel);
                rows = writer.Rows;
            }
        }
        if (to == "-") return ExitCode.Done;
        var missed = report?.Targets.Count(t => t.Met == false) ?? 0;
        if (call.Screen.Json)
            JsonOutput.Write(json =>
            {
                json.WriteString("to", to);
                json.WriteStartObject("rows");
                for (var t = 0; t < rows.Length; t++) json.WriteNumber(world.Tables.Tables[t].Name, rows[t]);
                json.WriteEndObject();
                json.WriteNumber("targets", report?.Targets.Length ?? 0);
                json.WriteNumber("missed", missed);
                json.WriteString("seed", seed.ToString(CultureInfo.InvariantCulture));
            });
        else
        {
            call.Screen.Note($"wrote {string.Join(", ", world.Tables.Tables.Select((t, i) => $"{Grid.Count(rows[i])} {t.Name}"))} to {to}");
            if (report is { Targets.IsEmpty: false }) call.Screen.Note($"{report.Targets.Length - missed} of {report.Targets.Length} targets met; {RealismReport.FileName} says which");
        }
        return ExitCode.Done;
    }
}
