using System.Text;
using Semblance.Data;
using Semblance.Forms;

namespace Semblance.Rules;

/// <summary>Writes texts of a column one after another into one array.</summary>
internal ref struct TextCellsWriter(int rows, int perRow)
{
    private byte[] bytes = new byte[Math.Max(64, rows * perRow)];
    private readonly int[] ends = new int[rows];
    private int at, row;

    /// <summary>Room for the next text.</summary>
    public Span<byte> Free(int most)
    {
        if (bytes.Length - at < most) Array.Resize(ref bytes, checked((int)Math.Min(Array.MaxLength, Math.Max(2L * bytes.Length, (long)at + most))));
        return bytes.AsSpan(at);
    }

    /// <summary>Goes on within the same text.</summary>
    public void Advance(int written) => at += written;

    /// <summary>Appends to the text.</summary>
    public void Write(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Free(text.Length));
        at += text.Length;
    }

    /// <summary>Ends the text.</summary>
    public void End() => ends[row++] = at;

    public readonly TextColumn Column(ColumnSchema schema) => new(schema, bytes, ends);
}

/// <summary>Texts of a shape.</summary>
internal sealed class ShapeMaker(Pattern pattern, int stream, bool unique) : ColumnMaker
{
    public override ulong? Room => unique ? pattern.Room : null;

    public override Column Make(RowFrame frame)
    {
        var random = frame.Stream(stream);
        var writer = new TextCellsWriter(frame.Count, Math.Min(64, pattern.MaxLength));
        for (var i = 0; i < frame.Count; i++)
        {
            // a unique one walks through all texts; another is any of them
            var position = unique ? frame.Rows[i] : (long)(Wide(random, frame.Draws[i]) >> 2);
            writer.Advance(pattern.Write(position, random.Key, writer.Free(pattern.MaxLength)));
            writer.End();
        }
        return writer.Column(Schema);
    }

    public static ulong Wide(Numerics.RandomStream random, long row)
    {
        var (a, b, _, _) = random.Words(row);
        return (ulong)a << 32 | b;
    }
}

/// <summary>Texts of a form.</summary>
internal sealed class FormMaker(IForm form, int stream, bool unique) : ColumnMaker
{
    private readonly ulong room = Math.Min(form.Room, 1UL << 62);

    public override ulong? Room => unique ? room : null;

    public override Column Make(RowFrame frame)
    {
        var random = frame.Stream(stream);
        var writer = new TextCellsWriter(frame.Count, 24);
        for (var i = 0; i < frame.Count; i++)
        {
            var entropy = unique ? KeyedPermutation.Permute((ulong)frame.Rows[i] % room, room, random.Key) : ShapeMaker.Wide(random, frame.Draws[i]);
            var text = form.Make(entropy);
            writer.Advance(Encoding.UTF8.GetBytes(text, writer.Free(3 * text.Length)));
            writer.End();
        }
        return writer.Column(Schema);
    }
}

/// <summary>Texts of a form as a locale writes it; forms that share a stream fit together.</summary>
internal sealed class LocalFormMaker(LocalForm form, int stream) : ColumnMaker
{
    public override Column Make(RowFrame frame)
    {
        var random = frame.Stream(stream);
        var writer = new TextCellsWriter(frame.Count, 32);
        for (var i = 0; i < frame.Count; i++)
        {
            writer.Advance(form.Write(ShapeMaker.Wide(random, frame.Draws[i]), writer.Free(LocalForm.MaxLength)));
            writer.End();
        }
        return writer.Column(Schema);
    }
}

/// <summary>Texts with holes: pieces that stand, columns, lists of words.</summary>
internal sealed class TemplateMaker(TemplateMaker.Piece[][] texts, int stream) : ColumnMaker
{
    /// <summary>A piece of a text: a column's cell, or one of some words by a stream of its own.</summary>
    internal sealed record Piece(int Column, int Stream, byte[][] Words);

    public override Column Make(RowFrame frame)
    {
        var random = frame.Stream(stream);
        var writer = new TextCellsWriter(frame.Count, 48);
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(256);
        for (var i = 0; i < frame.Count; i++)
        {
            var pieces = texts.Length == 1 ? texts[0] : texts[Numerics.RandomStream.Below(random.Words(frame.Draws[i]).A, texts.Length)];
            foreach (var piece in pieces)
            {
                if (piece.Column < 0)
                {
                    var words = piece.Words;
                    writer.Write(words.Length == 1 ? words[0] : words[Numerics.RandomStream.Below(frame.Stream(piece.Stream).Words(frame.Draws[i]).A, words.Length)]);
                    continue;
                }
                var column = frame.Column(piece.Column);
                if (column.IsMissing(i)) continue;
                buffer.ResetWrittenCount();
                column.WriteText(i, buffer);
                writer.Write(buffer.WrittenSpan);
            }
            writer.End();
        }
        return writer.Column(Schema);
    }
}
