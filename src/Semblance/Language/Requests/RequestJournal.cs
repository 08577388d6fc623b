using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Semblance.Formats;

namespace Semblance.Language;

/// <summary>A completed call as the journal keeps it.</summary>
/// <param name="Name">The request.</param>
/// <param name="Column">Column it was made for.</param>
/// <param name="Model">Model that was asked.</param>
/// <param name="InputTokens">Tokens of the question.</param>
/// <param name="OutputTokens">Tokens of the answer.</param>
/// <param name="Cost">What it cost by the price table of then; 0 without one.</param>
/// <param name="Body">The raw answer.</param>
public sealed record JournalEntry(RequestName Name, string Column, string Model, long InputTokens, long OutputTokens, double Cost, string Body);

/// <summary>
/// Every completed call of a job, one line each, only ever appended to. An answer is on disk before it is used, so whatever kills the program, nothing that was paid is lost. A line has a checksum: one that was
/// torn at the end is dropped when the journal is opened, one that was damaged in the middle is passed over.
/// </summary>
public sealed class RequestJournal : IDisposable
{
    private const int MaxLine = 6 * HttpAnswer.MaxBytes + 4096; // JSON writes a control character with six
    private readonly ConcurrentDictionary<RequestName, (long Offset, int Length)> index = new();
    private readonly Dictionary<string, JournalTotal> totals = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private readonly IJournalFile file;
    private List<Waiting> pending = [];
    private bool writing;
    private long end;

    private RequestJournal(IJournalFile file) => this.file = file;

    private sealed record Waiting(JournalEntry Entry, byte[] Line, TaskCompletionSource Written);

    /// <summary>Calls it holds.</summary>
    public int Count => index.Count;

    /// <summary>Lines in the middle that were damaged and are passed over.</summary>
    public int Damaged { get; private set; }

    /// <summary>Opens a journal to be read and appended to; makes it when it is not there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="durable">Whether a line is forced to the disk before its answer is used. Several that come at once are forced together. Without it, a loss of power (not of the program) can lose the last seconds.</param>
    /// <exception cref="DataException">SB1091, SB1092: it can't be written to.</exception>
    /// <exception cref="ProviderException">SB6003: another program is writing to it.</exception>
    public static RequestJournal Open(string path, bool durable = true) => Open(JournalFile.Open(path, durable), path);

    /// <summary>Opens a journal that is only read.</summary>
    /// <exception cref="DataException">SB1001: it can't be read.</exception>
    public static RequestJournal OpenToRead(string path) => Open(JournalFile.OpenToRead(path), path);

    internal static RequestJournal Open(IJournalFile file, string path)
    {
        var journal = new RequestJournal(file);
        try
        {
            journal.Scan();
            return journal;
        }
        catch (Exception e)
        {
            file.Dispose();
            throw e is IOException ? StagedFile.Failed(path, e) : e;
        }
    }

    /// <summary>The answer to a request, or null.</summary>
    public JournalEntry? Find(RequestName name)
    {
        if (!index.TryGetValue(name, out var place)) return null;
        var line = ArrayPool<byte>.Shared.Rent(place.Length);
        try
        {
            return file.Read(place.Offset, line.AsSpan(0, place.Length)) == place.Length ? Parse(line.AsSpan(0, place.Length)) : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(line);
        }
    }

    /// <summary>What it holds for each column: calls, tokens, money.</summary>
    public IReadOnlyDictionary<string, JournalTotal> Totals()
    {
        lock (gate) return new Dictionary<string, JournalTotal>(totals, StringComparer.Ordinal);
    }

    /// <summary>Writes a completed call; when this returns it is kept.</summary>
    /// <exception cref="DataException">SB1091, SB1092: it can't be written.</exception>
    public Task AppendAsync(JournalEntry entry)
    {
        var waiting = new Waiting(entry, Line(entry), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (gate)
        {
            pending.Add(waiting);
            if (writing) return waiting.Written.Task;
            writing = true;
        }
        _ = Task.Run(WritePending);
        return waiting.Written.Task;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => file.Dispose();

    private void WritePending()
    {
        while (true)
        {
            List<Waiting> batch;
            lock (gate)
            {
                if (pending.Count == 0) { writing = false; return; }
                (batch, pending) = (pending, []);
            }
            try
            {
                var at = end;
                foreach (var waiting in batch)
                {
                    file.Write(at, waiting.Line);
                    at += waiting.Line.Length;
                }
                file.Flush();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
            {
                foreach (var waiting in batch) waiting.Written.SetException(StagedFile.Failed("the request journal", e));
                continue;
            }
            foreach (var waiting in batch)
            {
                Add(waiting.Entry, end, waiting.Line.Length - 1);
                end += waiting.Line.Length;
                waiting.Written.SetResult();
            }
        }
    }

    private void Add(JournalEntry entry, long offset, int length)
    {
        if (!index.TryAdd(entry.Name, (offset, length))) return;
        lock (gate)
        {
            var total = totals.GetValueOrDefault(entry.Column);
            totals[entry.Column] = new(total.Calls + 1, total.InputTokens + entry.InputTokens, total.OutputTokens + entry.OutputTokens, total.Cost + entry.Cost);
        }
    }

    private void Scan()
    {
        var buffer = new byte[1 << 16];
        int held = 0;
        long start = 0, sound = 0;
        var unsound = 0;
        while (true)
        {
            if (held == buffer.Length)
            {
                if (held >= MaxLine) break; // no line of ours is as long: what follows can't be trusted
                Array.Resize(ref buffer, (int)Math.Min(MaxLine, held * 2L));
            }
            var n = file.Read(start + held, buffer.AsSpan(held));
            if (n == 0) break;
            held += n;
            var from = 0;
            for (int feed; (feed = buffer.AsSpan(from, held - from).IndexOf((byte)'\n')) >= 0; from += feed + 1)
            {
                if (Parse(buffer.AsSpan(from, feed)) is not { } entry) { unsound++; continue; }
                Add(entry, start + from, feed);
                sound = start + from + feed + 1;
                Damaged += unsound;
                unsound = 0;
            }
            buffer.AsSpan(from, held - from).CopyTo(buffer);
            (start, held) = (start + from, held - from);
        }
        end = sound;
        file.Truncate(sound);
    }

    private static byte[] Line(JournalEntry entry)
    {
        var bytes = new ArrayBufferWriter<byte>(entry.Body.Length + 256);
        using (var json = new Utf8JsonWriter(bytes, JsonValues.PlainWriter))
        {
            json.WriteStartObject();
            json.WriteString("request", entry.Name.ToString());
            json.WriteString("column", entry.Column);
            json.WriteString("model", entry.Model);
            json.WriteNumber("in", entry.InputTokens);
            json.WriteNumber("out", entry.OutputTokens);
            json.WriteNumber("cost", entry.Cost);
            json.WriteString("body", entry.Body);
            json.Flush();
            var sum = Crc32.Of(bytes.WrittenSpan);
            json.WriteString("crc", sum.ToString("x8", CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }
        bytes.Write("\n"u8);
        return bytes.WrittenSpan.ToArray();
    }

    private static JournalEntry? Parse(ReadOnlySpan<byte> line)
    {
        const int Tail = 17; // ,"crc":"00000000"}
        if (line.Length < Tail + 1 || !uint.TryParse(line[^10..^2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var sum) || Crc32.Of(line[..^(Tail + 1)]) != sum) return null;
        try
        {
            var json = new Utf8JsonReader(line);
            string column = "", model = "", body = "";
            long input = 0, output = 0;
            var cost = 0.0;
            RequestName name = default;
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var key = json.GetString();
                json.Read();
                switch (key)
                {
                    case "request" when !RequestName.TryParse(json.GetString(), out name): return null;
                    case "column": column = json.GetString()!; break;
                    case "model": model = json.GetString()!; break;
                    case "in": input = json.GetInt64(); break;
                    case "out": output = json.GetInt64(); break;
                    case "cost": cost = json.GetDouble(); break;
                    case "body": body = json.GetString()!; break;
                }
            }
            return new JournalEntry(name, column, model, input, output, cost, body);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}

/// <summary>Sums of a journal.</summary>
/// <param name="Calls">Completed calls.</param>
/// <param name="InputTokens">Tokens of the questions.</param>
/// <param name="OutputTokens">Tokens of the answers.</param>
/// <param name="Cost">Money.</param>
public readonly record struct JournalTotal(long Calls, long InputTokens, long OutputTokens, double Cost);
