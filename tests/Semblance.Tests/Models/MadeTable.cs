using System.Collections.Immutable;
using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Tests.Models;

/// <summary>A table with known relations: a class, a number that depends on it, a pair whose product alone tells a third, noise.</summary>
internal static class MadeTable
{
    public static Table Of(int rows, ulong seed)
    {
        var random = new RandomStream(new Seed(seed), "made");
        int[] group = new int[rows], left = new int[rows], right = new int[rows], both = new int[rows];
        double[] height = new double[rows], spiky = new double[rows];
        for (var i = 0; i < rows; i++)
        {
            var (a, b, c, d) = random.Words(i);
            group[i] = RandomStream.Unit(a) < 0.2 ? 1 : 0;
            left[i] = (int)(b & 1);
            right[i] = (int)(b >> 1 & 1);
            both[i] = RandomStream.Unit(c) < 0.95 ? left[i] ^ right[i] : (int)(b >> 2 & 1);
            height[i] = Math.Round((group[i] == 1 ? 180 : 150) + 10 * FastMath.NormalQuantile((d + 0.5) / 4294967296.0), 1);
            spiky[i] = (b >> 8 & 7) < 5 ? 0 : Math.Round(RandomStream.Unit(random.Words(i, 1).A) * 1000 + 500 * group[i]);
        }
        string[] yesNo = ["no", "yes"];
        return new Table(
        [
            new CategoryColumn(new("group", ColumnKind.Category), group, ["common", "scarce"]),
            new CategoryColumn(new("left", ColumnKind.Boolean), left, yesNo),
            new CategoryColumn(new("right", ColumnKind.Boolean), right, yesNo),
            new CategoryColumn(new("both", ColumnKind.Boolean), both, yesNo),
            new NumberColumn(new ColumnSchema("height", ColumnKind.Decimal) { Number = new(1, 1) }, height),
            new NumberColumn(new ColumnSchema("spiky", ColumnKind.Integer) { Number = NumberForm.Integer }, spiky),
        ]);
    }

    public static double Share(Table table, Func<int, bool> holds) => Enumerable.Range(0, table.Rows).Count(holds) / (double)table.Rows;

    public static int[] Codes(Table table, string column) => ((CategoryColumn)table[column]).Codes;

    public static double[] Values(Table table, string column) => ((NumberColumn)table[column]).Values;
}
