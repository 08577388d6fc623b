using System.Text;

namespace Semblance.Data;

/// <summary>
/// A date or time format, compiled: reads and writes exactly the texts the .NET custom format stands for, with nothing lenient between,
/// so that what was read is written back the same. Understands <c>yyyy yy MMMM MMM MM M dd d HH H hh h mm m ss s f… F… tt</c>, quoted text and punctuation.
/// </summary>
internal sealed class DateTimePattern
{
    private enum Op : byte { Literal, Year4, Year2, Month, Month2, MonthShort, MonthLong, Day, Day2, Hour, Hour2, Hour12, Hour12Two, Minute, Minute2, Second, Second2, Fraction, FractionTrimmed, AmPm }

    private static readonly byte[][] months = [.. "January February March April May June July August September October November December".Split(' ').Select(Encoding.ASCII.GetBytes)];

    private readonly (Op Op, byte Arg)[] steps; // Arg: a literal byte, or the number of fraction digits
    private readonly bool hour12;

    private DateTimePattern(string format, (Op, byte)[] steps) =>
        (Format, this.steps, hour12) = (format, steps, steps.Any(s => s.Item1 is Op.Hour12 or Op.Hour12Two));

    /// <summary>The .NET custom format.</summary>
    public string Format { get; }

    /// <summary>Most bytes a text can have.</summary>
    public int MaxLength => steps.Length * 10;

    /// <summary>Compiles a format; null when it holds something not understood.</summary>
    public static DateTimePattern? Compile(string format)
    {
        var steps = new List<(Op, byte)>();
        for (var i = 0; i < format.Length;)
        {
            var c = format[i];
            if (c == '\'')
            {
                var close = format.IndexOf('\'', i + 1);
                if (close < 0) return null;
                foreach (var b in Encoding.UTF8.GetBytes(format[(i + 1)..close])) steps.Add((Op.Literal, b));
                i = close + 1;
                continue;
            }
            var run = 1;
            while (i + run < format.Length && format[i + run] == c) run++;
            if (char.IsAsciiLetter(c))
            {
                Op? op = (c, run) switch
                {
                    ('y', 4) => Op.Year4,
                    ('y', 2) => Op.Year2,
                    ('M', 4) => Op.MonthLong,
                    ('M', 3) => Op.MonthShort,
                    ('M', 2) => Op.Month2,
                    ('M', 1) => Op.Month,
                    ('d', 2) => Op.Day2,
                    ('d', 1) => Op.Day,
                    ('H', 2) => Op.Hour2,
                    ('H', 1) => Op.Hour,
                    ('h', 2) => Op.Hour12Two,
                    ('h', 1) => Op.Hour12,
                    ('m', 2) => Op.Minute2,
                    ('m', 1) => Op.Minute,
                    ('s', 2) => Op.Second2,
                    ('s', 1) => Op.Second,
                    ('f', <= 7) => Op.Fraction,
                    ('F', <= 7) => Op.FractionTrimmed,
                    ('t', 2) => Op.AmPm,
                    ('T' or 'Z', 1) => Op.Literal, // of ISO 8601
                    _ => null,
                };
                if (op is null) return null;
                if (op == Op.FractionTrimmed && (steps.Count == 0 || steps[^1] != (Op.Literal, (byte)'.'))) return null;
                if (op == Op.FractionTrimmed) steps.RemoveAt(steps.Count - 1); // the point goes with the digits
                steps.Add((op.Value, op == Op.Literal ? (byte)c : (byte)run));
                i += run;
            }
            else
            {
                if (c is '\\' or '%' or '"' || !char.IsAscii(c)) return null;
                steps.Add((Op.Literal, (byte)c));
                i++;
            }
        }
        return steps.Count == 0 ? null : new DateTimePattern(format, [.. steps]);
    }

    /// <summary>Reads a text that this format would write.</summary>
    public bool TryParse(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        int year = 1, month = 1, day = 1, hour = 0, minute = 0, second = 0, fraction = 0, at = 0;
        var afternoon = false;
        foreach (var (op, arg) in steps)
        {
            int value;
            switch (op)
            {
                case Op.Literal:
                    if ((uint)at >= (uint)text.Length || text[at] != arg) return false;
                    at++;
                    break;
                case Op.Year4:
                    if (!Digits(text, ref at, 4, out year) || year == 0) return false;
                    break;
                case Op.Year2:
                    if (!Digits(text, ref at, 2, out year)) return false;
                    year += year < 50 ? 2000 : 1900; // as .NET's invariant calendar reads two digits
                    break;
                case Op.Month2:
                    if (!Digits(text, ref at, 2, out month)) return false;
                    break;
                case Op.Month:
                    if (!Unpadded(text, ref at, out month)) return false;
                    break;
                case Op.MonthShort or Op.MonthLong:
                    if (!MonthName(text, ref at, op == Op.MonthShort, out month)) return false;
                    break;
                case Op.Day2:
                    if (!Digits(text, ref at, 2, out day)) return false;
                    break;
                case Op.Day:
                    if (!Unpadded(text, ref at, out day)) return false;
                    break;
                case Op.Hour2 or Op.Hour12Two:
                    if (!Digits(text, ref at, 2, out hour)) return false;
                    break;
                case Op.Hour or Op.Hour12:
                    if (!Unpadded(text, ref at, out hour)) return false;
                    break;
                case Op.Minute2:
                    if (!Digits(text, ref at, 2, out minute)) return false;
                    break;
                case Op.Minute:
                    if (!Unpadded(text, ref at, out minute)) return false;
                    break;
                case Op.Second2:
                    if (!Digits(text, ref at, 2, out second)) return false;
                    break;
                case Op.Second:
                    if (!Unpadded(text, ref at, out second)) return false;
                    break;
                case Op.Fraction:
                    if (!Digits(text, ref at, arg, out fraction)) return false;
                    for (var i = arg; i < 7; i++) fraction *= 10;
                    break;
                case Op.FractionTrimmed:
                    if (at >= text.Length || text[at] != '.') break;
                    var first = ++at;
                    for (value = 0; at < text.Length && at - first < arg && text[at] is >= (byte)'0' and <= (byte)'9'; at++) value = value * 10 + text[at] - '0';
                    if (at == first || text[at - 1] == '0') return false;
                    fraction = value;
                    for (var i = at - first; i < 7; i++) fraction *= 10;
                    break;
                case Op.AmPm:
                    if (at + 2 > text.Length || text[at + 1] != 'M' || text[at] is not ((byte)'A' or (byte)'P')) return false;
                    afternoon = text[at] == 'P';
                    at += 2;
                    break;
            }
        }
        if (at != text.Length) return false;
        if (hour12)
        {
            if (hour is < 1 or > 12) return false;
            hour = hour % 12 + (afternoon ? 12 : 0);
        }
        if ((uint)(month - 1) > 11 || day < 1 || day > 28 && day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59) return false;
        ticks = new DateTime(year, month, day).Ticks + ((hour * 60L + minute) * 60 + second) * TimeSpan.TicksPerSecond + fraction;
        return true;
    }

    /// <summary>Writes a moment; parts finer than the format are cut off.</summary>
    /// <returns>Bytes written, at most <see cref="MaxLength"/>.</returns>
    public int Write(long ticks, Span<byte> output)
    {
        var date = new DateTime(ticks);
        var (year, month, day) = date;
        var seconds = (int)(ticks % TimeSpan.TicksPerDay / TimeSpan.TicksPerSecond);
        var fraction = (int)(ticks % TimeSpan.TicksPerSecond);
        int hour = seconds / 3600, minute = seconds / 60 % 60, second = seconds % 60, at = 0;
        foreach (var (op, arg) in steps)
        {
            switch (op)
            {
                case Op.Literal:
                    output[at++] = arg;
                    break;
                case Op.Year4:
                    Two(output, ref at, year / 100);
                    Two(output, ref at, year % 100);
                    break;
                case Op.Year2:
                    Two(output, ref at, year % 100);
                    break;
                case Op.Month2:
                    Two(output, ref at, month);
                    break;
                case Op.Month:
                    OneOrTwo(output, ref at, month);
                    break;
                case Op.MonthShort or Op.MonthLong:
                    var name = months[month - 1].AsSpan(0, op == Op.MonthShort ? 3 : months[month - 1].Length);
                    name.CopyTo(output[at..]);
                    at += name.Length;
                    break;
                case Op.Day2:
                    Two(output, ref at, day);
                    break;
                case Op.Day:
                    OneOrTwo(output, ref at, day);
                    break;
                case Op.Hour2:
                    Two(output, ref at, hour);
                    break;
                case Op.Hour:
                    OneOrTwo(output, ref at, hour);
                    break;
                case Op.Hour12Two:
                    Two(output, ref at, (hour + 11) % 12 + 1);
                    break;
                case Op.Hour12:
                    OneOrTwo(output, ref at, (hour + 11) % 12 + 1);
                    break;
                case Op.Minute2:
                    Two(output, ref at, minute);
                    break;
                case Op.Minute:
                    OneOrTwo(output, ref at, minute);
                    break;
                case Op.Second2:
                    Two(output, ref at, second);
                    break;
                case Op.Second:
                    OneOrTwo(output, ref at, second);
                    break;
                case Op.Fraction or Op.FractionTrimmed:
                    var digits = arg;
                    var rest = fraction;
                    for (var i = arg; i < 7; i++) rest /= 10;
                    if (op == Op.FractionTrimmed)
                    {
                        if (rest == 0) break;
                        for (; rest % 10 == 0; rest /= 10) digits--;
                        output[at++] = (byte)'.';
                    }
                    for (var i = digits - 1; i >= 0; i--, rest /= 10) output[at + i] = (byte)('0' + rest % 10);
                    at += digits;
                    break;
                case Op.AmPm:
                    output[at++] = hour < 12 ? (byte)'A' : (byte)'P';
                    output[at++] = (byte)'M';
                    break;
            }
        }
        return at;
    }

    private static bool Digits(ReadOnlySpan<byte> text, ref int at, int count, out int value)
    {
        value = 0;
        if (at + count > text.Length) return false;
        for (var end = at + count; at < end; at++)
        {
            var digit = (uint)text[at] - '0';
            if (digit > 9) return false;
            value = value * 10 + (int)digit;
        }
        return true;
    }

    // One or two digits without a leading zero (0 itself is one digit).
    private static bool Unpadded(ReadOnlySpan<byte> text, ref int at, out int value)
    {
        value = 0;
        if (at >= text.Length || (uint)text[at] - '0' > 9) return false;
        value = text[at++] - '0';
        if (at < text.Length && (uint)text[at] - '0' <= 9)
        {
            if (value == 0) return false;
            value = value * 10 + text[at++] - '0';
        }
        return true;
    }

    private static bool MonthName(ReadOnlySpan<byte> text, ref int at, bool shortened, out int month)
    {
        for (month = 1; month <= 12; month++)
        {
            ReadOnlySpan<byte> name = months[month - 1];
            if (shortened) name = name[..3];
            if (!text[Math.Min(at, text.Length)..].StartsWith(name)) continue;
            at += name.Length;
            return true;
        }
        return false;
    }

    private static void Two(Span<byte> output, ref int at, int value)
    {
        output[at] = (byte)('0' + value / 10);
        output[at + 1] = (byte)('0' + value % 10);
        at += 2;
    }

    private static void OneOrTwo(Span<byte> output, ref int at, int value)
    {
        if (value >= 10) output[at++] = (byte)('0' + value / 10);
        output[at++] = (byte)('0' + value % 10);
    }
}
