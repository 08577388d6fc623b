using Semblance.Metrics;

namespace Semblance.Tests.Metrics;

public sealed class MetricDocsTests
{
    [Fact]
    public void Every_metric_has_a_page_and_every_page_a_metric()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Semblance.slnx"))) folder = folder.Parent;
        Assert.NotNull(folder);
        var pages = Directory.GetFiles(Path.Combine(folder.FullName, "docs", "metrics"), "*.md").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal);
        Assert.Equal(MetricCatalog.Default.Metrics.Select(m => m.Name).Order(StringComparer.Ordinal), pages);
        foreach (var metric in MetricCatalog.Default.Metrics)
        {
            var page = File.ReadAllText(Path.Combine(folder.FullName, "docs", "metrics", metric.Name + ".md"));
            foreach (var section in (string[])["## Formula", "## Reading", "## Limits", "## Source"]) Assert.Contains(section, page, StringComparison.Ordinal);
        }
    }
}
