using System.Collections.Immutable;
using Semblance.Data;

namespace Semblance.Recipes;

/// <summary>Real and made rows as one table.</summary>
internal static class RowsTogether
{
    /// <summary>Tables of one schema end to end, whatever lists of categories they came with.</summary>
    public static Table Of(Schema schema, ImmutableArray<Table> parts)
    {
        var columns = ImmutableArray.CreateBuilder<Column>(schema.Columns.Length);
        for (var c = 0; c < schema.Columns.Length; c++)
        {
            Column[] own = [.. parts.Select(p => p.Columns[c])];
            columns.Add(own.All(p => p is CategoryColumn) ? Categories(schema.Columns[c], own) : Column.Concatenate(schema.Columns[c], own));
        }
        return new Table(columns.MoveToImmutable());
    }

    private static CategoryColumn Categories(ColumnSchema schema, Column[] parts)
    {
        var levels = new List<string>();
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        var codes = new List<int>(parts.Sum(p => p.Count));
        foreach (var part in parts.Cast<CategoryColumn>())
        {
            var map = new int[part.Levels.Length];
            for (var level = 0; level < map.Length; level++)
            {
                if (!index.TryGetValue(part.Levels[level], out map[level]))
                {
                    index.Add(part.Levels[level], map[level] = levels.Count);
                    levels.Add(part.Levels[level]);
                }
            }
            foreach (var code in part.Codes) codes.Add(code < 0 ? code : map[code]);
        }
        return new CategoryColumn(schema, [.. codes], [.. levels]);
    }
}
