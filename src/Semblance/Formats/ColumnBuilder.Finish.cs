using System.Text;
using Semblance.Data;

namespace Semblance.Formats;

// What the cells amount to: the kind of the column, and the column itself.
internal sealed partial class ColumnBuilder
{
    private const int FewRows = 20; // below, "all distinct" says little

    private long forgotten;
    private long missingCount;
    private bool bigIntegers; // whole numbers beyond 2^53 were seen
    private bool fractions; // among odd numbers
    private int shortestLeast = int.MaxValue, shortestDecimals; // fewest and most decimals among numbers of more than 15 digits
    private readonly long[] formCounts = new long[256];
    private double least = double.PositiveInfinity, most = double.NegativeInfinity, previous = double.NegativeInfinity;
    private bool ascending = true;
    private long earliest = long.MaxValue, latest = long.MinValue;
    private DistinctSketch Distinct => distinct ??= new();
    private DistinctSketch? distinct;
    private long textCount, spacedTexts, textLength, longestText, textsWithDigit, textsOfDigits;

    /// <summary>Forgets the cells but not what they tell about the kind: reading for the schema alone then takes bounded memory.</summary>
    public void Forget()
    {
        Summarise(sketch: true);
        forgotten += rows;
        if (storage == Storage.Moment && patterns.Count > 1) patterns.RemoveAll(p => p != patterns[0] && !FitsAll(p));
        rows = 0;
        verbatim.Clear();
    }

    /// <summary>The schema these cells (and the forgotten ones) ask for.</summary>
    public ColumnSchema Decide()
    {
        Summarise(sketch: IsNameOfIdentifiers(Name));
        var kind = given?.Kind ?? Infer();
        return new ColumnSchema(Name, kind)
        {
            MissingMarkers = markers.Seen,
            Number = kind switch
            {
                ColumnKind.Integer => NumberForm.Integer,
                ColumnKind.Decimal => given is { Kind: ColumnKind.Decimal, Number: var form } && form != default ? form : Form(),
                _ => default,
            },
            Format = kind == ColumnKind.DateTime ? given?.Format ?? (patterns.Count > 0 ? patterns[0].Format : "yyyy-MM-dd") : null,
        };
    }

    /// <summary>The column, under a schema of <see cref="Decide"/>.</summary>
    public Column Build(ColumnSchema schema)
    {
        switch (schema.Kind)
        {
            case ColumnKind.Integer or ColumnKind.Decimal:
                if (storage != Storage.Number) MoveTo(Storage.Number);
                return BuildNumbers(schema);
            case ColumnKind.DateTime:
                if (storage != Storage.Moment) MoveTo(Storage.Moment);
                return new DateTimeColumn(schema, Exact(ticks));
            case ColumnKind.Identifier or ColumnKind.Text:
                if (storage != Storage.Text) MoveTo(Storage.Text);
                var length = rows == 0 ? 0 : ends[rows - 1];
                Array.Resize(ref bytes, length);
                var marked = Exact(missing);
                return new TextColumn(schema, bytes, Exact(ends), marked.AsSpan().IndexOfAnyExcept((byte)0) < 0 ? null : marked);
            default:
                if (storage == Storage.Number && formCounts[0] == rows && least >= 0 && most <= 1) return BuildZeroOne(schema);
                if (storage != Storage.Levels) MoveTo(Storage.Levels);
                var levels = new string[levelCount];
                for (var level = 0; level < levelCount; level++) levels[level] = Encoding.UTF8.GetString(words[WordOf(level)]);
                var allowed = schema.Kind switch { ColumnKind.Boolean => 2, ColumnKind.Constant => 1, _ => int.MaxValue };
                if (levelCount > allowed)
                    throw new DataException("SB1004", $"column `{Name}` is to be {TableOptions.WordOf(schema.Kind)}, but has {levelCount} values: " +
                        $"{string.Join(", ", levels.Take(4).Select(l => $"`{l}`"))}; read it as a category (--column {Name}=category), or list the odd one as a missing marker");
                return new CategoryColumn(schema, Exact(codes), levels);
        }
    }

    private ColumnKind Infer()
    {
        var total = forgotten + rows;
        var present = total - missingCount;
        var complete = missingCount == 0;
        switch (storage)
        {
            case Storage.Unknown:
                return ColumnKind.Constant;
            case Storage.Number:
                var oneForm = formCounts.Count(c => c > 0) == 1 && formCounts[NumberText.Verbatim] == 0;
                if (complete && oneForm && least == most) return ColumnKind.Constant;
                var whole = formCounts[0] + formCounts[NumberText.Shortest] + formCounts[NumberText.Verbatim] == present && !fractions;
                if (whole && formCounts[0] == present && least == 0 && most == 1) return ColumnKind.Boolean;
                if (whole && present > 1 && IsNameOfIdentifiers(Name) && (ascending || Distinct.Estimate >= present * 0.995)) return ColumnKind.Identifier;
                return whole ? ColumnKind.Integer : ColumnKind.Decimal;
            case Storage.Moment:
                return complete && earliest == latest ? ColumnKind.Constant : ColumnKind.DateTime;
            case Storage.Levels:
                if (levelCount == 1 && complete && distinct is null) return ColumnKind.Constant;
                if (levelCount == 2 && distinct is null && AreYesAndNo(words[WordOf(0)], words[WordOf(1)])) return ColumnKind.Boolean;
                for (var level = 0; level < levelCount; level++) Describe(words[WordOf(level)]);
                return InferFromTexts(present, Math.Min(present, levelCount + (distinct?.Estimate ?? 0))); // and what was forgotten as numbers or dates
            default:
                return InferFromTexts(present, Math.Min(present, Distinct.Estimate));
        }
    }

    private ColumnKind InferFromTexts(long present, long different)
    {
        var share = (double)different / present;
        var tokens = spacedTexts == 0 && longestText <= 64;
        var sentences = spacedTexts > textCount / 2 && textLength > 40 * textCount;
        if (bigIntegers && textsOfDigits == textCount) return ColumnKind.Identifier;
        if (present < FewRows)
            return share == 1 && present > 1 && tokens && textsWithDigit == textCount ? ColumnKind.Identifier
                : share > 0.5 && sentences ? ColumnKind.Text
                : ColumnKind.Category;
        if (share >= 0.95) return tokens ? ColumnKind.Identifier : ColumnKind.Text;
        return share > 0.5 || sentences && share > 0.1 ? ColumnKind.Text : ColumnKind.Category;
    }

    private static bool AreYesAndNo(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        foreach (var (yes, no) in pairs)
            if (Ascii.EqualsIgnoreCase(a, yes) && Ascii.EqualsIgnoreCase(b, no) || Ascii.EqualsIgnoreCase(a, no) && Ascii.EqualsIgnoreCase(b, yes)) return true;
        return false;
    }

    private static readonly (byte[] Yes, byte[] No)[] pairs = [("true"u8.ToArray(), "false"u8.ToArray()), ("yes"u8.ToArray(), "no"u8.ToArray()), ("t"u8.ToArray(), "f"u8.ToArray()), ("y"u8.ToArray(), "n"u8.ToArray())];

    // The last word of customer_id, customerId, ID, "row number"; an unnamed first column is a row number too.
    private static bool IsNameOfIdentifiers(string name)
    {
        var end = name.Length;
        while (end > 0 && !char.IsLetter(name[end - 1])) end--;
        var start = end;
        while (start > 0 && char.IsLetter(name[start - 1]) && !(start < end && char.IsUpper(name[start]) && char.IsLower(name[start - 1]))) start--;
        return name[start..end].ToUpperInvariant() is "ID" or "UUID" or "GUID" or "KEY" or "INDEX" or "IDX" or "ROWID" or "ROWNUM" or "ROWNUMBER" or "NO" or "NR" or "NUMBER" or "SERIAL"
            || name.StartsWith("Unnamed", StringComparison.OrdinalIgnoreCase) || name == "column_1";
    }

    private void Describe(ReadOnlySpan<byte> text)
    {
        textCount++;
        textLength += text.Length;
        longestText = Math.Max(longestText, text.Length);
        if (text.Contains((byte)' ')) spacedTexts++;
        if (text.IndexOfAnyInRange((byte)'0', (byte)'9') >= 0)
        {
            textsWithDigit++;
            if (text.TrimStart((byte)'-').IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0) textsOfDigits++;
        }
        if (storage == Storage.Text) Distinct.Add(LevelTable.HashOf(text));
    }

    private void Summarise(bool sketch)
    {
        switch (storage)
        {
            case Storage.Number:
                for (var row = 0; row < rows; row++)
                {
                    var value = values[row];
                    if (double.IsNaN(value))
                    {
                        missingCount++;
                        continue;
                    }
                    formCounts[forms[row]]++;
                    least = Math.Min(least, value);
                    most = Math.Max(most, value);
                    if (!sketch) continue;
                    ascending &= value > previous;
                    previous = value;
                    Distinct.Add(LevelTable.HashOf(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan(row, 1))));
                }
                break;
            case Storage.Moment:
                for (var row = 0; row < rows; row++)
                {
                    if (ticks[row] < 0)
                    {
                        missingCount++;
                        continue;
                    }
                    (earliest, latest) = (Math.Min(earliest, ticks[row]), Math.Max(latest, ticks[row]));
                    if (sketch) Distinct.Add(LevelTable.HashOf(System.Runtime.InteropServices.MemoryMarshal.AsBytes(ticks.AsSpan(row, 1))));
                }
                break;
            case Storage.Levels or Storage.Unknown:
                for (var row = 0; row < rows; row++)
                    if (codes[row] < 0) missingCount++;
                break;
            default:
                for (var row = 0; row < rows; row++)
                    if (missing[row] > 0) missingCount++;
                break;
        }
    }

    // The least number of decimals under which most texts come back without being kept; of equals, the larger (1.5 and 2.25 ask for 2.0, not 2).
    private NumberForm Form()
    {
        var most = formCounts[NumberText.Shortest] > 0 ? shortestDecimals : 0;
        Span<long> back = stackalloc long[NumberText.MaxDecimals + 1];
        for (var code = 0; code < NumberText.Shortest; code++)
        {
            if (formCounts[code] == 0) continue;
            var (decimals, zeros) = NumberText.Unpack(code);
            most = Math.Max(most, decimals);
            for (var least = 0; least <= NumberText.MaxDecimals; least++)
                if (decimals == Math.Max(decimals - zeros, least)) back[least] += formCounts[code];
        }
        var best = 0;
        for (var least = 1; least <= Math.Min(most, NumberText.MaxDecimals); least++)
            if (back[least] >= back[best] && back[least] > 0) best = least;
        return new NumberForm(best, Math.Max(most, fractions && most == 0 ? 6 : 0));
    }

    private NumberColumn BuildNumbers(ColumnSchema schema)
    {
        var least = schema.Number.MinDecimals;
        Span<bool> back = stackalloc bool[256];
        for (var code = 0; code < NumberText.Shortest; code++)
        {
            var (decimals, zeros) = NumberText.Unpack(code);
            back[code] = decimals == Math.Max(decimals - zeros, least);
        }
        back[NumberText.Shortest] = shortestLeast >= least;
        VerbatimTexts? kept = null;
        var anyMarker = false;
        var verbatimAt = 0;
        var scratch = new byte[512];
        for (var row = 0; row < rows; row++)
        {
            var form = forms[row];
            if (double.IsNaN(values[row])) anyMarker |= form != 0;
            else if (!back[form])
            {
                var text = TextOf(Storage.Number, row, scratch, ref verbatimAt);
                if (form == NumberText.Shortest && Decimals(text) >= least) continue;
                (kept ??= new VerbatimTexts()).Add(row, text);
            }
        }
        return new NumberColumn(schema, Exact(values), anyMarker ? Exact(forms) : null, kept);
    }

    private CategoryColumn BuildZeroOne(ColumnSchema schema)
    {
        var result = new int[rows];
        var first = rows > 0 ? values[0] : 0;
        for (var row = 0; row < rows; row++) result[row] = values[row] == first ? 0 : 1;
        string[] levels = first == 0 ? ["0", "1"] : ["1", "0"];
        return new CategoryColumn(schema, result, least == most ? [levels[0]] : levels);
    }

    private bool FitsAll(DateTimePattern pattern)
    {
        Span<byte> buffer = stackalloc byte[512];
        for (var row = 0; row < rows; row++)
            if (ticks[row] >= 0 && !pattern.TryParse(buffer[..patterns[0].Write(ticks[row], buffer)], out _)) return false;
        return true;
    }

    private T[] Exact<T>(T[] array)
    {
        if (array.Length == rows) return array;
        var exact = GC.AllocateUninitializedArray<T>(rows);
        array.AsSpan(0, rows).CopyTo(exact);
        return exact;
    }
}
