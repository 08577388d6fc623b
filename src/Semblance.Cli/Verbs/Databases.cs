using Semblance.Data;
using Semblance.Formats;

namespace Semblance.Cli.Verbs;

/// <summary>Where several tables are written to, by the name given to <c>--to</c>.</summary>
internal static class Databases
{
    public static DatabaseWriter Writer(string to, DatabaseSchema schema, Call call)
    {
        if (Path.GetExtension(to).ToLowerInvariant() is ".csv" or ".tsv" or ".jsonl" or ".ndjson" or ".gz")
            throw new UsageException($"--to {to}: {schema.Tables.Length} tables ({string.Join(", ", schema.Tables.Select(t => t.Name))}) don't fit one file; name a folder, as in --to out/");
        return DatabaseWriter.Create(to, schema, TableOutput.Options(call));
    }
}
