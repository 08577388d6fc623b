using Semblance.Metrics;

namespace Semblance.Reports;

/// <summary>The same prediction learned from synthetic and from real rows, tried on real rows neither has seen.</summary>
internal static class UtilityPanel
{
    public static Html Render(Scorecard card)
    {
        if (card.Utility is not { } utility) return Html.Empty;
        var html = new HtmlBuilder().Add($"""
            <h2>Does it work in place of the real data?</h2><p class="lede">The same learner ({utility.Learner}) predicts <b>{Figures.Clip(utility.Target, 60)}</b> {Task(utility.Task)}: once having learned from synthetic rows (TSTR), once from the real ones (TRTR). Both are tried on the same {Figures.Count(utility.TestRows)} unseen real rows. The dot stands for synthetic, the diamond for real.</p>
            <div class="panel long scroll"><table><thead><tr><th scope="col">Measure</th><th scope="col" class="wide">On its scale</th><th scope="col" class="n">Learned from synthetic</th><th scope="col" class="n">Learned from real</th><th scope="col" class="n">Difference</th><th scope="col" class="wide">Better is</th></tr></thead><tbody>
            """);
        foreach (var measure in utility.Measures)
            html.Add($"""<tr><th scope="row">{measure.Name}</th><td class="wide plotted">{Scale(measure)}</td><td class="n"><b>{Figures.Score(measure.TrainSynthetic)}</b></td><td class="n">{Figures.Score(measure.TrainReal)}</td><td class="n">{Signed(measure.TrainSynthetic - measure.TrainReal)}</td><td class="wide">{(measure.Direction == Direction.Lower ? "less" : "more")}</td></tr>""");
        return html.Add($"</tbody></table></div>").ToHtml();
    }

    /// <summary>Dot: learned from synthetic rows; diamond: learned from real rows, its ceiling.</summary>
    private static Html Scale(UtilityMeasure measure)
    {
        var score = new Score(measure.TrainSynthetic, Ceiling: measure.TrainReal);
        var (low, high) = ScoreTable.Range(score, measure.Direction, measure.Direction == Direction.Lower ? new Bounds(0, null) : new Bounds(null, 1));
        return IntervalScale.Draw($"{measure.Name}: {Figures.Score(measure.TrainSynthetic)} after learning from synthetic rows, {Figures.Score(measure.TrainReal)} after learning from real rows", low, high, score);
    }

    private static string Task(PredictionTask task) => task switch
    {
        PredictionTask.Binary => "(one of two classes)",
        PredictionTask.Multiclass => "(one of several classes)",
        _ => "(a number)",
    };

    private static string Signed(double value) => (value > 0 ? "+" : "") + Figures.Score(value);
}
