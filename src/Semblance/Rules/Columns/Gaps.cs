using System.Text;
using Semblance.Data;

namespace Semblance.Rules;

/// <summary>Cells without a value.</summary>
internal static class Gaps
{
    /// <summary>The marker that made gaps are written as: the empty cell.</summary>
    public static ColumnSchema Allowed(ColumnSchema schema) => schema.MissingMarkers.IsEmpty ? schema with { MissingMarkers = [""] } : schema;

    /// <summary>A column with some of its cells taken out.</summary>
    public static Column Without(Column column, ColumnSchema schema, ReadOnlySpan<bool> gone)
    {
        switch (column)
        {
            case NumberColumn numbers:
                var values = numbers.Values.ToArray();
                for (var i = 0; i < values.Length; i++)
                    if (gone[i]) values[i] = double.NaN;
                return new NumberColumn(schema, values);
            case DateTimeColumn moments:
                var ticks = moments.Ticks.ToArray();
                for (var i = 0; i < ticks.Length; i++)
                    if (gone[i]) ticks[i] = long.MinValue;
                return new DateTimeColumn(schema, ticks);
            case CategoryColumn categories:
                var codes = categories.Codes.ToArray();
                for (var i = 0; i < codes.Length; i++)
                    if (gone[i]) codes[i] = -1;
                return categories.WithCodes(codes).WithSchema(schema);
            default:
                var texts = (TextColumn)column;
                var kept = new TextBuilder(texts.Count);
                for (var i = 0; i < texts.Count; i++)
                    if (gone[i] || texts.IsMissing(i)) kept.AddMissing();
                    else kept.Add(texts.Utf8(i));
                return kept.Column(schema);
        }
    }

    /// <summary>A column without any value.</summary>
    public static Column None(ColumnSchema schema, int rows)
    {
        switch (schema.Kind)
        {
            case ColumnKind.Integer or ColumnKind.Decimal:
                var values = new double[rows];
                Array.Fill(values, double.NaN);
                return new NumberColumn(schema, values);
            case ColumnKind.DateTime:
                var ticks = new long[rows];
                Array.Fill(ticks, long.MinValue);
                return new DateTimeColumn(schema, ticks);
            case ColumnKind.Identifier or ColumnKind.Text:
                var markers = new byte[rows];
                Array.Fill(markers, (byte)1);
                return new TextColumn(schema, [], new int[rows], markers);
            default:
                var codes = new int[rows];
                Array.Fill(codes, -1);
                return new CategoryColumn(schema, codes, []);
        }
    }
}

/// <summary>Takes a share of the cells out.</summary>
internal sealed class GapMaker(ColumnMaker inner, double share, int stream) : ColumnMaker
{
    public override ulong? Room => inner.Room;

    public override Column Make(RowFrame frame)
    {
        var column = inner.Make(frame);
        var units = new double[frame.Count];
        frame.FillUnit(stream, units);
        return Gaps.Without(column, Schema, Array.ConvertAll(units, u => u < share));
    }
}

/// <summary>The texts of cells as a column of another kind: numbers as identifiers, texts as categories.</summary>
internal sealed class KindMaker(ColumnMaker inner) : ColumnMaker
{
    public override ulong? Room => inner.Room;

    public override Column Make(RowFrame frame)
    {
        var column = inner.Make(frame);
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(64);
        if (Schema.Kind is ColumnKind.Text or ColumnKind.Identifier)
        {
            var texts = new TextBuilder(column.Count);
            for (var i = 0; i < column.Count; i++)
            {
                if (column.IsMissing(i))
                {
                    texts.AddMissing();
                    continue;
                }
                buffer.ResetWrittenCount();
                column.WriteText(i, buffer);
                texts.Add(buffer.WrittenSpan);
            }
            return texts.Column(Schema);
        }
        var levels = new Dictionary<string, int>(StringComparer.Ordinal);
        var codes = new int[column.Count];
        for (var i = 0; i < codes.Length; i++)
        {
            if (column.IsMissing(i))
            {
                codes[i] = -1;
                continue;
            }
            buffer.ResetWrittenCount();
            column.WriteText(i, buffer);
            var text = Encoding.UTF8.GetString(buffer.WrittenSpan);
            if (!levels.TryGetValue(text, out var code)) levels.Add(text, code = levels.Count);
            codes[i] = code;
        }
        return new CategoryColumn(Schema, codes, [.. levels.Keys]);
    }
}
