namespace Semblance.Models;

/// <summary>In which order columns are drawn.</summary>
public enum ColumnOrder
{
    /// <summary>The target, then the others as they stand in the table.</summary>
    TargetFirst,
    /// <summary>As they stand in the table, the target last.</summary>
    TargetLast,
    /// <summary>As they stand in the table.</summary>
    AsGiven,
}

internal static class ColumnOrders
{
    /// <summary>The columns of a schema, first drawn first.</summary>
    /// <exception cref="SchemaException">There is no column of the target's name (SB1202).</exception>
    public static int[] Of(this ColumnOrder order, Schema schema, string? target)
    {
        var columns = Enumerable.Range(0, schema.Columns.Length).ToList();
        if (target is null || order == ColumnOrder.AsGiven) return [.. columns];
        var place = schema.Require(target, "target");
        columns.Remove(place);
        columns.Insert(order == ColumnOrder.TargetFirst ? 0 : columns.Count, place);
        return [.. columns];
    }
}
