using System.Text.RegularExpressions;
using Semblance.Data;
using Semblance.Models;
using Semblance.Numerics;
using Semblance.Rules;

namespace Semblance.Tests.Models;

/// <summary>Filled cells keep constraints wherever the present ones allow, and what they do not allow is said.</summary>
public sealed class ConstrainedCompletionTests
{
    private static readonly Run Five = Run.With(5) with { Threads = 2 };
    private static readonly Table Real = PlantedTable.Of(900, 1);

    [Theory]
    [InlineData("cart", 0.02)]
    [InlineData("circuit", 0.05)]
    [InlineData("argn", 0.05)]
    [InlineData("arf", 0.1)]
    [InlineData("copula", 0.05)]
    [InlineData("independent", 0.1)]
    public async Task Holes_are_filled_so_that_rows_keep_constraints(string id, double most)
    {
        using var generator = await new Constrained(ModelCatalog.Default.Create(id)) { Constraints = [.. PlantedTable.Constraints.Select(Constraint.Parse)] }.FitAsync(Real, Five);
        var whole = PlantedTable.Of(300, 7);
        var holes = WithHoles(whole, 0.15);
        var said = new List<string>();
        var filled = await generator.CompleteAsync(holes, Five with { Progress = new Told(said) });

        // present cells are as they were, and nothing that could be filled is left open
        for (var c = 0; c < holes.Columns.Length; c++)
            for (var row = 0; row < holes.Rows; row++)
                if (!holes.Columns[c].IsMissing(row)) Assert.Equal(holes.Columns[c].Text(row), filled.Columns[c].Text(row));
                else Assert.False(filled.Columns[c].IsMissing(row));

        // a present ticket beside a filled city, and made codes, are not compared with other rows of the file
        var broken = PlantedTable.Broken(filled, Real).Where(b => !b.Contains(": code", StringComparison.Ordinal) && !b.Contains(": ticket", StringComparison.Ordinal)).ToArray();
        var rows = broken.Select(b => b.Split(':')[0]).Distinct().Count();
        Assert.True(rows <= most * filled.Rows, $"{rows} rows: {string.Join("; ", broken.Take(10))}");
        // words, pairs, ranges and keys can always be kept beside what is there
        Assert.DoesNotContain(broken, b => b.Contains(" in ", StringComparison.Ordinal) || b.EndsWith(" age", StringComparison.Ordinal) || b.EndsWith("colours", StringComparison.Ordinal) || b.Contains("again", StringComparison.Ordinal));
        Assert.DoesNotContain(said, n => n.StartsWith("present cells", StringComparison.Ordinal));
        // what is broken is said, to the row
        Assert.Equal(Told("total = price * quantity"), broken.Count(b => b.Contains(": total", StringComparison.Ordinal)));
        Assert.Equal(Told("wait = closed - opened"), broken.Count(b => b.Contains(": wait", StringComparison.Ordinal)));

        int Told(string constraint) => said.Select(n => Regex.Match(n, $"^filled cells that break `{Regex.Escape(constraint)}`: ([0-9]+) row")).Where(m => m.Success).Sum(m => int.Parse(m.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Any_part_alone_is_filled_as_in_the_whole()
    {
        using var generator = await new Constrained(new Independent()) { Constraints = [.. PlantedTable.Constraints.Select(Constraint.Parse)] }.FitAsync(Real, Five);
        var holes = WithHoles(PlantedTable.Of(600, 7), 0.3);
        var filled = await generator.CompleteAsync(holes, Five);
        int[] some = [.. Enumerable.Range(211, 120)];
        var part = await generator.GenerateAsync(new Request(120) { First = 211, Complete = holes.Take(some) }, Five with { Threads = 1 });
        Assert.Equal(Contracts.WorstCase.Bytes(filled.Take(some)), Contracts.WorstCase.Bytes(part));
    }

    [Fact]
    public async Task A_missing_factor_or_date_is_computed_from_the_result()
    {
        using var generator = await new Constrained(new Independent()) { Constraints = [.. PlantedTable.Constraints.Select(Constraint.Parse)] }.FitAsync(Real, Five);
        var whole = PlantedTable.Of(400, 7);
        foreach (var hole in new[] { "price", "quantity", "opened", "closed", "wait", "total", "diagnosis", "country" })
        {
            var filled = await generator.CompleteAsync(new Table([.. whole.Columns.Where(c => c.Name != hole)]), Five);
            Assert.DoesNotContain(PlantedTable.Broken(filled, Real), b => b.Contains(": total", StringComparison.Ordinal) || b.Contains(": wait", StringComparison.Ordinal) || b.Contains(" in ", StringComparison.Ordinal));
            if (hole is "opened" or "closed" or "wait") Assert.Equal(Texts(whole[hole]), Texts(filled[hole]));
        }
    }

    [Fact]
    public async Task What_the_present_cells_do_not_allow_is_said()
    {
        using var generator = await new Constrained(new Cart()) { Constraints = [Constraint.Parse("low <= high"), Constraint.Parse("combination(icd, diagnosis)"), Constraint.Parse("age between 18 and 90")] }.FitAsync(Real, Five);
        var said = new List<string>();
        var rows = Real.Take([.. Enumerable.Range(0, 900).Where(r => !Real["low"].IsMissing(r) && !Real["high"].IsMissing(r)).Take(3)]);
        // row 0: low above all that high can be; row 1: both present and the wrong way round; row 2: an age that no row may have
        rows = new Table([.. rows.Columns.Select(c => c.Name switch
        {
            "low" => new NumberColumn(c.Schema, [500, 40, 1]),
            "high" => new NumberColumn(c.Schema, [double.NaN, 30, 2]),
            "age" => new NumberColumn(c.Schema, [30, 30, 95]),
            _ => c,
        })]);
        var filled = await generator.CompleteAsync(rows, Five with { Progress = new Told(said) });
        Assert.False(filled["high"].IsMissing(0));
        Assert.Equal("30", filled["high"].Text(1).Split('.')[0]);
        Assert.Contains("filled cells that break `low <= high`: 1 row is so, because nothing that keeps it was found beside the present cells", said);
        Assert.Contains("present cells that break `low <= high`: 1 row is so; they stay as they are", said);
        Assert.Contains("present cells that break `age between 18 and 90`: 1 row is so; they stay as they are", said);
    }

    private static string[] Texts(Column column) => [.. Enumerable.Range(0, column.Count).Select(column.Text)];

    private static Table WithHoles(Table table, double share)
    {
        var random = new RandomStream(new Seed(77), "holes").Sequence();
        return new Table([.. table.Columns.Select(column =>
        {
            var hole = Enumerable.Range(0, table.Rows).Select(_ => random.NextUnit() < share).ToArray();
            switch (column)
            {
                case NumberColumn n: return new NumberColumn(n.Schema, [.. n.Values.Select((v, i) => hole[i] ? double.NaN : v)]);
                case DateTimeColumn d: return new DateTimeColumn(d.Schema, [.. d.Ticks.Select((t, i) => hole[i] ? long.MinValue : t)]);
                case CategoryColumn c when c.Schema.MissingMarkers.Length > 0: return c.WithCodes([.. c.Codes.Select((code, i) => hole[i] ? -1 : code)]);
                case CategoryColumn c: return new CategoryColumn(c.Schema with { MissingMarkers = [""] }, [.. c.Codes.Select((code, i) => hole[i] ? -1 : code)], c.Levels);
                default: return column;
            }
        })]);
    }

    private sealed class Told(List<string> said) : IProgress<Step>
    {
        public void Report(Step value)
        {
            if (value.IsNote) lock (said) said.Add(value.What);
        }
    }
}
