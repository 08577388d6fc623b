namespace Semblance.Acceptance;

public sealed class SampleTests
{
    [Fact]
    public async Task The_committed_clinic_table_is_what_its_pack_makes()
    {
        using var scratch = new Scratch();
        var outcome = await CommandLine.RunAsync("generate", "clinic", "--seed", "20240229", "--to", scratch["clinic.csv"], "--quiet");
        Assert.True(outcome.Code == 0, outcome.Errors);
        Assert.Equal(await File.ReadAllTextAsync(Repository.Clinic), await File.ReadAllTextAsync(scratch["clinic.csv"]));
    }
}
