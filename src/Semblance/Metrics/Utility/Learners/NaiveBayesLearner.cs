using Semblance.Numerics;

namespace Semblance.Metrics;

/// <summary>Naive Bayes: classes by the product of each input's frequencies; numbers in ten bins, one row added to every count.</summary>
internal sealed class NaiveBayesLearner : Learner
{
    private const int NumberBins = 10;

    public override string Name => "naive Bayes";

    public override bool Can(PredictionTask task) => task != PredictionTask.Regression;

    protected override Predictor Learn(Lesson lesson, int classes, Run run, CancellationToken ct)
    {
        var numbers = BinEdges.Find([.. lesson.Inputs.Where((_, k) => lesson.Levels[k] == 0)], run, NumberBins, ct);
        var logs = new double[lesson.Inputs.Length][]; // [code * classes + class]
        var counts = new double[classes];
        foreach (var c in lesson.Outcome) counts[(int)c]++;
        var codes = Codes(lesson.Inputs);
        for (var k = 0; k < logs.Length; k++)
        {
            var places = Places(k);
            var log = logs[k] = new double[places * classes];
            Array.Fill(log, 1);
            for (var i = 0; i < lesson.Outcome.Length; i++) log[codes[k][i] * classes + (int)lesson.Outcome[i]]++;
            for (var j = 0; j < log.Length; j++) log[j] = FastMath.Log(log[j] / (counts[j % classes] + places));
        }
        return inputs =>
        {
            var coded = Codes(inputs);
            var rows = inputs[0].Length;
            var answers = new float[rows * classes];
            var score = new double[classes];
            for (var i = 0; i < rows; i++)
            {
                for (var c = 0; c < classes; c++)
                {
                    score[c] = FastMath.Log(counts[c]);
                    for (var k = 0; k < logs.Length; k++) score[c] += logs[k][coded[k][i] * classes + c];
                }
                var most = score.Max();
                var sum = 0.0;
                for (var c = 0; c < classes; c++) sum += score[c] = FastMath.Exp(score[c] - most);
                for (var c = 0; c < classes; c++) answers[i * classes + c] = (float)(score[c] / sum);
            }
            return answers;
        };

        // Codes of a category: 0 missing, 1 a level the real data lack, then its levels.
        int Places(int k) => lesson.Levels[k] > 0 ? lesson.Levels[k] + 2 : NumberBins + 1;

        int[][] Codes(float[][] columns)
        {
            var result = new int[columns.Length][];
            var number = 0;
            for (var k = 0; k < columns.Length; k++)
            {
                var column = columns[k];
                if (lesson.Levels[k] > 0) result[k] = Array.ConvertAll(column, v => float.IsNaN(v) ? 0 : (int)v + 2);
                else
                {
                    var bytes = new byte[column.Length];
                    numbers.Encode(number++, column, bytes);
                    result[k] = Array.ConvertAll(bytes, b => (int)b);
                }
            }
            return result;
        }
    }
}
