using System.Collections.Immutable;
using System.Text;
using Semblance.Data;
using Semblance.Numerics;

namespace Semblance.Tests.Models;

/// <summary>Random tables in which constraints of every kind are planted, and a plain reading of what they say that shares no code with the library's.</summary>
internal static class PlantedTable
{
    public static readonly ImmutableArray<string> Constraints =
    [
        "age between 18 and 90",
        "low <= high",
        "ordered(opened, answered, closed)",
        "opened < closed",
        "total = price * quantity",
        "wait = closed - opened",
        "combination(city, country)",
        "combination(icd, diagnosis, ward)",
        "onehot(red, green, blue)",
        "unique(number)",
        "unique(city, ticket)",
        @"pattern(code, 'INV-\d{4}/[A-F]{2}')",
        "not member or age >= 30",
    ];

    private static readonly (string City, string Country)[] Places = [("Springfield", "US"), ("Paris", "US"), ("Paris", "FR"), ("Lyon", "FR"), ("Kyoto", "JP"), ("London", "GB"), ("London", "CA")];

    public static Table Of(int rows, ulong seed)
    {
        var random = new RandomStream(new Seed(seed), "planted").Sequence();
        string[] cities = [.. Places.Select(p => p.City).Distinct()], countries = [.. Places.Select(p => p.Country).Distinct()];
        string[] icds = ["G40", "S72", "I10", "E11", "J45", "K35"], diagnoses = ["epilepsy", "hip fracture", "hypertension", "diabetes", "asthma", "appendicitis"], wards = ["n", "s", "m"];
        int[] city = new int[rows], country = new int[rows], icd = new int[rows], diagnosis = new int[rows], ward = new int[rows], member = new int[rows], blue = new int[rows];
        double[] age = new double[rows], low = new double[rows], high = new double[rows], price = new double[rows], quantity = new double[rows], total = new double[rows], wait = new double[rows], red = new double[rows], green = new double[rows],
            number = new double[rows], ticket = new double[rows];
        long[] opened = new long[rows], answered = new long[rows], closed = new long[rows];
        var codes = new StringBuilder();
        var ends = new int[rows];
        for (var row = 0; row < rows; row++)
        {
            var place = Places[random.NextBelow(Places.Length)];
            city[row] = Array.IndexOf(cities, place.City);
            country[row] = Array.IndexOf(countries, place.Country);
            diagnosis[row] = icd[row] = random.NextBelow(3) == 0 ? random.NextBelow(6) : random.NextBelow(2);
            if (random.NextBelow(20) == 0) icd[row] = diagnosis[row] = -1;
            ward[row] = icd[row] < 0 ? 0 : icd[row] % 3;
            age[row] = 18 + random.NextBelow(73);
            member[row] = age[row] >= 30 && random.NextBelow(2) == 0 ? 1 : 0;
            low[row] = random.NextBelow(15) == 0 ? double.NaN : Math.Round(50 * random.NextUnit(), 1);
            high[row] = random.NextBelow(15) == 0 ? double.NaN : Math.Round((double.IsNaN(low[row]) ? 20 : low[row]) + 30 * random.NextUnit() * random.NextUnit() + 0.05, 1);
            price[row] = Math.Round(1 + 99 * random.NextUnit(), 2);
            quantity[row] = random.NextBelow(12) == 0 ? double.NaN : 1 + random.NextBelow(9);
            total[row] = Math.Round(price[row] * quantity[row], 2, MidpointRounding.AwayFromZero);
            if (random.NextBelow(25) == 0) total[row] = double.NaN;
            opened[row] = new DateTime(2023, 1, 1).AddDays(random.NextBelow(400)).Ticks;
            answered[row] = random.NextBelow(9) == 0 ? long.MinValue : opened[row] + random.NextBelow(5) * TimeSpan.TicksPerDay;
            closed[row] = opened[row] + (5 + random.NextBelow(20)) * TimeSpan.TicksPerDay;
            wait[row] = (closed[row] - opened[row]) / (double)TimeSpan.TicksPerDay;
            var colour = random.NextBelow(10);
            (red[row], green[row], blue[row]) = (colour < 5 ? 1 : 0, colour is >= 5 and < 8 ? 1 : 0, colour >= 8 ? 1 : 0);
            number[row] = 1000 + row;
            ticket[row] = row / 2 * 3 + random.NextBelow(3);
            codes.Append(System.Globalization.CultureInfo.InvariantCulture, $"INV-{random.NextBelow(10_000):D4}/{(char)('A' + random.NextBelow(6))}{(char)('A' + random.NextBelow(6))}");
            ends[row] = codes.Length;
        }
        // tickets of one city must differ: the rows of a pair share a number now and then
        var seen = new HashSet<(int, double)>();
        for (var row = 0; row < rows; row++)
            while (!seen.Add((city[row], ticket[row]))) ticket[row]++;
        ColumnSchema Number(string name, int decimals) => new(name, decimals == 0 ? ColumnKind.Integer : ColumnKind.Decimal) { Number = new(0, decimals), MissingMarkers = [""] };
        ColumnSchema Day(string name) => new(name, ColumnKind.DateTime) { Format = "yyyy-MM-dd", MissingMarkers = [""] };
        return new(
        [
            new CategoryColumn(new("city", ColumnKind.Category), city, cities),
            new CategoryColumn(new("country", ColumnKind.Category), country, countries),
            new CategoryColumn(new("icd", ColumnKind.Category) { MissingMarkers = ["?"] }, icd, icds),
            new CategoryColumn(new("diagnosis", ColumnKind.Category) { MissingMarkers = ["NA"] }, diagnosis, diagnoses),
            new CategoryColumn(new("ward", ColumnKind.Category), ward, wards),
            new NumberColumn(Number("age", 0), age),
            new CategoryColumn(new("member", ColumnKind.Boolean), member, ["no", "yes"]),
            new NumberColumn(Number("low", 1), low),
            new NumberColumn(Number("high", 1), high),
            new NumberColumn(Number("price", 2), price),
            new NumberColumn(Number("quantity", 0), quantity),
            new NumberColumn(Number("total", 2), total),
            new DateTimeColumn(Day("opened"), opened),
            new DateTimeColumn(Day("answered"), answered),
            new DateTimeColumn(Day("closed"), closed),
            new NumberColumn(Number("wait", 0), wait),
            new NumberColumn(Number("red", 0), red),
            new NumberColumn(Number("green", 0), green),
            new CategoryColumn(new("blue", ColumnKind.Boolean), blue, ["no", "yes"]),
            new NumberColumn(Number("number", 0), number),
            new NumberColumn(Number("ticket", 0), ticket),
            new TextColumn(new("code", ColumnKind.Identifier), Encoding.UTF8.GetBytes(codes.ToString()), ends),
        ]);
    }

    /// <summary>Rows that break something, with what they break.</summary>
    public static IEnumerable<string> Broken(Table table, Table real)
    {
        double N(string name, int row) => ((NumberColumn)table[name]).Values[row];
        long D(string name, int row) => ((DateTimeColumn)table[name]).Ticks[row];
        string T(string name, int row) => table[name].Text(row);
        var triples = Enumerable.Range(0, real.Rows).Select(r => (real["icd"].Text(r), real["diagnosis"].Text(r), real["ward"].Text(r))).ToHashSet();
        var numbers = new HashSet<double>();
        var tickets = new HashSet<(string, double)>();
        var codes = new HashSet<string>();
        for (var row = 0; row < table.Rows; row++)
        {
            if (N("age", row) is < 18 or > 90) yield return $"{row}: age";
            if (N("low", row) > N("high", row)) yield return $"{row}: low {T("low", row)} high {T("high", row)}";
            if (D("answered", row) >= 0 && (D("opened", row) > D("answered", row) || D("closed", row) < D("answered", row)) || D("opened", row) >= D("closed", row)) yield return $"{row}: dates {T("opened", row)} {T("answered", row)} {T("closed", row)}";
            if (Math.Abs(N("price", row) * N("quantity", row) - N("total", row)) > 0.00501) yield return $"{row}: total {T("price", row)} * {T("quantity", row)} = {T("total", row)}";
            if (N("wait", row) != (D("closed", row) - D("opened", row)) / (double)TimeSpan.TicksPerDay) yield return $"{row}: wait {T("wait", row)}";
            if (!Places.Contains((T("city", row), T("country", row)))) yield return $"{row}: {T("city", row)} in {T("country", row)}";
            if (!triples.Contains((T("icd", row), T("diagnosis", row), T("ward", row)))) yield return $"{row}: {T("icd", row)} {T("diagnosis", row)} {T("ward", row)}";
            if (N("red", row) + N("green", row) + (T("blue", row) == "yes" ? 1 : 0) != 1) yield return $"{row}: colours";
            if (!numbers.Add(N("number", row))) yield return $"{row}: number {T("number", row)} again";
            if (!tickets.Add((T("city", row), N("ticket", row)))) yield return $"{row}: ticket {T("ticket", row)} again in {T("city", row)}";
            if (!codes.Add(T("code", row)) || !System.Text.RegularExpressions.Regex.IsMatch(T("code", row), @"^INV-\d{4}/[A-F]{2}$")) yield return $"{row}: code {T("code", row)}";
            if (T("member", row) == "yes" && N("age", row) < 30) yield return $"{row}: member of {T("age", row)}";
        }
    }
}
