using Semblance.Data;
using Semblance.Forms;
using Semblance.Numerics;

namespace Semblance.Codecs;

/// <summary>
/// Categories, booleans and constants. A level that fewer than <c>rare</c> rows have is not kept: it would point at those rows. Where such levels hold
/// little mass their rows are given other levels; where they hold much (a column of many small categories) they come back as made-up levels of the same shape
/// (<c>L\d{3}</c>) if they have one with digits, else as <see cref="RareText"/>. Levels that each tell of one person (e-mail addresses, full names) are replaced, one for
/// one, by made-up ones of the form: what they share stays, who they are goes.
/// </summary>
public sealed class CategoryCodec : ColumnCodec
{
    internal const string Type = "category";
    private const int MostMade = 4_096;

    /// <summary>What stands for all rare levels of a column in which they hold more than a tenth of the rows and share no shape.</summary>
    public const string RareText = "_RARE_";

    private readonly string[] levels; // most frequent first
    private readonly int hidden; // levels not kept
    private readonly int rareLevel; // index of RareText in levels, or -1
    private readonly bool replaced; // levels are not the real ones
    private readonly string[] made; // what rareLevel comes back as; empty: as RareText
    private readonly Dictionary<string, int> index;

    private CategoryCodec(ColumnSchema schema, string[] levels, int hidden, int rareLevel, bool replaced, string[] made) : base(schema, schema.MissingMarkers.Length + levels.Length, false)
    {
        (this.levels, this.hidden, this.rareLevel, this.replaced, this.made) = (levels, hidden, rareLevel, replaced, made);
        index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < levels.Length; i++) index[levels[i]] = i;
    }

    internal CategoryCodec(CodecState state) : this(state.Schema, state.Texts[..Levels(state)], (int)state.Numbers[0], (int)state.Numbers[1], state.Numbers[3] == 1, state.Texts[Levels(state)..])
    {
        if (rareLevel < -1 || rareLevel >= levels.Length || Cells > MaxCells || made.Length > MostMade || made.Length > 0 && rareLevel < 0) throw state.Unfit("its levels are out of range");
    }

    private static int Levels(CodecState state) => state.Numbers.Length != 4 ? throw state.Unfit("its numbers are missing")
        : state.Numbers[2] >= 0 && state.Numbers[2] <= state.Texts.Length ? (int)state.Numbers[2] : throw state.Unfit("its levels are out of range");

    internal static CategoryCodec Learn(CategoryColumn column, int rare)
    {
        var counts = new int[column.Levels.Length];
        var present = 0;
        foreach (var code in column.Codes)
            if (code >= 0)
            {
                counts[code]++;
                present++;
            }
        var order = Enumerable.Range(0, counts.Length).Where(l => counts[l] > 0).OrderByDescending(l => counts[l]).ThenBy(l => column.Levels[l], StringComparer.Ordinal).ToArray();
        // a constant or boolean has no rare level to hide among: its levels are the column's meaning
        var least = column.Kind is ColumnKind.Constant or ColumnKind.Boolean ? 1 : rare;
        var kept = order.Where(l => counts[l] >= least).Take(MaxCells - 512).ToArray();
        var form = PatternLearner.FormOfPeople(order.Length, i => column.LevelUtf8(order[i]), column.Name);
        var instead = form is null ? [] : Instead(form, kept.Length, column.Levels);
        if (form is not null) kept = kept[..instead.Count];
        var lost = present - kept.Sum(l => counts[l]);
        var texts = form is null ? kept.Select(l => column.Levels[l]).ToList() : [.. instead];
        var marked = lost > 0.1 * present || texts.Count == 0 && present > 0;
        var at = marked ? kept.Count(l => counts[l] >= lost) : -1;
        if (marked) texts.Insert(at, RareText);
        var codec = new CategoryCodec(column.Schema, [.. texts], order.Length - kept.Length, at, form is not null, marked ? Made(column, order[kept.Length..], texts) : []);
        if (form is not null) // real levels are known while this table is encoded, and never saved
            for (var i = 0; i < kept.Length; i++) codec.index[column.Levels[kept[i]]] = codec.index[instead[i]];
        return codec;
    }

    /// <summary>Different texts of a form, none of them a real level; fewer than asked for where the form has no more.</summary>
    private static List<string> Instead(IForm form, int count, string[] real)
    {
        var known = real.ToHashSet(StringComparer.Ordinal);
        var texts = new List<string>();
        var room = Math.Min(form.Room, 1UL << 62);
        for (ulong i = 0; texts.Count < count && i < Math.Min(room, 4 * (ulong)count + 100); i++)
            if (form.Make(KeyedPermutation.Permute(i, room, 0)) is var text && known.Add(text)) texts.Add(text);
        return texts;
    }

    /// <summary>About as many levels as are hidden, of their shape, none of them a real one.</summary>
    private static string[] Made(CategoryColumn column, int[] rareLevels, List<string> kept)
    {
        if (Pattern.LearnWritten(rareLevels.Length, i => column.LevelUtf8(rareLevels[i]), column.Name) is not { } pattern) return [];
        var known = column.Levels.Concat(kept).ToHashSet(StringComparer.Ordinal);
        var made = new List<string>();
        var most = Math.Min(MostMade, rareLevels.Length);
        for (var i = 0; i < 4 * most && made.Count < most; i++) // a shape that the real levels nearly fill gives few new ones
            if (pattern.Make(i, 0) is var text && known.Add(text)) made.Add(text);
        return [.. made];
    }

    /// <inheritdoc/>
    public override string? Note => replaced ? $"column `{Schema.Name}`: each category tells of one person or place; they come back as made-up ones{(levels.Length > 0 ? $" like `{levels[0]}`" : "")}"
        : hidden == 0 ? null : rareLevel >= 0
        ? $"column `{Schema.Name}`: {hidden} rare categories come back as {(made.Length > 0 ? $"made-up ones like `{made[0]}`" : $"`{RareText}`")}"
        : $"column `{Schema.Name}`: {hidden} rare categories are not reproduced";

    /// <inheritdoc/>
    public override void Encode(Column column, Span<int> cells)
    {
        var category = (CategoryColumn)column;
        var map = Array.ConvertAll(category.Levels, level => index.TryGetValue(level, out var i) ? MissingCells + i : rareLevel >= 0 ? MissingCells + rareLevel : -1);
        for (var row = 0; row < cells.Length; row++)
        {
            var code = category.Codes[row];
            cells[row] = code >= 0 ? map[code] : Math.Min(-1 - code, MissingCells - 1);
        }
    }

    /// <inheritdoc/>
    public override Column Decode(ReadOnlySpan<int> cells, ReadOnlySpan<long> rows, RandomStream stream, uint draw)
    {
        var codes = new int[cells.Length];
        for (var i = 0; i < cells.Length; i++)
        {
            var c = cells[i];
            codes[i] = c < MissingCells ? -1 - c
                : c - MissingCells == rareLevel && made.Length > 0 ? levels.Length + new RandomSequence(stream, rows[i], draw << 16).NextBelow(made.Length)
                : c - MissingCells;
        }
        return Template.WithCodes(codes);
    }

    /// <summary>Holder of the one list of levels; blocks made on several threads must share it, or they can't be joined.</summary>
    private CategoryColumn Template => field ?? Interlocked.CompareExchange(ref field, new CategoryColumn(Schema, [], [.. levels, .. made]), null) ?? field;

    /// <inheritdoc/>
    public override Column Candidates(out int[] cells)
    {
        var codes = new int[Cells + Math.Max(0, made.Length - 1)]; // the rare cell has a candidate for each made level
        cells = new int[codes.Length];
        for (var i = 0; i < codes.Length; i++)
        {
            codes[i] = i < MissingCells ? -1 - i : i < Cells ? i - MissingCells : i - MissingCells + 1;
            cells[i] = i < Cells ? i : MissingCells + rareLevel;
        }
        if (made.Length > 0) codes[MissingCells + rareLevel] = levels.Length;
        return Template.WithCodes(codes);
    }

    internal override bool MakesUp => replaced;

    /// <inheritdoc/>
    public override CodecState State => new(Type, Schema, [hidden, rareLevel, levels.Length, replaced ? 1 : 0], [.. levels, .. made]);
}
