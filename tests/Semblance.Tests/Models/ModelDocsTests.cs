using Semblance.Models;
using Semblance.Tests.Conventions;

namespace Semblance.Tests.Models;

public sealed class ModelDocsTests
{
    [Fact]
    public void Every_model_has_a_page_and_every_page_a_model()
    {
        var pages = Directory.GetFiles(Path.Combine(Repository.Root, "docs", "models"), "*.md").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal);
        Assert.Equal(ModelCatalog.Default.Entries.Select(e => e.Id).Order(StringComparer.Ordinal), pages);
    }

    [Fact]
    public void A_page_names_every_setting_with_its_default()
    {
        foreach (var entry in ModelCatalog.Default.Entries)
        {
            var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "models", entry.Id + ".md"));
            foreach (var section in (string[])["## When", "## How it works", "## Settings", "## Cost", "## Limits", "## Source"]) Assert.Contains(section, page, StringComparison.Ordinal);
            var settings = ModelSettings.Of(entry.Model);
            var rows = page.Split('\n').Where(l => l.StartsWith("| `", StringComparison.Ordinal) && !l.StartsWith("| `--set`", StringComparison.Ordinal)).ToDictionary(l => l.Split('`')[1]);
            Assert.Equal(settings.Keys.Order(StringComparer.Ordinal), rows.Keys.Order(StringComparer.Ordinal));
            foreach (var (key, value) in settings)
                if (value.Length > 0) Assert.Contains($"| `{value}` |", rows[key], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_index_of_the_docs_reaches_every_page_and_no_other()
    {
        var docs = Path.Combine(Repository.Root, "docs");
        var linked = System.Text.RegularExpressions.Regex.Matches(File.ReadAllText(Path.Combine(docs, "README.md")), @"\]\(([^)#]+\.md)\)").Select(m => m.Groups[1].Value);
        var pages = Directory.GetFiles(docs, "*.md", SearchOption.AllDirectories).Select(p => Path.GetRelativePath(docs, p).Replace('\\', '/')).Where(p => p != "README.md");
        Assert.Equal(pages.Order(StringComparer.Ordinal), linked.Order(StringComparer.Ordinal));
    }
}
