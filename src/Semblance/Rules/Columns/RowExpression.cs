using System.Collections.Immutable;
using Semblance.Data;

namespace Semblance.Rules;

/// <summary>An expression over columns of a table that are made when they are needed.</summary>
internal sealed class RowExpression
{
    private readonly Schema schema;
    private readonly Node node;

    private RowExpression(Schema schema, ImmutableArray<int> inputs, Node node, Term term) => (this.schema, Inputs, this.node, Term) = (schema, inputs, node, term);

    /// <summary>Places of the columns it uses.</summary>
    public ImmutableArray<int> Inputs { get; }

    /// <summary>What it says.</summary>
    public Term Term { get; }

    /// <summary>Binds a term to columns.</summary>
    /// <param name="text">Source, for messages.</param>
    /// <param name="term">The term.</param>
    /// <param name="inputs">Place and schema of each column it names.</param>
    /// <param name="isCondition">Whether it must be one.</param>
    public static RowExpression Of(string text, Term term, ImmutableArray<(int Place, ColumnSchema Schema)> inputs, bool isCondition = false)
    {
        var schema = new Schema([.. inputs.Select(i => i.Schema)]);
        var binder = new Binder(schema, text);
        return new(schema, [.. inputs.Select(i => i.Place)], isCondition ? binder.Truth(term) : binder.Any(term), term);
    }

    /// <summary>Kind of its values.</summary>
    public ColumnKind Kind => node switch
    {
        ValueNode<double> => ColumnKind.Decimal,
        ValueNode<long> => ColumnKind.DateTime,
        ValueNode<byte> => ColumnKind.Boolean,
        _ => IsListed(Term) ? ColumnKind.Category : ColumnKind.Text,
    };

    /// <summary>Numbers; NaN where there is none.</summary>
    public void Numbers(RowFrame frame, Span<double> cells) => Evaluate((ValueNode<double>)node, frame, cells);

    /// <summary>Dates in ticks, negative where there is none.</summary>
    public void Moments(RowFrame frame, Span<long> cells) => Evaluate((ValueNode<long>)node, frame, cells);

    /// <summary>Truths, as <see cref="Kleene"/> writes them.</summary>
    public void Truths(RowFrame frame, Span<byte> cells) => Evaluate((ValueNode<byte>)node, frame, cells);

    /// <summary>Texts as codes into a list (a category) or end to end.</summary>
    public Column Texts(RowFrame frame, ColumnSchema made)
    {
        var evaluation = EvaluationOf(frame);
        var levels = made.Kind == ColumnKind.Text || made.Kind == ColumnKind.Identifier ? null : new Dictionary<string, int>(StringComparer.Ordinal);
        var codes = new int[frame.Count];
        var texts = levels is null ? new TextBuilder(frame.Count) : null;
        for (var start = 0; start < frame.Count; start += Chunk.Rows)
        {
            var chunk = new Chunk(evaluation, start, Math.Min(Chunk.Rows, frame.Count - start));
            var cells = ((TextNode)node).Evaluate(chunk);
            for (var i = 0; i < chunk.Count; i++)
            {
                if (cells.IsMissing(i))
                {
                    texts?.AddMissing();
                    codes[start + i] = -1;
                }
                else if (texts is not null) texts.Add(cells[i]);
                else
                {
                    var text = System.Text.Encoding.UTF8.GetString(cells[i]);
                    if (!levels!.TryGetValue(text, out var code)) levels.Add(text, code = levels.Count);
                    codes[start + i] = code;
                }
            }
        }
        return texts is not null ? texts.Column(made) : new CategoryColumn(made, codes, [.. levels!.Keys]);
    }

    private void Evaluate<T>(ValueNode<T> values, RowFrame frame, Span<T> cells) where T : unmanaged
    {
        var evaluation = EvaluationOf(frame);
        for (var start = 0; start < cells.Length; start += Chunk.Rows)
        {
            var count = Math.Min(Chunk.Rows, cells.Length - start);
            values.Evaluate(new Chunk(evaluation, start, count), cells.Slice(start, count));
        }
    }

    private Evaluation EvaluationOf(RowFrame frame) => new(schema, new Table([.. Inputs.Select(frame.Column)]));

    /// <summary>Digits after the point that the value can have: those of sums and products are known, others are told to be <paramref name="otherwise"/>.</summary>
    public int Decimals(int otherwise)
    {
        return Math.Min(15, Of(Term));

        int Of(Term term) => term switch
        {
            Term.Number number => ChoiceMaker.DecimalsOf(((decimal)number.Value).ToString(System.Globalization.CultureInfo.InvariantCulture)),
            Term.Name name => schema.Columns[schema.IndexOf(name.Value)] is { IsNumeric: true } column ? column.Number.MaxDecimals : otherwise,
            Term.Negate negate => Of(negate.Operand),
            Term.Arithmetic { Operator: ArithmeticOperator.Add or ArithmeticOperator.Subtract } sum => Math.Max(Of(sum.Left), Of(sum.Right)),
            Term.Arithmetic { Operator: ArithmeticOperator.Multiply } product => Of(product.Left) + Of(product.Right),
            Term.Call { Function: "floor" or "ceil" or "length" or "year" or "month" or "day" or "hour" } => 0,
            Term.Call { Function: "round", Arguments: [_] } => 0,
            Term.Call { Function: "round", Arguments: [_, Term.Number digits] } => (int)digits.Value,
            Term.Call { Function: "abs" or "min" or "max" or "coalesce" } call => call.Arguments.Max(Of),
            Term.Call { Function: "if" } choice => Math.Max(Of(choice.Arguments[1]), Of(choice.Arguments[2])),
            _ => otherwise,
        };
    }

    /// <summary>Whether its texts come from lists: written out, or columns of categories.</summary>
    private bool IsListed(Term term) => term switch
    {
        Term.Text => true,
        Term.Name name => schema.Columns[schema.IndexOf(name.Value)].Kind is not (ColumnKind.Text or ColumnKind.Identifier),
        Term.Call { Function: "if" } choice => IsListed(choice.Arguments[1]) && IsListed(choice.Arguments[2]),
        Term.Call { Function: "coalesce" } first => first.Arguments.All(IsListed),
        Term.Call { Function: "lower" or "upper" } mapped => IsListed(mapped.Arguments[0]),
        _ => false,
    };
}
