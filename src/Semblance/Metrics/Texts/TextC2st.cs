using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary><see cref="Detection"/> of synthetic texts among unseen real ones by a linear model on words and pairs of words.</summary>
internal sealed class TextC2st : TableMetric
{
    private const int RowLimit = 3_000;

    public override string Name => "fidelity.text-c2st";
    public override string Title => "Text detector";
    public override string What => "How hard it is for a linear detector to tell synthetic texts from unseen real ones by their words and pairs of words: 1 = it can only guess.";

    public override Finding Examine(Comparison data, Run run, CancellationToken ct)
    {
        if (ComparedTexts.Column(data) is not { } column) return Finding.None(ComparedTexts.NoColumn);
        var other = data.HasHoldout ? Side.Holdout : Side.Real;
        int[] made = Rows(Side.Synthetic), real = Rows(other), train = Rows(Side.Real);
        var size = Math.Min(made.Length, real.Length);
        if (size < Detection.LeastRows) return Finding.None($"needs at least {Detection.LeastRows} texts a side");
        var tests = new List<Detection.Samples> { new(Side.Synthetic, made[..size], other, real[..size]) };
        var fresh = Math.Min(size, data.HasHoldout ? Math.Min(real.Length, train.Length) : train.Length / 2);
        if (fresh >= Detection.LeastRows) tests.Add(data.HasHoldout ? new(Side.Real, train[..fresh], Side.Holdout, real[..fresh]) : new(Side.Real, train[..fresh], Side.Real, train[fresh..(2 * fresh)]));
        var found = Detection.Of(tests, samples => Learner(data, column, samples, ct), run, "evaluate/text-c2st", ct);
        return new Finding(new Score(found[0].Value, found[0].Interval, found.Length > 1 ? found[1].Value : null)) { SampledRows = size };

        int[] Rows(Side side) => ComparedTexts.Rows(data, side, column, RowLimit, run, "evaluate/text-c2st");
    }

    private static Detection.Learner Learner(Comparison data, string column, Detection.Samples samples, CancellationToken ct)
    {
        ulong[][] terms = [.. ComparedTexts.Of(data, samples.First, column, samples.FirstRows).Concat(ComparedTexts.Of(data, samples.Second, column, samples.SecondRows)).Select(TextFeatures.Terms)];
        return (_, train, test) =>
        {
            var texts = Array.ConvertAll(train, i => terms[i]);
            var features = TextFeatures.Learn(texts);
            var model = SparseLogistic.Fit(features.Rows(texts), Array.ConvertAll(train, i => i < samples.FirstRows.Length ? 1 : 0), 2, c: 10, balanced: true, ct);
            return (model.Margins(features.Rows(Array.ConvertAll(test, i => terms[i]))), []);
        };
    }
}
