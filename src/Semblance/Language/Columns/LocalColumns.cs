using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Semblance.Rules;

namespace Semblance.Language;

/// <summary>Checks of a cell that reject the row; its own cell is true.</summary>
internal sealed class ValidatorColumn(ImmutableArray<TextCheck> checks) : JobColumn
{
    public override string Word => "validator";

    public override IEnumerable<CellPath> Needs => checks.SelectMany(c => c.Needs);

    public override ValueTask<CellResult> MakeAsync(RowWork row, CancellationToken ct)
    {
        foreach (var check in checks)
            if (check.Fault("", null, row.Cells) is { } fault) return new(CellResult.Failed(check.Name, fault));
        return new(new CellResult(JsonValue.Create(true)));
    }
}

/// <summary>
/// Where named pieces stand in a text: models name an entity well and count its characters badly. Takes a list of <c>{text, label}</c>, gives a list of <c>{start, end, label, text}</c> (characters from 0, end exclusive), in order; pieces
/// of the same words take the places of these words in turn.
/// </summary>
internal sealed class SpansColumn(CellPath text, CellPath entities) : JobColumn
{
    public override string Word => "spans";

    public override IEnumerable<CellPath> Needs => [text, entities];

    public override ValueTask<CellResult> MakeAsync(RowWork row, CancellationToken ct)
    {
        var whole = JsonValues.TextOf(text.In(row.Cells));
        if (entities.In(row.Cells) is not JsonArray named) return new(CellResult.Failed("spans", $"`{entities}` is no list"));
        var from = new Dictionary<string, int>(StringComparer.Ordinal);
        var spans = new List<(int Start, int End, string Label)>();
        foreach (var entity in named)
        {
            var piece = entity is JsonObject map ? JsonValues.TextOf(map["text"]) : "";
            var at = piece.Length == 0 ? -1 : whole.IndexOf(piece, from.GetValueOrDefault(piece), StringComparison.Ordinal);
            if (at < 0) return new(CellResult.Failed("spans", $"{JsonValues.Short(entity)} does not stand in the text"));
            from[piece] = at + piece.Length;
            spans.Add((at, at + piece.Length, JsonValues.TextOf(entity!["label"])));
        }
        spans.Sort();
        for (var i = 1; i < spans.Count; i++)
            if (spans[i].Start < spans[i - 1].End) return new(CellResult.Failed("spans", string.Create(CultureInfo.InvariantCulture, $"two entities overlap at character {spans[i].Start}")));
        return new(new CellResult(new JsonArray([.. spans.Select(s => (JsonNode)new JsonObject { ["start"] = s.Start, ["end"] = s.End, ["label"] = s.Label, ["text"] = whole[s.Start..s.End] })])));
    }
}

/// <summary>Arithmetic carried out: the cell is the number an expression gives; where an answer stands beside it, they must agree.</summary>
internal sealed class ArithmeticColumn(CellPath expression, CellPath? answer, double tolerance) : JobColumn
{
    public override string Word => "execution";

    public override IEnumerable<CellPath> Needs => answer is null ? [expression] : [expression, answer];

    public override ValueTask<CellResult> MakeAsync(RowWork row, CancellationToken ct)
    {
        JsonNode? value;
        try { value = RowExpression.Evaluate(JsonValues.TextOf(expression.In(row.Cells)), []); }
        catch (RecipeException e) { return new(CellResult.Failed("execution", e.Message)); }
        if (value?.GetValueKind() != JsonValueKind.Number) return new(CellResult.Failed("execution", "the expression gives no number"));
        if (answer is null) return new(new CellResult(value));
        var given = answer.In(row.Cells);
        if (given is null || !double.TryParse(JsonValues.TextOf(given), NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number)) return new(CellResult.Failed("execution", $"`{answer}` is no number"));
        var result = JsonValues.Number(value);
        return new(Math.Abs(result - number) <= tolerance * Math.Max(1, Math.Abs(result)) ? new CellResult(value) : CellResult.Failed("execution", string.Create(CultureInfo.InvariantCulture, $"the expression gives {result}, the answer says {number}")));
    }
}
