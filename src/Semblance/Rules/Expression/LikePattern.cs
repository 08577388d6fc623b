using System.Text;

namespace Semblance.Rules;

/// <summary>
/// A pattern of <c>like</c> over UTF-8. On a mismatch only the last <c>%</c> is extended by one character, so the time is at most
/// text length times pattern length, whatever the pattern.
/// </summary>
internal sealed class LikePattern
{
    private const byte Literal = 0, One = 1, Run = 2;

    private readonly (byte Kind, byte Value)[] steps;

    public LikePattern(string pattern)
    {
        var made = new List<(byte, byte)>(pattern.Length);
        var bytes = Encoding.UTF8.GetBytes(pattern);
        for (var i = 0; i < bytes.Length; i++)
            made.Add(bytes[i] switch
            {
                (byte)'%' => (Run, 0),
                (byte)'_' => (One, 0),
                (byte)'\\' when i + 1 < bytes.Length => (Literal, bytes[++i]),
                var value => (Literal, value),
            });
        steps = [.. made];
    }

    public bool Matches(ReadOnlySpan<byte> text)
    {
        int at = 0, step = 0, runStep = -1, runAt = 0;
        while (at < text.Length)
        {
            if (step < steps.Length && steps[step].Kind == Run) (runStep, runAt) = (step++, at);
            else if (step < steps.Length && steps[step].Kind == One)
            {
                at = After(text, at);
                step++;
            }
            else if (step < steps.Length && steps[step].Value == text[at])
            {
                at++;
                step++;
            }
            else if (runStep >= 0) (step, at) = (runStep + 1, runAt = After(text, runAt));
            else return false;
        }
        while (step < steps.Length && steps[step].Kind == Run) step++;
        return step == steps.Length;
    }

    /// <summary>Start of the next character.</summary>
    private static int After(ReadOnlySpan<byte> text, int at)
    {
        at++;
        while (at < text.Length && (text[at] & 0xC0) == 0x80) at++;
        return at;
    }
}
