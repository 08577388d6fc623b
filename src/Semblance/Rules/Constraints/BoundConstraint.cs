using System.Collections.Immutable;
using Semblance.Data;

namespace Semblance.Rules;

/// <summary>How a constraint is kept.</summary>
internal enum ConstraintKind
{
    /// <summary>Rows that break it are drawn again.</summary>
    Condition,
    /// <summary>A column that does not exceed another: kept as a condition is.</summary>
    Order,
    /// <summary>A column is computed from others.</summary>
    Formula,
    /// <summary>Values stand together only as in the real data.</summary>
    Combination,
    /// <summary>Exactly one of several columns is 1.</summary>
    OneHot,
    /// <summary>No two rows agree.</summary>
    Unique,
    /// <summary>Made by a pattern.</summary>
    Pattern,
}

/// <summary>A column that does not exceed another.</summary>
/// <param name="Lesser">Position of the lesser column.</param>
/// <param name="Greater">Position of the greater column.</param>
/// <param name="Strict">Whether they may not be equal.</param>
internal readonly record struct ValueOrder(int Lesser, int Greater, bool Strict);

/// <summary>A constraint checked against a schema. Immutable; may be asked from several threads at once.</summary>
internal sealed record BoundConstraint(ConstraintKind Kind, string Text, ImmutableArray<int> Columns)
{
    /// <summary>True in every row that does not break it; null where no single row can tell (unique keys, combinations).</summary>
    public BoundCondition? Test { get; init; }

    /// <summary>The condition as it was written, for reasoning about values; null for words.</summary>
    public BoundCondition? Written { get; init; }

    /// <summary>The order of two columns, if that is what it says.</summary>
    public ValueOrder? Order { get; init; }

    /// <summary>How the first of <see cref="Columns"/> is computed from the others.</summary>
    public BoundFormula? Formula { get; init; }

    /// <summary>How the column is made.</summary>
    public TextPattern? Pattern { get; init; }

    /// <summary>
    /// The column of a unique key that carries the difference, by getting its values from the numbers of the rows: a whole number, a date, a decimal. Null where the key has an identifier,
    /// which does so by itself, and for other constraints.
    /// </summary>
    public int? Carrier(Schema schema)
    {
        if (Kind != ConstraintKind.Unique || Columns.Any(c => schema.Columns[c].Kind == ColumnKind.Identifier)) return null;
        foreach (var kind in (ReadOnlySpan<ColumnKind>)[ColumnKind.Integer, ColumnKind.DateTime, ColumnKind.Decimal])
            foreach (var column in Columns)
                if (schema.Columns[column].Kind == kind) return column;
        return null;
    }

    /// <summary>The numbers (dates as ticks) that it leaves to a column, when it speaks of that column alone and they are a range; null otherwise.</summary>
    public NumberSet? RangeOf(int column) =>
        Written is { Columns: [var only] } written && only == column && written.AsColumnSets()[column]?.Numbers is { Intervals.Length: 1 } range ? range : null;

    /// <summary>Says for every row whether it keeps the constraint. A row that repeats an earlier one breaks a unique key.</summary>
    public bool[] Holds(Table table)
    {
        var mask = new bool[table.Rows];
        Array.Fill(mask, true);
        if (Test is not null) Test.Evaluate(table, mask);
        else if (Kind == ConstraintKind.Unique) MarkRepeats(table, mask);
        else if (Pattern is not null)
        {
            var column = (TextColumn)table.Columns[Columns[0]];
            for (var row = 0; row < mask.Length; row++) mask[row] = column.IsMissing(row) || Pattern.Matches(column.Text(row));
        }
        return mask;
    }

    /// <summary>Rows with a gap in the key repeat nothing, as in SQL.</summary>
    private void MarkRepeats(Table table, bool[] mask)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var row = 0; row < mask.Length; row++)
            if (!Columns.Any(c => table.Columns[c].IsMissing(row)))
                mask[row] = seen.Add(string.Join('\0', Columns.Select(c => table.Columns[c].Text(row))));
    }
}

/// <summary>A formula checked against a schema: values of one column from those of others.</summary>
internal sealed class BoundFormula
{
    private readonly Schema schema;
    private readonly ColumnSchema target;
    private readonly ValueNode<double>? number;
    private readonly ValueNode<long>? date;
    private readonly int index;

    private BoundFormula(Schema schema, int target, ValueNode<double>? number, ValueNode<long>? date, ImmutableArray<int> inputs) =>
        (this.schema, this.target, index, this.number, this.date, Inputs) = (schema, schema.Columns[target], target, number, date, inputs);

    /// <summary>Positions of the columns it is computed from.</summary>
    public ImmutableArray<int> Inputs { get; }

    public static BoundFormula Of(Schema schema, string text, int target, Term term)
    {
        var binder = new Binder(schema, text);
        return schema.Columns[target].IsNumeric
            ? new(schema, target, binder.Number(term), null, [.. binder.Columns])
            : new(schema, target, null, binder.Date(term), [.. binder.Columns]);
    }

    /// <summary>The column as the formula gives it, rounded to its decimals; cells that are missing, or for which the formula has no result, stay as they are.</summary>
    /// <param name="table">The rows.</param>
    /// <param name="open">Cells that may be changed; null for all.</param>
    public Column Apply(Table table, bool[]? open = null)
    {
        var evaluation = new Evaluation(schema, table);
        if (number is not null)
        {
            var old = (NumberColumn)table.Columns[index];
            var values = old.Values.ToArray();
            var decimals = Math.Min(15, target.Number.MaxDecimals);
            Over(table.Rows, (start, count) =>
            {
                using var made = new Scratch<double>(count);
                number.Evaluate(new Chunk(evaluation, start, count), made.Cells);
                for (var i = 0; i < count; i++)
                    if (open?[start + i] != false && !double.IsNaN(values[start + i]) && double.IsFinite(made.Cells[i])) values[start + i] = Math.Round(made.Cells[i], decimals, MidpointRounding.AwayFromZero) + 0.0;
            });
            return new NumberColumn(target, values, old.Markers);
        }
        var ticks = ((DateTimeColumn)table.Columns[index]).Ticks.ToArray();
        Over(table.Rows, (start, count) =>
        {
            using var made = new Scratch<long>(count);
            date!.Evaluate(new Chunk(evaluation, start, count), made.Cells);
            for (var i = 0; i < count; i++)
                if (open?[start + i] != false && ticks[start + i] >= 0 && made.Cells[i] >= 0) ticks[start + i] = made.Cells[i];
        });
        return new DateTimeColumn(target, ticks);
    }

    /// <summary>
    /// Values of an input for which the formula gives what stands in its column: by the secant rule, which needs one step where the formula is linear in the input. NaN where none is
    /// found. Dates count in ticks.
    /// </summary>
    public double[] Solve(Table table, int input)
    {
        var wanted = Numbers(table.Columns[index]);
        var before = Numbers(table.Columns[input]);
        var step = table.Columns[input] is DateTimeColumn ? TimeSpan.TicksPerDay : 1.0;
        var now = Array.ConvertAll(before, x => x + Math.Max(step, Math.Abs(x) / 1024));
        var (errorBefore, error) = (Errors(before), Errors(now));
        for (var round = 0; round < 12; round++)
        {
            for (var i = 0; i < now.Length; i++)
            {
                if (error[i] == 0 || error[i] == errorBefore[i] || !double.IsFinite(error[i])) continue;
                (before[i], now[i], errorBefore[i]) = (now[i], now[i] - error[i] * (now[i] - before[i]) / (error[i] - errorBefore[i]), error[i]);
            }
            error = Errors(now);
        }
        return now;

        double[] Errors(double[] values)
        {
            var columns = table.Columns.ToBuilder();
            columns[input] = With(columns[input], values);
            var other = new Table(columns.ToImmutable());
            var evaluation = new Evaluation(schema, other);
            var errors = new double[values.Length];
            Over(table.Rows, (start, count) =>
            {
                if (number is not null) number.Evaluate(new Chunk(evaluation, start, count), errors.AsSpan(start, count));
                else
                {
                    using var made = new Scratch<long>(count);
                    date!.Evaluate(new Chunk(evaluation, start, count), made.Cells);
                    for (var i = 0; i < count; i++) errors[start + i] = made.Cells[i];
                }
            });
            for (var i = 0; i < errors.Length; i++) errors[i] -= wanted[i];
            return errors;
        }
    }

    private static double[] Numbers(Column column) => column is NumberColumn number ? number.Values.ToArray() : Array.ConvertAll(((DateTimeColumn)column).Ticks, t => t < 0 ? double.NaN : (double)t);

    private static Column With(Column column, double[] values) => column is NumberColumn
        ? new NumberColumn(column.Schema, values)
        : new DateTimeColumn(column.Schema, Array.ConvertAll(values, v => double.IsFinite(v) && v >= 0 && v <= DateTime.MaxValue.Ticks ? (long)v : long.MinValue));

    private static void Over(int rows, Action<int, int> body)
    {
        for (var start = 0; start < rows; start += Chunk.Rows) body(start, Math.Min(Chunk.Rows, rows - start));
    }
}
