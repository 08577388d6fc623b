using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Semblance.Data;
using Semblance.Profiles;
using Semblance.Reports;

namespace Semblance.Tests.Reports;

public sealed class ProfileReportTests
{
    private static readonly Run Run = Run.With(seed: 5);

    [Fact]
    public void Page_is_sound_and_has_every_part()
    {
        var root = PageChecks.AssertSound(Sample(400, "ward").Profile(Run).ToHtml(new ReportContext { Title = "visits.csv", Facts = [new("Command", "semblance profile visits.csv")] }));
        foreach (var id in (string[])["warnings", "columns", "dependence", "gaps", "provenance"])
            Assert.Contains(root.Descendants("section"), s => s.Attribute("id")?.Value == id);
        Assert.Equal(["age", "score", "ward", "admitted", "id", "north", "empty"],
            root.Descendants("article").Select(a => a.Attribute("data-name")!.Value));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Tables_of_hardly_any_rows_make_a_page(int rows)
    {
        var profile = Sample(rows, SampleScorecards.Hostile).Profile(Run);
        PageChecks.AssertSound(profile.ToHtml());
        using var json = JsonDocument.Parse(profile.ToJson());
        Assert.Equal(rows, json.RootElement.GetProperty("rows").GetInt32());
    }

    [Fact]
    public void Hostile_names_and_values_stay_text()
    {
        var profile = Sample(400, SampleScorecards.Hostile).Profile(Run);
        var html = profile.ToHtml(new ReportContext { Title = SampleScorecards.Hostile });
        PageChecks.AssertSound(html);
        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", profile.ToJson(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Strange_numbers_make_a_page()
    {
        double[] strange = [double.MaxValue, double.MinValue, double.Epsilon, 1e300, -1e300, 0, double.NaN, 5, 5, 5];
        var values = Enumerable.Range(0, 200).Select(i => strange[i % strange.Length]).ToArray();
        var table = new Table([new NumberColumn(new ColumnSchema("x", ColumnKind.Decimal) { MissingMarkers = [""] }, values), new NumberColumn(new ColumnSchema("whole", ColumnKind.Integer) { MissingMarkers = [""] }, values)]);
        var profile = table.Profile(Run);
        PageChecks.AssertSound(profile.ToHtml());
        using var json = JsonDocument.Parse(profile.ToJson());
    }

    [Fact]
    public void Json_has_the_profiles_numbers_to_the_last_bit()
    {
        var profile = Sample(400, "ward").Profile(Run);
        using var json = JsonDocument.Parse(profile.ToJson());
        foreach (var (column, written) in profile.Columns.Zip(json.RootElement.GetProperty("columns").EnumerateArray()))
        {
            Assert.Equal(column.Name, written.GetProperty("name").GetString());
            Assert.Equal(column.Missing, written.GetProperty("missing").GetInt64());
            Assert.Equal(column.Distinct, written.GetProperty("distinct").GetInt64());
            Assert.Equal(column.Top.Select(t => t.Value), written.GetProperty("top").EnumerateArray().Select(t => t.GetProperty("value").GetString()));
            if (column.Numbers is not { } numbers) continue;
            Assert.Equal(numbers.StandardDeviation, written.GetProperty("numbers").GetProperty("standardDeviation").GetDouble());
            Assert.Equal(numbers.Quantiles, written.GetProperty("numbers").GetProperty("quantiles").EnumerateArray().Select(q => q.GetDouble()));
        }
        Assert.Equal(profile.Pairs.Select(p => p.MutualInformation), json.RootElement.GetProperty("pairs").EnumerateArray().Select(p => p.GetProperty("mutualInformation").GetDouble()));
    }

    [Fact]
    public void Two_thousand_columns_make_a_page_of_bounded_size()
    {
        var values = Enumerable.Range(0, 50).Select(i => (double)(i * i % 17)).ToArray();
        var table = new Table([.. Enumerable.Range(0, 2000).Select(i => (Column)new NumberColumn(new ColumnSchema("column-" + i.ToString(CultureInfo.InvariantCulture), ColumnKind.Integer), values))]);
        var html = table.Profile(new ProfileOptions { Parts = ProfileParts.Pairs | ProfileParts.Missing }, Run).ToHtml();
        var root = PageChecks.AssertSound(html);
        Assert.True(html.Length < 2_000_000, $"{html.Length} characters");
        Assert.Equal(60, root.Descendants("article").Count());
        Assert.Contains("column-1999", root.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_chooses_the_form_by_extension()
    {
        var folder = Directory.CreateTempSubdirectory("semblance-reports-").FullName;
        try
        {
            var profile = Sample(50, "ward").Profile(Run);
            await profile.WriteAsync(Path.Combine(folder, "p.html"));
            await profile.WriteAsync(Path.Combine(folder, "p.json"));
            Assert.Equal(profile.ToHtml(), await File.ReadAllTextAsync(Path.Combine(folder, "p.html")));
            Assert.Equal(profile.ToJson(), await File.ReadAllTextAsync(Path.Combine(folder, "p.json")));
            Assert.Equal("SB2091", (await Assert.ThrowsAsync<RecipeException>(() => profile.WriteAsync(Path.Combine(folder, "p.md")))).Code);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>One column of every kind, gaps, an all-missing and a constant one.</summary>
    private static Table Sample(int rows, string evil)
    {
        var stream = Run.Stream("sample").Sequence();
        var age = new double[rows];
        var score = new double[rows];
        var ward = new int[rows];
        var ticks = new long[rows];
        for (var i = 0; i < rows; i++)
        {
            age[i] = 18 + stream.NextBelow(70);
            ward[i] = stream.NextBelow(3);
            score[i] = stream.NextUnit() < 0.2 ? double.NaN : stream.NextUnit() < 0.4 ? 0 : age[i] / 3 + ward[i] + stream.NextUnit();
            ticks[i] = new DateTime(2020, 1, 1).Ticks + stream.NextBelow(900) * TimeSpan.TicksPerDay;
        }
        var names = Enumerable.Range(0, rows).Select(i => System.Text.Encoding.UTF8.GetBytes("V-" + i.ToString("D6", CultureInfo.InvariantCulture))).ToArray();
        return new Table(
        [
            new NumberColumn(new ColumnSchema("age", ColumnKind.Integer), age),
            new NumberColumn(new ColumnSchema("score", ColumnKind.Decimal) { MissingMarkers = ["?"], Number = new NumberForm(0, 6) }, score),
            new CategoryColumn(new ColumnSchema(evil, ColumnKind.Category), ward, [evil + "1", evil + "2", "<b>three</b>"]),
            new DateTimeColumn(new ColumnSchema("admitted", ColumnKind.DateTime) { Format = "yyyy-MM-dd" }, ticks),
            new TextColumn(new ColumnSchema("id", ColumnKind.Identifier), [.. names.SelectMany(n => n)], [.. Enumerable.Range(1, rows).Select(i => i * 8)]),
            new CategoryColumn(new ColumnSchema("north", ColumnKind.Constant), new int[rows], ["north"]),
            new NumberColumn(new ColumnSchema("empty", ColumnKind.Decimal) { MissingMarkers = [""] }, [.. Enumerable.Repeat(double.NaN, rows)]),
        ]);
    }
}
