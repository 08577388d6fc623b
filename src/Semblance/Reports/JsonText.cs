using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Semblance.Reports;

/// <summary>Writes JSON in a fixed order with shortest round-trip numbers. A number that is none is written as null: JSON has no NaN.</summary>
internal sealed class JsonText
{
    private readonly ArrayBufferWriter<byte> buffer = new(1 << 14);
    private readonly Utf8JsonWriter writer;

    public JsonText() => writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) });

    /// <summary>An object: as the document itself, as an element of an array, or under a name.</summary>
    public void Object(string? name, Action content)
    {
        if (name is null) writer.WriteStartObject();
        else writer.WriteStartObject(name);
        content();
        writer.WriteEndObject();
    }

    /// <summary>An object, or null when there is nothing to write.</summary>
    public void Object<T>(string name, T? value, Action<T> content) where T : class
    {
        if (value is null) writer.WriteNull(name);
        else Object(name, () => content(value));
    }

    public void Array<T>(string? name, IEnumerable<T> items, Action<T> each)
    {
        if (name is null) writer.WriteStartArray();
        else writer.WriteStartArray(name);
        foreach (var item in items) each(item);
        writer.WriteEndArray();
    }

    public void Text(string name, string? value)
    {
        if (value is null) writer.WriteNull(name);
        else writer.WriteString(name, Whole(value));
    }

    public void Flag(string name, bool value) => writer.WriteBoolean(name, value);

    public void Count(string name, long? value)
    {
        if (value is { } v) writer.WriteNumber(name, v);
        else writer.WriteNull(name);
    }

    public void Number(string name, double? value)
    {
        writer.WritePropertyName(name);
        Number(value);
    }

    /// <summary>A number as an element of an array.</summary>
    public void Number(double? value)
    {
        if (value is { } v && double.IsFinite(v)) writer.WriteNumberValue(v == 0 ? 0 : v); // no minus zero
        else writer.WriteNullValue();
    }

    /// <summary>A text as an element of an array.</summary>
    public void Text(string value) => writer.WriteStringValue(Whole(value));

    public void Texts(string name, ImmutableArray<string> values) => Array(name, values, Text);

    public void Numbers(string name, IEnumerable<double> values) => Array(name, values, v => Number(v));

    /// <summary>The finished document, ended with a line feed.</summary>
    public override string ToString()
    {
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    // Half a surrogate pair can't be written as UTF-8, and the writer would refuse the whole document for it.
    private static string Whole(string text)
    {
        for (var i = 0; i < text.Length; i++)
            if (char.IsSurrogate(text[i]))
            {
                if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) i++;
                else return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            }
        return text;
    }
}
