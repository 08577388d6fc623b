using Semblance.Metrics;
using Semblance.Profiles;
using Semblance.Reports;

namespace Semblance;

/// <summary>Scorecards and profiles as documents.</summary>
public static class ReportWriting
{
    extension(Scorecard card)
    {
        /// <summary>
        /// Writes the scorecard; the extension says how: <c>.html</c> a page to be read (one file, no script needed, no request to elsewhere), <c>.json</c> the same
        /// numbers, <c>.md</c> a summary. The file appears whole or not at all.
        /// </summary>
        /// <param name="path">Where to. An existing file is replaced.</param>
        /// <param name="context">What is known about the data's origin.</param>
        /// <param name="ct">Cancels before the file appears.</param>
        /// <exception cref="RecipeException">Another extension (SB2091).</exception>
        /// <exception cref="DataException">The file can't be written (SB1091), or the disk is full (SB1092).</exception>
        public Task WriteAsync(string path, ReportContext? context = null, CancellationToken ct = default)
        {
            ct.ThrowIfCancellationRequested();
            var text = ReportFileWriter.Format(path, markdown: true) switch
            {
                ReportFormat.Html => card.ToHtml(context),
                ReportFormat.Json => card.ToJson(context),
                _ => card.ToMarkdown(context),
            };
            return ReportFileWriter.WriteAsync(path, text, ct);
        }

        /// <summary>The scorecard as one self-contained page.</summary>
        public string ToHtml(ReportContext? context = null) => EvaluationPage.Render(card, context ?? ReportContext.None).Markup;

        /// <summary>The scorecard's numbers as JSON: keys in a fixed order, numbers that read back to the same double, null where there is none.</summary>
        public string ToJson(ReportContext? context = null) => EvaluationJson.Render(card, context ?? ReportContext.None);

        /// <summary>The scorecard as a page of Markdown.</summary>
        public string ToMarkdown(ReportContext? context = null) => EvaluationMarkdown.Render(card, context ?? ReportContext.None);
    }

    extension(Profile profile)
    {
        /// <summary>Writes the profile; the extension says how: <c>.html</c> a page to be read, <c>.json</c> the same figures. The file appears whole or not at all.</summary>
        /// <param name="path">Where to. An existing file is replaced.</param>
        /// <param name="context">What is known about the data's origin.</param>
        /// <param name="ct">Cancels before the file appears.</param>
        /// <exception cref="RecipeException">Another extension (SB2091).</exception>
        /// <exception cref="DataException">The file can't be written (SB1091), or the disk is full (SB1092).</exception>
        public Task WriteAsync(string path, ReportContext? context = null, CancellationToken ct = default)
        {
            ct.ThrowIfCancellationRequested();
            var format = ReportFileWriter.Format(path, markdown: false);
            return ReportFileWriter.WriteAsync(path, format == ReportFormat.Html ? profile.ToHtml(context) : profile.ToJson(context), ct);
        }

        /// <summary>The profile as one self-contained page.</summary>
        public string ToHtml(ReportContext? context = null) => ProfilePage.Render(profile, context ?? ReportContext.None).Markup;

        /// <summary>The profile's figures as JSON: keys in a fixed order, columns by name, numbers that read back to the same double.</summary>
        public string ToJson(ReportContext? context = null) => ProfileJson.Render(profile, context ?? ReportContext.None);
    }
}
