using System.Buffers.Binary;
using System.Buffers.Text;

namespace Semblance.Worlds;

/// <summary>Bytes of a protocol, written one after another in network order.</summary>
internal ref struct ByteCursor(Span<byte> to)
{
    private readonly Span<byte> bytes = to;

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>Appends bytes.</summary>
    public void Write(scoped ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    /// <summary>Appends a byte.</summary>
    public void Byte(int value) => Take(1)[0] = (byte)value;

    /// <summary>Appends two bytes.</summary>
    public void Short(int value) => BinaryPrimitives.WriteUInt16BigEndian(Take(2), (ushort)value);

    /// <summary>Appends four bytes.</summary>
    public void Word(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Take(4), value);

    /// <summary>Appends a number in decimal digits.</summary>
    public void Number(long value)
    {
        Utf8Formatter.TryFormat(value, bytes[Length..], out var count);
        Length += count;
    }

    /// <summary>Appends so many bytes, which the caller fills.</summary>
    public Span<byte> Take(int count)
    {
        Length += count;
        return bytes.Slice(Length - count, count);
    }

    /// <summary>Writes at an earlier place how many bytes follow it.</summary>
    /// <param name="at">Place of a length of two bytes.</param>
    public readonly void Close(int at) => BinaryPrimitives.WriteUInt16BigEndian(bytes[at..], (ushort)(Length - at - 2));
}
