using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Semblance.Data;

/// <summary>Exact texts of some rows, by row, in two arrays: a few bytes a text even when there are millions.</summary>
internal sealed class VerbatimTexts : IReadOnlyDictionary<int, string>
{
    private int[] rows = new int[16];
    private int[] ends = new int[16];
    private byte[] bytes = new byte[128];

    /// <inheritdoc/>
    public int Count { get; private set; }

    /// <summary>Adds a text; rows come in ascending order.</summary>
    public void Add(int row, ReadOnlySpan<byte> text)
    {
        if (Count == rows.Length)
        {
            Array.Resize(ref rows, 2 * Count);
            Array.Resize(ref ends, 2 * Count);
        }
        var start = Count == 0 ? 0 : ends[Count - 1];
        var end = checked(start + text.Length);
        if (end > bytes.Length) Array.Resize(ref bytes, (int)Math.Min(Array.MaxLength, Math.Max(2L * bytes.Length, end)));
        text.CopyTo(bytes.AsSpan(start));
        (rows[Count], ends[Count], Count) = (row, end, Count + 1);
    }

    /// <summary>UTF-8 of a row's text.</summary>
    public bool TryGetUtf8(int row, out ReadOnlySpan<byte> text)
    {
        var i = Array.BinarySearch(rows, 0, Count, row);
        text = i < 0 ? default : TextAt(i);
        return i >= 0;
    }

    /// <summary>Forgets all texts.</summary>
    public void Clear() => Count = 0;

    /// <summary>The i-th text.</summary>
    public ReadOnlySpan<byte> TextAt(int i)
    {
        var start = i == 0 ? 0 : ends[i - 1];
        return bytes.AsSpan(start, ends[i] - start);
    }

    /// <inheritdoc/>
    public bool TryGetValue(int key, [MaybeNullWhen(false)] out string value)
    {
        var found = TryGetUtf8(key, out var text);
        value = found ? Encoding.UTF8.GetString(text) : null;
        return found;
    }

    /// <inheritdoc/>
    public string this[int key] => TryGetValue(key, out var text) ? text : throw new KeyNotFoundException();

    /// <inheritdoc/>
    public bool ContainsKey(int key) => TryGetUtf8(key, out _);

    /// <inheritdoc/>
    public IEnumerable<int> Keys => rows.Take(Count);

    /// <inheritdoc/>
    public IEnumerable<string> Values => this.Select(p => p.Value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<int, string>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return new(rows[i], Encoding.UTF8.GetString(TextAt(i)));
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
