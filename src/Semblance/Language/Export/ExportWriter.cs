using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Language;

/// <summary>Writes one export, row by row; nothing of a row is kept.</summary>
internal sealed class ExportWriter : IDisposable
{
    private readonly CorpusExport export;
    private readonly Seed seed;
    private readonly (string Path, FileStream Stream, Utf8JsonWriter Json)[] files;
    private readonly long[] rows;

    /// <param name="export">What is written.</param>
    /// <param name="pathOf">Where a file of a name goes.</param>
    /// <param name="seed">Draws the splits.</param>
    public ExportWriter(CorpusExport export, Func<string, string> pathOf, Seed seed)
    {
        (this.export, this.seed) = (export, seed);
        files = [.. export.Files.Select(name =>
        {
            var path = pathOf(name);
            try
            {
                var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16);
                return (path, stream, new Utf8JsonWriter(stream, JsonValues.PlainWriter));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw StagedFile.Failed(path, e); }
        })];
        rows = new long[files.Length];
        if (export.Format == "csv")
            foreach (var (_, stream, _) in files) stream.Write(Encoding.UTF8.GetBytes(string.Join(',', export.Fields.Select(f => CsvCell(f.Key))) + "\n"));
    }

    /// <summary>Rows by file.</summary>
    public IEnumerable<(string Name, long Rows)> Rows => export.Files.Zip(rows);

    /// <summary>Writes a row.</summary>
    /// <param name="cells">Its cells.</param>
    /// <param name="group">What it came from: rows of one group go to one split.</param>
    public void Write(RowCells cells, string group)
    {
        var at = Split(export.Group is { } own ? JsonValues.TextOf(own.In(cells)) : group);
        var (path, stream, json) = files[at];
        try
        {
            if (export.Format == "csv") stream.Write(Encoding.UTF8.GetBytes(string.Join(',', export.Fields.Select(f => CsvCell(f.Template.Fill(cells)))) + "\n"));
            else
            {
                Write(json, cells);
                json.Flush();
                json.Reset();
                stream.WriteByte((byte)'\n');
            }
        }
        catch (IOException e) { throw StagedFile.Failed(path, e); }
        rows[at]++;
    }

    public void Dispose()
    {
        foreach (var (path, stream, json) in files)
        {
            json.Dispose();
            try { stream.Dispose(); }
            catch (IOException e) { throw StagedFile.Failed(path, e); }
        }
    }

    private int Split(string group)
    {
        if (export.Splits.IsEmpty) return 0;
        var at = RandomStream.Unit(new RandomStream(seed, "text/split/" + group).Words(0).A);
        for (var i = 0; i < export.Splits.Length - 1; i++)
            if ((at -= export.Splits[i].Share) < 0) return i;
        return export.Splits.Length - 1;
    }

    private void Write(Utf8JsonWriter json, RowCells cells)
    {
        json.WriteStartObject();
        if (export.Format == "chat")
        {
            if (export.Turns?.In(cells) is JsonArray turns)
            {
                json.WriteStartArray("messages");
                if (export.Fields is [("system", var always), ..]) Message(json, "system", always.Fill(cells));
                foreach (var turn in turns) turn!.WriteTo(json, JsonValues.Plain);
                json.WriteEndArray();
            }
            else
            {
                json.WriteStartArray("messages");
                foreach (var (role, template) in export.Fields) Message(json, role, template.Fill(cells));
                json.WriteEndArray();
            }
        }
        else
            foreach (var (key, template) in export.Fields) json.WriteString(key, template.Fill(cells));
        json.WriteEndObject();
    }

    private static void Message(Utf8JsonWriter json, string role, string content)
    {
        json.WriteStartObject();
        json.WriteString("role", role);
        json.WriteString("content", content);
        json.WriteEndObject();
    }

    private static string CsvCell(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0 && text.AsSpan().Trim().Length == text.Length ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
