using System.Collections.Immutable;
using System.Globalization;

namespace Semblance.Metrics;

public sealed partial record Verdict
{
    /// <summary>How far a score may stay below its ceiling to be good, and to be fair.</summary>
    private static readonly ImmutableArray<(string Name, string Word, double Good, double Fair)> FidelityRules =
    [
        ("fidelity.shape", "single columns score", 0.01, 0.05),
        ("fidelity.trend-related", "related columns score", 0.02, 0.08),
        ("fidelity.c2st", "a trained detector leaves whole rows a score of", 0.10, 0.40),
        ("diversity.tails", "the tails of numbers are there by", 0.15, 0.50),
        ("diversity.rare-values", "rare values are there by", 0.15, 0.50),
        ("diversity.distinct-rows", "rows that repeat no other make up", 0.02, 0.20),
    ];

    /// <summary>TSTR ratio from which utility is good, and fair.</summary>
    private const double GoodUtility = 0.97, FairUtility = 0.90;

    /// <summary>Share of what real rows teach about all columns from which utility is good, and fair; the upper end of its interval counts.</summary>
    private const double GoodGlobal = 0.90, FairGlobal = 0.50;

    /// <summary>DCR share up to which privacy is good, and fair; the lower end of its interval counts, so that chance is not blamed.</summary>
    private const double GoodShare = 0.52, FairShare = 0.56;

    /// <summary>Copies above chance up to which privacy is good, and fair.</summary>
    private const double GoodCopies = 0.002, FairCopies = 0.01;

    /// <summary>A DCR interval wider than this on one side says nothing.</summary>
    private const double WidestInterval = 0.08;

    /// <summary>Fewer rows than this are shown, not judged: chance alone decides their scores.</summary>
    internal const int FewestRows = 30;

    internal static Verdict Of(ImmutableArray<ScoredMetric> scores, bool holdout, string? target, long rows, string? sensitive = null)
    {
        var byName = scores.ToDictionary(s => s.Name, s => s.Score, StringComparer.Ordinal);
        VerdictSection fidelity = Likeness(byName, holdout), utility = Use(byName, target), privacy = Distance(byName, out var unsure);
        if (rows < FewestRows) return Preview(fidelity, utility, privacy, Certain(byName, "privacy.exact-copies", FairCopies) || Certain(byName, "privacy.dcr-share", FairShare), rows);
        var fairness = sensitive is null ? null : Treatment(byName, sensitive);
        var headline = Sentence(fidelity, utility, privacy, unsure) + (fairness?.Grade == Grade.Poor ? " Groups of people fare clearly worse in them than in the real data." : "");
        return new Verdict(headline, fidelity, utility, privacy) { Fairness = fairness };
    }

    /// <summary>Nothing good can be said of a handful of rows. Something bad can: that they are copies.</summary>
    private static Verdict Preview(VerdictSection fidelity, VerdictSection utility, VerdictSection privacy, bool bad, long rows)
    {
        var few = rows == 1 ? "1 row is too few to judge" : $"{rows} rows are too few to judge";
        VerdictSection Unjudged(VerdictSection section) => section with { Grade = Grade.Unknown, Reason = $"{few}; make {FewestRows} or more." };
        return new Verdict(few + (bad ? ", but not to see that they lie too near to the rows they were made from: do not share them." : ": this is a preview."), Unjudged(fidelity), Unjudged(utility), bad ? privacy : Unjudged(privacy));
    }

    private static bool Certain(Dictionary<string, Score> scores, string name, double most) => scores.TryGetValue(name, out var score) && (score.Interval?.Low ?? score.Value) > most;

    private static VerdictSection Likeness(Dictionary<string, Score> scores, bool holdout)
    {
        var grade = Grade.Unknown;
        var decided = ImmutableArray.CreateBuilder<string>();
        var shortfalls = new List<string>();
        foreach (var (name, word, good, fair) in FidelityRules)
        {
            if (!scores.TryGetValue(name, out var score) || score.Value is not { } value) continue;
            decided.Add(name);
            var gap = (score.Ceiling ?? 1) - (score.Interval?.High ?? value); // chance is not blamed
            var one = gap <= good ? Grade.Good : gap <= fair ? Grade.Fair : Grade.Poor;
            if (one != Grade.Good) shortfalls.Add($"{word} {F(value)} where fresh real rows get {F(score.Ceiling ?? 1)}");
            grade = grade == Grade.Unknown ? one : (Grade)Math.Min((int)grade, (int)one);
        }
        var reason = grade switch
        {
            Grade.Unknown => "There was nothing to compare.",
            Grade.Good => "Columns, pairs of columns and whole rows look like fresh real ones" + (scores.TryGetValue("fidelity.c2st", out var c) && c.Value is { } v ? $": a detector scores {F(v)} of {F(c.Ceiling ?? 1)}." : "."),
            _ => Capital(string.Join("; ", shortfalls)) + ".",
        };
        if (!holdout && grade != Grade.Unknown) reason += " There was no holdout, so whole rows could not be compared with unseen real ones.";
        return new VerdictSection("Fidelity", grade, reason, decided.ToImmutable());
    }

    private static VerdictSection Use(Dictionary<string, Score> scores, string? target)
    {
        scores.TryGetValue("utility.tstr", out var one);
        scores.TryGetValue("utility.global", out var every);
        var said = new List<string>();
        var grade = Grade.Unknown;
        if (one.Value is { } ratio)
        {
            grade = ratio >= GoodUtility ? Grade.Good : ratio >= FairUtility ? Grade.Fair : Grade.Poor;
            said.Add($"Predicting `{target}` after learning from synthetic rows works {P(ratio)} as well as after learning from real rows.");
        }
        else said.Add(target is null ? "No target column was named." : Capital(one.Why ?? "Prediction of the target was not tried") + ".");
        if (every.Value is { } share)
        {
            var high = every.Interval?.High ?? share; // chance is not blamed
            var worst = high >= GoodGlobal ? Grade.Good : high >= FairGlobal ? Grade.Fair : Grade.Poor;
            grade = grade == Grade.Unknown ? worst : (Grade)Math.Min((int)grade, (int)worst);
            said.Add($"Over all columns they teach {P(share)} of what real rows teach of a column by the others.");
        }
        return new("Utility", grade, string.Join(' ', said), ["utility.tstr", "utility.global"]);
    }

    private static VerdictSection Distance(Dictionary<string, Score> scores, out bool unsure)
    {
        unsure = false;
        ImmutableArray<string> names = ["privacy.exact-copies", "privacy.dcr-share"];
        scores.TryGetValue("privacy.exact-copies", out var copies);
        scores.TryGetValue("privacy.dcr-share", out var share);
        if (share.Value is not { } near)
        {
            var why = share.Why ?? "distances to real rows were not measured";
            return copies.Value is { } c && c > FairCopies
                ? new("Privacy", Grade.Poor, $"{P(c)} of the synthetic rows are copies of real ones.", names)
                : new("Privacy", Grade.Unknown, Capital(why) + ".", names);
        }
        var low = share.Interval?.Low ?? near;
        var excess = copies.Value ?? 0;
        var grade = low <= GoodShare && excess <= GoodCopies ? Grade.Good : low <= FairShare && excess <= FairCopies ? Grade.Fair : Grade.Poor;
        // a wide interval that ends below the limit is sure enough: the rows lie farther than need be
        unsure = grade == Grade.Good && share.Interval is { } interval && interval.High - near > WidestInterval && interval.High > FairShare;
        if (unsure) grade = Grade.Fair;
        var reason = $"{P(near)} of the synthetic rows lie nearer to a row they were made from than to an unseen one (50% is ideal); "
            + (excess <= 0 ? "there are no more copies of real rows than chance gives." : $"copies of real rows are {P(excess, 2)} above chance.");
        if (unsure) reason += " The holdout is too small to say more.";
        var attacks = AttackRules.Of(scores);
        unsure &= attacks.Grade == Grade.Good;
        if (attacks.Reason is { } gained) reason += " " + gained;
        return new("Privacy", (Grade)Math.Min((int)grade, (int)attacks.Grade), reason, names.AddRange(attacks.Names));
    }

    private static string Sentence(VerdictSection fidelity, VerdictSection utility, VerdictSection privacy, bool unsure)
    {
        var like = fidelity.Grade switch
        {
            Grade.Good => "The synthetic data look like fresh real data",
            Grade.Fair => "The synthetic data resemble the real data, with visible differences",
            Grade.Poor => "The synthetic data are clearly different from the real data",
            _ => "Likeness could not be judged",
        };
        var work = utility.Grade switch
        {
            Grade.Good => ", work as well for prediction",
            Grade.Fair => ", work nearly as well for prediction",
            Grade.Poor => ", work worse for prediction",
            _ => "",
        };
        var safe = privacy.Grade switch
        {
            Grade.Good => " and keep no closer to the rows they were made from than to others.",
            Grade.Fair when unsure => " and show no sign of keeping close to the rows they were made from, though too few rows were held out to be sure.",
            Grade.Fair => " and keep somewhat close to the rows they were made from.",
            Grade.Poor => " and give away rows they were made from: do not share them.",
            _ => "; privacy could not be judged.",
        };
        return like + work + safe;
    }

    private static string F(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    private static string P(double value, int decimals = 1) => (100 * value).ToString(decimals == 1 ? "0.0" : "0.00", CultureInfo.InvariantCulture) + "%";

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
