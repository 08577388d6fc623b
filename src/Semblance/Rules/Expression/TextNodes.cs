using System.Buffers;
using System.Globalization;
using System.Text;
using Semblance.Data;

namespace Semblance.Rules;

/// <summary>Cells of texts: a column of codes or of bytes, and where the chunk begins in it.</summary>
internal readonly record struct TextCells(Column Column, int Start)
{
    public bool IsMissing(int cell) => Column.IsMissing(Start + cell);

    public ReadOnlySpan<byte> this[int cell] => Column is CategoryColumn category
        ? category.LevelUtf8(category.Codes[Start + cell])
        : ((TextColumn)Column).Utf8(Start + cell);
}

/// <summary>A node whose cells are texts in UTF-8.</summary>
internal abstract class TextNode : Node
{
    protected static readonly ColumnSchema Made = new("", ColumnKind.Text);

    public abstract TextCells Evaluate(Chunk chunk);
}

/// <summary>A column of texts, codes or bytes.</summary>
internal sealed class TextColumnNode(int column, ColumnKind kind) : TextNode
{
    public ColumnKind Kind => kind;

    public override TextCells Evaluate(Chunk chunk) => new(chunk.Evaluation.Column<Column>(column), chunk.Start);
}

internal sealed class TextConstantNode(string value) : TextNode
{
    private static readonly int[] Zeros = new int[Chunk.Rows];

    private readonly CategoryColumn cells = new(Made, Zeros, [value]);

    public string Value => value;

    public override TextCells Evaluate(Chunk chunk) => new(cells, 0);
}

/// <summary>A text made of each text, such as its lower-case form.</summary>
internal sealed class TextMapNode(TextNode operand, Func<string, string> map) : TextNode
{
    public override TextCells Evaluate(Chunk chunk)
    {
        var cells = operand.Evaluate(chunk);
        if (cells.Column is CategoryColumn category)
        {
            var levels = chunk.Evaluation.PerLevel(this, category, c => new CategoryColumn(c.Schema, [], Array.ConvertAll(c.Levels, l => map(l))));
            return new(levels.WithCodes(category.Codes), cells.Start);
        }
        var made = new TextBuilder(chunk.Count);
        for (var i = 0; i < chunk.Count; i++)
            if (cells.IsMissing(i)) made.AddMissing();
            else made.Add(Encoding.UTF8.GetBytes(map(Encoding.UTF8.GetString(cells[i]))));
        return new(made.Column(Made), 0);
    }
}

/// <summary>One of two texts by a condition; unknown picks the second.</summary>
internal sealed class TextChoiceNode(TruthNode condition, TextNode yes, TextNode no) : TextNode
{
    public override TextCells Evaluate(Chunk chunk)
    {
        using var truth = new Scratch<byte>(chunk.Count);
        condition.Evaluate(chunk, truth.Cells);
        TextCells a = yes.Evaluate(chunk), b = no.Evaluate(chunk);
        var made = new TextBuilder(chunk.Count);
        for (var i = 0; i < chunk.Count; i++)
        {
            var from = truth.Cells[i] == Kleene.True ? a : b;
            if (from.IsMissing(i)) made.AddMissing();
            else made.Add(from[i]);
        }
        return new(made.Column(Made), 0);
    }
}

/// <summary>The first text that is not missing.</summary>
internal sealed class TextCoalesceNode(TextNode[] parts) : TextNode
{
    public override TextCells Evaluate(Chunk chunk)
    {
        var cells = Array.ConvertAll(parts, p => p.Evaluate(chunk));
        var made = new TextBuilder(chunk.Count);
        for (var i = 0; i < chunk.Count; i++)
        {
            var p = 0;
            while (p < cells.Length && cells[p].IsMissing(i)) p++;
            if (p == cells.Length) made.AddMissing();
            else made.Add(cells[p][i]);
        }
        return new(made.Column(Made), 0);
    }
}

/// <summary>Gathers the texts of a chunk end to end.</summary>
internal sealed class TextBuilder(int rows)
{
    private readonly int[] ends = new int[rows];
    private readonly byte[] markers = new byte[rows];
    private readonly ArrayBufferWriter<byte> bytes = new();
    private int row;

    public void Add(ReadOnlySpan<byte> text)
    {
        bytes.Write(text);
        ends[row++] = bytes.WrittenCount;
    }

    public void AddMissing()
    {
        markers[row] = 1;
        ends[row++] = bytes.WrittenCount;
    }

    public TextColumn Column(ColumnSchema schema) => new(schema, bytes.WrittenSpan.ToArray(), ends, markers);
}

internal delegate T TextFunction<T>(ReadOnlySpan<byte> text);

/// <summary>Numbers or truths of texts, worked out once per level where the column has levels.</summary>
internal static class TextEvaluation
{
    public static void Evaluate<T>(object node, TextNode operand, TextFunction<T> function, Chunk chunk, Span<T> cells, T missing)
    {
        var texts = operand.Evaluate(chunk);
        if (texts.Column is CategoryColumn category)
        {
            var byLevel = chunk.Evaluation.PerLevel(node, category, column =>
            {
                var values = new T[column.Levels.Length];
                for (var level = 0; level < values.Length; level++) values[level] = function(column.LevelUtf8(level));
                return values;
            });
            var codes = category.Codes.AsSpan(texts.Start, chunk.Count);
            for (var i = 0; i < codes.Length; i++) cells[i] = codes[i] < 0 ? missing : byLevel[codes[i]];
        }
        else
            for (var i = 0; i < chunk.Count; i++) cells[i] = texts.IsMissing(i) ? missing : function(texts[i]);
    }
}

/// <summary>A condition on one text.</summary>
internal sealed class TextTestNode(TextNode operand, TextFunction<byte> test) : TruthNode
{
    public override void Evaluate(Chunk chunk, Span<byte> cells) => TextEvaluation.Evaluate(this, operand, test, chunk, cells, Kleene.Unknown);
}

/// <summary>A number from one text, NaN where there is none.</summary>
internal sealed class TextNumberNode(TextNode operand, TextFunction<double> number) : ValueNode<double>
{
    public override void Evaluate(Chunk chunk, Span<double> cells) => TextEvaluation.Evaluate(this, operand, number, chunk, cells, double.NaN);
}

/// <summary>Whether a text is missing.</summary>
internal sealed class TextMissingNode(TextNode operand) : TruthNode
{
    public override void Evaluate(Chunk chunk, Span<byte> cells)
    {
        var texts = operand.Evaluate(chunk);
        for (var i = 0; i < cells.Length; i++) cells[i] = Kleene.Of(texts.IsMissing(i));
    }
}

/// <summary>Compares two texts by code point.</summary>
internal sealed class TextComparisonNode(ComparisonOperator comparison, TextNode left, TextNode right) : TruthNode
{
    public override void Evaluate(Chunk chunk, Span<byte> cells)
    {
        TextCells a = left.Evaluate(chunk), b = right.Evaluate(chunk);
        for (var i = 0; i < cells.Length; i++)
            cells[i] = a.IsMissing(i) || b.IsMissing(i) ? Kleene.Unknown : Kleene.Of(Comparisons.Holds(comparison, a[i].SequenceCompareTo(b[i])));
    }
}

/// <summary>Compares a text with a number: the text is read as one. A text that is no number differs from all numbers and is neither below nor above any.</summary>
internal sealed class TextWithNumberNode(ComparisonOperator comparison, TextNode text, ValueNode<double> number) : TruthNode
{
    private readonly TextNumberNode read = new(text, Texts.Number);

    public override void Evaluate(Chunk chunk, Span<byte> cells)
    {
        using var a = new Scratch<double>(chunk.Count);
        using var b = new Scratch<double>(chunk.Count);
        read.Evaluate(chunk, a.Cells);
        number.Evaluate(chunk, b.Cells);
        var texts = text.Evaluate(chunk);
        for (var i = 0; i < cells.Length; i++)
            cells[i] = texts.IsMissing(i) || double.IsNaN(b.Cells[i]) ? Kleene.Unknown : Texts.Compare(comparison, a.Cells[i], b.Cells[i]);
    }
}

/// <summary>What is read out of texts.</summary>
internal static class Texts
{
    public static double Number(ReadOnlySpan<byte> text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;

    /// <summary>Compares a number read from a text, NaN when it is none, with a number.</summary>
    public static byte Compare(ComparisonOperator comparison, double read, double number) => Kleene.Of(double.IsNaN(read)
        ? comparison == ComparisonOperator.NotEqual
        : Comparisons.Holds(comparison, read.CompareTo(number)));

    /// <summary>Length in characters (code points): bytes that do not continue another.</summary>
    public static double Length(ReadOnlySpan<byte> text)
    {
        var length = 0;
        foreach (var part in text)
            if ((part & 0xC0) != 0x80) length++;
        return length;
    }

    /// <summary>Yes or no in the writings a boolean column may have; unknown otherwise.</summary>
    public static byte Truth(ReadOnlySpan<byte> text)
    {
        if (Is(text, "true"u8) || Is(text, "yes"u8) || Is(text, "t"u8) || Is(text, "y"u8) || Is(text, "1"u8)) return Kleene.True;
        return Is(text, "false"u8) || Is(text, "no"u8) || Is(text, "f"u8) || Is(text, "n"u8) || Is(text, "0"u8) ? Kleene.False : Kleene.Unknown;
    }

    /// <summary>1, 0 or NaN: <see cref="Truth"/> as a number.</summary>
    public static double TruthNumber(ReadOnlySpan<byte> text) => Truth(text) switch { Kleene.True => 1, Kleene.False => 0, _ => double.NaN };

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) => Ascii.EqualsIgnoreCase(text, word);
}
