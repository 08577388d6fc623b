using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Semblance.Codecs;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>
/// A corpus: texts word by word, given the label of their row, by Kneser-Ney smoothed triples of words; all other columns by a <see cref="Circuit"/>. Fitted in seconds, writes hundreds of thousands of texts a second. It knows words,
/// pairs and triples that at least three texts share, nothing of a single one; how often it goes by triples is set so that it repeats no more whole texts than real texts repeat each other.
/// Chen and Goodman: An empirical study of smoothing techniques for language modeling (1999).
/// </summary>
public sealed record NGram : IModel<Table>
{
    private const int Judged = 4_000;

    /// <inheritdoc/>
    public string Id => "ngram";

    /// <summary>Column of labels that the texts are written for: a category, a yes or no. Null takes the column with the fewest values, at least two and at most a tenth as many as rows, if there is one.</summary>
    public string? Target { get; init; }

    /// <summary>Texts that must have a word, a pair or a triple of words for it to be kept: at least 1, 3 by default, so that nothing is kept that one or two people wrote.</summary>
    public int Texts { get; init; } = 3;

    /// <summary>Share of made texts that may equal a real one, beyond the share of real texts that equal another. Default .002.</summary>
    public double Copies { get; init; } = .002;

    /// <inheritdoc/>
    public Task<IGenerator<Table>> FitAsync(Table real, Run run, CancellationToken ct = default) => Task.Run<IGenerator<Table>>(async () =>
    {
        if (Texts < 1) throw new FitException("SB3070", $"ngram: texts = {Texts}; give 1 or more: how many texts must share what is kept");
        var inner = (TabularGenerator)await new Circuit().FitAsync(real, run, ct).ConfigureAwait(false);
        var codecs = inner.Codecs;
        var written = Enumerable.Range(0, codecs.Length).Where(c => codecs[c].WritesAnew).ToArray();
        var label = Target is null ? Labels(codecs, real.Rows) : real.Schema.Require(Target, "target");
        if (label >= 0 && codecs[label].WritesAnew) throw new FitException("SB3071", $"ngram: the target `{Target}` is a column of texts; give the column of labels as the target, and let the texts be written for it");
        var labels = new int[real.Rows];
        if (label >= 0) codecs[label].Encode(real.Columns[label], labels);
        var (writers, notes) = (new Dictionary<int, NGramText>(), new List<string>());
        foreach (var column in written)
        {
            run.Report(Stage.Fit, $"texts of {codecs[column].Schema.Name}", writers.Count, written.Length);
            var texts = (TextColumn)real.Columns[column];
            var rows = Enumerable.Range(0, real.Rows).Where(r => !texts.IsMissing(r)).ToArray();
            if (rows.Length == 0) continue;
            var (words, of) = (Array.ConvertAll(rows, r => Encoding.UTF8.GetString(texts.Utf8(r))), Array.ConvertAll(rows, r => labels[r] >= 0 ? labels[r] : codecs[label].Cells));
            writers[column] = Protected(NGramText.Learn(words, of, Texts, ct), words, of, run.Stream($"fit/{codecs[column].Schema.Name}/copies"), out var made, out var among);
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"column `{codecs[column].Schema.Name}`: written word by word from what at least {Texts} texts share; {made:P2} of the texts it made in a trial are real ones ({among:P2} of the real ones stand there twice)"));
        }
        var only = label >= 0 && codecs.Length == 1 + written.Length;
        var about = inner.About with { Model = Id, Spec = ModelSettings.Of(this), LossCurve = [], Notes = [.. inner.About.Notes.Where(n => !written.Any(c => n == codecs[c].Note)), .. notes] };
        return new TabularGenerator(real.Schema, codecs, only ? EvenCells.Learn(inner, real, label) : inner.Sampler, about, texts: writers.Count > 0 ? new TextWriting(label, writers) : null);
    }, ct);

    private static int Labels(ColumnCodec[] codecs, int rows)
    {
        var best = -1;
        for (var c = 0; c < codecs.Length; c++)
            if (!codecs[c].MakesUp && !codecs[c].Ordered && codecs[c].Cells >= 2 && codecs[c].Cells <= rows / 10 && (best < 0 || codecs[c].Cells < codecs[best].Cells)) best = c;
        return best;
    }

    /// <summary>Goes by triples as often as that repeats no more real texts than they repeat each other.</summary>
    private NGramText Protected(NGramText model, string[] texts, int[] labels, RandomStream stream, out double made, out double among)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var text in texts) counts[Plain(text)] = counts.GetValueOrDefault(Plain(text)) + 1;
        among = counts.Values.Where(n => n > 1).Sum() / (double)texts.Length;
        var written = new StringBuilder();
        foreach (var trust in new[] { 1, .75, .5, .25 })
        {
            model = model.With(trust);
            made = Share(model);
            if (made <= among + Copies) return model;
        }
        model = model.With(0);
        made = Share(model);
        return model;

        double Share(NGramText tried)
        {
            var found = 0;
            for (var i = 0; i < Judged; i++)
            {
                tried.Write(labels[(int)((long)i * labels.Length / Judged)], written.Clear(), stream.Sequence(i));
                if (counts.ContainsKey(Plain(written.ToString()))) found++;
            }
            return found / (double)Judged;
        }
    }

    /// <summary>Lower case, single spaces.</summary>
    private static string Plain(string text) => string.Join(' ', text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    internal static ISampler Load(ModelArchive archive, TabularParts parts) => EvenCells.IsIn(archive) ? EvenCells.Load(archive, parts) : Circuit.Load(archive, parts);
}
