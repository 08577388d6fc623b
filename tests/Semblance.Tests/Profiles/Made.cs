using System.Globalization;
using System.Text;
using System.Text.Json;
using Semblance.Data;
using Semblance.Profiles;

namespace Semblance.Tests.Profiles;

/// <summary>Small tables made by hand for the profile tests.</summary>
internal static class Made
{
    public static Run Run { get; } = Run.With(1) with { Threads = 1 };

    /// <summary>A well mixed number for a row, the same in every run.</summary>
    public static ulong Hash(int row, int salt) => RowHash.Mix((ulong)salt, (ulong)row);

    /// <summary>A number in [0, 1) for a row.</summary>
    public static double Unit(int row, int salt) => (Hash(row, salt) >> 11) * (1.0 / 9007199254740992.0);

    public static NumberColumn Integers(string name, int rows, Func<int, double> value) =>
        new(new ColumnSchema(name, ColumnKind.Integer) { MissingMarkers = [""] }, [.. Enumerable.Range(0, rows).Select(value)]);

    public static NumberColumn Decimals(string name, int rows, Func<int, double> value, int decimals = 6) =>
        new(new ColumnSchema(name, ColumnKind.Decimal) { MissingMarkers = [""], Number = new NumberForm(0, decimals) }, [.. Enumerable.Range(0, rows).Select(i => Math.Round(value(i), decimals))]);

    public static CategoryColumn Categories(string name, int rows, Func<int, string?> value)
    {
        var levels = new List<string>();
        var codes = new int[rows];
        for (var i = 0; i < rows; i++)
        {
            var text = value(i);
            if (text is not null && !levels.Contains(text)) levels.Add(text);
            codes[i] = text is null ? -1 : levels.IndexOf(text);
        }
        return new CategoryColumn(new ColumnSchema(name, ColumnKind.Category) { MissingMarkers = ["?"] }, codes, [.. levels]);
    }

    public static TextColumn Texts(string name, int rows, Func<int, string> value, ColumnKind kind = ColumnKind.Text)
    {
        var bytes = new List<byte>();
        var ends = new int[rows];
        for (var i = 0; i < rows; i++)
        {
            bytes.AddRange(Encoding.UTF8.GetBytes(value(i)));
            ends[i] = bytes.Count;
        }
        return new TextColumn(new ColumnSchema(name, kind), [.. bytes], ends);
    }

    public static DateTimeColumn Dates(string name, int rows, Func<int, DateTime> value) =>
        new(new ColumnSchema(name, ColumnKind.DateTime) { Format = "yyyy-MM-dd HH:mm" }, [.. Enumerable.Range(0, rows).Select(i => value(i).Ticks)]);

    public static Profile Profile(params Column[] columns) => new Table([.. columns]).Profile(Run);

    /// <summary>Everything a profile says, as text. Fails on a number that is not finite.</summary>
    public static string Everything(Profile profile) => JsonSerializer.Serialize(profile);

    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
