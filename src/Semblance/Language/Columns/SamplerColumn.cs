using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Semblance.Numerics;

namespace Semblance.Language;

/// <summary>A value drawn by weights.</summary>
internal sealed class ChoiceColumn(ImmutableArray<JsonNode?> values, ImmutableArray<double> weights) : JobColumn
{
    private readonly double total = weights.Sum();

    public override string Word => "sampler";

    public override IEnumerable<CellPath> Needs => [];

    public override ValueTask<CellResult> MakeAsync(RowWork row, CancellationToken ct)
    {
        var at = row.Engine.Random(Name, row).NextUnit() * total;
        var i = 0;
        while (i < weights.Length - 1 && (at -= weights[i]) >= 0) i++;
        return new(new CellResult(values[i]?.DeepClone()));
    }
}

/// <summary>A number from a distribution of the catalogue.</summary>
internal sealed class NumberSamplerColumn(Distribution distribution, int? decimals) : JobColumn
{
    public override string Word => "sampler";

    public override IEnumerable<CellPath> Needs => [];

    public override ValueTask<CellResult> MakeAsync(RowWork row, CancellationToken ct)
    {
        var random = row.Engine.Random(Name, row);
        var value = distribution.Sample(ref random);
        if (decimals is { } digits) value = Math.Round(value, digits);
        return new(new CellResult(JsonValue.Create(value)));
    }
}

/// <summary>
/// One axis of the job's grid. All axes are crossed, and the rows go through the combinations in turn, each equally often: row i has combination i modulo their number, whatever the attempt.
/// </summary>
internal sealed class GridColumn(ImmutableArray<JsonNode?> values) : JobColumn
{
    public int Count => values.Length;

    /// <summary>Combinations of the axes before this one.</summary>
    public long Stride { get; set; } = 1;

    public override string Word => "sampler";

    public override IEnumerable<CellPath> Needs => [];

    public override ValueTask<CellResult> MakeAsync(RowWork row, CancellationToken ct) => new(new CellResult(values[(int)(row.Number / Stride % values.Length)]?.DeepClone()));
}

/// <summary>A row of a table or a piece of a document: row i takes seed i, and begins again after the last. Another attempt takes another seed.</summary>
internal sealed class SeedColumn(SeedSource source, bool shuffled) : JobColumn
{
    public SeedSource Source => source;

    public override string Word => "seed";

    public override IEnumerable<CellPath> Needs => [];

    public override ValueTask<CellResult> MakeAsync(RowWork row, CancellationToken ct)
    {
        var seeds = row.Engine.Seeds(source.Name);
        // the stride lies far from 0 and from the whole, so the next attempt is not at the next row's seed
        var at = (int)((row.Number + (long)row.Attempt * (seeds.Length / 3 + 1)) % seeds.Length);
        if (shuffled) at = row.Engine.Shuffled(source.Name, seeds.Length)[at];
        row.Seeds[Name] = at;
        return new(new CellResult(seeds[at].DeepClone()));
    }
}
