using System.Globalization;
using System.Text.RegularExpressions;
using Semblance.Data;
using Semblance.Rules;

namespace Semblance.Tests.Rules;

/// <summary>
/// The language over again, one row at a time on boxed values (null, double, string, DateTime, bool), written to be plainly right rather than fast.
/// Only for the terms of <see cref="RandomTerms"/>.
/// </summary>
internal sealed class NaiveInterpreter(Table table, int row)
{
    public bool? Condition(Term term) => AsTruth(Value(term));

    private object? Value(Term term) => term switch
    {
        Term.Number number => double.IsNaN(number.Value) ? null : number.Value,
        Term.Text text => text.Value,
        Term.Truth truth => truth.Value,
        Term.Name name => Cell(name.Value),
        Term.Negate negate => Lift(negate.Operand, x => -x),
        Term.Not not => !Condition(not.Operand),
        Term.All all => all.Parts.Select(Condition).Aggregate((bool?)true, (a, b) => a & b), // C#'s lifted & and | are SQL's
        Term.Any any => any.Parts.Select(Condition).Aggregate((bool?)false, (a, b) => a | b),
        Term.Comparison comparison => Compare(comparison.Operator, Value(comparison.Left), Value(comparison.Right)),
        Term.Between between => Negated(between.Negated,
            Compare(ComparisonOperator.GreaterOrEqual, Value(between.Value), Value(between.Low))
            & Compare(ComparisonOperator.LessOrEqual, Value(between.Value), Value(between.High))),
        Term.In within => Negated(within.Negated,
            within.Options.Select(o => Compare(ComparisonOperator.Equal, Value(within.Value), Value(o))).Aggregate((bool?)false, (a, b) => a | b)),
        Term.Like like => Negated(like.Negated, Value(like.Value) is string text ? Matches(text, like.Pattern) : null),
        Term.IsMissing missing => Value(missing.Value) is null != missing.Negated,
        Term.Arithmetic arithmetic => Arithmetic(arithmetic.Operator, Value(arithmetic.Left), Value(arithmetic.Right)),
        Term.Call call => Call(call),
        _ => throw new InvalidOperationException(),
    };

    private object? Cell(string name)
    {
        var column = table[name];
        if (column.IsMissing(row)) return null;
        return column switch
        {
            NumberColumn numbers => numbers.Values[row],
            DateTimeColumn dates => new DateTime(dates.Ticks[row]),
            _ when column.Kind == ColumnKind.Boolean => column.Text(row) == "Y",
            _ => column.Text(row),
        };
    }

    private static bool? AsTruth(object? value) => (bool?)value;

    private static bool? Negated(bool negated, bool? value) => negated ? !value : value;

    private static bool? Compare(ComparisonOperator comparison, object? left, object? right)
    {
        if (left is null || right is null) return null;
        if (left is DateTime && right is string day) right = Day(day);
        int order;
        if (left is string text && right is double number)
        {
            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var read)) return comparison == ComparisonOperator.NotEqual;
            order = read.CompareTo(number);
        }
        else if (left is string a && right is string b)
            order = System.Text.Encoding.UTF32.GetString(System.Text.Encoding.UTF32.GetBytes(a)) is var x ? string.CompareOrdinal(x, b) : 0;
        else order = ((IComparable)left).CompareTo(right);
        return comparison switch
        {
            ComparisonOperator.Equal => order == 0,
            ComparisonOperator.NotEqual => order != 0,
            ComparisonOperator.Less => order < 0,
            ComparisonOperator.LessOrEqual => order <= 0,
            ComparisonOperator.Greater => order > 0,
            _ => order >= 0,
        };
    }

    private static DateTime Day(string text) => text.Length == 4 ? new DateTime(int.Parse(text, CultureInfo.InvariantCulture), 1, 1) : DateTime.Parse(text, CultureInfo.InvariantCulture);

    private static bool Matches(string text, string pattern)
    {
        var regex = Regex.Replace(Regex.Escape(pattern.Replace("\\%", "\u0001", StringComparison.Ordinal).Replace("\\_", "\u0002", StringComparison.Ordinal)), "[%_]", m => m.Value == "%" ? ".*" : ".");
        regex = regex.Replace('\u0001', '%').Replace('\u0002', '_');
        return Regex.IsMatch(text, $"^{regex}$", RegexOptions.Singleline | RegexOptions.CultureInvariant);
    }

    private static object? Arithmetic(ArithmeticOperator operation, object? left, object? right)
    {
        if (left is null || right is null) return null;
        if (left is DateTime a && right is DateTime b) return (a - b).TotalDays;
        if (left is DateTime day)
        {
            var ticks = Math.Round((double)right * (operation == ArithmeticOperator.Add ? 1 : -1) * TimeSpan.TicksPerDay);
            return Math.Abs(ticks) > 3e18 || day.Ticks + ticks < 0 || day.Ticks + ticks > DateTime.MaxValue.Ticks ? null : day.AddTicks((long)ticks);
        }
        double x = (double)left, y = (double)right;
        return Number(operation switch
        {
            ArithmeticOperator.Add => x + y,
            ArithmeticOperator.Subtract => x - y,
            ArithmeticOperator.Multiply => x * y,
            ArithmeticOperator.Divide => y == 0 ? double.NaN : x / y,
            _ => y == 0 ? double.NaN : x % y,
        });
    }

    private object? Call(Term.Call call)
    {
        var first = call.Arguments[0];
        switch (call.Function)
        {
            case "abs": return Lift(first, Math.Abs);
            case "floor": return Lift(first, Math.Floor);
            case "ceil": return Lift(first, Math.Ceiling);
            case "round": return Lift(first, x => Math.Round(x, MidpointRounding.AwayFromZero));
            case "length": return Value(first) is string measured ? (double)measured.EnumerateRunes().Count() : null;
            case "lower": return (Value(first) as string)?.ToLowerInvariant();
            case "upper": return (Value(first) as string)?.ToUpperInvariant();
            case "year": return (double?)(Value(first) as DateTime?)?.Year;
            case "month": return (double?)(Value(first) as DateTime?)?.Month;
            case "day": return (double?)(Value(first) as DateTime?)?.Day;
            case "hour": return (double?)(Value(first) as DateTime?)?.Hour;
            case "if": return Value(Condition(first) == true ? call.Arguments[1] : call.Arguments[2]);
            case "coalesce": return call.Arguments.Select(Value).FirstOrDefault(v => v is not null);
        }
        var values = call.Arguments.Select(Value).ToArray();
        if (values.Any(v => v is null)) return null;
        return call.Function == "min" ? values.Min() : values.Max();
    }

    private object? Lift(Term operand, Func<double, double> map) => Value(operand) is double x ? Number(map(x)) : null;

    private static object? Number(double x) => double.IsNaN(x) ? null : x;
}
