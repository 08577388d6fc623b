using System.Collections.Immutable;
using System.Globalization;
using Semblance.Data;
using Semblance.Numerics;
using Semblance.Rules;

namespace Semblance.Transforms;

/// <summary>Real rows, and behind them rows that were made from them.</summary>
/// <param name="Table">All rows: the real ones as they were and in their order, then the made ones.</param>
/// <param name="RealRows">How many are real: rows from this number on are made.</param>
public sealed record Oversampled(Table Table, int RealRows)
{
    /// <summary>How many were made.</summary>
    public int MadeRows => Table.Rows - RealRows;

    /// <summary>The rows with one column more, which says of each whether it was made: <c>no</c> or <c>yes</c>.</summary>
    /// <exception cref="SchemaException">There is a column of that name (SB1201).</exception>
    public Table Marked(string column)
    {
        var codes = new int[Table.Rows];
        codes.AsSpan(RealRows).Fill(1);
        return new([.. Table.Columns, new CategoryColumn(new(column, ColumnKind.Boolean), codes, ["no", "yes"])]);
    }
}

/// <summary>
/// SMOTE for tables of numbers and categories (SMOTE-NC; Chawla, Bowyer, Hall, Kegelmeyer: SMOTE: Synthetic minority over-sampling technique, JAIR 2002): small groups grow by rows between
/// a real row and one of its nearest neighbours in the group.
/// </summary>
internal sealed class Smote
{
    private const int MostGroups = 1_000;
    private const long MostRows = 100_000_000;

    private readonly Table table;
    private readonly BoundBalance balance;
    private readonly int neighbours;
    private readonly Run run;
    private readonly CancellationToken ct;

    public Smote(Table table, BoundBalance balance, int neighbours, Run run, CancellationToken ct) =>
        (this.table, this.balance, this.neighbours, this.run, this.ct) = (table, balance, neighbours, run, ct);

    public Oversampled Grow()
    {
        var made = new List<MadeRow>();
        foreach (var (group, size) in Sizes())
        {
            ct.ThrowIfCancellationRequested();
            run.Report(Stage.Generate, group.Name, made.Count);
            if (size > group.Rows.Length) Add(group, size - group.Rows.Length, made);
        }
        var columns = ImmutableArray.CreateBuilder<Column>(table.Columns.Length);
        foreach (var column in table.Columns) columns.Add(SmoteColumn.Extend(column, made));
        return new(new Table(columns.MoveToImmutable()), table.Rows);
    }

    private void Add(Group group, int count, List<MadeRow> made)
    {
        if (group.Rows.Length < 2)
            throw new DataException("SB1301", $"the group {group.Name} has {group.Rows.Length} row{(group.Rows.Length == 1 ? "" : "s")}; rows are made between two real ones: leave it out by listing the other groups with their shares, or fit a model");
        var k = Math.Min(neighbours, group.Rows.Length - 1);
        var (matrix, dimensions) = SmoteColumn.Matrix(table, group.Rows);
        var near = NearestNeighbors.Find(matrix, matrix, dimensions, k, run, ct, excludeSelf: true).Index;
        var order = Enumerable.Range(0, group.Rows.Length).ToArray();
        run.Stream($"smote/{group.Name}/order").Sequence().Shuffle<int>(order);
        var stream = run.Stream($"smote/{group.Name}");
        for (var i = 0; i < count; i++)
        {
            // every row of the group is a base equally often, but for one
            var at = order[i % order.Length];
            var words = stream.Words(i);
            var own = near.AsSpan(at * k, k);
            made.Add(new(group.Rows[at], Array.ConvertAll(own.ToArray(), n => group.Rows[n]), RandomStream.Below(words.A, k), RandomStream.Unit(words.B)));
        }
    }

    /// <summary>The groups, and how many rows each is to have: as many as the largest, or as the shares say without taking a row away.</summary>
    private List<(Group, int)> Sizes()
    {
        var groups = Groups();
        if (balance.Groups.IsEmpty)
        {
            var most = groups.Values.Max(g => g.Rows.Length);
            return Checked([.. groups.Values.Select(g => (g, (double)most))]);
        }
        var wanted = balance.Groups.Select(g => (Group: groups.GetValueOrDefault(NameOf([.. g.Values])) ?? throw Unknown(g, groups.Keys), g.Share)).ToList();
        var total = wanted.Max(w => w.Group.Rows.Length / w.Share);
        return Checked([.. wanted.Select(w => (w.Group, Math.Max(w.Group.Rows.Length, Math.Round(total * w.Share))))]);
    }

    private List<(Group, int)> Checked(List<(Group Group, double Size)> sizes)
    {
        var more = sizes.Sum(s => s.Size - s.Group.Rows.Length);
        if (more + table.Rows > MostRows)
            throw new DataException("SB1303", string.Create(CultureInfo.InvariantCulture, $"{more:0} rows would have to be made for these shares, more than {MostRows}; ask for a smaller share of the small groups"));
        return [.. sizes.Select(s => (s.Group, (int)s.Size))];
    }

    private Dictionary<string, Group> Groups()
    {
        foreach (var c in balance.Columns)
            if (table.Columns[c] is TextColumn)
                throw new DataException("SB1302", $"column `{table.Columns[c].Name}` holds texts, which make no groups; name a column of categories, or read it as one (--column {table.Columns[c].Name}=category)");
        var rows = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        var values = new string?[balance.Columns.Length];
        for (var row = 0; row < table.Rows; row++)
        {
            var isGap = false;
            for (var i = 0; i < values.Length; i++)
            {
                var column = table.Columns[balance.Columns[i]];
                values[i] = column.IsMissing(row) ? null : column.Text(row);
                isGap |= values[i] is null && balance.Groups.IsEmpty && !balance.WithMissing[i];
            }
            if (isGap) continue; // such rows stay as they are
            var name = NameOf(values);
            if (!rows.TryGetValue(name, out var own))
            {
                if (rows.Count == MostGroups)
                    throw new DataException("SB1302", $"{string.Join(", ", balance.Columns.Select(c => $"`{table.Columns[c].Name}`"))} make more than {MostGroups} groups; name columns with fewer values");
                rows[name] = own = [];
            }
            own.Add(row);
        }
        if (rows.Count == 0) throw new DataException("SB1301", $"no row has a value in {string.Join(", ", balance.Columns.Select(c => $"`{table.Columns[c].Name}`"))}: there is nothing to make rows from");
        return rows.ToDictionary(r => r.Key, r => new Group(r.Key, [.. r.Value]), StringComparer.Ordinal);
    }

    private static DataException Unknown(BalanceGroup group, IEnumerable<string> known)
    {
        var name = NameOf([.. group.Values]);
        return new("SB1301", $"the group {name} has no rows; rows are made between two real ones" + (Nearest.Of(name, known) is { } near ? $". Did you mean {near}?" : $"; there are {string.Join(", ", known.Take(12))}"));
    }

    private static string NameOf(string?[] values) => string.Join('/', values.Select(v => v is null ? "missing" : $"'{v.Replace("'", "''")}'"));

    private sealed record Group(string Name, int[] Rows);
}

/// <summary>One made row.</summary>
/// <param name="Base">The real row it starts from.</param>
/// <param name="Near">Its nearest rows, nearest first.</param>
/// <param name="Chosen">Towards which of them it goes.</param>
/// <param name="Gap">How far, from 0 to 1.</param>
internal readonly record struct MadeRow(int Base, int[] Near, int Chosen, double Gap)
{
    /// <summary>The real row it ends at.</summary>
    public int Other => Near[Chosen];
}
