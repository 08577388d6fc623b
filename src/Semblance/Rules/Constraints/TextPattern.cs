using System.Text;
using System.Text.RegularExpressions;
using Semblance.Forms;

namespace Semblance.Rules;

/// <summary>
/// A regular expression that can be run backwards: letters, digits and signs as they stand, <c>\d</c>, <c>[A-F0-9]</c>, and <c>{6}</c> after any of these. It has as many texts as the
/// product of its choices, and gives each row another one.
/// </summary>
internal sealed partial class TextPattern
{
    private readonly Regex regex;
    private readonly Pattern made;

    private TextPattern(Regex regex, Pattern made) => (this.regex, this.made) = (regex, made);

    /// <summary>Different texts it has.</summary>
    public ulong Room => made.Room;

    public static TextPattern Parse(string pattern, string constraint)
    {
        if (pattern.Length is 0 or > 500 || !Allowed().IsMatch(pattern)) throw Unreadable("use characters as they stand, \\d, [A-F0-9] and {6}; other signs with a backslash before them");
        var ours = new StringBuilder("1000 ");
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == ' ') ours.Append(@"\s");
            else if (pattern[i] == '\\' && pattern[i + 1] == 'd') (ours, i) = (ours.Append(@"\d"), i + 1);
            else if (pattern[i] == '\\') (ours, i) = (ours.Append(System.Globalization.CultureInfo.InvariantCulture, $@"\#{(int)pattern[i + 1]:X2}"), i + 1);
            else ours.Append(pattern[i]);
        }
        try
        {
            return new TextPattern(new Regex($"^(?:{pattern})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture), Pattern.Parse(ours.Append(" *").ToString()));
        }
        catch (Exception e) when (e is DataException or ArgumentException) { throw Unreadable(e.Message); }

        RecipeException Unreadable(string why) => new("SB2083", $"the pattern of `{constraint}` can't be used: {why}");
    }

    /// <summary>What makes the texts of a shape: as in constraints, and with the classes that profiles name (<c>\l \u \a \w \W \x \h \H</c>).</summary>
    /// <exception cref="RecipeException">It can't be read (SB2084).</exception>
    public static Pattern MakerOf(string shape)
    {
        if (shape.Length is 0 or > 500 || !Shape().IsMatch(shape))
            throw new RecipeException("SB2084", @"use characters as they stand, \d, [A-F0-9] and {6} after any of these; \l is a small letter, \u a capital, \a either, \w and \W with digits too, \x all of these, \h and \H hexadecimal; other signs with a backslash before them");
        return Pattern.Parse("1000 " + shape.Replace(@"\ ", " ", StringComparison.Ordinal).Replace(" ", @"\s", StringComparison.Ordinal) + " *");
    }

    public bool Matches(string text) => regex.IsMatch(text);

    /// <summary>The text of a row.</summary>
    public string Make(long row, ulong key) => made.Make(row, key);

    [GeneratedRegex(@"^(?:(?:[A-Za-z0-9 _\-:/#@,;=!~%&'""<>]|\\[^A-Za-z0-9]|\\d|\[[A-Za-z0-9\-]+\])(?:\{[1-9][0-9]?\})?)+$", RegexOptions.CultureInvariant)]
    private static partial Regex Allowed();

    [GeneratedRegex(@"^(?:(?:[A-Za-z0-9 _\-.:/#@,;=!~%&'""<>()+*?|^$]|\\[dluwWaxhH]|\\[^A-Za-z0-9]|\[[A-Za-z0-9\-]+\])(?:\{[1-9][0-9]?\})?)+$", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
