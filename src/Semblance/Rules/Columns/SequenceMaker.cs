using System.Globalization;
using Semblance.Data;

namespace Semblance.Rules;

/// <summary>Running numbers, bare or within a text.</summary>
internal sealed class SequenceMaker(ColumnSource.Sequence rule) : ColumnMaker
{
    private readonly byte[] prefix = System.Text.Encoding.UTF8.GetBytes(rule.Prefix), suffix = System.Text.Encoding.UTF8.GetBytes(rule.Suffix);

    public override ulong? Room => rule.Within ? null : 1UL << 53;

    public override Column Make(RowFrame frame)
    {
        var numbers = new double[frame.Count];
        if (rule.Within)
        {
            var ordinals = frame.Parents.Ordinals;
            for (var i = 0; i < numbers.Length; i++) numbers[i] = rule.Start + ordinals[i] * rule.Step;
        }
        else
            for (var i = 0; i < numbers.Length; i++) numbers[i] = rule.Start + frame.Rows[i] * rule.Step;
        if (Schema.IsNumeric) return new NumberColumn(Schema, numbers);
        var ends = new int[numbers.Length];
        var bytes = new byte[numbers.Length * (prefix.Length + suffix.Length + 20)];
        var at = 0;
        var format = rule.Width > 0 ? new System.Buffers.StandardFormat('D', (byte)rule.Width) : default;
        for (var i = 0; i < numbers.Length; i++)
        {
            prefix.CopyTo(bytes.AsSpan(at));
            at += prefix.Length;
            System.Buffers.Text.Utf8Formatter.TryFormat((long)numbers[i], bytes.AsSpan(at), out var written, format);
            at += written;
            suffix.CopyTo(bytes.AsSpan(at));
            ends[i] = at += suffix.Length;
        }
        return new TextColumn(Schema, bytes, ends);
    }
}
