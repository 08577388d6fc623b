using Semblance.Tests.Conventions;
using Semblance.Data;
using Semblance.Worlds;

namespace Semblance.Tests.Worlds;

public sealed class PackTests
{
    /// <summary>The example of the page on packs, which must be one that works.</summary>
    private static readonly string Museum = Repository.Read("docs/packs.md").Split("```yaml\n")[1].Split("```")[0];

    [Fact]
    public void The_page_s_pack_works()
    {
        using var world = Pack.Read(Museum, "museum.yaml").Open();
        var measured = new TargetMeasures(world);
        var sales = 0;
        foreach (var block in world.StreamAsync(new Request(world.Count), Run.With(3)).ToBlockingEnumerable())
        {
            measured.Add(block);
            sales += block["sales"].Rows;
            var hours = ((DateTimeColumn)block["sales"]["time"]).Ticks.Select(t => new DateTime(t).DayOfWeek);
            Assert.True(hours.Count(d => d == DayOfWeek.Monday) < 0.02 * block["sales"].Rows); // closed; a visit may last past Sunday's midnight
        }
        Assert.InRange(sales, 1300, 2400); // 1000 visitors, 0.044 visits a day for 30 days, 1.3 events each: 1716, the bounds are ten standard deviations away
        var report = measured.ToReport();
        Assert.True(Assert.Single(report.Targets).Met);
        Assert.Contains("| museum |".Replace("museum", "visitors"), report.ToMarkdown(new Seed(3)));
    }

    [Theory]
    [InlineData("group: {choice: groups}", "group: {choice: gruops}", "SB2201", "did you mean `groups`")]
    [InlineData("mean: \"if(group", "mean: \"if(gruop", "SB2204", "did you mean `group`")]
    [InlineData("group = 'school', 12", "group = 'schol', 12", "SB2204", "did you mean `school`")]
    [InlineData("lognormal: {median: group.spend", "lognormal: {median: group.spent", "SB2204", "did you mean `group.spend`")]
    [InlineData("{lognormal: {median: 80", "{lognormall: {median: 80", "SB2201", "did you mean `lognormal`")]
    [InlineData("next: look}", "next: lok}", "SB2201", "did you mean `look`")]
    [InlineData("leave: {terminal: yes}", "leave: {set: {buys: 1 = 1}}", "SB2203", "leads nowhere")]
    [InlineData("profile: open", "profile: opened", "SB2201", "did you mean `open`")]
    [InlineData("emit: shop,", "emit: shopp,", "SB2201", "did you mean `shop`")]
    [InlineData("rows: visitors,", "rows: visitor,", "SB2201", "did you mean `visitors`")]
    [InlineData("count: visitors", "count: visitors * 10000000", "SB2208", "must lie from")]
    [InlineData("about: visitors of a museum and what they buy\n", "abuot: x\n", "SB2201", "did you mean `about`")]
    [InlineData("per: sales", "per: sale", "SB2201", "did you mean `sales`")]
    [InlineData("assumption: three of ten visitors buy something", "about2: x", "SB2201", "there is no key")]
    [InlineData("weekdays: [0, 1", "weekdays: [1", "SB2202", "takes 7 weights")]
    [InlineData("amount: \"if(age < 18, 0, 12)\"", "amount: \"age < \"", "SB2063", "line 20")]
    [InlineData("amount: \"if(age < 18, 0, 12)\"", "amount: group", "SB2205", "in others")]
    [InlineData("enter: {emit: ticket, next: look}", "enter: {emit: ticket, delay: 5, next: look}", "SB2202", "a state does one thing")]
    [InlineData("look: {delay:", "look: {call: visit, weird: 1, delay:", "SB2201", "there is no key")]
    [InlineData("pack: museum", "pack: &m museum", "SB2002", "anchor")]
    [InlineData("version: 1", "version: 2", "SB2202", "from 1 to 1")]
    public void A_wrong_word_is_told_with_its_place(string good, string bad, string code, string says)
    {
        Assert.Contains(good, Museum);
        var error = Assert.Throws<RecipeException>(() => Pack.Read(Museum.Replace(good, bad), "museum.yaml").Open());
        Assert.True(error.Code == code, error.Message);
        Assert.Contains(says, error.Message);
        Assert.Matches(@"`museum\.yaml`, line \d+, column \d+", error.Message);
    }

    [Fact]
    public void Parameters_are_held_to_their_ranges()
    {
        var pack = Pack.Read(Museum, "museum.yaml");
        Assert.Equal("SB2206", Assert.Throws<RecipeException>(() => pack.Open(new Dictionary<string, string> { ["visitor"] = "5" })).Code);
        Assert.Equal("SB2207", Assert.Throws<RecipeException>(() => pack.Open(new Dictionary<string, string> { ["visitors"] = "5" })).Code);
        Assert.Equal("SB2207", Assert.Throws<RecipeException>(() => pack.Open(new Dictionary<string, string> { ["visitors"] = "500.5" })).Code);
        Assert.Equal("SB2209", Assert.Throws<RecipeException>(() => Pack.Named("paymets")).Code);
    }

    [Fact]
    public void What_would_never_end_is_an_error_that_names_it()
    {
        var circle = Museum.Replace("buy: {emit: shop, next: leave}", "buy: {set: {buys: 1 = 1}, next: buy}");
        var error = Assert.Throws<GenerateException>(() => Count(circle));
        Assert.Equal("SB4102", error.Code);
        Assert.Contains("`visit`", error.Message);
        Assert.Equal("SB4101", Assert.Throws<GenerateException>(() => Count(Museum.Replace("rate: group.visits", "rate: 10000000"))).Code);
        var calls = Museum.Replace("buy: {emit: shop, next: leave}", "buy: {call: visit, next: leave}");
        Assert.Equal("SB2208", Assert.Throws<RecipeException>(() => Count(calls)).Code);
        Assert.Equal("SB4103", Assert.Throws<GenerateException>(() => Count(Museum, new Request(5000))).Code);
    }

    [Fact]
    public void Everything_shipped_opens_and_has_targets()
    {
        foreach (var name in Pack.Names)
        {
            using var world = Pack.Named(name).Open();
            Assert.NotEmpty(world.Pack.About);
            Assert.All(world.Tables.Tables, t => Assert.NotEmpty(t.Schema.Columns));
        }
        using var payments = Pack.Named("payments").Open();
        Assert.Equal(8, payments.Campaigns.Length);
        Assert.Contains(payments.Targets, t => t.Source is not null);
    }

    private static int Count(string yaml, Request? request = null)
    {
        using var world = Pack.Read(yaml, "museum.yaml").Open();
        return world.StreamAsync(request ?? new Request(world.Count), Run.With(3)).ToBlockingEnumerable().Sum(b => b["sales"].Rows);
    }
}
