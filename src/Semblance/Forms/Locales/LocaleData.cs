using System.Globalization;
using System.Text;

namespace Semblance.Forms;

/// <summary>The lists of one locale as its file gives them, in its own script or in Latin letters.</summary>
internal sealed class LocaleData
{
    private readonly Dictionary<string, string> settings = [];
    private readonly Dictionary<string, List<string>> sections = [];
    private readonly Dictionary<string, WordList> lists = [];

    private LocaleData(string text, bool latin)
    {
        var section = "";
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] == '#') continue;
            if (line[0] == '[') sections[section = line[1..^1]] = [];
            else if (section == "settings") settings[line[..line.IndexOf('=')]] = line[(line.IndexOf('=') + 1)..];
            else if (section == "city") sections[section].Add(line);
            else sections[section].AddRange(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }
        var cities = sections["city"].Select(l => l.Split('|')).ToList();
        double[] size = [.. cities.Select(c => double.Parse(c[1], CultureInfo.InvariantCulture))];
        Cities = new([.. cities.Select(c => Written(c[0], latin))], size);
        Regions = new([.. cities.Select(c => Written(c[2], latin))], size);
        Postcodes = new([.. cities.Select(c => c[3])], size);
        Phones = new([.. cities.Select(c => c[4])], size);
        foreach (var (name, words) in sections)
            if (name is not ("settings" or "city")) lists[name] = Ranked([.. words.Select(w => Written(w, latin))]);
        foreach (var name in new[] { "female", "male", "family" })
            lists[name + "-ascii"] = Ranked([.. sections[name].Select(w => AsciiWord(Written(w, true), settings["code"]))]);
    }

    public WordList Cities { get; }
    public WordList Regions { get; }
    public WordList Postcodes { get; }
    public WordList Phones { get; }

    public WordList List(string name) => lists[name];

    public string Setting(string name, string otherwise = "") => settings.GetValueOrDefault(name, otherwise);

    /// <summary>Reads a file of the library. <paramref name="latin"/>: names in Latin letters where the file gives both.</summary>
    public static LocaleData Read(string file, bool latin)
    {
        using var stream = typeof(LocaleData).Assembly.GetManifestResourceStream($"Semblance.Forms.Locales.{file}.txt")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return new(reader.ReadToEnd(), latin);
    }

    /// <summary>One of the two ways a word is written (own script, Latin), with its spaces.</summary>
    public static string Written(string word, bool latin)
    {
        var slash = word.IndexOf('/', StringComparison.Ordinal);
        // "A/S" is a word with a stroke; two scripts differ in their first letter's block.
        if (slash > 0 && word[0] >= 0x900) word = latin ? word[(slash + 1)..] : word[..slash];
        return word.Replace('_', ' ');
    }

    // Lists begin with what is common: chances fall slowly with the rank.
    private static WordList Ranked(List<string> words) => new(words, [.. words.Select((_, i) => 1.0 / (i + 12))]);

    /// <summary>A name as it stands in an e-mail address: lower-case ASCII letters.</summary>
    private static string AsciiWord(string name, string country)
    {
        var text = new StringBuilder();
        foreach (var c in name)
        {
            var lower = char.ToLowerInvariant(c);
            if (lower is >= 'a' and <= 'z') text.Append(lower);
            else if (country == "DE" && "äöü".Contains(lower)) text.Append(lower switch { 'ä' => "ae", 'ö' => "oe", _ => "ue" });
            else if ("ßæœåø".IndexOf(lower, StringComparison.Ordinal) is var two && two >= 0) text.Append(two switch { 0 => "ss", 1 => "ae", 2 => "oe", 3 => country == "DK" ? "aa" : "a", _ => country == "DK" ? "oe" : "o" });
            else if (Accented.IndexOf(lower, StringComparison.Ordinal) is var at && at >= 0) text.Append(Plain[at]);
        }
        return text.ToString();
    }

    private const string Accented = "àáâãäāăąçćčďđèéêëēęěğìíîïīıłñńňòóôõöőřśšşșťţùúûüůűýÿźżž";
    private const string Plain = "aaaaaaaacccddeeeeeeegiiiiiilnnnoooooorssssttuuuuuuyyzzz";
}
