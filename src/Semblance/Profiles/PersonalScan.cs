using System.Buffers;
using System.Collections.Immutable;
using Semblance.Data;
using Semblance.Forms;

namespace Semblance.Profiles;

/// <summary>Looks for forms of personal data: by the cells themselves (syntax, check digits, lists of names) and by the column's name.</summary>
internal static class PersonalScan
{
    private const double NameShare = 0.8;       // of the cells must resemble the form when only the column's name speaks for it
    private const double WordShare = 0.5;       // of the cells must be known words
    private const double CheckedShare = 0.5;    // of the cells of the right shape must pass the check: by chance a tenth does
    private const double SyntaxShare = 0.002;   // of the cells are enough where the syntax is telling
    private const int FewCells = 2_000;         // tell whether a column holds one form
    private const int FewestHits = 3, FewestChecked = 5;

    // Forms that can be told inside a longer text without its column's name.
    private static readonly ImmutableArray<IForm> Embedded = [.. FormCatalog.All.Where(f => f.Id is "email" or "iban" or "card" or "us-ssn" or "phone" or "ipv4")];

    public static ImmutableArray<PersonalData> Find(Column column, int mostCells)
    {
        if (column.Kind is ColumnKind.Constant or ColumnKind.Boolean or ColumnKind.Decimal) return [];
        var cells = Cells(column, mostCells);
        if (cells.Count == 0) return [];
        var found = new List<PersonalData>();
        foreach (var form in FormCatalog.All)
            if (form.IsPersonal && Whole(form, column, cells) is { } whole) found.Add(whole);
        if (column.Kind == ColumnKind.Text && found.Count == 0)
            foreach (var form in Embedded)
                if (Inside(form, cells) is { } inside) found.Add(inside);
        return [.. found.OrderByDescending(f => Weight(f)).ThenByDescending(f => f.Share)];
    }

    /// <summary>
    /// Name of the form that a column of texts or categories holds and that is made anew, safely, and never copied: an e-mail address, a name of a person; null when it holds none.
    /// The column's own name, or nine cells of ten, must say so.
    /// </summary>
    public static string? WholeForm(Column column)
    {
        foreach (var found in Find(column, FewCells))
            if (!found.Inside && !(column is CategoryColumn && found.Form is "given-name" or "family-name" or "date-of-birth") && (found.Share >= 0.9 || found.Evidence.HasFlag(PersonalEvidence.Name))) return found.Title;
        return null;
    }

    // Proof by the cells counts before the name alone; the catalogue's order breaks ties (the sort is stable).
    private static int Weight(PersonalData data) => (data.Evidence.HasFlag(PersonalEvidence.Checksum) ? 4 : 0) + (data.Evidence.HasFlag(PersonalEvidence.Syntax) ? 3 : 0)
        + (data.Evidence.HasFlag(PersonalEvidence.Words) ? 1 : 0) + (data.Evidence.HasFlag(PersonalEvidence.Name) ? 2 : 0);

    private static PersonalData? Whole(IForm form, Column column, List<(byte[] Text, long Count)> cells)
    {
        var named = FormName.Matches(form, column.Name);
        if (column.Kind == ColumnKind.DateTime) // its text form may be none that the form reads: the kind is proof of a date
            return named && form.Proof == FormProof.Context ? new PersonalData(form.Id, form.Title, 1, cells.Sum(c => c.Count), PersonalEvidence.Name) : null;
        if (form.Proof == FormProof.Context && !named) return null;

        int recognised = 0, resembling = 0;
        long hits = 0, likeHits = 0, tested = 0;
        foreach (var (text, count) in cells)
        {
            tested += count;
            if (form.Recognises(text))
            {
                recognised++;
                hits += count;
            }
            if (!form.Resembles(text)) continue;
            resembling++;
            likeHits += count;
        }
        if (resembling == 0) return null;
        var share = hits / (double)tested;
        var evidence = PersonalEvidence.None;
        switch (form.Proof)
        {
            case FormProof.Syntax when recognised >= Math.Min(FewestHits, cells.Count) && (recognised >= SyntaxShare * cells.Count || named) && (recognised > 1 || cells.Count <= 3):
                evidence = PersonalEvidence.Syntax;
                break;
            case FormProof.Checksum when recognised >= (named ? 1 : FewestChecked) && recognised >= CheckedShare * resembling && (recognised >= SyntaxShare * cells.Count || named):
                evidence = PersonalEvidence.Checksum;
                break;
            case FormProof.Words when recognised >= Math.Min(FewestHits, cells.Count) && recognised >= WordShare * cells.Count:
                evidence = PersonalEvidence.Words;
                break;
        }
        if (named && (evidence != PersonalEvidence.None || resembling >= NameShare * cells.Count)) evidence |= PersonalEvidence.Name;
        if (evidence == PersonalEvidence.None) return null;
        return new PersonalData(form.Id, form.Title, evidence == PersonalEvidence.Name ? likeHits / (double)tested : share, tested, evidence);
    }

    private static PersonalData? Inside(IForm form, List<(byte[] Text, long Count)> cells)
    {
        int hits = 0, shaped = 0;
        long rows = 0, tested = 0;
        foreach (var (text, count) in cells)
        {
            tested += count;
            var (recognised, resembling) = Tokens(form, text);
            if (recognised) (hits, rows) = (hits + 1, rows + count);
            if (resembling) shaped++;
        }
        if (hits < FewestHits || hits < SyntaxShare * cells.Count) return null;
        if (form.Proof == FormProof.Checksum && (hits < FewestChecked || hits < CheckedShare * shaped)) return null;
        return new PersonalData(form.Id, form.Title, rows / (double)tested, tested, form.Proof == FormProof.Checksum ? PersonalEvidence.Checksum : PersonalEvidence.Syntax, Inside: true);
    }

    // Words between white space, without the punctuation around them; and runs of digits and separators, which may hold blanks.
    private static (bool Recognised, bool Resembling) Tokens(IForm form, ReadOnlySpan<byte> text)
    {
        bool recognised = false, resembling = false;
        for (var start = 0; start < text.Length;)
        {
            var length = text[start..].IndexOfAny(" \t\r\n"u8);
            if (length < 0) length = text.Length - start;
            var word = text.Slice(start, length).Trim(".,;:!?()[]<>{}\"'"u8);
            start += length + 1;
            if (word.Length < 7) continue;
            recognised |= form.Recognises(word);
            resembling |= form.Resembles(word);
        }
        for (var start = 0; start < text.Length;)
        {
            if (!IsNumberPart(text[start]))
            {
                start++;
                continue;
            }
            var end = start;
            while (end < text.Length && (IsNumberPart(text[end]) || text[end] == ' ')) end++;
            var run = text[start..end].Trim(" -."u8);
            start = end;
            if (run.Length < 9 || run.IndexOf((byte)' ') < 0) continue; // runs without blanks were words
            recognised |= form.Recognises(run);
            resembling |= form.Resembles(run);
        }
        return (recognised, resembling);
    }

    private static bool IsNumberPart(byte b) => b is >= (byte)'0' and <= (byte)'9' or (byte)'+' or (byte)'-' or (byte)'(' or (byte)')' or (byte)'.';

    // Different cells with how often each was met: a column that repeats one number must not count it as many.
    private static List<(byte[] Text, long Count)> Cells(Column column, int most)
    {
        var cells = new List<(byte[] Text, long Count)>();
        if (column is CategoryColumn category)
        {
            var counts = new long[category.Levels.Length];
            foreach (var code in category.Codes)
                if (code >= 0) counts[code]++;
            for (var level = 0; level < counts.Length && cells.Count < most; level++)
                if (counts[level] > 0) cells.Add((category.LevelUtf8(level).ToArray(), counts[level]));
            return cells;
        }
        var places = new Dictionary<ulong, int>();
        var buffer = new ArrayBufferWriter<byte>(64);
        var stride = Math.Max(1, (double)column.Count / Math.Max(1, most));
        for (var at = 0.0; at < column.Count; at += stride)
        {
            var row = (int)at;
            if (column.IsMissing(row)) continue;
            buffer.ResetWrittenCount();
            column.WriteText(row, buffer);
            var text = buffer.WrittenSpan;
            if (text.Length > 4096) text = text[..4096]; // the head of a long text says enough
            var hash = RowHash.OfText(text);
            if (places.TryGetValue(hash, out var place)) cells[place] = (cells[place].Text, cells[place].Count + 1);
            else
            {
                places.Add(hash, cells.Count);
                cells.Add((text.ToArray(), 1));
            }
        }
        return cells;
    }
}
