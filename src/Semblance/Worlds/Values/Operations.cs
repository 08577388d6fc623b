using Semblance.Rules;

namespace Semblance.Worlds;

/// <summary>A node over others: constant when they are.</summary>
internal abstract class OperationNode(params Node[] operands) : Node
{
    protected Node[] Operands => operands;

    public sealed override bool IsConstant => Array.TrueForAll(operands, o => o.IsConstant);
}

internal sealed class MapNode(Node operand, Func<double, double> map) : OperationNode(operand)
{
    public override double Eval(Frame frame) => map(operand.Eval(frame));
}

internal sealed class ScaledNode(Node operand, double factor) : OperationNode(operand)
{
    public override double Eval(Frame frame) => operand.Eval(frame) * factor;
}

internal sealed class ArithmeticNode(ArithmeticOperator operation, Node left, Node right) : OperationNode(left, right)
{
    public override double Eval(Frame frame)
    {
        double x = left.Eval(frame), y = right.Eval(frame);
        return operation switch
        {
            ArithmeticOperator.Add => x + y,
            ArithmeticOperator.Subtract => x - y,
            ArithmeticOperator.Multiply => x * y,
            ArithmeticOperator.Divide => y == 0 ? double.NaN : x / y,
            _ => x % y,
        };
    }
}

/// <summary>Comparison; unknown with a missing value.</summary>
internal sealed class ComparisonNode(ComparisonOperator comparison, Node left, Node right) : OperationNode(left, right)
{
    public override double Eval(Frame frame)
    {
        double x = left.Eval(frame), y = right.Eval(frame);
        if (double.IsNaN(x) || double.IsNaN(y)) return double.NaN;
        return comparison switch
        {
            ComparisonOperator.Equal => x == y,
            ComparisonOperator.NotEqual => x != y,
            ComparisonOperator.Less => x < y,
            ComparisonOperator.LessOrEqual => x <= y,
            ComparisonOperator.Greater => x > y,
            _ => x >= y,
        } ? 1 : 0;
    }
}

/// <summary>All or any, in Kleene's logic: what decides ends it.</summary>
internal sealed class JunctionNode(Node[] parts, bool all) : OperationNode(parts)
{
    public override double Eval(Frame frame)
    {
        var result = all ? 1.0 : 0.0;
        foreach (var part in Operands)
        {
            var truth = part.Eval(frame);
            if (truth == (all ? 0 : 1)) return truth;
            if (double.IsNaN(truth)) result = truth;
        }
        return result;
    }
}

internal sealed class MissingNode(Node operand) : OperationNode(operand)
{
    public override double Eval(Frame frame) => double.IsNaN(operand.Eval(frame)) ? 1 : 0;
}

/// <summary>One of two; what is not true takes the second. Only the one taken is evaluated.</summary>
internal sealed class ChoiceNode(Node condition, Node yes, Node no) : OperationNode(condition, yes, no)
{
    public override double Eval(Frame frame) => condition.Eval(frame) == 1 ? yes.Eval(frame) : no.Eval(frame);
}

internal sealed class CoalesceNode(Node[] parts) : OperationNode(parts)
{
    public override double Eval(Frame frame)
    {
        foreach (var part in Operands)
            if (part.Eval(frame) is var value && !double.IsNaN(value)) return value;
        return double.NaN;
    }
}

internal sealed class ExtremeNode(Node[] parts, bool greatest) : OperationNode(parts)
{
    public override double Eval(Frame frame)
    {
        var best = Operands[0].Eval(frame);
        for (var i = 1; i < Operands.Length; i++)
        {
            var next = Operands[i].Eval(frame);
            if (double.IsNaN(next) || (greatest ? next > best : next < best)) best = next;
            if (double.IsNaN(best)) return best;
        }
        return best;
    }
}

/// <summary>A number that belongs to a level.</summary>
internal sealed class PropertyNode(Node level, double[] numbers) : Node
{
    public override double Eval(Frame frame)
    {
        var code = level.Eval(frame);
        return code >= 0 && code < numbers.Length ? numbers[(int)code] : double.NaN;
    }
}

/// <summary>An attribute of an entity that is referred to.</summary>
internal sealed class AttributeNode(Node entity, EntityKind kind, int slot) : Node
{
    public override double Eval(Frame frame)
    {
        var index = entity.Eval(frame);
        return index >= 0 && index < kind.Count ? frame.Lookup.Attributes(kind, (long)index)[slot] : double.NaN;
    }
}
