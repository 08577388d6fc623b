using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Semblance.Codecs;
using Semblance.Data;
using Semblance.Formats;
using Semblance.Numerics;
using Semblance.Rules;

namespace Semblance.Models;

/// <summary>
/// Makes rows differ. Of the columns of a key one carries the difference: its value is a function of the row's number alone and different for different rows, so that parts made
/// alone fit together. Identifiers are so by themselves.
/// </summary>
internal sealed class KeyRepair : IRepair
{
    private readonly int column;
    private readonly KeySequence sequence;

    private KeyRepair(int column, KeySequence sequence) => (this.column, this.sequence) = (column, sequence);

    public ImmutableArray<int> Reads => Writes;

    public ImmutableArray<int> Writes => [column];

    /// <summary>Rows, counted from row 0, that get different values.</summary>
    public long Room => sequence.Room;

    /// <summary>Null where the key has an identifier, which needs no help.</summary>
    /// <param name="real">The real rows.</param>
    /// <param name="key">The key.</param>
    /// <param name="all">All constraints: a range of the column is kept.</param>
    public static KeyRepair? Learn(Table real, BoundConstraint key, IEnumerable<BoundConstraint> all)
    {
        if (key.Carrier(real.Schema) is not { } carrier) return null;
        var range = all.Select(c => c.RangeOf(carrier)).OfType<NumberSet>().Aggregate(NumberSet.Every, (a, b) => a.Intersect(b));
        return new(carrier, KeySequence.Learn(real.Columns[carrier], range.Intervals[0]));
    }

    /// <summary>Holes are filled from beyond the range of the real values, so that they meet few of those that are there.</summary>
    public void Apply(Column[] columns, DrawnRows drawn, RandomStream stream) =>
        columns[column] = sequence.Apply(columns[column], drawn.Open is null ? drawn.Numbers : Array.ConvertAll(drawn.Numbers, row => row + sequence.Size), stream.Key, drawn.Open?[column]);

    public void Save(ModelArchive archive, string name) => archive.Add<long>(name + "/sequence", [sequence.Origin, sequence.Size, sequence.Unit, sequence.End]);

    public static KeyRepair? Load(ModelArchive archive, string name, BoundConstraint key, Schema schema)
    {
        if (key.Carrier(schema) is not { } carrier) return null;
        var numbers = archive.Get<long>(name + "/sequence", 4);
        var sequence = new KeySequence(numbers[0], numbers[1], numbers[2], numbers[3]);
        return sequence.IsSound(schema.Columns[carrier]) ? new(carrier, sequence) : throw archive.Unfit($"the key `{schema.Columns[carrier].Name}` has an impossible range");
    }
}

/// <summary>Writes identifiers of a pattern, a different one in each row.</summary>
internal sealed class PatternRepair(int column, TextPattern pattern) : IRepair
{
    public ImmutableArray<int> Reads => [column];

    public ImmutableArray<int> Writes => [column];

    public void Apply(Column[] columns, DrawnRows drawn, RandomStream stream)
    {
        var own = (TextColumn)columns[column];
        var bytes = new ArrayBufferWriter<byte>(drawn.Count * 8 + 1);
        var ends = new int[drawn.Count];
        var markers = new byte[drawn.Count];
        for (var row = 0; row < ends.Length; row++)
        {
            var code = own.MissingCode(row);
            if (code >= 0) markers[row] = (byte)(code + 1);
            else if (drawn.IsOpen(column, row)) Encoding.UTF8.GetBytes(pattern.Make(drawn.Numbers[row], stream.Key), bytes);
            else bytes.Write(own.Utf8(row));
            ends[row] = bytes.WrittenCount;
        }
        columns[column] = new TextColumn(own.Schema, bytes.WrittenSpan.ToArray(), ends, Array.Exists(markers, m => m > 0) ? markers : null);
    }

    public void Save(ModelArchive archive, string name) { }
}
