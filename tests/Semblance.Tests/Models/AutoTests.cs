using Semblance.Models;

namespace Semblance.Tests.Models;

public sealed class AutoTests
{
    [Fact]
    public async Task Tells_every_candidate_it_tried_and_takes_one()
    {
        using var generator = await MadeTable.Of(2_500, 3).FitAsync(new Auto { Target = "both" }, Run.With(4));
        var trail = generator.About.Trail;
        Assert.Equal(["cart", "cart", "copula", "circuit", "argn", "tvae"], trail.Select(a => a.Model));
        Assert.Single(trail, a => a.Chosen);
        Assert.All(trail, a => Assert.InRange(a.Scores["fidelity.c2st"], 0, 1));
        Assert.All(trail, a => Assert.NotEmpty(a.Why));
        Assert.Equal(trail.Single(a => a.Chosen).Model, generator.About.Model);
        // what only two columns together tell the copula can't hold, and the judge sees it
        Assert.True(trail[0].Scores["utility.tstr"] > trail[2].Scores["utility.tstr"] + 0.2);
    }

    [Fact]
    public async Task Takes_the_first_candidate_where_rows_are_too_few_to_hold_any_out()
    {
        using var generator = await MadeTable.Of(60, 3).FitAsync(new Auto(), Run.With(4));
        Assert.Contains("too few", generator.About.Trail.Single(a => a.Chosen).Why);
    }
}
