using System.Collections.Immutable;
using System.Text;

namespace Semblance.Forms;

/// <summary>Gives the UTF-8 of a row of a column; empty where it has no value.</summary>
/// <param name="row">Row, from 0.</param>
public delegate ReadOnlySpan<byte> TextAt(int row);

/// <summary>
/// The shape of an identifier column, learnt from its texts: <c>ID-\d{6}</c>. It makes new identifiers of that shape, different in different rows, and keeps no real one: only
/// character classes, and fixed characters that at least 20 rows and 5 % share. Row i is a function of (key, i) alone.
/// </summary>
/// <remarks>
/// Made identifiers differ from all real ones (<see cref="FreshRoom"/>) where the shape has room: values are taken first from a residue class (index mod m = r) that no real value is in, or from
/// outside the real range. A shape that the real values fill (four digits, 5,000 rows) has no such room; there a made value may equal a real one, which tells nothing.
/// </remarks>
public sealed class Pattern
{
    /// <summary>Rows that must share a character before it is kept as it is.</summary>
    public const int MinimumRows = 20;

    private const int Period = 1000; // shapes take turns in each thousand rows, by weight

    private readonly IForm? form;
    private readonly ImmutableArray<IdShape> shapes;
    private readonly int[] weights, starts; // per shape: rows of each period, first slot
    private readonly int roomiest;

    internal Pattern(IForm form) => (this.form, shapes, weights, starts) = (form, [], [], []);

    internal Pattern(ImmutableArray<IdShape> shapes, int[] weights)
    {
        (this.shapes, this.weights, starts) = (shapes, weights, new int[shapes.Length]);
        for (var i = 1; i < shapes.Length; i++) starts[i] = starts[i - 1] + weights[i - 1];
        for (var i = 1; i < shapes.Length; i++)
            if (shapes[i].Room > shapes[roomiest].Room) roomiest = i;
    }

    /// <summary>Learns the shape of a column. Empty texts are passed over; a column without any gets eight digits.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="text">Text of each row.</param>
    public static Pattern Learn(int rows, TextAt text) => PatternLearner.Learn(rows, text);

    /// <summary>
    /// Learns the shape of texts that are written by a rule and not in sentences (prices, codes, dates in mixed formats, names, addresses); null for other texts.
    /// A form, or a few shapes with digits, must hold 90 % of the texts, and there must be 5 of them. Empty texts are passed over.
    /// </summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="text">Text of each row.</param>
    /// <param name="columnName">Name of the column, which may speak for a form.</param>
    internal static Pattern? LearnWritten(int rows, TextAt text, string columnName) => PatternLearner.LearnWritten(rows, text, columnName);

    /// <summary>Rows, counted from row 0, that certainly get different identifiers.</summary>
    public ulong Room => form?.Room ?? (shapes.Length == 1 ? shapes[0].Room : shapes[roomiest].Room / 2);

    /// <summary>Rows, counted from row 0, whose identifier certainly equals none that was learnt from; 0 when there is no such room.</summary>
    public ulong FreshRoom
    {
        get
        {
            if (form is not null) return form.Room;
            if (shapes.Length == 1) return shapes[0].FreshRoom;
            var rows = shapes[roomiest].Room / 2; // what goes over to the upper half of the roomiest shape may be real
            for (var i = 0; i < shapes.Length; i++) rows = Math.Min(rows, shapes[i].FreshRoom / (ulong)weights[i] * Period);
            return rows;
        }
    }

    /// <summary>Bytes that any identifier made fits in.</summary>
    public int MaxLength => form is not null ? 256 : shapes.Max(s => s.MaxLength);

    /// <summary>The commonest shape, for a person: <c>ID-\d{6}</c>, or the name of a form.</summary>
    public string Shape => form?.Title ?? CharSets.ForReading(shapes[Array.IndexOf(weights, weights.Max())].Text);

    /// <summary>The identifier of a row.</summary>
    /// <param name="row">Row, 0 or more.</param>
    /// <param name="key">Chooses the sequence: the key of a random stream.</param>
    public string Make(long row, ulong key)
    {
        Span<byte> buffer = stackalloc byte[MaxLength];
        return Encoding.UTF8.GetString(buffer[..Write(row, key, buffer)]);
    }

    /// <summary>Writes the identifier of a row in UTF-8 and returns its length. See <see cref="Make"/>.</summary>
    /// <param name="row">Row, 0 or more.</param>
    /// <param name="key">Chooses the sequence.</param>
    /// <param name="utf8">At least <see cref="MaxLength"/> bytes.</param>
    public int Write(long row, ulong key, Span<byte> utf8)
    {
        var index = (ulong)row;
        if (form is not null)
        {
            var room = Math.Min(form.Room, 1UL << 62);
            return Encoding.UTF8.GetBytes(form.Make(KeyedPermutation.Permute(index % room, room, key)), utf8);
        }
        if (shapes.Length == 1) return shapes[0].Write(index, key, utf8);

        var slot = (int)KeyedPermutation.Permute(index % Period, Period, key + index / Period);
        var chosen = shapes.Length - 1;
        while (slot < starts[chosen]) chosen--;
        var local = index / Period * (ulong)weights[chosen] + (ulong)(slot - starts[chosen]);
        var half = shapes[roomiest].Room / 2;
        if (local < (chosen == roomiest ? half : shapes[chosen].Room)) return shapes[chosen].Write(local, key, utf8);
        return shapes[roomiest].Write(half + index % Math.Max(1, half), key, utf8); // a full shape hands its rows to the roomiest one, which keeps half its room for them
    }

    /// <summary>The pattern as one line that <see cref="Parse"/> reads. It holds no identifier that was learnt from.</summary>
    public override string ToString()
    {
        if (form is not null) return "form " + form.Id;
        var text = new StringBuilder();
        for (var i = 0; i < shapes.Length; i++)
            text.Append(i == 0 ? "" : "\t").Append(System.Globalization.CultureInfo.InvariantCulture, $"{weights[i]} {shapes[i]}");
        return text.ToString();
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="DataException">Not a pattern (SB5040).</exception>
    public static Pattern Parse(string text) => PatternText.Parse(text);
}
