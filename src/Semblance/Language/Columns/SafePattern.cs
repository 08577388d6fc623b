using System.Text.RegularExpressions;

namespace Semblance.Language;

/// <summary>Regular expressions of a job. They run in time linear in the text, so no text of a model can hang the job.</summary>
internal static class SafePattern
{
    public static Regex Of(string pattern, Func<string, Exception> wrong)
    {
        try { return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant); }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw wrong($"the pattern `{pattern}` can't be used ({e.Message.TrimEnd('.')})");
        }
    }
}
