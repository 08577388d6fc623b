using System.Collections.Immutable;
using System.Text;
using Semblance.Codecs;
using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>A column of rows that are being completed: present cells as evidence, and their texts kept to the byte.</summary>
internal sealed class HoleColumn
{
    private readonly ColumnCodec codec;
    private readonly Column? column; // null when the whole column is to be made
    private readonly CategoryColumn? levels; // levels of the model and of the rows, where these are categories
    private readonly int[] levelOf; // of each level of the rows
    private long unknown;

    public HoleColumn(ColumnCodec codec, Column? column)
    {
        this.codec = codec;
        var made = codec.Decode([], [], default, 0);
        if (column is not null && column.GetType() != made.GetType())
        {
            if (Enumerable.Range(0, column.Count).Any(row => !column.IsMissing(row))) throw Other(column);
            column = null; // nothing but gaps, whose kind nobody could tell
        }
        if (column is DateTimeColumn && column.Schema.Format != codec.Schema.Format) throw Other(column);
        this.column = column;
        levelOf = [];
        if (made is not CategoryColumn known || column is not CategoryColumn own) return;
        var all = new List<string>(known.Levels);
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < all.Count; i++) index.TryAdd(all[i], i);
        levelOf = new int[own.Levels.Length];
        for (var i = 0; i < levelOf.Length; i++)
        {
            if (!index.TryGetValue(own.Levels[i], out levelOf[i]))
            {
                index[own.Levels[i]] = levelOf[i] = all.Count;
                all.Add(own.Levels[i]);
            }
        }
        levels = all.Count == known.Levels.Length ? known : new CategoryColumn(codec.Schema, [], [.. all]);
    }

    private bool IsFillable => codec.Cells > codec.MissingCells;

    /// <summary>Cells a hole may be filled with: values, not gaps. Null when all are.</summary>
    public bool[]? Allowed => !IsFillable || codec.MissingCells == 0 ? null : [.. Enumerable.Range(0, codec.Cells).Select(c => c >= codec.MissingCells)];

    /// <summary>What the user should know; null for nothing.</summary>
    public string? Note => unknown == 0 ? null
        : $"column `{codec.Schema.Name}`: {unknown} present cell{(unknown == 1 ? " holds a value" : "s hold values")} that the model does not know; kept as they are, they told nothing of the missing cells beside them";

    /// <summary>Some rows of a column: cells, and which are holes.</summary>
    /// <param name="Column">The rows as they came; null when the whole column is to be made.</param>
    /// <param name="Given">Cell of each row, -1 where the model has to draw one.</param>
    /// <param name="Fillable">Whether holes can be filled.</param>
    public sealed record Part(Column? Column, int[] Given, bool Fillable)
    {
        public bool IsHole(int row) => Fillable && (Column is null || Column.IsMissing(row));

        /// <summary>Some of its rows.</summary>
        public Part Take(int[] rows) => new(Column?.Take(rows), Array.ConvertAll(rows, row => Given[row]), Fillable);
    }

    /// <summary>Reads the cells of some rows.</summary>
    public Part Read(int[] rows)
    {
        var given = new int[rows.Length];
        if (column is null)
        {
            Array.Fill(given, -1);
            return new(null, given, IsFillable);
        }
        var own = column.Take(rows);
        codec.Encode(own, given);
        var strange = 0;
        for (var row = 0; row < given.Length; row++)
        {
            if (own.IsMissing(row)) given[row] = -1;
            else if (given[row] < codec.MissingCells) (given[row], strange) = (-1, strange + 1);
        }
        if (strange > 0) Interlocked.Add(ref unknown, strange);
        return new(own, given, IsFillable);
    }

    /// <summary>The rows with their holes filled.</summary>
    public Column Write(Part part, int[] cells, long[] numbers, RandomStream stream, uint draw)
    {
        var holes = Enumerable.Range(0, cells.Length).Where(row => part.Column is null || part.Column.IsMissing(row)).ToArray();
        var drawn = Array.ConvertAll(holes, row => IsFillable ? cells[row] : Marker(part.Column?.Text(row)));
        var made = codec.Decode(drawn, Array.ConvertAll(holes, row => numbers[row]), stream, draw);
        return part.Column is null ? made : Merge(part.Column, made, holes);
    }

    /// <summary>The marker of a gap that can't be filled, since the model has seen nothing but gaps.</summary>
    private int Marker(string? text) => text is null ? 0 : Math.Max(0, codec.Schema.MissingMarkers.IndexOf(text));

    private Column Merge(Column own, Column made, int[] holes)
    {
        switch (own, made)
        {
            case (NumberColumn a, NumberColumn b):
                var values = a.Values.ToArray();
                var markers = b.Markers is null ? null : new byte[values.Length];
                for (var i = 0; i < holes.Length; i++)
                {
                    values[holes[i]] = b.Values[i];
                    if (markers is not null) markers[holes[i]] = b.Markers![i];
                }
                return new NumberColumn(codec.Schema, values, markers, Texts(a));
            case (DateTimeColumn a, DateTimeColumn b):
                var ticks = a.Ticks.ToArray();
                for (var i = 0; i < holes.Length; i++) ticks[holes[i]] = b.Ticks[i];
                return new DateTimeColumn(codec.Schema, ticks);
            case (CategoryColumn a, CategoryColumn b):
                var codes = Array.ConvertAll(a.Codes, code => code < 0 ? code : levelOf[code]);
                for (var i = 0; i < holes.Length; i++) codes[holes[i]] = b.Codes[i]; // the model's levels come first
                return levels!.WithCodes(codes);
            default:
                return Merge((TextColumn)own, (TextColumn)made, holes);
        }
    }

    private TextColumn Merge(TextColumn own, TextColumn made, int[] holes)
    {
        var bytes = new MemoryStream();
        var ends = new int[own.Count];
        var markers = codec.MissingCells > 0 ? new byte[own.Count] : null;
        for (int row = 0, hole = 0; row < ends.Length; row++)
        {
            if (hole < holes.Length && holes[hole] == row)
            {
                if (made.MissingCode(hole) is >= 0 and var code) markers![row] = (byte)(code + 1);
                bytes.Write(made.Utf8(hole++));
            }
            else bytes.Write(own.Utf8(row));
            ends[row] = (int)bytes.Length;
        }
        return new TextColumn(codec.Schema, bytes.ToArray(), ends, markers);
    }

    /// <summary>Texts that the model's way of writing numbers would not give back.</summary>
    private IReadOnlyDictionary<int, string>? Texts(NumberColumn own)
    {
        if (own.Schema.Number == codec.Schema.Number) return own.Verbatim;
        var texts = new Dictionary<int, string>();
        var buffer = new byte[NumberColumn.MaxLength];
        for (var row = 0; row < own.Count; row++)
        {
            if (own.IsMissing(row)) continue;
            var text = own.Text(row);
            if (Encoding.UTF8.GetString(buffer, 0, NumberColumn.Format(own.Values[row], codec.Schema.Number, buffer)) != text) texts[row] = text;
        }
        return texts.Count == 0 ? null : texts;
    }

    private SchemaException Other(Column column) => new("SB1212",
        $"column `{codec.Schema.Name}` of the rows to be completed is {column.Kind}{(column.Schema.Format is { } own ? $" ({own})" : "")}, for the model it is {codec.Schema.Kind}{(codec.Schema.Format is { } format ? $" ({format})" : "")}; read them with the model's schema");
}
