namespace Semblance.Worlds;

/// <summary>DNS messages in wire format (RFC 1035, 3596, 6891). Names lie under reserved domains, addresses in documentation blocks.</summary>
internal static class DnsMessage
{
    /// <summary>Types of records.</summary>
    public const ushort A = 1, Txt = 16, Aaaa = 28;

    /// <summary>Writes a question.</summary>
    /// <param name="cursor">Where.</param>
    /// <param name="id">Number of the transaction.</param>
    /// <param name="name">Name with dots; labels of at most 63 bytes.</param>
    /// <param name="type">Type asked for.</param>
    public static void Query(ref ByteCursor cursor, ushort id, ReadOnlySpan<byte> name, ushort type)
    {
        Head(ref cursor, id, 0x0100, 0, 1);
        Question(ref cursor, name, type);
        cursor.Write([0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0]); // EDNS: up to 1,232 bytes
    }

    /// <summary>Writes an answer that repeats the question.</summary>
    /// <param name="cursor">Where.</param>
    /// <param name="id">Number of the transaction.</param>
    /// <param name="name">Name of the question.</param>
    /// <param name="type">Type of the question.</param>
    /// <param name="records">Answers; 0: there is no such name.</param>
    /// <param name="size">Of TXT: bytes of each, 1 to 255.</param>
    /// <param name="pool">Gives addresses and texts.</param>
    /// <param name="place">Where they are cut.</param>
    public static void Answer(ref ByteCursor cursor, ushort id, ReadOnlySpan<byte> name, ushort type, int records, int size, PayloadPool pool, ulong place)
    {
        Head(ref cursor, id, records == 0 ? 0x8183 : 0x8180, records, 0);
        Question(ref cursor, name, type);
        for (var i = 0; i < records; i++)
        {
            cursor.Short(0xC00C); // the name of the question
            cursor.Short(type);
            cursor.Short(1);
            cursor.Word(60 + (uint)(place & 0xFF0));
            switch (type)
            {
                case A:
                    cursor.Short(4);
                    cursor.Write([198, 18]);
                    pool.Random(cursor.Take(2), place + (ulong)i);
                    break;
                case Aaaa:
                    cursor.Short(16);
                    cursor.Write([0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0]);
                    pool.Random(cursor.Take(8), place + (ulong)i);
                    break;
                default:
                    cursor.Short(size + 1);
                    cursor.Byte(size);
                    Letters(cursor.Take(size), pool, place + 300 * (ulong)i);
                    break;
            }
        }
    }

    /// <summary>Fills with letters and digits that carry no sense.</summary>
    public static void Letters(Span<byte> to, PayloadPool pool, ulong place)
    {
        pool.Random(to, place);
        foreach (ref var b in to) b = "abcdefghijklmnopqrstuvwxyz234567"u8[b & 31];
    }

    private static void Head(ref ByteCursor cursor, ushort id, int flags, int answers, int additional)
    {
        cursor.Short(id);
        cursor.Short(flags);
        cursor.Short(1);
        cursor.Short(answers);
        cursor.Short(0);
        cursor.Short(additional);
    }

    private static void Question(ref ByteCursor cursor, ReadOnlySpan<byte> name, ushort type)
    {
        while (!name.IsEmpty)
        {
            var dot = name.IndexOf((byte)'.');
            var label = dot < 0 ? name : name[..dot];
            cursor.Byte(label.Length);
            cursor.Write(label);
            name = dot < 0 ? default : name[(dot + 1)..];
        }
        cursor.Byte(0);
        cursor.Short(type);
        cursor.Short(1);
    }
}
