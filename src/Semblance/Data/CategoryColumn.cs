using System.Buffers;
using System.Text;

namespace Semblance.Data;

/// <summary>Categories, booleans and constants: a code per row into a list of distinct texts. A missing cell has code -1 - marker.</summary>
public sealed class CategoryColumn : Column
{
    private readonly byte[][] utf8;

    /// <summary>Makes a column; arrays are kept, not copied.</summary>
    /// <param name="schema">Category, Boolean or Constant.</param>
    /// <param name="codes">Per row an index into <paramref name="levels"/>, or -1 - marker code when missing.</param>
    /// <param name="levels">Distinct texts, in order of first sight.</param>
    public CategoryColumn(ColumnSchema schema, int[] codes, string[] levels) : this(schema, codes, levels, Array.ConvertAll(levels, Encoding.UTF8.GetBytes)) { }

    private CategoryColumn(ColumnSchema schema, int[] codes, string[] levels, byte[][] utf8) : base(schema, codes.Length) =>
        (Codes, Levels, this.utf8) = (codes, levels, utf8);

    /// <summary>Per row an index into <see cref="Levels"/>, or -1 - marker code when missing.</summary>
    public int[] Codes { get; }

    /// <summary>Distinct texts. Not every level need occur (after <see cref="Take"/>).</summary>
    public string[] Levels { get; }

    /// <inheritdoc/>
    public override int MissingCode(int row) => Codes[row] < 0 ? -1 - Codes[row] : -1;

    /// <summary>UTF-8 of a level.</summary>
    public ReadOnlySpan<byte> LevelUtf8(int level) => utf8[level];

    /// <inheritdoc/>
    public override void WriteText(int row, IBufferWriter<byte> output)
    {
        var code = Codes[row];
        if (code < 0) WriteMarker(-1 - code, output);
        else output.Write(utf8[code]);
    }

    /// <inheritdoc/>
    public override Column Take(ReadOnlySpan<int> rows)
    {
        var codes = new int[rows.Length];
        for (var i = 0; i < rows.Length; i++) codes[i] = Codes[rows[i]];
        return new CategoryColumn(Schema, codes, Levels, utf8);
    }

    /// <inheritdoc/>
    public override Column WithSchema(ColumnSchema schema) => new CategoryColumn(schema, Codes, Levels, utf8);

    /// <summary>Other codes over the same levels, sharing their texts.</summary>
    public CategoryColumn WithCodes(int[] codes) => new(Schema, codes, Levels, utf8);

    /// <summary>Columns with lists of their own end to end: the lists are united, in order of first sight.</summary>
    internal static CategoryColumn Concatenate(ColumnSchema schema, CategoryColumn[] parts, int rows)
    {
        var levels = new List<string>();
        var place = new Dictionary<string, int>(StringComparer.Ordinal);
        var codes = new int[rows];
        var at = 0;
        foreach (var part in parts)
        {
            var map = Array.ConvertAll(part.Levels, level =>
            {
                if (!place.TryGetValue(level, out var code))
                {
                    place.Add(level, code = levels.Count);
                    levels.Add(level);
                }
                return code;
            });
            foreach (var code in part.Codes) codes[at++] = code < 0 ? code : map[code];
        }
        return new CategoryColumn(schema, codes, [.. levels]);
    }
}
