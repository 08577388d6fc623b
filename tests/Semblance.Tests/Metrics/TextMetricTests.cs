using System.Text;
using Semblance.Data;
using Semblance.Metrics;
using Semblance.Numerics;

namespace Semblance.Tests.Metrics;

public sealed class TextMetricTests
{
    private static readonly string[] Names = ["fidelity.text-c2st", "utility.text", "privacy.text-runs", "diversity.distinct-2"];
    private static readonly string[][] Topics =
    [
        ["card", "lost", "stolen", "block", "replace"], ["transfer", "money", "pending", "sent", "abroad"], ["password", "login", "reset", "code", "screen"],
    ];
    private static readonly string[] Plain = "the my please when how is it to with for after before again still not working can you help me and or was today yesterday week office phone bank".Split(' ');

    // Sentences of a topic: its words among everyday ones, in any order, so that fresh ones differ by chance only.
    private static Table Corpus(int rows, ulong seed, bool shuffledLabels = false, string marker = "")
    {
        var csv = new StringBuilder("text,label\n");
        for (var i = 0; i < rows; i++)
        {
            var draw = new RandomStream(new Seed(seed), "test/corpus").Sequence(i);
            var topic = draw.NextBelow(3);
            for (var w = 10 + draw.NextBelow(8); w > 0; w--) csv.Append(draw.NextBelow(4) == 0 ? Topics[topic][draw.NextBelow(5)] : Plain[draw.NextBelow(Plain.Length)]).Append(' ');
            csv.Append(marker).Append(i % 7).Append(',').Append("abc"[shuffledLabels ? draw.NextBelow(3) : topic]).Append('\n');
        }
        return Table.Read(Encoding.UTF8.GetBytes(csv.ToString()), new Semblance.Formats.TableOptions { Kinds = System.Collections.Immutable.ImmutableDictionary<string, ColumnKind>.Empty.Add("text", ColumnKind.Text) });
    }

    private static readonly Table Train = Corpus(900, 1), Holdout = Corpus(900, 2);

    private static async Task<Scorecard> JudgeAsync(Table synthetic, Table? holdout = null, int threads = 2) =>
        await synthetic.EvaluateAsync(Train, holdout ?? Holdout, "label", Run.With(5) with { Threads = threads }, MetricCatalog.Default.Only(Names));

    [Fact]
    public async Task Fresh_real_texts_score_near_the_ceiling()
    {
        // The widest of these tolerances is over four standard deviations of the difference as the intervals tell it: a false alarm in 16,000.
        var card = await JudgeAsync(Corpus(900, 3));
        foreach (var (name, tolerance) in new[] { ("fidelity.text-c2st", 0.12), ("utility.text", 0.06), ("privacy.text-runs", 0.08), ("diversity.distinct-2", 0.02) })
        {
            var score = card[name].Score;
            Assert.InRange(score.Value!.Value, score.Ceiling!.Value - tolerance, score.Ceiling.Value + tolerance);
            if (score.Interval is { } interval) Assert.InRange(score.Value.Value, interval.Low, interval.High);
        }
    }

    [Fact]
    public async Task Shuffled_labels_teach_nothing_and_a_marker_is_detected()
    {
        Assert.True((await JudgeAsync(Corpus(900, 3, shuffledLabels: true)))["utility.text"].Score.Value < 0.5);
        Assert.True((await JudgeAsync(Corpus(900, 3, marker: "certainly ")))["fidelity.text-c2st"].Score.Value < 0.05);
    }

    [Fact]
    public async Task Copies_are_seen_and_repetition_is()
    {
        var copied = await JudgeAsync(Train);
        var usual = (await JudgeAsync(Holdout.Take([.. Enumerable.Range(0, 450)])))["privacy.text-runs"].Score.Value!.Value;
        Assert.True(copied["privacy.text-runs"].Score.Value > 0.5 + usual);
        var same = Train.Take([.. Enumerable.Repeat(0, 900)]);
        Assert.True((await JudgeAsync(same))["diversity.distinct-2"].Score.Value < 0.02);
    }

    [Fact]
    public async Task One_and_two_threads_agree_and_a_table_without_texts_says_so()
    {
        var synthetic = Corpus(400, 3);
        Assert.Equal((await JudgeAsync(synthetic, threads: 1)).Scores.Select(s => s.Score), (await JudgeAsync(synthetic, threads: 2)).Scores.Select(s => s.Score));
        var numbers = Table.Read("a,label\n1,x\n2,y\n3,x\n"u8.ToArray());
        var card = await numbers.EvaluateAsync(numbers, numbers, "label", Run.With(1), MetricCatalog.Default.Only(Names));
        Assert.All(card.Scores, s => Assert.Equal("the table has no text column", s.Score.Why));
    }

    [Fact]
    public void Macro_f1_by_hand()
    {
        // Label 0: 1 hit of 2 true and 1 told; label 1: 1 hit of 1 true and 2 told; label 2 never: 2/3 and 2/3.
        Assert.Equal(2.0 / 3, TextUtility.MacroF1([0, 0, 1], [0, 1, 1], 3), 12);
        // A label that is only told counts with 0: (1 + 0 + 2/3) / 3.
        Assert.Equal((1 + 0 + 2.0 / 3) / 3, TextUtility.MacroF1([0, 1, 1], [0, 1, 2], 3), 12);
    }

    [Fact]
    public void Longest_runs_stay_inside_one_text()
    {
        var runs = new RunsOfWords(1_000);
        Assert.True(runs.Add(TextFeatures.Tokens("a b c d")));
        Assert.True(runs.Add(TextFeatures.Tokens("e f a b")));
        runs.Sort(40);
        Assert.Equal(4, runs.Longest(TextFeatures.Tokens("x A b C d e f"), 40)); // a b c d; "c d e f" crosses a border
        Assert.Equal(3, runs.Longest(TextFeatures.Tokens("x a b c d"), 3));
        Assert.Equal(0, runs.Longest(TextFeatures.Tokens("x y"), 40));
        Assert.False(new RunsOfWords(3).Add(TextFeatures.Tokens("a b c")));
    }

    [Fact]
    public void The_classifier_ends_where_its_objective_is_flat()
    {
        // One feature, rows 1 and -1 of two classes, C = 10: the objective is a² + 20 ln(1 + e^-m) with the margin m = 2a, flat where m / 2 = 20 / (1 + e^m).
        var rows = new SparseRows([0, 1, 2], [0, 0], [1, -1], 1);
        var model = SparseLogistic.Fit(rows, [1, 0], 2, 10, balanced: true, default, steps: 500);
        double margin = model.Margins(rows)[0];
        Assert.Equal(20, margin / 2 * (1 + Math.Exp(margin)), 0.01);
        Assert.Equal([1, 0], model.Classify(rows));
        // Two rows of one class count as one of the other: the border lies in the middle all the same.
        var three = new SparseRows([0, 1, 2, 3], [0, 0, 0], [1, -1, -1], 1);
        var margins = SparseLogistic.Fit(three, [1, 0, 0], 2, 10, balanced: true, default, steps: 500).Margins(three);
        Assert.Equal(-margins[0], margins[1], 0.01f);
    }
}
