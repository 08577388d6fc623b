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

    public long Room(Schema schema) => sequence.Room(schema.Columns[column]);

    /// <summary>Null where the key has an identifier, which needs no help.</summary>
    public static KeyRepair? Learn(Table real, BoundConstraint key) => key.Carrier(real.Schema) is { } carrier ? new(carrier, KeySequence.Learn(real.Columns[carrier])) : null;

    public void Apply(Column[] columns, ReadOnlySpan<long> rows, uint draw, RandomStream stream) => columns[column] = sequence.Apply(columns[column], rows, stream.Key);

    public void Save(ModelArchive archive, string name) => archive.Add<long>(name + "/sequence", [sequence.Origin, sequence.Size, sequence.Unit]);

    public static KeyRepair? Load(ModelArchive archive, string name, BoundConstraint key, Schema schema)
    {
        if (key.Carrier(schema) is not { } carrier) return null;
        var numbers = archive.Get<long>(name + "/sequence", 3);
        var sequence = new KeySequence(numbers[0], numbers[1], numbers[2]);
        return sequence.IsSound(schema.Columns[carrier]) ? new(carrier, sequence) : throw archive.Unfit($"the key `{schema.Columns[carrier].Name}` has an impossible range");
    }
}

/// <summary>Writes identifiers of a pattern, a different one in each row.</summary>
internal sealed class PatternRepair(int column, TextPattern pattern) : IRepair
{
    public ImmutableArray<int> Reads => [column];

    public ImmutableArray<int> Writes => [column];

    public void Apply(Column[] columns, ReadOnlySpan<long> rows, uint draw, RandomStream stream)
    {
        var bytes = new List<byte>();
        var ends = new int[rows.Length];
        var markers = new byte[rows.Length];
        for (var row = 0; row < rows.Length; row++)
        {
            var code = columns[column].MissingCode(row);
            if (code >= 0) markers[row] = (byte)(code + 1);
            else bytes.AddRange(Encoding.UTF8.GetBytes(pattern.Make(rows[row], stream.Key)));
            ends[row] = bytes.Count;
        }
        columns[column] = new TextColumn(columns[column].Schema, [.. bytes], ends, Array.Exists(markers, m => m > 0) ? markers : null);
    }

    public void Save(ModelArchive archive, string name) { }
}
