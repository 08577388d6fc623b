using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Semblance.Rules;

/// <summary>Writes terms as text that parses back to equal terms, with no more brackets than needed.</summary>
internal static class TermPrinter
{
    // Binding strength, weakest first; a part weaker than its place asks for is put in brackets.
    private const int Or = 1, And = 2, Not = 3, Comparison = 4, Sum = 5, Product = 6, Minus = 7, Atom = 8;

    public static string Print(Term term)
    {
        var text = new StringBuilder();
        Write(term, Or, text);
        return text.ToString();
    }

    public static string Symbol(ComparisonOperator comparison) => comparison switch
    {
        ComparisonOperator.Equal => "=",
        ComparisonOperator.NotEqual => "!=",
        ComparisonOperator.Less => "<",
        ComparisonOperator.LessOrEqual => "<=",
        ComparisonOperator.Greater => ">",
        _ => ">=",
    };

    public static string Symbol(ArithmeticOperator arithmetic) => arithmetic switch
    {
        ArithmeticOperator.Add => "+",
        ArithmeticOperator.Subtract => "-",
        ArithmeticOperator.Multiply => "*",
        ArithmeticOperator.Divide => "/",
        _ => "%",
    };

    private static int Strength(Term term) => term switch
    {
        Term.Any => Or,
        Term.All => And,
        Term.Not => Not,
        Term.Comparison or Term.In or Term.Between or Term.Like or Term.IsMissing => Comparison,
        Term.Arithmetic { Operator: ArithmeticOperator.Add or ArithmeticOperator.Subtract } => Sum,
        Term.Arithmetic => Product,
        Term.Negate => Minus,
        Term.Number number when double.IsNegative(number.Value) => Minus,
        _ => Atom,
    };

    private static void Write(Term term, int least, StringBuilder text)
    {
        var strength = Strength(term);
        if (strength < least)
        {
            text.Append('(');
            Write(term, Or, text);
            text.Append(')');
            return;
        }
        switch (term)
        {
            case Term.Number number:
                text.Append(number.Value.ToString("R", CultureInfo.InvariantCulture));
                break;
            case Term.Text literal:
                Quote(literal.Value, '\'', text);
                break;
            case Term.Truth truth:
                text.Append(truth.Value ? "true" : "false");
                break;
            case Term.Name name:
                if (Scanner.IsPlainName(name.Value)) text.Append(name.Value);
                else Quote(name.Value, '`', text);
                break;
            case Term.Negate negate:
                text.Append('-');
                Write(negate.Operand, Minus, text);
                break;
            case Term.Not not:
                text.Append("not ");
                Write(not.Operand, Not, text);
                break;
            case Term.Arithmetic arithmetic:
                Write(arithmetic.Left, strength, text);
                text.Append(' ').Append(Symbol(arithmetic.Operator)).Append(' ');
                Write(arithmetic.Right, strength + 1, text);
                break;
            case Term.Comparison comparison:
                Write(comparison.Left, Sum, text);
                text.Append(' ').Append(Symbol(comparison.Operator)).Append(' ');
                Write(comparison.Right, Sum, text);
                break;
            case Term.All all:
                Join(all.Parts, " and ", Not, text);
                break;
            case Term.Any any:
                Join(any.Parts, " or ", And, text);
                break;
            case Term.In within:
                Write(within.Value, Sum, text);
                text.Append(within.Negated ? " not in (" : " in (");
                Join(within.Options, ", ", Sum, text);
                text.Append(')');
                break;
            case Term.Between between:
                Write(between.Value, Sum, text);
                text.Append(between.Negated ? " not between " : " between ");
                Write(between.Low, Sum, text);
                text.Append(" and ");
                Write(between.High, Sum, text);
                break;
            case Term.Like like:
                Write(like.Value, Sum, text);
                text.Append(like.Negated ? " not like " : " like ");
                Quote(like.Pattern, '\'', text);
                break;
            case Term.IsMissing missing:
                Write(missing.Value, Sum, text);
                text.Append(missing.Negated ? " is not missing" : " is missing");
                break;
            case Term.Call call:
                text.Append(call.Function).Append('(');
                Join(call.Arguments, ", ", Or, text);
                text.Append(')');
                break;
        }
    }

    private static void Join(ImmutableArray<Term> terms, string between, int least, StringBuilder text)
    {
        for (var i = 0; i < terms.Length; i++)
        {
            if (i > 0) text.Append(between);
            Write(terms[i], least, text);
        }
    }

    private static void Quote(string value, char quote, StringBuilder text)
    {
        text.Append(quote);
        foreach (var letter in value)
        {
            if (letter == quote) text.Append(quote);
            text.Append(letter);
        }
        text.Append(quote);
    }
}
