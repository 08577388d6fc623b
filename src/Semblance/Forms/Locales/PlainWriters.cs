using System.Buffers.Text;

namespace Semblance.Forms;

/// <summary>Forms that are written alike everywhere, in UTF-8 without a string.</summary>
internal static class PlainWriters
{
    public static int Card(ulong entropy, Span<byte> utf8)
    {
        "9999"u8.CopyTo(utf8);
        var target = new Utf8Target(utf8[4..]);
        target.Number(Person.Hash(entropy, 20) % 100_000_000_000, 11);
        utf8[15] = (byte)('0' + CheckDigits.Luhn(utf8[..15]));
        return 16;
    }

    public static int Ipv4(ulong entropy, Span<byte> utf8)
    {
        var hash = Person.Hash(entropy, 21);
        var target = new Utf8Target(utf8);
        target.Add((hash % 3) switch { 0 => "192.0.2."u8, 1 => "198.51.100."u8, _ => "203.0.113."u8 });
        var host = 1 + (hash >> 32) % 254;
        target.Number(host, host < 10 ? 1 : host < 100 ? 2 : 3);
        return target.Length;
    }

    public static int Ipv6(ulong entropy, Span<byte> utf8)
    {
        var hash = Person.Hash(entropy, 22);
        var target = new Utf8Target(utf8);
        target.Add("2001:db8"u8);
        for (var i = 0; i < 6; i++)
        {
            target.Add((byte)':');
            var group = (uint)(hash >> (i * 10)) * 2654435769 >> 16;
            if (group < 0x1000) group += 0x1000; // four digits: no zeros to leave out
            Hex(group, 4, ref target);
        }
        return target.Length;
    }

    public static int Mac(ulong entropy, Span<byte> utf8)
    {
        var hash = Person.Hash(entropy, 23);
        var target = new Utf8Target(utf8);
        target.Add("02"u8);
        for (var i = 0; i < 5; i++)
        {
            target.Add((byte)':');
            Hex(hash >> (8 * i) & 0xff, 2, ref target);
        }
        return target.Length;
    }

    public static int Uuid(ulong entropy, Span<byte> utf8)
    {
        var (high, low) = (Person.Hash(entropy, 24), Person.Hash(entropy, 25));
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, high);
        BitConverter.TryWriteBytes(bytes[8..], low);
        bytes[6] = (byte)(bytes[6] & 0x0f | 0x40);
        bytes[8] = (byte)(bytes[8] & 0x3f | 0x80);
        Utf8Formatter.TryFormat(new Guid(bytes, bigEndian: true), utf8, out var length);
        return length;
    }

    private static void Hex(ulong value, int digits, ref Utf8Target target)
    {
        for (var i = digits - 1; i >= 0; i--) target.Add("0123456789abcdef"u8[(int)(value >> (4 * i) & 15)]);
    }
}
