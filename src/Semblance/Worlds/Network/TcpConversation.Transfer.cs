using System.Runtime.CompilerServices;
using Semblance.Numerics;

namespace Semblance.Worlds;

// How a message crosses the path. Everything is timed where it passes the point of capture: what a side sends in answer to something passes two one-way delays of
// that side later. Only one side sends bytes at a time; at most one segment is missing at a time.
internal sealed partial class TcpConversation
{
    private long LossTimer => Math.Max(200_000, 3L * (client.Delay + server.Delay));

    private ref uint Sent(int side)
    {
        if (side == 0) return ref sent0;
        return ref sent1;
    }

    private ref uint Acked(int side)
    {
        if (side == 0) return ref acked0;
        return ref acked1;
    }

    private ref double Flight
    {
        get
        {
            if (from == 0) return ref flight0;
            return ref flight1;
        }
    }

    private ref double Threshold
    {
        get
        {
            if (from == 0) return ref threshold0;
            return ref threshold1;
        }
    }

    private void BeginMessage(TrafficShard shard)
    {
        (turn, delayed, from) = (Never, Never, upcoming);
        Acked(from) = Sent(1 - from);
        if (closing || Time >= deadline)
        {
            Close(shard);
            return;
        }
        WriteHead(shard);
        messageStart = next = acknowledged = Sent(from);
        messageEnd = messageStart + (uint)message.Length;
        (received, blocked, unacked, hole, recovering) = (false, false, 0, false, false);
        ref readonly var receiver = ref from == 0 ? ref server : ref client;
        var scales = client.Window.Shift > 0 && server.Window.Shift > 0;
        mostInFlight = Math.Min(MostInFlight, (scales ? receiver.Window.Bytes : Math.Min(receiver.Window.Bytes, ushort.MaxValue)) / segmentSize - 1);
        Flight = Math.Min(Flight, mostInFlight);
        if (Time - nextSend > 1_000_000) Flight = Math.Min(Flight, FirstFlight); // idle: begin again slowly (RFC 5681, 4.1)
        nextSend = Time;
        phase = Phase.Data;
        Send(shard);
        Schedule();
    }

    private void Transfer(TrafficShard shard)
    {
        if (Time >= deadline)
        {
            Acked(0) = Math.Max(acked0, from == 1 && !hole ? next : acked0);
            Reset(shard, 0);
            return;
        }
        if (ackCount > 0 && acks[firstAck].Time == Time) Acknowledge(shard);
        else if (delayed == Time)
        {
            (delayed, unacked) = (Never, 0);
            Acknowledge(shard, new PendingAck { Time = Time, Number = hole ? holeStart : next });
        }
        else if (resend == Time) Resend(shard);
        else if (turn == Time)
        {
            BeginMessage(shard);
            return;
        }
        else Send(shard);
        Schedule();
    }

    private void Schedule()
    {
        var at = Math.Min(Math.Min(delayed, resend), turn);
        if (ackCount > 0) at = Math.Min(at, acks[firstAck].Time);
        if (next < messageEnd && !(recovering && (duplicates >= 3 || !hole)))
        {
            var window = Math.Max(2, (int)Flight & ~1);
            if (next - acknowledged >= (uint)(window * segmentSize)) blocked = true;
            else at = Math.Min(at, nextSend);
        }
        Time = Math.Min(at, deadline);
    }

    private void Send(TrafficShard shard)
    {
        var length = (int)Math.Min((uint)segmentSize, messageEnd - next);
        var last = next + (uint)length == messageEnd;
        var lost = !recovering && Lost();
        ref readonly var sender = ref from == 0 ? ref client : ref server;
        var before = lost && random.NextWord() % (uint)(client.Loss + server.Loss) < (uint)sender.Loss; // on the sender's side: the capture never sees it
        if (!before) Emit(shard, from, last ? TcpFlags.Ack | TcpFlags.Psh : TcpFlags.Ack, next, length, false);
        if (lost)
        {
            (hole, recovering, holeSeen, holeStart, holeLength, duplicates) = (true, true, !before, next, length, 0);
            resend = Time + LossTimer + random.NextBelow(20_000);
        }
        next += (uint)length;
        Sent(from) = next;
        if (!lost) Receive(last);
        var gap = (length + 70) / Math.Min(client.Rate, server.Rate);
        nextSend = Time + 1 + (int)(gap * (0.7 + 0.6 * RandomStream.Unit(random.NextWord())));
    }

    private void Resend(TrafficShard shard)
    {
        resend = Never;
        if (duplicates < 3) (Threshold, Flight) = (Math.Max(2, Flight / 2), 2);
        var visible = holeSeen || next > holeStart + (uint)holeLength;
        Emit(shard, from, TcpFlags.Ack | TcpFlags.Psh, holeStart, holeLength, visible);
        hole = false;
        unacked = 2; // a filled hole is acknowledged at once
        nextSend = Time + 1;
        Receive(next == messageEnd);
    }

    /// <summary>A segment that passes now arrives.</summary>
    private void Receive(bool last)
    {
        var to = 1 - from;
        if (hole)
        {
            (delayed, unacked) = (Never, 0);
            Enqueue(new PendingAck { Time = Arrives(to), Number = holeStart, BlockStart = holeStart + (uint)holeLength, BlockEnd = selective ? next : holeStart + (uint)holeLength });
            return;
        }
        if (++unacked >= 2 || (to == 0 ? client : server).System == HostSystem.Embedded)
        {
            (unacked, delayed) = (0, Never);
            Enqueue(new PendingAck { Time = Arrives(to), Number = next });
        }
        else if (delayed == Never) delayed = Arrives(to) + DelayedAck;
        if (!last) return;
        received = true;
        Plan();
        if (upcoming == from) return; // the same side goes on: when all is acknowledged
        turn = Arrives(to) + message.Think;
        if (ackCount > 0) turn = Math.Max(turn, acks[firstAck + ackCount - 1 & acks.Length - 1].Time + 1);
    }

    private void Enqueue(PendingAck ack)
    {
        if (ackCount == acks.Length)
        {
            var larger = new PendingAck[2 * acks.Length];
            for (var i = 0; i < ackCount; i++) larger[i] = acks[firstAck + i & acks.Length - 1];
            (acks, firstAck) = (larger, 0);
        }
        if (ackCount > 0) ack.Time = Math.Max(ack.Time, acks[firstAck + ackCount - 1 & acks.Length - 1].Time + 1);
        acks[firstAck + ackCount++ & acks.Length - 1] = ack;
    }

    private void Acknowledge(TrafficShard shard)
    {
        var ack = acks[firstAck];
        firstAck = firstAck + 1 & acks.Length - 1;
        ackCount--;
        Acknowledge(shard, ack);
    }

    private void Acknowledge(TrafficShard shard, in PendingAck ack)
    {
        var to = 1 - from;
        Emit(shard, to, TcpFlags.Ack, Sent(to), 0, false, ack);
        Acked(to) = Math.Max(Acked(to), ack.Number);
        var back = 2L * (from == 0 ? client.Delay : server.Delay) + 5;
        if (ack.Number > acknowledged)
        {
            var segments = (ack.Number - acknowledged + (uint)segmentSize - 1) / (uint)segmentSize;
            acknowledged = ack.Number;
            if (recovering && !hole && acknowledged >= holeStart + (uint)holeLength)
            {
                recovering = false;
                if (duplicates >= 3) Flight = Threshold;
                nextSend = Math.Max(nextSend, Time + back);
            }
            else if (!recovering) Flight = Math.Min(mostInFlight, Flight + (Flight < Threshold ? segments : segments / Flight));
            if (blocked)
            {
                blocked = false;
                nextSend = Math.Max(nextSend, Time + back + random.NextBelow(30));
            }
            if (received && acknowledged == messageEnd && turn == Never) turn = Time + back + message.Think;
        }
        else if (hole && ++duplicates == 3)
        {
            Threshold = Math.Max(2, Flight / 2);
            resend = Time + back + random.NextBelow(30);
        }
    }

    private void Close(TrafficShard shard)
    {
        if (resetAtEnd || !closing)
        {
            Reset(shard, 0);
            return;
        }
        Emit(shard, from, TcpFlags.Fin | TcpFlags.Ack, Sent(from), 0, false);
        Sent(from)++;
        (phase, tries) = (Phase.Closing, random.NextBelow(5) < 2 ? 1 : 0);
        Time = Arrives(1 - from);
    }

    private void CloseBack(TrafficShard shard)
    {
        var to = 1 - from;
        Acked(to) = Sent(from);
        if (tries > 0)
        {
            Emit(shard, to, TcpFlags.Ack, Sent(to), 0, false);
            (tries, Time) = (0, Time + 50 + random.NextBelow(5_000));
            return;
        }
        Emit(shard, to, TcpFlags.Fin | TcpFlags.Ack, Sent(to), 0, false);
        Sent(to)++;
        (phase, Time) = (Phase.Last, Arrives(from));
    }

    private void CloseLast(TrafficShard shard)
    {
        Acked(from) = Sent(1 - from);
        Emit(shard, from, TcpFlags.Ack, Sent(from), 0, false);
        Time = Never;
    }
}
