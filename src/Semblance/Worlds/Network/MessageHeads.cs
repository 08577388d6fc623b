using System.Globalization;

namespace Semblance.Worlds;

/// <summary>
/// Heads of messages, well-formed to a dissector: TLS 1.3 hellos (RFC 8446), HTTP/1.1 (RFC 9112), SSH banners and key exchange (RFC 4253, 8731), SMB 2 negotiation
/// and encrypted messages, a printer job.
/// </summary>
internal static class MessageHeads
{
    /// <summary>No head is longer.</summary>
    public const int Longest = 1_500;

    /// <summary>Estimates of lengths, replaced by what is written.</summary>
    public const int ClientHelloLength = 250, ServerHelloLength = 133, ClientFinishedLength = 64, SmbHead = 56, SmbNegotiateLength = 106, SmbNegotiatedLength = 132, PrintLength = 60;

    /// <summary>Writes a head.</summary>
    /// <param name="to">At least <see cref="Longest"/> bytes.</param>
    /// <param name="opener">Which.</param>
    /// <param name="shard">Gives names and random bytes.</param>
    /// <param name="topic">Number of the name spoken to.</param>
    /// <param name="body">Bytes that follow.</param>
    /// <param name="key">Key of the connection, the same for all its messages.</param>
    /// <param name="place">Where random bytes are cut.</param>
    /// <param name="time">Microsecond at which it is sent.</param>
    /// <returns>Bytes written.</returns>
    public static int Write(Span<byte> to, Opener opener, TrafficShard shard, int topic, long body, ulong key, ulong place, long time)
    {
        var cursor = new ByteCursor(to);
        var name = shard.Names[topic];
        var pool = shard.Payload;
        switch (opener)
        {
            case Opener.ClientHello: ClientHello(ref cursor, pool, name, key, place); break;
            case Opener.ServerHello: ServerHello(ref cursor, pool, key, place); break;
            case Opener.ClientFinished:
                cursor.Write([20, 3, 3, 0, 1, 1, 23, 3, 3, 0, 53]);
                pool.Random(cursor.Take(53), place);
                break;
            case Opener.HttpRequest:
                cursor.Write("GET /"u8);
                Path(ref cursor, place);
                cursor.Write(" HTTP/1.1\r\nHost: "u8);
                cursor.Write(name);
                cursor.Write("\r\nUser-Agent: Mozilla/5.0 (compatible)\r\nAccept: text/html,*/*;q=0.8\r\nAccept-Language: en\r\nCookie: sid="u8);
                Hex(ref cursor, pool, key, 16 + (int)(key & 63));
                cursor.Write("\r\n\r\n"u8);
                break;
            case Opener.HttpLogin:
                cursor.Write("POST /login HTTP/1.1\r\nHost: "u8);
                cursor.Write(name);
                cursor.Write("\r\nUser-Agent: Mozilla/5.0 (compatible)\r\nAccept: text/html,*/*;q=0.8\r\nContent-Type: text/plain\r\nContent-Length: "u8);
                cursor.Number(body);
                cursor.Write("\r\n\r\n"u8);
                break;
            case Opener.HttpReply or Opener.HttpDenied:
                cursor.Write(opener == Opener.HttpReply ? "HTTP/1.1 200 OK\r\nDate: "u8 : "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"intranet\"\r\nDate: "u8);
                var moment = DateTime.UnixEpoch.AddTicks(time * 10);
                moment.TryFormat(cursor.Take(29), out _, "R", CultureInfo.InvariantCulture);
                cursor.Write("\r\nServer: nginx\r\nContent-Type: text/html\r\nContent-Length: "u8);
                cursor.Number(body);
                cursor.Write("\r\n\r\n"u8);
                break;
            case Opener.SmbNegotiate or Opener.SmbNegotiated: SmbNegotiation(ref cursor, pool, opener == Opener.SmbNegotiated, key, time); break;
            case Opener.SmbRequest or Opener.SmbReply:
                var size = 52 + body;
                cursor.Word((uint)Math.Min(size, 0xFFFFFF));
                cursor.Write([0xFD, (byte)'S', (byte)'M', (byte)'B']);
                pool.Random(cursor.Take(27), place);
                cursor.Take(5).Clear(); // the last bytes of an 11-byte nonce's field are not used
                cursor.Write([(byte)body, (byte)(body >> 8), (byte)(body >> 16), 0, 0, 0, 1, 0]);
                pool.Random(cursor.Take(8), key);
                break;
            case Opener.SshServerBanner: cursor.Write("SSH-2.0-OpenSSH_9.2\r\n"u8); break;
            case Opener.SshClientBanner: cursor.Write((key & 3) == 0 ? "SSH-2.0-OpenSSH_9.6\r\n"u8 : "SSH-2.0-OpenSSH_8.9\r\n"u8); break;
            case Opener.SshServerAlgorithms or Opener.SshClientAlgorithms:
                SshAlgorithms(ref cursor, pool, place);
                if (opener == Opener.SshClientAlgorithms) SshPacket(ref cursor, 37, 30, pool, place, [32]);
                break;
            case Opener.SshExchanged:
                SshReply(ref cursor, pool, place, key);
                SshPacket(ref cursor, 1, 21, pool, place, []);
                break;
            case Opener.SshNewKeys: SshPacket(ref cursor, 1, 21, pool, place, []); break;
            default:
                cursor.Write("\u001b%-12345X@PJL JOB\r\n@PJL SET COPIES=1\r\n@PJL ENTER LANGUAGE=PCL\r\n"u8);
                break;
        }
        return cursor.Length;
    }

    private static void ClientHello(ref ByteCursor cursor, PayloadPool pool, ReadOnlySpan<byte> name, ulong key, ulong place)
    {
        cursor.Write([22, 3, 1]);
        var record = cursor.Length;
        cursor.Short(0);
        cursor.Write([1, 0]);
        var hello = cursor.Length;
        cursor.Short(0);
        cursor.Short(0x0303);
        pool.Random(cursor.Take(32), place);
        cursor.Byte(32);
        pool.Random(cursor.Take(32), key); // the session id, which the server repeats
        cursor.Write([0, 8, 0x13, 1, 0x13, 2, 0x13, 3, 0xC0, 0x2F, 1, 0]);
        var extensions = cursor.Length;
        cursor.Short(0);
        cursor.Short(0); // server_name
        cursor.Short(name.Length + 5);
        cursor.Short(name.Length + 3);
        cursor.Byte(0);
        cursor.Short(name.Length);
        cursor.Write(name);
        cursor.Write([0, 10, 0, 6, 0, 4, 0, 29, 0, 23]); // supported_groups
        cursor.Write([0, 13, 0, 8, 0, 6, 4, 3, 8, 4, 4, 1]); // signature_algorithms
        cursor.Write([0, 16, 0, 11, 0, 9, 8, (byte)'h', (byte)'t', (byte)'t', (byte)'p', (byte)'/', (byte)'1', (byte)'.', (byte)'1']); // ALPN
        cursor.Write([0, 43, 0, 5, 4, 3, 4, 3, 3]); // supported_versions
        cursor.Write([0, 45, 0, 2, 1, 1]); // psk_key_exchange_modes
        cursor.Write([0, 51, 0, 38, 0, 36, 0, 29, 0, 32]); // key_share
        pool.Random(cursor.Take(32), place + 32);
        cursor.Close(extensions);
        cursor.Close(hello);
        cursor.Close(record);
    }

    private static void ServerHello(ref ByteCursor cursor, PayloadPool pool, ulong key, ulong place)
    {
        cursor.Write([22, 3, 3, 0, 122, 2, 0, 0, 118, 3, 3]);
        pool.Random(cursor.Take(32), place);
        cursor.Byte(32);
        pool.Random(cursor.Take(32), key);
        cursor.Write([0x13, 1, 0, 0, 46, 0, 43, 0, 2, 3, 4, 0, 51, 0, 36, 0, 29, 0, 32]);
        pool.Random(cursor.Take(32), place + 32);
        cursor.Write([20, 3, 3, 0, 1, 1]);
    }

    private static void Path(ref ByteCursor cursor, ulong place)
    {
        cursor.Write((place & 3) switch { 0 => "news/"u8, 1 => "products/"u8, 2 => "static/"u8, _ => "account/"u8 });
        cursor.Number((long)(place >> 2 & 0xFFFF));
        cursor.Write((place & 4) == 0 ? ".html"u8 : ".css"u8);
    }

    private static void Hex(ref ByteCursor cursor, PayloadPool pool, ulong place, int count)
    {
        var to = cursor.Take(count);
        pool.Random(to, place);
        foreach (ref var b in to) b = "0123456789abcdef"u8[b & 15];
    }

    private static void SshAlgorithms(ref ByteCursor cursor, PayloadPool pool, ulong place)
    {
        ReadOnlySpan<byte> exchange = "curve25519-sha256"u8, key = "ssh-ed25519"u8, cipher = "chacha20-poly1305@openssh.com,aes256-ctr"u8, mac = "hmac-sha2-256"u8, compression = "none"u8;
        var payload = 1 + 16 + 10 * 4 + exchange.Length + key.Length + 2 * (cipher.Length + mac.Length + compression.Length) + 5;
        var padding = Padding(payload);
        cursor.Word((uint)(payload + padding + 1));
        cursor.Byte(padding);
        cursor.Byte(20);
        pool.Random(cursor.Take(16), place);
        for (var list = 0; list < 10; list++)
        {
            var value = list switch { 0 => exchange, 1 => key, 2 or 3 => cipher, 4 or 5 => mac, 6 or 7 => compression, _ => default };
            cursor.Word((uint)value.Length);
            cursor.Write(value);
        }
        cursor.Take(5 + padding).Clear();
    }

    private static void SshReply(ref ByteCursor cursor, PayloadPool pool, ulong place, ulong key)
    {
        const int hostKey = 4 + 11 + 4 + 32, signature = 4 + 11 + 4 + 64, payload = 1 + 4 + hostKey + 4 + 32 + 4 + signature;
        var padding = Padding(payload);
        cursor.Word((uint)(payload + padding + 1));
        cursor.Byte(padding);
        cursor.Byte(31);
        cursor.Word(hostKey);
        cursor.Word(11);
        cursor.Write("ssh-ed25519"u8);
        cursor.Word(32);
        pool.Random(cursor.Take(32), key);
        cursor.Word(32);
        pool.Random(cursor.Take(32), place);
        cursor.Word(signature);
        cursor.Word(11);
        cursor.Write("ssh-ed25519"u8);
        cursor.Word(64);
        pool.Random(cursor.Take(64), place + 32);
        cursor.Take(padding).Clear();
    }

    /// <summary>A packet of a kind whose payload, if any, is one string of random bytes.</summary>
    private static void SshPacket(ref ByteCursor cursor, int payload, int kind, PayloadPool pool, ulong place, ReadOnlySpan<byte> length)
    {
        var padding = Padding(payload);
        cursor.Word((uint)(payload + padding + 1));
        cursor.Byte(padding);
        cursor.Byte(kind);
        if (payload > 1)
        {
            cursor.Word(length[0]);
            pool.Random(cursor.Take(payload - 5), place + 64);
        }
        cursor.Take(padding).Clear();
    }

    /// <summary>Whole packets are multiples of 8 bytes with at least 4 of padding.</summary>
    private static int Padding(int payload)
    {
        var padding = 8 - (payload + 5) % 8;
        return padding < 4 ? padding + 8 : padding;
    }

    private static void SmbNegotiation(ref ByteCursor cursor, PayloadPool pool, bool reply, ulong key, long time)
    {
        cursor.Word(reply ? 64u + 64 : 64 + 36 + 4);
        cursor.Write([0xFE, (byte)'S', (byte)'M', (byte)'B', 64, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, (byte)(reply ? 1 : 0)]);
        cursor.Take(64 - 17).Clear();
        if (!reply)
        {
            cursor.Write([36, 0, 2, 0, 1, 0, 0, 0, 0x7F, 0, 0, 0]);
            pool.Random(cursor.Take(16), key);
            cursor.Take(8).Clear();
            cursor.Write([0x00, 0x03, 0x02, 0x03]); // dialects 3.0 and 3.0.2
            return;
        }
        cursor.Write([65, 0, 1, 0, 0x02, 0x03, 0, 0]);
        pool.Random(cursor.Take(16), key + 16);
        cursor.Write([0x7F, 0, 0, 0, 0, 0, 0x80, 0, 0, 0, 0x80, 0, 0, 0, 0x80, 0]);
        var ticks = (ulong)(time * 10) + 116_444_736_000_000_000; // 100 ns since 1601
        for (var shift = 0; shift < 64; shift += 8) cursor.Byte((int)(ticks >> shift & 0xFF));
        cursor.Take(8).Clear(); // when it was started
        cursor.Write([128, 0, 0, 0, 0, 0, 0, 0]); // no security blob
    }
}
