using System.Collections.Immutable;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Numerics;
using Semblance.Rules;

namespace Semblance.Models;

/// <summary>Computes a column from others, wherever it has a value and so have they.</summary>
internal sealed class FormulaRepair(int column, BoundFormula formula) : IRepair
{
    public ImmutableArray<int> Reads => formula.Inputs;

    public ImmutableArray<int> Writes { get; } = [column];

    public void Apply(Column[] columns, ReadOnlySpan<long> rows, uint draw, RandomStream stream) => columns[column] = formula.Apply(new Table([.. columns]));

    public void Save(ModelArchive archive, string name) { }
}
