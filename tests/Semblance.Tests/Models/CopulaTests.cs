using Semblance.Data;
using Semblance.Models;

namespace Semblance.Tests.Models;

public sealed class CopulaTests
{
    [Fact]
    public async Task Keeps_marginals_and_the_relation_of_pairs()
    {
        var real = MadeTable.Of(6_000, 2);
        using var generator = await real.FitAsync(new Copula { Target = "group" }, Run.With(1));
        var made = await generator.GenerateAsync(6_000, Run.With(2));
        var height = MadeTable.Values(made, "height");
        double Mean(string level) => Enumerable.Range(0, made.Rows).Where(i => made["group"].Text(i) == level).Average(i => height[i]);

        // shares: 0.03 is 4.6 standard errors. Means: the copula keeps order and most of the distance of 30
        Assert.InRange(MadeTable.Share(made, i => made["group"].Text(i) == "scarce"), 0.17, 0.23);
        Assert.InRange(Mean("scarce") - Mean("common"), 15, 35);
        Assert.InRange(MadeTable.Share(made, i => MadeTable.Values(made, "spiky")[i] == 0), 0.595, 0.655);
    }

    [Fact]
    public async Task A_condition_on_two_columns_holds()
    {
        var real = MadeTable.Of(6_000, 2);
        using var generator = await real.FitAsync(new Copula { Target = "group" }, Run.With(1));
        var made = await generator.GenerateAsync(new Request(1_000) { Where = new Condition("height > 185 and group = 'scarce'") }, Run.With(2));
        Assert.All(MadeTable.Values(made, "height"), h => Assert.True(h > 185));
        Assert.All(Enumerable.Range(0, made.Rows), i => Assert.Equal("scarce", made["group"].Text(i)));
    }
}
