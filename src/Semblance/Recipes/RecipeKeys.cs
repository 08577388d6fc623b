using System.Collections.Immutable;
using System.Globalization;
using Semblance.Codecs;
using Semblance.Formats;
using Semblance.Metrics;
using Semblance.Models;

namespace Semblance.Recipes;

/// <summary>Every key of a recipe, in the order they are written. Reader, writer, JSON Schema and the table in the documentation follow this list.</summary>
public static class RecipeKeys
{
    private const string Text = """{"type":"string","minLength":1}""";
    private const string Texts = """{"oneOf":[{"type":"string","minLength":1},{"type":"array","items":{"type":"string","minLength":1}}]}""";

    private const string Ratio = """{"type":"number","exclusiveMinimum":0,"maximum":20}""";

    /// <summary>The keys.</summary>
    public static ImmutableArray<RecipeKey> All { get; } =
    [
        new("version", "version of the format: 1", "must be given")
        {
            Schema = $$"""{"const":{{Recipe.FormatVersion}}}""",
            Read = (recipe, value, reader) => value is YamlText { Text: var text } && text == Recipe.FormatVersion.ToString(CultureInfo.InvariantCulture) ? recipe : throw reader.Wrong(value, $"{Recipe.FormatVersion}, the version this program knows"),
            Write = (_, lines) => lines.Line("version", Recipe.FormatVersion),
        },
        new("data", "table to learn from", "must be given")
        {
            Schema = Text,
            Read = (recipe, value, reader) => recipe with { Data = reader.Path(value) },
            Write = (recipe, lines) => lines.Path("data", recipe.Data),
        },
        new("target", "column that a user would predict", "none: utility is not judged")
        {
            Schema = Text,
            Read = (recipe, value, reader) => recipe with { Target = reader.Text(value) },
            Write = (recipe, lines) => lines.Text("target", recipe.Target),
        },
        new("model", "a model of `semblance list models`", "the catalogue's default")
        {
            Schema = $$"""{"enum":[{{string.Join(',', ModelCatalog.Default.Entries.Select(e => $"\"{e.Id}\""))}}]}""",
            Read = (recipe, value, reader) => recipe with { Model = reader.Text(value) },
            Write = (recipe, lines) => lines.Text("model", recipe.Model),
        },
        new("set", "settings of the model", "the model's own defaults")
        {
            Schema = """{"type":"object","additionalProperties":{"type":["string","number","boolean"]}}""",
            Read = (recipe, value, reader) => recipe with { Set = recipe.Set.AddRange(reader.Pairs(value, v => reader.Text(v))) },
            Write = (recipe, lines) => lines.Map("set", recipe.Set),
        },
        new("budget", "time that `auto` or `refine` may plan for: `60s`, `10m`, `1.5h`", "the quick class of `auto`, 5m of `refine`")
        {
            Page = "models/auto.md",
            Schema = """{"type":"string","pattern":"^[0-9]*\\.?[0-9]+[smh]$"}""",
            Read = (recipe, value, reader) => recipe with { Budget = reader.Sound(value, text => Budget.Parse(text)) },
            Write = (recipe, lines) => lines.Text("budget", recipe.Budget),
        },
        new("refine", "let a search choose the model within `budget`: `until` (gates to reach), `models` (families to choose from), `prefer` (`speed` or `quality`), each of which may be left out", "`model` is fitted as it is")
        {
            Page = "refine.md",
            Schema = """{"type":"object","additionalProperties":false,"properties":{"until":""" + Texts + ""","models":""" + Texts + ""","prefer":{"enum":["speed","quality"]}}}""",
            Read = (recipe, value, reader) => recipe with { Refine = Search(value, reader) },
            Write = (recipe, lines) => lines.Refine("refine", recipe.Refine),
        },
        new("seed", "0 to 18446744073709551615", "drawn and printed")
        {
            Schema = """{"type":"integer","minimum":0,"maximum":18446744073709551615}""",
            Read = (recipe, value, reader) => recipe with { Seed = ulong.TryParse(reader.Text(value), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : throw reader.Wrong(value, "a whole number from 0 to 18446744073709551615") },
            Write = (recipe, lines) => lines.Line("seed", recipe.Seed),
        },
        new("count", "rows to make", "as many as the data have")
        {
            Schema = """{"type":"integer","minimum":1}""",
            Read = (recipe, value, reader) => recipe with { Count = long.TryParse(reader.Text(value), NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0 ? n : throw reader.Wrong(value, "a whole number of rows, at least 1") },
            Write = (recipe, lines) => lines.Line("count", recipe.Count),
        },
        new("holdout", "share of the rows kept from the model to judge it, or a file of real rows", "0.2")
        {
            Schema = """{"oneOf":[{"type":"number","exclusiveMinimum":0,"exclusiveMaximum":1},{"type":"string","minLength":1}]}""",
            Read = (recipe, value, reader) => !double.TryParse(reader.Text(value), NumberStyles.Float, CultureInfo.InvariantCulture, out var share) ? recipe with { HoldoutFile = reader.Path(value) }
                : share is > 0 and < 1 ? recipe with { HoldoutShare = share } : throw reader.Wrong(value, "a share between 0 and 1, or a file of real rows"),
            Write = (recipe, lines) =>
            {
                if (recipe.HoldoutFile is { } file) lines.Path("holdout", file);
                else lines.Line("holdout", (double?)recipe.HoldoutShare);
            },
        },
        new("columns", "kinds, where the data tell them wrongly", "found from the data")
        {
            Page = "profile.md",
            Schema = """{"type":"object","additionalProperties":{"enum":[""" + string.Join(',', Enum.GetValues<ColumnKind>().Select(k => $"\"{TableOptions.WordOf(k)}\"")) + "]}}",
            Read = (recipe, value, reader) => recipe with { Columns = recipe.Columns.AddRange(reader.Pairs(value, reader.Kind)) },
            Write = (recipe, lines) => lines.Map("columns", recipe.Columns.Select(c => KeyValuePair.Create(c.Key, TableOptions.WordOf(c.Value)))),
        },
        new("encoding", "columns of numbers or moments that the model takes otherwise than usual: `levels` (frequent values as categories), `ranges 20` (at most about so many), `line`", "`line`")
        {
            Page = "controls.md#encoding",
            Schema = "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\",\"pattern\":\"^(line|levels|ranges [0-9]+)$\"}}",
            Read = (recipe, value, reader) => recipe with { Encoding = reader.Pairs(value, v => ColumnEncoding.Parse(reader.Sound(v, text => ColumnEncoding.Parse(text)))).Aggregate(recipe.Encoding, (all, c) => all.With(c.Key, c.Value)) },
            Write = (recipe, lines) => lines.Map("encoding", recipe.Encoding.Columns.Select(c => KeyValuePair.Create(c.Key, c.Value.ToString()))),
        },
        new("constraints", "what every row must satisfy, one or a list", "rules that hold in every real row")
        {
            Page = "constraints.md",
            Schema = Texts,
            Read = (recipe, value, reader) => recipe with { Constraints = reader.List(value, v => reader.Sound(v, text => Rules.Constraint.Parse(text))) },
            Write = (recipe, lines) => lines.List("constraints", recipe.Constraints),
        },
        new("where", "make only rows for which this condition holds", "all")
        {
            Page = "expressions.md",
            Schema = Text,
            Read = (recipe, value, reader) => recipe with { Where = reader.Text(value) },
            Write = (recipe, lines) => lines.Text("where", recipe.Where),
        },
        new("balance", "which values are to occur how often: `sex, income`, or with shares", "as the model has them")
        {
            Page = "controls.md#balance",
            Schema = Text,
            Read = (recipe, value, reader) => recipe with { Balance = reader.Text(value) },
            Write = (recipe, lines) => lines.Text("balance", recipe.Balance),
        },
        new("fair", "sensitive columns that the target is to be independent of: `sex`, or `sex, race`", "as the model has it")
        {
            Page = "controls.md#fairness",
            Schema = Text,
            Read = (recipe, value, reader) => recipe with { Fair = reader.Text(value) },
            Write = (recipe, lines) => lines.Text("fair", recipe.Fair),
        },
        new("match", "choose, from five times as many rows, those whose counts come nearest to the real ones: `true` or `false`", "`false`")
        {
            Page = "controls.md#match",
            Schema = """{"type":"boolean"}""",
            Read = (recipe, value, reader) => recipe with { Match = reader.Text(value) switch { "true" => true, "false" => false, _ => throw reader.Wrong(value, "true or false") } },
            Write = (recipe, lines) => lines.Text("match", recipe.Match ? "true" : null),
        },
        new("mix", "also write the real rows learned from and synthetic ones together, in the ratio that serves the target best: `{}`, or `ratios` (those to try; one alone is taken as it is)", "no mix")
        {
            Page = "mix.md#in-a-run",
            Schema = """{"type":"object","additionalProperties":false,"properties":{"ratios":{"oneOf":[""" + Ratio + """,{"type":"array","minItems":1,"items":""" + Ratio + """}]}}}""",
            Read = (recipe, value, reader) => recipe with { Mix = MixOf(value, reader) },
            Write = (recipe, lines) => lines.Mix("mix", recipe.Mix),
        },
        new("evaluate", "metrics to judge by, or their families (`privacy`), one or a list; what gates name is always judged", "all")
        {
            Page = "design/metrics.md",
            Schema = """{"oneOf":[{"$ref":"#/$defs/metric"},{"type":"array","items":{"$ref":"#/$defs/metric"}}]}""",
            Read = (recipe, value, reader) => recipe with { Evaluate = reader.List(value, v => reader.Sound(v, text => MetricNames.Of(text))) },
            Write = (recipe, lines) => lines.List("evaluate", recipe.Evaluate),
        },
        new("quasi", "columns that others may know of a person, for `privacy.k-map`: `age, zip, sex`", "chosen by name and kind")
        {
            Page = "metrics/privacy.k-map.md",
            Schema = Text,
            Read = (recipe, value, reader) => recipe with { Quasi = reader.Text(value) },
            Write = (recipe, lines) => lines.Text("quasi", recipe.Quasi),
        },
        new("require", "gates on scores, one or a list", "none")
        {
            Page = "gates.md",
            Schema = Texts,
            Read = (recipe, value, reader) => recipe with { Require = reader.List(value, v => reader.Sound(v, text => Gate.Parse(text))) },
            Write = (recipe, lines) => lines.List("require", recipe.Require),
        },
        new("to", "folder for the results", "must be given here or as `--to`")
        {
            Schema = Text,
            Read = (recipe, value, reader) => recipe with { To = reader.Path(value) },
            Write = (recipe, lines) => lines.Path("to", recipe.To),
        },
        new("threads", "threads that may work at once", "all processors")
        {
            Schema = """{"type":"integer","minimum":1,"maximum":1024}""",
            Read = (recipe, value, reader) => recipe with { Threads = int.TryParse(reader.Text(value), NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n is > 0 and <= 1024 ? n : throw reader.Wrong(value, "a whole number from 1 to 1024") },
            Write = (recipe, lines) => lines.Line("threads", recipe.Threads),
        },
    ];

    private static MixWish MixOf(YamlValue value, RecipeKeyReader reader)
    {
        var wish = new MixWish();
        foreach (var (name, part) in reader.Pairs(value, v => v))
            wish = name == "ratios" ? wish with { Ratios = [.. part is YamlList list ? list.Items.Select(One) : [One(part)]] } : throw reader.Wrong(value, $"{{}} or ratios, not `{name}`");
        return wish;

        double One(YamlValue v) => double.TryParse(reader.Text(v), NumberStyles.Float, CultureInfo.InvariantCulture, out var ratio) && ratio is > 0 and <= 20 ? ratio : throw reader.Wrong(v, "ratios above 0 and at most 20, such as 0.5 or 2");
    }

    private static RefineWish Search(YamlValue value, RecipeKeyReader reader)
    {
        var wish = new RefineWish();
        foreach (var (name, part) in reader.Pairs(value, v => v))
            wish = name switch
            {
                "until" => wish with { Until = reader.List(part, v => reader.Sound(v, text => Gate.Parse(text))) },
                "models" => wish with { Families = reader.List(part, v => reader.Sound(v, text => ModelCatalog.Default.Create(text))) },
                "prefer" => wish with { Prefer = Enum.TryParse<AutoPreference>(reader.Text(part), true, out var word) ? word : throw reader.Wrong(part, "speed or quality") },
                _ => throw reader.Wrong(value, $"until, models or prefer, not `{name}`"),
            };
        return wish;
    }
}
