using System.Collections.Immutable;
using System.Text;
using Semblance.Data;

namespace Semblance.Codecs;

/// <summary>
/// Columns of numbers or moments that are cut into cells otherwise than usual, by name. As text <c>plan: levels; income: ranges 20</c>; a name that holds <c>;</c> or a backtick, or begins or ends
/// with a space, stands in backticks, those inside doubled. Default: none.
/// </summary>
public sealed record ColumnEncodings
{
    private readonly ImmutableSortedDictionary<string, ColumnEncoding> byName;

    private ColumnEncodings(ImmutableSortedDictionary<string, ColumnEncoding> byName) => this.byName = byName;

    /// <summary>Every column as usual.</summary>
    public static ColumnEncodings None { get; } = new(ImmutableSortedDictionary<string, ColumnEncoding>.Empty.WithComparers(StringComparer.Ordinal));

    /// <summary>Whether every column is cut as usual.</summary>
    public bool IsEmpty => byName.IsEmpty;

    /// <summary>The columns named, in order of their names.</summary>
    public IEnumerable<KeyValuePair<string, ColumnEncoding>> Columns => byName;

    /// <summary>How a column is cut.</summary>
    public ColumnEncoding this[string column] => byName.GetValueOrDefault(column);

    /// <summary>These, and one column more; a line takes it out again.</summary>
    public ColumnEncodings With(string column, ColumnEncoding encoding) => new(encoding == ColumnEncoding.Line ? byName.Remove(column) : byName.SetItem(column, encoding));

    /// <summary>These and others; where both name a column, the others hold.</summary>
    public ColumnEncodings With(ColumnEncodings others) => new(byName.SetItems(others.byName));

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <exception cref="RecipeException">It can't be read (SB2025).</exception>
    public static ColumnEncodings Parse(string text)
    {
        var all = None;
        for (var at = 0; at < text.Length;)
        {
            var name = Name(text, ref at);
            var end = text.IndexOf(';', at) is >= 0 and var next ? next : text.Length;
            var encoding = ColumnEncoding.Parse(text[at..end].Trim());
            if (all.byName.ContainsKey(name)) throw Wrong(text, $"column `{name}` stands there twice");
            all = all.With(name, encoding);
            at = end + 1;
        }
        return all;
    }

    /// <summary>The name that begins at a place, and what follows its colon.</summary>
    private static string Name(string text, ref int at)
    {
        while (at < text.Length && text[at] == ' ') at++;
        if (at == text.Length || text[at] != '`')
        {
            // an encoding holds no colon: the last one before the next column ends the name
            var end = text.IndexOf(';', at) is >= 0 and var next ? next : text.Length;
            var colon = text.LastIndexOf(':', end - 1, end - at);
            if (colon <= at) throw Wrong(text, "a column and its encoding are parted by a colon");
            var bare = text[at..colon].Trim();
            at = colon + 1;
            return bare;
        }
        var name = new StringBuilder();
        for (at++; ; at++)
        {
            if (at >= text.Length) throw Wrong(text, "a backtick is not closed");
            if (text[at] != '`') name.Append(text[at]);
            else if (at + 1 < text.Length && text[at + 1] == '`') name.Append(text[at++]);
            else break;
        }
        at++;
        while (at < text.Length && text[at] == ' ') at++;
        if (at == text.Length || text[at] != ':') throw Wrong(text, "a column and its encoding are parted by a colon");
        at++;
        return name.ToString();
    }

    private static RecipeException Wrong(string text, string why) => new("SB2025", $"encoding `{text}`: {why}; write `plan: levels; income: ranges 20`");

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString() => string.Join("; ", byName.Select(c => $"{Quoted(c.Key)}: {c.Value}"));

    private static string Quoted(string name) => name.Length > 0 && name.Trim() == name && !name.Contains(';') && !name.Contains('`') ? name : $"`{name.Replace("`", "``", StringComparison.Ordinal)}`";

    /// <summary>Equal when they cut every column alike.</summary>
    public bool Equals(ColumnEncodings? other) => other is not null && byName.SequenceEqual(other.byName);

    /// <inheritdoc/>
    public override int GetHashCode() => byName.Aggregate(0, (hash, c) => HashCode.Combine(hash, c.Key, c.Value));

    /// <summary>Refuses columns that are not there or have one encoding only.</summary>
    /// <exception cref="SchemaException">No such column.</exception>
    /// <exception cref="RecipeException">A column of neither numbers nor moments (SB2026).</exception>
    internal void Check(Schema schema)
    {
        foreach (var (name, encoding) in byName)
        {
            schema.Require(name, "encoding");
            var column = schema.Columns[schema.IndexOf(name)];
            if (column.Kind is not (ColumnKind.Integer or ColumnKind.Decimal or ColumnKind.DateTime)) throw ColumnCodec.Refused(column, encoding);
        }
    }
}
