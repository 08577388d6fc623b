using System.Text;
using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Tests.Metrics;

/// <summary>A made-up population with every kind of column, dependence, a spike, a functional dependency and gaps that depend on another column.</summary>
internal static class Population
{
    /// <summary>Independent rows; another seed gives other people of the same population.</summary>
    public static Table Sample(int rows, ulong seed)
    {
        var stream = new RandomStream(new Seed(seed), "population");
        var age = new double[rows];
        var income = new double[rows];
        var spent = new double[rows];
        int[] city = new int[rows], region = new int[rows], owner = new int[rows], gap = new int[rows], constant = new int[rows];
        var joined = new long[rows];
        StringBuilder notes = new(), ids = new();
        int[] noteEnds = new int[rows], idEnds = new int[rows];
        for (var i = 0; i < rows; i++)
        {
            var s = stream.Sequence(i);
            age[i] = 18 + s.NextBelow(30) + s.NextBelow(30);
            city[i] = Math.Min(s.NextBelow(6), s.NextBelow(6));
            region[i] = city[i] / 2;
            var normal = FastMath.NormalQuantile(Math.Max(1e-9, s.NextUnit()));
            income[i] = s.NextUnit() < 0.3 ? 0 : Math.Round(100 * FastMath.Exp(0.02 * age[i] + 0.3 * city[i] + 0.5 * normal)) / 100;
            spent[i] = Math.Round((0.4 + 0.3 * s.NextUnit()) * income[i] * 100) / 100;
            owner[i] = s.NextUnit() < (income[i] > 4 ? 0.8 : 0.15) ? 1 : 0;
            gap[i] = s.NextUnit() < (owner[i] == 1 ? 0.05 : 0.6) ? -1 : s.NextBelow(3);
            joined[i] = new DateTime(2020, 1, 1).AddDays(s.NextBelow(400) + 5 * age[i]).Ticks;
            notes.Append('x', 3 + s.NextBelow(20));
            noteEnds[i] = notes.Length;
            ids.Append("ID").Append(seed.ToString("D4", null)).Append(i.ToString("D6", null));
            idEnds[i] = ids.Length;
        }
        return new Table(
        [
            new NumberColumn(new ColumnSchema("age", ColumnKind.Integer), age),
            new NumberColumn(new ColumnSchema("income", ColumnKind.Decimal) { Number = new NumberForm(0, 2) }, income),
            new NumberColumn(new ColumnSchema("spent", ColumnKind.Decimal) { Number = new NumberForm(0, 2) }, spent),
            new CategoryColumn(new ColumnSchema("city", ColumnKind.Category), city, ["Aarau", "Bern", "Chur", "Davos", "Elm", "Flims"]),
            new CategoryColumn(new ColumnSchema("region", ColumnKind.Category), region, ["west", "middle", "east"]),
            new CategoryColumn(new ColumnSchema("owner", ColumnKind.Boolean), owner, ["no", "yes"]),
            new CategoryColumn(new ColumnSchema("gap", ColumnKind.Category) { MissingMarkers = ["?"] }, gap, ["a", "b", "c"]),
            new DateTimeColumn(new ColumnSchema("joined", ColumnKind.DateTime) { Format = "yyyy-MM-dd" }, joined),
            new TextColumn(new ColumnSchema("note", ColumnKind.Text), Encoding.UTF8.GetBytes(notes.ToString()), noteEnds),
            new TextColumn(new ColumnSchema("id", ColumnKind.Identifier), Encoding.UTF8.GetBytes(ids.ToString()), idEnds),
            new CategoryColumn(new ColumnSchema("source", ColumnKind.Constant), constant, ["form"]),
        ]);
    }

    /// <summary>Each column shuffled on its own: marginals stay, relations go.</summary>
    public static Table Shuffled(Table table) => new(
    [
        .. table.Columns.Select(column =>
        {
            var rows = Enumerable.Range(0, table.Rows).ToArray();
            new RandomStream(new Seed(99), column.Name).Sequence().Shuffle(rows.AsSpan());
            return column.Take(rows);
        }),
    ]);

    /// <summary>A number column; null is a gap.</summary>
    public static NumberColumn Numbers(string name, params double?[] values) =>
        new(new ColumnSchema(name, ColumnKind.Decimal) { MissingMarkers = [""] }, Array.ConvertAll(values, v => v ?? double.NaN));

    /// <summary>A category column; null is a gap.</summary>
    public static CategoryColumn Categories(string name, params string?[] values)
    {
        var levels = values.OfType<string>().Distinct().ToArray();
        return new(new ColumnSchema(name, ColumnKind.Category) { MissingMarkers = [""] }, Array.ConvertAll(values, v => v is null ? -1 : Array.IndexOf(levels, v)), levels);
    }
}
