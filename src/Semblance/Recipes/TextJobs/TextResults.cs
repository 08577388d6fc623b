using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Semblance.Formats;
using Semblance.Language;
using Semblance.Provenance;

namespace Semblance.Recipes;

/// <summary>Writes the rows of a job as they come, and then what tells about them.</summary>
internal sealed class TextResults(TextJob job, StagedFolder folder, Run run, JobEngine engine, string command)
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions Indented = Plain with { Indented = true, NewLine = "\n" };

    private readonly SortedDictionary<(string Column, string Reason), long> rejected = [];
    private readonly List<ManifestBlock> blocks = [];
    private long accepted, attempted;

    public async Task<TextRunResult> WriteAsync(CancellationToken ct)
    {
        var exports = new List<ExportWriter>();
        try
        {
            foreach (var export in job.Exports) exports.Add(new ExportWriter(export, folder.PathOf, run.Seed));
            await RowsAsync(exports, ct).ConfigureAwait(false);
        }
        finally
        {
            foreach (var export in exports) export.Dispose();
        }
        var result = new TextRunResult
        {
            Folder = folder.Folder, Requested = job.Count, Accepted = accepted, Attempted = attempted, Usage = engine.Usage, Sent = engine.Counts.Sent, Kept = engine.Counts.Kept, BudgetReached = engine.Reached,
            Rejected = [.. rejected.Select(r => new RejectedCount(r.Key.Column, r.Key.Reason, r.Value))],
            Manifest = null!,
        };
        var exported = exports.SelectMany(e => e.Rows).ToImmutableArray();
        await File.WriteAllBytesAsync(folder.PathOf(TextRunResult.NumbersFile), Numbers(result), ct).ConfigureAwait(false);
        await File.WriteAllTextAsync(folder.PathOf(TextRunResult.JobFile), job.Text, ct).ConfigureAwait(false);
        await File.WriteAllTextAsync(folder.PathOf(TextRunResult.CardFile), TextCard.Of(job, result, exported), ct).ConfigureAwait(false);
        var manifest = await ManifestAsync(result, exported, ct).ConfigureAwait(false);
        await File.WriteAllBytesAsync(folder.PathOf(Manifest.FileName), ManifestFile.ToJson(manifest), ct).ConfigureAwait(false);
        ct.ThrowIfCancellationRequested();
        folder.Commit([.. await StaleAsync(manifest, ct).ConfigureAwait(false), .. manifest.Outputs.Select(o => o.Name), Manifest.FileName]);
        return result with { Manifest = manifest };
    }

    private async Task RowsAsync(List<ExportWriter> exports, CancellationToken ct)
    {
        var bytes = new ArrayBufferWriter<byte>(1 << 12);
        using var json = new Utf8JsonWriter(bytes, Plain);
        using var block = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long offset = 0, length = 0, first = 0;
        try
        {
            using FileStream data = Create(TextRunResult.DataFile), ledger = Create(TextRunResult.LedgerFile), lineage = Create(TextRunResult.LineageFile);
            run.Report(Stage.Generate, "rows", 0, job.Count);
            await foreach (var row in engine.RowsAsync(job.Count, ct).ConfigureAwait(false))
            {
                foreach (var attempt in row.Attempts)
                {
                    attempted++;
                    if (!attempt.Accepted)
                    {
                        rejected[(attempt.Column!, attempt.Reason!)] = rejected.GetValueOrDefault((attempt.Column!, attempt.Reason!)) + 1;
                    }
                    Line(() => Ledger(json, attempt), ledger);
                }
                if (row.Accepted is not { } work) continue;
                var written = Line(() => Row(json, work), data);
                block.AppendData(bytes.WrittenSpan);
                length += written;
                Line(() => Lineage(json, work), lineage);
                foreach (var export in exports) export.Write(work.Cells, Group(work));
                if (++accepted - first == Numerics.Blocks.Rows) EndBlock();
                if (accepted % 50 == 0 || accepted == job.Count) run.Report(Stage.Generate, "rows", accepted, job.Count);
            }
            EndBlock();
        }
        catch (IOException e) { throw StagedFile.Failed(folder.Folder, e); }

        FileStream Create(string name) => new(folder.PathOf(name), FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16);

        int Line(Action write, FileStream file)
        {
            bytes.ResetWrittenCount();
            json.Reset();
            write();
            json.Flush();
            bytes.Write("\n"u8);
            file.Write(bytes.WrittenSpan);
            return bytes.WrittenCount;
        }

        void EndBlock()
        {
            if (length == 0) return;
            blocks.Add(new ManifestBlock(first, (int)(accepted - first), offset, length, Convert.ToHexStringLower(block.GetHashAndReset())));
            (first, offset, length) = (accepted, offset + length, 0);
        }
    }

    private void Row(Utf8JsonWriter json, RowWork work)
    {
        json.WriteStartObject();
        foreach (var column in job.Columns)
        {
            if (!column.Keep) continue;
            json.WritePropertyName(column.Name);
            if (work.Cells[column.Name] is { } value) value.WriteTo(json);
            else json.WriteNullValue();
        }
        json.WriteEndObject();
    }

    private static void Ledger(Utf8JsonWriter json, AttemptOutcome attempt)
    {
        json.WriteStartObject();
        json.WriteNumber("row", attempt.Row);
        json.WriteNumber("attempt", attempt.Attempt);
        json.WriteBoolean("accepted", attempt.Accepted);
        if (!attempt.Accepted)
        {
            json.WriteString("column", attempt.Column);
            json.WriteString("reason", attempt.Reason);
            json.WriteString("detail", attempt.Detail is { Length: > 500 } detail ? detail[..500] + "..." : attempt.Detail);
        }
        json.WriteEndObject();
    }

    private void Lineage(Utf8JsonWriter json, RowWork work)
    {
        json.WriteStartObject();
        json.WriteNumber("line", accepted);
        json.WriteNumber("row", work.Number);
        json.WriteNumber("attempt", work.Attempt);
        json.WriteStartObject("seeds");
        foreach (var (column, index) in work.Seeds)
        {
            json.WriteStartObject(column);
            json.WriteNumber("index", index);
            if (work.Cells[column] is JsonObject seed && ((SeedColumn)job.Columns.First(c => c.Name == column)).Source.IsDocuments && seed["file"] is { } file)
            {
                json.WriteString("file", file.ToString());
                if (seed["piece"] is { } piece) json.WriteNumber("piece", (int)piece);
            }
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteStartArray("requests");
        foreach (var (column, name) in work.Asked)
        {
            json.WriteStartObject();
            json.WriteString("column", column);
            json.WriteString("request", name.ToString());
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>What a row came from: the document, the row of a table, or itself.</summary>
    private string Group(RowWork work)
    {
        foreach (var (column, index) in work.Seeds)
            return work.Cells[column] is JsonObject seed && seed["file"] is { } file && seed["piece"] is not null ? file.ToString() : string.Create(CultureInfo.InvariantCulture, $"{column} {index}");
        return string.Create(CultureInfo.InvariantCulture, $"row {work.Number}");
    }

    private byte[] Numbers(TextRunResult result)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, Indented))
        {
            json.WriteStartObject();
            json.WriteNumber("requested", result.Requested);
            json.WriteNumber("accepted", result.Accepted);
            json.WriteNumber("attempted", result.Attempted);
            json.WriteStartArray("rejected");
            foreach (var r in result.Rejected)
            {
                json.WriteStartObject();
                json.WriteString("column", r.Column);
                json.WriteString("reason", r.Reason);
                json.WriteNumber("count", r.Count);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartObject("usage");
            foreach (var (column, usage) in result.Usage)
            {
                json.WriteStartObject(column);
                json.WriteNumber("answers", usage.Answers);
                json.WriteNumber("inputTokens", usage.InputTokens);
                json.WriteNumber("outputTokens", usage.OutputTokens);
                json.WriteNumber("cost", Math.Round(usage.Cost, 6));
                json.WriteEndObject();
            }
            json.WriteEndObject();
            json.WriteNumber("cost", Math.Round(result.Cost, 6));
            if (result.Accepted > 0) json.WriteNumber("costPerAcceptedRow", Math.Round(result.Cost / result.Accepted, 8));
            if (result.Shortfall is { } why) json.WriteString("shortfall", why);
            json.WriteEndObject();
        }
        bytes.Write("\n"u8);
        return bytes.WrittenSpan.ToArray();
    }

    private async Task<Manifest> ManifestAsync(TextRunResult result, ImmutableArray<(string Name, long Rows)> exported, CancellationToken ct)
    {
        var inputs = ImmutableArray.CreateBuilder<ManifestInput>();
        foreach (var file in job.SeedFiles.Distinct())
        {
            var (bytes, sha256) = await ManifestFile.HashAsync(file, ct).ConfigureAwait(false);
            inputs.Add(new ManifestInput(Path.GetRelativePath(folder.Folder, file).Replace('\\', '/'), "seed", bytes, sha256, 0, 0));
        }
        var outputs = ImmutableArray.CreateBuilder<ManifestOutput>();
        foreach (var name in (string[])[TextRunResult.DataFile, TextRunResult.LedgerFile, TextRunResult.LineageFile, TextRunResult.NumbersFile, TextRunResult.CardFile, TextRunResult.JobFile, .. exported.Select(e => e.Name)])
        {
            var (bytes, sha256) = await ManifestFile.HashAsync(folder.PathOf(name), ct).ConfigureAwait(false);
            var rows = exported.Where(e => e.Name == name).Select(e => (long?)e.Rows).FirstOrDefault() ?? (name is TextRunResult.DataFile ? accepted : null);
            outputs.Add(new ManifestOutput { Name = name, Bytes = bytes, Sha256 = sha256, Rows = rows, Blocks = name is TextRunResult.DataFile ? [.. blocks] : [] });
        }
        var now = run.Clock.GetUtcNow();
        return new Manifest
        {
            Tool = ManifestFile.ThisTool, Created = new DateTimeOffset(now.Ticks - now.Ticks % TimeSpan.TicksPerSecond, TimeSpan.Zero), Command = command, Seed = run.Seed.ToString(),
            Inputs = inputs.ToImmutable(), Request = new ManifestRequest(job.Count, accepted), Outputs = outputs.ToImmutable(),
            Notes =
            [
                $"Written by language models: {string.Join(", ", JobEngine.Uses(job).Select(u => $"{u.Model} ({job.Providers.First(p => p.Name == u.Provider).Kind})").Distinct())}.",
                string.Create(CultureInfo.InvariantCulture, $"{result.Sent} requests were sent by this run and {result.Kept} answers taken from the journal."),
                .. result.Shortfall is { } why ? [why + "."] : Array.Empty<string>(),
                .. job.Notes,
            ],
        };
    }

    /// <summary>Files of an earlier run that this one no longer makes.</summary>
    private async Task<IEnumerable<string>> StaleAsync(Manifest manifest, CancellationToken ct)
    {
        if (!File.Exists(Path.Combine(folder.Folder, Manifest.FileName))) return [];
        try { return (await ManifestFile.ReadAsync(folder.Folder, ct).ConfigureAwait(false)).Outputs.Select(o => o.Name).Except(manifest.Outputs.Select(o => o.Name)); }
        catch (DataException) { return []; }
    }
}
