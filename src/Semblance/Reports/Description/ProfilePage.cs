using Semblance.Profiles;

namespace Semblance.Reports;

/// <summary>A profile as a page: what to look at first, then every column, then how columns hang together.</summary>
internal static class ProfilePage
{
    public static Html Render(Profile profile, ReportContext context) => Page.Frame("Data profile", context.Title ?? "Data profile", Facts(profile),
    [
        ("warnings", "To look at", WarningsPanel.Render(profile)),
        ("columns", "Columns", ProfileCards.Render(profile)),
        ("dependence", "Dependence", ProfileDependence.Render(profile)),
        ("structure", "Structure", StructurePanel.Render(profile)),
        ("gaps", "Gaps", GapsPanel.Render(profile)),
        ("provenance", "Provenance", ProvenancePanel.Render(profile.Notes, context)),
    ], "This page shows statistics and values that several rows share. Least and greatest values are single rows' values: treat the page as you treat the data.");

    private static IEnumerable<(string, string)> Facts(Profile profile)
    {
        yield return ("Rows", Figures.Count(profile.Rows));
        yield return ("Columns", Figures.Count(profile.Columns.Length));
        double cells = (double)profile.Rows * profile.Columns.Length, missing = profile.Columns.Sum(c => (double)c.Missing);
        yield return ("Cells without a value", Figures.Percent(cells > 0 ? missing / cells : 0));
        yield return ("Repeated rows", Figures.Count(profile.DuplicateRows));
        if (profile.Clock is { } clock)
            yield return ("Time", $"{Figures.Date(clock.First.Ticks, clock.Last.Ticks - clock.First.Ticks)} to {Figures.Date(clock.Last.Ticks, clock.Last.Ticks - clock.First.Ticks)}");
    }
}
