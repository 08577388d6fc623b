using System.Runtime.InteropServices;
using Semblance.Numerics;

namespace Semblance.Worlds;

/// <summary>
/// Bytes that payloads are cut from: a megabyte that looks encrypted and a quarter that looks like a page of HTML. Who needs a payload takes any place in it, so a
/// frame costs a copy and no random number, and a segment that is sent again has the same bytes.
/// </summary>
internal sealed class PayloadPool
{
    private const int RandomBytes = 1 << 20, TextBytes = 1 << 18, Slack = 1 << 16;
    private static readonly string[] Words =
    [
        "order", "report", "invoice", "account", "summary", "notice", "quarter", "project", "meeting", "delivery", "customer", "product", "service", "update",
        "details", "schedule", "contract", "payment", "support", "training",
    ];

    private readonly byte[] random = new byte[RandomBytes + Slack], text = new byte[TextBytes + Slack];

    public PayloadPool(Seed seed)
    {
        var draws = new RandomStream(seed, "worlds/network/payload");
        var words = MemoryMarshal.Cast<byte, uint>(random.AsSpan(0, RandomBytes));
        for (var i = 0; i < words.Length; i += 4) (words[i], words[i + 1], words[i + 2], words[i + 3]) = draws.Words(i);
        random.AsSpan(0, Slack).CopyTo(random.AsSpan(RandomBytes));
        var next = draws.Sequence(-1);
        for (var at = 0; at < TextBytes;)
        {
            var (open, close) = next.NextBelow(12) == 0 ? ("<p>", "</p>\n") : ("", " ");
            foreach (var part in (ReadOnlySpan<string>)[open, Words[next.NextBelow(Words.Length)], close])
                foreach (var letter in part)
                    if (at < TextBytes) text[at++] = (byte)letter;
        }
        text.AsSpan(0, Slack).CopyTo(text.AsSpan(TextBytes));
    }

    /// <summary>Copies bytes that look encrypted.</summary>
    /// <param name="to">At most 64 KiB.</param>
    /// <param name="place">Where to cut.</param>
    public void Random(Span<byte> to, ulong place) => random.AsSpan((int)(place % RandomBytes), to.Length).CopyTo(to);

    /// <summary>Copies bytes that look like a page.</summary>
    /// <param name="to">At most 64 KiB.</param>
    /// <param name="place">Where to cut.</param>
    public void Text(Span<byte> to, ulong place) => text.AsSpan((int)(place % TextBytes), to.Length).CopyTo(to);
}
