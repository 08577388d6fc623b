using Semblance.Data;

namespace Semblance.Worlds;

/// <summary>Cells of one column as they are made; becomes a column of a block.</summary>
internal sealed class CellBuffer(ColumnSpec spec, PackTime time)
{
    private static readonly string[] NoYes = ["no", "yes"];

    private double[] numbers = [];
    private byte[]? markers;
    private int[] codes = [];
    private long[] ticks = [];
    private byte[] bytes = [];
    private readonly int width = spec.Id switch { IdOf.Event => EventIds.Length, IdOf.None => 0, _ => 32 };
    private int[] ends = [];
    private int rows, used;

    private bool IsText => spec.Id != IdOf.None;

    public void Reserve(int count)
    {
        if (IsText)
        {
            Array.Resize(ref ends, count);
            Array.Resize(ref bytes, Math.Max(bytes.Length, count * width));
        }
        else if (spec.Type.Sort is Sort.Level or Sort.Truth) Array.Resize(ref codes, count);
        else if (spec.Type.Sort == Sort.Time) Array.Resize(ref ticks, count);
        else Array.Resize(ref numbers, count);
    }

    /// <summary>Adds a name of at most 32 bytes; an empty one is missing.</summary>
    public Span<byte> Text() => bytes.AsSpan(used, Math.Min(32, bytes.Length - used));

    public void EndText(int length)
    {
        if (length == 0) (markers ??= new byte[ends.Length])[rows] = 1;
        ends[rows++] = used += length;
    }

    public void Add(double value, int marker)
    {
        var gone = double.IsNaN(value) || marker >= 0;
        var code = Math.Max(0, marker);
        switch (spec.Type.Sort)
        {
            case Sort.Level or Sort.Truth:
                codes[rows++] = gone ? -1 - code : (int)value;
                break;
            case Sort.Time:
                ticks[rows++] = gone || time.Moment(value) is not { } moment ? long.MinValue + code : moment.Ticks;
                break;
            default:
                if (gone && code > 0) (markers ??= new byte[numbers.Length])[rows] = (byte)code;
                numbers[rows++] = gone ? double.NaN : Math.Round(value, spec.Decimals, MidpointRounding.AwayFromZero);
                break;
        }
    }

    public Column ToColumn()
    {
        if (IsText) return new TextColumn(spec.Schema, bytes[..used], ends, markers);
        return spec.Type.Sort switch
        {
            Sort.Level => new CategoryColumn(spec.Schema, codes, spec.Type.Levels!.Names),
            Sort.Truth => new CategoryColumn(spec.Schema, codes, NoYes),
            Sort.Time => new DateTimeColumn(spec.Schema, ticks),
            _ => new NumberColumn(spec.Schema, numbers, markers),
        };
    }
}
