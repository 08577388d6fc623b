using System.Collections.Immutable;
using Semblance.Data;

namespace Semblance.Recipes;

/// <summary>An attempt of a search: a model with settings, why it was tried, and what it got on each split that it was judged on, in order.</summary>
internal sealed class RefineTrial(IModel<Table> model, string family, string settings, string why)
{
    private readonly List<RefineJudgement> judgements = [];

    public IModel<Table> Model => model;
    public string Family => family;

    /// <summary>Settings that differ from the family's own; with the family the trial's identity.</summary>
    public string Settings => settings;

    /// <summary>Why it was tried, in words.</summary>
    public string Why => why;

    /// <summary>Planned cost so far, in seconds of two cores.</summary>
    public double Seconds { get; private set; }

    /// <summary>A trial of the same family that got the very same scores: what differs in the settings has no effect.</summary>
    public RefineTrial? SameAs { get; set; }

    /// <summary>The judgement on the first split.</summary>
    public RefineJudgement First => judgements[0];

    /// <summary>Splits it was judged on: the first so many.</summary>
    public int Judgements => judgements.Count;

    /// <summary>Whether it is within every privacy bound, on average over the splits.</summary>
    public bool Within => Excess(Judgements) <= 0;

    /// <summary>How far the other gates are missed altogether, each on average over the splits; 0 when all are met.</summary>
    public double Shortfall => Missed(Judgements);

    /// <summary>Mean of the scores over the splits.</summary>
    public ImmutableSortedDictionary<string, double> Scores => First.Scores.Keys.ToImmutableSortedDictionary(name => name, name => Mean(Judgements, j => j.Scores.GetValueOrDefault(name)), StringComparer.Ordinal);

    public void Add(RefineJudgement judgement, double seconds)
    {
        judgements.Add(judgement);
        Seconds += seconds;
    }

    /// <summary>
    /// Orders trials by the splits that both were judged on, the better first: the privacy bound, then the gates, then detection + utility. On the same rows luck is shared, and what is left of a difference is the models'.
    /// </summary>
    public static Comparer<RefineTrial> Best { get; } = Comparer<RefineTrial>.Create((a, b) => Compare(a, b, Math.Min(a.Judgements, b.Judgements)));

    /// <summary>Whether the first is so far ahead of the second, within the same bounds, that luck does not explain it.</summary>
    /// <param name="a">The first.</param>
    /// <param name="b">The second.</param>
    /// <param name="margin">What luck explains on one split.</param>
    public static bool IsClear(RefineTrial a, RefineTrial b, double margin)
    {
        var splits = Math.Min(a.Judgements, b.Judgements);
        if (a.Excess(splits) > 0 || b.Excess(splits) > 0) return false;
        var goals = b.Missed(splits) - a.Missed(splits);
        return goals > margin || goals >= 0 && a.Quality(splits) - b.Quality(splits) > margin;
    }

    private static int Compare(RefineTrial a, RefineTrial b, int splits)
    {
        double excessA = a.Excess(splits), excessB = b.Excess(splits);
        if (excessA != excessB) return excessA.CompareTo(excessB);
        double missedA = a.Missed(splits), missedB = b.Missed(splits);
        return missedA != missedB ? missedA.CompareTo(missedB) : b.Quality(splits).CompareTo(a.Quality(splits));
    }

    private double Quality(int splits) => Mean(splits, j => RefineJudge.Quality(j.Scores));

    private double Excess(int splits) => Beyond(First.Bounds.Length, splits, (j, k) => j.Bounds[k]);

    private double Missed(int splits) => Beyond(First.Goals.Length, splits, (j, k) => j.Goals[k].Margin);

    private double Beyond(int bounds, int splits, Func<RefineJudgement, int, double> margin)
    {
        double sum = 0;
        for (var k = 0; k < bounds; k++)
        {
            var at = k;
            sum += Math.Max(0, Mean(splits, j => margin(j, at)));
        }
        return sum;
    }

    private double Mean(int splits, Func<RefineJudgement, double> of) => judgements.Take(splits).Average(of);
}
