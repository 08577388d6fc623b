using System.Collections.Immutable;

namespace Semblance.Formats;

/// <summary>How the rows of a table lie in a file.</summary>
public enum TableFormat
{
    /// <summary>Delimited text with a header line (RFC 4180).</summary>
    Csv,
    /// <summary>One JSON object a line.</summary>
    JsonLines,
}

/// <summary>How to read a table. Everything left out is found out from the data.</summary>
public sealed record TableOptions
{
    /// <summary>The words that stand for "no value" unless a schema lists others. The empty cell always does; so does a word with spaces around it, or only spaces.</summary>
    public static ImmutableArray<string> KnownMarkers { get; } =
        ["", "?", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NaT", "NULL", "null", "None", "-", "."];

    /// <summary>Format; null tells by the name (<c>.csv .tsv .txt .jsonl .ndjson</c>, each with <c>.gz</c>), and takes CSV for a stream without a name.</summary>
    public TableFormat? Format { get; init; }

    /// <summary>Delimiter of a CSV; null detects one of <c>, ; tab |</c>.</summary>
    public char? Delimiter { get; init; }

    /// <summary>Kinds that are known better than the data tell (<c>--column zip=identifier</c>), by column name.</summary>
    public ImmutableDictionary<string, ColumnKind> Kinds { get; init; } = ImmutableDictionary<string, ColumnKind>.Empty;

    /// <summary>
    /// Columns that are known: kind, and where given the date format, the number form and the missing markers (a list that is not empty replaces the known ones).
    /// Columns it does not list are inferred. <see cref="Kinds"/> wins over it.
    /// </summary>
    public Schema? Schema { get; init; }

    /// <summary>Words that stand for "no value" in columns whose schema lists none; the empty cell always does. At most 200. Default: <see cref="KnownMarkers"/>.</summary>
    public ImmutableArray<string> MissingMarkers { get; init; } = KnownMarkers;

    /// <summary>Rows of a block that <c>ReadBlocksAsync</c> yields; the last may be shorter. Default 65,536: long enough to be fast, a few MB.</summary>
    public int BlockRows { get; init; } = 65_536;

    /// <summary>Most bytes one cell may have; a longer one is an error, so that an open quote can't eat the memory. Default and most: 64 MB.</summary>
    public int MaxCellBytes { get; init; } = 64 << 20;

    /// <summary>Bytes read at a time; tests make it small, so that everything falls on a border.</summary>
    internal int ChunkBytes { get; init; } = 1 << 18;

    /// <summary>A kind by its word: <c>integer decimal boolean category datetime identifier text constant</c>.</summary>
    /// <exception cref="SchemaException">No such kind (SB1206); the message names the nearest.</exception>
    public static ColumnKind KindOf(string word)
    {
        foreach (var kind in Enum.GetValues<ColumnKind>())
            if (string.Equals(WordOf(kind), word, StringComparison.OrdinalIgnoreCase)) return kind;
        var words = Enum.GetValues<ColumnKind>().Select(WordOf).ToArray();
        throw new SchemaException("SB1206", $"there is no column kind `{word}`" +
            (Nearest.Of(word, words) is { } near ? $"; did you mean `{near}`?" : "") + $" The kinds are {string.Join(", ", words)}.");
    }

    /// <summary>The word of a kind, as in schema files and on the command line.</summary>
    public static string WordOf(ColumnKind kind) => kind switch
    {
        ColumnKind.Integer => "integer",
        ColumnKind.Decimal => "decimal",
        ColumnKind.Boolean => "boolean",
        ColumnKind.Category => "category",
        ColumnKind.DateTime => "datetime",
        ColumnKind.Identifier => "identifier",
        ColumnKind.Text => "text",
        _ => "constant",
    };
}

/// <summary>How to write a table.</summary>
public sealed record WriteOptions
{
    /// <summary>Format; null tells by the name (<c>.csv .tsv .txt .jsonl .ndjson</c>), and takes CSV for a stream.</summary>
    public TableFormat? Format { get; init; }

    /// <summary>Whether to compress; null tells by the name (<c>.gz</c>).</summary>
    public bool? Gzip { get; init; }

    /// <summary>Delimiter of a CSV; null takes a tab for <c>.tsv</c> and a comma otherwise.</summary>
    public char? Delimiter { get; init; }

    /// <summary>Told about every block as it is written. Without it no hashes are computed.</summary>
    public Action<WrittenBlock>? OnBlock { get; init; }

    /// <summary>Rows and bytes that stand already in the stream, header and all: what is written goes on from there.</summary>
    internal (long Rows, long Bytes) After { get; init; }
}

/// <summary>
/// One block of rows as it lies in a file. For <c>.gz</c>, offset, length and hash are those of the bytes before compression.
/// The header line of a CSV belongs to no block: it stands before the first.
/// </summary>
/// <param name="FirstRow">Index of its first row.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Offset">Byte offset in the (uncompressed) file.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">SHA-256 of those bytes, lower-case hex.</param>
public readonly record struct WrittenBlock(long FirstRow, int Rows, long Offset, long Length, string Sha256);
