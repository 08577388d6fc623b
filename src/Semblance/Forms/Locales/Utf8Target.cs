using System.Runtime.CompilerServices;

namespace Semblance.Forms;

/// <summary>Bytes written one after another into a span that is long enough.</summary>
internal ref struct Utf8Target(Span<byte> span)
{
    private readonly Span<byte> span = span;

    public int Length { get; private set; }

    public readonly Span<byte> Written => span[..Length];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(scoped ReadOnlySpan<byte> text)
    {
        text.CopyTo(span[Length..]);
        Length += text.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(byte b) => span[Length++] = b;

    /// <summary>A number with leading zeros.</summary>
    public void Number(ulong value, int digits)
    {
        for (var i = digits - 1; i >= 0; i--)
        {
            (value, var digit) = Math.DivRem(value, 10);
            span[Length + i] = (byte)('0' + digit);
        }
        Length += digits;
    }

    /// <summary>A pattern: # is any digit, ? any capital letter, the rest stands for itself.</summary>
    public void Pattern(scoped ReadOnlySpan<byte> pattern, ulong entropy)
    {
        foreach (var b in pattern)
            Add(b switch
            {
                (byte)'#' => (byte)('0' + AsciiText.Take(ref entropy, 10)),
                (byte)'?' => (byte)('A' + AsciiText.Take(ref entropy, 26)),
                _ => b,
            });
    }
}
