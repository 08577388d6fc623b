using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Semblance.Data;

/// <summary>Names the content of a table.</summary>
public static class TableFingerprint
{
    /// <summary>SHA-256 over schema and cells, lower-case hex: equal tables have equal fingerprints, whatever file they came from.</summary>
    public static string Of(Table table)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var column in table.Columns)
        {
            var schema = column.Schema;
            hash.AppendData(Encoding.UTF8.GetBytes($"{schema.Name}\0{schema.Kind}\0{schema.Number}\0{schema.Format}\0{string.Join('\0', schema.MissingMarkers)}\0{column.Count}\0"));
            switch (column)
            {
                case NumberColumn number:
                    hash.AppendData(MemoryMarshal.AsBytes(number.Values.AsSpan()));
                    if (number.Markers is not null) hash.AppendData(number.Markers);
                    break;
                case DateTimeColumn moment:
                    hash.AppendData(MemoryMarshal.AsBytes(moment.Ticks.AsSpan()));
                    break;
                case CategoryColumn category:
                    hash.AppendData(MemoryMarshal.AsBytes(category.Codes.AsSpan()));
                    foreach (var level in category.Levels) hash.AppendData(Encoding.UTF8.GetBytes(level + "\0"));
                    break;
                case TextColumn text:
                    var length = new byte[8];
                    for (var row = 0; row < text.Count; row++)
                    {
                        MemoryMarshal.Write(length, (long)text.Utf8(row).Length << 16 | (uint)(text.MissingCode(row) + 1));
                        hash.AppendData(length);
                        hash.AppendData(text.Utf8(row));
                    }
                    break;
            }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
