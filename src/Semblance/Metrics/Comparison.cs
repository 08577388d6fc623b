using System.Collections.Immutable;
using System.Globalization;
using Semblance.Data;
using Semblance.Profiles;

namespace Semblance.Metrics;

/// <summary>
/// Real, synthetic and holdout table brought to one form, so that equal cells are equal numbers. Kinds are decided by the real table: whoever wrote the synthetic
/// file, a cell is compared by what it says. Large tables are represented by a random sample of rows; <see cref="Full"/> gives the whole.
/// </summary>
internal sealed partial class Comparison
{
    /// <summary>Most rows of a table that are compared: sampling noise of a share is then below 0.001.</summary>
    public const int RowLimit = 250_000;

    /// <summary>Most cells of a table that are compared; bounds memory on wide tables.</summary>
    public const int CellLimit = 50_000_000;

    private readonly int[] rows;
    private readonly Table?[] full;
    private PairTable? pairs;
    private MarginalCodes? codes;
    private Profile? profile;
    private (TrainedPair? Pair, string Why)? prediction;
    private (SensitiveGroups? Groups, string Why)? groups;
    private (GroupTreatment? Treatment, string Why)? treatment;
    private readonly Dictionary<Side, Coverage?> coverage = [];

    private Comparison(Table?[] full, int[] rows, ImmutableArray<Feature> features, Evidence<Table> evidence, ImmutableArray<string> notes) =>
        (this.full, this.rows, Features, Target, Sensitive, Quasi, Model, Notes) = (full, rows, features, evidence.Target, evidence.Sensitive, evidence.Quasi, evidence.Model, notes);

    /// <summary>Columns of the real table, in order.</summary>
    public ImmutableArray<Feature> Features { get; }

    /// <summary>Column a user would predict, or null.</summary>
    public string? Target { get; }

    /// <summary>Names of the sensitive columns, or null.</summary>
    public string? Sensitive { get; }

    /// <summary>Names of the columns that others may know of a person, or null.</summary>
    public string? Quasi { get; }

    /// <summary>A model for metrics that must refit, or null.</summary>
    public IModel<Table>? Model { get; }

    /// <summary>Samples taken, cells that could not be read.</summary>
    public ImmutableArray<string> Notes { get; }

    /// <summary>Whether there are unseen real rows.</summary>
    public bool HasHoldout => rows[(int)Side.Holdout] > 0;

    /// <summary>Rows compared of a side.</summary>
    public int Rows(Side side) => rows[(int)side];

    /// <summary>The whole table of a side, as given.</summary>
    public Table? Full(Side side) => full[(int)side];

    /// <summary>
    /// By what to multiply the holdout's distance from the real data to get that of fresh real rows as many as the synthetic ones. Distances between two samples
    /// of one population (KS, TVD, differences of correlations) shrink with the square root of 1/n + 1/m.
    /// </summary>
    public double NoiseScale
    {
        get
        {
            double n = Rows(Side.Real), m = Rows(Side.Synthetic), h = Rows(Side.Holdout);
            return Math.Sqrt((1 / n + 1 / m) / (1 / n + 1 / h));
        }
    }

    /// <summary>Ceiling of a similarity in [0, 1] of which the holdout reaches <paramref name="holdoutScore"/>.</summary>
    public double CeilingOf(double holdoutScore) => 1 - Math.Min(1, (1 - holdoutScore) * NoiseScale);

    /// <summary>All pairs of columns, scored on first use.</summary>
    public PairTable Pairs(Run run, CancellationToken ct) => pairs ??= PairTable.Of(this, run, ct);

    /// <summary>All comparable columns in at most ten classes, coded on first use.</summary>
    public MarginalCodes Codes(Run run, CancellationToken ct) => codes ??= MarginalCodes.Of(this, run, ct);

    /// <summary>Distances between a side and the real rows, measured on first use.</summary>
    public Coverage? Coverage(Side side, Run run, CancellationToken ct)
    {
        if (!coverage.TryGetValue(side, out var found)) coverage.Add(side, found = Metrics.Coverage.Of(this, side, run, ct));
        return found;
    }

    /// <summary>Keys, dependencies and formulas of the real table, found on first use.</summary>
    public Profile Profile(Run run, CancellationToken ct) =>
        profile ??= full[0]!.Profile(new ProfileOptions { Parts = ProfileParts.Dependencies | ProfileParts.Formulas }, run with { Progress = null }, ct);

    /// <summary>The prediction of the target, learned from synthetic and from real rows on first use; null and why, when there is none.</summary>
    public TrainedPair? Prediction(Run run, CancellationToken ct, out string why)
    {
        prediction ??= (TrainedPair.Of(this, run, ct, out why), why);
        (var pair, why) = prediction.Value;
        return pair;
    }

    /// <summary>Groups of the sensitive columns, made on first use; null and why, when there are none.</summary>
    public SensitiveGroups? Groups(out string why)
    {
        groups ??= (SensitiveGroups.Of(this, out why), why);
        (var made, why) = groups.Value;
        return made;
    }

    /// <summary>How the models of <see cref="Prediction"/> treat those groups; null and why, when it cannot be said.</summary>
    public GroupTreatment? Treatment(Run run, CancellationToken ct, out string why)
    {
        treatment ??= (GroupTreatment.Of(this, run, ct, out why), why);
        (var made, why) = treatment.Value;
        return made;
    }

    /// <summary>What a boosting detector gets between fresh real rows; kept by the first metric that measures it.</summary>
    public Detection? Fresh { get; set; }

    /// <summary>Random rows of two sides, as many of each.</summary>
    public Detection.Samples Draw(Side first, Side second, int count, Run run, string stream) =>
        new(first, Sample(first, count, run, stream), second, Sample(second, count, run, stream));

    /// <summary>Two real samples that differ by chance only: holdout and train, or halves of train without a holdout; null when there are too few rows.</summary>
    public Detection.Samples? FreshSamples(int count, Run run, string stream)
    {
        var half = RowSample.Of(Rows(Side.Real), Rows(Side.Real), run.Stream($"{stream}/halves"));
        var size = Math.Min(count, HasHoldout ? Math.Min(Rows(Side.Holdout), half.Length) : half.Length / 2);
        if (size < Detection.LeastRows) return null;
        return HasHoldout ? new(Side.Holdout, Sample(Side.Holdout, size, run, stream), Side.Real, half[..size]) : new(Side.Real, half[..size], Side.Real, half[size..(2 * size)]);
    }

    /// <summary>Random rows of a side, in random order.</summary>
    public int[] Sample(Side side, int count, Run run, string stream) => RowSample.Of(Rows(side), count, run.Stream($"{stream}/{side}"));

    /// <summary>Prepares the evidence.</summary>
    /// <exception cref="SchemaException">The synthetic data or the holdout lack a column, or the target, a sensitive column or a quasi-identifier is none (SB1202).</exception>
    /// <exception cref="RecipeException">The sensitive columns can't be read, or the target is one of them (SB2102); the quasi-identifiers can't be read or compared (SB2106).</exception>
    public static Comparison Of(Evidence<Table> evidence, Run run)
    {
        if (evidence.Target is { } target) evidence.Real.Schema.Require(target, "target");
        if (evidence.Sensitive is { } sensitive) new Fairness(evidence.Target ?? "", sensitive).Columns(evidence.Real.Schema);
        if (evidence.Quasi is { } quasi) QuasiIdentifiers.Named(quasi, evidence.Real.Schema);
        var notes = ImmutableArray.CreateBuilder<string>();
        Table?[] full = [evidence.Real, evidence.Synthetic, evidence.Holdout];
        string[] names = ["real", "synthetic", "holdout"];
        var tables = new Table?[3];
        for (var side = 0; side < 3; side++)
        {
            if (full[side] is not { } table) continue;
            var limit = Math.Clamp(CellLimit / Math.Max(1, evidence.Real.Columns.Length), 10_000, RowLimit);
            tables[side] = table.Rows <= limit ? table : table.Take(RowSample.Of(table.Rows, limit, run.Stream($"evaluate/rows/{names[side]}")));
            if (table.Rows > limit)
                notes.Add(string.Create(CultureInfo.InvariantCulture, $"Of {table.Rows:N0} {names[side]} rows a random {limit:N0} were compared (copies are looked for in all)."));
        }
        foreach (var column in evidence.Synthetic.Columns)
            if (evidence.Real.Schema.IndexOf(column.Name) < 0) notes.Add($"Column `{column.Name}` of the synthetic data is not in the real data and was not judged.");
        var features = ImmutableArray.CreateBuilder<Feature>(evidence.Real.Columns.Length);
        foreach (var column in evidence.Real.Columns)
        {
            var sides = new Column?[3];
            for (var side = 0; side < 3; side++)
                sides[side] = tables[side] is { } table ? table.Columns[table.Schema.Require(column.Name, $"{names[side]} data")] : null;
            var form = column is TextColumn or CategoryColumn && column.Name != evidence.Target ? PersonalScan.WholeForm(column) : null;
            var feature = form is null ? Align(column.Schema, sides) : AlignNumbers(column.Schema, sides, FeatureType.Identifier, (_, _) => 0);
            if (form is not null) notes.Add($"Column `{column.Name}` ({form}): only its gaps were compared, since safe data must not look like the real ones here.");
            features.Add(feature);
            for (var side = 0; side < 3; side++)
                if (feature.Unreadable[side] > 0)
                    notes.Add(string.Create(CultureInfo.InvariantCulture, $"Column `{column.Name}`: {feature.Unreadable[side]:N0} {names[side]} cells cannot be read as {Word(column.Kind)} and count as missing."));
        }
        return new Comparison(full, [.. tables.Select(t => t?.Rows ?? 0)], features.MoveToImmutable(), evidence, notes.ToImmutable());
    }

    private static string Word(ColumnKind kind) => kind switch { ColumnKind.DateTime => "dates", _ => "numbers" };

    private static Feature Align(ColumnSchema schema, Column?[] sides) => schema.Kind switch
    {
        ColumnKind.Integer or ColumnKind.Decimal => AlignNumbers(schema, sides, FeatureType.Number, Number),
        ColumnKind.DateTime => AlignNumbers(schema, sides, FeatureType.Number, (column, row) => Days(column, row, schema.Format)),
        ColumnKind.Text => AlignNumbers(schema, sides, FeatureType.Number, Length),
        ColumnKind.Identifier => AlignNumbers(schema, sides, FeatureType.Identifier, Length),
        _ => AlignCategories(schema, sides),
    };

    private static Feature AlignNumbers(ColumnSchema schema, Column?[] sides, FeatureType type, Func<Column, int, double> read)
    {
        var numbers = new double[3][];
        var unreadable = new int[3];
        for (var side = 0; side < 3; side++)
        {
            var column = sides[side];
            var values = numbers[side] = new double[column?.Count ?? 0];
            for (var row = 0; row < values.Length; row++)
            {
                values[row] = column!.IsMissing(row) ? double.NaN : read(column, row);
                if (double.IsInfinity(values[row])) values[row] = double.NaN;
                if (double.IsNaN(values[row]) && !column.IsMissing(row)) unreadable[side]++;
            }
        }
        return new Feature { Name = schema.Name, Kind = schema.Kind, Type = type, Numbers = numbers, Codes = [[], [], []], Unreadable = unreadable };
    }

    internal static double Number(Column column, int row) => column is NumberColumn numbers ? numbers.Values[row]
        : double.TryParse(column.Text(row), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN;

    internal static double Days(Column column, int row, string? format)
    {
        long ticks;
        if (column is DateTimeColumn dates) ticks = dates.Ticks[row];
        else if (DateTime.TryParseExact(column.Text(row), format ?? "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) ticks = date.Ticks;
        else return double.NaN;
        return (double)(ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerDay;
    }

    private static double Length(Column column, int row)
    {
        if (column is not TextColumn text) return column.Text(row).Length;
        var characters = 0;
        foreach (var b in text.Utf8(row))
            if ((b & 0xC0) != 0x80) characters++; // continuation bytes start no character
        return characters;
    }

    private static Feature AlignCategories(ColumnSchema schema, Column?[] sides)
    {
        var real = Used(sides[0]!);
        var key = Key(real);
        var sorted = real.Select(key).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var realLevels = sorted.Count;
        var written = real.GroupBy(key).ToDictionary(g => g.Key, g => g.Min(StringComparer.Ordinal)!, StringComparer.Ordinal); // 01067 is shown as it stands, though it equals 1067
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var level in sorted) index.Add(level, index.Count);
        var codes = new int[3][];
        for (var side = 0; side < 3; side++)
        {
            codes[side] = new int[sides[side]?.Count ?? 0];
            if (sides[side] is not { } column) continue;
            if (column is CategoryColumn category)
            {
                var map = new int[category.Levels.Length];
                Array.Fill(map, -2);
                for (var row = 0; row < category.Count; row++)
                {
                    var code = category.Codes[row];
                    if (code >= 0 && map[code] == -2) map[code] = CodeOf(key(category.Levels[code]));
                    codes[side][row] = code < 0 ? -1 : map[code];
                }
            }
            else
            {
                for (var row = 0; row < column.Count; row++) codes[side][row] = column.IsMissing(row) ? -1 : CodeOf(key(column.Text(row)));
            }
        }
        return new Feature
        {
            Name = schema.Name, Kind = schema.Kind, Type = FeatureType.Category, Numbers = [[], [], []], Codes = codes,
            Levels = [.. sorted.Select(level => written.GetValueOrDefault(level, level))], RealLevels = realLevels, Unreadable = new int[3],
        };

        int CodeOf(string level)
        {
            if (index.TryGetValue(level, out var code)) return code;
            index.Add(level, code = sorted.Count);
            sorted.Add(level);
            return code;
        }
    }

    private static List<string> Used(Column column)
    {
        var texts = new HashSet<string>(StringComparer.Ordinal);
        if (column is CategoryColumn category)
        {
            var seen = new bool[category.Levels.Length];
            foreach (var code in category.Codes)
                if (code >= 0 && !seen[code])
                {
                    seen[code] = true;
                    texts.Add(category.Levels[code]);
                }
        }
        else
        {
            for (var row = 0; row < column.Count; row++)
                if (!column.IsMissing(row)) texts.Add(column.Text(row));
        }
        return [.. texts];
    }

    /// <summary>What makes two texts of a real category column the same.</summary>
    internal static Func<string, string> LevelKey(Column real) => Key(Used(real));

    /// <summary>What makes two texts of a category the same: the number they say when all real ones are numbers (1, 1.0, 01), true and false in any case.</summary>
    private static Func<string, string> Key(List<string> real)
    {
        if (real.Count > 0 && real.All(t => double.TryParse(t, NumberStyles.Float, CultureInfo.InvariantCulture, out _)) && real.Select(AsNumber).Distinct().Count() == real.Count) return AsNumber;
        if (real.Count > 0 && real.All(t => t.Equals("true", StringComparison.OrdinalIgnoreCase) || t.Equals("false", StringComparison.OrdinalIgnoreCase))) return t => t.ToLowerInvariant();
        return t => t;

        static string AsNumber(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number.ToString("R", CultureInfo.InvariantCulture) : text;
    }
}
