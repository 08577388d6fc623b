using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Semblance.Tests.Language;

/// <summary>What the server does with a call.</summary>
internal sealed record ServerReply(string Body, int Status = 200)
{
    public string Headers { get; init; } = "Content-Type: application/json\r\n";

    /// <summary>Sends only so many bytes of the body it promised, then hangs up.</summary>
    public int? CutAt { get; init; }

    /// <summary>Never answers.</summary>
    public bool Hangs { get; init; }

    /// <summary>Sends the body again and again and never ends.</summary>
    public bool Endless { get; init; }
}

/// <summary>A server on this machine that speaks as OpenAI does and counts every call. What it answers is a pure function of what it is asked.</summary>
internal sealed class ModelServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Func<int, string, ServerReply> reply;
    private int calls;

    public ModelServer(Func<int, string, ServerReply>? reply = null)
    {
        this.reply = reply ?? ((_, body) => Answer(body));
        listener.Start();
        _ = Task.Run(AcceptAsync);
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/v1";

    public int Calls => Volatile.Read(ref calls);

    /// <summary>How long every answer takes.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>How often each request was asked, by its body.</summary>
    public ConcurrentDictionary<string, int> Bodies { get; } = new();

    /// <summary>An answer as OpenAI writes it: text that depends on the request.</summary>
    public static ServerReply Answer(string request, string? text = null)
    {
        text ??= "Answer " + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request)))[..16] + " to the question that was asked.";
        return new("""{"choices":[{"message":{"role":"assistant","content":""" + JsonSerializer.Serialize(text) + """},"finish_reason":"stop"}],"usage":{"prompt_tokens":12,"completion_tokens":8}}""");
    }

    public void Dispose()
    {
        stop.Cancel();
        listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                client.NoDelay = true; // head and body are two writes: without this the second waits 40 ms for the first's receipt
                _ = Task.Run(() => ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException) { }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using var _ = client;
            using var stream = client.GetStream();
            var buffer = new byte[1 << 16];
            var held = 0;
            while (true)
            {
                int end, length = 0;
                while ((end = buffer.AsSpan(0, held).IndexOf("\r\n\r\n"u8)) < 0 || held < end + 4 + (length = Length(buffer.AsSpan(0, end))))
                {
                    if (held == buffer.Length) Array.Resize(ref buffer, held * 2);
                    var n = await stream.ReadAsync(buffer.AsMemory(held), stop.Token);
                    if (n == 0) return;
                    held += n;
                }
                var body = Encoding.UTF8.GetString(buffer, end + 4, length);
                held -= end + 4 + length;
                buffer.AsSpan(end + 4 + length, held).CopyTo(buffer);
                Bodies.AddOrUpdate(body, 1, (_, n) => n + 1);
                if (Latency > TimeSpan.Zero) await Task.Delay(Latency, stop.Token);
                if (!await SendAsync(stream, reply(Interlocked.Increment(ref calls), body))) return;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or ObjectDisposedException) { }
    }

    private static int Length(ReadOnlySpan<byte> head)
    {
        foreach (var line in Encoding.ASCII.GetString(head).Split("\r\n"))
            if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) return int.Parse(line.AsSpan(15));
        return 0;
    }

    private async Task<bool> SendAsync(NetworkStream stream, ServerReply reply)
    {
        if (reply.Hangs)
        {
            await Task.Delay(Timeout.Infinite, stop.Token);
            return false;
        }
        var body = Encoding.UTF8.GetBytes(reply.Body);
        var length = reply.Endless ? "" : $"Content-Length: {body.Length}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {reply.Status} X\r\n{reply.Headers}{length}\r\n"), stop.Token);
        while (reply.Endless) await stream.WriteAsync(body, stop.Token);
        await stream.WriteAsync(body.AsMemory(0, reply.CutAt ?? body.Length), stop.Token);
        return reply.CutAt is null;
    }
}
