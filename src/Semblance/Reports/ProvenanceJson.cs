using System.Collections.Immutable;

namespace Semblance.Reports;

/// <summary>A report's context as the last part of its JSON.</summary>
internal static class ProvenanceJson
{
    public static void Write(JsonText json, ReportContext context) => json.Object("provenance", () =>
    {
        json.Object("generator", context.About, about =>
        {
            json.Text("model", about.Model);
            json.Object("spec", () =>
            {
                foreach (var (key, value) in about.Spec.OrderBy(s => s.Key, StringComparer.Ordinal)) json.Text(key, value);
            });
            json.Text("seed", about.Seed.ToString());
            json.Text("version", about.Version);
            json.Text("dataFingerprint", about.DataFingerprint);
            json.Count("fittedRows", about.FittedRows);
            json.Array("trail", about.Trail, attempt => json.Object(null, () =>
            {
                json.Text("model", attempt.Model);
                json.Text("spec", attempt.Spec);
                json.Flag("chosen", attempt.Chosen);
                json.Text("why", attempt.Why);
                json.Number("plannedSeconds", attempt.Seconds);
                json.Object("scores", () =>
                {
                    foreach (var (name, score) in attempt.Scores.OrderBy(s => s.Key, StringComparer.Ordinal)) json.Number(name, score);
                });
            }));
            json.Texts("notes", about.Notes);
        });
        json.Array("facts", context.Facts, fact => json.Object(null, () =>
        {
            json.Text("name", fact.Name);
            json.Text("value", fact.Value);
        }));
        json.Array("files", context.Files, file => json.Object(null, () =>
        {
            json.Text("name", file.Name);
            json.Text("what", file.What);
            json.Count("bytes", file.Bytes);
            json.Text("sha256", file.Sha256);
        }));
        json.Texts("notes", context.Notes);
    });
}
