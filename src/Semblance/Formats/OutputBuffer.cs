using System.Buffers;
using System.Runtime.CompilerServices;

namespace Semblance.Formats;

/// <summary>Bytes on their way out: an array that grows.</summary>
internal sealed class OutputBuffer(int capacity) : IBufferWriter<byte>
{
    private byte[] bytes = new byte[capacity];

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, Length);

    /// <summary>What was written.</summary>
    public ReadOnlyMemory<byte> Memory => bytes.AsMemory(0, Length);

    /// <summary>The array behind; only its first <see cref="Length"/> bytes count, and only until more is written.</summary>
    public byte[] Array => bytes;

    /// <summary>Forgets all.</summary>
    public void Clear() => Length = 0;

    /// <summary>At least so many free bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Free(int atLeast)
    {
        if (bytes.Length - Length < atLeast) Grow(atLeast);
        return bytes.AsSpan(Length);
    }

    /// <inheritdoc/>
    public void Advance(int count) => Length += count;

    /// <summary>Appends one byte.</summary>
    public void Write(byte value)
    {
        Free(1)[0] = value;
        Length++;
    }

    /// <summary>Appends bytes.</summary>
    public void Write(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Free(value.Length));
        Length += value.Length;
    }

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint) => Free(Math.Max(1, sizeHint));

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint)
    {
        Free(Math.Max(1, sizeHint));
        return bytes.AsMemory(Length);
    }

    private void Grow(int atLeast) => System.Array.Resize(ref bytes, (int)Math.Min(System.Array.MaxLength, Math.Max(2L * bytes.Length, (long)Length + atLeast)));
}
