using Semblance.Data;
using Semblance.Models;

namespace Semblance.Tests.Models;

public sealed class FitCostTests
{
    public static TheoryData<string> Models => [.. ModelCatalog.Default.Entries.Select(e => e.Id)];

    private static double Of(IModel<Table> model, int rows = 10_000) => FitCost.Seconds(model, rows, 15);

    [Theory]
    [MemberData(nameof(Models))]
    public void More_rows_and_more_columns_never_cost_less(string id)
    {
        var model = ModelCatalog.Default.Create(id);
        double before = 0;
        foreach (var rows in (int[])[1, 100, 1_000, 10_000, 1_000_000, int.MaxValue])
        {
            var (few, many) = (FitCost.Seconds(model, rows, 3), FitCost.Seconds(model, rows, 300));
            Assert.True(double.IsFinite(many) && few >= before && many >= few, $"{rows} rows: {few} and {many}");
            before = few;
        }
    }

    [Fact]
    public void Defaults_cost_what_the_table_was_measured_at()
    {
        const double cells = 150_000;
        Assert.Equal(0.3 + cells * (12e-6 + 15 * 0.6e-6), Of(new Cart()), 9);
        Assert.Equal(0.3 + cells * (22e-6 + 15 * 0.3e-6), Of(new Argn()), 9);
        Assert.Equal(0.3 + cells * (12e-6 + 15 * 0.02e-6), Of(new Circuit()), 9);
        Assert.Equal(0.3 + cells * 85e-6, Of(new Tvae()), 9);
        Assert.Equal(0.5 + 70, Of(new Diffusion()), 9);
        Assert.Equal(Of(new Cart()), Of(new Constrained(new Cart())));
    }

    [Fact]
    public void Settings_that_change_capacity_scale_the_cost()
    {
        Assert.True(Of(new Cart { Trees = 30 }) > 2 * Of(new Cart()) && Of(new Cart { Rounds = 0 }) < Of(new Cart()));
        Assert.Equal(Of(new Cart()), Of(new Cart { Rounds = 600 }));
        Assert.True(Of(new Argn { Hidden = 128 }) > 1.5 * Of(new Argn()));
        Assert.True(Of(new Circuit { Components = 1_000 }) > 1.8 * Of(new Circuit { Components = 250 }));
        Assert.Equal(Of(new Circuit()), Of(new Circuit { Components = 250 }), 9);
        Assert.True(Of(new Tvae { Epochs = 200 }) > 1.8 * Of(new Tvae()));
        Assert.True(Of(new Ctgan { Steps = 10_000 }) > 3 * Of(new Ctgan()));
        Assert.Equal(Of(new Diffusion()), Of(new Diffusion { Width = 256 }), 9);
        Assert.Equal(Of(new Diffusion(), 1_000), Of(new Diffusion { Width = 128 }, 1_000), 9);
        Assert.True(Of(new Arf { Trees = 30 }) > 2 * Of(new Arf()));
    }
}
