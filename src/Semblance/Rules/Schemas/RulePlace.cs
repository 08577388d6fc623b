namespace Semblance.Rules;

/// <summary>Where a rule stands, for messages: a file with line and column, or words for rules made in C#.</summary>
internal sealed record RulePlace(string Source, int Line, int Column)
{
    public override string ToString() => $"{Source}, line {Line}, column {Column}";

    /// <summary>An error at a place; null for rules made in C#, of which <paramref name="what"/> tells.</summary>
    public static RecipeException Fault(string code, RulePlace? at, string what, string message) => new(code, (at is null ? what : $"{at}: {what}") + ": " + message);
}
