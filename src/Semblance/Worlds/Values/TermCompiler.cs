using System.Globalization;
using Semblance.Rules;

namespace Semblance.Worlds;

/// <summary>Makes nodes of the terms of the one expression language: the same meaning, one value at a time.</summary>
internal sealed class TermCompiler(Scope scope, PackTime time)
{
    private readonly Scope scope = scope;
    private readonly PackTime time = time;

    /// <summary>Compiles a text.</summary>
    /// <exception cref="RecipeException">It can't be read (SB2060 to SB2066), names what is not there (SB2204), or its parts don't fit (SB2205).</exception>
    public Typed Compile(string text)
    {
        var term = Parser.Parse(text, Known);
        return new Compilation(this, text).Of(term);
    }

    /// <summary>A name that means something, or that has a part which does not exist: that is told better than a stray point.</summary>
    private bool Known(string name) => Resolve(name) is not null || name.LastIndexOf('.') is > 0 and var dot && dot < name.Length - 1 && Resolve(name[..dot]) is { Type.Sort: Sort.Level or Sort.Entity };

    /// <summary>A name, or a property or attribute of one after a dot.</summary>
    private Typed? Resolve(string name)
    {
        if (scope.Find(name) is { } plain) return plain;
        var dot = name.LastIndexOf('.');
        if (dot <= 0 || Resolve(name[..dot]) is not { } owner) return null;
        var part = name[(dot + 1)..];
        if (owner.Type is { Sort: Sort.Level, Levels: { } levels } && levels.Property(part) is { } numbers)
            return new(owner.Node.IsConstant ? new ConstantNode(numbers[(int)owner.Node.Eval(null!)]) : new PropertyNode(owner.Node, numbers), ValueType.Number);
        if (owner.Type is { Sort: Sort.Entity, Entity: { } kind })
            return kind.AttributeOf(part) is { } attribute ? new(new AttributeNode(owner.Node, kind, attribute.Slot), attribute.Type) : null;
        return null;
    }

    private sealed class Compilation(TermCompiler owner, string text)
    {
        public Typed Of(Term term) => term switch
        {
            Term.Number number => new(new ConstantNode(number.Value), ValueType.Number),
            Term.Truth truth => new(new ConstantNode(truth.Value ? 1 : 0), ValueType.Truth),
            Term.Text => throw Fault("SB2205", term, "a text stands beside what is not a list of words or a time; compare it with one"),
            Term.Name name => Name(name),
            Term.Negate negate => Fold(new MapNode(Number(negate.Operand), static x => -x), ValueType.Number),
            Term.Not not => Fold(new MapNode(Truth(not.Operand), static x => 1 - x), ValueType.Truth),
            Term.Arithmetic arithmetic => Arithmetic(arithmetic),
            Term.All all => Fold(new JunctionNode([.. all.Parts.Select(Truth)], true), ValueType.Truth),
            Term.Any any => Fold(new JunctionNode([.. any.Parts.Select(Truth)], false), ValueType.Truth),
            Term.Comparison comparison => Compare(comparison.Operator, comparison.Left, comparison.Right),
            Term.Between b => Negated(b.Negated, new JunctionNode([Compare(ComparisonOperator.GreaterOrEqual, b.Value, b.Low).Node, Compare(ComparisonOperator.LessOrEqual, b.Value, b.High).Node], true)),
            Term.In within => Negated(within.Negated, new JunctionNode([.. within.Options.Select(o => Compare(ComparisonOperator.Equal, within.Value, o).Node)], false)),
            Term.IsMissing missing => Negated(missing.Negated, new MissingNode(Of(missing.Value).Node)),
            Term.Call call => Call(call),
            _ => throw Fault("SB2205", term, "this is not said of single values in a pack; use comparisons, `in` and arithmetic"),
        };

        private Typed Name(Term.Name name)
        {
            if (owner.Resolve(name.Value) is { } found) return found;
            var names = owner.scope.Names.Distinct().ToList();
            if (name.Value.LastIndexOf('.') is > 0 and var dot && owner.Resolve(name.Value[..dot]) is { } left)
            {
                var (head, part) = (name.Value[..dot], name.Value[(dot + 1)..]);
                names = left.Type.Levels?.Properties.ToList() ?? left.Type.Entity?.AttributeNames.ToList() ?? [];
                throw Fault("SB2204", name, $"`{head}` is {left.Type}, which has no `{part}`; " + (Nearest.Of(part, names) is { } meant ? $"did you mean `{head}.{meant}`?" : names.Count == 0 ? "it has no parts" : $"it has {string.Join(", ", names)}"));
            }
            throw Fault("SB2204", name, $"nothing is called `{name.Value}` here; " + (Nearest.Of(name.Value, names) is { } near ? $"did you mean `{near}`?" : $"there is {string.Join(", ", names.Take(40))}"));
        }

        private Typed Arithmetic(Term.Arithmetic term)
        {
            Typed left = Of(term.Left), right = Of(term.Right);
            if (left.Type.Sort == Sort.Time && term.Operator == ArithmeticOperator.Subtract && right.Type.Sort == Sort.Time)
                return Fold(new ScaledNode(new ArithmeticNode(ArithmeticOperator.Subtract, left.Node, right.Node), 1 / 86_400.0), ValueType.Number);
            if (left.Type.Sort == Sort.Time && term.Operator is ArithmeticOperator.Add or ArithmeticOperator.Subtract)
                return Fold(new ArithmeticNode(term.Operator, left.Node, new ScaledNode(AsNumber(right, term.Right), 86_400)), ValueType.Time);
            return Fold(new ArithmeticNode(term.Operator, AsNumber(left, term.Left), AsNumber(right, term.Right)), ValueType.Number);
        }

        private Typed Compare(ComparisonOperator comparison, Term leftTerm, Term rightTerm)
        {
            if (leftTerm is Term.Text && rightTerm is not Term.Text) return Compare(Comparisons.Mirrored(comparison), rightTerm, leftTerm);
            var left = Of(leftTerm);
            if (rightTerm is Term.Text text) return Fold(new ComparisonNode(comparison, left.Node, new ConstantNode(Literal(text, left.Type))), ValueType.Truth);
            var right = Of(rightTerm);
            if (left.Type.Sort != right.Type.Sort || left.Type.Levels != right.Type.Levels || left.Type.Entity != right.Type.Entity)
                throw Fault("SB2205", rightTerm, $"{left.Type} can't be compared with {right.Type}");
            if (left.Type.Sort is Sort.Level or Sort.Entity or Sort.Truth && comparison is not (ComparisonOperator.Equal or ComparisonOperator.NotEqual))
                throw Fault("SB2205", rightTerm, $"{left.Type} is only equal or not equal");
            return Fold(new ComparisonNode(comparison, left.Node, right.Node), ValueType.Truth);
        }

        /// <summary>A text as a level or a time.</summary>
        private double Literal(Term.Text term, ValueType type)
        {
            if (type is { Sort: Sort.Level, Levels: { } levels })
                return levels.IndexOf(term.Value) is >= 0 and var index ? index
                    : throw Fault("SB2204", term, $"`{term.Value}` is not among {string.Join(", ", levels.Names.Take(40))}" + (Nearest.Of(term.Value, levels.Names) is { } near ? $"; did you mean `{near}`?" : ""));
            if (type.Sort == Sort.Time)
                return DateTime.TryParseExact(term.Value, ["yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-ddTHH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment) ? owner.time.Seconds(moment)
                    : throw Fault("SB2205", term, $"`{term.Value}` is no time; write it as 2025-01-31 or 2025-01-31T12:00:00");
            throw Fault("SB2205", term, $"{type} can't be compared with a text");
        }

        private Typed Call(Term.Call call)
        {
            var a = call.Arguments;
            switch (call.Function)
            {
                case "abs": return Fold(new MapNode(Number(a[0]), Math.Abs), ValueType.Number);
                case "floor": return Fold(new MapNode(Number(a[0]), Math.Floor), ValueType.Number);
                case "ceil": return Fold(new MapNode(Number(a[0]), Math.Ceiling), ValueType.Number);
                case "round":
                    var decimals = a.Length == 1 ? 0 : a[1] is Term.Number { Value: >= 0 and <= 15 } d && d.Value == Math.Floor(d.Value) ? (int)d.Value : throw Fault("SB2205", a[1], "the second argument of `round` is a number of decimals from 0 to 15");
                    return Fold(new MapNode(Number(a[0]), x => Math.Round(x, decimals, MidpointRounding.AwayFromZero)), ValueType.Number);
                case "min" or "max": return Fold(new ExtremeNode([.. a.Select(Number)], call.Function == "max"), ValueType.Number);
                case "year": return Fold(new MapNode(Time(a[0]), x => owner.time.Moment(x)?.Year ?? double.NaN), ValueType.Number);
                case "month": return Fold(new MapNode(Time(a[0]), x => owner.time.Moment(x)?.Month ?? double.NaN), ValueType.Number);
                case "day": return Fold(new MapNode(Time(a[0]), x => owner.time.Moment(x)?.Day ?? double.NaN), ValueType.Number);
                case "hour": return Fold(new MapNode(Time(a[0]), static x => Math.Floor(x / 3600 - 24 * Math.Floor(x / 86_400))), ValueType.Number);
                case "if":
                    var (yes, no) = Alike(a[1], a[2]);
                    return Fold(new ChoiceNode(Truth(a[0]), yes.Node, no.Node), yes.Type);
                case "coalesce":
                    var first = Of(a[0]);
                    return Fold(new CoalesceNode([.. a.Select(x => Alike(a[0], x).Second.Node)]), first.Type);
                default: throw Fault("SB2205", call, $"`{call.Function}` is not said of single values in a pack");
            }
        }

        /// <summary>Two terms of one sort; a text becomes a level of the other's list.</summary>
        private (Typed First, Typed Second) Alike(Term one, Term two)
        {
            if (one is Term.Text && two is not Term.Text) return Alike(two, one) is var (b, a) ? (a, b) : default;
            var first = Of(one);
            if (two is Term.Text text) return (first, new(new ConstantNode(Literal(text, first.Type)), first.Type));
            var second = Of(two);
            if (first.Type.Sort != second.Type.Sort || first.Type.Levels != second.Type.Levels) throw Fault("SB2205", two, $"both must be alike: here is {first.Type}, and {second.Type}");
            return (first, second);
        }

        private Node Number(Term term) => AsNumber(Of(term), term);

        private Node AsNumber(Typed typed, Term term) => typed.Type.Sort is Sort.Number or Sort.Truth or Sort.Entity ? typed.Node : throw Fault("SB2205", term, $"this is {typed.Type}, not a number");

        private Node Time(Term term) => Of(term) is { Type.Sort: Sort.Time } time ? time.Node : throw Fault("SB2205", term, "this is not a time");

        private Node Truth(Term term) => Of(term) is { Type.Sort: Sort.Truth } truth ? truth.Node : throw Fault("SB2205", term, $"this is {Of(term).Type}, not a condition; compare it with something");

        private static Typed Negated(bool negated, Node node) => Fold(negated ? new MapNode(node, static x => 1 - x) : node, ValueType.Truth);

        private RecipeException Fault(string code, Term term, string message) => ExpressionFault.Make(code, text, term.At, term.Length, message);
    }

    /// <summary>What is the same in every frame is worked out here and now.</summary>
    private static Typed Fold(Node node, ValueType type) => new(node is OperationNode { IsConstant: true } ? new ConstantNode(node.Eval(null!)) : node, type);
}

/// <summary>The days that a world covers.</summary>
internal sealed class PackTime(DateTime start, double days)
{
    /// <summary>Midnight at which it begins, UTC.</summary>
    public DateTime Start => start;

    /// <summary>Length in seconds.</summary>
    public double Length => days * 86_400;

    public double Days => days;

    public double Seconds(DateTime moment) => (moment - start).TotalSeconds;

    public DateTime? Moment(double seconds)
    {
        var ticks = Math.Floor(seconds * 1e6 + 0.5) * 10 + start.Ticks;
        return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks ? new DateTime((long)ticks) : null;
    }
}
