using System.Collections.Immutable;
using System.Text.Json;
using Semblance.Formats;

namespace Semblance;

/// <summary>
/// Schemas as JSON: <c>{"columns": [{"name": "zip", "kind": "identifier"}, {"name": "price", "kind": "decimal", "decimals": [2, 2], "missing": ["", "?"]},
/// {"name": "seen", "kind": "datetime", "format": "yyyy-MM-dd"}]}</c>. Strict: a key it does not know is an error.
/// </summary>
public static class SchemaFile
{
    private const int MostBytes = 64 << 20;
    private static readonly string[] keys = ["name", "kind", "format", "decimals", "missing"];

    extension(Schema)
    {
        /// <summary>Reads a schema file. It may list some of a table's columns: the others are inferred.</summary>
        /// <exception cref="DataException">The file can't be read (SB1001).</exception>
        /// <exception cref="SchemaException">It is no valid schema (SB1205, SB1206).</exception>
        public static async Task<Schema> ReadAsync(string path, CancellationToken ct = default)
        {
            await using var source = await ByteSource.OpenAsync(path, ct).ConfigureAwait(false);
            var bytes = new byte[1 << 16];
            var length = 0;
            while (true)
            {
                length += await source.ReadAsync(bytes.AsMemory(length), ct).ConfigureAwait(false);
                if (length < bytes.Length) break;
                if (length > MostBytes) throw new SchemaException("SB1205", $"`{path}` has more than {MostBytes:N0} bytes; this is no schema file");
                Array.Resize(ref bytes, 2 * bytes.Length);
            }
            return Parse(bytes.AsMemory(0, length), $"`{path}`");
        }

        /// <summary>Reads a schema from JSON.</summary>
        /// <exception cref="SchemaException">It is no valid schema (SB1205, SB1206).</exception>
        public static Schema Parse(ReadOnlyMemory<byte> json, string name = "the schema")
        {
            try
            {
                using var document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
                return Read(document.RootElement);
            }
            catch (JsonException e)
            {
                throw new SchemaException("SB1205", $"{name}, line {e.LineNumber + 1}: no valid JSON; {e.Message}", e);
            }
            catch (SchemaException e) when (e.Code is "SB1205" or "SB1206")
            {
                throw new SchemaException(e.Code, $"{name}: {e.Message}", e);
            }
        }
    }

    extension(Schema schema)
    {
        /// <summary>The schema as JSON, one column a line.</summary>
        public string ToJson()
        {
            var lines = schema.Columns.Select(column =>
            {
                var text = $"    {{\"name\": {Quote(column.Name)}, \"kind\": \"{TableOptions.WordOf(column.Kind)}\"";
                if (column.Format is { } format) text += $", \"format\": {Quote(format)}";
                if (column.Kind == ColumnKind.Decimal) text += $", \"decimals\": [{column.Number.MinDecimals}, {column.Number.MaxDecimals}]";
                if (!column.MissingMarkers.IsEmpty) text += $", \"missing\": [{string.Join(", ", column.MissingMarkers.Select(Quote))}]";
                return text + "}";
            });
            return $"{{\n  \"columns\": [\n{string.Join(",\n", lines)}\n  ]\n}}\n";
        }

        /// <summary>Writes a schema file.</summary>
        /// <exception cref="DataException">It can't be written (SB1091, SB1092).</exception>
        public async Task WriteAsync(string path, CancellationToken ct = default)
        {
            await using var file = StagedFile.Create(path);
            try
            {
                await file.Stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(schema.ToJson()), ct).ConfigureAwait(false);
            }
            catch (IOException e)
            {
                throw StagedFile.Failed(path, e);
            }
            file.Commit();
        }
    }

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    private static Schema Read(JsonElement root)
    {
        Only(root, "the schema", ["columns"]);
        if (!root.TryGetProperty("columns", out var columns) || columns.ValueKind != JsonValueKind.Array) throw Bad("`columns` must be a list of columns");
        var result = ImmutableArray.CreateBuilder<ColumnSchema>();
        foreach (var column in columns.EnumerateArray())
        {
            var place = $"column {result.Count + 1}";
            Only(column, place, keys);
            var name = Text(column, "name", place) ?? throw Bad($"{place} has no `name`");
            var kind = TableOptions.KindOf(Text(column, "kind", place) ?? throw Bad($"column `{name}` has no `kind`"));
            var schema = new ColumnSchema(name, kind) { Format = Text(column, "format", place) };
            if (schema.Format is not null && kind != ColumnKind.DateTime) throw Bad($"column `{name}`: only a datetime has a `format`");
            if (column.TryGetProperty("decimals", out var decimals))
            {
                if (kind != ColumnKind.Decimal) throw Bad($"column `{name}`: only a decimal has `decimals`");
                if (decimals.ValueKind != JsonValueKind.Array || decimals.GetArrayLength() != 2 || !decimals[0].TryGetInt32(out var least) || !decimals[1].TryGetInt32(out var most) || least < 0 || most < least || most > 300 || least > 20)
                    throw Bad($"column `{name}`: `decimals` must be [least, most], such as [2, 2]; least at most 20");
                schema = schema with { Number = new NumberForm(least, most) };
            }
            if (column.TryGetProperty("missing", out var missing))
            {
                if (missing.ValueKind != JsonValueKind.Array || missing.EnumerateArray().Any(m => m.ValueKind != JsonValueKind.String) || missing.GetArrayLength() > 200)
                    throw Bad($"column `{name}`: `missing` must be a list of at most 200 texts");
                schema = schema with { MissingMarkers = [.. missing.EnumerateArray().Select(m => m.GetString()!).Distinct(StringComparer.Ordinal)] };
            }
            result.Add(schema);
        }
        return new Schema(result.ToImmutable());
    }

    private static string? Text(JsonElement element, string key, string place) =>
        !element.TryGetProperty(key, out var value) ? null : value.ValueKind == JsonValueKind.String ? value.GetString() : throw Bad($"{place}: `{key}` must be a text");

    private static void Only(JsonElement element, string place, string[] known)
    {
        if (element.ValueKind != JsonValueKind.Object) throw Bad($"{place} must be an object {{…}}");
        foreach (var property in element.EnumerateObject())
            if (!known.Contains(property.Name))
                throw Bad($"{place}: unknown key `{property.Name}`" + (Nearest.Of(property.Name, known) is { } near ? $"; did you mean `{near}`?" : $"; known are {string.Join(", ", known)}"));
    }

    private static SchemaException Bad(string message) => new("SB1205", message);
}
