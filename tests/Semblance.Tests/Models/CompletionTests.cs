using Semblance.Data;
using Semblance.Models;
using Semblance.Numerics;
using Semblance.Tests.Contracts;

namespace Semblance.Tests.Models;

/// <summary>Holes are filled from the distribution that the present cells leave open, whichever columns are missing.</summary>
public sealed class CompletionTests
{
    private static readonly Run Eleven = Run.With(11) with { Threads = 2 };

    private static readonly string[] Letters = ["p", "q", "r"];

    /// <summary>
    /// A table whose joint is known: a decides b, b decides the number x. Filled shares are samples of at least 300 rows; 5 standard errors plus 0.035 for what a model
    /// of 6,000 rows and resampling may be off alarm falsely less than once in 10^6 for a model that has learned the joint.
    /// </summary>
    [Theory]
    [InlineData("argn")]
    [InlineData("cart")]
    [InlineData("circuit")]
    public async Task Holes_are_filled_from_the_true_conditional_before_and_after_the_known_columns(string id)
    {
        using var generator = await Chain(6_000, 1).FitAsync(ModelCatalog.Default.Create(id), Eleven);
        var fresh = Chain(6_000, 2);
        // a is drawn first by this model: only resampling can make it fit what comes after
        var a = await generator.CompleteAsync(Without(fresh, "a"), Eleven);
        foreach (var (b, u) in new[] { ("p", 0.96), ("q", 0.8), ("r", 0.6) }) Near(u, a.Where(new($"b = '{b}'")), "a = 'u'", 0.035);
        // b stands between what tells of it
        var middle = await generator.CompleteAsync(Without(fresh, "b"), Eleven);
        foreach (var letter in Letters)
            foreach (var where in new[] { "x < 0.6", "x > 0.6 and x < 0.9", "x > 0.9 and x < 2.1", "x > 2.1 and x < 2.4", "x > 2.4" })
            {
                var truth = fresh.Where(new(where));
                Near(Share(truth, $"b = '{letter}'"), middle.Where(new(where)), $"b = '{letter}'", 0.035 + 5 * Math.Sqrt(0.25 / truth.Rows));
            }
        // the last column: no resampling, exact
        var x = await generator.CompleteAsync(Without(fresh, "x"), Eleven);
        foreach (var (letter, mean) in new[] { ("p", 0.0), ("q", 1.5), ("r", 3.0) })
            Assert.InRange(((NumberColumn)x.Where(new($"b = '{letter}'"))["x"]).Values.Average(), mean - 0.15, mean + 0.15);
    }

    /// <summary>Three normal columns with correlation 0.8 and 0.6 to the first: every one of them is filled with the right line and the right spread around it (6,000 rows: standard errors below 0.012; 0.06 is five).</summary>
    [Theory]
    [InlineData("a", new[] { "b", "c" })]
    [InlineData("b", new[] { "a", "c" })]
    [InlineData("c", new[] { "a", "b" })]
    public async Task The_copula_fills_normal_columns_with_the_line_and_the_spread_of_the_joint(string hole, string[] known)
    {
        using var generator = await Normals(6_000, 1).FitAsync(new Copula(), Eleven);
        var truth = Normals(6_000, 2);
        var filled = await generator.CompleteAsync(Without(truth, hole), Eleven);
        foreach (var other in known)
            Assert.InRange(Correlation(filled, hole, other) - Correlation(truth, hole, other), -0.06, 0.06);
        var values = ((NumberColumn)filled[hole]).Values;
        var spread = Math.Sqrt(values.Average(v => v * v));
        Assert.InRange(spread, 0.94, 1.06);
    }

    /// <summary>
    /// A circuit fills numbers that hang on each other as it draws them itself: rows of its own with columns taken out and filled again have the same joint (12,000 rows: standard errors of
    /// a correlation below 0.006, of a difference below 0.009; 0.03 is more than three, plus what resampling leaves). In the last case the message passes unknown lines, and the weights that make up for its strides matter: without them a correlation is off by 0.039
    /// (1,200 rows of correlation 0.92 and more: standard error below 0.005).
    /// </summary>
    [Theory]
    [InlineData("ab")]
    [InlineData("ac")]
    [InlineData("bc")]
    [InlineData("bcd")]
    public async Task A_circuit_fills_numbers_that_hang_together(string holes)
    {
        using var generator = await (holes.Contains('d') ? Walk(6_000, 1) : Normals(6_000, 1)).FitAsync(new Circuit { Components = 6 }, Eleven);
        var own = await generator.GenerateAsync(holes.Contains('d') ? 1_200 : 12_000, Run.With(3));
        var filled = await generator.CompleteAsync(holes.Aggregate(own, (table, c) => Without(table, c.ToString())), Eleven);
        foreach (var x in own.Schema.Columns)
            foreach (var y in own.Schema.Columns)
                if (x != y) Assert.InRange(Correlation(filled, x.Name, y.Name) - Correlation(own, x.Name, y.Name), -0.03, 0.03);
        double Spread(Table t, char column) => Math.Sqrt(((NumberColumn)t[column.ToString()]).Values.Average(v => v * v));
        foreach (var hole in holes) Assert.InRange(Spread(filled, hole) / Spread(own, hole), 0.97, 1.03);
    }

    /// <summary>Independent columns are filled from their own marginal, whatever stands beside them (6,000 rows: five standard errors are 0.032).</summary>
    [Fact]
    public async Task Independent_columns_are_filled_from_their_marginal()
    {
        using var generator = await Chain(6_000, 1).FitAsync(new Independent(), Eleven);
        var filled = await generator.CompleteAsync(Without(Chain(6_000, 2), "a"), Eleven);
        Near(0.8, filled, "a = 'u'", 0);
        foreach (var letter in Letters) Near(0.8, filled.Where(new($"b = '{letter}'")), "a = 'u'", 0.035);
    }

    /// <summary>
    /// Gaps that depend on what is present (missing at random): means and shares of the rows that are left are far off, those of the filled table are right again. Tolerances are five
    /// standard errors of 8,000 rows or more, plus what the model may be off; the first asserts show that the gaps do harm.
    /// </summary>
    [Theory]
    [InlineData("arf")]
    [InlineData("argn")]
    [InlineData("cart")]
    [InlineData("circuit")]
    [InlineData("copula")]
    public async Task Gaps_at_random_are_filled_so_that_the_joint_is_restored(string id)
    {
        var truth = MadeTable.Of(8_000, 3);
        var (group, left) = (MadeTable.Codes(truth, "group"), MadeTable.Codes(truth, "left"));
        var random = new RandomStream(new Seed(8), "mar");
        bool Gone(int c, int row) => c switch
        {
            3 => RandomStream.Unit(random.Words(row).A) < (left[row] == 1 ? 0.7 : 0.1), // both, by left
            4 => RandomStream.Unit(random.Words(row).B) < (group[row] == 1 ? 0.8 : 0.1), // height, by group
            _ => false,
        };
        var holes = Holes.In(truth, Gone);
        holes = new([.. holes.Columns.Select(c => c.WithSchema(c.Schema with { MissingMarkers = [""] }))]);
        using var generator = await ModelCatalog.Default.Create(id).FitAsync(id is "copula" or "argn" or "circuit" ? MadeTable.Of(8_000, 4) : holes, Eleven); // trees learn from the rows with gaps themselves
        var filled = await generator.CompleteAsync(holes, Eleven);

        double Mean(Table t, string where) => ((NumberColumn)t.Where(new(where))["height"]).Values.Average();
        var (seen, right, now) = (Mean(holes, "height is not missing"), Mean(truth, "height > 0"), Mean(filled, "height > 0"));
        Assert.True(Math.Abs(seen - right) > 3, $"{seen:0.00} of {right:0.00}");
        Assert.InRange(now - right, -0.9, 0.9);
        Assert.InRange(Mean(filled, "group = 'scarce'") - Mean(truth, "group = 'scarce'"), -2.5, 2.5);
        Assert.InRange(Mean(filled, "group = 'common'") - Mean(truth, "group = 'common'"), -1, 1);
        if (id == "copula") return; // three columns together are more than it can say
        foreach (var fact in new[] { "left and right and both", "left and not right and both", "not left and right and both", "left and right and not both" })
            Assert.InRange(Share(filled, fact) - Share(truth, fact), -0.03, 0.03);
    }

    /// <summary>Another seed gives another draw, not one best guess for all.</summary>
    [Fact]
    public async Task Holes_are_drawn_and_not_guessed()
    {
        using var generator = await Chain(2_000, 1).FitAsync(new Cart(), Eleven);
        var holes = Without(Chain(500, 2), "x");
        var one = await generator.CompleteAsync(holes, Run.With(1));
        var other = await generator.CompleteAsync(holes, Run.With(2));
        Assert.True(Enumerable.Range(0, 500).Count(row => one["x"].Text(row) != other["x"].Text(row)) > 450);
    }

    private static Table Without(Table table, string column) => new([.. table.Columns.Where(c => c.Name != column)]);

    private static double Share(Table table, string fact) => table.Where(new(fact)).Rows / (double)table.Rows;

    private static void Near(double expected, Table made, string fact, double tolerance)
    {
        Assert.True(made.Rows >= 200, $"{made.Rows} rows are too few to tell");
        var share = Share(made, fact);
        var error = Math.Sqrt(expected * (1 - expected) / made.Rows);
        Assert.True(Math.Abs(share - expected) < 5 * error + tolerance, $"{fact} in {share:P1} of {made.Rows} rows, should be {expected:P1}");
    }

    private static double Correlation(Table table, string a, string b)
    {
        double[] x = ((NumberColumn)table[a]).Values, y = ((NumberColumn)table[b]).Values;
        double mx = x.Average(), my = y.Average();
        return x.Zip(y, (p, q) => (p - mx) * (q - my)).Sum() / Math.Sqrt(x.Sum(p => (p - mx) * (p - mx)) * y.Sum(q => (q - my) * (q - my)));
    }

    private static Table Normals(int rows, ulong seed)
    {
        var random = new RandomStream(new Seed(seed), "normals").Sequence();
        var columns = new double[3][];
        for (var c = 0; c < 3; c++) columns[c] = new double[rows];
        for (var row = 0; row < rows; row++)
        {
            var a = random.NextNormal();
            columns[0][row] = Math.Round(a, 4);
            columns[1][row] = Math.Round(0.8 * a + 0.6 * random.NextNormal(), 4);
            columns[2][row] = Math.Round(0.6 * a + 0.8 * random.NextNormal(), 4);
        }
        return new([.. columns.Select((values, c) => new NumberColumn(new("abc"[c].ToString(), ColumnKind.Decimal) { Number = new(0, 4) }, values))]);
    }

    /// <summary>Five numbers in a chain, neighbours with correlation 0.98.</summary>
    private static Table Walk(int rows, ulong seed)
    {
        var random = new RandomStream(new Seed(seed), "walk").Sequence();
        var columns = new double[5][];
        for (var c = 0; c < 5; c++) columns[c] = new double[rows];
        for (var row = 0; row < rows; row++)
            for (var c = 0; c < 5; c++) columns[c][row] = Math.Round(c == 0 ? random.NextNormal() : 0.98 * columns[c - 1][row] + Math.Sqrt(0.0396) * random.NextNormal(), 4);
        return new([.. columns.Select((values, c) => new NumberColumn(new("abcde"[c].ToString(), ColumnKind.Decimal) { Number = new(0, 4) }, values))]);
    }

    private static Table Chain(int rows, ulong seed)
    {
        var random = new RandomStream(new Seed(seed), "completion").Sequence();
        int[] a = new int[rows], b = new int[rows];
        var x = new double[rows];
        for (var row = 0; row < rows; row++)
        {
            a[row] = random.NextUnit() < 0.8 ? 0 : 1;
            var u = random.NextUnit();
            b[row] = a[row] == 0 ? (u < 0.6 ? 0 : u < 0.7 ? 1 : 2) : (u < 0.1 ? 0 : u < 0.2 ? 1 : 2);
            x[row] = Math.Round(b[row] * 1.5 + random.NextUnit() + random.NextUnit() + random.NextUnit() - 1.5, 3);
        }
        return new(
        [
            new CategoryColumn(new("a", ColumnKind.Category), a, ["u", "v"]),
            new CategoryColumn(new("b", ColumnKind.Category), b, Letters),
            new NumberColumn(new("x", ColumnKind.Decimal) { Number = new(0, 3) }, x),
        ]);
    }
}
