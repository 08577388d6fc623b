using System.Text;
using Semblance.Data;

namespace Semblance.Formats;

/// <summary>A database as a folder: one CSV or JSON Lines file a table, and <c>schema.json</c>.</summary>
internal sealed class DatabaseFolder : DatabaseWriter
{
    private const string SchemaName = "schema.json";

    private readonly StagedFolder staged;
    private readonly TableWriter[] writers;
    private readonly string[] names;
    private readonly List<string> texts = [];
    private bool committed;

    public DatabaseFolder(string folder, DatabaseSchema schema, WriteOptions options) : base(schema)
    {
        foreach (var table in schema.Tables)
            if (table.Name.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) >= 0 || table.Name.Contains('\\', StringComparison.Ordinal) || table.Name.StartsWith('.'))
                throw new DataException("SB1094", $"table `{table.Name}` can't be the name of a file; rename it");
        var ending = (options.Format == TableFormat.JsonLines ? ".jsonl" : options.Delimiter == '\t' ? ".tsv" : ".csv") + (options.Gzip == true ? ".gz" : "");
        names = [.. schema.Tables.Select(t => t.Name + ending)];
        staged = StagedFolder.Create(folder);
        writers = new TableWriter[names.Length];
        try
        {
            for (var i = 0; i < names.Length; i++) writers[i] = TableWriter.Create(staged.PathOf(names[i]), options);
        }
        catch
        {
            staged.Dispose();
            throw;
        }
    }

    protected override ValueTask WriteAsync(int table, Table rows, CancellationToken ct) => writers[table].WriteAsync(rows, ct);

    public override async ValueTask AddTextAsync(string name, string text, CancellationToken ct = default)
    {
        try { await File.WriteAllTextAsync(staged.PathOf(name), text, new UTF8Encoding(false), ct).ConfigureAwait(false); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw StagedFile.Failed(staged.Folder, e); }
        texts.Add(name);
    }

    public override async ValueTask CommitAsync(CancellationToken ct = default)
    {
        foreach (var writer in writers) await writer.CommitAsync(ct).ConfigureAwait(false);
        try { await File.WriteAllTextAsync(staged.PathOf(SchemaName), DatabaseSchemaFile.ToJson(Schema), new UTF8Encoding(false), ct).ConfigureAwait(false); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw StagedFile.Failed(staged.Folder, e); }
        staged.Commit([.. names, .. texts, SchemaName]);
        committed = true;
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var writer in writers) await writer.DisposeAsync().ConfigureAwait(false);
        if (!committed) staged.Dispose();
    }
}
