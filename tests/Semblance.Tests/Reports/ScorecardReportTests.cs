using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Semblance.Metrics;
using Semblance.Reports;

namespace Semblance.Tests.Reports;

public sealed class ScorecardReportTests
{
    [Fact]
    public void Page_is_sound_and_has_every_part()
    {
        var root = PageChecks.AssertSound(SampleScorecards.Full().ToHtml(SampleScorecards.Context));
        foreach (var id in (string[])["verdict", "scores", "columns", "dependence", "detector", "privacy", "utility", "fairness", "provenance"])
            Assert.Contains(root.Descendants("section"), s => s.Attribute("id")?.Value == id);
        Assert.Contains("It can stand in for the real table", root.Descendants("h2").First().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_names_and_values_stay_text()
    {
        var card = SampleScorecards.Full(SampleScorecards.Hostile) with
        {
            Target = SampleScorecards.Hostile,
            Notes = [SampleScorecards.Hostile, "`" + SampleScorecards.Hostile + "`"],
            Verdict = new Verdict(SampleScorecards.Hostile, new(SampleScorecards.Hostile, Grade.Poor, SampleScorecards.Hostile, []), new("", Grade.Good, "", []), new("", Grade.Fair, "", [])),
        };
        var context = SampleScorecards.Context with
        {
            Title = SampleScorecards.Hostile,
            Facts = [new ReportFact(SampleScorecards.Hostile, SampleScorecards.Hostile)],
            Files = [new ReportFile(SampleScorecards.Hostile, SampleScorecards.Hostile, 1, SampleScorecards.Hostile)],
        };
        var html = card.ToHtml(context);
        var root = PageChecks.AssertSound(html);
        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
        Assert.DoesNotContain("\u202e", html, StringComparison.Ordinal);
        Assert.DoesNotContain(root.Descendants(), e => e.Name.LocalName == "b" && e.Value.Contains("alert", StringComparison.Ordinal) && !e.Value.Contains("<script>", StringComparison.Ordinal));
        Assert.Contains("<script>alert(1)</script>", root.Descendants("h1").Single().Value, StringComparison.Ordinal); // as text
        Assert.DoesNotContain("<script", card.ToMarkdown(context), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<script", card.ToJson(context), StringComparison.OrdinalIgnoreCase);
        Assert.Contains(Escaped(SampleScorecards.Hostile[..^1]), JsonDocument.Parse(card.ToJson(context)).RootElement.GetProperty("target").GetString()!, StringComparison.Ordinal);
        static string Escaped(string text) => text;
    }

    [Fact]
    public void Any_text_can_be_a_name()
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(25), Prop.ForAll(ArbMap.Default.ArbFor<string>(), (string name) =>
        {
            var text = name ?? "";
            var card = SampleScorecards.Full(text);
            PageChecks.Parse(card.ToHtml(new ReportContext { Title = text }));
            using var json = JsonDocument.Parse(card.ToJson());
            card.ToMarkdown();
            return true;
        }));
    }

    [Fact]
    public void Lone_surrogates_control_characters_and_huge_cells_do_no_harm()
    {
        foreach (var text in (string[])["\ud800", "a\udc00b", "\0\u0001\u001f\ufffe\uffff", new string('x', 1_000_000), string.Concat(Enumerable.Repeat("😀", 500)), "  "])
        {
            var card = SampleScorecards.Full(text) with { Notes = [text] };
            var html = card.ToHtml(new ReportContext { Title = text, Facts = [new(text, text)] });
            PageChecks.AssertSound(html);
            Assert.True(html.Length < 1_000_000, $"{html.Length} characters");
            using var json = JsonDocument.Parse(card.ToJson());
        }
    }

    [Fact]
    public void Same_scorecard_gives_same_bytes_in_any_culture_and_whatever_it_took()
    {
        var culture = CultureInfo.CurrentCulture;
        try
        {
            var card = SampleScorecards.Full();
            var slower = card with { Scores = [.. card.Scores.Select(s => s with { Seconds = 99 })] };
            var first = (card.ToHtml(), card.ToJson(), card.ToMarkdown());
            var german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (german.NumberFormat.NumberDecimalSeparator, german.NumberFormat.NumberGroupSeparator, german.NumberFormat.NegativeSign) = (",", ".", "−");
            CultureInfo.CurrentCulture = german;
            Assert.Equal(first, (slower.ToHtml(), slower.ToJson(), slower.ToMarkdown()));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void Json_has_the_scorecards_numbers_to_the_last_bit()
    {
        var card = SampleScorecards.Full() with
        {
            Scores = [.. SampleScorecards.Full().Scores.Select((s, i) => s with { Score = s.Score with { Value = s.Score.Value is null ? null : 1.0 / 3 + i * 1e-16 } })],
        };
        using var json = JsonDocument.Parse(card.ToJson(SampleScorecards.Context));
        var scores = json.RootElement.GetProperty("scores");
        Assert.Equal(card.Scores.Select(s => s.Name), scores.EnumerateObject().Select(p => p.Name));
        foreach (var metric in card.Scores)
        {
            var score = scores.GetProperty(metric.Name);
            Same(metric.Score.Value, score.GetProperty("value"));
            Same(metric.Score.Ceiling, score.GetProperty("ceiling"));
            if (metric.Score.Interval is { } interval) Assert.Equal([interval.Low, interval.High], score.GetProperty("interval").EnumerateArray().Select(v => v.GetDouble()));
            else Assert.Equal(JsonValueKind.Null, score.GetProperty("interval").ValueKind);
            Assert.Equal(metric.Score.Why, score.GetProperty("why").GetString());
        }
        foreach (var (column, written) in card.Columns.Zip(json.RootElement.GetProperty("columns").EnumerateArray()))
        {
            Assert.Equal(column.Name, written.GetProperty("name").GetString());
            Same(column.Shape, written.GetProperty("shape"));
            Assert.Equal(column.Bins.Select(b => b.Synthetic), written.GetProperty("bins").EnumerateArray().Select(b => b.GetProperty("synthetic").GetDouble()));
        }
        Assert.Equal(card.Pairs!.Synthetic.Values, json.RootElement.GetProperty("pairs").GetProperty("synthetic").EnumerateArray().Select(v => v.GetDouble()));
        Assert.Equal(card.Detector!.Auc, json.RootElement.GetProperty("detector").GetProperty("auc").GetDouble());
        Assert.Equal(card.Privacy!.Distances!.ToReal, json.RootElement.GetProperty("privacy").GetProperty("distances").GetProperty("toReal").EnumerateArray().Select(v => v.GetDouble()));
        Assert.Equal(card.Utility!.Measures[0].TrainReal, json.RootElement.GetProperty("utility").GetProperty("measures")[0].GetProperty("trainReal").GetDouble());

        static void Same(double? expected, JsonElement written)
        {
            if (expected is { } e) Assert.Equal(e, written.GetDouble());
            else Assert.Equal(JsonValueKind.Null, written.ValueKind);
        }
    }

    [Fact]
    public void Page_shows_each_score_with_its_ceiling()
    {
        var root = PageChecks.Parse(SampleScorecards.Full().ToHtml());
        var row = root.Descendants("tr").Single(r => r.Value.Contains("fidelity.c2st", StringComparison.Ordinal));
        Assert.Contains("0.924", row.Value, StringComparison.Ordinal);
        Assert.Contains("0.897 to 0.951", row.Value, StringComparison.Ordinal);
        Assert.Contains("0.984", row.Value, StringComparison.Ordinal);
        var none = root.Descendants("tr").Single(r => r.Value.Contains("validity.keys", StringComparison.Ordinal));
        Assert.Contains("No key was found", none.Value, StringComparison.Ordinal);
        Assert.Empty(none.Descendants("svg"));
    }

    [Fact]
    public void Not_a_number_never_reaches_a_document()
    {
        var full = SampleScorecards.Full();
        double[] strange = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, double.Epsilon, -0.0];
        foreach (var value in strange)
        {
            var card = full with
            {
                Scores = [.. full.Scores.Select(s => s with { Score = new Score(value, new Interval(value, value), value) })],
                Columns = [.. full.Columns.Select(c => c with { Shape = value, ShapeCeiling = value, MissingReal = value, Bins = [.. c.Bins.Select(b => b with { Low = b.Low is null ? null : value, High = value, Real = value, Synthetic = value })] })],
                Pairs = full.Pairs! with { Real = new DependenceMatrix(full.Pairs.Columns.Length, [.. full.Pairs.Real.Values.Select(_ => value)]) },
                Detector = full.Detector! with { Auc = value, AucCeiling = value, Features = [new("age", value)] },
                Privacy = full.Privacy! with { CopyShare = value, MedianToReal = value, Distances = new([0, value, value], [value, value], [value, 1]) },
                Learning = full.Learning! with
                {
                    Columns = [new("age", value, value, true)], Augmentation = new(1, value, [new(1, value, value, value), new(2, 1, value, 0.5)]),
                    Features = [new("age", value, 0), new("sex", 0, value)], Learners = [new("tree", value, value)],
                },
                Fairness = full.Fairness! with { Groups = [new("F", value, value, 200, new(value, value, null), null)] },
                Utility = full.Utility! with { Measures = [new("AUC", Direction.Higher, value, value)] },
            };
            PageChecks.AssertSound(card.ToHtml(SampleScorecards.Context));
            using var json = JsonDocument.Parse(card.ToJson());
            Assert.DoesNotContain("NaN", card.ToMarkdown(), StringComparison.Ordinal);
            Assert.DoesNotContain("Infinity", card.ToMarkdown(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_card_with_nothing_in_it_is_still_a_page()
    {
        PageChecks.AssertSound(SampleScorecards.Bare.ToHtml());
        var odd = SampleScorecards.Bare with
        {
            Columns =
            [
                new ColumnDetail("all missing", ColumnKind.Decimal) { MissingReal = 1, MissingSynthetic = 1 },
                new ColumnDetail("constant", ColumnKind.Integer) { Shape = 1, Bins = [new("5", null, null, 1, 1, null, false)] },
                new ColumnDetail("one range", ColumnKind.Decimal) { Shape = 1, Bins = [new("all", null, null, 1, 1, null, true)] },
                new ColumnDetail("half open", ColumnKind.Decimal) { Shape = 1, Bins = [new("below 3", null, 3, 0.5, 0.5, null, true), new("3 and more", 3, null, 0.5, 0.5, null, true)] },
                new ColumnDetail("one day", ColumnKind.DateTime) { Shape = 1, Bins = [new("2020-01-01", null, null, 1, 1, null, false)] },
                new ColumnDetail("three days", ColumnKind.DateTime) { Shape = 1, Bins = [.. "123".Select(d => new ColumnBin("2020-01-0" + d, null, null, 1 / 3.0, 1 / 3.0, null, false))] },
                new ColumnDetail("early and late", ColumnKind.DateTime) { Shape = 1, Bins = [new("", null, -719_162, 0.5, 0.5, null, true), new("", -719_162, 2_932_896, 0.5, 0.5, null, true)] },
            ],
            Notes = [""],
        };
        PageChecks.AssertSound(odd.ToHtml());
        using var json = JsonDocument.Parse(odd.ToJson());
        Assert.Contains("not judged", odd.ToMarkdown(), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_thousand_columns_make_a_page_of_bounded_size()
    {
        var html = SampleScorecards.Full(extraColumns: 1990).ToHtml(SampleScorecards.Context);
        var root = PageChecks.AssertSound(html);
        Assert.True(html.Length < 2_000_000, $"{html.Length} characters");
        Assert.Equal(60, root.Descendants("article").Count(a => a.Attribute("class")?.Value == "card"));
        Assert.Contains("feature-1989", root.Value, StringComparison.Ordinal); // in the table of the rest
    }

    [Fact]
    public void Columns_stand_worst_first()
    {
        var names = PageChecks.Parse(SampleScorecards.Full().ToHtml()).Descendants("article").Where(a => a.Attribute("class")?.Value == "card").Select(a => a.Attribute("data-name")!.Value).ToList();
        Assert.Equal(["ward", "length-of-stay", "admitted"], names.Take(3));
    }

    [Fact]
    public async Task Write_chooses_the_form_by_extension_and_leaves_no_other_file()
    {
        var folder = Directory.CreateTempSubdirectory("semblance-reports-").FullName;
        try
        {
            var card = SampleScorecards.Full();
            foreach (var (name, expected) in ((string, string)[])[("a/report.html", card.ToHtml()), ("a/report.json", card.ToJson()), ("a/REPORT.MD", card.ToMarkdown())])
            {
                await card.WriteAsync(Path.Combine(folder, name));
                Assert.Equal(expected, await File.ReadAllTextAsync(Path.Combine(folder, name)));
            }
            Assert.Equal(3, Directory.GetFiles(Path.Combine(folder, "a")).Length);
            var e = await Assert.ThrowsAsync<RecipeException>(() => card.WriteAsync(Path.Combine(folder, "report.pdf")));
            Assert.Equal("SB2091", e.Code);
            Assert.False(File.Exists(Path.Combine(folder, "report.pdf")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Failed_or_cancelled_write_leaves_the_old_file()
    {
        var folder = Directory.CreateTempSubdirectory("semblance-reports-").FullName;
        try
        {
            var card = SampleScorecards.Full();
            var path = Path.Combine(folder, "report.html");
            await File.WriteAllTextAsync(path, "old");
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => card.WriteAsync(path, ct: new CancellationToken(canceled: true)));
            Assert.Equal("old", await File.ReadAllTextAsync(path));

            Directory.CreateDirectory(Path.Combine(folder, "taken.html"));
            Assert.Equal("SB1091", (await Assert.ThrowsAsync<DataException>(() => card.WriteAsync(Path.Combine(folder, "taken.html")))).Code);
            Assert.Equal("SB1091", (await Assert.ThrowsAsync<DataException>(() => card.WriteAsync(Path.Combine(path, "below-a-file.html")))).Code);
            Assert.Single(Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Markdown_table_keeps_its_columns_whatever_stands_in_it()
    {
        var card = SampleScorecards.Full("a|b\nc`d`");
        int? columns = null; // those of the table that a line belongs to
        foreach (var line in card.ToMarkdown().Split('\n'))
        {
            var bars = line.Replace("\\|", "", StringComparison.Ordinal).Count(c => c == '|');
            columns = line.StartsWith('|') ? columns ?? bars : null;
            Assert.Equal(columns ?? 0, bars);
        }
    }
}
