using System.Collections.Immutable;

namespace Semblance.Rules;

/// <summary>
/// Recursive descent, weakest binding first:
/// or, and, not, comparison (one), sum, product, minus, atom. Length, depth and lists are bounded, so that no text can exhaust the stack.
/// </summary>
internal sealed class Parser
{
    public const int MaxLength = 100_000, MaxDepth = 100, MaxItems = 10_000, MaxPattern = 1_000;

    /// <summary>Functions with the least and the most arguments they take.</summary>
    public static readonly ImmutableSortedDictionary<string, (int Least, int Most)> Functions = new Dictionary<string, (int, int)>
    {
        ["abs"] = (1, 1), ["floor"] = (1, 1), ["ceil"] = (1, 1), ["round"] = (1, 2), ["min"] = (1, MaxItems), ["max"] = (1, MaxItems),
        ["length"] = (1, 1), ["lower"] = (1, 1), ["upper"] = (1, 1),
        ["year"] = (1, 1), ["month"] = (1, 1), ["day"] = (1, 1), ["hour"] = (1, 1),
        ["if"] = (3, 3), ["coalesce"] = (1, MaxItems),
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    private readonly string text;
    private readonly Scanner scanner;
    private Token token;
    private int depth;

    private Parser(string text, Predicate<string>? known)
    {
        (this.text, scanner) = (text, new Scanner(text, known));
        token = scanner.Next();
    }

    /// <summary>Parses a whole text.</summary>
    /// <param name="text">Source.</param>
    /// <param name="known">Which names exist, where that is known.</param>
    public static Term Parse(string text, Predicate<string>? known)
    {
        if (text.Length > MaxLength)
            throw new RecipeException("SB2064", $"the expression has {text.Length} characters; at most {MaxLength} are allowed");
        var parser = new Parser(text, known);
        if (parser.token.Kind == TokenKind.End) throw parser.Fault("SB2063", "the expression is empty; write a condition such as age >= 60");
        var term = parser.Or();
        if (parser.token.Kind != TokenKind.End) throw parser.Unexpected("the end, `and` or `or`");
        CheckDepth(term, text);
        return term;
    }

    private Term Or() => Chain("or", And, static parts => new Term.Any(parts));

    private Term And() => Chain("and", Not, static parts => new Term.All(parts));

    private Term Chain(string word, Func<Term> part, Func<ImmutableArray<Term>, Term> make)
    {
        var first = part();
        if (!IsWord(word)) return first;
        var parts = ImmutableArray.CreateBuilder<Term>();
        parts.Add(first);
        while (TakeWord(word)) parts.Add(part());
        return Spanning(make(parts.ToImmutable()), first, parts[^1]);
    }

    private Term Not()
    {
        if (!IsWord("not")) return Comparison();
        var start = token;
        Advance();
        Enter(start);
        var operand = Not();
        depth--;
        return new Term.Not(operand) { At = start.At, Length = operand.At + operand.Length - start.At };
    }

    private Term Comparison()
    {
        var left = Sum();
        if (ComparisonSymbol() is { } comparison)
        {
            Advance();
            var right = Sum();
            if (ComparisonSymbol() is not null)
                throw Fault("SB2063", "comparisons don't chain; write `a < b and b < c`");
            return Spanning(new Term.Comparison(comparison, left, right), left, right);
        }
        if (TakeWord("is"))
        {
            var negated = TakeWord("not");
            var end = token;
            if (!TakeWord("missing") && !TakeWord("null")) throw Unexpected(negated ? "`missing`" : "`missing` or `not missing`");
            return new Term.IsMissing(left, negated) { At = left.At, Length = end.At + end.Length - left.At };
        }
        var not = TakeWord("not");
        if (TakeWord("in")) return In(left, not);
        if (TakeWord("between"))
        {
            var low = Sum();
            if (!TakeWord("and")) throw Unexpected("`and` and the upper end");
            var high = Sum();
            return Spanning(new Term.Between(left, low, high, not), left, high);
        }
        if (TakeWord("like"))
        {
            var pattern = token;
            if (pattern.Kind != TokenKind.Text) throw Unexpected("a pattern in quotes: 'a%'");
            if (pattern.Value.Length > MaxPattern) throw Fault("SB2064", $"the pattern has {pattern.Value.Length} characters; at most {MaxPattern} are allowed");
            Advance();
            return new Term.Like(left, pattern.Value, not) { At = left.At, Length = pattern.At + pattern.Length - left.At };
        }
        return not ? throw Unexpected("`in`, `between` or `like` after `not`") : left;
    }

    private Term.In In(Term value, bool negated)
    {
        if (!TakeSymbol("(")) throw Unexpected("a list in brackets: (1, 2)");
        var options = List("the list", Sum, out var end);
        if (options.IsEmpty) throw Fault("SB2063", "the list is empty; give at least one value", end);
        return new Term.In(value, options, negated) { At = value.At, Length = end.At + end.Length - value.At };
    }

    /// <summary>Items up to the closing bracket, which is taken too.</summary>
    private ImmutableArray<Term> List(string what, Func<Term> item, out Token end)
    {
        var items = ImmutableArray.CreateBuilder<Term>();
        Enter(token);
        if (!IsSymbol(")"))
            do
            {
                if (items.Count == MaxItems) throw Fault("SB2064", $"{what} has more than {MaxItems} items");
                items.Add(item());
            }
            while (TakeSymbol(","));
        depth--;
        end = token;
        if (!TakeSymbol(")")) throw Unexpected("`,` or `)`");
        return items.ToImmutable();
    }

    private Term Sum()
    {
        var left = Product();
        while (IsSymbol("+") || IsSymbol("-"))
        {
            var operation = token.Value == "+" ? ArithmeticOperator.Add : ArithmeticOperator.Subtract;
            Advance();
            var right = Product();
            left = Spanning(new Term.Arithmetic(operation, left, right), left, right);
        }
        return left;
    }

    private Term Product()
    {
        var left = Minus();
        while (IsSymbol("*") || IsSymbol("/") || IsSymbol("%"))
        {
            var operation = token.Value switch { "*" => ArithmeticOperator.Multiply, "/" => ArithmeticOperator.Divide, _ => ArithmeticOperator.Remainder };
            Advance();
            var right = Minus();
            left = Spanning(new Term.Arithmetic(operation, left, right), left, right);
        }
        return left;
    }

    private Term Minus()
    {
        if (!IsSymbol("-")) return Atom();
        var start = token;
        Advance();
        Enter(start);
        var operand = Minus();
        depth--;
        Term negative = operand is Term.Number number ? new Term.Number(-number.Value) : new Term.Negate(operand);
        return negative with { At = start.At, Length = operand.At + operand.Length - start.At };
    }

    private Term Atom()
    {
        var start = token;
        switch (start.Kind)
        {
            case TokenKind.Number:
                Advance();
                return Placed(new Term.Number(start.Number), start);
            case TokenKind.Text:
                Advance();
                return Placed(new Term.Text(start.Value), start);
            case TokenKind.QuotedName:
                Advance();
                return Placed(new Term.Name(start.Value), start);
            case TokenKind.Name:
                Advance();
                return IsSymbol("(") ? Call(start) : Placed(new Term.Name(start.Value) { Run = start.Run }, start);
            case TokenKind.Word when start.Value is "true" or "false":
                Advance();
                return Placed(new Term.Truth(start.Value == "true"), start);
            case TokenKind.Word when start.Value is "missing" or "null":
                throw Fault("SB2063", $"`{start.Value}` is not a value; write `is missing`");
            case TokenKind.Symbol when start.Value == "(":
                Advance();
                Enter(start);
                var inner = Or();
                depth--;
                var end = token;
                if (!TakeSymbol(")")) throw Unexpected("`)`");
                return inner with { At = start.At, Length = end.At + end.Length - start.At };
            default:
                throw Unexpected("a value, a column or a condition");
        }
    }

    private Term.Call Call(Token name)
    {
        var function = name.Value.ToLowerInvariant();
        if (!Functions.TryGetValue(function, out var count))
        {
            var near = Nearest.Of(function, Functions.Keys);
            throw Fault("SB2065", $"there is no function `{name.Value}`; " + (near is null ? $"there are {string.Join(", ", Functions.Keys)}" : $"did you mean `{near}`?"), name);
        }
        Advance();
        var arguments = List($"`{function}`", Or, out var end);
        if (arguments.Length < count.Least || arguments.Length > count.Most)
        {
            var wanted = count.Least == count.Most ? $"{count.Least}" : count.Most == MaxItems ? $"at least {count.Least}" : $"{count.Least} or {count.Most}";
            throw Fault("SB2066", $"`{function}` takes {wanted} argument{(wanted == "1" ? "" : "s")}, here are {arguments.Length}", name);
        }
        return new Term.Call(function, arguments) { At = name.At, Length = end.At + end.Length - name.At };
    }

    /// <summary>Long sums are built in a loop but walked by recursion, so the finished tree is measured, by a stack of its own.</summary>
    private static void CheckDepth(Term root, string text)
    {
        var open = new Stack<(Term Term, int Depth)>();
        open.Push((root, 1));
        while (open.TryPop(out var item))
        {
            if (item.Depth > 4 * MaxDepth)
                throw ExpressionFault.Make("SB2064", text, item.Term.At, 1, $"the expression is more than {4 * MaxDepth} levels deep; split it");
            foreach (var child in item.Term.Children) open.Push((child, item.Depth + 1));
        }
    }

    private void Enter(Token at)
    {
        if (++depth > MaxDepth) throw Fault("SB2064", $"brackets and signs are nested more than {MaxDepth} deep", at);
    }

    private ComparisonOperator? ComparisonSymbol() => token.Kind != TokenKind.Symbol ? null : token.Value switch
    {
        "=" => ComparisonOperator.Equal,
        "!=" => ComparisonOperator.NotEqual,
        "<" => ComparisonOperator.Less,
        "<=" => ComparisonOperator.LessOrEqual,
        ">" => ComparisonOperator.Greater,
        ">=" => ComparisonOperator.GreaterOrEqual,
        _ => null,
    };

    private void Advance() => token = scanner.Next();

    private bool IsWord(string word) => token.Kind == TokenKind.Word && token.Value == word;

    private bool IsSymbol(string symbol) => token.Kind == TokenKind.Symbol && token.Value == symbol;

    private bool TakeWord(string word)
    {
        if (!IsWord(word)) return false;
        Advance();
        return true;
    }

    private bool TakeSymbol(string symbol)
    {
        if (!IsSymbol(symbol)) return false;
        Advance();
        return true;
    }

    private static Term Placed(Term term, Token token) => term with { At = token.At, Length = token.Length };

    private static Term Spanning(Term term, Term first, Term last) => term with { At = first.At, Length = last.At + last.Length - first.At };

    private RecipeException Unexpected(string wanted) => Fault("SB2063", token.Kind == TokenKind.End
        ? $"the expression ends where {wanted} should follow"
        : $"`{text.Substring(token.At, Math.Min(token.Length, 40))}` stands where {wanted} should");

    private RecipeException Fault(string code, string message) => Fault(code, message, token);

    private RecipeException Fault(string code, string message, Token at) => ExpressionFault.Make(code, text, at.At, at.Length, message);
}
