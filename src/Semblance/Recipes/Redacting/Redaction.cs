using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Transforms;

namespace Semblance.Recipes;

/// <summary>Redaction of a file: what is read, how, and where it goes.</summary>
public sealed record Redaction
{
    /// <summary>CSV (also .tsv), JSON Lines or plain text (.txt), each also as .gz.</summary>
    public required string Input { get; init; }

    /// <summary>Where the redacted file goes, in the format it came in; uncompressed.</summary>
    public required string To { get; init; }

    /// <summary>What is found and what is put in its place.</summary>
    public RedactionOptions Options { get; init; } = new();

    /// <summary>Whether the first line of a CSV names its columns. Default: yes.</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>File to list every replaced stretch in, one JSON object a line: row, column, kind, place before and after; never a value. Null for none.</summary>
    public string? Spans { get; init; }

    /// <summary>Redacts in one pass and in bounded memory; the file appears whole or not at all. What is not replaced stays as it is to the byte.</summary>
    /// <exception cref="DataException">The file can't be read, or cells can't be told apart (SB1001 to SB1013), or it can't be written (SB1091, SB1092).</exception>
    /// <exception cref="RecipeException">No such kind (SB2180), or output and input are one file (SB2181).</exception>
    public async Task<RedactionReport> RunAsync(Run run, CancellationToken ct = default)
    {
        if (Path.GetFullPath(Input) == Path.GetFullPath(To)) throw new RecipeException("SB2181", $"`{To}` is the file that is read; give another name, and delete the original when you no longer need it");
        var redactor = new Redactor(Options, run.Seed);
        await using var source = await ByteSource.OpenAsync(Input, ct).ConfigureAwait(false);
        await using var target = StagedFile.Create(To);
        await using var listed = Spans is null ? null : StagedFile.Create(Spans);
        var line = new System.Buffers.ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(line, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        Action<RedactedSpan>? tell = listed is null ? null : span =>
        {
            line.ResetWrittenCount();
            json.Reset();
            Write(json, span);
            listed.Stream.Write(line.WrittenSpan);
            listed.Stream.WriteByte((byte)'\n');
        };
        var isText = Path.GetExtension(FileNames.IsGzip(Input) ? Input[..^3] : Input).ToLowerInvariant() is ".txt" or ".text" or ".md" or ".log";
        var format = isText ? TableFormat.Csv : FileNames.FormatOf(Input, null);
        var options = new TableOptions { Format = format };
        CellRewriting? rewriting = null;
        string[] names = [];
        bool Edit(long row, int column, bool whole, ReadOnlySpan<byte> text, System.Buffers.ArrayBufferWriter<byte> output)
        {
            if (column >= names.Length) names = [.. rewriting!.Names];
            return redactor.Redact(row, names[column], whole, text, output, tell);
        }
        void Learn(ReadOnlyMemory<byte> head, bool all)
        {
            if (!isText && Sample(head, all, format) is { } sample) redactor.Learn(sample, HasHeader || format == TableFormat.JsonLines);
        }
        try
        {
            rewriting = isText ? new LineRewriting(source, target.Stream, Edit, options)
                : format == TableFormat.JsonLines ? new JsonLinesRewriting(source, target.Stream, Edit, options) { OnFirstChunk = Learn }
                : new CsvRewriting(source, target.Stream, Edit, options, FileNames.IsTabbed(Input) ? (byte)'\t' : null, HasHeader) { OnFirstChunk = Learn };
            await rewriting.CopyAsync(run, ct).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw StagedFile.Failed(To, e);
        }
        var report = redactor.Report(rewriting.Rows, rewriting.Names);
        if (format == TableFormat.Csv && !isText && HasHeader && HeaderIsData(rewriting.Names))
            report = report with { Notes = ["the first line looks like data and was left as it is, as names of columns; if the file has no header, say so (--no-header)"] };
        target.Commit();
        listed?.Commit();
        return report;
    }

    private static bool HeaderIsData(ImmutableArray<string> names)
    {
        var found = new List<Forms.FoundForm>();
        foreach (var name in names) new Forms.FormSearch(["email", "iban", "card", "us-ssn", "phone", "person-name"]).Find(System.Text.Encoding.UTF8.GetBytes(name), found);
        return found.Count > 0;
    }

    // The first rows as a table. Where the chunk ends inside a quoted cell, a line further up is the last.
    private static Table? Sample(ReadOnlyMemory<byte> head, bool all, TableFormat format)
    {
        for (var tries = 0; tries < 20; tries++)
        {
            if (!all || tries > 0)
            {
                var cut = head.Span[..Math.Max(0, head.Length - 1)].LastIndexOf((byte)'\n');
                if (cut <= 0) return null;
                head = head[..(cut + 1)];
            }
            try
            {
                return Table.Read(head, new TableOptions { Format = format });
            }
            catch (DataException)
            {
                // cut inside a cell, or damaged: the pass itself will say which
            }
        }
        return null;
    }

    private static void Write(Utf8JsonWriter json, RedactedSpan span)
    {
        json.WriteStartObject();
        json.WriteNumber("row", span.Row);
        json.WriteString("column", span.Column);
        json.WriteString("kind", span.Kind);
        json.WriteNumber("start", span.Start);
        json.WriteNumber("end", span.End);
        json.WriteNumber("newStart", span.NewStart);
        json.WriteNumber("newEnd", span.NewEnd);
        json.WriteEndObject();
        json.Flush();
    }
}
