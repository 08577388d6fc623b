using Semblance.Profiles;

namespace Semblance.Reports;

/// <summary>What holds between columns in every row, or nearly: keys, dependencies, formulas, order, time.</summary>
internal static class StructurePanel
{
    private const int Most = 25;

    public static Html Render(Profile profile)
    {
        var groups = new (string Title, List<string> Lines)[]
        {
            ("Keys", [.. profile.Keys.Select(k => Key(profile, k))]),
            ("Columns that determine another", [.. profile.Dependencies.Where(d => !(d.OneToOne && d.Determinant > d.Dependent && profile.Dependencies.Any(o => o.Determinant == d.Dependent && o.Dependent == d.Determinant))).Select(d => Dependency(profile, d))]),
            ("Formulas", [.. profile.Formulas.Select(Formula)]),
            ("Order", [.. profile.Orders.Select(o => Order(profile, o))]),
            ("As constraints", [.. profile.Constraints.Select(c => $"`{Figures.Clip(c.Text, 200)}`: {c.Why}{(c.Kept ? "; kept by a fit" : "; to have it kept, give it to `--constraint`")}.")]),
            ("Time", profile.Clock is { } clock ? [Time(profile, clock)] : []),
        };
        if (groups.All(g => g.Lines.Count == 0)) return Html.Empty;
        var html = new HtmlBuilder().Add($"""<h2>What holds between columns</h2><p class="lede">Found in the data, not told. Data that stand in for these should keep it.</p><div class="panel long"><div class="two">""");
        foreach (var (title, lines) in groups)
        {
            if (lines.Count == 0) continue;
            html.Add($"""<div><h3>{title}</h3><ul class="said">""");
            foreach (var line in lines.Take(Most)) html.Add($"<li>{Words.Sentence(line)}</li>");
            if (lines.Count > Most) html.Add($"""<li class="muted">{Figures.Count(lines.Count - Most)} more in the JSON form of this profile.</li>""");
            html.Add($"</ul></div>");
        }
        return html.Add($"</div></div>").ToHtml();
    }

    public static string Name(Profile profile, int column) => "`" + Figures.Clip(profile.Columns[column].Name, 60).Replace('`', '\'') + "`";

    private static string Key(Profile profile, UniqueKey key)
    {
        var names = Words.List([.. key.Columns.Select(c => Name(profile, c))]);
        return key.Columns.Length == 1 ? $"{names} is different in every row."
            : $"{names} together are different in every row" + (key.ExpectedDuplicates is { } chance ? $"; by chance {Figures.Short(chance)} pairs of rows would be equal." : ".");
    }

    private static string Dependency(Profile profile, FunctionalDependency found)
    {
        var text = found.OneToOne ? $"{Name(profile, found.Determinant)} and {Name(profile, found.Dependent)} say the same thing" : $"{Name(profile, found.Determinant)} determines {Name(profile, found.Dependent)}";
        return text + (found.Exact ? " in every row." : $" in {Figures.Percent(found.Share)} of the rows.");
    }

    private static string Formula(Formula found) => $"`{Figures.Clip(found.Text, 200)}`: "
        + (found.ExactShare >= 0.0005 ? $"exact in {Figures.Percent(found.ExactShare)} of the rows, " : "") + $"within 5 % in {Figures.Percent(found.NearShare)}, explains {Figures.Percent(found.Explained)} of the variance.";

    private static string Order(Profile profile, OrderRelation found) =>
        $"{Name(profile, found.Lesser)} is {(found.Strict ? "below" : "never above")} {Name(profile, found.Greater)}" + (found.Share == 1 ? "." : $" in {Figures.Percent(found.Share)} of the rows.");

    private static string Time(Profile profile, Clock clock)
    {
        var span = clock.Last.Ticks - clock.First.Ticks;
        return $"{Words.List([.. clock.Columns.Select(c => Name(profile, c))])} {(clock.Columns.Length == 1 ? "runs" : "together run")} from {Figures.Date(clock.First.Ticks, span)} to {Figures.Date(clock.Last.Ticks, span)}, "
            + $"mostly in steps of {Step(clock.Step)}; {Figures.Percent(clock.Filled)} of the steps have a row{(clock.Unique ? ", each at most one" : "")}{(clock.Sorted ? "; rows are in order of time." : ".")}";
    }

    private static string Step(TimeSpan step) => step switch
    {
        { TotalDays: >= 1 } => Count(step.TotalDays, "day"),
        { TotalHours: >= 1 } => Count(step.TotalHours, "hour"),
        { TotalMinutes: >= 1 } => Count(step.TotalMinutes, "minute"),
        _ => Count(step.TotalSeconds, "second"),
    };

    private static string Count(double number, string unit) => $"{Figures.Short(number)} {unit}{(number == 1 ? "" : "s")}";
}
