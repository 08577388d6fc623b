namespace Semblance.Rules;

/// <summary>Makes the errors of expressions: a message, the text, and carets under the place.</summary>
internal static class ExpressionFault
{
    private const int Before = 60, After = 60; // characters of a long text that are shown on either side

    /// <summary>An error at a place of a text.</summary>
    /// <param name="code">Stable code.</param>
    /// <param name="text">Whole source text.</param>
    /// <param name="at">Index of the first character at fault.</param>
    /// <param name="length">Number of characters at fault; at least one caret is drawn.</param>
    /// <param name="message">What is wrong and what to do.</param>
    public static RecipeException Make(string code, string text, int at, int length, string message)
    {
        var start = at > Before ? at - Before : 0;
        var end = Math.Min(text.Length, at + After);
        var shown = string.Create(end - start, (text, start), static (line, state) =>
        {
            // One line on the screen whatever the source holds: carets must stand under their characters.
            for (var i = 0; i < line.Length; i++)
                line[i] = char.IsControl(state.text[state.start + i]) ? ' ' : state.text[state.start + i];
        });
        var head = start > 0 ? "…" : "";
        var carets = Math.Clamp(length, 1, Math.Max(1, end - at));
        return new RecipeException(code,
            $"{message} (at character {at + 1})\n  {head}{shown}{(end < text.Length ? "…" : "")}\n  {new string(' ', head.Length + at - start)}{new string('^', carets)}");
    }
}
