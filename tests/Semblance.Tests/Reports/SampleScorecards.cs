using System.Collections.Immutable;
using System.Globalization;
using Semblance.Metrics;
using Semblance.Reports;

namespace Semblance.Tests.Reports;

/// <summary>Scorecards with every part filled, some with names that would break a careless page.</summary>
internal static class SampleScorecards
{
    public const string Hostile = "</script><script>alert(1)</script>\" onload='x' & <b>\u202e";

    public static ReportContext Context { get; } = new()
    {
        Title = "visits.csv",
        About = new About
        {
            Model = "cart",
            Spec = ImmutableSortedDictionary<string, string>.Empty.Add("trees", "10").Add("minLeaf", "10").Add("smooth", "near-unique numbers"),
            Seed = new Seed(42),
            DataFingerprint = new string('a', 64),
            FittedRows = 4000,
            Trail =
            [
                new Attempt("independent", "", Scores(0.41, 0.988, 0.5), false, "told apart at once"),
                new Attempt("copula", "", Scores(0.78, 0.984, 0.503), false, "weaker dependence"),
                new Attempt("cart", "trees=10 minLeaf=10", Scores(0.947, 0.986, 0.509), true, "hardest to tell apart, privacy within its gate"),
            ],
            Notes = ["12 rare categories of `ward` were merged."],
        },
        Facts = [new ReportFact("Command", "semblance run visits.csv --target readmitted --seed 42 --to out/")],
        Files = [new ReportFile("visits.csv", "real data", 412_003, new string('b', 64)), new ReportFile("synthetic.csv", "synthetic data")],
    };

    public static Scorecard Full(string evil = "ward", int extraColumns = 0)
    {
        var columns = new List<ColumnDetail>
        {
            Number("age", ColumnKind.Integer, 0.982, 0.987, 18, 90, 24, 50, 18, open: true, shift: 1),
            Number("length-of-stay", ColumnKind.Decimal, 0.951, 0.985, 0, 40, 30, 5, 6, open: true, shift: 0.7, spike: 0.31),
            Category(evil, 0.931, 0.982, evil + "A", "Surgery", "Internal medicine and geriatrics", "Paediatrics", "(rare)", "(new)"),
            Category("sex", 0.996, 0.994, "F", "M"),
            Dates("admitted", 0.974, 0.986),
            new("patient-id", ColumnKind.Identifier),
            new("remarks", ColumnKind.Text) { MissingReal = 0.4, MissingSynthetic = 0.38 },
            Category("country", 0.97, 0.98, [.. Enumerable.Range(1, 40).Select(i => "Country " + i.ToString(CultureInfo.InvariantCulture))]),
            Few("visits", 0.99, 0.991, 1, 9),
            new("clinic", ColumnKind.Constant) { Shape = 1, ShapeCeiling = 1, Bins = [new("North", null, null, 1, 1, 1, false)] },
            new("empty", ColumnKind.Constant) { MissingReal = 1, MissingSynthetic = 1, MissingHoldout = 1 },
            Category("readmitted", 0.992, 0.99, "no", "yes"),
        };
        for (var i = 0; i < extraColumns; i++) columns.Add(Number("feature-" + i.ToString(CultureInfo.InvariantCulture), ColumnKind.Decimal, 0.9 + i % 80 / 1000.0, 0.98, -3, 3, 24, 0, 1, open: true, shift: 0.1));
        string[] paired = [.. columns.Where(c => c.Shape is not null).Take(60).Select(c => c.Name)];
        return new Scorecard
        {
            Scores =
            [
                Metric("fidelity.shape", "Column shapes", "How much of each column's distribution lies where the real one does, on average.", 0.978, (0.975, 0.981), 0.986),
                Metric("fidelity.trend", "Pair trends", "How well pairs of columns keep going together as they do in the real data.", 0.961, null, 0.973),
                Metric("fidelity.c2st", "Cannot be told apart", "1 when a trained detector can only guess which rows are synthetic.", 0.924, (0.897, 0.951), 0.984),
                Metric("fidelity.missing", "Gaps", "Whether values are missing as often and together.", 0.997, null, 0.998),
                Metric("utility.tstr", "Works in training", "How well a model that learned from synthetic rows predicts unseen real ones, compared with one that learned from real rows.", 0.987, (0.95, 1.02), 1) with { Bounds = new(0, null) },
                Metric("privacy.exact-copies", "Exact copies", "Share of synthetic rows that equal a row they were learned from, above chance.", 0.0004, (0.0001, 0.0012), 0) with { Direction = Direction.Lower, Bounds = new(-1, 1) },
                Metric("privacy.dcr-share", "Nearer to its own rows", "Share of synthetic rows nearer to a row that was learned from than to one that was held out.", 0.509, (0.491, 0.527), 0.503) with { Direction = Direction.Ceiling, SampledRows = 2000 },
                Metric("privacy.nndr", "Nearest against next", "Distance to the nearest real row over that to the next.", 0.71, (0.7, 0.72), 0.715) with { Direction = Direction.Ceiling },
                Metric("privacy.k-map", "Rows that point at one person", "Share of rows whose age and sex belong to one person.", 0.12, (0.1, 0.14), 0.114) with { Direction = Direction.NotAbove },
                new ScoredMetric { Name = "validity.keys", Title = "Keys kept", What = "Whether keys stay unique.", Direction = Direction.Higher, Bounds = Bounds.Share, Score = Score.None("no key was found in the real data") },
            ],
            Verdict = new Verdict("It can stand in for the real table in most analyses and in training models.",
                new("Fidelity", Grade.Fair, "A detector is right somewhat more often than by guessing (.924 of 1, fresh real rows get .984); single columns and pairs are as close as real rows are to each other.", ["fidelity.c2st", "fidelity.shape"]),
                new("Utility", Grade.Good, "A model that learned from it predicts unseen real rows 98.7 % as well as one that learned from real rows.", ["utility.tstr"]),
                new("Privacy", Grade.Good, "Its rows lie no nearer to the rows it was learned from than to rows nobody learned from.", ["privacy.dcr-share", "privacy.exact-copies"])),
            RealRows = 4000,
            SyntheticRows = 4000,
            HoldoutRows = 1000,
            Target = "readmitted",
            Seed = new Seed(42),
            Columns = [.. columns],
            Pairs = new PairDetail
            {
                Columns = [.. paired],
                Real = Matrix(paired.Length, 0),
                Synthetic = Matrix(paired.Length, 0.06),
                Holdout = Matrix(paired.Length, 0.02),
                Pairs = paired.Length * (paired.Length - 1) / 2,
                RelatedPairs = 7,
                Worst = [new PairScore("age", evil, "Cramér's V", 0.41, 0.29, 0.91, 0.968), new PairScore("age", "length-of-stay", "Pearson", 0.52, 0.44, 0.96, 0.99)],
            },
            Detector = new DetectorDetail
            {
                Against = "holdout",
                Auc = 0.538,
                AucCeiling = 0.508,
                Features = [new("length-of-stay", 0.42), new(evil, 0.23), new("age", 0.18), new("admitted", 0.1), new("sex", 0.05), new("visits", 0.02)],
                Findings = ["`length-of-stay` is 0 in 31.0 % of real rows and in 28.4 % of synthetic ones.", $"`{evil}` with `age` above 75 is twice as common as in the real data."],
            },
            Privacy = new PrivacyDetail
            {
                Copies = 2,
                CopyShare = 0.0005,
                HoldoutCopyShare = 0.0003,
                Distances = new DistanceHistogram([.. Enumerable.Range(0, 41).Select(i => i * 0.05)], Bell(40, 12, 5), Bell(40, 12.4, 5)),
                MedianToReal = 0.58,
                MedianToHoldout = 0.6,
                ReferenceRows = 1000,
                MeasuredRows = 2000,
                QuasiIdentifiers = ["age", "sex", evil],
                SmallestGroup = 1,
                SmallGroupShare = 0.31,
                Replayed = [new(evil, "e-mail address", 0.004, 0.003), new("patient-id", "national number", 0, null)],
                Attacks =
                [
                    new() { Metric = "privacy.singling-out", Title = "Singling out by one column", Measure = "risk", Value = 0.012, Interval = new(-0.02, 0.05), Reference = 0, Said = "Of 1,000 guesses that a condition on one column fits exactly one person, 21.0% are right; 20.1% would be if nothing had leaked." },
                    new() { Metric = "privacy.inference", Title = "Guessing " + evil, Measure = "risk", Value = 0.06, Interval = new(0.01, 0.11), Reference = 0, Said = $"`{evil}`, the worst of 12 columns, is guessed right for 43.0% of 1,000 training rows from all their other columns, and for 39.4% of as many unseen rows." },
                    new() { Metric = "privacy.membership", Title = "Membership by distance", Measure = "AUC", Value = 0.507, Interval = new(0.48, 0.53), Reference = 0.5, TruePositiveRate = 0.012, TruePositiveInterval = new(0.004, 0.021), Said = "Of a training row and an unseen row it picks the training row 50.7% of the time; where it may be wrong about 1% of unseen rows it recognises 1.2% of training rows." },
                ],
            },
            Utility = new UtilityDetail
            {
                Target = "readmitted",
                Task = PredictionTask.Binary,
                Learner = "gradient boosting, 200 trees of depth 6",
                Measures = [new("AUC", Direction.Higher, 0.812, 0.823), new("F1 (weighted)", Direction.Higher, 0.774, 0.781)],
                TestRows = 1000,
            },
            Learning = new LearningDetail
            {
                Measure = "AUC",
                Columns = [new("length-of-stay", 0.61, 0.66, true), new(evil, 0.31, 0.35, true), new("age", 0.24, 0.22, true), new("sex", -0.03, 0.01, false)],
                Augmentation = new(4000, 0.809, [new(200, 0.05, 0.741, 0.802), new(800, 0.2, 0.79, 0.811), new(2000, 0.5, 0.812, 0.818), new(4000, 1, 0.823, 0.824)]),
                Features = [new(evil, 0.09, 0.1), new("age", 0.04, 0.03), new("sex", 0, 0.001)],
                Learners = [new("gradient boosting", 0.81, 0.823), new("linear (ridge)", 0.79, 0.801), new("constant", 0.5, 0.5)],
            },
            Fairness = new FairnessDetail
            {
                Sensitive = "sex, " + evil,
                Outcome = $"readmitted = {evil}",
                Groups =
                [
                    new("F", 0.52, 0.5, 520, new(0.31, 0.6, 0.1), new(0.3, 0.62, 0.09)),
                    new(evil, 0.44, 0.49, 460, new(0.4, null, 0.2), new(0.41, null, 0.21)),
                    new("X", 0.04, 0.01),
                ],
                Notes = [$"1 of these groups ({evil}) has fewer than 100 rows in the holdout."],
            },
            Notes = ["Distances were measured on a sample of 2,000 rows."],
        };
    }

    /// <summary>A table without a holdout, a target or a usable column.</summary>
    public static Scorecard Bare { get; } = new()
    {
        Scores = [],
        Verdict = new Verdict("There is too little to judge.", new("Fidelity", Grade.Unknown, "One row.", []), new("Utility", Grade.Unknown, "No target.", []), new("Privacy", Grade.Unknown, "No holdout.", [])),
        RealRows = 1,
        SyntheticRows = 1,
        Seed = new Seed(1),
    };

    private static ScoredMetric Metric(string name, string title, string what, double value, (double, double)? interval, double ceiling) => new()
    {
        Name = name,
        Title = title,
        What = what,
        Direction = Direction.Higher,
        Bounds = Bounds.Share,
        Score = new Score(value, interval is { } i ? new Interval(i.Item1, i.Item2) : null, ceiling),
        Seconds = 0.25,
    };

    private static ImmutableSortedDictionary<string, double> Scores(double c2st, double shape, double dcr) =>
        ImmutableSortedDictionary<string, double>.Empty.Add("fidelity.c2st", c2st).Add("fidelity.shape", shape).Add("privacy.dcr-share", dcr);

    private static ImmutableArray<double> Bell(int bins, double centre, double width)
    {
        var shares = Enumerable.Range(0, bins).Select(i => 1 / (1 + (i - centre) / width * ((i - centre) / width) * ((i - centre) / width) * ((i - centre) / width))).ToArray();
        var sum = shares.Sum();
        return [.. shares.Select(s => s / sum)];
    }

    private static ColumnDetail Number(string name, ColumnKind kind, double shape, double ceiling, double low, double high, int bins, double centre, double width, bool open, double shift, double? spike = null)
    {
        var step = (high - low) / bins;
        var real = Bell(bins, (centre - low) / step, width / step);
        var synthetic = Bell(bins, (centre + shift - low) / step, width / step * 1.05);
        var rest = 1 - (spike ?? 0);
        var all = new List<ColumnBin>();
        if (spike is { } share) all.Add(new ColumnBin("0", null, null, share, share - 0.026, share, false));
        for (var i = 0; i < bins; i++)
            all.Add(new ColumnBin("range", open && i == 0 ? null : low + i * step, open && i == bins - 1 ? null : low + (i + 1) * step, real[i] * rest, synthetic[i] * rest, real[i] * rest, true));
        return new ColumnDetail(name, kind) { Shape = shape, ShapeCeiling = ceiling, Bins = [.. all], MissingReal = spike is null ? 0 : 0.031, MissingSynthetic = spike is null ? 0 : 0.034, MissingHoldout = 0 };
    }

    private static ColumnDetail Dates(string name, double shape, double ceiling)
    {
        var numbers = Number(name, ColumnKind.DateTime, shape, ceiling, 17_897, 19_722, 30, 18_900, 700, open: false, shift: 40);
        return numbers;
    }

    private static ColumnDetail Few(string name, double shape, double ceiling, int low, int high)
    {
        var shares = Bell(high - low + 1, 2, 2);
        return new ColumnDetail(name, ColumnKind.Integer)
        {
            Shape = shape,
            ShapeCeiling = ceiling,
            Bins = [.. shares.Select((s, i) => new ColumnBin((low + i).ToString(CultureInfo.InvariantCulture), null, null, s, shares[Math.Min(i + 1, shares.Length - 1)], s, false))],
        };
    }

    private static ColumnDetail Category(string name, double shape, double ceiling, params string[] levels)
    {
        var weights = levels.Select((_, i) => 1.0 / (i + 1)).ToArray();
        var sum = weights.Sum();
        return new ColumnDetail(name, ColumnKind.Category)
        {
            Shape = shape,
            ShapeCeiling = ceiling,
            Bins = [.. levels.Select((l, i) => new ColumnBin(l, null, null, weights[i] / sum, weights[levels.Length - 1 - (levels.Length - 1 - i + (i % 2 == 0 ? 0 : 0))] / sum * (i == 0 ? 0.94 : 1.03), weights[i] / sum, false))],
        };
    }

    private static DependenceMatrix Matrix(int size, double noise)
    {
        var values = new double[size * size];
        for (var i = 0; i < size; i++)
            for (var j = 0; j < size; j++)
            {
                var mixed = (i + 1) * (j + 1) * 37 % 101 / 100.0;
                values[i * size + j] = i == j ? 1 : Math.Clamp((mixed - 0.5) * (mixed > 0.8 || mixed < 0.2 ? 1.6 : 0.4) + noise * ((i + j) % 5 - 2), -1, 1);
            }
        return new DependenceMatrix(size, [.. values]);
    }
}
