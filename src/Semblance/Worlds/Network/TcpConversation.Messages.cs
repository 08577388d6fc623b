using System.Buffers.Binary;
using Semblance.Numerics;

namespace Semblance.Worlds;

// What the two sides say, by the service: the handshakes of TLS and SSH in their order, then requests and replies in turn.
internal sealed partial class TcpConversation
{
    private const int Record = 16_401, RecordHead = 5; // the longest TLS record there is: 16 KiB, a type and a tag
    private const long LargestMessage = 1L << 30;

    /// <summary>Sets the next message and who sends it, or that it is time to close.</summary>
    private void Plan()
    {
        var index = messages++;
        message = new Message { Place = (ulong)random.NextWord() << 20 | random.NextWord(), Think = 80 + random.NextBelow(400) };
        upcoming = index & 1;
        switch (plan.Service.Speech)
        {
            case Speech.Tls: PlanTls(index); break;
            case Speech.Http: PlanHttp(index); break;
            case Speech.Smb: PlanSmb(index); break;
            case Speech.Ssh: PlanSsh(index); break;
            default: PlanPrint(index); break;
        }
    }

    private void PlanTls(int index)
    {
        switch (index)
        {
            case 0: Say(Opener.ClientHello, MessageHeads.ClientHelloLength, 0); break;
            case 1: Say(Opener.ServerHello, MessageHeads.ServerHelloLength, 2_300 + random.NextBelow(2_400), Body.Records, Milliseconds(plan.Service.Work, .3)); break;
            case 2: Say(Opener.ClientFinished, MessageHeads.ClientFinishedLength, RequestSize(), Body.Records); break;
            default: Exchange(index - 2, Opener.None, 0, Opener.None, 0, Body.Records); break;
        }
    }

    private void PlanHttp(int index)
    {
        var login = plan.Login != Login.None;
        if (index >= 2 * exchanges) Close(index);
        else if ((index & 1) == 0) Say(login ? Opener.HttpLogin : Opener.HttpRequest, 0, login ? 30 + random.NextBelow(24) : 0, Body.Text, index == 0 ? 0 : Pause());
        else if (login && !(plan.Login == Login.Succeeds && index == 2 * exchanges - 1)) Say(Opener.HttpDenied, 0, 180 + random.NextBelow(300), Body.Text, Work());
        else Say(Opener.HttpReply, 0, ReplySize(), Body.Text, Work());
    }

    private void PlanSmb(int index)
    {
        if (index == 0) Say(Opener.SmbNegotiate, MessageHeads.SmbNegotiateLength, 0);
        else if (index == 1) Say(Opener.SmbNegotiated, MessageHeads.SmbNegotiatedLength, 0);
        else Exchange(index - 2, Opener.SmbRequest, MessageHeads.SmbHead, Opener.SmbReply, MessageHeads.SmbHead, Body.Random);
    }

    private void PlanSsh(int index)
    {
        // the server greets first; what one side sends at once is one message
        switch (index)
        {
            case 0: Say(Opener.SshServerBanner, 0, 0); upcoming = 1; break;
            case 1: Say(Opener.SshClientBanner, 0, 0); upcoming = 0; break;
            case 2: Say(Opener.SshServerAlgorithms, 0, 0); upcoming = 1; break;
            case 3: Say(Opener.SshClientAlgorithms, 0, 0); upcoming = 0; break;
            case 4: Say(Opener.SshExchanged, 0, 0, Body.Random, 2_000 + random.NextBelow(6_000)); upcoming = 1; break;
            case 5: Say(Opener.SshNewKeys, 16, 44); upcoming = 0; break;
            case 6: Say(Opener.None, 0, 44); upcoming = 1; break;
            case 7: Say(Opener.None, 0, 64 + 4 * random.NextBelow(4)); upcoming = 0; break;
            case 8: Say(Opener.None, 0, 52, Body.Random, 1_000 + random.NextBelow(20_000)); upcoming = 1; break;
            default:
                var turn = index - 9; // the client tries a password, the server answers; then the session
                var tries = plan.Login == Login.Fails ? exchanges : plan.Login == Login.Succeeds ? 1 : 1;
                if (turn < 2 * tries)
                {
                    upcoming = turn & 1;
                    var last = turn >= 2 * tries - 2;
                    if (upcoming == 0) Say(Opener.None, 0, 148, Body.Random, turn == 0 ? 20_000 + random.NextBelow(40_000) : Pause());
                    else Say(Opener.None, 0, plan.Login == Login.Fails || !last ? 52 : 28, Body.Random, plan.Login == Login.Fails ? 1_500_000 + random.NextBelow(900_000) : 30_000 + random.NextBelow(60_000));
                }
                else if (plan.Login == Login.Fails) Close(0);
                else Exchange(turn - 2 * tries + 1, Opener.None, 0, Opener.None, 0, Body.Random, 1);
                break;
        }
    }

    private void PlanPrint(int index)
    {
        if (index == 0) Say(Opener.Print, MessageHeads.PrintLength, RequestSize());
        else Close(index);
    }

    /// <summary>Requests and replies in turn.</summary>
    /// <param name="turn">Number of the message among them; even: a request.</param>
    /// <param name="request">Head of a request.</param>
    /// <param name="requestHead">Its bytes.</param>
    /// <param name="reply">Head of a reply.</param>
    /// <param name="replyHead">Its bytes.</param>
    /// <param name="body">What follows the heads.</param>
    /// <param name="shift">1: an odd number is a request.</param>
    private void Exchange(int turn, Opener request, int requestHead, Opener reply, int replyHead, Body body, int shift = 0)
    {
        var asks = ((turn + shift) & 1) == 0;
        if ((turn - shift) / 2 >= exchanges && asks)
        {
            Close(turn);
            return;
        }
        upcoming = asks ? 0 : 1;
        if (asks) Say(request, requestHead, RequestSize(), body, turn < 2 ? message.Think : Pause());
        else Say(reply, replyHead, ReplySize(), body, Work());
    }

    private void Close(int index)
    {
        closing = true;
        upcoming = random.NextBelow(4) == 0 ? 1 : 0;
        message.Think = (index & 1) == 0 && random.NextBelow(3) == 0 ? Pause() : 200 + random.NextBelow(3_000);
    }

    private void Say(Opener opener, int head, long body, Body kind = Body.Random, long think = -1)
    {
        if (kind == Body.Records && body % (Record + RecordHead) is > 0 and < 40) body += 40; // a record holds at least a byte and its tag
        (message.Opener, message.Head, message.Length, message.Body) = (opener, head, Math.Min(head + body, LargestMessage), kind);
        if (think >= 0) message.Think = think;
    }

    private long RequestSize() => plan.Request > 0 ? plan.Request : 40 + (long)plan.Service.Request.Draw(ref random);

    private long ReplySize() => plan.Reply > 0 ? plan.Reply : 40 + (long)plan.Service.Reply.Draw(ref random);

    private long Work() => 100 + Milliseconds(plan.Service.Work, 1);

    private long Pause() => 1_000 + Milliseconds(plan.Service.Pause, 1);

    private long Milliseconds(HeavyLaw law, double factor) => (long)(1e6 * factor * law.Draw(ref random));

    private void WriteHead(TrafficShard shard)
    {
        if (message.Opener == Opener.None) return;
        var body = message.Length - message.Head;
        var written = MessageHeads.Write(head, message.Opener, shard, plan.Topic, body, Key, message.Place, Time);
        message.Length = written + body;
        message.Head = written;
    }

    /// <summary>Bytes of the message from a place on: the same whenever they are asked for.</summary>
    private void Fill(PayloadPool pool, Span<byte> to, uint offset)
    {
        if (offset < (uint)message.Head)
        {
            var count = Math.Min(to.Length, message.Head - (int)offset);
            head.AsSpan((int)offset, count).CopyTo(to);
            to = to[count..];
            offset += (uint)count;
            if (to.IsEmpty) return;
        }
        var at = offset - (uint)message.Head;
        if (message.Body == Body.Text) pool.Text(to, message.Place + at);
        else pool.Random(to, message.Place + at);
        if (message.Body != Body.Records) return;
        var body = (uint)(message.Length - message.Head);
        Span<byte> start = stackalloc byte[RecordHead];
        for (var record = at / (Record + RecordHead) * (Record + RecordHead); record < at + (uint)to.Length; record += Record + RecordHead)
        {
            (start[0], start[1], start[2]) = (23, 3, 3);
            BinaryPrimitives.WriteUInt16BigEndian(start[3..], (ushort)Math.Min(Record, body - record - RecordHead));
            for (var i = 0; i < RecordHead; i++)
                if (record + (uint)i >= at && record + (uint)i < at + (uint)to.Length) to[(int)(record + (uint)i - at)] = start[i];
        }
    }
}
