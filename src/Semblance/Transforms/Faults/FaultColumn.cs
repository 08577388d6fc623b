using System.Text;
using Semblance.Data;
using Semblance.Rules;

namespace Semblance.Transforms;

/// <summary>One column of a block while it is being damaged: the clean cells, the cells as they are to be, and what was done to each.</summary>
internal sealed class FaultColumn
{
    private readonly Column clean;
    private readonly double[]? numbers;
    private readonly int[]? codes;
    private readonly long[]? ticks;
    private readonly string?[]? texts;
    private readonly FaultKind?[] done;

    public FaultColumn(Column clean, bool asText)
    {
        this.clean = clean;
        done = new FaultKind?[clean.Count];
        if (asText || clean is TextColumn) texts = [.. Enumerable.Range(0, clean.Count).Select(CleanText)];
        else if (clean is NumberColumn number) numbers = [.. number.Values];
        else if (clean is CategoryColumn category) codes = [.. category.Codes];
        else ticks = [.. ((DateTimeColumn)clean).Ticks];
    }

    public string Name => clean.Name;

    /// <summary>Whether a cell may be hit: it has a value, and nothing but drift was done to it.</summary>
    public bool IsFree(int row) => done[row] is null or FaultKind.Drift && !clean.IsMissing(row);

    public FaultKind? Done(int row) => done[row];

    public string? CleanText(int row) => clean.IsMissing(row) ? null : clean.Text(row);

    public string? Text(int row) => texts![row];

    public void Write(int row, string text, FaultKind kind)
    {
        if (text == texts![row]) return;
        (texts[row], done[row]) = (text, kind);
    }

    public void Clear(int row)
    {
        if (texts is not null) texts[row] = null;
        else if (numbers is not null) numbers[row] = double.NaN;
        else if (codes is not null) codes[row] = -1;
        else ticks![row] = long.MinValue;
        done[row] = FaultKind.Missing;
    }

    /// <summary>Another number, rounded as the column is written; nothing is done where it comes out as it was.</summary>
    public void Change(int row, Func<double, double> change, FaultKind kind)
    {
        if (numbers is null)
        {
            // A column that other faults made a text: through its number.
            if (!double.TryParse(texts![row], System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var value)) return;
            Write(row, Math.Round(change(value), Digits).ToString(System.Globalization.CultureInfo.InvariantCulture), kind);
            return;
        }
        var changed = change(numbers[row]);
        if (Math.Abs(changed) < 1e15) changed = Math.Round(changed, Digits);
        if (changed == numbers[row] || !double.IsFinite(changed)) return;
        (numbers[row], done[row]) = (changed, kind);
    }

    public string[] Levels => ((CategoryColumn)clean).Levels;

    public int Code(int row) => ((CategoryColumn)clean).Codes[row];

    public void Relabel(int row, string label, int level)
    {
        if (texts is not null) Write(row, label, FaultKind.Label);
        else (codes![row], done[row]) = (level, FaultKind.Label);
    }

    /// <summary>The damaged column. One that may lose values has a marker for them; texts made of other kinds become texts.</summary>
    public Column Build(bool mayLose)
    {
        var schema = clean.Schema;
        if (mayLose && schema.MissingMarkers.IsEmpty) schema = schema with { MissingMarkers = [""] };
        if (texts is not null)
        {
            if (clean is not TextColumn) schema = new ColumnSchema(schema.Name, ColumnKind.Text) { MissingMarkers = schema.MissingMarkers };
            return OfTexts(schema, texts, row => Math.Max(0, clean.MissingCode(row)));
        }
        if (numbers is not null)
        {
            byte[]? markers = null;
            for (var row = 0; row < numbers.Length; row++)
                if (clean.MissingCode(row) > 0) (markers ??= new byte[numbers.Length])[row] = (byte)clean.MissingCode(row);
            // Numbers with a text of their own (007) keep it where they are as they were.
            var verbatim = ((NumberColumn)clean).Verbatim?.Where(p => done[p.Key] is null).ToDictionary(p => p.Key, p => p.Value);
            return new NumberColumn(schema, numbers, markers, verbatim is { Count: > 0 } ? verbatim : null);
        }
        return codes is not null ? ((CategoryColumn)clean.WithSchema(schema)).WithCodes(codes) : new DateTimeColumn(schema, ticks!);
    }

    private int Digits => clean.Schema.Kind == ColumnKind.Integer ? 0 : Math.Clamp(clean.Schema.Number.MaxDecimals, 0, 15);

    public static TextColumn OfTexts(ColumnSchema schema, string?[] texts, Func<int, int>? marker = null)
    {
        var ends = new int[texts.Length];
        using var bytes = new MemoryStream();
        byte[]? markers = null;
        for (var row = 0; row < texts.Length; row++)
        {
            if (texts[row] is { } text) bytes.Write(Encoding.UTF8.GetBytes(text));
            else (markers ??= new byte[texts.Length])[row] = (byte)(1 + (marker?.Invoke(row) ?? 0));
            ends[row] = (int)bytes.Length;
        }
        return new TextColumn(schema, bytes.ToArray(), ends, markers);
    }
}
