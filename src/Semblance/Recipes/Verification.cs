using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Models;
using Semblance.Numerics;
using Semblance.Provenance;

namespace Semblance.Recipes;

/// <summary>What a verification found.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Checks">Everything that was looked at, in order.</param>
public sealed record VerificationResult(string Folder, ImmutableArray<Check> Checks)
{
    /// <summary>Whether nothing differs. What could not be compared does not count against it, but is told.</summary>
    public bool Passed => Checks.All(c => c.Outcome != CheckOutcome.Differs);
}

/// <summary>Checks a folder of results against its manifest: every byte by its hash, and the data by making them again.</summary>
public static class Verification
{
    /// <summary>Blocks that are made again unless asked otherwise: the first, the last, and others drawn from the manifest's own seed.</summary>
    public const int DefaultBlocks = 4;

    /// <summary>Verifies a folder.</summary>
    /// <param name="folder">Folder that holds <c>manifest.json</c>.</param>
    /// <param name="blocks">How many blocks to make again; <see cref="int.MaxValue"/> for all.</param>
    /// <param name="run">Threads and progress. The seed is the manifest's.</param>
    /// <param name="ct">Stops the work.</param>
    /// <exception cref="DataException">There is no sound manifest (SB5020, SB5021).</exception>
    public static async Task<VerificationResult> VerifyAsync(string folder, int blocks, Run run, CancellationToken ct = default)
    {
        var manifest = await ManifestFile.ReadAsync(folder, ct).ConfigureAwait(false);
        run = run with { Seed = new Seed(ulong.Parse(manifest.Seed, CultureInfo.InvariantCulture)) };
        var checks = ImmutableArray.CreateBuilder<Check>();
        ManifestOutput? data = null;
        var modelSound = false;
        var changed = ImmutableArray<int>.Empty;
        foreach (var output in manifest.Outputs)
        {
            run.Report(Stage.Verify, output.Name, checks.Count, manifest.Outputs.Length);
            var (check, found) = await FileCheck.OutputAsync(folder, output, ct).ConfigureAwait(false);
            checks.Add(check);
            if (!output.Blocks.IsEmpty) (data, changed) = (output, found);
            if (output.Name == manifest.Model?.File) modelSound = check.Outcome == CheckOutcome.Same;
        }
        foreach (var name in manifest.Withheld)
            checks.Add(File.Exists(Path.Combine(folder, name))
                ? new Check(name, CheckOutcome.Differs, "the file was withheld by a privacy gate, yet it is there")
                : new Check(name, CheckOutcome.NotCompared, "withheld by a privacy gate"));
        foreach (var input in manifest.Inputs) checks.Add(await InputAsync(folder, input, ct).ConfigureAwait(false));
        if (data is not null) await RegenerateAsync(folder, manifest, data, modelSound, changed, blocks, checks, run, ct).ConfigureAwait(false);
        return new VerificationResult(folder, checks.ToImmutable());
    }

    private static async Task<Check> InputAsync(string folder, ManifestInput input, CancellationToken ct)
    {
        var path = Path.Combine(folder, input.Name);
        if (!File.Exists(path)) return new Check(input.Name, CheckOutcome.NotCompared, "the real data are not here");
        var (bytes, sha256) = await ManifestFile.HashAsync(path, ct).ConfigureAwait(false);
        return bytes == input.Bytes && sha256 == input.Sha256
            ? new Check(input.Name, CheckOutcome.Same, "the real data are those the model learned from")
            : new Check(input.Name, CheckOutcome.NotCompared, "the real data have changed since, or are others of that name");
    }

    private static async Task RegenerateAsync(string folder, Manifest manifest, ManifestOutput data, bool modelSound, ImmutableArray<int> changed, int blocks,
        ImmutableArray<Check>.Builder checks, Run run, CancellationToken ct)
    {
        const string what = "made again";
        if (manifest.Model is null)
        {
            checks.Add(new Check(what, CheckOutcome.NotCompared, "language models of others wrote the rows; to make them again, run the job beside its journal, which asks nobody"));
            return;
        }
        if (manifest.Model?.File is not { } file || !modelSound)
        {
            checks.Add(new Check(what, CheckOutcome.NotCompared, "no block could be made again: the model file is missing or changed"));
            return;
        }
        if (manifest.Tool.Version != ManifestFile.ThisTool.Version)
        {
            checks.Add(new Check(what, CheckOutcome.NotCompared, $"the data were made by version {manifest.Tool.Version}, this is {ManifestFile.ThisTool.Version}; only the same version promises the same bytes"));
            return;
        }
        var exact = manifest.Tool.Tier != "other" && ManifestFile.ThisTool.Tier != "other" || manifest.Tool.Tier == ManifestFile.ThisTool.Tier && manifest.Tool.System == ManifestFile.ThisTool.System;
        if (!exact)
        {
            checks.Add(new Check(what, CheckOutcome.NotCompared, $"the data were made on {manifest.Tool.System} ({manifest.Tool.Tier}), this is {ManifestFile.ThisTool.System} ({ManifestFile.ThisTool.Tier}); bytes are only promised between machines with AVX2 or better"));
            return;
        }

        using var generator = await ModelCatalog.Default.OpenAsync(Path.Combine(folder, file), ct).ConfigureAwait(false);
        if (manifest.Request?.Match == true)
        {
            checks.Add(await MatchedAsync(folder, manifest, data, generator, checks, run, ct).ConfigureAwait(false));
            return;
        }
        var chosen = Choose(data.Blocks.Length, blocks, changed, run);
        var same = 0;
        foreach (var index in chosen)
        {
            run.Report(Stage.Verify, $"block {index}", same, chosen.Length);
            var block = data.Blocks[index];
            var made = await MakeAsync(generator, block, manifest.Request, run, ct).ConfigureAwait(false);
            var read = File.Exists(Path.Combine(folder, data.Name)) ? FileCheck.ReadBlock(folder, data, block) : null;
            if (read is not null && made.AsSpan().SequenceEqual(read)) same++;
            else checks.Add(new Check($"block {index}", CheckOutcome.Differs, Difference(block, made, read)));
        }
        checks.Add(new Check(what, same == chosen.Length ? CheckOutcome.Same : CheckOutcome.Differs,
            $"{same} of {chosen.Length} blocks came out with the same bytes ({data.Blocks.Length} blocks in all)"));
    }

    /// <summary>Rows that were chosen together are made again together, or not at all; it takes the real rows they were matched to.</summary>
    private static async Task<Check> MatchedAsync(string folder, Manifest manifest, ManifestOutput data, IGenerator<Table> generator, ImmutableArray<Check>.Builder checks, Run run, CancellationToken ct)
    {
        const string what = "made again";
        string[] needed = [RunResult.RecipeFile, .. manifest.Inputs.Select(i => i.Name)];
        if (checks.FirstOrDefault(c => needed.Contains(c.What) && c.Outcome != CheckOutcome.Same) is { } missing)
            return new Check(what, CheckOutcome.NotCompared, $"the rows were matched to the real ones and can only be made again from these: `{missing.What}`: {missing.Detail}");
        var recipe = await RecipeReader.ReadAsync(Path.Combine(folder, RunResult.RecipeFile), ct).ConfigureAwait(false);
        var prepared = await PreparedRun.OfAsync(CheckedRecipe.Of(recipe, run with { Progress = null }), ct).ConfigureAwait(false);
        var blocks = new List<WrittenBlock>();
        var bytes = new MemoryStream();
        var writer = TableWriter.Create(bytes, new WriteOptions { Format = TableFormat.Csv, OnBlock = blocks.Add });
        await using (writer.ConfigureAwait(false))
        {
            await foreach (var block in MatchedRows.OfAsync(generator, prepared.Train, prepared.Request.Count, run, ct).ConfigureAwait(false)) await writer.WriteAsync(block, ct).ConfigureAwait(false);
            await writer.CommitAsync(ct).ConfigureAwait(false);
        }
        var same = 0;
        for (var i = 0; i < data.Blocks.Length; i++)
        {
            var made = i < blocks.Count ? bytes.GetBuffer().AsSpan((int)blocks[i].Offset, (int)blocks[i].Length).ToArray() : [];
            var read = File.Exists(Path.Combine(folder, data.Name)) ? FileCheck.ReadBlock(folder, data, data.Blocks[i]) : null;
            if (read is not null && made.AsSpan().SequenceEqual(read)) same++;
            else checks.Add(new Check($"block {i}", CheckOutcome.Differs, Difference(data.Blocks[i], made, read)));
        }
        return new Check(what, same == data.Blocks.Length ? CheckOutcome.Same : CheckOutcome.Differs, $"{same} of {data.Blocks.Length} blocks came out with the same bytes, all rows matched again to the real ones");
    }

    /// <summary>Changed blocks (at most as many as asked for), the first, the last, and others at random.</summary>
    private static ImmutableArray<int> Choose(int total, int wanted, ImmutableArray<int> changed, Run run)
    {
        if (wanted >= total) return [.. Enumerable.Range(0, total)];
        var chosen = new SortedSet<int>(changed.Take(Math.Max(1, wanted)));
        if (wanted > 0) chosen.Add(0);
        if (wanted > 1) chosen.Add(total - 1);
        var random = run.Stream("verify").Sequence();
        while (chosen.Count < Math.Min(wanted, total)) chosen.Add(random.NextBelow(total));
        return [.. chosen];
    }

    private static async Task<byte[]> MakeAsync(IGenerator<Table> generator, ManifestBlock block, ManifestRequest? asked, Run run, CancellationToken ct)
    {
        var bytes = new MemoryStream();
        long start = -1;
        var writer = TableWriter.Create(bytes, new WriteOptions { Format = TableFormat.Csv, OnBlock = b => start = start < 0 ? b.Offset : start });
        await using (writer.ConfigureAwait(false))
        {
            var request = new Request(block.Rows) { First = block.FirstRow, Where = asked?.Where is { } where ? new Condition(where) : null, Balance = asked?.Balance is { } balance ? new Balance(balance) : null, Fair = asked?.Fair is { } fair ? new Fairness(fair.Target, fair.Sensitive) : null, Total = asked?.Count };
            await foreach (var part in generator.StreamAsync(request, run, ct).ConfigureAwait(false)) await writer.WriteAsync(part, ct).ConfigureAwait(false);
            await writer.CommitAsync(ct).ConfigureAwait(false);
        }
        return start < 0 ? [] : bytes.ToArray()[(int)start..];
    }

    /// <summary>Names the first row that differs and shows both.</summary>
    private static string Difference(ManifestBlock block, byte[] made, byte[]? read)
    {
        if (read is null) return $"the file ends before {FileCheck.Rows(block)}";
        var at = made.AsSpan().CommonPrefixLength(read);
        // Rows are counted in the bytes just made, which are sound: a line feed within quotes is part of a cell.
        int row = 0, start = 0;
        var quoted = false;
        for (var i = 0; i < at && i < made.Length; i++)
        {
            if (made[i] == '"') quoted = !quoted;
            else if (made[i] == '\n' && !quoted) (row, start) = (row + 1, i + 1);
        }
        return string.Create(CultureInfo.InvariantCulture, $"row {block.FirstRow + row + 1} was changed: it should be `{Line(made)}` and is `{Line(read)}`");

        string Line(byte[] bytes)
        {
            var rest = bytes.AsSpan(Math.Min(start, bytes.Length));
            var end = rest.IndexOf((byte)'\n');
            var line = Encoding.UTF8.GetString(rest[..Math.Min(end < 0 ? rest.Length : end, 200)]).TrimEnd('\r');
            return string.Concat(line.Select(c => char.IsControl(c) ? '�' : c));
        }
    }
}
