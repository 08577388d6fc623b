using System.Globalization;

namespace Semblance.Forms;

/// <summary>
/// A number between fixed texts, without fixed width (<c>order \N</c>) or running (<c>ID-000001</c>, <c>ID-000002</c>). Running numbers run on from beyond the real ones.
/// </summary>
/// <param name="prefix">Fixed text before the number.</param>
/// <param name="width">Digits to pad the number to; 0 for none.</param>
/// <param name="suffix">Fixed text after the number.</param>
/// <param name="first">Added to every number.</param>
/// <param name="step">Distance of neighbours of a running number; 0 when the numbers are scattered.</param>
internal sealed class CounterShape(byte[] prefix, int width, byte[] suffix, ulong first, ulong step) : IdShape
{
    /// <summary>Most digits of a number; all sizes stay below 10^18.</summary>
    public const int MostDigits = 18;

    public override int MaxLength => prefix.Length + MostDigits + 1 + suffix.Length;

    public override string Text => CharSets.Literal(prefix) + (width > 0 ? string.Create(CultureInfo.InvariantCulture, $@"\N{{{width}}}") : @"\N") + CharSets.Literal(suffix);

    public override int Write(ulong position, ulong key, Span<byte> utf8)
    {
        position %= Room;
        var number = first + (step > 0 ? position * step : Free.At(position, key));
        prefix.CopyTo(utf8);
        var at = prefix.Length;
        number.TryFormat(utf8[at..], out var written, width > 0 ? "D" + width.ToString(CultureInfo.InvariantCulture) : "D", CultureInfo.InvariantCulture);
        at += written;
        suffix.CopyTo(utf8[at..]);
        return at + suffix.Length;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Text} {Free.Size}:{Free} {first} {step}");
}
