using System.Buffers;
using System.Text;
using Semblance.Data;
using Semblance.Numerics;
using Semblance.Profiles;

namespace Semblance.Metrics;

/// <summary>
/// Replay of personal data: share of the cells in columns of addresses, numbers and names of people that hold a value of a training row, less the same share of holdout
/// rows. All rows are looked at; values are compared as written but for blanks and the case of Latin letters. Of longer texts in which such data occur, whole cells are compared.
/// </summary>
internal sealed class Replay : TableMetric
{
    private const int ScannedCells = 5_000;
    private const double Z = 1.959963984540054;
    private const ulong Missing = 0;

    public override string Name => "privacy.replay";
    public override string Title => "Replayed personal data";
    public override string What => "Share of e-mail addresses, phone numbers, names and the like in the synthetic rows that belong to a training row, beyond the share that chance gives.";
    public override Direction Direction => Direction.Lower;
    public override Bounds Bounds => new(-1, 1);

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        Table real = data.Full(Side.Real)!, synthetic = data.Full(Side.Synthetic)!;
        var holdout = data.Full(Side.Holdout) is { Rows: > 0 } held ? held : null;
        var personal = new List<(string Name, string Form)>();
        foreach (var column in real.Columns)
            if (PersonalScan.Find(column, ScannedCells) is [var first, ..]) personal.Add((column.Name, first.Title));
        if (personal.Count == 0) return Finding.None("no column of personal data was found");

        double share = 0, usual = 0;
        long cells = 0, chanceCells = 0;
        var columns = new List<ReplayedColumn>();
        foreach (var (name, form) in personal)
        {
            ct.ThrowIfCancellationRequested();
            var known = new HashSet<ulong>(Cells(real[name], run, ct));
            var (hits, all) = Count(Cells(synthetic[name], run, ct), known);
            var (chance, others) = holdout is null ? (0, 0) : Count(Cells(holdout[name], run, ct), known);
            columns.Add(new ReplayedColumn(name, form, all == 0 ? 0 : (double)hits / all, others == 0 ? null : (double)chance / others));
            (share, cells, usual, chanceCells) = (share + hits, cells + all, usual + chance, chanceCells + others);
        }
        if (cells == 0) return Finding.None("the columns of personal data are empty in the synthetic rows");
        share /= cells;
        // Cells of one row may go together: a row is one trial, whatever it holds.
        var about = RankStatistics.Wilson(share * synthetic.Rows, synthetic.Rows, Z);
        Func<PrivacyDetail, PrivacyDetail> tell = panel => panel with { Replayed = [.. columns] };
        if (chanceCells == 0) return new Finding(new Score(share, about, Why: "without a holdout the share that chance gives is not known, and not taken off")) { Privacy = tell };
        usual /= chanceCells;
        var chanceAbout = RankStatistics.Wilson(usual * holdout!.Rows, holdout.Rows, Z);
        var interval = new Interval(share - usual - Length(share - about.Low, chanceAbout.High - usual), share - usual + Length(about.High - share, usual - chanceAbout.Low));
        return new Finding(new Score(share - usual, interval, 0)) { Privacy = tell };
    }

    private static (long Hits, long All) Count(ulong[] cells, HashSet<ulong> known)
    {
        long hits = 0, all = 0;
        foreach (var cell in cells)
        {
            if (cell == Missing) continue;
            all++;
            if (known.Contains(cell)) hits++;
        }
        return (hits, all);
    }

    /// <summary>A key for each cell: of its text without blanks, Latin letters small.</summary>
    private static ulong[] Cells(Column column, Run run, CancellationToken ct)
    {
        var keys = new ulong[column.Count];
        var levels = column is CategoryColumn category ? Array.ConvertAll(category.Levels, level => Key(Encoding.UTF8.GetBytes(level))) : [];
        Blocks.ForRange(keys.Length, Blocks.Rows, run, ct, (from, to) =>
        {
            var buffer = new ArrayBufferWriter<byte>(64);
            for (var row = from; row < to; row++)
            {
                if (column.IsMissing(row)) continue; // the key stays that of a missing cell
                if (column is CategoryColumn coded) keys[row] = levels[coded.Codes[row]];
                else if (column is TextColumn text) keys[row] = Key(text.Utf8(row));
                else
                {
                    buffer.ResetWrittenCount();
                    column.WriteText(row, buffer);
                    keys[row] = Key(buffer.WrittenSpan);
                }
            }
        });
        return keys;
    }

    private static ulong Key(ReadOnlySpan<byte> text)
    {
        Span<byte> plain = text.Length <= 256 ? stackalloc byte[text.Length] : new byte[text.Length];
        var length = 0;
        foreach (var b in text)
            if (b > (byte)' ') plain[length++] = b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b;
        var key = RowKeys.Text(plain[..length]);
        return key == Missing ? 1 : key;
    }

    private static double Length(double x, double y) => Math.Sqrt(x * x + y * y);
}
