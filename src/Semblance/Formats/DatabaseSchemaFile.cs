using System.Text.Encodings.Web;
using System.Text.Json;
using Semblance.Data;

namespace Semblance.Formats;

/// <summary>What a database's tables are called, their columns, keys and references, as JSON.</summary>
internal static class DatabaseSchemaFile
{
    private static readonly JsonWriterOptions options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string ToJson(DatabaseSchema schema)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, options))
        {
            json.WriteStartObject();
            json.WriteStartArray("tables");
            foreach (var table in schema.Tables)
            {
                json.WriteStartObject();
                json.WriteString("name", table.Name);
                Names(json, "key", table.Key);
                json.WriteStartArray("references");
                foreach (var reference in table.ForeignKeys)
                {
                    json.WriteStartObject();
                    Names(json, "columns", reference.Columns);
                    json.WriteString("table", reference.Table);
                    Names(json, "key", reference.References);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
                json.WritePropertyName("columns");
                using var columns = JsonDocument.Parse(table.Schema.ToJson());
                columns.RootElement.GetProperty("columns").WriteTo(json);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static void Names(Utf8JsonWriter json, string key, IEnumerable<string> names)
    {
        json.WriteStartArray(key);
        foreach (var name in names) json.WriteStringValue(name);
        json.WriteEndArray();
    }
}
