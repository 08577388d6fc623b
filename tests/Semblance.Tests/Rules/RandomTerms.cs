using System.Collections.Immutable;
using Semblance.Data;
using Semblance.Numerics;
using Semblance.Rules;

namespace Semblance.Tests.Rules;

/// <summary>Random well-typed terms over the columns of <see cref="Schema"/>, and random tables of it. A seed names one.</summary>
internal sealed class RandomTerms(ulong seed)
{
    public static Schema Schema { get; } = new(
    [
        new("n", ColumnKind.Integer) { MissingMarkers = ["?"] },
        new("x-y.z", ColumnKind.Decimal),
        new("c", ColumnKind.Category) { MissingMarkers = ["?"] },
        new("t", ColumnKind.Text),
        new("b", ColumnKind.Boolean),
        new("d", ColumnKind.DateTime) { Format = "yyyy-MM-dd" },
        new("e`e", ColumnKind.DateTime) { Format = "dd.MM.yyyy HH:mm" },
    ]);

    private static readonly string[] Levels = ["", "a", "ab%", "A_b", "7", "07.0", "-1", "é€", "it's"];
    private static readonly string[] Patterns = ["%", "a%", "%b%", "_", "__", "%\\%", "A\\_b", "%€", "", "%a%b%"];
    private static readonly string[] Days = ["2020-01-01", "2020-01-02", "2020-02-29", "1999-12-31 23:59:59", "2021"];

    private RandomSequence random = new RandomStream(new Seed(seed), "terms").Sequence();

    public Table Table(int rows)
    {
        var numbers = new double[rows];
        var decimals = new double[rows];
        int[] codes = new int[rows], flags = new int[rows], ends = new int[rows];
        long[] days = new long[rows], times = new long[rows];
        var markers = new byte[rows];
        var bytes = new List<byte>();
        for (var i = 0; i < rows; i++)
        {
            numbers[i] = Gap() ? double.NaN : Pick(7) - 3;
            decimals[i] = Gap() ? double.NaN : (Pick(13) - 6) / 4.0;
            codes[i] = Gap() ? -1 : Pick(Levels.Length);
            flags[i] = Gap() ? -1 : Pick(2);
            markers[i] = (byte)(Gap() ? 1 : 0);
            if (markers[i] == 0) bytes.AddRange(System.Text.Encoding.UTF8.GetBytes(Levels[Pick(Levels.Length)]));
            ends[i] = bytes.Count;
            days[i] = Gap() ? long.MinValue : new DateTime(2020, 1, 1).AddDays(Pick(4)).Ticks;
            times[i] = Gap() ? long.MinValue : new DateTime(2019, 12, 31, 12, 0, 0).AddHours(6 * Pick(12)).Ticks;
        }
        var columns = Schema.Columns;
        return new(
        [
            new NumberColumn(columns[0], numbers), new NumberColumn(columns[1], decimals), new CategoryColumn(columns[2], codes, Levels),
            new TextColumn(columns[3], [.. bytes], ends, markers), new CategoryColumn(columns[4], flags, ["no", "Y"]),
            new DateTimeColumn(columns[5], days), new DateTimeColumn(columns[6], times),
        ]);
    }

    public Term Condition(int depth) => Pick(depth <= 0 ? 9 : 14) switch
    {
        0 => Truth(),
        1 or 2 => new Term.Comparison(Comparison(), Number(depth - 1), Number(depth - 1)),
        3 => new Term.Comparison(Comparison(), TextColumn(), Text(depth - 1)),
        4 => new Term.Comparison(Comparison(), Date(depth - 1), Pick(2) == 0 ? new Term.Text(Days[Pick(Days.Length)]) : Date(depth - 1)),
        5 => new Term.Like(TextColumn(), Patterns[Pick(Patterns.Length)], Coin()),
        6 => new Term.IsMissing(Pick(4) switch { 0 => Number(depth - 1), 1 => TextColumn(), 2 => Date(depth - 1), _ => new Term.Name("b") }, Coin()),
        7 => Pick(4) switch
        {
            0 => new Term.In(Number(depth - 1), Some(() => new Term.Number(Pick(5) - 2)), Coin()),
            1 => new Term.In(TextColumn(), Some(() => new Term.Text(Levels[Pick(Levels.Length)])), Coin()),
            2 => new Term.In(Date(depth - 1), Some(() => new Term.Text(Days[Pick(Days.Length)])), Coin()),
            _ => new Term.In(TextColumn(), Some(() => new Term.Number(Pick(9) - 1)), Coin()),
        },
        8 => new Term.Comparison(Comparison(), TextColumn(), Pick(2) == 0 ? new Term.Number(7) : Number(depth - 1)),
        9 => new Term.Not(Condition(depth - 1)),
        10 => new Term.All(Some(() => Condition(depth - 1), 2)),
        11 => new Term.Any(Some(() => Condition(depth - 1), 2)),
        12 => new Term.Between(Number(depth - 1), Number(depth - 1), Number(depth - 1), Coin()),
        _ => new Term.Call("if", [Condition(depth - 1), Condition(depth - 1), Truth()]),
    };

    private Term Number(int depth) => Pick(depth <= 0 ? 3 : 9) switch
    {
        0 => new Term.Number((Pick(17) - 8) / 4.0),
        1 => new Term.Name("n"),
        2 => new Term.Name("x-y.z"),
        3 or 4 => new Term.Arithmetic((ArithmeticOperator)Pick(5), Number(depth - 1), Number(depth - 1)),
        5 => Number(depth - 1) is var operand and not Term.Number ? new Term.Negate(operand) : new Term.Number(1e20),
        6 => new Term.Call(new[] { "abs", "floor", "ceil", "round" }[Pick(4)], [Number(depth - 1)]),
        7 => Pick(3) switch
        {
            0 => new Term.Call("length", [TextColumn()]),
            1 => new Term.Call(new[] { "year", "month", "day", "hour" }[Pick(4)], [Date(depth - 1)]),
            _ => new Term.Arithmetic(ArithmeticOperator.Subtract, Date(depth - 1), Date(depth - 1)),
        },
        _ => Pick(3) switch
        {
            0 => new Term.Call(Coin() ? "min" : "max", Some(() => Number(depth - 1))),
            1 => new Term.Call("if", [Condition(depth - 1), Number(depth - 1), Number(depth - 1)]),
            _ => new Term.Call("coalesce", Some(() => Number(depth - 1))),
        },
    };

    private Term Text(int depth) => Pick(depth <= 0 ? 2 : 4) switch
    {
        0 => new Term.Text(Levels[Pick(Levels.Length)]),
        1 => TextColumn(),
        2 => new Term.Call(Coin() ? "lower" : "upper", [Text(depth - 1)]),
        _ => Coin() ? new Term.Call("coalesce", [TextColumn(), Text(depth - 1)]) : new Term.Call("if", [Condition(depth - 1), TextColumn(), Text(depth - 1)]),
    };

    private Term Date(int depth) => Pick(depth <= 0 ? 2 : 4) switch
    {
        0 => new Term.Name("d"),
        1 => new Term.Name("e`e"),
        2 => new Term.Arithmetic(Coin() ? ArithmeticOperator.Add : ArithmeticOperator.Subtract, Date(depth - 1), Number(depth - 1)),
        _ => new Term.Call(new[] { "min", "max", "coalesce" }[Pick(3)], Some(() => Date(depth - 1))),
    };

    private Term Truth() => Coin() ? new Term.Name("b") : new Term.Truth(Coin());

    private Term.Name TextColumn() => new(Coin() ? "c" : "t");

    private ComparisonOperator Comparison() => (ComparisonOperator)Pick(6);

    private ImmutableArray<Term> Some(Func<Term> make, int least = 1)
    {
        var terms = new Term[least + Pick(3)];
        for (var i = 0; i < terms.Length; i++) terms[i] = make();
        return [.. terms];
    }

    private bool Gap() => Pick(5) == 0;

    private bool Coin() => Pick(2) == 0;

    private int Pick(int n) => random.NextBelow(n);
}
