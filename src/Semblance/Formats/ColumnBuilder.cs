using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Semblance.Data;

namespace Semblance.Formats;

/// <summary>
/// Takes the cells of one column as they come and keeps them in the tightest storage that still gives every text back: numbers, else moments, else
/// codes into distinct texts, else texts end to end. A cell that does not fit moves all earlier ones to the next storage, so one pass is enough.
/// </summary>
internal sealed partial class ColumnBuilder
{
    private enum Storage { Unknown, Number, Moment, Levels, Text }

    private readonly ColumnSchema? given; // what the caller knows of this column
    private readonly MissingMarkers markers;
    private readonly bool wholeOnly;
    private Storage storage;
    private int rows;

    private double[] values = [];
    private byte[] forms = []; // form code of a number; marker code where missing
    private readonly VerbatimTexts verbatim = new();

    private long[] ticks = [];
    private List<DateTimePattern> patterns = []; // the first one fits every value so far

    private int[] codes = []; // level, or -1 - marker
    private LevelTable words = new(); // levels and markers as they came
    private int[] meaning = []; // of a word: its level, or -1 - marker
    private int levelCount;

    private byte[] bytes = [];
    private int[] ends = [];
    private byte[] missing = []; // 1 + marker, 0 for a value

    /// <summary>Starts a column.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="given">What is known of it; null to infer all.</param>
    /// <param name="options">Markers and limits.</param>
    public ColumnBuilder(string name, ColumnSchema? given, TableOptions options)
    {
        Name = name;
        this.given = given;
        var own = given is { MissingMarkers.IsEmpty: false };
        markers = new MissingMarkers(own ? given!.MissingMarkers : options.MissingMarkers, own);
        wholeOnly = given?.Kind == ColumnKind.Integer;
        storage = given?.Kind switch
        {
            null => Storage.Unknown,
            ColumnKind.Integer or ColumnKind.Decimal => Storage.Number,
            ColumnKind.DateTime => Storage.Moment,
            ColumnKind.Identifier or ColumnKind.Text => Storage.Text,
            _ => Storage.Levels,
        };
        if (given is { Kind: ColumnKind.DateTime, Format: { } format })
            patterns.Add(DateTimePattern.Compile(format) ?? throw new SchemaException("SB1207",
                $"column `{name}`: the format `{format}` is not understood; use yyyy yy MM M MMM MMMM dd d HH H hh h mm m ss s f F tt, punctuation, and other letters in quotes"));
    }

    /// <summary>Column name.</summary>
    public string Name { get; }

    /// <summary>Cells taken since the last <see cref="Forget"/>.</summary>
    public int Rows => rows;

    /// <summary>False when the source itself says that the values are texts (JSON strings): digits are then no numbers.</summary>
    public bool MayBeNumber { get; set; } = true;

    /// <summary>The missing markers seen so far, by code.</summary>
    public ImmutableArray<string> Markers => markers.Seen;

    /// <summary>Whether a text stands for "no value" here.</summary>
    public bool IsMarker(ReadOnlySpan<byte> text) => markers.Code(text) >= 0;

    /// <summary>Sets space aside for so many cells in all, so that arrays need not grow by copying.</summary>
    public void Expect(int cells) => expected = cells;
    private int expected;

    /// <summary>Takes cells, which lie in <paramref name="data"/> where layout and bounds say; 16 bytes behind each must be readable.</summary>
    /// <exception cref="CellException">A cell does not fit the kind that was given.</exception>
    public void Append(byte[] data, int[] bounds, CellLayout layout, int count)
    {
        Reserve(count);
        if (!MayBeNumber && storage == Storage.Number && given is null) MoveTo(Storage.Levels);
        var cells = new Cells(data, bounds, layout);
        for (var i = 0; i < count;)
        {
            i = storage switch
            {
                Storage.Unknown => AppendFirst(cells, i, count),
                Storage.Number => AppendNumbers(cells, i, count),
                Storage.Moment => AppendMoments(cells, i, count),
                Storage.Levels => AppendLevels(cells, i, count),
                _ => AppendTexts(cells, i, count),
            };
        }
        // Distinct texts are only worth a table while they repeat.
        if (storage == Storage.Levels && given is null && (levelCount > 512 && levelCount > (forgotten + rows) / 2 || levelCount > 200_000 || words.TotalBytes > 1 << 26))
            MoveTo(Storage.Text);
    }

    /// <summary>Takes missing cells (a key that earlier JSON objects did not have).</summary>
    public void AppendEmpty(int count)
    {
        while (count > 0)
        {
            var part = Math.Min(count, 4096);
            Append(new byte[32], new int[2], default, part);
            count -= part;
        }
    }

    private readonly ref struct Cells(byte[] data, int[] bounds, CellLayout layout)
    {
        public ReadOnlySpan<byte> this[int i]
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get
            {
                // Bounds were made by a scanner from this very buffer.
                ref var at = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(bounds), layout.First + i * layout.Stride);
                var start = at + layout.Lead;
                return MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(data), start), Unsafe.Add(ref at, 1) - layout.Trail - start);
            }
        }
    }

    // Until the first value every cell is a marker, kept as a code.
    private int AppendFirst(Cells cells, int i, int count)
    {
        for (; i < count; i++)
        {
            var text = cells[i];
            var marker = markers.Code(text);
            if (marker < 0)
            {
                bigIntegers |= NumberText.Parse(text, out _) == NumberText.TooBig;
                MoveTo(MayBeNumber && NumberText.Parse(MissingMarkers.Trim(text), out _) is not (NumberText.NotANumber or NumberText.TooBig) ? Storage.Number
                    : (patterns = MomentFormats.Of(text)).Count > 0 ? Storage.Moment
                    : Storage.Levels);
                return i;
            }
            codes[rows++] = -1 - marker;
        }
        return i;
    }

    private int AppendNumbers(Cells cells, int i, int count)
    {
        var to = values;
        var form = forms;
        var most = markers.HaveNumbers ? -1 : wholeOnly ? 0 : 253; // codes above need a closer look
        for (; i < count; i++)
        {
            var text = cells[i];
            var code = NumberText.Parse(text, out var value);
            if (code >= 0 && code <= most)
            {
                to[rows] = value;
                form[rows++] = (byte)code;
            }
            else if (!AppendOddNumber(text, code, value, i)) return i;
        }
        return i;
    }

    // Markers, exponents, signs, spaces around, more than 15 digits. False when the column is no longer one of numbers.
    private bool AppendOddNumber(ReadOnlySpan<byte> text, int code, double value, int i)
    {
        var marker = code == NumberText.NotANumber || markers.HaveNumbers ? markers.Code(text) : -1;
        if (marker >= 0)
        {
            values[rows] = double.NaN;
            forms[rows++] = (byte)marker;
            return true;
        }
        if (code == NumberText.NotANumber)
        {
            var word = MissingMarkers.Trim(text);
            if (word.Length < text.Length && NumberText.Parse(word, out value) is var inner and not (NumberText.NotANumber or NumberText.TooBig))
                code = wholeOnly && inner != 0 && HasFraction(word, value) ? NumberText.NotANumber : NumberText.Verbatim;
        }
        else if (wholeOnly && HasFraction(text, value)) code = NumberText.NotANumber;
        if (code < 0)
        {
            bigIntegers |= code == NumberText.TooBig;
            if (given is null)
            {
                MoveTo(Storage.Levels);
                return false;
            }
            throw new CellException(i, text, wholeOnly ? "whole number" : "number", code == NumberText.TooBig
                ? $"it is beyond 2^53, where a number loses digits; read the column as an identifier (--column {Name}=identifier)"
                : $"mend the cell, list it as a missing marker, or read the column as another kind (--column {Name}=category)");
        }
        if (code < NumberText.Shortest)
        {
            // An ordinary number, only looked at because a marker might have been one; or 3.0 in a column of whole numbers.
            if (wholeOnly && code != 0) code = NumberText.Verbatim;
            else
            {
                values[rows] = value;
                forms[rows++] = (byte)code;
                return true;
            }
        }
        fractions |= HasFraction(text, value);
        if (code == NumberText.Shortest)
        {
            var decimals = Decimals(text);
            (shortestLeast, shortestDecimals) = (Math.Min(shortestLeast, decimals), Math.Max(shortestDecimals, decimals));
        }
        else verbatim.Add(rows, text);
        values[rows] = value;
        forms[rows++] = (byte)code;
        return true;
    }

    private static bool HasFraction(ReadOnlySpan<byte> text, double value) => value != Math.Floor(value) || text.Contains((byte)'.');

    private static int Decimals(ReadOnlySpan<byte> text) => text.IndexOf((byte)'.') is >= 0 and var point ? text.Length - 1 - point : 0;

    private int AppendMoments(Cells cells, int i, int count)
    {
        var pattern = patterns.Count > 0 ? patterns[0] : null;
        for (; i < count; i++)
        {
            var text = cells[i];
            if (pattern is not null && pattern.TryParse(text, out ticks[rows]))
            {
                rows++;
                continue;
            }
            var marker = markers.Code(text);
            if (marker >= 0)
            {
                ticks[rows++] = long.MinValue + marker;
                continue;
            }
            if (Narrow(text)) return i; // on with another format
            if (given is not null)
                throw new CellException(i, text, pattern is null ? "date or time in a known format" : $"date in the format `{pattern.Format}`",
                    $"mend the cell, give the format in a schema file, or read the column as another kind (--column {Name}=category)");
            MoveTo(Storage.Levels);
            return i;
        }
        return i;
    }

    // Another format that fits this text and every earlier one takes over.
    private bool Narrow(ReadOnlySpan<byte> text)
    {
        if (given?.Format is not null) return false;
        if (patterns.Count == 0) return (patterns = MomentFormats.Of(text)).Count > 0;
        Span<byte> buffer = stackalloc byte[256];
        var current = patterns[0];
        for (var candidate = 1; candidate < patterns.Count; candidate++)
        {
            var pattern = patterns[candidate];
            if (!pattern.TryParse(text, out _)) continue;
            var other = new long[ticks.Length];
            var row = 0;
            for (; row < rows; row++)
            {
                if (ticks[row] < 0) other[row] = ticks[row];
                else if (!pattern.TryParse(buffer[..current.Write(ticks[row], buffer)], out other[row])) break;
            }
            if (row < rows) continue;
            ticks = other;
            patterns.RemoveRange(0, candidate);
            return true;
        }
        return false;
    }

    private int AppendLevels(Cells cells, int i, int count)
    {
        for (; i < count; i++)
        {
            var word = words.AddPadded(cells[i]);
            if (word == meaningCount) Learn(word);
            codes[rows++] = meaning[word];
        }
        return i;
    }
    private int meaningCount;

    private void Learn(int word)
    {
        if (word == meaning.Length) Array.Resize(ref meaning, Math.Max(64, 2 * word));
        var marker = markers.Code(words[word]);
        meaning[word] = marker >= 0 ? -1 - marker : levelCount++;
        meaningCount++;
    }

    private int AppendTexts(Cells cells, int i, int count)
    {
        for (; i < count; i++) AppendText(cells[i]);
        return i;
    }

    private void AppendText(ReadOnlySpan<byte> text)
    {
        var start = rows == 0 ? 0 : ends[rows - 1];
        var marker = markers.Code(text);
        if (marker >= 0)
        {
            missing[rows] = (byte)(marker + 1);
            ends[rows++] = start;
            return;
        }
        if ((long)start + text.Length > Array.MaxLength)
            throw new DataException("SB1010", $"column `{Name}` holds more than 2 GB of text; read the file in blocks, or leave the column out");
        if (start + text.Length > bytes.Length) Array.Resize(ref bytes, (int)Math.Min(Array.MaxLength, Math.Max(2L * bytes.Length, Math.Max(4096, start + text.Length))));
        text.CopyTo(bytes.AsSpan(start));
        missing[rows] = 0;
        ends[rows++] = start + text.Length;
        Describe(text);
    }

    private void Reserve(int more)
    {
        var need = (long)rows + more;
        if (need > Array.MaxLength) throw new DataException("SB1010", "more than 2,147,483,591 rows; read the file in blocks");
        var size = (int)Math.Min(Array.MaxLength, Math.Max(need, expected));
        switch (storage)
        {
            case Storage.Number:
                Grow(ref values, need, size);
                Grow(ref forms, need, size);
                break;
            case Storage.Moment:
                Grow(ref ticks, need, size);
                break;
            case Storage.Levels or Storage.Unknown:
                Grow(ref codes, need, size);
                break;
            default:
                Grow(ref ends, need, size);
                Grow(ref missing, need, size);
                break;
        }
    }

    private static void Grow<T>(ref T[] array, long need, int size)
    {
        if (need <= array.Length) return;
        var grown = GC.AllocateUninitializedArray<T>((int)Math.Min(Array.MaxLength, Math.Max(size, 2L * array.Length)));
        array.CopyTo(grown.AsSpan());
        array = grown;
    }

    // Moves what was taken to another storage; capacity stays.
    private void MoveTo(Storage next)
    {
        var before = storage;
        var capacity = Math.Max(Math.Max(values.Length, ticks.Length), Math.Max(codes.Length, ends.Length));
        var count = rows;
        storage = next;
        Reserve(capacity - rows);
        if (before == Storage.Unknown && next is Storage.Number or Storage.Moment)
        {
            for (var row = 0; row < count; row++)
            {
                if (next == Storage.Moment) ticks[row] = long.MinValue + (-1 - codes[row]);
                else (values[row], forms[row]) = (double.NaN, (byte)(-1 - codes[row]));
            }
            codes = [];
            return;
        }
        if (before == Storage.Unknown && next == Storage.Levels) return; // codes are markers already
        var scratch = new byte[512];
        rows = 0;
        var verbatimAt = 0;
        if (before == Storage.Levels && next == Storage.Text)
            for (var word = 0; word < meaningCount; word++) // those of forgotten rows too
                if (meaning[word] >= 0) Distinct.Add(words.Hash(word));
        for (var row = 0; row < count; row++)
        {
            var text = TextOf(before, row, scratch, ref verbatimAt);
            if (next == Storage.Levels)
            {
                var word = words.Add(text);
                if (word == meaningCount) Learn(word);
                codes[rows++] = meaning[word];
            }
            else AppendText(text);
        }
        Release(before);
    }

    private ReadOnlySpan<byte> TextOf(Storage from, int row, byte[] scratch, ref int verbatimAt)
    {
        switch (from)
        {
            case Storage.Number:
                if (double.IsNaN(values[row])) return markers[forms[row]];
                if (forms[row] == NumberText.Verbatim) return verbatim.TextAt(verbatimAt++);
                return scratch.AsSpan(0, NumberText.Format(values[row], forms[row], scratch));
            case Storage.Moment:
                return ticks[row] < 0 ? markers[(int)(ticks[row] - long.MinValue)] : scratch.AsSpan(0, patterns[0].Write(ticks[row], scratch));
            case Storage.Unknown:
                return markers[-1 - codes[row]];
            case Storage.Levels:
                return codes[row] < 0 ? markers[-1 - codes[row]] : words[WordOf(codes[row])];
            default:
                if (missing[row] > 0) return markers[missing[row] - 1];
                var start = row == 0 ? 0 : ends[row - 1];
                return bytes.AsSpan(start, ends[row] - start);
        }
    }

    private int[]? wordOfLevel;

    private int WordOf(int level)
    {
        if (wordOfLevel is null || wordOfLevel.Length != levelCount)
        {
            wordOfLevel = new int[levelCount];
            for (var word = 0; word < meaningCount; word++)
                if (meaning[word] >= 0) wordOfLevel[meaning[word]] = word;
        }
        return wordOfLevel[level];
    }

    private void Release(Storage old)
    {
        switch (old)
        {
            case Storage.Number:
                values = [];
                forms = [];
                verbatim.Clear();
                break;
            case Storage.Moment:
                ticks = [];
                break;
            case Storage.Levels or Storage.Unknown:
                codes = [];
                words = new LevelTable();
                meaning = [];
                (meaningCount, levelCount, wordOfLevel) = (0, 0, null);
                break;
            default:
                bytes = [];
                ends = [];
                missing = [];
                break;
        }
    }
}

/// <summary>A cell that does not fit the kind its column was given. The reader adds the line.</summary>
internal sealed class CellException(int index, ReadOnlySpan<byte> text, string expected, string remedy) : Exception
{
    /// <summary>Which cell of the block.</summary>
    public int Index { get; } = index;

    /// <summary>The message without its place.</summary>
    public string What { get; } = $"the cell `{Shorten(text)}` is no {expected}; {remedy}";

    private static string Shorten(ReadOnlySpan<byte> text)
    {
        var all = Encoding.UTF8.GetString(text[..Math.Min(text.Length, 240)]);
        return all.Length > 60 ? all[..60] + "…" : all;
    }
}
