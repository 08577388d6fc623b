using System.Globalization;
using Semblance.Data;

namespace Semblance.Rules;

/// <summary>Checks a term against a schema and makes the nodes that evaluate it.</summary>
internal sealed class Binder(Schema schema, string text)
{
    // What people write for a date; the column's own format is tried first.
    private static readonly string[] DateFormats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.FFFFFFF",
        "yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm:ss.FFFFFFF", "HH:mm", "HH:mm:ss", "yyyy-MM", "yyyy",
    ];

    private readonly SortedSet<int> columns = [];
    private int uses; // of columns so far: a term that adds none is constant

    /// <summary>Positions of the columns used so far.</summary>
    public IReadOnlyCollection<int> Columns => columns;

    /// <summary>A term as what it is: a number, a date, a condition or a text.</summary>
    public Node Any(Term term) => Bind(term);

    /// <summary>A term as a condition.</summary>
    public TruthNode Truth(Term term) => AsTruth(Bind(term), term);

    private Node Bind(Term term) => term switch
    {
        Term.Number number => new ConstantNode<double>(number.Value),
        Term.Text literal => new TextConstantNode(literal.Value),
        Term.Truth truth => new TruthConstantNode(Kleene.Of(truth.Value)),
        Term.Name name => Column(name),
        Term.Negate negate => Fold(() => new MappedNode(Number(negate.Operand), static x => -x)),
        Term.Arithmetic arithmetic => Fold(() => Arithmetic(arithmetic)),
        Term.Not not => new NotNode(Truth(not.Operand)),
        Term.All all => new JunctionNode(true, [.. all.Parts.Select(Truth)]),
        Term.Any any => new JunctionNode(false, [.. any.Parts.Select(Truth)]),
        Term.Comparison comparison => Compare(comparison.Operator, comparison.Left, comparison.Right),
        Term.Between between => Negated(between.Negated, new JunctionNode(true,
        [
            Compare(ComparisonOperator.GreaterOrEqual, between.Value, between.Low),
            Compare(ComparisonOperator.LessOrEqual, between.Value, between.High),
        ])),
        Term.In within => Negated(within.Negated, In(within)),
        Term.Like like => Negated(like.Negated, Like(like)),
        Term.IsMissing missing => Negated(missing.Negated, Bind(missing.Value) switch
        {
            ValueNode<double> number => new MissingNode<double>(number),
            ValueNode<long> date => new MissingNode<long>(date),
            ValueNode<byte> truth => new MissingNode<byte>(truth),
            var node => new TextMissingNode((TextNode)node),
        }),
        Term.Call call => Fold(() => Call(call)),
        _ => throw new InvalidOperationException($"a term of an unknown sort: {term.GetType()}"),
    };

    private static TruthNode Negated(bool negated, TruthNode node) => negated ? new NotNode(node) : node;

    private Node Column(Term.Name name)
    {
        var index = schema.IndexOf(name.Value);
        if (index < 0)
        {
            // `hours-per-weak` may have been cut at a column `hours`: the whole word tells best what was meant.
            var names = schema.Columns.Select(c => c.Name);
            var near = (name.Run is null ? null : Nearest.Of(name.Run, names)) ?? Nearest.Of(name.Value, names)
                ?? Nearest.Of(name.Value.Split('-', '.')[0], names);
            throw Fault("SB2067", name, $"there is no column `{name.Value}`; "
                + (near is null ? $"the columns are {string.Join(", ", names.Take(30))}" : $"did you mean `{near}`?"));
        }
        uses++;
        columns.Add(index);
        var column = schema.Columns[index];
        return column switch
        {
            { IsNumeric: true } => new NumberColumnNode(index),
            { Kind: ColumnKind.DateTime } => new DateColumnNode(index, column.Format),
            _ => new TextColumnNode(index, column.Kind),
        };
    }

    private Node Arithmetic(Term.Arithmetic term)
    {
        Node left = Bind(term.Left), right = Bind(term.Right);
        if (left is ValueNode<long> from && term.Operator is ArithmeticOperator.Add or ArithmeticOperator.Subtract)
        {
            if (right is ValueNode<long> to)
                return term.Operator == ArithmeticOperator.Subtract
                    ? new DaysNode(from, to)
                    : throw Fault("SB2068", term, "two dates can't be added; their difference is a number of days, and a date plus a number of days is a date");
            if (term.Operator == ArithmeticOperator.Subtract && right is TextConstantNode literal) return new DaysNode(from, Date(literal, term.Right, Format(left)));
            return new ShiftedDateNode(from, AsNumber(right, term.Right), term.Operator == ArithmeticOperator.Add ? 1 : -1);
        }
        if (right is ValueNode<long> date)
        {
            if (left is TextConstantNode literal && term.Operator == ArithmeticOperator.Subtract) return new DaysNode(Date(literal, term.Left, Format(right)), date);
            if (term.Operator == ArithmeticOperator.Add) return new ShiftedDateNode(date, AsNumber(left, term.Left), 1);
        }
        return new ArithmeticNode(term.Operator, AsNumber(left, term.Left), AsNumber(right, term.Right));
    }

    private TruthNode Compare(ComparisonOperator comparison, Term leftTerm, Term rightTerm)
    {
        Node left = Bind(leftTerm), right = Bind(rightTerm);
        RefuseMarker(leftTerm, right, rightTerm);
        RefuseMarker(rightTerm, left, leftTerm);
        if (left is ValueNode<long> || right is ValueNode<long>)
        {
            var format = Format(left) ?? Format(right);
            return new ComparisonNode<long>(comparison, AsDate(left, leftTerm, format), AsDate(right, rightTerm, format));
        }
        if (left is ValueNode<byte> || right is ValueNode<byte>)
        {
            if (comparison is not (ComparisonOperator.Equal or ComparisonOperator.NotEqual))
                throw Fault("SB2068", leftTerm, "conditions are only equal or not equal; neither is less than the other");
            return new ComparisonNode<byte>(comparison, AsTruth(left, leftTerm), AsTruth(right, rightTerm));
        }
        if (left is ValueNode<double> || right is ValueNode<double>)
        {
            if (IsRead(left)) return TextWithNumber(comparison, (TextNode)left, (ValueNode<double>)right);
            if (IsRead(right)) return TextWithNumber(Comparisons.Mirrored(comparison), (TextNode)right, (ValueNode<double>)left);
            return new ComparisonNode<double>(comparison, AsNumber(left, leftTerm), AsNumber(right, rightTerm));
        }
        if (right is TextConstantNode constant) return TextTest((TextNode)left, constant.Value, comparison);
        if (left is TextConstantNode first) return TextTest((TextNode)right, first.Value, Comparisons.Mirrored(comparison));
        return new TextComparisonNode(comparison, (TextNode)left, (TextNode)right);
    }

    private static TextTestNode TextTest(TextNode operand, string value, ComparisonOperator comparison)
    {
        var utf8 = System.Text.Encoding.UTF8.GetBytes(value);
        return new(operand, text => Kleene.Of(Comparisons.Holds(comparison, text.SequenceCompareTo(utf8))));
    }

    /// <summary>Whether a text is compared with numbers by reading each cell; booleans are numbers of their own, literals are read here and now.</summary>
    private static bool IsRead(Node node) => node is TextNode and not TextConstantNode and not TextColumnNode { Kind: ColumnKind.Boolean };

    private static TruthNode TextWithNumber(ComparisonOperator comparison, TextNode text, ValueNode<double> number) =>
        number is not ConstantNode<double> constant || double.IsNaN(constant.Value)
            ? new TextWithNumberNode(comparison, text, number)
            : new TextTestNode(text, cell => Texts.Compare(comparison, Texts.Number(cell), constant.Value));

    private TruthNode In(Term.In term)
    {
        var value = Bind(term.Value);
        var options = new Node[term.Options.Length];
        for (var i = 0; i < options.Length; i++)
        {
            options[i] = Bind(term.Options[i]);
            RefuseMarker(term.Value, options[i], term.Options[i]);
        }
        // Constants are looked up in a sorted list; anything else is a chain of comparisons, as SQL defines it.
        if (value is ValueNode<double> number && options.All(o => o is ConstantNode<double> { Value: not double.NaN } or TextConstantNode))
            return new MembershipNode<double>(number, Ascending(options.Select((o, i) => ((ConstantNode<double>)AsNumber(o, term.Options[i])).Value)));
        if (value is ValueNode<long> date && options.All(o => o is TextConstantNode))
            return new MembershipNode<long>(date, Ascending(options.Select((o, i) => Date((TextConstantNode)o, term.Options[i], Format(value)).Value)));
        if (value is TextNode texts and not TextConstantNode && options.All(o => o is TextConstantNode))
        {
            var wanted = new HashSet<string>(options.Select(o => ((TextConstantNode)o).Value), StringComparer.Ordinal);
            var lookup = wanted.GetAlternateLookup<ReadOnlySpan<char>>();
            return new TextTestNode(texts, cell =>
            {
                if (cell.Length > 1024) return Kleene.Of(wanted.Contains(System.Text.Encoding.UTF8.GetString(cell)));
                Span<char> letters = stackalloc char[cell.Length];
                return Kleene.Of(lookup.Contains(letters[..System.Text.Encoding.UTF8.GetChars(cell, letters)]));
            });
        }
        if (IsRead(value) && options.All(o => o is ConstantNode<double> { Value: not double.NaN }))
        {
            var numbers = Ascending(options.Select(o => ((ConstantNode<double>)o).Value));
            return new TextTestNode((TextNode)value, cell => Kleene.Of(Texts.Number(cell) is not double.NaN and var read && Array.BinarySearch(numbers, read) >= 0));
        }
        return new JunctionNode(false, [.. term.Options.Select(o => Compare(ComparisonOperator.Equal, term.Value, o))]);
    }

    private static T[] Ascending<T>(IEnumerable<T> values) => [.. values.Distinct().Order()];

    private TextTestNode Like(Term.Like term)
    {
        var pattern = new LikePattern(term.Pattern);
        return new(AsText(Bind(term.Value), term.Value), cell => Kleene.Of(pattern.Matches(cell)));
    }

    private Node Call(Term.Call call)
    {
        var first = call.Arguments[0];
        return call.Function switch
        {
            "abs" => new MappedNode(Number(first), Math.Abs),
            "floor" => new MappedNode(Number(first), Math.Floor),
            "ceil" => new MappedNode(Number(first), Math.Ceiling),
            "round" => new MappedNode(Number(first), Rounding(call)),
            "length" => new TextNumberNode(AsText(Bind(first), first), Texts.Length),
            "lower" => new TextMapNode(AsText(Bind(first), first), static t => t.ToLowerInvariant()),
            "upper" => new TextMapNode(AsText(Bind(first), first), static t => t.ToUpperInvariant()),
            "year" => new DatePartNode(Date(first), static d => d.Year),
            "month" => new DatePartNode(Date(first), static d => d.Month),
            "day" => new DatePartNode(Date(first), static d => d.Day),
            "hour" => new DatePartNode(Date(first), static d => d.Hour),
            "min" or "max" => Extreme(call),
            "if" => Choice(call),
            _ => Coalesce(call),
        };
    }

    /// <summary>Half away from zero, as a person rounds.</summary>
    private Func<double, double> Rounding(Term.Call call)
    {
        if (call.Arguments.Length == 1) return static x => Math.Round(x, MidpointRounding.AwayFromZero);
        if (Number(call.Arguments[1]) is not ConstantNode<double> { Value: >= 0 and <= 15 } constant || constant.Value != Math.Floor(constant.Value))
            throw Fault("SB2066", call.Arguments[1], "the second argument of `round` is a number of decimals from 0 to 15");
        var decimals = (int)constant.Value;
        return x => Math.Round(x, decimals, MidpointRounding.AwayFromZero);
    }

    private Node Extreme(Term.Call call)
    {
        var greatest = call.Function == "max";
        return Unified(call, 0) switch
        {
            ValueNode<double>[] numbers => new ExtremeNode<double>(numbers, greatest),
            ValueNode<long>[] dates => new ExtremeNode<long>(dates, greatest),
            _ => throw Fault("SB2068", call, $"`{call.Function}` takes numbers or dates"),
        };
    }

    private Node Choice(Term.Call call)
    {
        var condition = Truth(call.Arguments[0]);
        return Unified(call, 1) switch
        {
            ValueNode<double>[] numbers => new ChoiceNode<double>(condition, numbers[0], numbers[1]),
            ValueNode<long>[] dates => new ChoiceNode<long>(condition, dates[0], dates[1]),
            TruthNode[] truths => new TruthOf(new ChoiceNode<byte>(condition, truths[0], truths[1])),
            var texts => new TextChoiceNode(condition, ((TextNode[])texts)[0], ((TextNode[])texts)[1]),
        };
    }

    private Node Coalesce(Term.Call call) => Unified(call, 0) switch
    {
        ValueNode<double>[] numbers => new CoalesceNode<double>(numbers),
        ValueNode<long>[] dates => new CoalesceNode<long>(dates),
        TruthNode[] truths => new TruthOf(new CoalesceNode<byte>(truths)),
        var texts => new TextCoalesceNode((TextNode[])texts),
    };

    /// <summary>Arguments from a position on, all of one type: dates if any is a date, else numbers if any is a number, else conditions if any is one or all are booleans, else texts.</summary>
    private Node[] Unified(Term.Call call, int from)
    {
        var terms = call.Arguments[from..];
        var nodes = terms.Select(Bind).ToArray();
        if (nodes.Any(n => n is ValueNode<long>))
        {
            var format = nodes.Select(Format).FirstOrDefault(f => f is not null);
            return nodes.Zip(terms, (n, t) => AsDate(n, t, format)).ToArray();
        }
        if (nodes.Any(n => n is ValueNode<double>)) return nodes.Zip(terms, AsNumber).ToArray();
        if (nodes.Any(n => n is TruthNode) || nodes.All(n => n is TextColumnNode { Kind: ColumnKind.Boolean })) return nodes.Zip(terms, AsTruth).ToArray();
        return nodes.Cast<TextNode>().ToArray();
    }

    /// <summary>A term as a number.</summary>
    public ValueNode<double> Number(Term term) => AsNumber(Bind(term), term);

    /// <summary>A term as a date.</summary>
    public ValueNode<long> Date(Term term) => AsDate(Bind(term), term, null);

    private TruthNode AsTruth(Node node, Term term) => node switch
    {
        TruthNode truth => truth,
        TextColumnNode { Kind: ColumnKind.Boolean or ColumnKind.Constant } flag => new TextTestNode(flag, Texts.Truth),
        _ => throw Fault("SB2070", term, $"{Description(node, term)}, not a condition; compare it with something: {term} = …"),
    };

    private ValueNode<double> AsNumber(Node node, Term term) => node switch
    {
        ValueNode<double> number => number,
        TextConstantNode literal => Texts.Number(System.Text.Encoding.UTF8.GetBytes(literal.Value)) is not double.NaN and var number
            ? new ConstantNode<double>(number)
            : throw Fault("SB2069", term, $"'{literal.Value}' is not a number; write numbers without quotes"),
        TextColumnNode { Kind: ColumnKind.Boolean } flag => new TextNumberNode(flag, Texts.TruthNumber),
        TextColumnNode { Kind: ColumnKind.Constant } constant => new TextNumberNode(constant, Texts.Number),
        _ => throw Fault("SB2068", term, $"{Description(node, term)} where a number should stand"),
    };

    private TextNode AsText(Node node, Term term) =>
        node as TextNode ?? throw Fault("SB2068", term, $"{Description(node, term)} where a text should stand");

    private ValueNode<long> AsDate(Node node, Term term, string? format) => node switch
    {
        ValueNode<long> date => date,
        TextConstantNode literal => Date(literal, term, format),
        _ => throw Fault("SB2068", term, $"{Description(node, term)} where a date should stand"),
    };

    private ConstantNode<long> Date(TextConstantNode literal, Term term, string? format)
    {
        // Without a date of its own a time of day lies in year 1, as in columns that hold only times.
        if (format is not null && DateTime.TryParseExact(literal.Value, format, CultureInfo.InvariantCulture, DateTimeStyles.NoCurrentDateDefault, out var date)
            || DateTime.TryParseExact(literal.Value, DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.NoCurrentDateDefault, out date))
            return new ConstantNode<long>(date.Ticks);
        throw Fault("SB2069", term, $"'{literal.Value}' is not a date; write 2024-05-31 or 2024-05-31 14:30:00" + (format is null ? "" : $", or as the column does: {format}"));
    }

    private static string? Format(Node node) => (node as DateColumnNode)?.Format;

    /// <summary>A marker of missing values is never equal to anything, which is rarely what was meant.</summary>
    private void RefuseMarker(Term columnTerm, Node other, Term otherTerm)
    {
        if (columnTerm is Term.Name name && other is TextConstantNode literal && schema.IndexOf(name.Value) is >= 0 and var index
            && schema.Columns[index].MissingMarkers.Contains(literal.Value))
            throw Fault("SB2071", otherTerm, $"'{literal.Value}' marks a missing value of `{name.Value}`; write {columnTerm} is missing");
    }

    /// <summary>Works out a term without columns at once: one row, nothing to read.</summary>
    private Node Fold(Func<Node> bind)
    {
        var before = uses;
        var node = bind();
        if (uses != before) return node;
        var chunk = new Chunk(new Evaluation(schema, new Table([])), 0, 1);
        return node switch
        {
            ValueNode<double> number => new ConstantNode<double>(First(number, chunk)),
            ValueNode<long> date => new ConstantNode<long>(First(date, chunk)),
            _ => node,
        };
    }

    private static T First<T>(ValueNode<T> node, Chunk chunk) where T : unmanaged
    {
        Span<T> cell = stackalloc T[1];
        node.Evaluate(chunk, cell);
        return cell[0];
    }

    private static string Description(Node node, Term term) => node switch
    {
        ValueNode<double> => $"{term} is a number",
        ValueNode<long> => $"{term} is a date",
        TruthNode => $"{term} is a condition",
        _ => $"{term} is a text",
    };

    private RecipeException Fault(string code, Term term, string message) => ExpressionFault.Make(code, text, term.At, term.Length, message);
}
