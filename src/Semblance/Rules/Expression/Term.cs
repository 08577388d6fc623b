using System.Collections.Immutable;

namespace Semblance.Rules;

/// <summary>
/// A node of a parsed expression. Two terms are equal when they say the same; where they stand in the text does not count.
/// <see cref="ToString"/> writes text that parses to an equal term.
/// </summary>
public abstract record Term
{
    private Term() { }

    /// <summary>Index of the first character in the source text.</summary>
    public int At { get; init; }

    /// <summary>Number of characters in the source text.</summary>
    public int Length { get; init; }

    /// <summary>The unbroken word a bare name was cut from (<c>hours-per-weak</c>), for messages.</summary>
    internal string? Run { get; init; }

    /// <summary>The terms directly below this one, in order.</summary>
    public virtual ImmutableArray<Term> Children => [];

    /// <summary>Whether two terms are of the same sort; the sorts compare their parts.</summary>
    public virtual bool Equals(Term? other) => other is not null && EqualityContract == other.EqualityContract;

    /// <inheritdoc/>
    public override int GetHashCode() => EqualityContract.GetHashCode();

    /// <summary>Text of this term: parses to an equal term, names quoted where needed.</summary>
    public sealed override string ToString() => TermPrinter.Print(this);

    /// <summary>A number.</summary>
    /// <param name="Value">Finite.</param>
    public sealed record Number(double Value) : Term;

    /// <summary>A text or, compared with a date, a date.</summary>
    /// <param name="Value">The text without its quotes.</param>
    public sealed record Text(string Value) : Term;

    /// <summary><c>true</c> or <c>false</c>.</summary>
    /// <param name="Value">Which of the two.</param>
    public sealed record Truth(bool Value) : Term;

    /// <summary>A column (or, among scores, a score) by name.</summary>
    /// <param name="Value">The name without quotes.</param>
    public sealed record Name(string Value) : Term;

    /// <summary><c>-x</c>; of a number that is written out the parser makes a negative <see cref="Number"/>.</summary>
    /// <param name="Operand">A number.</param>
    public sealed record Negate(Term Operand) : Term
    {
        /// <inheritdoc/>
        public override ImmutableArray<Term> Children => [Operand];
    }

    /// <summary><c>not x</c>.</summary>
    /// <param name="Operand">A condition.</param>
    public sealed record Not(Term Operand) : Term
    {
        /// <inheritdoc/>
        public override ImmutableArray<Term> Children => [Operand];
    }

    /// <summary><c>x + y</c> and kin.</summary>
    /// <param name="Operator">Which operation.</param>
    /// <param name="Left">Left operand.</param>
    /// <param name="Right">Right operand.</param>
    public sealed record Arithmetic(ArithmeticOperator Operator, Term Left, Term Right) : Term
    {
        /// <inheritdoc/>
        public override ImmutableArray<Term> Children => [Left, Right];
    }

    /// <summary><c>x &lt;= y</c> and kin.</summary>
    /// <param name="Operator">Which comparison.</param>
    /// <param name="Left">Left operand.</param>
    /// <param name="Right">Right operand.</param>
    public sealed record Comparison(ComparisonOperator Operator, Term Left, Term Right) : Term
    {
        /// <inheritdoc/>
        public override ImmutableArray<Term> Children => [Left, Right];
    }

    /// <summary><c>x and y and …</c>.</summary>
    /// <param name="Parts">Two or more conditions.</param>
    public sealed record All(ImmutableArray<Term> Parts) : Term
    {
        /// <inheritdoc/>
        public override ImmutableArray<Term> Children => Parts;

        /// <summary>Equal when all parts are, in order.</summary>
        public bool Equals(All? other) => base.Equals(other) && Parts.AsSpan().SequenceEqual(other!.Parts.AsSpan());

        /// <inheritdoc/>
        public override int GetHashCode() => HashOf(Parts);
    }

    /// <summary><c>x or y or …</c>.</summary>
    /// <param name="Parts">Two or more conditions.</param>
    public sealed record Any(ImmutableArray<Term> Parts) : Term
    {
        /// <inheritdoc/>
        public override ImmutableArray<Term> Children => Parts;

        /// <summary>Equal when all parts are, in order.</summary>
        public bool Equals(Any? other) => base.Equals(other) && Parts.AsSpan().SequenceEqual(other!.Parts.AsSpan());

        /// <inheritdoc/>
        public override int GetHashCode() => HashOf(Parts);
    }

    /// <summary><c>x in (a, b)</c>.</summary>
    /// <param name="Value">What is looked for.</param>
    /// <param name="Options">Where it is looked for: one or more.</param>
    /// <param name="Negated">Whether it is <c>not in</c>.</param>
    public sealed record In(Term Value, ImmutableArray<Term> Options, bool Negated) : Term
    {
        /// <inheritdoc/>
        public override ImmutableArray<Term> Children => Options.Insert(0, Value);

        /// <summary>Equal when value and options are, in order.</summary>
        public bool Equals(In? other) =>
            base.Equals(other) && Value == other!.Value && Negated == other.Negated && Options.AsSpan().SequenceEqual(other.Options.AsSpan());

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Value, Negated, HashOf(Options));
    }

    /// <summary><c>x between a and b</c>: both ends included.</summary>
    /// <param name="Value">What is tested.</param>
    /// <param name="Low">Lower end.</param>
    /// <param name="High">Upper end.</param>
    /// <param name="Negated">Whether it is <c>not between</c>.</param>
    public sealed record Between(Term Value, Term Low, Term High, bool Negated) : Term
    {
        /// <inheritdoc/>
        public override ImmutableArray<Term> Children => [Value, Low, High];
    }

    /// <summary><c>x like 'a%'</c>.</summary>
    /// <param name="Value">A text.</param>
    /// <param name="Pattern"><c>%</c> is any run of characters, <c>_</c> one character, <c>\</c> takes the next as it stands.</param>
    /// <param name="Negated">Whether it is <c>not like</c>.</param>
    public sealed record Like(Term Value, string Pattern, bool Negated) : Term
    {
        /// <inheritdoc/>
        public override ImmutableArray<Term> Children => [Value];
    }

    /// <summary><c>x is missing</c>: true or false, never unknown.</summary>
    /// <param name="Value">What is tested.</param>
    /// <param name="Negated">Whether it is <c>is not missing</c>.</param>
    public sealed record IsMissing(Term Value, bool Negated) : Term
    {
        /// <inheritdoc/>
        public override ImmutableArray<Term> Children => [Value];
    }

    /// <summary><c>abs(x)</c> and kin.</summary>
    /// <param name="Function">Name in lower case, one of <see cref="Expression.Functions"/>.</param>
    /// <param name="Arguments">Arguments in order.</param>
    public sealed record Call(string Function, ImmutableArray<Term> Arguments) : Term
    {
        /// <inheritdoc/>
        public override ImmutableArray<Term> Children => Arguments;

        /// <summary>Equal when function and arguments are.</summary>
        public bool Equals(Call? other) =>
            base.Equals(other) && Function == other!.Function && Arguments.AsSpan().SequenceEqual(other.Arguments.AsSpan());

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Function, HashOf(Arguments));
    }

    private static int HashOf(ImmutableArray<Term> terms)
    {
        var hash = new HashCode();
        foreach (var term in terms) hash.Add(term);
        return hash.ToHashCode();
    }
}

/// <summary>What <see cref="Term.Arithmetic"/> does.</summary>
public enum ArithmeticOperator
{
    /// <summary><c>x + y</c>; a date plus days.</summary>
    Add,
    /// <summary><c>x - y</c>; a date minus days, or the days between two dates.</summary>
    Subtract,
    /// <summary><c>x * y</c>.</summary>
    Multiply,
    /// <summary><c>x / y</c>; missing when y is 0.</summary>
    Divide,
    /// <summary><c>x % y</c>, with the sign of x; missing when y is 0.</summary>
    Remainder,
}

/// <summary>What <see cref="Term.Comparison"/> asks.</summary>
public enum ComparisonOperator
{
    /// <summary><c>=</c> or <c>==</c>.</summary>
    Equal,
    /// <summary><c>!=</c> or <c>&lt;&gt;</c>.</summary>
    NotEqual,
    /// <summary><c>&lt;</c>.</summary>
    Less,
    /// <summary><c>&lt;=</c>.</summary>
    LessOrEqual,
    /// <summary><c>&gt;</c>.</summary>
    Greater,
    /// <summary><c>&gt;=</c>.</summary>
    GreaterOrEqual,
}
