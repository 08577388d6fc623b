using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Semblance.Formats;
using Semblance.Numerics;
using Semblance.Rules;

namespace Semblance.Language;

/// <summary>Reads the columns of a job: each has one word that makes it.</summary>
internal sealed class TextColumnReader(JobMap job, Dictionary<string, ModelUse> models, Dictionary<string, SeedSource> sources)
{
    private static readonly string[] Words = ["sampler", "seed", "expression", "llm-text", "llm-structured", "judge", "validator", "execution", "spans"];

    public ImmutableArray<JobColumn> Read()
    {
        var entries = job.MapOf(job.Need("columns", "columns: {…}"), "`columns`").Entries.ToList();
        if (entries.Count == 0) throw job.Wrong(job.Find("columns")!, "a job needs at least one column");
        var names = entries.Select(e => e.Key.Text).ToList();
        var documents = new HashSet<string>(StringComparer.Ordinal); // seed columns that show documents
        foreach (var (key, value) in entries)
        {
            try { if (!CellPath.Parse(key.Text).Parts.IsEmpty) throw new RecipeException("SB2406", $"a column's name has no point: `{key.Text}`"); }
            catch (RecipeException e) { throw new RecipeException(e.Code, $"{job.At(key)}: {e.Message}", e); }
            if (value is YamlMap inner && inner.Entries.FirstOrDefault(e => e.Key.Text == "seed").Value is YamlText seed && sources.TryGetValue(seed.Text, out var source) && source.IsDocuments) documents.Add(key.Text);
        }
        bool IsDocument(CellPath hole) => documents.Contains(hole.Column) && (hole.Parts.IsEmpty || hole.Parts is ["text"]);

        var columns = ImmutableArray.CreateBuilder<JobColumn>(entries.Count);
        foreach (var (key, value) in entries)
        {
            var map = job.MapOf(value, $"column `{key.Text}`");
            var words = map.Entries.Select(e => e.Key.Text).Where(Words.Contains).ToList();
            if (words.Count != 1)
            {
                var near = map.Entries.Select(e => (e, Nearest.Of(e.Key.Text, Words))).FirstOrDefault(p => p.Item2 is not null && p.e.Key.Text != "keep");
                throw words.Count == 0 && near.Item2 is { } meant ? new RecipeException("SB2400", $"{job.At(near.e.Key)}: column `{key.Text}` has no key `{near.e.Key.Text}`; did you mean `{meant}`?")
                    : new RecipeException("SB2402", $"{job.At(key)}: column `{key.Text}` must have one word that makes it: {string.Join(", ", Words)}");
            }
            var column = Column(key.Text, words[0], map, map.Flag("keep", words[0] != "validator"), IsDocument);
            map.Done();
            foreach (var need in column.Needs)
                if (!names.Contains(need.Column)) throw job.Unknown(map.Find(words[0])!, "column", need.Column, names.Where(n => n != key.Text));
            columns.Add(column);
        }
        long stride = 1;
        foreach (var grid in columns.OfType<GridColumn>())
        {
            grid.Stride = stride;
            stride *= grid.Count;
            if (stride > 1_000_000_000) throw new RecipeException("SB2401", $"{job.At(job.Find("columns"))}: the grid has more than a billion combinations");
        }
        return columns.MoveToImmutable();
    }

    private JobColumn Column(string name, string word, JobMap map, bool keep, Func<CellPath, bool> isDocument)
    {
        if (word == "expression")
        {
            try { return new ExpressionColumn(Expression.Parse(map.Text(word)!)) { Name = name, Keep = keep }; }
            catch (RecipeException e) when (e.Code.StartsWith("SB206", StringComparison.Ordinal)) { throw new RecipeException(e.Code, $"{map.At(map.Find(word))}: {e.Message}", e); }
        }
        if (word == "seed")
        {
            if (map.Find(word) is not YamlText { Text: var source } || !sources.TryGetValue(source, out var found)) throw map.Unknown(map.Find(word)!, "seeds", map.TextOf(map.Find(word)!, word), sources.Keys);
            return new SeedColumn(found, map.Word("order", "as-they-are", "shuffled") == "shuffled") { Name = name, Keep = keep };
        }
        var inner = map.Map(word)!;
        JobColumn column = word switch
        {
            "sampler" => Sampler(name, keep, inner),
            "llm-text" or "llm-structured" => Model(name, keep, inner, word == "llm-structured", isDocument),
            "judge" => Judge(name, keep, inner),
            "validator" => Validator(name, keep, inner),
            "spans" => new SpansColumn(inner.CellPath(inner.Need("text", "text: ner.text"), "text"), inner.CellPath(inner.Need("entities", "entities: ner.entities"), "entities")) { Name = name, Keep = keep },
            _ => Execution(name, keep, inner),
        };
        inner.Done();
        return column;
    }

    private static JobColumn Sampler(string name, bool keep, JobMap map)
    {
        if (map.Find("choice") is { } choice)
        {
            if (choice is YamlList { Items.Length: > 0 } list) return new ChoiceColumn([.. list.Items.Select(map.JsonOf)], [.. list.Items.Select(_ => 1.0)]) { Name = name, Keep = keep };
            if (choice is not YamlMap { Entries.Length: > 0 }) throw map.Wrong(choice, "`choice` must be a list of values, or of `value: weight` lines");
            var weighted = map.MapOf(choice, "`choice`");
            var weights = weighted.Entries.Select(e => weighted.Number(e.Key.Text, 0, 1e12)!.Value).ToImmutableArray();
            if (!(weights.Sum() > 0)) throw map.Wrong(choice, "the weights of `choice` must add up to more than 0");
            return new ChoiceColumn([.. weighted.Entries.Select(e => (JsonNode?)e.Key.Text)], weights) { Name = name, Keep = keep };
        }
        if (map.Find("grid") is { } grid) return new GridColumn(Grid(grid, map)) { Name = name, Keep = keep };
        var decimals = map.Has("decimals") ? map.Integer("decimals", 0, 15, 0) : (int?)null;
        foreach (var (key, value) in map.Entries)
        {
            if (key.Text == "decimals") continue;
            if (!DistributionCatalog.Knows(key.Text)) throw map.Unknown(key, "sampler", key.Text, DistributionCatalog.All.Select(d => d.Name).Concat(["choice", "grid", "decimals"]));
            var parameters = map.MapOf(map.Find(key.Text)!, $"`{key.Text}`");
            try
            {
                var values = parameters.Entries.ToDictionary(e => e.Key.Text, e => parameters.Number(e.Key.Text, double.MinValue, double.MaxValue)!.Value, StringComparer.Ordinal);
                return new NumberSamplerColumn(DistributionCatalog.Make(key.Text, values), decimals) { Name = name, Keep = keep };
            }
            catch (RecipeException e) when (e.Code.StartsWith("SB212", StringComparison.Ordinal)) { throw new RecipeException(e.Code, $"{map.At(value)}: {e.Message}", e); }
        }
        throw new RecipeException("SB2402", $"{map.AtMap}: a sampler takes `choice`, `grid` or a distribution");
    }

    /// <summary>A list is one axis; a map of lists is all its combinations, each a map.</summary>
    private static ImmutableArray<JsonNode?> Grid(YamlValue value, JobMap map)
    {
        if (value is YamlList { Items.Length: > 0 } list) return [.. list.Items.Select(map.JsonOf)];
        if (value is not YamlMap { Entries.Length: > 0 } axes || axes.Entries.Any(e => e.Value is not YamlList { Items.Length: > 0 })) throw map.Wrong(value, "`grid` must be a list of values, or lists by name");
        long count = 1;
        foreach (var (_, axis) in axes.Entries)
            if ((count *= ((YamlList)axis).Items.Length) > 100_000) throw map.Wrong(value, "`grid` has more than 100,000 combinations");
        var all = ImmutableArray.CreateBuilder<JsonNode?>((int)count);
        for (long i = 0; i < count; i++)
        {
            var (one, rest) = (new JsonObject(), i);
            foreach (var (key, axis) in axes.Entries)
            {
                var items = ((YamlList)axis).Items;
                one[key.Text] = map.JsonOf(items[(int)(rest % items.Length)]);
                rest /= items.Length;
            }
            all.Add(one);
        }
        return all.MoveToImmutable();
    }

    private ModelUse Use(JobMap map)
    {
        var name = map.Text("model", "model: writer");
        return models.GetValueOrDefault(name) ?? throw map.Unknown(map.Find("model")!, "model", name, models.Keys);
    }

    private ModelColumn Model(string name, bool keep, JobMap map, bool structured, Func<CellPath, bool> isDocument) => new()
    {
        Name = name, Keep = keep, Model = Use(map), IsDocument = isDocument,
        System = map.Template("system"),
        Prompt = map.TemplateOf(map.Need("prompt", "prompt: \"Write about {{ topic }}.\""), "prompt"),
        Shape = structured ? map.Shape(map.Need("schema", "schema: {type: object, …}")) : null,
        Samples = map.Integer("samples", 1, 64, 1),
        Retries = map.Integer("retries", 0, 10, 2),
        Checks = [.. map.List("checks").SelectMany(c => Checks(map.MapOf(c, "a check"), name))],
    };

    private static ImmutableArray<TextCheck> Checks(JobMap map, string column)
    {
        var checks = CheckCatalog.Read(map, column);
        map.Done();
        return checks;
    }

    private static ValidatorColumn Validator(string name, bool keep, JobMap map)
    {
        map.Need("of", "of: answer");
        return new(CheckCatalog.Read(map, "")) { Name = name, Keep = keep };
    }

    private JobColumn Judge(string name, bool keep, JobMap map)
    {
        var model = Use(map);
        if (map.Has("candidates"))
        {
            var candidates = map.List("candidates").Select(c => map.CellPath(c, "candidates")).ToImmutableArray();
            return new PairJudgeColumn
            {
                Name = name, Keep = keep, Model = model, Candidates = candidates, Task = map.Template("task"), Votes = map.Integer("votes", 1, 15, 1), Retries = map.Integer("retries", 0, 10, 2),
                Expected = candidates.Length > 1 ? candidates.Length : 2,
                Criterion = map.Text("criterion")?.TrimEnd('.') ?? "The more correct, complete and helpful one is better; length alone is no merit",
                KeepTies = map.Word("ties", "reject", "keep") == "keep",
            };
        }
        var rubric = map.Map("rubric") ?? throw new RecipeException("SB2402", $"{map.AtMap}: a judge takes a `rubric` of `aspect: meaning` lines, or `candidates` to compare");
        var aspects = rubric.Entries.Select(e => (e.Key.Text, rubric.TextOf(e.Value, e.Key.Text))).ToImmutableArray();
        if (aspects.IsEmpty || aspects.Any(a => a.Text is "why" or "score")) throw map.Wrong(map.Find("rubric")!, "a rubric has at least one aspect, none of them called `why` or `score`");
        int low = 1, high = 5;
        if (map.Find("scale") is { } scale && (scale is not YamlList { Items: [YamlText first, YamlText last] } || !int.TryParse(first.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out low) || !int.TryParse(last.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out high) || high <= low))
            throw map.Wrong(scale, "`scale` must be two whole numbers: `scale: [1, 5]`");
        return new JudgeColumn(aspects, low, high)
        {
            Name = name, Keep = keep, Model = model, Of = map.TemplateOf(map.Need("of", "of: \"{{ answer }}\""), "of"), Task = map.Template("task"),
            Votes = map.Integer("votes", 1, 15, 1), Min = map.Number("min", low, high), Retries = map.Integer("retries", 0, 10, 2),
        };
    }

    private static JobColumn Execution(string name, bool keep, JobMap map)
    {
        if (map.Find("sql") is { } query) return new SqlColumn(map.CellPath(query, "sql"), SqlCheck.Sandbox(map), map.Integer("rows", 0, 200, 0)) { Name = name, Keep = keep };
        if (map.Find("arithmetic") is { } sum) return new ArithmeticColumn(map.CellPath(sum, "arithmetic"), map.Find("equals") is { } answer ? map.CellPath(answer, "equals") : null, map.Number("tolerance", 0, 1) ?? 1e-9) { Name = name, Keep = keep };
        throw new RecipeException("SB2402", $"{map.AtMap}: an execution takes `sql` or `arithmetic`, the name of the cell to carry out");
    }
}
