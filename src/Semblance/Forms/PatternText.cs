using System.Collections.Immutable;
using System.Globalization;

namespace Semblance.Forms;

/// <summary>Reads the short form of a <see cref="Pattern"/>. It may come from a damaged or hostile model file, so every number is checked.</summary>
internal static class PatternText
{
    public const int MostShapes = 8, MostPositions = 128;
    private const int TotalWeight = 1000;

    public static Pattern Parse(string text)
    {
        if (text.Length > 16_384) throw Fault("longer than any pattern");
        if (text.StartsWith("form ", StringComparison.Ordinal))
            return new Pattern(FormCatalog.Find(text[5..]) ?? throw Fault($"there is no form `{text[5..]}`"));
        var lines = text.Split('\t');
        if (lines.Length > MostShapes) throw Fault($"{lines.Length} shapes where at most {MostShapes} are allowed");
        var shapes = ImmutableArray.CreateBuilder<IdShape>(lines.Length);
        var weights = new int[lines.Length];
        for (var i = 0; i < lines.Length; i++)
        {
            var parts = lines[i].Split(' ');
            if (parts.Length is not (3 or 5)) throw Fault("a shape needs a weight, its characters and its free numbers");
            weights[i] = (int)Number(parts[0], TotalWeight);
            shapes.Add(parts.Length == 3 ? Fixed(parts[1], parts[2]) : Counter(parts[1], parts[2], parts[3], parts[4]));
        }
        if (weights.Sum() != TotalWeight) throw Fault("the weights do not add up to 1000");
        return new Pattern(shapes.MoveToImmutable(), weights);
    }

    private static FixedShape Fixed(string characters, string free)
    {
        var shape = new FixedShape(Sets(characters)) { Free = default };
        return shape.With(Free(free, shape.Size));
    }

    private static CounterShape Counter(string characters, string free, string first, string step)
    {
        var at = characters.IndexOf(@"\N", StringComparison.Ordinal);
        while (at > 0 && Backslashes(characters, at) % 2 == 1) at = characters.IndexOf(@"\N", at + 1, StringComparison.Ordinal);
        if (at < 0) throw Fault("a running number without its place");
        var width = 0;
        var rest = characters[(at + 2)..];
        if (rest.StartsWith('{'))
        {
            var end = rest.IndexOf('}', StringComparison.Ordinal);
            if (end < 0) throw Fault("an open brace");
            width = (int)Number(rest[1..end], CounterShape.MostDigits);
            rest = rest[(end + 1)..];
        }
        var colon = free.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) throw Fault("a number without its size");
        const ulong Most = 1_000_000_000_000_000_000;
        var size = Number(free[..colon], Most);
        var (start, distance) = (Number(first, Most), Number(step, Most));
        if (size == 0 || start > Most - size || (distance > 0 && size > (Most - start) / distance)) throw Fault("a running number that runs over");
        return new CounterShape(Bytes(characters[..at]), width, Bytes(rest), start, distance) { Free = Free(free[(colon + 1)..], size) };
    }

    private static FreeNumbers Free(string text, ulong size)
    {
        if (text == "+") return FreeNumbers.All(size) with { AvoidsReal = true };
        if (text == "*") return FreeNumbers.All(size);
        var comma = text.IndexOf(',', StringComparison.Ordinal);
        if (comma < 2) throw Fault("unreadable free numbers");
        var (first, second) = (Number(text[1..comma], size), Number(text[(comma + 1)..], size));
        var free = text[0] switch
        {
            '@' when first > 1 && second < first && second < size => new FreeNumbers(size, first, second, 0, 0, true),
            '!' when first < second && second - first < size => new FreeNumbers(size, 0, 0, first, second, true),
            _ => throw Fault("unreadable free numbers"),
        };
        return free;
    }

    private static byte[] Bytes(string literal)
    {
        var sets = literal.Length == 0 ? [] : Sets(literal);
        if (sets.Any(s => s.Length > 1)) throw Fault("a fixed text that is not fixed");
        return Array.ConvertAll(sets, s => s[0]);
    }

    private static byte[][] Sets(string text)
    {
        var sets = new List<byte[]>();
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\' when i + 1 < text.Length:
                    i++;
                    if (text[i] == 's') sets.Add([(byte)' ']);
                    else if (text[i] == '#' && i + 2 < text.Length && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var raw))
                    {
                        sets.Add([raw]);
                        i += 2;
                    }
                    else sets.Add(CharSets.Named(text[i]) ?? [Ascii(text[i])]);
                    break;
                case '{' when sets.Count > 0:
                    var close = text.IndexOf('}', i);
                    if (close < 0) throw Fault("an open brace");
                    for (var more = Number(text[(i + 1)..close], MostPositions); more > 1; more--) sets.Add(sets[^1]);
                    i = close;
                    break;
                case '[':
                    var end = text.IndexOf(']', i);
                    if (end < i + 2) throw Fault("an open or empty bracket");
                    sets.Add(Bracket(text.AsSpan(i + 1, end - i - 1)));
                    i = end;
                    break;
                default:
                    sets.Add([Ascii(text[i])]);
                    break;
            }
            if (sets.Count > MostPositions) throw Fault($"more than {MostPositions} characters");
        }
        return sets.Count > 0 ? [.. sets] : throw Fault("no characters");
    }

    private static byte[] Bracket(ReadOnlySpan<char> text)
    {
        var set = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '-' && set.Count > 0 && i + 1 < text.Length)
                for (var b = set[^1] + 1; b <= text[i + 1]; b++) set.Add(Ascii((char)b));
            else if (i == 0 || text[i - 1] != '-') set.Add(Ascii(text[i]));
            if (set.Count > 64) throw Fault("a bracket of more than 64 characters");
        }
        return [.. set.Distinct()];
    }

    private static byte Ascii(char c) => c is >= ' ' and < '\x7f' ? (byte)c : throw Fault("a character that is not printable ASCII");

    private static int Backslashes(string text, int before)
    {
        var count = 0;
        while (before - count > 0 && text[before - count - 1] == '\\') count++;
        return count;
    }

    private static ulong Number(string text, ulong most) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most ? number : throw Fault($"`{text}` is not a number up to {most}");

    private static DataException Fault(string what) => new("SB5040", $"identifier pattern: {what}; the model file is damaged or not ours");
}
