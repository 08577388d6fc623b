using Semblance.Samples;

namespace Semblance.Acceptance;

public sealed class SampleTests
{
    [Fact]
    public void The_committed_clinic_table_is_what_its_program_makes() =>
        Assert.Equal(ClinicTable.Csv(), File.ReadAllText(Repository.Clinic));
}
