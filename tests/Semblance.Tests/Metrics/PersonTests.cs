using System.Text;
using Semblance.Data;
using Semblance.Metrics;
using Semblance.Numerics;
using static Semblance.Tests.Metrics.Population;

namespace Semblance.Tests.Metrics;

/// <summary>Scores about single people: quasi-identifiers, personal data, nearness in a part of the columns.</summary>
public sealed class PersonTests(Scorecards cards) : IClassFixture<Scorecards>
{
    private static Score Measure(string name, Table real, Table synthetic, Table? holdout = null, string? target = null) =>
        MetricCatalog.Default.Require(name).Measure(new Evidence<Table>(real, synthetic) { Holdout = holdout, Target = target }, Run.With(1));

    [Fact]
    public void A_combination_that_one_training_row_has_points_at_it()
    {
        // Training rows: (30, m) twice, (40, m), (40, f). Synthetic: (30, m) points at two, (40, f) at one, (50, f) at none, (40, m) at one: 2 of 4. Holdout: 1 of 2.
        var real = new Table([Ages(30, 30, 40, 40), Categories("sex", "m", "m", "m", "f")]);
        var score = Measure("privacy.k-map", real, new Table([Ages(30, 40, 50, 40), Categories("sex", "m", "f", "f", "m")]), new Table([Ages(40, 60), Categories("sex", "m", "m")]));
        Assert.Equal(0.5, score.Value);
        Assert.Equal(0.5, score.Ceiling);
        Assert.Equal("by `age`, `sex`", score.Why);
    }

    [Fact]
    public void The_smallest_group_of_synthetic_rows_is_told()
    {
        var real = new Table([Categories("sex", "m", "f", "m", "f", "m", "f", "m", "f")]);
        var synthetic = new Table([Categories("sex", "m", "m", "m", "m", "m", "m", "f", "f", "f")]);
        var finding = new KMap().Examine(Comparison.Of(new Evidence<Table>(real, synthetic), Run.With(1)), Run.With(1), default);
        Assert.Contains("singles out under 1 %", finding.Score.Why, StringComparison.Ordinal); // four men and four women: nobody can be pointed at
        var panel = finding.Privacy!(new PrivacyDetail());
        Assert.Equal(["sex"], panel.QuasiIdentifiers.ToArray());
        Assert.Equal(3, panel.SmallestGroup);
        Assert.Equal(3.0 / 9, panel.SmallGroupShare);
    }

    [Theory]
    [InlineData("age", true)]
    [InlineData("patient_age", true)]
    [InlineData("AgeAtVisit", true)]
    [InlineData("agency", false)]
    [InlineData("BirthDate", true)]
    [InlineData("zip", true)]
    [InlineData("zipcode", true)]
    [InlineData("native-country", true)]
    [InlineData("DOB", true)]
    [InlineData("percentage", false)]
    [InlineData("fnlwgt", false)]
    [InlineData("", false)]
    public void Names_tell_what_others_know_of_a_person(string column, bool known) => Assert.Equal(known, QuasiIdentifiers.IsNamed(column));

    [Fact]
    public void The_target_and_amounts_are_no_quasi_identifiers()
    {
        var chosen = QuasiIdentifiers.Of(Comparison.Of(new Evidence<Table>(cards.Train, cards.Train) { Target = "region" }, Run.With(1))).Select(f => f.Name).ToArray();
        Assert.Equal(["age", "city"], chosen[..2]);
        foreach (var name in (string[])["region", "income", "spent", "note", "id", "source"]) Assert.DoesNotContain(name, chosen);
    }

    [Fact]
    public void Named_columns_are_the_quasi_identifiers_in_the_order_they_are_named()
    {
        // By age and sex two of four rows point at one; by sex and amount, which nobody would choose unasked, only (f, 7) does.
        var real = new Table([Ages(30, 30, 40, 40), Categories("sex", "m", "m", "m", "f"), Amounts(5, 5, 5, 7)]);
        var made = new Table([Ages(30, 40, 50, 40), Categories("sex", "m", "f", "f", "m"), Amounts(5, 7, 5, 5)]);
        Evidence<Table> evidence = new(real, made) { Quasi = "sex, `amount`" };
        var finding = new KMap().Examine(Comparison.Of(evidence, Run.With(1)), Run.With(1), default);
        Assert.Equal((0.25, "by `sex`, `amount`"), (finding.Score.Value, finding.Score.Why));
        Assert.Equal(["sex", "amount"], finding.Privacy!(new PrivacyDetail()).QuasiIdentifiers.AsEnumerable());
        Assert.Equal(0.5, new KMap().Examine(Comparison.Of(evidence with { Quasi = null }, Run.With(1)), Run.With(1), default).Score.Value);

        static NumberColumn Amounts(params double[] values) => new(new ColumnSchema("amount", ColumnKind.Decimal), values);
    }

    [Theory]
    [InlineData("aeg", "SB1202", "did you mean `age`")]
    [InlineData("age, age", "SB2106", "stands twice")]
    [InlineData("", "SB2106", "no column is named")]
    [InlineData("age, note", "SB2106", "`note` is free text")]
    [InlineData("id", "SB2106", "`id` is free text, an identifier")]
    public void Columns_that_can_not_be_quasi_identifiers_are_refused(string quasi, string code, string said)
    {
        var error = Assert.ThrowsAny<SemblanceException>(() => Measured(quasi));
        Assert.Equal(code, error.Code);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);

        Score Measured(string quasi) => MetricCatalog.Default.Require("privacy.k-map").Measure(new Evidence<Table>(cards.Train, cards.Train) { Quasi = quasi }, Run.With(1));
    }

    [Fact]
    public void Personal_data_are_no_quasi_identifiers_even_when_they_are_named()
    {
        var real = new Table([Ages(30, 31), Addresses("contact", "ann@example.com", "bob@example.com")]);
        Assert.Equal("SB2106", Assert.Throws<RecipeException>(() => MetricCatalog.Default.Require("privacy.k-map").Measure(new Evidence<Table>(real, real) { Quasi = "contact" }, Run.With(1))).Code);
    }

    [Fact]
    public void Replayed_addresses_are_counted_above_chance_whatever_their_case()
    {
        // Synthetic: two of four addresses are those of training rows. Holdout: one of two.
        var real = new Table([Addresses("contact", "ann@example.com", "bob@example.com", "cec@example.com")]);
        var synthetic = new Table([Addresses("contact", "Ann@Example.com", "dan@example.com", "cec@example.com", "eve@example.com")]);
        Assert.Equal(0.5, Measure("privacy.replay", real, synthetic).Value);
        var score = Measure("privacy.replay", real, synthetic, new Table([Addresses("contact", "bob@example.com", "fay@example.com")]));
        Assert.Equal(0, score.Value);
        Assert.Equal(0, score.Ceiling);
    }

    [Fact]
    public void Copied_addresses_are_found_and_made_ones_are_not_blamed()
    {
        // 1,500 addresses of 20,000: 7 % of those of other people are met by chance. Three standard errors of a share of 1,500 are 0.02: one seed in 370 fails.
        Table train = WithAddresses(1), holdout = WithAddresses(2), fresh = WithAddresses(3);
        Assert.InRange(Measure("privacy.replay", train, fresh, holdout).Value!.Value, -0.03, 0.03);
        Assert.InRange(Measure("privacy.replay", train, train, holdout).Value!.Value, 0.88, 0.98);
        Assert.InRange(Measure("privacy.replay", train, Shuffled(train), holdout).Interval!.Value.Low, 0.85, 1); // an address is a person's wherever it stands
        Assert.Contains("no column", Measure("privacy.replay", cards.Train, cards.Train, cards.Holdout).Why, StringComparison.Ordinal);

        static Table WithAddresses(ulong seed)
        {
            var stream = new RandomStream(new Seed(seed), "addresses");
            return new Table([.. Sample(1_500, seed).Columns, Addresses("contact", [.. Enumerable.Range(0, 1_500).Select(i => $"u{stream.Sequence(i).NextBelow(20_000)}@example.com")])]);
        }
    }

    [Fact]
    public void Columns_copied_together_are_found_among_others_that_are_fresh()
    {
        // Fresh rows that take income and what depends on it from training rows: half of the distance is noise, and a part of the columns shows it better.
        string[] copied = ["income", "spent", "owner", "city", "region"];
        var fresh = Sample(1_500, 3);
        var leaking = new Table([.. fresh.Columns.Select(c => copied.Contains(c.Name) ? cards.Train[c.Name] : c)]);
        var part = Measure("privacy.dcr-share-subsets", cards.Train, leaking, cards.Holdout);
        Assert.True(part.Interval!.Value.Low > 0.6, $"{part}");
        Assert.True(part.Value > Measure("privacy.dcr-share", cards.Train, leaking, cards.Holdout).Value + 0.1);
        Assert.Contains("`income`", part.Why, StringComparison.Ordinal);
    }

    private static NumberColumn Ages(params double[] values) => new(new ColumnSchema("age", ColumnKind.Integer), values);

    private static TextColumn Addresses(string name, params string[] texts)
    {
        var ends = new int[texts.Length];
        for (var i = 0; i < ends.Length; i++) ends[i] = (i == 0 ? 0 : ends[i - 1]) + texts[i].Length;
        return new TextColumn(new ColumnSchema(name, ColumnKind.Text), Encoding.UTF8.GetBytes(string.Concat(texts)), ends);
    }
}
