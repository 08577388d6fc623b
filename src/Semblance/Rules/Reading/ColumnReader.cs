using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Semblance.Formats;
using Semblance.Numerics;

namespace Semblance.Rules;

/// <summary>What rules take from outside and know nothing of: fitted models and profiles.</summary>
public interface IRuleSources
{
    /// <summary>A fitted model.</summary>
    /// <param name="path">Its file, as the rules name it.</param>
    IRowModel Model(string path);

    /// <summary>A column like one of a profile: its marginal, its gaps.</summary>
    /// <param name="path">The profile, as the rules name it.</param>
    /// <param name="column">Column of the profile.</param>
    /// <returns>A rule whose name and place do not count.</returns>
    ColumnRule Profile(string path, string column);
}

/// <summary>Reads columns as rules files and packs write them: one word that makes the values, and words that bound or dress them.</summary>
internal sealed class ColumnReader(string source, IRuleSources? outside = null)
{
    private const int MostColumns = 2000, MostValues = 100_000, MostCases = 1000;

    /// <summary>Words that make values, distributions aside.</summary>
    public static ImmutableArray<string> Makers { get; } = ["choice", "sequence", "pattern", "form", "date", "expression", "given", "template", "reference", "aggregate", "profile", "model", "mixture", "empirical"];

    /// <summary>Words that bound or dress values.</summary>
    public static ImmutableArray<string> Modifiers { get; } = ["min", "max", "decimals", "missing", "unique", "format", "kind", "locale", "as"];

    private static readonly FrozenSet<string> MakerWords = Makers.Concat(DistributionCatalog.All.Select(e => e.Name)).ToFrozenSet();
    private static readonly FrozenSet<string> Words = MakerWords.Concat(Modifiers).ToFrozenSet();
    private static readonly FrozenSet<string> CaseWords = Words.Append("when").ToFrozenSet();

    /// <summary>The columns under a key.</summary>
    public ImmutableArray<ColumnRule> Columns(YamlValue value, string what)
    {
        var map = value as YamlMap ?? throw Fault(value, what, $"must be a list of `column: rule` lines, indented; here stands {RuleMap.Described(value)}");
        if (map.Entries.Length > MostColumns) throw Fault(value, what, $"{map.Entries.Length} columns; at most {MostColumns} are allowed");
        return [.. map.Entries.Select(e => Column(e.Key.Text, e.Value, $"column `{e.Key.Text}`"))];
    }

    /// <summary>A column.</summary>
    public ColumnRule Column(string name, YamlValue value, string what) => Column(name, value, what, Words);

    private ColumnRule Column(string name, YamlValue value, string what, FrozenSet<string> words)
    {
        // `id: sequence` is short for `id: {sequence: }`
        if (value is YamlText word && word.Text.Length > 0)
            value = new YamlMap([(word, new YamlText("", false, word.Line, word.Column))], word.Line, word.Column);
        var map = new RuleMap(source, value, what, words);
        var makers = map.Entries.Where(e => MakerWords.Contains(e.Key.Text)).ToArray();
        if (makers.Length != 1)
            throw map.Fault(value, "SB2133", makers.Length == 0 ? "nothing makes its values; give one of " + string.Join(", ", Makers) + ", or a distribution such as `normal`"
                : $"`{makers[0].Key.Text}` and `{makers[1].Key.Text}` both make its values; keep one");
        var (maker, argument) = makers[0];
        var rule = maker.Text == "profile" ? Profile(map, argument, name) : new ColumnRule(name, Source(map, maker.Text, argument, what)) { Kind = argument is YamlList or YamlMap && maker.Text == "choice" && IsQuoted(argument) ? ColumnKind.Category : null };
        foreach (var of in (ReadOnlySpan<string>)["locale", "as"])
            if (map[of] is { } belongs && rule.Source is not ColumnSource.Form) throw map.Fault(belongs, "SB2131", $"`{of}` belongs to `form`");
        return rule with
        {
            Name = name,
            Source = rule.Source with { At = map.Place(maker) },
            Min = map.Text("min") ?? rule.Min,
            Max = map.Text("max") ?? rule.Max,
            Decimals = map["decimals"] is { } decimals ? (int)map.Whole(decimals, "decimals", 0, 15) : rule.Decimals,
            Missing = map.Number("missing", rule.Missing, 0, 1),
            Unique = map.Flag("unique", rule.Unique),
            Format = Format(map) ?? rule.Format,
            Kind = Kind(map) ?? rule.Kind,
            At = map.At,
        };
    }

    private static bool IsQuoted(YamlValue values) => values switch
    {
        YamlMap map => map.Entries.Any(e => e.Key.Quoted),
        YamlList list => list.Items.Any(i => i is YamlText { Quoted: true }),
        _ => false,
    };

    private static string? Format(RuleMap map)
    {
        if (map["format"] is not { } value) return null;
        var format = map.Text(value, "format");
        try { return new DateTime(2024, 5, 31, 14, 30, 0).ToString(format, CultureInfo.InvariantCulture).Length is > 0 and < 100 ? format : throw new FormatException(); }
        catch (FormatException) { throw map.Fault(value, "SB2131", $"`{format}` is no date format; write yyyy-MM-dd or yyyy-MM-dd HH:mm:ss"); }
    }

    private static ColumnKind? Kind(RuleMap map)
    {
        if (map["kind"] is not { } value) return null;
        try { return TableOptions.KindOf(map.Text(value, "kind")); }
        catch (SchemaException e) { throw map.Fault(value, "SB2131", e.Message); }
    }

    private ColumnSource Source(RuleMap map, string word, YamlValue value, string what)
    {
        switch (word)
        {
            case "choice":
                return Choice(map, value);
            case "sequence":
                if (value is YamlText start) return new ColumnSource.Sequence { Start = start.Text.Length == 0 ? 1 : map.Whole(value, word, -Exact, Exact) };
                var sequence = new RuleMap(source, value, $"{what}, `sequence`", ["start", "step", "prefix", "suffix", "width", "within"]);
                return new ColumnSource.Sequence
                {
                    Start = sequence.Whole("start", 1, -Exact, Exact), Step = sequence.Whole("step", 1, 1, 1_000_000_000), Prefix = sequence.Text("prefix") ?? "", Suffix = sequence.Text("suffix") ?? "",
                    Width = (int)sequence.Whole("width", 0, 0, 18), Within = sequence.Flag("within"),
                };
            case "pattern":
                return new ColumnSource.Shape(map.Text(value, word));
            case "form":
                return new ColumnSource.Form(map.Text(value, word)) { Locale = map.Text("locale"), As = map.Text("as") ?? "person" };
            case "date":
                var date = new RuleMap(source, value, $"{what}, `date`", ["from", "to", "step", "weights", "calendar", "hours"]);
                return new ColumnSource.Moment { From = date.Text("from") ?? throw date.Missing("from", "from: 2024-01-01"), To = date.Text("to") ?? throw date.Missing("to", "to: 2024-12-31"), Step = date.Word<MomentStep>("step"), Calendar = date.Text("calendar"), Hours = date.Text("hours"),
                    Weights = date["weights"] switch { null => [], YamlList { Items.Length: > 0 and <= 1000 } list => [.. list.Items.Select(i => date.Number(i, "weights", 0))], var wrong => throw date.Fault(wrong, "SB2131", "`weights` takes a list of 1 to 1000 numbers of at least 0") },
                };
            case "expression":
                return new ColumnSource.Formula(map.Text(value, word));
            case "given":
                return Given(map, value, what);
            case "template":
                return Template(map, value, what);
            case "reference":
                return Reference(map, value, what);
            case "aggregate":
                return Aggregate(map, value, what);
            case "model":
                var model = new RuleMap(source, value, $"{what}, `model`", ["file", "column"]);
                var file = model.Text("file") ?? throw model.Missing("file", "file: adult.semblance");
                return new ColumnSource.Modelled((outside ?? throw NoOutside(map, value)).Model(file), model.Text("column") ?? throw model.Missing("column", "column: age"));
            case "mixture":
                return new ColumnSource.Law(Mixture(map, value, what));
            case "empirical":
                return new ColumnSource.Law(Empirical(value, what));
            default:
                return new ColumnSource.Law(Law(map, word, value));
        }
    }

    private const long Exact = 1L << 52;

    private static RecipeException NoOutside(RuleMap map, YamlValue at) => map.Fault(at, "SB2131", "models and profiles can't be used here");

    private ColumnRule Profile(RuleMap map, YamlValue value, string name)
    {
        var profile = new RuleMap(source, value, $"column `{name}`, `profile`", ["file", "column"]);
        return (outside ?? throw NoOutside(map, value)).Profile(profile.Text("file") ?? throw profile.Missing("file", "file: adult.profile.json"), profile.Text("column") ?? name);
    }

    /// <summary>A distribution by its name and parameters.</summary>
    public static Distribution Law(RuleMap map, string word, YamlValue value)
    {
        var parameters = new Dictionary<string, double>(StringComparer.Ordinal);
        if (value is YamlMap given)
            foreach (var (key, number) in given.Entries) parameters[key.Text] = map.Number(number, key.Text);
        else if (value is YamlText { Text.Length: > 0 })
        {
            // one number for a distribution of one parameter
            var form = DistributionCatalog.Find(word).Forms.FirstOrDefault(f => f.Parameters.Length == 1) ?? throw map.Fault(value, "SB2131", $"`{word}` takes several parameters: {string.Join(" or ", DistributionCatalog.Find(word).Forms.Select(f => string.Join(", ", f.Parameters.Select(p => p.Name))))}");
            parameters[form.Parameters[0].Name] = map.Number(value, word);
        }
        else if (value is not YamlText) throw map.Fault(value, "SB2131", $"`{word}` takes parameters, not {RuleMap.Described(value)}");
        try { return DistributionCatalog.Make(word, parameters); }
        catch (RecipeException e) { throw new RecipeException(e.Code, $"{map.Place(value)}: {e.Message}", e); }
    }

    private Distribution Mixture(RuleMap map, YamlValue value, string what)
    {
        if (value is not YamlList { Items.Length: > 0 and <= 1000 } list) throw map.Fault(value, "SB2131", "`mixture` takes a list of distributions with weights: `- {weight: 0.7, normal: {mean: 40, sd: 10}}`");
        var (weights, parts) = (new List<double>(), new List<Distribution>());
        foreach (var item in list.Items)
        {
            var part = new RuleMap(source, item, $"{what}, `mixture`", DistributionCatalog.All.Select(e => e.Name).Concat(["weight", "empirical"]));
            var laws = part.Entries.Where(e => e.Key.Text != "weight").ToArray();
            if (laws.Length != 1) throw part.Fault(item, "SB2133", "each part takes a `weight` and one distribution");
            weights.Add(part.Number("weight", 1, double.Epsilon));
            parts.Add(laws[0].Key.Text == "empirical" ? Empirical(laws[0].Value, what) : Law(part, laws[0].Key.Text, laws[0].Value));
        }
        return Distribution.Mixture([.. weights], [.. parts]);
    }

    /// <summary>Straight lines between stated quantiles.</summary>
    private Distribution Empirical(YamlValue value, string what)
    {
        var table = new RuleMap(source, value, $"{what}, `empirical`", ["probabilities", "values"]);
        try { return Distribution.Empirical(Numbers("probabilities"), Numbers("values")); }
        catch (ArgumentException e) { throw table.Fault(value, "SB2131", e.Message.Split(" (Parameter", 2)[0]); }

        double[] Numbers(string word) => table[word] is YamlList { Items.Length: <= MostValues } list ? [.. list.Items.Select(i => table.Number(i, word))] : throw table.Missing(word, $"{word}: [...], a list of numbers");
    }

    private static ColumnSource.Choice Choice(RuleMap map, YamlValue value)
    {
        var values = value switch
        {
            YamlMap weighted => weighted.Entries.Select(e => (e.Key.Text, map.Number(e.Value, e.Key.Text, 0))).ToImmutableArray(),
            YamlList list => [.. map.Texts(list, "choice").Select(t => (t.Text, 1.0))],
            _ => throw map.Fault(value, "SB2131", $"`choice` takes a list of values, or a map of values and weights; here stands {RuleMap.Described(value)}"),
        };
        if (values.Length is 0 or > MostValues || !values.Any(v => v.Item2 > 0)) throw map.Fault(value, "SB2131", $"`choice` takes 1 to {MostValues} values, and one must have a weight above 0");
        if (values.GroupBy(v => v.Text).FirstOrDefault(g => g.Count() > 1) is { } twice) throw map.Fault(value, "SB2131", $"the value `{twice.Key}` stands twice; write it once, with a weight");
        return new ColumnSource.Choice(values);
    }

    private ColumnSource.Given Given(RuleMap map, YamlValue value, string what)
    {
        if (value is YamlList list)
        {
            if (list.Items.Length is 0 or > MostCases) throw map.Fault(value, "SB2131", $"`given` takes 1 to {MostCases} cases");
            var cases = ImmutableArray.CreateBuilder<GivenCase>();
            ColumnRule? otherwise = null;
            foreach (var item in list.Items)
            {
                if (otherwise is not null) throw map.Fault(item, "SB2131", "a case without `when` is the last: it takes all that is left");
                var rule = Column("", item, what, CaseWords);
                if (new RuleMap(source, item, what, CaseWords)["when"] is { } when) cases.Add(new GivenCase(map.Text(when, "when"), rule));
                else otherwise = rule;
            }
            return new ColumnSource.Given(cases.ToImmutable()) { Otherwise = otherwise };
        }
        if (value is not YamlMap table) throw map.Fault(value, "SB2131", $"`given` takes a list of cases, or a column and its values; here stands {RuleMap.Described(value)}");
        var columns = table.Entries.Where(e => e.Key.Text != "else").ToArray();
        if (columns.Length != 1 || columns[0].Value is not YamlMap rows) throw map.Fault(value, "SB2131", "`given` takes one column with a rule for each of its values, and `else`; for conditions on several columns write a list of cases with `when`");
        if (rows.Entries.Length is 0 or > MostCases) throw map.Fault(value, "SB2131", $"`given` takes 1 to {MostCases} cases");
        return new ColumnSource.Given([.. rows.Entries.Select(e => new GivenCase(e.Key.Text, Column("", e.Value, what)))])
        {
            Column = columns[0].Key.Text,
            Otherwise = map.Entries.Length > 0 && table.Entries.FirstOrDefault(e => e.Key.Text == "else").Value is { } left ? Column("", left, what) : null,
        };
    }

    private ColumnSource.Template Template(RuleMap map, YamlValue value, string what)
    {
        if (value is not YamlMap) return new ColumnSource.Template([.. map.Texts(value, "template").Select(t => t.Text)]);
        var template = new RuleMap(source, value, $"{what}, `template`", ["text", "words"]);
        var text = template["text"] ?? throw template.Missing("text", "text: \"{colour} {animal}\"");
        var words = ImmutableSortedDictionary.CreateBuilder<string, ImmutableArray<string>>(StringComparer.Ordinal);
        if (template["words"] is YamlMap lists)
            foreach (var (hole, list) in lists.Entries) words.Add(hole.Text, [.. template.Texts(list, hole.Text).Select(t => t.Text)]);
        else if (template["words"] is { } wrong) throw template.Fault(wrong, "SB2131", "`words` must be lists by the name of their hole");
        return new ColumnSource.Template([.. template.Texts(text, "text").Select(t => t.Text)]) { Words = words.ToImmutable() };
    }

    private ColumnSource.Reference Reference(RuleMap map, YamlValue value, string what)
    {
        if (value is YamlText) return new ColumnSource.Reference(map.Text(value, "reference"));
        var reference = new RuleMap(source, value, $"{what}, `reference`", ["table", "column", "by", "exponent", "where", "distinct", "with", "roots"]);
        return new ColumnSource.Reference(reference.Text("table") ?? throw reference.Missing("table", "table: customers"))
        {
            Column = reference.Text("column"), By = reference.Word<ReferenceLaw>("by") ?? (reference["exponent"] is null ? null : ReferenceLaw.Zipf), Exponent = reference.Number("exponent", 1, 0, 10), Where = reference.Text("where"),
            Distinct = reference.Flag("distinct"), With = reference.Text("with"), Roots = reference.Whole("roots", 1, 1, Exact),
        };
    }

    private ColumnSource.Aggregate Aggregate(RuleMap map, YamlValue value, string what)
    {
        var kinds = Enum.GetNames<AggregateKind>().Select(n => n.ToLowerInvariant()).ToArray();
        var aggregate = new RuleMap(source, value, $"{what}, `aggregate`", kinds);
        if (aggregate.Entries.Length != 1) throw map.Fault(value, "SB2131", "`aggregate` takes one of " + string.Join(", ", kinds) + ": `aggregate: {sum: orders.amount}`");
        var (word, of) = aggregate.Entries[0];
        var (kind, text) = (Enum.Parse<AggregateKind>(word.Text, true), map.Text(of, word.Text));
        if (kind == AggregateKind.Count) return new ColumnSource.Aggregate(kind, text);
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 ? new ColumnSource.Aggregate(kind, text[..dot], text[(dot + 1)..]) : throw map.Fault(of, "SB2131", $"`{word.Text}` takes a table and a column of it: `{word.Text}: orders.amount`");
    }

    private RecipeException Fault(YamlValue at, string what, string message) => RulePlace.Fault("SB2131", new RulePlace(source, at.Line, at.Column), what, message);
}
