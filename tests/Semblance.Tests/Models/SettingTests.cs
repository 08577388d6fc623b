using Semblance.Models;

namespace Semblance.Tests.Models;

/// <summary>Settings out of range are refused before anything is fitted, and named.</summary>
public sealed class SettingTests
{
    private static readonly Semblance.Data.Table Real = MadeTable.Of(60, 3);

    [Theory]
    [InlineData("cart", "trees", "0")]
    [InlineData("cart", "leafRows", "1")]
    [InlineData("cart", "sample", "0")]
    [InlineData("cart", "rate", "2")]
    [InlineData("cart", "rounds", "-1")]
    [InlineData("argn", "tokens", "7")]
    [InlineData("argn", "hidden", "40")]
    [InlineData("argn", "epochs", "0")]
    [InlineData("argn", "rate", "0")]
    [InlineData("argn", "dropout", "1")]
    [InlineData("tvae", "latent", "0")]
    [InlineData("tvae", "hidden", "40")]
    [InlineData("tvae", "components", "-1")]
    [InlineData("tvae", "modes", "17")]
    [InlineData("tvae", "epochs", "0")]
    [InlineData("tvae", "rate", "0")]
    [InlineData("ctgan", "noise", "0")]
    [InlineData("ctgan", "hidden", "40")]
    [InlineData("ctgan", "pack", "0")]
    [InlineData("ctgan", "steps", "-1")]
    [InlineData("ctgan", "looks", "21")]
    [InlineData("ctgan", "rate", "0")]
    [InlineData("ctgan", "penalty", "0")]
    [InlineData("diffusion", "epochs", "0")]
    [InlineData("diffusion", "width", "40")]
    [InlineData("diffusion", "layers", "0")]
    [InlineData("diffusion", "steps", "1")]
    [InlineData("diffusion", "reveals", "0")]
    [InlineData("diffusion", "rate", "0")]
    [InlineData("diffusion", "dropout", "1")]
    [InlineData("circuit", "components", "-1")]
    [InlineData("circuit", "epochs", "0")]
    [InlineData("circuit", "smoothing", "1001")]
    [InlineData("arf", "trees", "0")]
    [InlineData("arf", "leafRows", "1")]
    [InlineData("arf", "rounds", "21")]
    [InlineData("arf", "delta", "0.6")]
    [InlineData("arf", "doubt", "-1")]
    public async Task A_setting_out_of_range_is_named(string id, string key, string value)
    {
        var model = ModelCatalog.Default.Create(id, [new(key, value)]);
        var error = await Assert.ThrowsAsync<RecipeException>(() => Real.FitAsync(model, Run.With(1)));
        Assert.Equal("SB2022", error.Code);
        Assert.Contains(key, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_written_of_the_settings_is_read_back()
    {
        foreach (var entry in ModelCatalog.Default.Entries)
            Assert.Equal(entry.Model, ModelCatalog.Default.Create(entry.Id, ModelSettings.Of(entry.Model))); // a target that is not named stays so
    }
}
