using System.Collections.Immutable;
using System.Globalization;
using Semblance.Profiles;

namespace Semblance.Recipes;

/// <summary>A line of a recipe and why it stands there.</summary>
internal sealed record Advised(string Value, string Why);

/// <summary>What a recipe begins with for a purpose and a table.</summary>
internal sealed record RecipeAdvice
{
    /// <summary>Most rows of test data: a suite of tests is to stay quick.</summary>
    private const long MostTestRows = 1_000;

    /// <summary>A class is rare when it has less than this share of what it would have if all were equally frequent.</summary>
    private const double Rare = 0.6;

    /// <summary>More classes than these are no classes.</summary>
    private const int MostClasses = 20;

    /// <summary>Rows below which intervals are too wide to say much.</summary>
    private const int FewRows = 1_000;

    /// <summary>Rows from which two fifths are the 50 held-out rows that attacks need, and the 100 of the attack on membership.</summary>
    private const int LeastForAttacks = 130, LeastForMembership = 260;

    public required string Title { get; init; }

    public required Advised Model { get; init; }

    public ImmutableArray<(string Key, Advised Value)> Set { get; init; } = [];

    public Advised? Count { get; init; }

    public double Holdout { get; init; } = 0.2;

    public Advised? Balance { get; init; }

    public ImmutableArray<Advised> Evaluate { get; init; } = [];

    public required ImmutableArray<Advised> Require { get; init; }

    /// <summary>What the profile found that bears on the purpose.</summary>
    public ImmutableArray<string> Found { get; init; } = [];

    public static RecipeAdvice For(RecipePurpose purpose, string? target, Profile? profile)
    {
        var advice = purpose switch
        {
            RecipePurpose.Test => Test(profile),
            RecipePurpose.Share => Share(target, profile?.Rows ?? long.MaxValue),
            RecipePurpose.Augment => Augment(target, profile),
            _ => Train(target),
        };
        return profile is null ? advice : advice with { Found = [.. Findings(target, profile)] };
    }

    private static RecipeAdvice Train(string? target) => new()
    {
        Title = "to train models on",
        Model = new("auto", "tries what suits the data and keeps the best; `semblance list models` names them"),
        Require =
        [
            target is null ? new("fidelity.c2st >= 0.7", "a detector can hardly tell them from real rows; with a target, utility.tstr says more")
                : new("utility.tstr", "learning from them is not shown to be worse than learning from real rows; `utility.tstr >= 0.95` is stricter"),
            new("privacy.exact-copies", "no more copies of real rows than chance gives; else neither data nor model are given out"),
        ],
    };

    private static RecipeAdvice Test(Profile? profile)
    {
        var require = ImmutableArray.CreateBuilder<Advised>();
        require.Add(new("validity.types", "numbers, dates and codes are written as in the real data"));
        // a table may have nothing of a kind, and a score without a value meets no gate
        if (profile is not null && profile.Columns.Any(HasRange)) require.Add(new("validity.ranges", "no value that the real data could not have"));
        if (profile is { Keys.IsEmpty: false }) require.Add(new("validity.keys", "what names each row once still does"));
        if (profile is not null && profile.Dependencies.Any(d => d.Exact)) require.Add(new("validity.dependencies", "a code still belongs to one name"));
        require.Add(new("privacy.exact-copies", "no more copies of real rows than chance gives; else neither data nor model are given out"));
        return new()
        {
            Title = "to test software with",
            Model = new("circuit", "fitted in seconds; conditions are carried through it, not tried"),
            Count = new(Math.Clamp(profile?.Rows ?? MostTestRows, 100, MostTestRows).ToString(CultureInfo.InvariantCulture), "enough for all that is frequent; `where` and `balance` bring what is rare"),
            Evaluate = [new("validity", "is every row sound?"), new("diversity", "are all sorts of rows there?"), new("fidelity.marginals-2", "do pairs of values occur as they do?")],
            Require = require.ToImmutable(),
        };
    }

    private static RecipeAdvice Share(string? target, long rows) => new()
    {
        Title = "to give away",
        Model = new("argn", "smooth: it learns what many rows share"),
        Set = [("dropout", new("0.2", "twice as much as usual is left out in training, so less of a single row stays"))],
        Holdout = rows < FewRows ? 0.4 : 0.3,
        Require =
        [
            new("privacy.exact-copies", "no more copies of real rows than chance gives"),
            new("privacy.dcr-share", "rows lie no nearer to those learned from than to others; `<= 0.52` is stricter"),
            new("privacy.nndr", "no row sits on top of a single real one"),
            new("privacy.singling-out", "no better at singling out a person learned from than another"),
            .. rows < LeastForAttacks ? (ReadOnlySpan<Advised>)[] : [new("privacy.linkability", "nor at joining two halves of what is known of one"), new("privacy.inference", "nor at guessing what is not known of one")],
            .. rows < LeastForMembership ? (ReadOnlySpan<Advised>)[] : [new("privacy.membership <= 0.6", "who was learned from can hardly be told from who was not (0.5: not at all)")],
            target is null ? new("fidelity.c2st >= 0.5", "and they still resemble the real rows") : new("utility.tstr >= 0.8", "and they are still of use"),
        ],
    };

    private static RecipeAdvice Augment(string? target, Profile? profile)
    {
        var rare = target is null || profile is null ? null : RareClass(profile[target], profile.Rows);
        return new()
        {
            Title = "to add to real rows",
            Model = new("auto", "tries what suits the data and keeps the best; `semblance list models` names them"),
            Balance = rare is null ? null : new(target!, rare),
            Require =
            [
                target is null ? new("fidelity.shape >= 0.8", "columns look as they do") : new("utility.tstr >= 0.9", "learning from them alone works nearly as well as learning from real rows"),
                new("privacy.exact-copies", "no more copies of real rows than chance gives: they would add nothing"),
            ],
        };
    }

    /// <summary>Why the target should be balanced, or null where it is even or no class.</summary>
    private static string? RareClass(ColumnProfile column, long rows)
    {
        if (column.Kind is not (ColumnKind.Category or ColumnKind.Boolean) || column.Distinct is < 2 or > MostClasses || column.Top.IsEmpty) return null;
        var least = column.Top.MinBy(v => v.Count)!;
        return least.Count >= Rare * rows / column.Distinct ? null
            : string.Create(CultureInfo.InvariantCulture, $"`{least.Value}` has {100.0 * least.Count / rows:0.0} % of the rows; made equally often, it has as many as the others");
    }

    private static bool HasRange(ColumnProfile column) => column.Distinct > 0 && column.Kind is ColumnKind.Integer or ColumnKind.Decimal or ColumnKind.DateTime or ColumnKind.Category or ColumnKind.Boolean;

    private static IEnumerable<string> Findings(string? target, Profile profile)
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"{profile.Rows} rows, {profile.Columns.Length} columns{(profile.Columns.Count(c => c.Missing > 0) is > 0 and var gaps ? $", gaps in {gaps} of them: they come back as gaps" : "")}");
        if (profile.Rows < FewRows) yield return $"under {FewRows} rows: intervals of scores are wide, and gates without a number are easily met";
        foreach (var column in profile.Columns.Where(c => !c.Personal.IsEmpty))
            yield return $"column {column.Name} looks like personal data ({column.Personal[0].Title}): its values come back made up; leave it out of the data where nobody needs it";
        foreach (var column in profile.Columns.Where(c => c.Kind == ColumnKind.Constant)) yield return $"column {column.Name} has one value";
        if (profile.Clock is { } clock) yield return $"time runs through the rows ({string.Join(", ", clock.Columns.Select(c => profile.Columns[c].Name))}): rows are made one by one, not as a course of time";
        if (target is not null && RareClass(profile[target], profile.Rows) is { } rare) yield return $"of the target {target}, {rare.Split(';')[0]}";
        if (profile.DuplicateRows > 0) yield return string.Create(CultureInfo.InvariantCulture, $"{profile.DuplicateRows} rows repeat another one");
    }
}
