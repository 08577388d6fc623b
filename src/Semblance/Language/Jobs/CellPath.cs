using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Semblance.Language;

/// <summary>A cell, or a part of one: <c>answer</c>, <c>qa.question</c>, <c>turns.0.content</c>.</summary>
internal sealed record CellPath(string Column, ImmutableArray<string> Parts)
{
    public static CellPath Parse(string text)
    {
        var parts = text.Trim().Split('.');
        foreach (var part in parts)
            if (part.Length == 0 || !part.All(c => char.IsLetterOrDigit(c) || c is '_' or '-'))
                throw new RecipeException("SB2406", $"`{text.Trim()}` names no cell; write a column's name, and points before parts of it: `answer`, `qa.question`");
        return new(parts[0], [.. parts.Skip(1)]);
    }

    public JsonNode? In(RowCells cells)
    {
        var value = cells[Column];
        foreach (var part in Parts)
        {
            value = value switch
            {
                JsonObject map => map[part],
                JsonArray list when int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var i) && i < list.Count => list[i],
                _ => null,
            };
        }
        return value;
    }

    public bool Equals(CellPath? other) => other is not null && ToString() == other.ToString();

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Parts.IsEmpty ? Column : $"{Column}.{string.Join('.', Parts)}";
}

/// <summary>The cells of one row while it is made.</summary>
internal sealed class RowCells
{
    private readonly Dictionary<string, JsonNode?> cells = new(StringComparer.Ordinal);

    /// <summary>A cell; null before it is made.</summary>
    public JsonNode? this[string column]
    {
        get => cells.GetValueOrDefault(column);
        set => cells[column] = value;
    }
}
