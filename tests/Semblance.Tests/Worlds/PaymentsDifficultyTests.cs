namespace Semblance.Tests.Worlds;

/// <summary>Difficulty is what the pack promises: bands of the detector's AUC, and no column that finds fraud alone.</summary>
public sealed class PaymentsDifficultyTests
{
    // About 390 frauds in the later part: the AUC's standard error is near 0.012; bands are 3 of them around what was measured (0.95, 0.88, 0.82) on a seed set beforehand.
    [Theory]
    [InlineData("0", 0.91, 0.985)]
    [InlineData("0.5", 0.84, 0.92)]
    [InlineData("1", 0.78, 0.865)]
    public void The_detector_is_as_good_as_the_setting_says(string difficulty, double low, double high)
    {
        var data = PaymentsData.Of(11, ("customers", "3000"), ("days", "45"), ("fraud", "0.006"), ("difficulty", difficulty));
        var fraud = data.Fraud();
        var measured = FraudDetector.Auc(data, fraud);
        Assert.True(measured >= low && measured <= high, $"difficulty {difficulty}: {measured}");
        foreach (var column in data["transactions"].Schema.Columns)
        {
            var auc = FraudDetector.ColumnAuc(data, column.Name, fraud);
            Assert.True(auc <= 0.8, $"{column.Name} alone: {auc}");
        }
        if (difficulty != "0.5") return;
        // The negative twins: labels in another order are found by nobody, and a column that tells is seen.
        var shuffled = (bool[])fraud.Clone();
        Run.With(5).Stream("shuffle").Sequence().Shuffle<bool>(shuffled);
        Assert.InRange(FraudDetector.Auc(data, shuffled), 0.42, 0.58);
        foreach (var id in new[] { "transaction_id" }) Assert.InRange(FraudDetector.ColumnAuc(data, id, fraud), 0.45, 0.55);
        Assert.True(FraudDetector.ColumnAuc(data, "kind", [.. data.Texts("transactions", "kind").Select(k => k == "wire")]) > 0.99);
    }
}
