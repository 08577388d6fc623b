using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Semblance.Data;

namespace Semblance.Formats;

/// <summary>From a source of rows to tables: whole, or in blocks under one schema.</summary>
internal static class TableReader
{
    /// <summary>Reads all rows into one table.</summary>
    public static async Task<Table> ReadAsync(ByteSource bytes, TableFormat format, TableOptions options, Run? run, CancellationToken ct)
    {
        await using var source = await OpenAsync(bytes, format, options, ct).ConfigureAwait(false);
        CheckNames(options, source.Names, complete: format == TableFormat.Csv);
        var builders = new List<ColumnBuilder>();
        ColumnBuilder Create(string name) => new(name, Given(options, name), options);
        while (await source.ReadAsync(builders, Create, int.MaxValue, ct).ConfigureAwait(false) > 0)
            run?.Report(Stage.Read, bytes.Name, bytes.Position, bytes.Length);
        foreach (var name in source.Names[builders.Count..]) builders.Add(Create(name));
        CheckNames(options, source.Names, complete: true);
        var columns = ImmutableArray.CreateBuilder<Column>(builders.Count);
        foreach (var builder in builders)
        {
            ct.ThrowIfCancellationRequested();
            columns.Add(builder.Build(builder.Decide()));
        }
        run?.Report(Stage.Read, bytes.Name, bytes.Position, bytes.Length);
        return new Table(columns.MoveToImmutable());
    }

    /// <summary>Reads all rows for their schema alone, in memory that does not grow with them.</summary>
    public static async Task<Schema> InferAsync(ByteSource bytes, TableFormat format, TableOptions options, Run? run, CancellationToken ct)
    {
        await using var source = await OpenAsync(bytes, format, options, ct).ConfigureAwait(false);
        CheckNames(options, source.Names, complete: format == TableFormat.Csv);
        var builders = new List<ColumnBuilder>();
        ColumnBuilder Create(string name) => new(name, Given(options, name), options);
        while (await source.ReadAsync(builders, Create, options.BlockRows, ct).ConfigureAwait(false) > 0)
        {
            foreach (var builder in builders) builder.Forget();
            run?.Report(Stage.Read, bytes.Name, bytes.Position, bytes.Length);
        }
        foreach (var name in source.Names[builders.Count..]) builders.Add(Create(name));
        CheckNames(options, source.Names, complete: true);
        return new Schema([.. builders.Select(b => b.Decide())]);
    }

    /// <summary>Reads block after block under one schema; without one, under that of the first block.</summary>
    public static async IAsyncEnumerable<Table> ReadBlocksAsync(ByteSource bytes, TableFormat format, TableOptions options, Schema? schema, Run? run, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var source = await OpenAsync(bytes, format, options, ct).ConfigureAwait(false);
        if (schema is null) CheckNames(options, source.Names, complete: format == TableFormat.Csv);
        ColumnBuilder Create(string name) => new(name, schema is null ? Given(options, name) : schema.IndexOf(name) is >= 0 and var i ? schema.Columns[i] : null, options);
        while (true)
        {
            var builders = new List<ColumnBuilder>();
            var rows = 0;
            while (rows < options.BlockRows)
            {
                var n = await source.ReadAsync(builders, Create, options.BlockRows - rows, ct).ConfigureAwait(false);
                if (n == 0) break;
                rows += n;
            }
            if (rows == 0) yield break;
            schema ??= Widened([.. builders.Select(b => b.Decide())], options);
            run?.Report(Stage.Read, bytes.Name, bytes.Position, bytes.Length);
            if (builders.Find(b => schema.IndexOf(b.Name) < 0) is { } late)
                throw new DataException("SB1011", $"the key `{late.Name}` first appears after the first {options.BlockRows:N0} rows; give it in a schema, or read from a file, which is read twice");
            var columns = ImmutableArray.CreateBuilder<Column>(schema.Columns.Length);
            foreach (var wanted in schema.Columns)
            {
                var builder = builders.Find(b => b.Name == wanted.Name) ?? Create(wanted.Name);
                if (builder.Rows < rows) builder.AppendEmpty(rows - builder.Rows);
                // Markers may be more than the first block had; all else is as the schema says.
                columns.Add(builder.Build(wanted with { MissingMarkers = builder.Markers }));
            }
            yield return new Table(columns.MoveToImmutable());
        }
    }

    // One value so far says little about the rest.
    private static Schema Widened(ImmutableArray<ColumnSchema> columns, TableOptions options) =>
        new([.. columns.Select(c => Given(options, c.Name) is null && c.Kind is ColumnKind.Constant or ColumnKind.Boolean ? c with { Kind = ColumnKind.Category } : c)]);

    private static async ValueTask<IBlockSource> OpenAsync(ByteSource bytes, TableFormat format, TableOptions options, CancellationToken ct)
    {
        try
        {
            return format == TableFormat.Csv ? await CsvReader.OpenAsync(bytes, options, ct).ConfigureAwait(false) : new JsonLinesReader(bytes, options);
        }
        catch
        {
            await bytes.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // What the caller knows of a column.
    private static ColumnSchema? Given(TableOptions options, string name)
    {
        var known = options.Schema is { } schema && schema.IndexOf(name) is >= 0 and var i ? schema.Columns[i] : null;
        if (!options.Kinds.TryGetValue(name, out var kind)) return known;
        return known is null ? new ColumnSchema(name, kind) : known with { Kind = kind };
    }

    private static void CheckNames(TableOptions options, ImmutableArray<string> names, bool complete)
    {
        if (!complete) return;
        foreach (var name in options.Kinds.Keys.Order(StringComparer.Ordinal).Concat(options.Schema?.Columns.Select(c => c.Name) ?? []))
        {
            if (names.Contains(name)) continue;
            throw new SchemaException("SB1202", $"a kind is given for column `{name}`, which the data do not have" +
                (Nearest.Of(name, names) is { } near ? $"; did you mean `{near}`?" : $"; the columns are {string.Join(", ", names.Take(30))}"));
        }
    }
}
