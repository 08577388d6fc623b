using System.Collections.Immutable;
using System.Globalization;
using Semblance.Formats;

namespace Semblance.Language;

/// <summary>Reads text jobs, strictly: an unknown key, a wrong value, a name that is not there or a column that needs itself is an error with line and column.</summary>
public static class TextJobReader
{
    /// <summary>Whether YAML is that of a text job: it has the line <c>job: text</c>.</summary>
    public static bool IsJob(string yaml) => yaml.Split('\n').Any(line => line.TrimEnd() is "job: text" or "\"job\": \"text\"");

    /// <summary>Reads a job.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="path">Where it came from: paths in it are relative to that folder, and errors name it.</param>
    /// <exception cref="RecipeException">It is not a sound job (SB2001 to SB2003, SB2400 to SB2409).</exception>
    public static TextJob Read(string yaml, string path)
    {
        var name = $"`{path}`";
        var map = new JobMap(name, Path.GetDirectoryName(Path.GetFullPath(path)) ?? "", StrictYaml.Read(yaml, name), "the job");
        if (map.Text("version", "version: 1") != "1") throw map.Wrong(map.Find("version")!, "`version` must be 1, the version this program knows");
        if (map.Text("job", "job: text") != "text") throw map.Wrong(map.Find("job")!, "`job` must be text");
        var providers = Providers(map);
        var models = Models(map, providers);
        var sources = Sources(map);
        var limit = map.Map("budget") is { } budget ? Budget(budget) : new SpendingLimit();
        if (limit.Cost is not null && models.FirstOrDefault(m => m.Value.Price is null) is { Key: { } free })
            throw new RecipeException("SB2407", $"{map.At(map.Find("budget"))}: the budget has a cost, and the model `{free}` has no price; give it `input-price` and `output-price`, for a million tokens");
        var columns = new TextColumnReader(map, models, sources).Read();
        var job = new TextJob
        {
            Text = yaml,
            Title = map.Text("title") ?? Path.GetFileName(path).Split('.')[0],
            To = map.Path("to"),
            Count = map.Long("count", 1, 100_000_000) ?? 100,
            Seed = map.Text("seed") is { } seed ? ulong.TryParse(seed, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw map.Wrong(map.Find("seed")!, "`seed` must be a whole number from 0 to 18446744073709551615") : null,
            Attempts = map.Integer("attempts", 1, 20, 3),
            License = map.Text("license"),
            Languages = map.Texts("language"),
            Budget = limit,
            Durable = map.Word("journal", "durable", "fast") != "fast",
            Providers = [.. providers.Values],
            Sources = [.. sources.Values],
            Columns = columns,
            Plan = Ordered(columns, map),
            Exports = [.. map.List("exports").Select(e => Export(map.MapOf(e, "an export"), columns))],
        };
        map.Done();
        if (job.Exports.SelectMany(e => e.Files).GroupBy(f => f).FirstOrDefault(g => g.Count() > 1) is { } twice) throw new RecipeException("SB2401", $"{name}: two exports write the file {twice.Key}; give one of them another `name`");
        return job with { Notes = Notes(job) };
    }

    private static Dictionary<string, ProviderSetting> Providers(JobMap job)
    {
        var providers = new Dictionary<string, ProviderSetting>(StringComparer.Ordinal);
        foreach (var (key, value) in job.Map("providers")?.Entries ?? [])
        {
            var map = job.MapOf(value, $"provider `{key.Text}`");
            var kind = map.Word("kind", "openai", "anthropic", "mock") ?? throw new RecipeException("SB2402", $"{map.AtMap}: provider `{key.Text}` lacks the key `kind`; give it as `kind: openai`");
            Uri? url = null;
            if (map.Text("url") is { } address && (!Uri.TryCreate(address, UriKind.Absolute, out url) || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0))
                throw map.Wrong(map.Find("url")!, "`url` must be an address that begins with http:// or https:// and holds no password");
            var secret = map.Text("key");
            if (secret is not null && !secret.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') || secret is { Length: > 64 } || secret?.StartsWith("sk_", StringComparison.Ordinal) == true)
                throw new RecipeException("SB2401", $"{map.At(map.Find("key"))}: `key` must be the name of an environment variable, such as OPENAI_API_KEY; the key itself does not belong in a file"); // and not in a message
            providers[key.Text] = new(key.Text, kind)
            {
                Url = url,
                KeyVariable = secret,
                Form = map.Word("structured", "schema", "json", "plain") switch { "json" => AnswerForm.Json, "plain" => AnswerForm.Plain, _ => AnswerForm.Schema },
                TokenKey = map.Word("token-key", "max_tokens", "max_completion_tokens") ?? "max_tokens",
                Limits = new RequestLimits
                {
                    Concurrency = map.Integer("concurrency", 1, 4096, 16),
                    RequestsPerMinute = map.Number("requests-per-minute", 0.1, 1e7),
                    TokensPerMinute = map.Number("tokens-per-minute", 1, 1e10),
                    Timeout = map.Time("timeout") ?? TimeSpan.FromMinutes(2),
                    Retries = map.Integer("retries", 0, 20, 4),
                    Patience = map.Time("patience") ?? TimeSpan.FromMinutes(15),
                },
                Replies = [.. map.List("replies").Select(r => Reply(map.MapOf(r, "a reply")))],
                Replay = map.Path("replay"),
            };
            map.Done();
        }
        return providers;
    }

    private static MockReply Reply(JobMap map)
    {
        var reply = new MockReply(map.Text("when", "when: \"invoice\""), map.Text("reply", "reply: \"Yes.\""));
        SafePattern.Of(reply.When, e => map.Wrong(map.Find("when")!, e));
        map.Done();
        return reply;
    }

    private static Dictionary<string, ModelUse> Models(JobMap job, Dictionary<string, ProviderSetting> providers)
    {
        var models = new Dictionary<string, ModelUse>(StringComparer.Ordinal);
        foreach (var (key, value) in job.Map("models")?.Entries ?? [])
        {
            var map = job.MapOf(value, $"model `{key.Text}`");
            var provider = map.Text("provider", "provider: main");
            if (!providers.ContainsKey(provider)) throw map.Unknown(map.Find("provider")!, "provider", provider, providers.Keys);
            double? input = map.Number("input-price", 0, 1e9), output = map.Number("output-price", 0, 1e9);
            models[key.Text] = new(key.Text, map.Text("model") ?? key.Text)
            {
                Provider = provider,
                Temperature = map.Number("temperature", 0, 2),
                TopP = map.Number("top-p", 0.001, 1),
                MaxTokens = map.Integer("max-tokens", 1, 1_000_000, 1024),
                Price = input is null && output is null ? providers[provider].Kind == "mock" ? new(0, 0) : null : new(input ?? 0, output ?? 0),
            };
            map.Done();
        }
        return models;
    }

    private static Dictionary<string, SeedSource> Sources(JobMap job)
    {
        var sources = new Dictionary<string, SeedSource>(StringComparer.Ordinal);
        foreach (var (key, value) in job.Map("seeds")?.Entries ?? [])
        {
            var map = job.MapOf(value, $"seeds `{key.Text}`");
            var documents = map.Has("documents");
            if (documents == map.Has("table")) throw new RecipeException("SB2402", $"{map.AtMap}: seeds `{key.Text}` take one of `documents: docs/*.md` and `table: rows.csv`");
            var chunk = map.Integer("chunk", 100, 1_000_000, 2_000);
            var files = map.Texts(documents ? "documents" : "table");
            try { sources[key.Text] = new(key.Text, SeedSource.Find(map.Folder, files), documents, chunk, map.Integer("overlap", 0, chunk / 2, 0)); }
            catch (RecipeException e) when (e.Code == "SB2408") { throw new RecipeException(e.Code, $"{map.AtMap}: {e.Message}", e); }
            map.Done();
        }
        return sources;
    }

    private static SpendingLimit Budget(JobMap map)
    {
        var limit = new SpendingLimit(map.Number("cost", 0, 1e9), map.Long("tokens", 0, long.MaxValue / 4), map.Long("requests", 0, long.MaxValue / 4), map.Number("minutes", 0.001, 100_000));
        map.Done();
        return limit;
    }

    private static CorpusExport Export(JobMap map, ImmutableArray<JobColumn> columns)
    {
        var format = map.Word("format", [.. CorpusExport.Formats.Select(f => f.Format)]) ?? throw new RecipeException("SB2402", $"{map.AtMap}: an export lacks the key `format`; give it as `format: chat`");
        var (_, needed, optional) = CorpusExport.Formats.First(f => f.Format == format);
        var turns = format == "chat" && map.Find("turns") is { } path ? map.CellPath(path, "turns") : null;
        var fields = ImmutableArray.CreateBuilder<(string, PromptTemplate)>();
        foreach (var key in optional.Where(o => o == "system").Concat(turns is null ? needed : []).Concat(optional.Where(o => o != "system")))
        {
            if (map.Template(key) is { } template) fields.Add((key, template));
            else if (needed.Contains(key)) throw new RecipeException("SB2402", $"{map.AtMap}: an export of format `{format}` lacks the key `{key}`; give it as `{key}: \"{{{{ column }}}}\"`");
        }
        if (format == "csv")
        {
            var listed = map.List("columns");
            if (listed.IsEmpty) foreach (var column in columns.Where(c => c.Keep)) fields.Add((column.Name, PromptTemplate.Parse($"{{{{{column.Name}}}}}")));
            foreach (var item in listed) fields.Add((map.CellPath(item, "columns").ToString(), PromptTemplate.Parse($"{{{{{map.CellPath(item, "columns")}}}}}")));
        }
        var splits = ImmutableArray.CreateBuilder<(string, double)>();
        if (map.Map("split") is { } split)
        {
            foreach (var (key, _) in split.Entries) splits.Add((CorpusExport.IsName(key.Text) ? key.Text : throw split.Wrong(key, "a split's name becomes part of a file name: letters, digits and `-`"), split.Number(key.Text, 0, 1)!.Value));
            if (Math.Abs(splits.Sum(s => s.Item2) - 1) > 1e-9) throw new RecipeException("SB2401", $"{split.AtMap}: the shares of `split` must add up to 1");
        }
        var name = map.Text("name") ?? format;
        if (!CorpusExport.IsName(name)) throw map.Wrong(map.Find("name")!, "a name becomes part of a file name: letters, digits and `-`");
        var export = new CorpusExport(name, format, fields.ToImmutable()) { Turns = turns, Splits = splits.ToImmutable(), Group = map.Find("group") is { } group ? map.CellPath(group, "group") : null };
        foreach (var used in fields.SelectMany(f => f.Item2.Holes).Concat(turns is null ? [] : [turns]).Concat(export.Group is null ? [] : [export.Group]))
            if (!columns.Any(c => c.Name == used.Column)) throw map.Unknown(map.Find("format")!, "column", used.Column, columns.Select(c => c.Name));
        map.Done();
        return export;
    }

    /// <summary>Each column after those it needs; otherwise as written.</summary>
    private static ImmutableArray<JobColumn> Ordered(ImmutableArray<JobColumn> columns, JobMap job)
    {
        var left = columns.ToList();
        var ordered = ImmutableArray.CreateBuilder<JobColumn>(left.Count);
        while (left.Count > 0)
        {
            var next = left.FirstOrDefault(c => c.Needs.All(need => left.All(l => l.Name != need.Column)))
                ?? throw new RecipeException("SB2404", $"{job.At(job.Find("columns"))}: columns that need each other: {string.Join(", ", left.Select(l => $"`{l.Name}` needs {string.Join(" and ", l.Needs.Select(n => n.Column).Where(n => left.Any(o => o.Name == n)).Distinct())}"))}");
            left.Remove(next);
            ordered.Add(next);
        }
        return ordered.ToImmutable();
    }

    private static ImmutableArray<string> Notes(TextJob job)
    {
        var writers = job.Columns.OfType<ModelColumn>().Select(c => c.Model.Model).ToHashSet(StringComparer.Ordinal);
        return [.. job.Columns.Where(c => c is JudgeColumn or PairJudgeColumn && writers.Contains(c.Load.Model!.Model)).Select(c => $"`{c.Name}`: the judge is the very model that wrote; models favour what they wrote themselves, so let another judge")];
    }
}
