using System.Runtime.CompilerServices;
using Semblance.Data;
using Semblance.Formats;

namespace Semblance;

/// <summary>Reading and writing tables.</summary>
public static class TableFormats
{
    extension(Table)
    {
        /// <summary>
        /// Reads a table from a CSV or JSON Lines file (also <c>.gz</c>), kinds inferred over whole columns in one pass. See <c>docs/formats.md</c>.
        /// </summary>
        /// <param name="path">File.</param>
        /// <param name="options">What is known better than the data tell; null infers everything.</param>
        /// <param name="run">Whom to report progress to (bytes taken of bytes in all).</param>
        /// <param name="ct">Cancels between chunks.</param>
        /// <exception cref="DataException">The file can't be read (SB1001), is empty (SB1002), ragged (SB1003), holds a cell that does not fit a given kind (SB1004),
        /// an open quote (SB1005), two columns of one name (SB1006), text after a closing quote (SB1007), bytes that are no UTF-8 (SB1008), NUL bytes (SB1009),
        /// a cell too long (SB1010), a line that is no JSON object (SB1011), or is a damaged .gz (SB1013).</exception>
        /// <exception cref="SchemaException">The options name a column that is not there (SB1202).</exception>
        public static async Task<Table> ReadAsync(string path, TableOptions? options = null, Run? run = null, CancellationToken ct = default)
        {
            options ??= new TableOptions();
            await using var source = await ByteSource.OpenAsync(path, ct).ConfigureAwait(false);
            return await TableReader.ReadAsync(source, FileNames.FormatOf(path, options.Format), WithDelimiter(options, path), run, ct).ConfigureAwait(false);
        }

        /// <summary>Reads a table from a stream, from its position to its end; the stream stays open. CSV unless the options say otherwise.</summary>
        /// <exception cref="DataException">As for a file.</exception>
        public static async Task<Table> ReadAsync(Stream stream, TableOptions? options = null, Run? run = null, CancellationToken ct = default)
        {
            options ??= new TableOptions();
            await using var source = await ByteSource.OpenAsync(stream, ct).ConfigureAwait(false);
            return await TableReader.ReadAsync(source, options.Format ?? TableFormat.Csv, options, run, ct).ConfigureAwait(false);
        }

        /// <summary>Reads a table from bytes in memory. CSV unless the options say otherwise.</summary>
        /// <exception cref="DataException">As for a file.</exception>
        public static Table Read(ReadOnlyMemory<byte> bytes, TableOptions? options = null)
        {
            var array = System.Runtime.InteropServices.MemoryMarshal.TryGetArray(bytes, out var segment) ? segment : new ArraySegment<byte>(bytes.ToArray());
            using var stream = new MemoryStream(array.Array ?? [], array.Offset, array.Count, writable: false);
            return ReadAsync(stream, options).GetAwaiter().GetResult(); // nothing to wait for in memory
        }

        /// <summary>
        /// Reads a file in blocks of <see cref="TableOptions.BlockRows"/> rows, in bounded memory. The file is read twice: first for its schema, so that all
        /// blocks have the same. Levels of category columns are those of their block.
        /// </summary>
        /// <exception cref="DataException">As for a whole file.</exception>
        public static async IAsyncEnumerable<Table> ReadBlocksAsync(string path, TableOptions? options = null, Run? run = null, [EnumeratorCancellation] CancellationToken ct = default)
        {
            options = WithDelimiter(options ?? new TableOptions(), path);
            var format = FileNames.FormatOf(path, options.Format);
            var schema = await InferSchemaAsync(path, options, run, ct).ConfigureAwait(false);
            await using var source = await ByteSource.OpenAsync(path, ct).ConfigureAwait(false);
            await foreach (var block in TableReader.ReadBlocksAsync(source, format, options, schema, run, ct).ConfigureAwait(false)) yield return block;
        }

        /// <summary>
        /// Reads a stream in blocks, once, in bounded memory. The schema is that of the first block, a constant or boolean taken as a category: a later cell
        /// that does not fit it is an error, which a kind given in the options mends. The stream stays open.
        /// </summary>
        /// <exception cref="DataException">As for a whole file.</exception>
        public static async IAsyncEnumerable<Table> ReadBlocksAsync(Stream stream, TableOptions? options = null, Run? run = null, [EnumeratorCancellation] CancellationToken ct = default)
        {
            options ??= new TableOptions();
            await using var source = await ByteSource.OpenAsync(stream, ct).ConfigureAwait(false);
            await foreach (var block in TableReader.ReadBlocksAsync(source, options.Format ?? TableFormat.Csv, options, null, run, ct).ConfigureAwait(false)) yield return block;
        }

        /// <summary>The schema a file would be read with, in bounded memory.</summary>
        /// <exception cref="DataException">As for a whole file.</exception>
        public static async Task<Schema> InferSchemaAsync(string path, TableOptions? options = null, Run? run = null, CancellationToken ct = default)
        {
            options = WithDelimiter(options ?? new TableOptions(), path);
            await using var source = await ByteSource.OpenAsync(path, ct).ConfigureAwait(false);
            return await TableReader.InferAsync(source, FileNames.FormatOf(path, options.Format), options, run, ct).ConfigureAwait(false);
        }
    }

    extension(Table table)
    {
        /// <summary>Writes the table; every cell's text as it came. The file appears whole or not at all.</summary>
        /// <exception cref="DataException">The file can't be written (SB1091), or the disk is full (SB1092).</exception>
        public async Task WriteAsync(string path, WriteOptions? options = null, Run? run = null, CancellationToken ct = default)
        {
            await using var writer = TableWriter.Create(path, options);
            await writer.WriteAsync(table, ct).ConfigureAwait(false);
            await writer.CommitAsync(ct).ConfigureAwait(false);
        }

        /// <summary>Writes the table to a stream, which stays open. CSV unless the options say otherwise.</summary>
        /// <exception cref="DataException">The stream refuses (SB1091).</exception>
        public async Task WriteAsync(Stream stream, WriteOptions? options = null, CancellationToken ct = default)
        {
            await using var writer = TableWriter.Create(stream, options);
            await writer.WriteAsync(table, ct).ConfigureAwait(false);
            await writer.CommitAsync(ct).ConfigureAwait(false);
        }
    }

    extension(IAsyncEnumerable<Table> blocks)
    {
        /// <summary>Writes blocks one after another, in bounded memory. The file appears whole or not at all.</summary>
        /// <returns>Rows written.</returns>
        /// <exception cref="DataException">The file can't be written (SB1091), or the disk is full (SB1092).</exception>
        public async Task<long> WriteAsync(string path, WriteOptions? options = null, CancellationToken ct = default)
        {
            await using var writer = TableWriter.Create(path, options);
            await foreach (var block in blocks.WithCancellation(ct).ConfigureAwait(false)) await writer.WriteAsync(block, ct).ConfigureAwait(false);
            await writer.CommitAsync(ct).ConfigureAwait(false);
            return writer.Rows;
        }
    }

    private static TableOptions WithDelimiter(TableOptions options, string path) =>
        options.Delimiter is null && FileNames.IsTabbed(path) ? options with { Delimiter = '\t' } : options;
}
