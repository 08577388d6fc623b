using Semblance.Data;

namespace Semblance.Rules;

/// <summary>Values of an expression over other columns.</summary>
internal sealed class FormulaMaker(RowExpression formula, double low, double high, int decimals) : ColumnMaker
{
    private static readonly string[] Truths = ["false", "true"];

    public override Column Make(RowFrame frame)
    {
        switch (formula.Kind)
        {
            case ColumnKind.Decimal:
                var values = new double[frame.Count];
                formula.Numbers(frame, values);
                foreach (ref var value in values.AsSpan())
                {
                    if (!double.IsFinite(value)) value = double.NaN;
                    else value = LawMaker.Rounded(Math.Clamp(value, low, high), decimals);
                }
                return new NumberColumn(Schema, values);
            case ColumnKind.DateTime:
                var ticks = new long[frame.Count];
                formula.Moments(frame, ticks);
                foreach (ref var tick in ticks.AsSpan()) tick = tick < 0 ? long.MinValue : tick < low ? (long)low : tick > high ? (long)high : tick;
                return new DateTimeColumn(Schema, ticks);
            case ColumnKind.Boolean:
                var truths = new byte[frame.Count];
                formula.Truths(frame, truths);
                return new CategoryColumn(Schema, Array.ConvertAll(truths, t => t switch { Kleene.True => 1, Kleene.False => 0, _ => -1 }), Truths);
            default:
                return formula.Texts(frame, Schema);
        }
    }
}
