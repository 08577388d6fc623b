using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Models;
using Semblance.Provenance;

namespace Semblance.Recipes;

/// <summary>
/// Model and rows of a run while it is under way. A journal beside them says what is whole, line by line, so that a run that is interrupted, however hard, can go on: what the journal names is used again
/// only where its bytes still have their hash. The rows made after that are the very same as in one go, since a row depends on seed and number alone.
/// </summary>
internal sealed class KeptWork(StagedFolder folder, PreparedRun prepared)
{
    private const string Journal = ".journal";

    private readonly Lines journal = folder.Resumes ? Lines.Of(folder.PathOf(Journal)) : new Lines("", []);

    /// <summary>Whether there is something that would take time to make again.</summary>
    public bool IsWorthKeeping { get; private set; }

    private string DataPath => folder.PathOf(RunResult.DataFile);

    /// <summary>The model: as it was fitted before the interruption, or fitted now.</summary>
    public async Task<IGenerator<Table>> ModelAsync(CancellationToken ct)
    {
        var path = folder.PathOf(RunResult.ModelFile);
        if (journal.Model.Length > 0 && File.Exists(path) && (await ManifestFile.HashAsync(path, ct).ConfigureAwait(false)).Sha256 == journal.Model)
        {
            IsWorthKeeping = true;
            prepared.Run.Note(Stage.Fit, "goes on from an interrupted run of the same recipe, data and seed: its model is not fitted again");
            return await ModelCatalog.Default.OpenAsync(path, ct).ConfigureAwait(false);
        }
        journal.Blocks.Clear();
        var generator = await prepared.Train.FitAsync(prepared.Checked.Model, prepared.Run, ct).ConfigureAwait(false);
        await generator.SaveAsync(path, ct).ConfigureAwait(false);
        journal.Model = (await ManifestFile.HashAsync(path, ct).ConfigureAwait(false)).Sha256;
        journal.Save(folder.PathOf(Journal));
        IsWorthKeeping = true;
        return generator;
    }

    /// <summary>Makes the rows that are not there yet.</summary>
    /// <returns>All blocks.</returns>
    public async Task<ImmutableArray<ManifestBlock>> RowsAsync(IGenerator<Table> generator, CancellationToken ct)
    {
        var (request, run) = (prepared.Request, prepared.Run);
        var blocks = await SoundAsync(generator.Schema, ct).ConfigureAwait(false);
        var done = blocks.Count == 0 ? 0 : blocks[^1].FirstRow + blocks[^1].Rows;
        if (prepared.Recipe.Match && done < request.Count) // rows that are chosen together can't be made in parts
        {
            blocks.Clear();
            done = 0;
        }
        if (done > 0) run.Note(Stage.Generate, string.Create(CultureInfo.InvariantCulture, $"{done} of {request.Count} rows were made before the interruption and are not made again"));
        journal.Blocks.Clear();
        journal.Blocks.AddRange(blocks);
        journal.Save(folder.PathOf(Journal));
        var end = blocks.Count == 0 ? 0 : blocks[^1].Offset + blocks[^1].Length;
        try
        {
            var lines = new StreamWriter(folder.PathOf(Journal), append: true) { AutoFlush = true, NewLine = "\n" };
            var file = new FileStream(DataPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 0);
            await using (lines.ConfigureAwait(false))
            await using (file.ConfigureAwait(false))
            {
                file.SetLength(end);
                file.Position = end;
                var writer = TableWriter.Create(file, new WriteOptions { Format = TableFormat.Csv, After = (done, end), OnBlock = Written });
                await using (writer.ConfigureAwait(false))
                {
                    var made = prepared.Recipe.Match ? MatchedAsync(generator, done, ct) : generator.StreamAsync(request with { First = done, Count = request.Count - done, Total = request.Count }, run, ct);
                    await foreach (var block in made.ConfigureAwait(false)) await writer.WriteAsync(block, ct).ConfigureAwait(false);
                    await writer.CommitAsync(ct).ConfigureAwait(false);
                }

                void Written(WrittenBlock b)
                {
                    var block = new ManifestBlock(b.FirstRow, b.Rows, b.Offset, b.Length, b.Sha256);
                    blocks.Add(block);
                    lines.WriteLine(Lines.Of(block));
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StagedFile.Failed(DataPath, e);
        }
        return [.. blocks];
    }

    private async IAsyncEnumerable<Table> MatchedAsync(IGenerator<Table> generator, long done, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        if (done > 0) yield break;
        await foreach (var block in MatchedRows.OfAsync(generator, prepared.Train, prepared.Request.Count, prepared.Run, ct).ConfigureAwait(false)) yield return block;
    }

    /// <summary>The blocks from the first on whose bytes are as the journal says.</summary>
    private async Task<List<ManifestBlock>> SoundAsync(Schema schema, CancellationToken ct)
    {
        var sound = new List<ManifestBlock>();
        if (journal.Blocks.Count == 0 || !File.Exists(DataPath)) return sound;
        var header = TableWriter.HeaderOf(schema);
        var file = new FileStream(DataPath, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        await using (file.ConfigureAwait(false))
        {
            if (await NextAsync(header.Length).ConfigureAwait(false) is not { } first || !first.AsSpan().SequenceEqual(header)) return sound;
            long rows = 0;
            foreach (var block in journal.Blocks)
            {
                if (block.FirstRow != rows || block.Offset != file.Position || block.Length > file.Length - file.Position || rows + block.Rows > prepared.Request.Count) break;
                // only whole blocks of 4,096 rows can be gone on from, but for the last
                if (block.Rows != Numerics.Blocks.Rows && rows + block.Rows != prepared.Request.Count) break;
                if (await NextAsync(block.Length).ConfigureAwait(false) is not { } bytes || Convert.ToHexStringLower(SHA256.HashData(bytes)) != block.Sha256) break;
                sound.Add(block);
                rows += block.Rows;
            }
            return sound;

            async Task<byte[]?> NextAsync(long length)
            {
                if (length > file.Length - file.Position) return null;
                var bytes = new byte[length];
                await file.ReadExactlyAsync(bytes, ct).ConfigureAwait(false);
                return bytes;
            }
        }
    }

    /// <summary>The journal: a line for the model, a line for each block of rows. A line that was cut short is none.</summary>
    private sealed class Lines(string model, List<ManifestBlock> blocks)
    {
        public string Model { get; set; } = model;

        public List<ManifestBlock> Blocks => blocks;

        public static Lines Of(string path)
        {
            var (model, blocks) = ("", new List<ManifestBlock>());
            if (!File.Exists(path)) return new(model, blocks);
            var text = File.ReadAllText(path);
            foreach (var line in text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                if (line.Split(' ') is ["model", var hash]) model = hash;
                else if (line.Split(' ') is ["block", var first, var rows, var offset, var length, var sha]
                    && long.TryParse(first, CultureInfo.InvariantCulture, out var f) && int.TryParse(rows, CultureInfo.InvariantCulture, out var r) && long.TryParse(offset, CultureInfo.InvariantCulture, out var o)
                    && int.TryParse(length, CultureInfo.InvariantCulture, out var l) && r > 0 && l > 0) blocks.Add(new(f, r, o, l, sha));
                else break;
            }
            return new(model, blocks);
        }

        public static string Of(ManifestBlock block) => string.Create(CultureInfo.InvariantCulture, $"block {block.FirstRow} {block.Rows} {block.Offset} {block.Length} {block.Sha256}");

        public void Save(string path)
        {
            var text = new StringBuilder("model ").Append(Model).Append('\n');
            foreach (var block in Blocks) text.Append(Of(block)).Append('\n');
            try { File.WriteAllText(path, text.ToString()); }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw StagedFile.Failed(path, e); }
        }
    }
}
