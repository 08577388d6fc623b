using System.Text;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Tests.Contracts;
using Semblance.Tests.Models;

namespace Semblance.Tests.Transforms;

public sealed class SmoteTests
{
    private static readonly Run Three = Run.With(3) with { Threads = 2 };

    [Fact]
    public void Every_value_becomes_as_frequent_as_the_most_frequent_and_real_rows_stay_as_they_were()
    {
        var real = MadeTable.Of(2_000, 4);
        var grown = real.Smote(new("group"), Three);
        Assert.Equal(2_000, grown.RealRows);
        Assert.Equal(WorstCase.Bytes(real), WorstCase.Bytes(grown.Table.Take([.. Enumerable.Range(0, 2_000)])));
        var common = real.Where(new("group = 'common'")).Rows;
        Assert.Equal((common, common), (grown.Table.Where(new("group = 'common'")).Rows, grown.Table.Where(new("group = 'scarce'")).Rows));
        Assert.Equal(2 * common - 2_000, grown.MadeRows);
        var marked = grown.Marked("made");
        Assert.Equal(grown.MadeRows, marked.Where(new("made")).Rows);
        Assert.Equal(0, marked.Take([.. Enumerable.Range(0, 2_000)]).Where(new("made")).Rows);
        Assert.Equal("SB1201", Assert.Throws<SchemaException>(() => grown.Marked("group")).Code);
    }

    [Fact]
    public void The_same_seed_gives_the_same_rows_at_any_thread_count_and_another_seed_others()
    {
        var real = MadeTable.Of(1_000, 4);
        var rows = WorstCase.Bytes(real.Smote(new("group, left"), Three).Table);
        Assert.Equal(rows, WorstCase.Bytes(real.Smote(new("group, left"), Three with { Threads = 1 }).Table));
        Assert.NotEqual(rows, WorstCase.Bytes(real.Smote(new("group, left"), Run.With(4)).Table));
    }

    /// <summary>Two far groups of points in the small class: with neighbours inside each group, no made point lies between the groups, each lies on the line of two real ones, and each real one is a base as often.</summary>
    [Fact]
    public void Made_rows_lie_between_a_row_and_its_neighbours()
    {
        double[] x = [0, 4, 8, 1000, 1004, 1008, .. Enumerable.Range(0, 30).Select(i => (double)i)];
        double[] y = [0, 2, 4, 500, 502, 504, .. Enumerable.Range(0, 30).Select(i => 7.0)];
        var table = new Table([Numbers("x", 0, x), Numbers("y", 0, y), Categories("class", [.. x.Select((_, i) => i < 6 ? 0 : 1)], "small", "large")]);
        var made = table.Smote(new("class"), Three, neighbours: 2).Table.Take([.. Enumerable.Range(36, 24)]);
        double[] mx = Values(made, "x"), my = Values(made, "y");
        for (var i = 0; i < 24; i++)
        {
            Assert.Equal("small", made["class"].Text(i));
            Assert.True(mx[i] is >= 0 and <= 8 or >= 1000 and <= 1008, $"{mx[i]}");
            Assert.InRange(my[i] - (mx[i] >= 1000 ? 500 : 0) - (mx[i] - (mx[i] >= 1000 ? 1000 : 0)) / 2, -0.75, 0.75); // on the line, but for whole numbers
        }
        Assert.Equal(12, mx.Count(v => v > 500));
    }

    [Fact]
    public void A_category_is_what_most_neighbours_have_and_of_several_the_nearest()
    {
        // the base at 0 has the neighbours 1, 2, 3; they say b, c, c
        var table = new Table([Numbers("x", 1, [0, 1, 2, 3, 50, 50, 50, 50, 50, 50]), Categories("say", [0, 1, 2, 2, 3, 3, 3, 3, 3, 3], "a", "b", "c", "d"), Categories("class", [0, 0, 0, 0, 1, 1, 1, 1, 1, 1], "small", "large")]);
        var three = table.Smote(new("class: small 6, large 6"), Three, 3).Table;
        Assert.All(Enumerable.Range(10, 2), row => Assert.Contains(three["say"].Text(row), new[] { "c", "a", "b" }));
        // with two neighbours that differ the nearer one decides: never a tie broken by the order of the list
        var two = new Table([Numbers("x", 1, [0, 3, 1, 50, 50, 50]), Categories("say", [0, 1, 2, 3, 3, 3], "a", "b", "c", "d"), Categories("class", [0, 0, 0, 1, 1, 1], "small", "large")]);
        var made = two.Smote(new("class: small 6, large 3"), Three, 2).Table; // each of the three is a base once: 0 hears c, 3 hears c, 1 hears a
        Assert.Equal(["a", "c", "c"], Enumerable.Range(6, 3).Select(made["say"].Text).Order());
    }

    [Fact]
    public void A_category_that_differs_counts_like_a_standard_deviation()
    {
        // deviation of x is 1 (0, 0, 2, 2): from the first row the second, alike in x, is as far as one category; the third is two deviations away
        var table = new Table([Numbers("x", 1, [0, 0, 2, 2, 9, 9, 9, 9, 9]), Categories("kind", [0, 1, 0, 1, 0, 0, 0, 0, 0], "a", "b"), Categories("class", [0, 0, 0, 0, 1, 1, 1, 1, 1], "small", "large")]);
        var made = table.Smote(new("class: small 12, large 5"), Three, 1).Table;
        Assert.All(Values(made, "x")[9..], x => Assert.True(x is 0 or 2, $"{x}"));
    }

    /// <summary>Whole numbers stay whole, days stay days, two decimals two decimals; gaps come where base or neighbour has one; identifiers and texts are not made up from real ones.</summary>
    [Fact]
    public void Kinds_and_gaps_come_back()
    {
        var real = WorstCase.Table;
        var grown = real.Smote(new("flag"), Three);
        Assert.True(grown.MadeRows > 20);
        for (var c = 0; c < real.Columns.Length; c++)
        {
            Column column = grown.Table.Columns[c], before = real.Columns[c];
            Assert.Equal((before.GetType(), before.Kind, before.Schema.Format, before.Schema.Number), (column.GetType(), column.Kind, column.Schema.Format, column.Schema.Number));
            var hasGaps = Enumerable.Range(0, real.Rows).Any(before.IsMissing);
            for (var row = real.Rows; row < grown.Table.Rows; row++)
            {
                if (column is TextColumn) Assert.True(column.IsMissing(row));
                else if (column.IsMissing(row)) Assert.True(hasGaps);
                else if (column is NumberColumn) Assert.True((column.Text(row).Split('.').ElementAtOrDefault(1)?.Length ?? 0) <= column.Schema.Number.MaxDecimals, column.Text(row));
            }
        }
        var days = ((DateTimeColumn)grown.Table["day"]).Ticks;
        if (((DateTimeColumn)real["day"]).Ticks.All(t => t < 0 || t % TimeSpan.TicksPerDay == 0)) Assert.All(days, t => Assert.True(t < 0 || t % TimeSpan.TicksPerDay == 0));
        Assert.Contains(Enumerable.Range(real.Rows, grown.MadeRows), row => grown.Table["amount"].IsMissing(row));
        Assert.Contains(Enumerable.Range(real.Rows, grown.MadeRows), row => !grown.Table["amount"].IsMissing(row));
    }

    [Fact]
    public async Task Texts_that_numbers_would_not_give_back_stay_in_the_real_rows()
    {
        using var csv = new MemoryStream(Encoding.UTF8.GetBytes("x,class\n+1,a\n2e0,a\n3,b\n4.50,b\n5,b\n"));
        var grown = (await Table.ReadAsync(csv, new TableOptions { Kinds = System.Collections.Immutable.ImmutableDictionary<string, ColumnKind>.Empty.Add("class", ColumnKind.Category) })).Smote(new("class"), Three).Table;
        Assert.Equal(["+1", "2e0", "3", "4.50", "5"], Enumerable.Range(0, 5).Select(grown["x"].Text));
        Assert.Equal(6, grown.Rows);
    }

    [Fact]
    public void Shares_grow_the_listed_groups_and_take_nothing_away()
    {
        var table = new Table([Numbers("x", 0, [.. Enumerable.Range(0, 100).Select(i => (double)i)]), Categories("class", [.. Enumerable.Range(0, 100).Select(i => i < 60 ? 0 : i < 90 ? 1 : 2)], "a", "b", "c")]);
        int[] Sizes(string balance)
        {
            var grown = table.Smote(new(balance), Three).Table;
            return [.. "abc".Select(v => grown.Where(new($"class = '{v}'")).Rows)];
        }

        Assert.Equal([60, 60, 60], Sizes("class"));
        Assert.Equal([60, 30, 20], Sizes("class: a 3, c 1"));
        Assert.Equal([60, 30, 30], Sizes("class: b 1, c 1"));
        Assert.Equal([240, 30, 60], Sizes("class: a 8, b 1, c 2"));
    }

    [Fact]
    public void Rows_with_a_gap_are_left_alone_unless_gaps_are_a_group()
    {
        var table = new Table([Numbers("x", 0, [.. Enumerable.Range(0, 20).Select(i => (double)i)]), new CategoryColumn(new("class", ColumnKind.Category) { MissingMarkers = ["?"] }, [.. Enumerable.Range(0, 20).Select(i => i < 4 ? -1 : i < 8 ? 0 : 1)], ["a", "b"])]);
        Assert.Equal(8, table.Smote(new("class"), Three).MadeRows);
        var grown = table.Smote(new("class with missing"), Three);
        Assert.Equal((16, 12), (grown.MadeRows, grown.Table.Where(new("class is missing")).Rows));
    }

    [Theory]
    [InlineData("class: a 1, d 1", "SB1301", "'d'")]
    [InlineData("class", "SB1301", "'c'")]
    [InlineData("note", "SB1302", "`note`")]
    [InlineData("clas", "SB1202", "`class`")]
    [InlineData("class: a 1, b 100000000", "SB1303", "100000000")]
    [InlineData("class: a 0.5", "SB2101", "0.5")]
    public void What_cannot_be_grown_is_named(string balance, string code, string word)
    {
        var note = new TextColumn(new("note", ColumnKind.Text), [.. Enumerable.Repeat((byte)'n', 20)], [.. Enumerable.Range(1, 20)]);
        var table = new Table([Numbers("x", 0, [.. Enumerable.Range(0, 20).Select(i => (double)i)]), note, Categories("class", [.. Enumerable.Range(0, 20).Select(i => i < 12 ? 0 : i < 19 ? 1 : 2)], "a", "b", "c")]);
        var error = Assert.ThrowsAny<SemblanceException>(() => table.Smote(new(balance), Three));
        Assert.Equal(code, error.Code);
        Assert.Contains(word, error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Smote(new("class: a 1, b 1"), Three, neighbours: 0));
    }

    private static NumberColumn Numbers(string name, int decimals, double[] values) =>
        new(new(name, decimals == 0 ? ColumnKind.Integer : ColumnKind.Decimal) { Number = new(decimals, decimals) }, values);

    private static CategoryColumn Categories(string name, int[] codes, params string[] levels) => new(new(name, ColumnKind.Category), codes, levels);

    private static double[] Values(Table table, string column) => ((NumberColumn)table[column]).Values;
}
