using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Tests.Contracts;

/// <summary>
/// A table that holds everything a model must take: every kind of column, gaps with several markers, spikes, tiny categories, near-unique numbers, columns
/// without information, names that need quotes. One row is planted with values that stand nowhere else and must never come out.
/// </summary>
internal static class WorstCase
{
    public const int Rows = 360;

    // What the planted row holds: nothing of it may be found in a model or in what it generates.
    public const string RareGroup = "Xylomancer of Qaanaaq";
    public const string RareNote = "the kestrel signed at 03:17 in green ink";
    public const string RareId = "P-000077";
    public const double LargestAmount = 987654.32;
    public const double UniqueMeasure = 47.118151625;
    public static readonly DateTime EarliestDay = new(1903, 4, 9);

    private const int PlantedRow = 77;

    public static Table Table { get; } = Make();

    /// <summary>Conditions that rows of this table satisfy often enough to be asked for, with the sort of restriction each stands for.</summary>
    public static readonly string[] Conditions =
    [
        "group = 'north'",
        "group in ('south', 'east') and count >= 3",
        "amount between 10 and 40 and flag",
        "day >= '2021-01-01' and day < '2021-07-01'",
        "spike > 0",
        "count is missing",
        "count < visits",
        "`odd, \"name\"` like 'b%' or visits > 4",
    ];

    /// <summary>Conditions no row can satisfy.</summary>
    public static readonly string[] Impossible = ["group = 'nowhere'", "count > 1000000", "visits > 4 and visits < 4", "constant is missing", "day > '2999-01-01'"];

    /// <summary>Everything that tells two tables apart: names, kinds, cells as written, missing markers.</summary>
    public static string Bytes(Table table)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new ArrayBufferWriter<byte>();
        foreach (var column in table.Columns)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{column.Name}\n{column.Kind}\n{column.Count}\n"));
            for (var row = 0; row < column.Count; row++)
            {
                buffer.ResetWrittenCount();
                column.WriteText(row, buffer);
                hash.AppendData([(byte)(column.MissingCode(row) + 1), .. BitConverter.GetBytes(buffer.WrittenCount), .. buffer.WrittenSpan]);
            }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static Table Make()
    {
        string[] groups = ["north", "south", "east", "west", "tiny one", "tiny two", RareGroup];
        string[] odd = ["a, \"quoted\"", "b\nline", "", "ünïcode €"];
        string[] zips = ["00123", "00777", "10115"];
        string[] words = ["pain", "fever", "seen again", "no change", "referred, urgent", "said \"fine\"", "größer"];
        var random = new RandomStream(new Seed(1), "worst-case").Sequence();
        double[] count = new double[Rows], amount = new double[Rows], spike = new double[Rows], visits = new double[Rows], measure = new double[Rows], wide = new double[Rows], few = new double[Rows], gone = new double[Rows], same = new double[Rows];
        int[] group = new int[Rows], flag = new int[Rows], zip = new int[Rows], strange = new int[Rows], constant = new int[Rows], nothing = new int[Rows];
        long[] moment = new long[Rows], day = new long[Rows];
        var markers = new byte[Rows];
        var ids = new TextRows();
        var notes = new TextRows();
        for (var row = 0; row < Rows; row++)
        {
            var u = random.NextUnit();
            group[row] = random.NextBelow(60) is var g && g < 2 ? 4 + g : u < 0.4 ? 0 : u < 0.7 ? 1 : u < 0.9 ? 2 : 3;
            visits[row] = 1 + random.NextBelow(3) + group[row] % 3;
            count[row] = random.NextBelow(8) == 0 ? double.NaN : Math.Floor(10 * u * u) - 2;
            if (double.IsNaN(count[row])) markers[row] = (byte)random.NextBelow(2);
            amount[row] = random.NextBelow(10) == 0 ? double.NaN : Math.Round(5 + 60 * u + 10 * random.NextUnit(), 2);
            spike[row] = random.NextBelow(10) < 9 ? 0 : 100 * (1 + random.NextBelow(30));
            measure[row] = Math.Round(30 + 20 * random.NextUnit() + 10 * u, 9);
            wide[row] = (random.NextBelow(2) == 0 ? -1 : 1) * (random.NextBelow(3) switch { 0 => 1e-9, 1 => 1, _ => 1e12 }) * (1 + random.NextBelow(50));
            few[row] = random.NextBelow(2) == 0 ? 0.5 : 2.25;
            gone[row] = double.NaN;
            same[row] = 42;
            flag[row] = random.NextBelow(12) == 0 ? -1 : u < 0.3 ? 1 : 0;
            zip[row] = random.NextBelow(3);
            strange[row] = random.NextBelow(9) == 0 ? -1 : random.NextBelow(4);
            nothing[row] = -1;
            moment[row] = random.NextBelow(15) == 0 ? long.MinValue : new DateTime(2020, 1, 1).AddMinutes(random.NextBelow(900_000)).Ticks;
            day[row] = new DateTime(2020, 6, 1).AddDays(random.NextBelow(700)).Ticks;
            ids.Add($"P-{row:D6}");
            if (random.NextBelow(7) == 0) notes.AddMissing();
            else notes.Add(row == PlantedRow ? RareNote : $"{words[random.NextBelow(7)]} on day {random.NextBelow(90)}; {words[random.NextBelow(7)]} (case {row})");
        }
        group[PlantedRow] = 6;
        amount[PlantedRow] = LargestAmount;
        measure[PlantedRow] = UniqueMeasure;
        day[PlantedRow] = EarliestDay.Ticks;
        notes.Replace(PlantedRow, RareNote);
        return new(
        [
            ids.Column(new("id", ColumnKind.Identifier)),
            new CategoryColumn(new("group", ColumnKind.Category), group, groups),
            new NumberColumn(new("count", ColumnKind.Integer) { MissingMarkers = ["?", ""] }, count, markers),
            new NumberColumn(new("amount", ColumnKind.Decimal) { Number = new(2, 2), MissingMarkers = ["NA"] }, amount),
            new NumberColumn(new("spike", ColumnKind.Integer), spike),
            new NumberColumn(new("visits", ColumnKind.Integer), visits),
            new NumberColumn(new("measure", ColumnKind.Decimal) { Number = new(0, 9) }, measure),
            new NumberColumn(new("wide", ColumnKind.Decimal) { Number = new(0, 9) }, wide),
            new NumberColumn(new("few", ColumnKind.Decimal) { Number = new(1, 2) }, few),
            new NumberColumn(new("gone", ColumnKind.Decimal) { MissingMarkers = [""] }, gone),
            new NumberColumn(new("same", ColumnKind.Integer), same),
            new CategoryColumn(new("flag", ColumnKind.Boolean) { MissingMarkers = [""] }, flag, ["no", "yes"]),
            new CategoryColumn(new("zip", ColumnKind.Category), zip, zips),
            new CategoryColumn(new("odd, \"name\"", ColumnKind.Category) { MissingMarkers = ["n/a"] }, strange, odd),
            new CategoryColumn(new("constant", ColumnKind.Constant), constant, ["always"]),
            new CategoryColumn(new("nothing", ColumnKind.Constant) { MissingMarkers = [""] }, nothing, []),
            new DateTimeColumn(new("moment", ColumnKind.DateTime) { Format = "dd/MM/yyyy HH:mm", MissingMarkers = ["-"] }, moment),
            new DateTimeColumn(new("day", ColumnKind.DateTime) { Format = "yyyy-MM-dd" }, day),
            notes.Column(new("note", ColumnKind.Text) { MissingMarkers = [""] }),
        ]);
    }

    /// <summary>Texts row by row.</summary>
    private sealed class TextRows
    {
        private readonly List<string?> rows = [];

        public void Add(string text) => rows.Add(text);

        public void AddMissing() => rows.Add(null);

        public void Replace(int row, string text) => rows[row] = text;

        public TextColumn Column(ColumnSchema schema)
        {
            var bytes = new List<byte>();
            var ends = new int[rows.Count];
            var markers = new byte[rows.Count];
            for (var row = 0; row < ends.Length; row++)
            {
                if (rows[row] is { } text) bytes.AddRange(Encoding.UTF8.GetBytes(text));
                else markers[row] = 1;
                ends[row] = bytes.Count;
            }
            return new TextColumn(schema, [.. bytes], ends, markers.Contains((byte)1) ? markers : null);
        }
    }
}
