using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Semblance.Worlds;

/// <summary>
/// The ones' complement checksum of IP, TCP, UDP and ICMP (RFC 1071). It does not depend on byte order, so words are added as the machine holds them and the
/// result is stored the same way.
/// </summary>
internal static class InternetChecksum
{
    /// <summary>Sum of the 16-bit words of some bytes, not yet folded; an odd last byte is the first half of a word. Sums of parts of even length add up.</summary>
    /// <param name="bytes">At most 2^31 bytes: the sum can't overflow.</param>
    public static ulong Sum(ReadOnlySpan<byte> bytes)
    {
        ref var start = ref MemoryMarshal.GetReference(bytes);
        var at = 0;
        ulong sum = 0;
        if (bytes.Length >= 64 && Vector256.IsHardwareAccelerated)
        {
            var (low, high) = (Vector256<ulong>.Zero, Vector256<ulong>.Zero);
            var mask = Vector256.Create(0xFFFFFFFFul);
            for (; at + 32 <= bytes.Length; at += 32)
            {
                var words = Vector256.LoadUnsafe(ref start, (nuint)at).AsUInt64();
                low += words & mask;
                high += words >>> 32;
            }
            sum = Vector256.Sum(low + high);
        }
        for (; at + 4 <= bytes.Length; at += 4) sum += MemoryMarshal.Read<uint>(bytes[at..]);
        if (at + 2 <= bytes.Length)
        {
            sum += MemoryMarshal.Read<ushort>(bytes[at..]);
            at += 2;
        }
        if (at < bytes.Length) sum += BitConverter.IsLittleEndian ? bytes[at] : (ulong)bytes[at] << 8;
        return sum;
    }

    /// <summary>Stores the checksum of a sum.</summary>
    public static void Store(Span<byte> field, ulong sum) => MemoryMarshal.Write(field, Of(sum));

    /// <summary>As <see cref="Store"/>; 0, which in UDP says that there is none, becomes its equal 0xFFFF (RFC 768).</summary>
    public static void StoreUdp(Span<byte> field, ulong sum) => MemoryMarshal.Write(field, Of(sum) is > 0 and var checksum ? checksum : ushort.MaxValue);

    private static ushort Of(ulong sum)
    {
        sum = (sum & 0xFFFFFFFF) + (sum >> 32);
        sum = (sum & 0xFFFFFFFF) + (sum >> 32);
        sum = (sum & 0xFFFF) + (sum >> 16);
        sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~sum;
    }
}
