using System.Globalization;
using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Bench;

/// <summary>
/// A table of any width with known structure: twelve groups of rows and five normal factors move every column. Of each eight columns three are sums of factors, one is a product, one mostly zero, one a
/// count, two are categories (2 to 30 levels) whose odds depend on group and factors; every tenth column has gaps where one factor is high.
/// </summary>
internal static class KnownTable
{
    private const int Groups = 12, Factors = 5;

    public static Table Make(int rows, int columns, string part)
    {
        var run = Run.With(20261120);
        var structure = run.Stream("structure").Sequence();
        double Normal() => FastMath.NormalQuantile((structure.NextWord() + 0.5) / 4294967296.0);
        var shifts = new double[Groups, Factors];
        for (var g = 0; g < Groups; g++)
            for (var f = 0; f < Factors; f++) shifts[g, f] = 1.2 * Normal();
        var weights = new double[columns, Factors];
        var levels = new int[columns];
        var slopes = new double[columns, 30];
        for (var c = 0; c < columns; c++)
        {
            for (var f = 0; f < Factors; f++) weights[c, f] = Normal() / 2;
            levels[c] = 2 + structure.NextBelow(29);
            for (var l = 0; l < 30; l++) slopes[c, l] = Normal();
        }

        var groups = new int[rows];
        var factors = new double[rows, Factors];
        var random = run.Stream($"rows/{part}");
        Blocks.ForRange(rows, Blocks.Rows, run, CancellationToken.None, (start, end) =>
        {
            for (var row = start; row < end; row++)
            {
                var u = RandomStream.Unit(random.Words(row, 0).A);
                groups[row] = (int)(Groups * u * u); // the first groups are the largest
                for (var f = 0; f < Factors; f++) factors[row, f] = shifts[groups[row], f] + FastMath.NormalQuantile((random.Words(row, (uint)(1 + f)).A + 0.5) / 4294967296.0);
            }
        });

        var made = new Column[columns];
        Blocks.For(columns, run, CancellationToken.None, c =>
        {
            var noise = run.Stream($"rows/{part}/{c.ToString(CultureInfo.InvariantCulture)}");
            var name = $"c{c.ToString("00", CultureInfo.InvariantCulture)}";
            var kind = c % 8;
            var values = new double[rows];
            var codes = new int[rows];
            for (var row = 0; row < rows; row++)
            {
                var (a, b, gap, _) = noise.Words(row);
                double score = 0;
                for (var f = 0; f < Factors; f++) score += weights[c, f] * factors[row, f];
                var error = FastMath.NormalQuantile((a + 0.5) / 4294967296.0);
                values[row] = kind switch
                {
                    0 or 1 or 2 => Math.Round(10 * score + 4 * error, 2),
                    3 => Math.Round(5 * factors[row, c % Factors] * factors[row, (c + 2) % Factors] + error, 2),
                    4 => score + error < 1 ? 0 : Math.Round(100 * FastMath.Exp(Math.Min(5, score / 2))),
                    _ => Math.Max(0, Math.Round(5 + 3 * score + error)),
                };
                if (c % 10 == 9 && factors[row, c % Factors] > 1.5 && RandomStream.Unit(gap) < 0.8) values[row] = double.NaN;
                if (kind < 6) continue;
                double best = double.NegativeInfinity;
                for (var l = 0; l < levels[c]; l++)
                {
                    // odds by Gumbel's race
                    var odds = slopes[c, l] * score + slopes[c, (l + groups[row]) % 30] - FastMath.Log(-FastMath.Log((noise.Words(row, (uint)(1 + l)).A + 0.5) / 4294967296.0));
                    if (odds > best) (best, codes[row]) = (odds, l);
                }
            }
            made[c] = kind < 6
                ? new NumberColumn(new ColumnSchema(name, kind < 4 ? ColumnKind.Decimal : ColumnKind.Integer) { Number = kind < 4 ? new NumberForm(2, 2) : NumberForm.Integer, MissingMarkers = c % 10 == 9 ? [""] : [] }, values)
                : new CategoryColumn(new ColumnSchema(name, ColumnKind.Category), codes, [.. Enumerable.Range(0, levels[c]).Select(l => $"l{l.ToString(CultureInfo.InvariantCulture)}")]);
        });
        return new Table([.. made]);
    }
}
