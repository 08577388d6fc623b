using System.Text;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// Words that several texts share, by number. What only one or two texts have (names, numbers, misspellings) is known by its shape alone: so many digits, a capitalised word; such words are made anew.
/// </summary>
internal sealed class TextVocabulary
{
    /// <summary>Ends a text.</summary>
    public const int End = 0;

    private const char Shape = '\u0001';
    private const int MostWords = 1_000_000, LongestShape = 24;
    private readonly string[] words; // words[0] is the end; a shape begins with its sign
    private readonly Dictionary<string, int> index = new(StringComparer.Ordinal);
    private readonly MadeWords made;

    private TextVocabulary(string[] words)
    {
        this.words = words;
        for (var w = 1; w < words.Length; w++) index[words[w]] = w;
        made = new MadeWords(words);
    }

    /// <summary>How many numbers there are, the end among them.</summary>
    public int Count => words.Length;

    /// <summary>Learns the words of texts.</summary>
    /// <param name="texts">Tokens of each text.</param>
    /// <param name="least">Texts that must have a word for it to be kept.</param>
    public static TextVocabulary Learn(IReadOnlyList<List<string>> texts, int least)
    {
        var rows = RowsOf(texts.Select(t => t.Distinct()));
        var shapes = RowsOf(texts.Select(t => t.Where(w => rows[w] < least).Select(w => ShapeOf(w, exact: true)).Distinct()));
        var kept = rows.Where(p => p.Value >= least).Concat(shapes.Where(p => p.Value >= least)).OrderByDescending(p => p.Value).ThenBy(p => p.Key, StringComparer.Ordinal).Take(MostWords).Select(p => p.Key).ToList();
        // any word at all has one of these
        string[] coarse = ["wl", "wt", "wu", "s"];
        foreach (var lead in new[] { "", " " })
            foreach (var shape in coarse)
                if (!kept.Contains($"{Shape}{lead}{shape}")) kept.Add($"{Shape}{lead}{shape}");
        return new TextVocabulary([.. kept.Prepend("")]);
    }

    private static Dictionary<string, int> RowsOf(IEnumerable<IEnumerable<string>> texts)
    {
        var rows = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var text in texts)
            foreach (var word in text) rows[word] = rows.GetValueOrDefault(word) + 1;
        return rows;
    }

    /// <summary>Numbers of a text's tokens, without its end.</summary>
    public int[] Encode(List<string> tokens)
    {
        var codes = new int[tokens.Count];
        for (var i = 0; i < codes.Length; i++)
            codes[i] = index.TryGetValue(tokens[i], out var word) || index.TryGetValue(ShapeOf(tokens[i], exact: true), out word) ? word : index[ShapeOf(tokens[i], exact: false)];
        return codes;
    }

    /// <summary>Writes a token; a word that would run into the one before it gets a space.</summary>
    public void Write(int word, StringBuilder text, ref RandomSequence random)
    {
        var token = words[word];
        var shaped = token.Length > 0 && token[0] == Shape;
        var first = shaped ? token[1] is ' ' or 's' ? ' ' : 'x' : token.Length > 0 ? token[0] : ' ';
        if (text.Length > 0 && TextTokens.Joins(text[^1]) && TextTokens.Joins(first)) text.Append(' ');
        if (!shaped) text.Append(token);
        else made.Write(token.AsSpan(1), text, ref random);
    }

    /// <summary>What is kept of a word that few texts have: the space before it, and how it is written.</summary>
    private static string ShapeOf(string token, bool exact)
    {
        var lead = token.Length > 1 && token[0] == ' ' ? " " : "";
        var word = token.AsSpan(lead.Length);
        int letters = 0, upper = 0, digits = 0;
        foreach (var c in word)
        {
            if (char.IsLetter(c)) letters++;
            if (char.IsUpper(c)) upper++;
            if (char.IsAsciiDigit(c)) digits++;
        }
        if (letters == 0 && digits == 0) return $"{Shape}{lead}s"; // a sign or white space
        if (digits == 0 || !exact) return $"{Shape}{lead}w{(upper == 0 ? 'l' : upper == letters && letters > 1 ? 'u' : char.IsUpper(word[0]) ? 't' : 'l')}";
        var shape = new StringBuilder().Append(Shape).Append(lead).Append('x');
        foreach (var c in word[..Math.Min(word.Length, LongestShape)]) shape.Append(char.IsAsciiDigit(c) ? 'd' : char.IsUpper(c) ? 'u' : 'l');
        return shape.ToString();
    }

    public void Save(ModelArchive archive, string name) => archive.Add(name, words);

    public static TextVocabulary Load(ModelArchive archive, string name)
    {
        var words = archive.GetStrings(name);
        if (words.Length is 0 or > MostWords + 10 || words[0].Length > 0 || words.Distinct(StringComparer.Ordinal).Count() < words.Length) throw archive.Unfit($"the words of `{name}` are not whole");
        return new TextVocabulary(words);
    }
}
