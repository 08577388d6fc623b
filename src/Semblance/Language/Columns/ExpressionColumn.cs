using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Semblance.Data;
using Semblance.Rules;

namespace Semblance.Language;

/// <summary>A value computed from other cells, in the one expression language. Parts of cells are names too: <c>score.helpful</c>.</summary>
internal sealed class ExpressionColumn(Expression expression) : JobColumn
{
    public override string Word => "expression";

    public override IEnumerable<CellPath> Needs => expression.Names.Select(CellPath.Parse);

    public override ValueTask<CellResult> MakeAsync(RowWork row, CancellationToken ct)
    {
        try { return new(new CellResult(RowExpression.Evaluate(expression.Text, expression.Names.Select(n => (n, CellPath.Parse(n).In(row.Cells)))))); }
        catch (RecipeException e) { return new(CellResult.Failed("expression", e.Message)); }
    }
}

/// <summary>Evaluates an expression on named JSON values: a table of one row, so it means the same as everywhere else.</summary>
internal static class RowExpression
{
    /// <exception cref="RecipeException">It can't be read or does not fit the values (SB2060 to SB2071).</exception>
    public static JsonNode? Evaluate(string text, IEnumerable<(string Name, JsonNode? Value)> values)
    {
        var columns = ImmutableArray.CreateBuilder<Column>();
        foreach (var (name, value) in values)
        {
            columns.Add(value?.GetValueKind() switch
            {
                JsonValueKind.Number => new NumberColumn(new ColumnSchema(name, ColumnKind.Decimal), [JsonValues.Number(value)]),
                JsonValueKind.True or JsonValueKind.False => Text(ColumnKind.Boolean, value.ToJsonString()),
                null => new NumberColumn(new ColumnSchema(name, ColumnKind.Decimal) { MissingMarkers = [""] }, [double.NaN]),
                _ => Text(ColumnKind.Category, JsonValues.TextOf(value)),
            });

            Column Text(ColumnKind kind, string cell) => new CategoryColumn(new ColumnSchema(name, kind), [0], [cell]);
        }
        var row = new Table(columns.ToImmutable());
        var binder = new Binder(row.Schema, text);
        var root = Expression.Parse(text).Root;
        var chunk = new Chunk(new Semblance.Rules.Evaluation(row.Schema, row), 0, 1);
        switch (binder.Any(root))
        {
            case TruthNode node:
                Span<byte> truth = [0];
                node.Evaluate(chunk, truth);
                return truth[0] == Kleene.Unknown ? null : JsonValue.Create(truth[0] == Kleene.True);
            case ValueNode<double> node:
                Span<double> number = [0];
                node.Evaluate(chunk, number);
                return double.IsFinite(number[0]) ? JsonValue.Create(number[0]) : null;
            case ValueNode<long> node:
                Span<long> ticks = [0];
                node.Evaluate(chunk, ticks);
                return ticks[0] < 0 ? null : JsonValue.Create(new DateTime(ticks[0]).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture));
            case var node:
                var cells = ((TextNode)node).Evaluate(chunk);
                return cells.IsMissing(0) ? null : JsonValue.Create(Encoding.UTF8.GetString(cells[0]));
        }
    }
}
