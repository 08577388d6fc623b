using Semblance.Numerics;
using Semblance.Rules;

namespace Semblance.Transforms;

/// <summary>Slips of the hand and of the scanner. Works on characters of one code unit only, so no text becomes invalid; a slip that can't be made in a text leaves it as it is.</summary>
internal static class Slips
{
    private static readonly string[] Rows = ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"];

    private static readonly (string Seen, string Read)[] Shapes =
        [("0", "O"), ("O", "0"), ("1", "l"), ("l", "1"), ("I", "l"), ("5", "S"), ("S", "5"), ("8", "B"), ("B", "8"), ("2", "Z"), ("Z", "2"), ("6", "G"), ("G", "6"), ("rn", "m"), ("m", "rn"), ("cl", "d"), ("d", "cl"), ("vv", "w"), ("w", "vv"), ("e", "c"), ("c", "e")];

    /// <summary>One slip of an allowed kind; kinds are tried in random order until one changes the text.</summary>
    public static string Typo(string text, TypoKinds kinds, ref RandomSequence random)
    {
        if (text.Length == 0) return text;
        Span<TypoKinds> order = [TypoKinds.Keyboard, TypoKinds.Scanner, TypoKinds.Transpose, TypoKinds.Drop, TypoKinds.Double];
        random.Shuffle(order);
        foreach (var kind in order)
        {
            if ((kinds & kind) == 0) continue;
            var changed = kind switch
            {
                TypoKinds.Keyboard => Keyboard(text, ref random),
                TypoKinds.Scanner => Scanner(text, ref random),
                TypoKinds.Transpose => Transpose(text, ref random),
                TypoKinds.Drop => text.Length < 2 ? text : At(text, ref random, static (t, i) => t.Remove(i, 1)),
                _ => At(text, ref random, static (t, i) => t.Insert(i, t[i].ToString())),
            };
            if (changed != text) return changed;
        }
        return text;
    }

    /// <summary>The same value in other clothes.</summary>
    public static string Reformat(string text, ref RandomSequence random)
    {
        var start = random.NextBelow(4);
        for (var i = 0; i < 4; i++)
        {
            var changed = ((start + i) % 4) switch
            {
                0 => text.ToUpperInvariant(),
                1 => text.ToLowerInvariant(),
                2 => OtherOrder(text) ?? string.Concat(text.Where(c => !char.IsPunctuation(c))),
                _ => " " + text + " ",
            };
            if (changed != text && changed.Length > 0) return changed;
        }
        return text;
    }

    /// <summary>2024-03-09 as 09/03/2024.</summary>
    private static string? OtherOrder(string text) =>
        text.Length >= 10 && text[4] == '-' && text[7] == '-' && text.Take(10).Count(char.IsAsciiDigit) == 8 ? $"{text[8..10]}/{text[5..7]}/{text[..4]}{text[10..]}" : null;

    private static string At(string text, ref RandomSequence random, Func<string, int, string> change)
    {
        for (var tries = 0; tries < 8; tries++)
        {
            var i = random.NextBelow(text.Length);
            if (char.IsLetterOrDigit(text[i]) && change(text, i) is var changed && changed != text) return changed;
        }
        return text;
    }

    private static string Transpose(string text, ref RandomSequence random)
    {
        for (var tries = 0; tries < 8 && text.Length > 1; tries++)
        {
            var i = random.NextBelow(text.Length - 1);
            if (text[i] != text[i + 1] && char.IsLetterOrDigit(text[i]) && char.IsLetterOrDigit(text[i + 1])) return text[..i] + text[i + 1] + text[i] + text[(i + 2)..];
        }
        return text;
    }

    private static string Keyboard(string text, ref RandomSequence random)
    {
        for (var tries = 0; tries < 8; tries++)
        {
            var i = random.NextBelow(text.Length);
            var lower = char.ToLowerInvariant(text[i]);
            var row = Array.FindIndex(Rows, r => r.Contains(lower));
            if (row < 0) continue;
            var column = Rows[row].IndexOf(lower, StringComparison.Ordinal);
            // Beside it, or above or below it.
            var (r2, c2) = random.NextBelow(4) switch { 0 => (row, column - 1), 1 => (row, column + 1), 2 => (row - 1, column), _ => (row + 1, column) };
            if (r2 < 0 || r2 >= Rows.Length || c2 < 0 || c2 >= Rows[r2].Length) continue;
            var key = Rows[r2][c2];
            return text[..i] + (char.IsUpper(text[i]) ? char.ToUpperInvariant(key) : key) + text[(i + 1)..];
        }
        return text;
    }

    private static string Scanner(string text, ref RandomSequence random)
    {
        var start = random.NextBelow(Shapes.Length);
        for (var k = 0; k < Shapes.Length; k++)
        {
            var (seen, read) = Shapes[(start + k) % Shapes.Length];
            if (text.IndexOf(seen, StringComparison.Ordinal) is var at && at >= 0) return text[..at] + read + text[(at + seen.Length)..];
        }
        return text;
    }
}
