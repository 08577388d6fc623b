using System.Text;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>Makes words by the shape of rare ones: digits for digits, and for letters a word that runs like the known ones, two letters deciding the next.</summary>
internal sealed class MadeWords
{
    private const int LongestWord = 16;
    private const char Edge = '\0';
    private readonly Dictionary<(char, char), string> next = []; // letters that follow two others, each as often as in the list of words
    private readonly string[] signs;

    public MadeWords(IEnumerable<string> words)
    {
        var follow = new Dictionary<(char, char), StringBuilder>();
        var others = new List<string>();
        foreach (var word in words)
        {
            var letters = word.AsSpan().TrimStart(' ');
            if (letters.IsEmpty || word[0] == '\u0001') continue;
            if (!char.IsLetterOrDigit(letters[0]) && !char.IsWhiteSpace(letters[0])) others.Add(letters.ToString());
            var all = true;
            foreach (var c in letters) all &= char.IsLetter(c) && c < 0x2E80;
            if (!all || letters.Length < 3) continue;
            var (a, b) = (Edge, Edge);
            foreach (var raw in letters)
            {
                var c = char.ToLowerInvariant(raw);
                Follow(a, b).Append(c);
                (a, b) = (b, c);
            }
            Follow(a, b).Append(Edge);
        }
        foreach (var (pair, letters) in follow) next[pair] = letters.ToString();
        if (!next.ContainsKey((Edge, Edge))) next[(Edge, Edge)] = "aeiou"; // no known word to learn from
        signs = others.Count > 0 ? [.. others] : ["."];

        StringBuilder Follow(char a, char b) => follow.TryGetValue((a, b), out var list) ? list : follow[(a, b)] = new StringBuilder();
    }

    /// <summary>Writes a word of a shape: an optional space, then <c>w</c> and its case, <c>x</c> and a class for each character, or <c>s</c> for a sign.</summary>
    public void Write(ReadOnlySpan<char> shape, StringBuilder text, ref RandomSequence random)
    {
        if (shape[0] == ' ')
        {
            text.Append(' ');
            shape = shape[1..];
        }
        if (shape[0] == 's') text.Append(signs[random.NextBelow(signs.Length)]);
        else if (shape[0] == 'w') Word(shape[1], text, ref random);
        else
            for (var i = 1; i < shape.Length; i++)
                text.Append(shape[i] switch
                {
                    'd' => (char)('0' + (i == 1 && shape.Length > 2 ? 1 + random.NextBelow(9) : random.NextBelow(10))), // a number does not begin with 0
                    'u' => (char)('A' + random.NextBelow(26)),
                    _ => (char)('a' + random.NextBelow(26)),
                });
    }

    private void Word(char written, StringBuilder text, ref RandomSequence random)
    {
        var start = text.Length;
        var (a, b) = (Edge, Edge);
        while (text.Length - start < LongestWord && next.TryGetValue((a, b), out var letters))
        {
            var c = letters[random.NextBelow(letters.Length)];
            if (c == Edge) break;
            text.Append(written == 'u' || written == 't' && text.Length == start ? char.ToUpperInvariant(c) : c);
            (a, b) = (b, c);
        }
    }
}
