using System.Collections.Immutable;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Numerics;
using Semblance.Rules;

namespace Semblance.Models;

/// <summary>Computes a column from others, wherever it has a value and so have they. Where its value may not be changed, one of the others is computed from it.</summary>
internal sealed class FormulaRepair(BoundConstraint constraint, BoundFormula formula) : IRepair
{
    private readonly int column = constraint.Columns[0];

    public ImmutableArray<int> Reads => formula.Inputs;

    public ImmutableArray<int> Writes { get; } = [constraint.Columns[0]];

    public void Apply(Column[] columns, DrawnRows drawn, RandomStream stream)
    {
        columns[column] = formula.Apply(new Table([.. columns]), drawn.Open?[column]);
        if (drawn.Open is null) return;
        foreach (var input in formula.Inputs.Reverse()) Solve(columns, drawn, input);
    }

    /// <summary>Computes a filled input of rows that break the formula from the others and the result.</summary>
    private void Solve(Column[] columns, DrawnRows drawn, int input)
    {
        if (columns[input] is not (NumberColumn or DateTimeColumn)) return;
        var keeps = constraint.Holds(new Table([.. columns]));
        var rows = Enumerable.Range(0, keeps.Length).Where(row => !keeps[row] && drawn.IsOpen(input, row) && !drawn.IsOpen(column, row)).ToArray();
        if (rows.Length == 0) return;
        var part = new Table([.. columns.Select(c => c.Take(rows))]);
        var solved = formula.Solve(part, input);
        var keys = CellKeys.Of(part.Columns[input]).ToArray();
        var own = columns[input].Schema;
        for (var i = 0; i < rows.Length; i++)
            if (double.IsFinite(solved[i]))
                keys[i] = own.IsNumeric ? BitConverter.DoubleToInt64Bits(Math.Round(solved[i], Math.Min(15, own.Number.MaxDecimals), MidpointRounding.AwayFromZero) + 0.0)
                    : OrderRepair.Floor((long)Math.Clamp(solved[i] + TimeSpan.TicksPerMillisecond, 0, DateTime.MaxValue.Ticks), own);
        var other = new Table([.. part.Columns.Select((c, i) => i == input ? CellKeys.With(c, keys) : c)]);
        var holds = constraint.Holds(other);
        var all = CellKeys.Of(columns[input]).ToArray();
        for (var i = 0; i < rows.Length; i++)
            if (holds[i]) all[rows[i]] = keys[i];
        columns[input] = CellKeys.With(columns[input], all);
    }

    public void Save(ModelArchive archive, string name) { }
}
