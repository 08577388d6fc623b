using System.Text.Json.Nodes;

namespace Semblance.Language;

/// <summary>A check of a cell that needs no model. To add one: a class, and a line in <see cref="CheckCatalog"/>.</summary>
internal abstract class TextCheck
{
    /// <summary>Its word in a job and in the ledger.</summary>
    public required string Name { get; init; }

    /// <summary>The part of the column that is looked at; null for the whole cell.</summary>
    public CellPath? Of { get; init; }

    /// <summary>Cells it compares with.</summary>
    public virtual IEnumerable<CellPath> Against => [];

    /// <summary>Every cell it reads.</summary>
    public IEnumerable<CellPath> Needs => Of is null ? Against : Against.Append(Of);

    /// <summary>What is wrong, as a sentence that the model can mend its answer by; null when nothing is.</summary>
    /// <param name="column">Column the value is meant for; it is not in the row yet.</param>
    /// <param name="value">The value.</param>
    /// <param name="cells">The row.</param>
    public string? Fault(string column, JsonNode? value, RowCells cells)
    {
        var part = value;
        if (Of is not null)
        {
            if (Of.Column == column)
            {
                var alone = new RowCells();
                alone[column] = value;
                part = Of.In(alone);
            }
            else part = Of.In(cells);
        }
        return Fault(part, cells);
    }

    /// <summary>What is wrong with a value.</summary>
    protected abstract string? Fault(JsonNode? value, RowCells cells);
}
