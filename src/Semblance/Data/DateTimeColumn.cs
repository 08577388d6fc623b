using System.Buffers;
using System.Globalization;
using System.Text;

namespace Semblance.Data;

/// <summary>Dates and times as ticks (100 ns since year 1), written in the column's format. A missing cell is <see cref="long.MinValue"/> + marker code.</summary>
public sealed class DateTimeColumn : Column
{
    /// <summary>Makes a column; the array is kept, not copied.</summary>
    /// <param name="schema">DateTime, with a format.</param>
    /// <param name="ticks">Ticks per row, or <see cref="long.MinValue"/> + marker code when missing.</param>
    public DateTimeColumn(ColumnSchema schema, long[] ticks) : base(schema, ticks.Length) =>
        (Ticks, pattern) = (ticks, DateTimePattern.Compile(schema.Format ?? DefaultFormat));

    private const string DefaultFormat = "yyyy-MM-dd HH:mm:ss";
    private readonly DateTimePattern? pattern; // null for a format only .NET understands

    /// <summary>Ticks per row; negative when missing.</summary>
    public long[] Ticks { get; }

    /// <inheritdoc/>
    public override int MissingCode(int row) => Ticks[row] < 0 ? (int)(Ticks[row] - long.MinValue) : -1;

    /// <inheritdoc/>
    public override void WriteText(int row, IBufferWriter<byte> output)
    {
        var ticks = Ticks[row];
        if (ticks < 0)
        {
            WriteMarker((int)(ticks - long.MinValue), output);
            return;
        }
        if (pattern is not null)
        {
            output.Advance(pattern.Write(ticks, output.GetSpan(pattern.MaxLength)));
            return;
        }
        new DateTime(ticks).TryFormat(output.GetSpan(128), out var written, Schema.Format, CultureInfo.InvariantCulture);
        output.Advance(written);
    }

    /// <inheritdoc/>
    public override Column Take(ReadOnlySpan<int> rows)
    {
        var ticks = new long[rows.Length];
        for (var i = 0; i < rows.Length; i++) ticks[i] = Ticks[rows[i]];
        return new DateTimeColumn(Schema, ticks);
    }

    /// <inheritdoc/>
    public override Column WithSchema(ColumnSchema schema) => new DateTimeColumn(schema, Ticks);
}
