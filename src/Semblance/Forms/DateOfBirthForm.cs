using System.Collections.Immutable;
using System.Globalization;

namespace Semblance.Forms;

/// <summary>
/// Dates of birth: any date from 1900 on in a common form. Only the column's name tells it from another date. Made ones are uniform over 1930 to 2009.
/// </summary>
public sealed class DateOfBirthForm : IForm
{
    private static readonly DateTime First = new(1930, 1, 1);
    private static readonly int Days = (new DateTime(2010, 1, 1) - First).Days;
    private static readonly string[] Formats =
        ["yyyy-MM-dd", "yyyy/MM/dd", "yyyyMMdd", "dd.MM.yyyy", "dd/MM/yyyy", "MM/dd/yyyy", "d/M/yyyy", "M/d/yyyy", "dd-MM-yyyy", "d MMM yyyy", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-ddTHH:mm:ss"];

    /// <inheritdoc/>
    public string Id => "date-of-birth";
    /// <inheritdoc/>
    public string Title => "date of birth";
    /// <inheritdoc/>
    public FormProof Proof => FormProof.Context;
    /// <inheritdoc/>
    public bool IsPersonal => true;
    /// <inheritdoc/>
    public ImmutableArray<string> Names { get; } = ["dob", "birthdate", "dateofbirth", "birthday", "birthdt", "bday", "born"];
    /// <inheritdoc/>
    public ulong Room => (ulong)Days;

    /// <inheritdoc/>
    public bool Recognises(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is < 8 or > 19 || !AsciiText.IsDigit(utf8[0])) return false;
        Span<char> text = stackalloc char[19];
        for (var i = 0; i < utf8.Length; i++)
        {
            if (utf8[i] >= 0x80) return false;
            text[i] = (char)utf8[i];
        }
        return DateTime.TryParseExact(text[..utf8.Length], Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is >= 1900 and < 2100;
    }

    /// <inheritdoc/>
    public string Make(ulong entropy) => First.AddDays((int)(entropy % Room)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
