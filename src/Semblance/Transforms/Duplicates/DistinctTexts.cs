using System.Buffers;
using Semblance.Data;

namespace Semblance.Transforms;

/// <summary>Keeps, block after block, the rows whose text is no near copy of an earlier row's and holds nothing forbidden. The first of several copies stays.</summary>
public sealed class DistinctTexts
{
    private readonly string column;
    private readonly DuplicateIndex? index;
    private readonly Decontamination? forbidden;
    private readonly ArrayBufferWriter<byte> text = new(1024);

    /// <summary>A filter without memory yet.</summary>
    /// <param name="column">Name of the column of texts.</param>
    /// <param name="index">Texts met so far; null lets copies pass.</param>
    /// <param name="forbidden">Texts that must not be held; null forbids none.</param>
    public DistinctTexts(string column, DuplicateIndex? index, Decontamination? forbidden = null) => (this.column, this.index, this.forbidden) = (column, index, forbidden);

    /// <summary>Rows left out as near copies of earlier ones.</summary>
    public long Copies { get; private set; }

    /// <summary>Rows left out since they hold a forbidden text.</summary>
    public long Contaminated { get; private set; }

    /// <summary>The rows of a block that stay; missing texts do.</summary>
    /// <exception cref="SchemaException">No such column (SB1202).</exception>
    public Table Keep(Table block)
    {
        var cells = block[column];
        var rows = new List<int>(block.Rows);
        for (var row = 0; row < block.Rows; row++)
        {
            if (!cells.IsMissing(row))
            {
                text.ResetWrittenCount();
                cells.WriteText(row, text);
                if (forbidden?.Holds(text.WrittenSpan) == true)
                {
                    Contaminated++;
                    continue;
                }
                if (index?.Add(text.WrittenSpan) is not null)
                {
                    Copies++;
                    continue;
                }
            }
            rows.Add(row);
        }
        return rows.Count == block.Rows ? block : block.Take(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(rows));
    }

    /// <summary>Forbids the texts of a table's column of the same name, or of its only column of text.</summary>
    /// <exception cref="SchemaException">The table has no such column (SB1202).</exception>
    public static void Forbid(Decontamination forbidden, Table table, string column)
    {
        var texts = table.Schema.IndexOf(column) < 0 && table.Columns.Where(c => c.Kind == ColumnKind.Text).ToArray() is [var only] ? only : table[column];
        var text = new ArrayBufferWriter<byte>(1024);
        for (var row = 0; row < texts.Count; row++)
        {
            if (texts.IsMissing(row)) continue;
            text.ResetWrittenCount();
            texts.WriteText(row, text);
            forbidden.Forbid(text.WrittenSpan);
        }
    }
}
