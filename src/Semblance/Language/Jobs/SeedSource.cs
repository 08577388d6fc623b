using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Semblance.Data;
using Semblance.Formats;

namespace Semblance.Language;

/// <summary>Where seeds come from: rows of a table, or documents cut into pieces.</summary>
/// <param name="Name">Its name in the job.</param>
/// <param name="Files">Full paths, in order.</param>
/// <param name="IsDocuments">Whether the files are documents; else they are tables.</param>
/// <param name="Chunk">Most characters of a piece.</param>
/// <param name="Overlap">Characters that a piece repeats of the one before.</param>
internal sealed record SeedSource(string Name, ImmutableArray<string> Files, bool IsDocuments, int Chunk, int Overlap)
{
    public const int MaxFiles = 100_000, MaxSeeds = 5_000_000;
    public const long MaxFileBytes = 64 << 20;

    /// <summary>The files of a list of names and patterns such as <c>docs/*.md</c>, in ordinal order each.</summary>
    public static ImmutableArray<string> Find(string folder, IEnumerable<string> patterns)
    {
        var files = ImmutableArray.CreateBuilder<string>();
        foreach (var pattern in patterns)
        {
            var full = Path.GetFullPath(Path.Combine(folder, pattern));
            if (full.AsSpan().IndexOfAny('*', '?') < 0) { files.Add(full); continue; }
            var under = Path.GetDirectoryName(full)!;
            if (under.AsSpan().IndexOfAny('*', '?') >= 0) throw new RecipeException("SB2408", $"`{pattern}`: a star may stand in the last part of a path only");
            var found = Directory.Exists(under) ? Directory.GetFiles(under, Path.GetFileName(full)) : [];
            if (found.Length == 0) throw new RecipeException("SB2408", $"no file fits `{pattern}`; paths are relative to the job's folder");
            Array.Sort(found, StringComparer.Ordinal);
            files.AddRange(found);
            if (files.Count > MaxFiles) throw new RecipeException("SB2408", $"`{pattern}` names more than {MaxFiles} files");
        }
        return files.ToImmutable();
    }

    /// <summary>Reads them.</summary>
    /// <exception cref="DataException">SB1001: a file can't be read.</exception>
    /// <exception cref="RecipeException">SB2408: there is nothing in them.</exception>
    public async Task<ImmutableArray<JsonObject>> ReadAsync(Run run, CancellationToken ct)
    {
        var seeds = ImmutableArray.CreateBuilder<JsonObject>();
        foreach (var file in Files)
        {
            run.Report(Stage.Read, Path.GetFileName(file), seeds.Count);
            var ending = Path.GetExtension(file).ToLowerInvariant();
            if (IsDocuments && ending is not (".csv" or ".tsv" or ".jsonl" or ".ndjson" or ".gz")) AddPieces(seeds, file, await TextAsync(file, ending is ".html" or ".htm", ct).ConfigureAwait(false));
            else if (ending is ".jsonl" or ".ndjson") await AddLinesAsync(seeds, file, ct).ConfigureAwait(false);
            else AddRows(seeds, await Table.ReadAsync(file, new TableOptions(), run with { Progress = null }, ct).ConfigureAwait(false));
            if (seeds.Count > MaxSeeds) throw new RecipeException("SB2408", $"seeds `{Name}`: more than {MaxSeeds} pieces or rows; name fewer files");
        }
        return seeds.Count > 0 ? seeds.ToImmutable() : throw new RecipeException("SB2408", $"seeds `{Name}`: the files hold no text and no row");
    }

    /// <summary>Cuts a text into pieces at ends of paragraphs, of sentences, or of words, whichever comes last before the piece is full.</summary>
    internal static IEnumerable<string> Pieces(string text, int most, int overlap)
    {
        for (var from = 0; from < text.Length;)
        {
            while (from < text.Length && char.IsWhiteSpace(text[from])) from++;
            if (from == text.Length) yield break;
            var end = text.Length;
            if (end - from > most)
            {
                var window = text.AsSpan(from, most);
                var cut = window.LastIndexOf("\n\n");
                if (cut < most / 3 && window.LastIndexOf(". ") is var sentence && sentence >= most / 3) cut = sentence + 1;
                if (cut < most / 3) cut = window.LastIndexOf('\n');
                if (cut < most / 3) cut = window.LastIndexOf(' ');
                if (cut < most / 3) cut = char.IsHighSurrogate(window[^1]) ? most - 1 : most;
                end = from + cut;
            }
            yield return text[from..end].Trim();
            if (end == text.Length) yield break;
            var next = Math.Max(end - overlap, from + 1);
            if (overlap > 0 && next < end) while (next < end && !char.IsWhiteSpace(text[next])) next++; // words stay whole
            from = next;
        }
    }

    private void AddPieces(ImmutableArray<JsonObject>.Builder seeds, string file, string text)
    {
        var number = 0;
        foreach (var piece in Pieces(text, Chunk, Overlap))
            seeds.Add(new JsonObject { ["text"] = piece, ["file"] = Path.GetFileName(file), ["piece"] = number++ });
    }

    private static async Task<string> TextAsync(string file, bool isHtml, CancellationToken ct)
    {
        try
        {
            if (new FileInfo(file) is { Exists: true, Length: > MaxFileBytes }) throw new DataException("SB1001", $"`{file}` is larger than {MaxFileBytes >> 20} MiB; cut it into several documents");
            var text = (await File.ReadAllTextAsync(file, ct).ConfigureAwait(false)).ReplaceLineEndings("\n").Replace("\0", "", StringComparison.Ordinal);
            return isHtml ? HtmlText(text) : text;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException("SB1001", $"can't read `{file}`: {e.Message.TrimEnd('.')}; check the name and your permission to read it", e);
        }
    }

    /// <summary>What a reader sees of a page: no tags, no scripts, blocks on lines of their own.</summary>
    internal static string HtmlText(string html)
    {
        const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase;
        foreach (var hidden in (ReadOnlySpan<string>)["script", "style", "head", "noscript", "svg"])
        {
            var seen = new StringBuilder();
            var at = 0;
            while (html.IndexOf("<" + hidden, at, StringComparison.OrdinalIgnoreCase) is var open and >= 0)
            {
                var tagEnd = open + hidden.Length + 1;
                if (tagEnd < html.Length && char.IsLetterOrDigit(html[tagEnd])) { seen.Append(html, at, tagEnd - at); at = tagEnd; continue; } // <header> is not <head>
                seen.Append(html, at, open - at);
                var close = html.IndexOf("</" + hidden, open, StringComparison.OrdinalIgnoreCase);
                at = close < 0 ? html.Length : close;
                if (close >= 0 && html.IndexOf('>', close) is var end and >= 0) at = end + 1;
                else if (close >= 0) at = html.Length;
            }
            html = seen.Append(html, at, html.Length - at).ToString();
        }
        html = Regex.Replace(html, "</?(p|div|br|li|ul|ol|tr|table|h[1-6]|section|article|blockquote|pre)( [^<>]*)?/?>", "\n\n", Linear);
        html = WebUtility.HtmlDecode(Regex.Replace(html, "<[!/a-z][^<>]*>", "", Linear));
        return Regex.Replace(Regex.Replace(html, "[ \t\u00A0]+", " ", Linear), "\n( ?\n)+", "\n\n", Linear).Trim();
    }

    private async Task AddLinesAsync(ImmutableArray<JsonObject>.Builder seeds, string file, CancellationToken ct)
    {
        var number = 0;
        try
        {
            using var reader = new StreamReader(file, Encoding.UTF8);
            while (await reader.ReadLineAsync(ct).ConfigureAwait(false) is { } line)
            {
                number++;
                if (line.Length == 0) continue;
                seeds.Add(JsonNode.Parse(line, documentOptions: new JsonDocumentOptions { MaxDepth = 64, AllowDuplicateProperties = false }) as JsonObject ?? throw new JsonException("it is no object"));
                if (seeds.Count > MaxSeeds) return;
            }
        }
        catch (JsonException e)
        {
            throw new RecipeException("SB2408", string.Create(CultureInfo.InvariantCulture, $"seeds `{Name}`: line {number} of `{file}` is no JSON object ({e.Message})"), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException("SB1001", $"can't read `{file}`: {e.Message.TrimEnd('.')}; check the name and your permission to read it", e);
        }
    }

    private static void AddRows(ImmutableArray<JsonObject>.Builder seeds, Table table)
    {
        var cell = new ArrayBufferWriter<byte>();
        for (var row = 0; row < table.Rows; row++)
        {
            var seed = new JsonObject();
            foreach (var column in table.Columns)
            {
                if (column.IsMissing(row)) { seed[column.Schema.Name] = null; continue; }
                cell.ResetWrittenCount();
                column.WriteText(row, cell);
                var text = Encoding.UTF8.GetString(cell.WrittenSpan);
                seed[column.Schema.Name] = column.Schema.IsNumeric && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? JsonValue.Create(number) : text;
            }
            seeds.Add(seed);
        }
    }
}
