using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>The column of texts that is judged: of those of kind text the one with most in it. The other columns of text are compared by their lengths, as everywhere.</summary>
internal static class ComparedTexts
{
    public const string NoColumn = "the table has no text column";

    /// <summary>Name of the column, or null.</summary>
    public static string? Column(Comparison data)
    {
        TextColumn? most = null;
        foreach (var column in data.Full(Side.Real)!.Columns)
            if (column is TextColumn { Kind: ColumnKind.Text } text && data.Features.First(f => f.Name == column.Name).Type != FeatureType.Identifier && text.Bytes.Length > (most?.Bytes.Length ?? 0)) most = text;
        return most?.Name;
    }

    /// <summary>Random rows of a side that have a text, at most so many, in random order.</summary>
    public static int[] Rows(Comparison data, Side side, string name, int most, Run run, string stream)
    {
        if (data.Full(side) is not { } table) return [];
        var column = table[name];
        return [.. RowSample.Of(table.Rows, table.Rows, run.Stream($"{stream}/{side}")).Where(row => !column.IsMissing(row)).Take(most)];
    }

    /// <summary>Texts of rows of a side.</summary>
    public static string[] Of(Comparison data, Side side, string name, int[] rows) => data.Full(side)![name] is var column ? Array.ConvertAll(rows, column.Text) : [];
}
