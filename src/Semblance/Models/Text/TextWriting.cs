using System.Text;
using System.Text.Json.Nodes;
using Semblance.Codecs;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>Text columns of a tabular generator and the language models that write them, given the cell of a label.</summary>
/// <param name="Label">Position of the column that texts are written for; -1 for none.</param>
/// <param name="Writers">Language model by position of its column.</param>
internal sealed record TextWriting(int Label, IReadOnlyDictionary<int, NGramText> Writers)
{
    /// <summary>A column of texts for drawn cells.</summary>
    public TextColumn Write(int column, ColumnCodec codec, SampleBlock block, RandomStream stream, uint draw)
    {
        var cells = block.Cells[column];
        var text = new StringBuilder();
        var bytes = new byte[Math.Max(256, cells.Length * 64)];
        var ends = new int[cells.Length];
        var markers = codec.MissingCells > 0 ? new byte[cells.Length] : null;
        var length = 0;
        for (var i = 0; i < cells.Length; i++)
        {
            if (cells[i] < codec.MissingCells) markers![i] = (byte)(cells[i] + 1);
            else
            {
                Writers[column].Write(Label < 0 ? 0 : block.Cells[Label][i], text.Clear(), new RandomSequence(stream, block.Rows[i], draw << 16));
                var most = 3 * text.Length; // UTF-8 of a UTF-16 unit
                if (length + most > bytes.Length) Array.Resize(ref bytes, Math.Max(2 * bytes.Length, length + most));
                foreach (var chunk in text.GetChunks()) length += Encoding.UTF8.GetBytes(chunk.Span, bytes.AsSpan(length));
            }
            ends[i] = length;
        }
        return new TextColumn(codec.Schema, bytes[..length], ends, markers);
    }

    public void Save(ModelArchive archive)
    {
        archive.Json["texts"] = new JsonObject { ["label"] = Label, ["columns"] = new JsonArray([.. Writers.Keys.Order().Select(c => (JsonNode)c)]) };
        foreach (var (column, writer) in Writers) writer.Save(archive, $"text/{column}");
    }

    public static TextWriting? Load(ModelArchive archive, ColumnCodec[] codecs)
    {
        if (archive.Json["texts"] is not JsonObject texts) return null;
        var label = Whole(texts["label"]);
        var writers = new Dictionary<int, NGramText>();
        foreach (var node in texts["columns"] as JsonArray ?? throw archive.Unfit("it names no text columns"))
        {
            var column = Whole(node);
            if (column < 0 || !codecs[column].WritesAnew || !writers.TryAdd(column, NGramText.Load(archive, $"text/{column}"))) throw archive.Unfit($"column {column} is no column of texts");
        }
        return new TextWriting(label, writers);

        int Whole(JsonNode? node) => int.TryParse(node?.ToString(), System.Globalization.CultureInfo.InvariantCulture, out var whole) && whole >= -1 && whole < codecs.Length ? whole : throw archive.Unfit("its text columns are not whole");
    }
}
