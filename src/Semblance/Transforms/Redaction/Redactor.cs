using System.Buffers;
using System.Collections.Immutable;
using Semblance.Data;
using Semblance.Forms;
using Semblance.Profiles;

namespace Semblance.Transforms;

/// <summary>
/// Replaces personal data in cells: inside texts by what <see cref="FormSearch"/> finds, and whole cells of columns that hold one form. What is put in is a pure function of the seed and
/// the value, so the same person is the same everywhere and nothing has to be remembered. One redactor is used by one thread at a time.
/// </summary>
public sealed class Redactor
{
    private const int SampleCells = 2_000;

    private readonly RedactionOptions options;
    private readonly FormSearch search;
    private readonly SafeFakes fakes;
    private readonly List<FoundForm> found = [];
    private readonly Dictionary<string, IForm> whole = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Column, string Kind), (IForm Form, bool Whole, long Count)> counts = [];
    private readonly List<string> columns = [];

    /// <summary>A redactor.</summary>
    /// <param name="options">How.</param>
    /// <param name="seed">Key of the fakes: who knows it and guesses a value can confirm the guess, so it is kept like a password. The same seed gives the same fakes in other files too.</param>
    /// <exception cref="RecipeException">No such kind (SB2180).</exception>
    public Redactor(RedactionOptions options, Seed seed)
    {
        foreach (var kind in options.Kinds)
            if (!FormSearch.Kinds.Contains(kind))
                throw new RecipeException("SB2180", $"there is no kind of personal data `{kind}`{(Nearest.Of(kind, FormSearch.Kinds) is { } near ? $"; did you mean `{near}`?" : "")}; the kinds are {string.Join(", ", FormSearch.Kinds)}");
        this.options = options;
        search = new FormSearch(options.Kinds.IsDefaultOrEmpty ? null : options.Kinds);
        fakes = new SafeFakes(seed, options);
    }

    /// <summary>Columns whose cells are replaced whole, and the form each holds.</summary>
    public IReadOnlyDictionary<string, IForm> WholeColumns => whole;

    /// <summary>Learns from some rows which columns hold one form of personal data throughout, by their names and cells.</summary>
    /// <param name="sample">Some rows.</param>
    /// <param name="named">Whether the table's names are those of the columns; else its columns count as column1, column2.</param>
    public void Learn(Table sample, bool named = true)
    {
        for (var i = 0; i < sample.Columns.Length; i++)
        {
            var column = sample.Columns[i];
            var name = named ? column.Name : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"column{i + 1}");
            if (options.Skip.Contains(name)) continue;
            foreach (var data in PersonalScan.Find(column, SampleCells))
            {
                if (data.Inside || !Wanted(data.Form) || !(data.Share >= 0.9 || named && data.Evidence.HasFlag(PersonalEvidence.Name))) continue;
                whole[name] = FormCatalog.Find(data.Form)!;
                break;
            }
        }
    }

    /// <summary>Replaces what is personal in a text.</summary>
    /// <param name="row">Row, for the spans.</param>
    /// <param name="column">Name of the column.</param>
    /// <param name="isCell">Whether the text is a whole cell, to which what was learnt of the column applies.</param>
    /// <param name="text">UTF-8.</param>
    /// <param name="output">Where the new text is written to, when there is one.</param>
    /// <param name="spans">Told of every stretch replaced; null when nobody asks.</param>
    /// <returns>Whether anything was replaced; if not, nothing was written.</returns>
    public bool Redact(long row, string column, bool isCell, ReadOnlySpan<byte> text, IBufferWriter<byte> output, Action<RedactedSpan>? spans = null)
    {
        if (options.Skip.Contains(column)) return false;
        found.Clear();
        var form = isCell && whole.TryGetValue(column, out var known) ? known : null;
        if (form is not null && WholeCell(form, text) is { Length: > 0 } cell) found.Add(cell);
        else
        {
            form = null;
            // A cell that is a bare number is judged by its column: one in ten keys of sixteen digits passes for a card.
            if (!isCell || text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0) search.Find(text, found);
        }
        if (found.Count == 0) return false;
        var at = 0;
        int before = 0, after = 0; // characters written so far, of the old and of the new text
        foreach (var span in found)
        {
            output.Write(text[at..span.Start]);
            var made = fakes.Of(span.Form, text.Slice(span.Start, span.Length));
            output.Write(made);
            if (spans is not null)
            {
                var gap = Characters(text[at..span.Start]);
                (before, after) = (before + gap, after + gap);
                var (oldLength, newLength) = (Characters(text.Slice(span.Start, span.Length)), Characters(made));
                spans(new(row, column, span.Form.Id, before, before + oldLength, after, after + newLength));
                (before, after) = (before + oldLength, after + newLength);
            }
            at = span.End;
            var key = (column, span.Form.Id);
            var isWhole = form is not null;
            counts[key] = counts.TryGetValue(key, out var count) ? (count.Form, count.Whole | isWhole, count.Count + 1) : (span.Form, isWhole, 1);
            if (!columns.Contains(column)) columns.Add(column);
        }
        output.Write(text[at..]);
        return true;
    }

    /// <summary>What was replaced so far.</summary>
    /// <param name="rows">Rows seen.</param>
    /// <param name="order">Names of the columns in the table's order; null for the order of first sight.</param>
    public RedactionReport Report(long rows, IReadOnlyList<string>? order = null)
    {
        order ??= columns;
        var places = order.Distinct().Select((name, i) => (name, i)).ToDictionary(p => p.name, p => p.i, StringComparer.Ordinal);
        return new(rows, [.. counts.OrderBy(c => places.GetValueOrDefault(c.Key.Column, int.MaxValue)).ThenByDescending(c => c.Value.Count).ThenBy(c => c.Key.Kind, StringComparer.Ordinal)
            .Select(c => new RedactionCount(c.Key.Column, c.Key.Kind, c.Value.Form.Title, c.Value.Whole, c.Value.Count))]);
    }

    // The cell without the blanks around it, if it can be of the form its column has.
    private static FoundForm WholeCell(IForm form, ReadOnlySpan<byte> text)
    {
        var start = 0;
        var end = text.Length;
        while (start < end && text[start] <= ' ') start++;
        while (end > start && text[end - 1] <= ' ') end--;
        var cell = text[start..end];
        if (cell.IsEmpty || IsMissing(cell)) return default;
        var letters = cell.IndexOfAnyInRange((byte)'A', (byte)'z') >= 0 || cell.IndexOfAnyInRange((byte)0xC3, (byte)0xF4) >= 0;
        var fits = form.Id switch
        {
            "person-name" or "given-name" or "family-name" or "street-address" => letters,
            "date-of-birth" => cell.IndexOfAnyInRange((byte)'0', (byte)'9') >= 0,
            _ => form.Resembles(cell),
        };
        return fits ? new(start, cell.Length, form) : default;
    }

    private static bool IsMissing(ReadOnlySpan<byte> cell)
    {
        if (cell.Length > 8) return false;
        foreach (var marker in Missing)
            if (System.Text.Ascii.EqualsIgnoreCase(cell, marker)) return true;
        return false;
    }

    private static readonly byte[][] Missing = [.. new[] { "na", "n/a", "nan", "null", "none", "nil", "-", "--", "?", ".", "unknown", "missing", "true", "false", "yes", "no", "#n/a" }.Select(System.Text.Encoding.ASCII.GetBytes)];

    private bool Wanted(string kind) => options.Kinds.IsDefaultOrEmpty || options.Kinds.Contains(kind);

    private static int Characters(ReadOnlySpan<byte> utf8)
    {
        var count = 0;
        foreach (var b in utf8)
            if ((b & 0xC0) != 0x80) count++;
        return count;
    }
}
