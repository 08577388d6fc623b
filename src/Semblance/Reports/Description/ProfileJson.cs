using System.Collections.Immutable;
using System.Globalization;
using Semblance.Profiles;

namespace Semblance.Reports;

/// <summary>A profile as JSON. Columns are referred to by name.</summary>
internal static class ProfileJson
{
    /// <summary>Rises when a reader of the old form would misread the new.</summary>
    private const int Version = 1;

    public static string Render(Profile profile, ReportContext context)
    {
        var json = new JsonText();
        json.Object(null, () =>
        {
            json.Text("kind", "semblance/profile");
            json.Count("version", Version);
            json.Text("title", context.Title);
            json.Count("rows", profile.Rows);
            json.Count("duplicateRows", profile.DuplicateRows);
            json.Array("warnings", profile.Warnings, w => Warning(json, w));
            json.Array("columns", profile.Columns, c => json.Object(null, () => Column(json, c)));
            Relations(json, profile);
            Missing(json, profile);
            json.Texts("notes", profile.Notes);
            ProvenanceJson.Write(json, context);
        });
        return json.ToString();
    }

    private static void Column(JsonText json, ColumnProfile column)
    {
        json.Text("name", column.Name);
        json.Text("kind", Key(column.Kind.ToString()));
        json.Count("present", column.Present);
        json.Count("missing", column.Missing);
        json.Array("markers", column.Markers, m => json.Object(null, () =>
        {
            json.Text("marker", m.Marker);
            json.Count("count", m.Count);
        }));
        json.Count("distinct", column.Distinct);
        json.Count("rareValues", column.RareValues);
        json.Array("top", column.Top, v => json.Object(null, () =>
        {
            json.Text("value", v.Value);
            json.Count("count", v.Count);
        }));
        json.Object("numbers", column.Numbers, n =>
        {
            json.Number("minimum", n.Minimum);
            json.Number("maximum", n.Maximum);
            json.Number("mean", n.Mean);
            json.Number("standardDeviation", n.StandardDeviation);
            json.Count("zeros", n.Zeros);
            json.Count("negatives", n.Negatives);
            json.Numbers("quantileLevels", NumberSummary.QuantileLevels);
            json.Numbers("quantiles", n.Quantiles);
            Histogram(json, n.Histogram, edge => json.Number(edge));
        });
        json.Object("moments", column.Moments, m =>
        {
            json.Text("minimum", Moment(m.Minimum));
            json.Text("maximum", Moment(m.Maximum));
            json.Numbers("quantileLevels", NumberSummary.QuantileLevels);
            json.Array("quantiles", m.Quantiles, q => json.Text(Moment(q)));
            Histogram(json, m.Histogram, edge => json.Text(Moment(new DateTime((long)Math.Clamp(edge, 0, DateTime.MaxValue.Ticks)))));
        });
        json.Object("texts", column.Texts, t =>
        {
            json.Count("minimumLength", t.MinimumLength);
            json.Count("maximumLength", t.MaximumLength);
            json.Number("meanLength", t.MeanLength);
            json.Number("meanWords", t.MeanWords);
            json.Text("shape", t.Shape);
        });
        json.Array("spikes", column.Spikes, s => json.Object(null, () =>
        {
            json.Number("value", s.Value);
            json.Count("count", s.Count);
            json.Number("share", s.Share);
            json.Number("ratio", s.Ratio);
        }));
        json.Array("personal", column.Personal, p => json.Object(null, () =>
        {
            json.Text("form", p.Form);
            json.Text("title", p.Title);
            json.Number("share", p.Share);
            json.Count("tested", p.Tested);
            json.Array("evidence", Enum.GetValues<PersonalEvidence>().Where(e => e != PersonalEvidence.None && p.Evidence.HasFlag(e)), e => json.Text(Key(e.ToString())));
            json.Flag("inside", p.Inside);
        }));
        json.Array("warnings", column.Warnings, w => Warning(json, w));
    }

    private static void Histogram(JsonText json, Histogram histogram, Action<double> edge) => json.Object("histogram", () =>
    {
        json.Array("edges", histogram.Edges, edge);
        json.Array("counts", histogram.Counts, c => json.Number(c));
        json.Count("below", histogram.Below);
        json.Count("above", histogram.Above);
    });

    private static void Relations(JsonText json, Profile profile)
    {
        string Name(int column) => profile.Columns[column].Name;
        void Names(string name, ImmutableArray<int> columns) => json.Array(name, columns, c => json.Text(Name(c)));

        json.Count("pairRows", profile.PairRows);
        Names("pairColumns", profile.PairColumns);
        json.Array("pairs", profile.Pairs, p => json.Object(null, () =>
        {
            json.Text("first", Name(p.First));
            json.Text("second", Name(p.Second));
            json.Count("rows", p.Rows);
            json.Number("pearson", p.Pearson);
            json.Number("cramersV", p.CramersV);
            json.Number("correlationRatio", p.CorrelationRatio);
            json.Number("mutualInformation", p.MutualInformation);
        }));
        json.Array("keys", profile.Keys, k => json.Object(null, () =>
        {
            Names("columns", k.Columns);
            json.Number("expectedDuplicates", k.ExpectedDuplicates);
        }));
        json.Array("dependencies", profile.Dependencies, d => json.Object(null, () =>
        {
            json.Text("determinant", Name(d.Determinant));
            json.Text("dependent", Name(d.Dependent));
            json.Number("share", d.Share);
            json.Flag("oneToOne", d.OneToOne);
        }));
        json.Array("formulas", profile.Formulas, f => json.Object(null, () =>
        {
            json.Text("column", Name(f.Column));
            json.Text("kind", Key(f.Kind.ToString()));
            Names("inputs", f.Inputs);
            json.Numbers("factors", f.Factors);
            json.Number("constant", f.Constant);
            json.Number("explained", f.Explained);
            json.Number("exactShare", f.ExactShare);
            json.Number("nearShare", f.NearShare);
            json.Text("text", f.Text);
        }));
        json.Array("orders", profile.Orders, o => json.Object(null, () =>
        {
            json.Text("lesser", Name(o.Lesser));
            json.Text("greater", Name(o.Greater));
            json.Number("share", o.Share);
            json.Flag("strict", o.Strict);
        }));
        json.Array("constraints", profile.Constraints, c => json.Object(null, () =>
        {
            json.Text("text", c.Text);
            json.Flag("kept", c.Kept);
            json.Text("why", c.Why);
        }));
        json.Object("clock", profile.Clock, c =>
        {
            Names("columns", c.Columns);
            json.Text("first", Moment(c.First));
            json.Text("last", Moment(c.Last));
            json.Number("stepSeconds", c.Step.TotalSeconds);
            json.Number("filled", c.Filled);
            json.Flag("unique", c.Unique);
            json.Flag("sorted", c.Sorted);
        });
    }

    private static void Missing(JsonText json, Profile profile)
    {
        string Name(int column) => profile.Columns[column].Name;
        json.Array("missingPatterns", profile.MissingPatterns, p => json.Object(null, () =>
        {
            json.Array("columns", p.Columns, c => json.Text(Name(c)));
            json.Count("rows", p.Rows);
        }));
        json.Array("missingRules", profile.MissingRules, r => json.Object(null, () =>
        {
            json.Text("column", Name(r.Column));
            json.Text("given", Name(r.Given));
            json.Text("condition", r.Condition);
            json.Number("precision", r.Precision);
            json.Number("recall", r.Recall);
            json.Count("rows", r.Rows);
        }));
    }

    private static void Warning(JsonText json, Warning warning) => json.Object(null, () =>
    {
        json.Text("code", warning.Code);
        json.Text("message", warning.Message);
    });

    private static string Moment(DateTime moment) => moment.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);

    private static string Key(string word) => char.ToLowerInvariant(word[0]) + word[1..];
}
