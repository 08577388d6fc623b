namespace Semblance.Numerics;

/// <summary>Errors of shapes that do not fit, which name the operation and both shapes.</summary>
internal static class Shapes
{
    public static ArgumentException Unfit(string operation, Tensor a, Tensor b, string rule) => new($"{operation}: the shapes {a.Shape} and {b.Shape} do not fit; {rule}");

    public static ArgumentException Unfit(string operation, Tensor a, string rule) => new($"{operation}: the shape {a.Shape} does not fit; {rule}");

    /// <summary>Throws unless two tensors have as many rows and columns.</summary>
    public static void RequireSame(string operation, Tensor a, Tensor b)
    {
        if (a.Rows != b.Rows || a.Columns != b.Columns) throw Unfit(operation, a, b, "they must be the same");
    }
}
