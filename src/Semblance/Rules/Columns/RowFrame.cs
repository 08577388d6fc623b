using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Rules;

/// <summary>
/// Some rows of one table while they are made: which they are, and what of them is there already. A part shares what its whole has made. Used by one thread.
/// </summary>
/// <remarks>
/// A row that breaks a free condition is drawn again: try k of row r counts its random numbers as row r + k 2^44 (<see cref="Draws"/>), so a redraw shifts no other row. Only columns that
/// the condition may move do so; all others are taken from the frame around.
/// </remarks>
internal sealed class RowFrame
{
    /// <summary>Tables have fewer rows than this.</summary>
    public const long MostRows = 1L << 44;

    private readonly RowFrame? whole;
    private readonly int[]? places; // of these rows in the whole; null for all
    private readonly bool trial;    // whether moved columns are made here
    private readonly Column?[] made;
    private readonly long[]?[] chosen;
    private (long[] Rows, int[] Ordinals)? parents;
    private RowFrame? settled;
    private (IRowModel Model, Table Rows)? modelled; // the one asked for last

    /// <summary>Rows of a table.</summary>
    public RowFrame(TableRows table, RowScope scope, long[] rows, bool isRun) : this(table, scope, rows, rows, isRun, null, null, false) { }

    private RowFrame(TableRows table, RowScope scope, long[] rows, long[] draws, bool isRun, RowFrame? whole, int[]? places, bool trial)
    {
        (Table, Scope, Rows, Draws, IsRun, this.whole, this.places, this.trial) = (table, scope, rows, draws, isRun, whole, places, trial);
        (made, chosen) = (new Column?[table.Plan.Makers.Length], new long[]?[table.Plan.Choices.Length]);
    }

    /// <summary>The table.</summary>
    public TableRows Table { get; }

    /// <summary>Where frames of other tables are found.</summary>
    public RowScope Scope { get; }

    /// <summary>The rows.</summary>
    public long[] Rows { get; }

    /// <summary>What random numbers are counted by: the row, or row and try.</summary>
    public long[] Draws { get; }

    /// <summary>Whether the rows follow one another.</summary>
    public bool IsRun { get; }

    /// <summary>How many rows.</summary>
    public int Count => Rows.Length;

    /// <summary>Whether random numbers are those of rows that follow one another, and can be had in bulk.</summary>
    public bool DrawsRun => IsRun && Count > 0 && ReferenceEquals(Rows, Draws);

    /// <summary>A stream of the table.</summary>
    public RandomStream Stream(int stream) => Table.Streams[stream];

    /// <summary>Numbers in [0, 1) of the rows.</summary>
    public void FillUnit(int stream, Span<double> values)
    {
        var random = Stream(stream);
        if (DrawsRun) random.FillUnit(Rows[0], 0, values);
        else
            for (var i = 0; i < Draws.Length; i++) values[i] = random.UnitAt(Draws[i]);
    }

    /// <summary>A column by its place in the plan.</summary>
    public Column Column(int index)
    {
        if (made[index] is { } column) return column;
        var moved = Table.Plan.Moved[index];
        if (moved && !trial) column = whole is null ? Settled.Column(index) : FromWhole(whole.Column(index));
        else if (whole is not null && !(trial && moved)) column = FromWhole(whole.Column(index));
        else column = Table.Plan.Makers[index].Make(this);
        return made[index] = column;
    }

    /// <summary>The rows that a reference has chosen; -1 for none.</summary>
    public long[] Chosen(int choice)
    {
        if (chosen[choice] is { } rows) return rows;
        var rule = Table.Plan.Choices[choice];
        var moved = rule.Column >= 0 && Table.Plan.Moved[rule.Column];
        if (moved && !trial && whole is null) rows = Settled.Chosen(choice);
        else if (whole is not null && !(trial && moved))
        {
            var all = whole.Chosen(choice);
            rows = places is null ? all : Array.ConvertAll(places, p => all[p]);
        }
        else rows = rule.Choose(this);
        return chosen[choice] = rows;
    }

    /// <summary>The rows of a fitted model: columns of one model come from one row.</summary>
    public Table RowsOf(IRowModel model)
    {
        if (modelled is null || !ReferenceEquals(modelled.Value.Model, model)) modelled = (model, model.Make(Draws, Scope.Rows.Run));
        return modelled.Value.Rows;
    }

    /// <summary>Parent row of each row, and the row's number among its siblings.</summary>
    public (long[] Rows, int[] Ordinals) Parents
    {
        get
        {
            if (parents is { } known) return known;
            if (whole is not null)
            {
                var (rows, ordinals) = whole.Parents;
                parents = places is null ? (rows, ordinals) : (Array.ConvertAll(places, p => rows[p]), Array.ConvertAll(places, p => ordinals[p]));
            }
            else parents = Table.Children!.Locate(Rows);
            return parents.Value;
        }
    }

    /// <summary>Some of the rows, by their places here.</summary>
    public RowFrame Part(int[] some) => new(Table, Scope, Array.ConvertAll(some, p => Rows[p]), Array.ConvertAll(some, p => Draws[p]), false, this, some, false);

    private Column FromWhole(Column column) => places is null ? column : column.Take(places);

    /// <summary>The rows as they are once all free conditions hold.</summary>
    private RowFrame Settled
    {
        get
        {
            if (settled is not null) return settled;
            var draws = Rows.ToArray();
            var open = new int[Count];
            for (var i = 0; i < open.Length; i++) open[i] = i;
            for (var k = 0; open.Length > 0; k++)
            {
                var first = k == 0;
                var tried = first ? new RowFrame(Table, Scope, Rows, Rows, IsRun, this, null, true)
                    : new RowFrame(Table, Scope, Array.ConvertAll(open, p => Rows[p]), Array.ConvertAll(open, p => Rows[p] + k * MostRows), false, this, open, true);
                var (holds, broken) = Table.Plan.Test(tried);
                if (first && broken is null) return settled = tried;
                var left = new List<int>();
                for (var i = 0; i < open.Length; i++)
                    if (holds[i]) draws[open[i]] = tried.Draws[i];
                    else left.Add(open[i]);
                if (k >= TablePlan.MostTries && left.Count > 0)
                    throw new GenerateException("SB4071", $"table `{Table.Plan.Name}`: row {Rows[left[0]]} does not satisfy the constraint `{broken}` in {k} tries; bound the columns so that it holds more often");
                open = [.. left];
            }
            return settled = new(Table, Scope, Rows, draws, false, this, null, true);
        }
    }
}
