using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Semblance.Data;
using Semblance.Numerics;
using Semblance.Rules;

namespace Semblance.Transforms;

/// <summary>
/// Faults over clean rows, with an answer key. What happens to a row is a function of the seed, the name and the row's number: blocks may be damaged alone, in any order, on any number of threads.
/// Faults come in their order; a cell takes one (drift and one more). Conditions see the clean row. Copies are taken from clean rows and get the changes of their own fault only.
/// </summary>
public sealed class FaultLayer
{
    private readonly ImmutableArray<Fault> faults;
    private readonly Schema schema;
    private readonly BoundCondition?[] conditions;
    private readonly bool[] touched, asText, mayLose;
    private readonly int[][] copied;

    /// <summary>Checks faults against the columns they name.</summary>
    /// <param name="faults">The faults, in order.</param>
    /// <param name="schema">Columns of the clean rows.</param>
    /// <exception cref="SchemaException">There is no such column (SB1202), or its kind does not suit (SB1310).</exception>
    /// <exception cref="RecipeException">A rate is none (SB2190), or a condition can't be read (SB2060 to SB2071).</exception>
    public FaultLayer(ImmutableArray<Fault> faults, Schema schema)
    {
        (this.faults, this.schema) = (faults, schema);
        var n = schema.Columns.Length;
        (touched, asText, mayLose, conditions, copied) = (new bool[n], new bool[n], new bool[n], new BoundCondition?[faults.Length], new int[faults.Length][]);
        for (var f = 0; f < faults.Length; f++) Check(f);
    }

    /// <summary>Columns of the damaged rows: those whose texts are changed are texts, those that may lose values have a marker.</summary>
    public Schema Damaged => Apply(new Table([.. schema.Columns.Select(Empty)]), 0, Run.With(0), "").Damaged.Schema;

    /// <summary>Damages a block.</summary>
    /// <param name="clean">The rows.</param>
    /// <param name="firstRow">Number of the first.</param>
    /// <param name="run">The seed.</param>
    /// <param name="name">Name of the table, part of the streams' path.</param>
    public FaultedBlock Apply(Table clean, long firstRow, Run run, string name)
    {
        var rows = WithCopies(clean.Rows, firstRow, run, name, out var copyOf);
        var source = rows.Length == clean.Rows ? clean : clean.Take(rows);
        var columns = new FaultColumn?[source.Columns.Length];
        for (var c = 0; c < columns.Length; c++)
            if (touched[c]) columns[c] = new(source.Columns[c], asText[c]);
        for (var f = 0; f < faults.Length; f++)
        {
            var stream = run.Stream($"faults/{name}/{f}");
            if (faults[f] is Fault.Duplicates copies) Change(copies, copied[f], columns, rows, copyOf, f, firstRow, stream);
            else Damage(f, columns, clean, firstRow, stream);
        }
        var key = ImmutableArray.CreateBuilder<FaultEntry>();
        for (var row = 0; row < rows.Length; row++)
        {
            if (row >= clean.Rows)
            {
                var near = columns.Any(c => c?.Done(row) is not null);
                key.Add(new(row, "", near ? FaultKind.NearDuplicate : FaultKind.Duplicate, (firstRow + rows[row]).ToString(System.Globalization.CultureInfo.InvariantCulture)));
            }
            foreach (var column in columns)
                if (column?.Done(row) is { } kind) key.Add(new(row, column.Name, kind, column.CleanText(row)));
        }
        var damaged = new Table([.. source.Columns.Select((column, c) => columns[c]?.Build(mayLose[c]) ?? column)]);
        return new(damaged, key.ToImmutable(), [.. rows.Select(r => firstRow + r)]);
    }

    /// <summary>Damages blocks that follow one another.</summary>
    /// <param name="clean">The blocks, in order.</param>
    /// <param name="run">The seed.</param>
    /// <param name="name">Name of the table, part of the streams' path.</param>
    /// <param name="ct">Cancels between blocks.</param>
    public async IAsyncEnumerable<FaultedBlock> ApplyAsync(IAsyncEnumerable<Table> clean, Run run, string name, [EnumeratorCancellation] CancellationToken ct = default)
    {
        var row = 0L;
        await foreach (var block in clean.WithCancellation(ct).ConfigureAwait(false))
        {
            ct.ThrowIfCancellationRequested();
            yield return Apply(block, row, run, name);
            row += block.Rows;
        }
    }

    private void Damage(int f, FaultColumn?[] columns, Table clean, long firstRow, RandomStream stream)
    {
        var fault = faults[f];
        var column = columns[schema.IndexOf(ColumnOf(fault))]!;
        bool[]? mask = null;
        if (conditions[f] is { } condition) condition.Evaluate(clean, mask = new bool[clean.Rows]);
        for (var i = 0; i < clean.Rows; i++)
        {
            var row = firstRow + i;
            if (fault is Fault.Drift drift)
            {
                if (row > drift.From && column.IsFree(i)) column.Change(i, x => x + drift.Amount * Math.Min(1, (row - drift.From) / (double)(drift.To - drift.From)), FaultKind.Drift);
                continue;
            }
            var u = stream.UnitAt(row);
            if (fault is Fault.Label { Confusions.Length: > 0 } confused)
            {
                if (column.IsFree(i)) Confuse(confused, column, i, u);
                continue;
            }
            if (u >= (mask is null || mask[i] ? Rate(fault) : ((Fault.Missing)fault).Otherwise) || !column.IsFree(i)) continue;
            var random = stream.Sequence(row, 1);
            switch (fault)
            {
                case Fault.Missing: column.Clear(i); break;
                case Fault.Outlier outlier:
                    var sign = (random.NextWord() & 1) == 0 ? 1 : -1;
                    column.Change(i, x => x * outlier.Factor + sign * outlier.Distance, FaultKind.Outlier);
                    break;
                case Fault.Label:
                    if (column.Levels.Length < 2) break;
                    var other = random.NextBelow(column.Levels.Length - 1);
                    if (other >= column.Code(i)) other++;
                    column.Relabel(i, column.Levels[other], other);
                    break;
                case Fault.Typo typo: column.Write(i, Slips.Typo(column.Text(i)!, typo.Kinds, ref random), FaultKind.Typo); break;
                case Fault.Format: column.Write(i, Slips.Reformat(column.Text(i)!, ref random), FaultKind.Format); break;
                case Fault.Swap swap:
                    var partner = columns[schema.IndexOf(swap.Other)]!;
                    if (!partner.IsFree(i) || column.Text(i) == partner.Text(i)) break;
                    var (mine, its) = (column.Text(i)!, partner.Text(i)!);
                    column.Write(i, its, FaultKind.Swap);
                    partner.Write(i, mine, FaultKind.Swap);
                    break;
            }
        }
    }

    private static void Confuse(Fault.Label fault, FaultColumn column, int row, double u)
    {
        var label = column.CleanText(row);
        foreach (var (from, to, rate) in fault.Confusions)
        {
            if (from != label) continue;
            if (u < rate)
            {
                var level = Array.IndexOf(column.Levels, to);
                if (level >= 0 && to != label) column.Relabel(row, to, level);
                return;
            }
            u -= rate;
        }
    }

    private void Change(Fault.Duplicates fault, int[] candidates, FaultColumn?[] columns, int[] rows, int[] copyOf, int f, long firstRow, RandomStream stream)
    {
        if (fault.Changes <= 0 || candidates.Length == 0) return;
        for (var row = 0; row < rows.Length; row++)
        {
            if (copyOf[row] != f) continue;
            var random = stream.Sequence(firstRow + rows[row], 1);
            var changed = 0;
            foreach (var c in candidates)
                if (random.NextUnit() < fault.Changes) changed += One(columns[c]!, row, ref random);
            for (var tries = 0; changed == 0 && tries < 8; tries++) changed += One(columns[candidates[random.NextBelow(candidates.Length)]]!, row, ref random);
        }

        static int One(FaultColumn column, int row, ref RandomSequence random)
        {
            if (!column.IsFree(row)) return 0;
            switch (random.NextBelow(20))
            {
                case < 12: column.Write(row, Slips.Typo(column.Text(row)!, TypoKinds.All, ref random), FaultKind.Typo); break;
                case < 17: column.Write(row, Slips.Reformat(column.Text(row)!, ref random), FaultKind.Format); break;
                default: column.Clear(row); break;
            }
            return column.Done(row) is null ? 0 : 1;
        }
    }

    /// <summary>The clean rows, then the copies of some in random order.</summary>
    private int[] WithCopies(int count, long firstRow, Run run, string name, out int[] copyOf)
    {
        var copies = new List<(uint Order, int Row, int Fault)>();
        for (var f = 0; f < faults.Length; f++)
        {
            if (faults[f] is not Fault.Duplicates fault) continue;
            var stream = run.Stream($"faults/{name}/{f}");
            for (var i = 0; i < count; i++)
                if (stream.UnitAt(firstRow + i) < fault.Rate) copies.Add((stream.Words(firstRow + i).C, i, f));
        }
        copies.Sort();
        var rows = new int[count + copies.Count];
        copyOf = new int[rows.Length];
        Array.Fill(copyOf, -1);
        for (var i = 0; i < count; i++) rows[i] = i;
        for (var i = 0; i < copies.Count; i++) (rows[count + i], copyOf[count + i]) = (copies[i].Row, copies[i].Fault);
        return rows;
    }

    private static string ColumnOf(Fault fault) => fault switch
    {
        Fault.Missing x => x.Column, Fault.Outlier x => x.Column, Fault.Drift x => x.Column, Fault.Label x => x.Column, Fault.Typo x => x.Column, Fault.Format x => x.Column, Fault.Swap x => x.Column, _ => "",
    };

    private static double Rate(Fault fault) => fault switch
    {
        Fault.Missing x => x.Rate, Fault.Outlier x => x.Rate, Fault.Label x => x.Rate, Fault.Typo x => x.Rate, Fault.Format x => x.Rate, Fault.Swap x => x.Rate, Fault.Duplicates x => x.Rate, _ => 0,
    };

    private void Check(int f)
    {
        var fault = faults[f];
        Probability(Rate(fault));
        if (fault is Fault.Duplicates copies)
        {
            Probability(copies.Changes);
            copied[f] = copies.Changes <= 0 ? [] : copies.Columns.IsEmpty
                ? [.. Enumerable.Range(0, schema.Columns.Length).Where(c => schema.Columns[c].Kind is ColumnKind.Text or ColumnKind.Category or ColumnKind.Identifier)]
                : [.. copies.Columns.Select(name => schema.Require(name, "faults"))];
            foreach (var c in copied[f]) touched[c] = asText[c] = mayLose[c] = true;
            return;
        }
        var column = schema.Require(ColumnOf(fault), "faults");
        var kind = schema.Columns[column].Kind;
        touched[column] = true;
        if (fault is Fault.Outlier or Fault.Drift && !schema.Columns[column].IsNumeric) throw new SchemaException("SB1310", $"column `{ColumnOf(fault)}` is no column of numbers: outliers and drift need one");
        if (fault is Fault.Label && kind is not (ColumnKind.Category or ColumnKind.Boolean)) throw new SchemaException("SB1310", $"column `{ColumnOf(fault)}` is no column of categories: label noise needs one");
        if (fault is Fault.Drift drift && drift.To <= drift.From) throw new RecipeException("SB2190", $"drift of `{drift.Column}` is to be complete at row {drift.To}, not after it begins at row {drift.From}");
        if (fault is Fault.Typo or Fault.Format or Fault.Swap) asText[column] = true;
        if (fault is Fault.Swap swap) touched[schema.Require(swap.Other, "faults")] = asText[schema.Require(swap.Other, "faults")] = true;
        if (fault is Fault.Label label)
            foreach (var group in label.Confusions.GroupBy(c => c.From))
            {
                foreach (var confusion in group) Probability(confusion.Rate);
                Probability(Math.Round(group.Sum(c => c.Rate), 9));
            }
        if (fault is not Fault.Missing missing) return;
        mayLose[column] = true;
        Probability(missing.Otherwise);
        conditions[f] = missing.When?.Bind(schema);

        void Probability(double rate)
        {
            if (!(rate >= 0 && rate <= 1)) throw new RecipeException("SB2190", FormattableString.Invariant($"fault {f + 1}{(ColumnOf(fault).Length > 0 ? $", of `{ColumnOf(fault)}`" : "")}: a rate is a probability from 0 to 1, not {rate}"));
        }
    }

    private static Column Empty(ColumnSchema column) => column.Kind switch
    {
        ColumnKind.Integer or ColumnKind.Decimal => new NumberColumn(column, []),
        ColumnKind.Boolean or ColumnKind.Category or ColumnKind.Constant => new CategoryColumn(column, [], []),
        ColumnKind.DateTime => new DateTimeColumn(column, []),
        _ => new TextColumn(column, [], []),
    };
}
