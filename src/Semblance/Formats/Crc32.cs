namespace Semblance.Formats;

/// <summary>CRC-32 as zip and PNG use it (polynomial EDB88320, reflected), eight bytes a step.</summary>
internal static class Crc32
{
    private static readonly uint[] Tables = MakeTables();

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        while (bytes.Length >= 8)
        {
            var low = crc ^ System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            var high = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = Tables[7 * 256 + (int)(low & 255)] ^ Tables[6 * 256 + (int)(low >> 8 & 255)] ^ Tables[5 * 256 + (int)(low >> 16 & 255)] ^ Tables[4 * 256 + (int)(low >> 24)]
                ^ Tables[3 * 256 + (int)(high & 255)] ^ Tables[2 * 256 + (int)(high >> 8 & 255)] ^ Tables[256 + (int)(high >> 16 & 255)] ^ Tables[(int)(high >> 24)];
            bytes = bytes[8..];
        }
        foreach (var b in bytes) crc = Tables[(int)((crc ^ b) & 255)] ^ crc >> 8;
        return ~crc;
    }

    private static uint[] MakeTables()
    {
        var tables = new uint[8 * 256];
        for (uint n = 0; n < 256; n++)
        {
            var crc = n;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB88320;
            tables[n] = crc;
        }
        for (var t = 1; t < 8; t++)
            for (var n = 0; n < 256; n++)
                tables[t * 256 + n] = tables[(t - 1) * 256 + n] >> 8 ^ tables[(int)(tables[(t - 1) * 256 + n] & 255)];
        return tables;
    }
}
