using Semblance.Codecs;
using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Models;

/// <summary>A real table as the models see it: a codec and the cells of each column.</summary>
internal sealed class CellTable
{
    /// <summary>Fewest rows a model can be fitted to: below it nothing could be told without telling a row.</summary>
    public const int LeastRows = 20;

    private CellTable(Table real, ColumnCodec[] codecs, ushort[][] cells, string fingerprint) => (Schema, Rows, Codecs, Cells, Fingerprint) = (real.Schema, real.Rows, codecs, cells, fingerprint);

    public Schema Schema { get; }

    public int Rows { get; }

    public ColumnCodec[] Codecs { get; }

    /// <summary>Cell of each row, [column][row].</summary>
    public ushort[][] Cells { get; }

    public string Fingerprint { get; }

    /// <summary>Rows below which a category, value or range is not kept.</summary>
    public static int RareBelow(int rows) => rows < 200 ? 3 : 5;

    /// <summary>Learns the columns of a table, some of them cut otherwise than usual.</summary>
    public static CellTable Learn(Table real, ColumnEncodings encoding, Run run, CancellationToken ct)
    {
        encoding.Check(real.Schema);
        if (real.Rows < LeastRows)
            throw new FitException("SB3001", $"the table has {real.Rows} row{(real.Rows == 1 ? "" : "s")}; a model needs at least {LeastRows}, and a few hundred to be of use");
        if (real.Columns.IsEmpty) throw new FitException("SB3001", "the table has no columns");
        run.Report(Stage.Fit, "columns", 0, real.Columns.Length);
        ct.ThrowIfCancellationRequested();
        var codecs = new ColumnCodec[real.Columns.Length];
        var cells = new ushort[codecs.Length][];
        Blocks.For(codecs.Length, run, ct, c =>
        {
            codecs[c] = ColumnCodec.Learn(real.Columns[c], RareBelow(real.Rows), encoding[real.Columns[c].Name]);
            var encoded = new int[real.Rows];
            codecs[c].Encode(real.Columns[c], encoded);
            cells[c] = Place(encoded, run.Stream($"fit/rare/{real.Columns[c].Name}"), real.Columns[c].Name);
        });
        return new CellTable(real, codecs, cells, TableFingerprint.Of(real));
    }

    /// <summary>Gives rows whose value is protected the cell of another row, drawn by chance.</summary>
    private static ushort[] Place(int[] encoded, RandomStream stream, string name)
    {
        var cells = new ushort[encoded.Length];
        var present = encoded.Where(cell => cell >= 0).ToArray();
        for (var row = 0; row < cells.Length; row++)
            cells[row] = (ushort)(encoded[row] >= 0 ? encoded[row] : present.Length > 0 ? present[RandomStream.Below(stream.Words(row).A, present.Length)]
                : throw new FitException("SB3002", $"column `{name}` has no value that enough rows share; leave it out or give it another kind"));
        return cells;
    }

    public About Describe(IModel<Table> model, Run run) => new()
    {
        Model = model.Id,
        Spec = ModelSettings.Of(model),
        Seed = run.Seed,
        DataFingerprint = Fingerprint,
        FittedRows = Rows,
        Notes = [.. Codecs.Select(c => c.Note).OfType<string>()],
    };
}
