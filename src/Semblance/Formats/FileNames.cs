namespace Semblance.Formats;

/// <summary>What a file name says of its content.</summary>
internal static class FileNames
{
    /// <summary>Format of a file.</summary>
    /// <exception cref="DataException">The ending is that of another kind of file (SB1014).</exception>
    public static TableFormat FormatOf(string path, TableFormat? given)
    {
        if (given is { } known) return known;
        switch (Ending(path))
        {
            case ".jsonl" or ".ndjson" or ".jsonlines":
                return TableFormat.JsonLines;
            case ".json" or ".parquet" or ".xlsx" or ".xls" or ".arrow" or ".feather" or ".zip" or ".db" or ".sqlite" or ".semblance":
                throw new DataException("SB1014", $"`{path}` is no table in a known format; tables are .csv, .tsv or .jsonl, each also with .gz");
            default:
                return TableFormat.Csv;
        }
    }

    /// <summary>Whether the name ends in .gz.</summary>
    public static bool IsGzip(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it is a .tsv.</summary>
    public static bool IsTabbed(string path) => Ending(path) is ".tsv" or ".tab";

    private static string Ending(string path) => Path.GetExtension(IsGzip(path) ? path[..^3] : path).ToLowerInvariant();
}
