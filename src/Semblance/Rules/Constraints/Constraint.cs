using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Semblance.Rules;

/// <summary>
/// Something that every generated row must satisfy: any condition of the expression language (<c>age between 0 and 120</c>, <c>admitted &lt;= discharged</c>,
/// <c>total = price * quantity</c>), or one of the words <c>combination(city, country)</c>, <c>onehot(a, b, c)</c>, <c>ordered(a, b, c)</c>, <c>unique(id)</c>,
/// <c>pattern(id, 'INV-\d{6}')</c>. A condition is broken only where it is false: a missing value breaks nothing, as in a CHECK of SQL.
/// </summary>
public sealed partial record Constraint
{
    private Constraint(string text, string? word, string inner) => (Text, Word, Inner) = (text, word, inner);

    /// <summary>Source text.</summary>
    public string Text { get; }

    /// <summary>Which word it is, or null for a condition.</summary>
    internal string? Word { get; }

    /// <summary>What stands in the brackets of the word, or the condition.</summary>
    private string Inner { get; }

    /// <summary>Parses a text; columns are looked at when it meets a table.</summary>
    /// <exception cref="RecipeException">It can't be read (SB2060 to SB2066, SB2080).</exception>
    public static Constraint Parse(string text)
    {
        var word = Words().Match(text);
        var constraint = word.Success ? new Constraint(text.Trim(), word.Groups[1].Value.ToLowerInvariant(), word.Groups[2].Value) : new Constraint(text.Trim(), null, text);
        constraint.Terms(null);
        return constraint;
    }

    /// <summary>Checks it against a schema; a condition of several parts joined by <c>and</c>, and <c>ordered</c> of many columns, become several.</summary>
    /// <exception cref="RecipeException">A column does not exist or is of the wrong kind (SB2067 to SB2071, SB2082).</exception>
    internal ImmutableArray<BoundConstraint> Bind(Schema schema)
    {
        var names = schema.Columns.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        return ConstraintBinder.Bind(this, Terms(names.Contains), schema);
    }

    /// <summary>Arguments of the word, or the condition.</summary>
    internal ImmutableArray<Term> Terms(Predicate<string>? known)
    {
        if (Word is null) return [Parser.Parse(Inner, known)];
        var terms = Inner.Trim().Length == 0 ? [] : ((Term.In)Parser.Parse($"0 in ({Inner})", known)).Options;
        var least = Word is "unique" ? 1 : 2;
        if (terms.Length < least) throw Unreadable($"`{Word}` takes {(least == 1 ? "one column or more" : Word == "pattern" ? "a column and a pattern" : "two columns or more")}");
        var columns = Word == "pattern" ? 1 : terms.Length;
        if (Word == "pattern" && (terms.Length != 2 || terms[1] is not Term.Text)) throw Unreadable("`pattern` takes a column and a pattern in quotes");
        for (var i = 0; i < columns; i++)
            if (terms[i] is not Term.Name) throw Unreadable($"`{terms[i]}` is not the name of a column");
        if (terms[..columns].Distinct().Count() < columns) throw Unreadable("a column stands in it twice");
        return terms;
    }

    private RecipeException Unreadable(string why) => new("SB2080",
        $"the constraint `{Text}` can't be read: {why}; write a condition, or combination(a, b), onehot(a, b, c), ordered(a, b), unique(a), pattern(a, 'INV-\\d{{6}}')");

    /// <inheritdoc/>
    public override string ToString() => Text;

    [GeneratedRegex(@"^\s*(combination|onehot|ordered|unique|pattern)\s*\((.*)\)\s*$", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
