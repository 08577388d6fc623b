using System.Text.Json.Nodes;
using Semblance.Recipes;
using Semblance.Tests.Reports;

namespace Semblance.Tests.Recipes;

public sealed class MixReportTests
{
    private static MixPoint Point(int rows, double share, double ratio, double gain, double around) =>
        new() { RealRows = rows, RealShare = share, Ratio = ratio, Quality = 0.8 + gain, Gain = gain, Interval = ratio == 0 ? null : new(gain - around, gain + around) };

    private static MixResult Result(double best, string target = "<b>owner</b>") => new()
    {
        Target = target, Measure = "AUC", TestRows = 500, BestRatio = best, Gain = 0.02, Interval = best > 0 ? new(0.01, 0.03) : new(-0.01, 0.05), Notes = ["A note."],
        Points = [Point(60, 0.2, 0, 0, 0), Point(60, 0.2, 1, 0.05, 0.01), Point(300, 1, 0, 0, 0), Point(300, 1, 0.5, 0.02, 0.01), Point(300, 1, 1, 0.005, 0.02)],
    };

    [Fact]
    public void The_page_stands_alone_and_no_name_becomes_markup()
    {
        var page = Result(0.5).ToHtml();
        PageChecks.AssertSound(page);
        Assert.DoesNotContain("<b>owner", page, StringComparison.Ordinal);
        Assert.Contains("Best: 0.5 synthetic rows for each real row", page, StringComparison.Ordinal);
        Assert.Contains("verdict good", page, StringComparison.Ordinal);
    }

    [Fact]
    public void No_gain_is_said_plainly_and_not_praised()
    {
        var page = Result(0).ToHtml();
        Assert.Contains("No gain: no ratio was shown to predict", page, StringComparison.Ordinal);
        Assert.DoesNotContain("verdict good", page, StringComparison.Ordinal);
        Assert.Contains("reaches 0", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dot_is_filled_where_its_whole_interval_is_a_gain()
    {
        var page = Result(0.5).ToHtml();
        var plot = page[page.IndexOf("Gain in AUC", StringComparison.Ordinal)..page.IndexOf("With fewer real rows", StringComparison.Ordinal)];
        Assert.Equal((1, 1, 2), (Count("<circle class=\"value\"", plot), Count("<circle class=\"open\"", plot), Count("<rect class=\"band\"", plot)));
        Assert.True(plot.IndexOf("class=\"value\"", StringComparison.Ordinal) < plot.IndexOf("class=\"open\"", StringComparison.Ordinal)); // the first ratio is the gain
    }

    [Fact]
    public void Every_point_stands_in_the_table_and_among_the_numbers()
    {
        var result = Result(0.5);
        var page = result.ToHtml();
        Assert.Equal(1 + result.Points.Length, Count("<tr>", page));
        Assert.Contains("+0.0100 to +0.0300", page, StringComparison.Ordinal);
        var json = JsonNode.Parse(result.ToJson())!;
        Assert.Equal(result.Points.Select(p => p.Gain), json["points"]!.AsArray().Select(p => (double)p!["gain"]!));
        Assert.Null(json["points"]![0]!["low"]);
        Assert.Equal(0.01, (double)json["low"]!);
    }

    private static int Count(string what, string page) => page.Split(what).Length - 1;
}
