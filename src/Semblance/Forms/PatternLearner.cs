using System.Collections.Immutable;
using System.Globalization;

namespace Semblance.Forms;

/// <summary>Learns a <see cref="Pattern"/>: a form if the texts have one, else a number between fixed texts, else the commonest shapes position by position.</summary>
internal static class PatternLearner
{
    private const int Sample = 2_000;
    private const int LongestShape = 64; // of texts without a common shape
    private const int FewestWritten = 5;  // texts that tell a rule
    private const double Nearly = 0.9;    // of the texts must follow it

    public static Pattern Learn(int rows, TextAt text)
    {
        var filled = new List<int>(rows);
        for (var row = 0; row < rows; row++)
            if (text(row).Length > 0) filled.Add(row);
        if (filled.Count == 0)
            return new Pattern([Free(new FixedShape([.. Enumerable.Repeat(CharSets.Digits, 8)]) { Free = default }, [])], [1000]);
        if (FormOf(filled, text) is { } form) return new Pattern(form);
        if (CounterOf(filled, text) is { } counter) return new Pattern([counter], [1000]);
        return FixedOf(filled, text);
    }

    /// <summary>
    /// Pattern of a column of texts that are written by a rule and not in sentences: prices, codes, dates in mixed formats, names, addresses. Null where the texts are
    /// neither of one form nor, nearly all of them, of a few common shapes with digits in them.
    /// </summary>
    public static Pattern? LearnWritten(int rows, TextAt text, string columnName)
    {
        var filled = new List<int>(rows);
        var digits = 0;
        for (var row = 0; row < rows; row++)
        {
            var cell = text(row);
            if (cell.Length == 0) continue;
            filled.Add(row);
            if (cell.IndexOfAnyInRange((byte)'0', (byte)'9') >= 0) digits++;
        }
        if (filled.Count < FewestWritten) return null;
        if (FormOf(filled, text) is { } form) return new Pattern(form);
        if (NamedForm(filled, text, columnName) is { } named) return new Pattern(named);
        if (digits < Nearly * filled.Count) return null; // letters drawn at random are worse than frequent words
        var shapes = CommonShapes(filled, text);
        return shapes.Sum(s => (long)s.Count) < Nearly * filled.Count ? null : Fixed(filled, text, shapes);
    }

    /// <summary>The form of texts each of which tells of one person or place (an e-mail address, a full name), or null. A given or family name alone tells of many.</summary>
    public static IForm? FormOfPeople(int rows, TextAt text, string columnName)
    {
        var filled = Enumerable.Range(0, rows).Where(row => text(row).Length > 0).ToList();
        if (filled.Count == 0) return null;
        var form = FormOf(filled, text) ?? NamedForm(filled, text, columnName);
        return form is null or GivenNameForm or FamilyNameForm or UrlForm ? null : form;
    }

    // The column's name speaks for a form that the cells alone do not prove: names of people that are on no list.
    private static IForm? NamedForm(List<int> rows, TextAt text, string columnName)
    {
        foreach (var form in FormCatalog.All)
        {
            if (form.Proof == FormProof.Context || !form.IsPersonal || !FormName.Matches(form, columnName)) continue;
            if (rows.Count(row => form.Resembles(text(row))) >= Nearly * rows.Count) return form;
        }
        return null;
    }

    // A form is used where a text of its shape alone could reach somebody: the shape of an e-mail address makes e-mail addresses that exist.
    private static IForm? FormOf(List<int> rows, TextAt text)
    {
        var stride = Math.Max(1, rows.Count / Sample);
        foreach (var form in FormCatalog.All)
        {
            if (form.Proof == FormProof.Context || !(form.IsPersonal || form is UrlForm)) continue;
            int tested = 0, known = 0;
            for (var i = 0; i < rows.Count && known >= tested - rows.Count / stride / 20; i += stride, tested++)
                if (form.Recognises(text(rows[i]))) known++;
            if (known >= 0.95 * ((rows.Count + stride - 1) / stride)) return form;
        }
        return null;
    }

    private static CounterShape? CounterOf(List<int> rows, TextAt text)
    {
        var sample = text(rows[0]);
        if (!Split(sample, out var at, out var digits)) return null;
        byte[] prefix = sample[..at].ToArray(), suffix = sample[(at + digits)..].ToArray();
        if (prefix.Length + suffix.Length > (rows.Count >= Pattern.MinimumRows ? LongestShape : 0)) return null;

        var numbers = new ulong[rows.Count];
        bool padded = false, sameWidth = true;
        var ascending = 0;
        for (var i = 0; i < numbers.Length; i++)
        {
            var cell = text(rows[i]);
            if (!Split(cell, out var start, out var count) || !cell[..start].SequenceEqual(prefix) || !cell[(start + count)..].SequenceEqual(suffix)) return null;
            padded |= count > 1 && cell[start] == '0';
            sameWidth &= count == digits;
            numbers[i] = ulong.Parse(cell.Slice(start, count), NumberStyles.None, CultureInfo.InvariantCulture);
            if (i > 0 && numbers[i] > numbers[i - 1]) ascending++;
        }
        if (padded && !sameWidth) return null;
        var running = rows.Count > 2 && ascending >= 0.99 * (rows.Count - 1);
        if (sameWidth && !running) return null; // a fixed shape says more

        const ulong Most = 1_000_000_000_000_000_000;
        var (from, to) = FreeNumbers.Rounded(numbers, Most);
        var width = padded ? digits : 0;
        if (running)
        {
            var steps = new ulong[rows.Count - 1];
            for (var i = 1; i < numbers.Length; i++) steps[i - 1] = numbers[i] > numbers[i - 1] ? numbers[i] - numbers[i - 1] : 0;
            Array.Sort(steps);
            var step = Math.Max(1, steps[steps.Length / 2]);
            if (to < Most / 2) return new CounterShape(prefix, width, suffix, to, step) { Free = FreeNumbers.All((Most - to) / step / 2) with { AvoidsReal = true } };
        }
        var free = FreeNumbers.Beside(Array.ConvertAll(numbers, n => n - from), to - from);
        if (free.AvoidsReal) return new CounterShape(prefix, width, suffix, from, 0) { Free = free };
        var beyond = Math.Max(to, 10UL * (ulong)rows.Count); // no room inside: numbers of one more digit
        return to < Most / 2 && beyond < Most / 2 ? new CounterShape(prefix, width, suffix, to, 0) { Free = FreeNumbers.All(beyond) with { AvoidsReal = true } } : null;
    }

    // The last run of digits of a text.
    private static bool Split(ReadOnlySpan<byte> text, out int at, out int digits)
    {
        at = text.Length;
        while (at > 0 && !AsciiText.IsDigit(text[at - 1])) at--;
        var end = at;
        while (at > 0 && AsciiText.IsDigit(text[at - 1])) at--;
        digits = end - at;
        return digits is > 0 and < CounterShape.MostDigits;
    }

    private static Pattern FixedOf(List<int> rows, TextAt text)
    {
        var shapes = CommonShapes(rows, text);
        return shapes.Sum(s => (long)s.Count) * 2 < rows.Count ? Shapeless(rows, text) : Fixed(rows, text, shapes);
    }

    // Lengths and punctuation that enough texts share, commonest first.
    private static (ulong Skeleton, int Count)[] CommonShapes(List<int> rows, TextAt text)
    {
        var groups = new Dictionary<ulong, int>();
        foreach (var row in rows)
        {
            var skeleton = Skeleton(text(row));
            groups[skeleton] = groups.GetValueOrDefault(skeleton) + 1;
        }
        var enough = Math.Max(rows.Count / 100, Math.Min(Pattern.MinimumRows, Math.Max(1, rows.Count / 5)));
        return [.. groups.Where(g => g.Value >= enough && g.Key != 0).OrderByDescending(g => g.Value).ThenBy(g => g.Key).Take(PatternText.MostShapes).Select(g => (g.Key, g.Value))];
    }

    private static Pattern Fixed(List<int> rows, TextAt text, (ulong Skeleton, int Count)[] chosen)
    {
        var shapes = ImmutableArray.CreateBuilder<IdShape>(chosen.Length);
        foreach (var (skeleton, _) in chosen)
        {
            var members = rows.FindAll(row => Skeleton(text(row)) == skeleton);
            shapes.Add(Free(new FixedShape(Positions(members, text, rows.Count)) { Free = default }, members, text));
        }
        return new Pattern(shapes.MoveToImmutable(), Weights([.. chosen.Select(g => g.Count)]));
    }

    // Letters and digits of no common shape: as many characters as the middle text has, of the kinds seen.
    private static Pattern Shapeless(List<int> rows, TextAt text)
    {
        var lengths = new int[rows.Count];
        var seen = new bool[256];
        for (var i = 0; i < lengths.Length; i++)
        {
            var cell = text(rows[i]);
            lengths[i] = cell.Length;
            foreach (var b in cell) seen[b] = true;
        }
        Array.Sort(lengths);
        var set = CharSets.Covering(Enumerable.Range(0, 256).Where(b => seen[b]).Select(b => (byte)b));
        return new Pattern([Free(new FixedShape([.. Enumerable.Repeat(set, Math.Clamp(lengths[lengths.Length / 2], 1, LongestShape))]) { Free = default }, rows, text)], [1000]);
    }

    private static FixedShape Free(FixedShape shape, List<int> rows, TextAt? text = null)
    {
        var numbers = new List<ulong>(rows.Count);
        foreach (var row in rows)
            if (shape.TryNumber(text!(row), out var number)) numbers.Add(number);
        return shape.With(FreeNumbers.Beside(numbers.ToArray(), shape.Size));
    }

    private static byte[][] Positions(List<int> members, TextAt text, int all)
    {
        var length = text(members[0]).Length;
        var counts = new int[length, 256];
        foreach (var row in members)
        {
            var cell = text(row);
            for (var i = 0; i < length; i++) counts[i, cell[i]]++;
        }
        var shared = Math.Max(Pattern.MinimumRows, all / 20); // a character that fewer rows share is not kept
        var sets = new byte[length][];
        for (var i = 0; i < length; i++)
        {
            var seen = new List<byte>();
            var common = true;
            for (var b = 0; b < 256; b++)
            {
                if (counts[i, b] == 0) continue;
                seen.Add((byte)b);
                common &= counts[i, b] >= shared && b < 0x80;
            }
            var cover = CharSets.Covering(seen);
            if (!IsWordCharacter(seen[0])) sets[i] = [seen[0]]; // punctuation is the skeleton
            else if (common) sets[i] = [.. seen];
            else if (seen.TrueForAll(AsciiText.IsDigit) && !seen.Contains((byte)'0') && members.Count >= 100) sets[i] = CharSets.Digits[1..]; // a leading digit
            else sets[i] = cover;
        }
        KeepSymbols(sets, counts, text(members[0]), members.Count, shared);
        WidenHexadecimal(sets, counts);
        return sets;
    }

    // A character beyond ASCII that all these texts have at one place (a currency sign) is kept whole: never one of its bytes without the others.
    private static void KeepSymbols(byte[][] sets, int[,] counts, ReadOnlySpan<byte> sample, int members, int shared)
    {
        if (members < shared) return;
        for (var i = 0; i < sample.Length;)
        {
            var valid = System.Text.Rune.DecodeFromUtf8(sample[i..], out _, out var length) == System.Buffers.OperationStatus.Done && length > 1;
            for (var k = i; k < i + length; k++) valid &= counts[k, sample[k]] == members;
            for (var k = i; valid && k < i + length; k++) sets[k] = [sample[k]];
            i += length;
        }
    }

    // A run between punctuation that holds digits and letters, all of them hexadecimal, is hexadecimal at every position.
    private static void WidenHexadecimal(byte[][] sets, int[,] counts)
    {
        for (var start = 0; start < sets.Length; start++)
        {
            var end = start;
            bool digit = false, lower = false, upper = false, hex = true;
            for (; end < sets.Length && (sets[end].Length > 1 || IsWordCharacter(sets[end][0])); end++)
            {
                if (sets[end].Length == 1) continue;
                for (var b = 0; b < 256 && hex; b++)
                {
                    if (counts[end, b] == 0) continue;
                    hex &= AsciiText.IsHex((byte)b);
                    digit |= AsciiText.IsDigit((byte)b);
                    lower |= AsciiText.IsLower((byte)b);
                    upper |= AsciiText.IsUpper((byte)b);
                }
            }
            if (hex && digit && lower != upper)
                for (var i = start; i < end; i++)
                    if (sets[i].Length >= CharSets.Digits.Length) sets[i] = lower ? CharSets.LowerHex : CharSets.UpperHex;
            start = end;
        }
    }

    private static bool IsWordCharacter(byte b) => AsciiText.IsDigit(b) || AsciiText.IsLetter(b) || b >= 0x80;

    // Length and punctuation; 0 for texts too long to have a shape.
    private static ulong Skeleton(ReadOnlySpan<byte> text)
    {
        if (text.Length > PatternText.MostPositions) return 0;
        var hash = (ulong)text.Length;
        foreach (var b in text) hash = KeyedPermutation.Mix(hash * 257 + (IsWordCharacter(b) ? 'x' : (ulong)b));
        return hash | 1;
    }

    // Thousandths that add up to 1000, none of them 0 (largest remainders first).
    private static int[] Weights(int[] counts)
    {
        var total = counts.Sum(c => (long)c);
        var weights = Array.ConvertAll(counts, c => Math.Max(1, (int)(c * 1000L / total)));
        weights[0] += 1000 - weights.Sum();
        return weights;
    }
}
