using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Semblance.Tests.Reports;

/// <summary>What every page must keep.</summary>
internal static partial class PageChecks
{
    /// <summary>Parses the page as XML: every tag is closed, every attribute quoted, every character allowed.</summary>
    public static XElement Parse(string html)
    {
        using var reader = XmlReader.Create(new StringReader(html), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, CheckCharacters = true });
        return XDocument.Load(reader).Root!;
    }

    /// <summary>Well-formed, self-contained, without a number that is none, without a script or handler of its own making, ids unique.</summary>
    public static XElement AssertSound(string html)
    {
        var root = Parse(html);
        Assert.DoesNotMatch(NotANumber(), string.Concat(root.DescendantNodes().OfType<XText>().Select(t => t.Value + "\n")));
        Assert.DoesNotMatch(NotANumber(), string.Join('\n', root.Descendants().Attributes().Where(a => a.Name.LocalName is not ("data-name" or "aria-label")).Select(a => a.Value)));
        Assert.Single(root.Descendants("script"));
        Assert.DoesNotContain(root.Descendants(), e => e.Name.LocalName is "link" or "img" or "iframe" or "object" or "embed" or "base" or "form" or "image" or "use");
        foreach (var attribute in root.Descendants().Attributes())
        {
            Assert.False(attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal), "a handler: " + attribute);
            if (attribute.Name.LocalName is "href" or "src") Assert.StartsWith("#", attribute.Value, StringComparison.Ordinal);
            if (attribute.Name.LocalName == "style") Assert.Matches("^font-size:[0-9.]+px$", attribute.Value);
        }
        var style = root.Descendants("style").Single().Value;
        Assert.DoesNotContain("url(", style, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", style, StringComparison.Ordinal);
        var ids = root.Descendants().Attributes("id").Select(a => a.Value).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        foreach (var link in root.Descendants("a")) Assert.Contains(link.Attribute("href")!.Value[1..], ids);
        foreach (var svg in root.Descendants("svg"))
            Assert.True(svg.Attribute("aria-label") is { Value.Length: > 0 } || svg.Attribute("aria-hidden")?.Value == "true", "an unlabelled picture");
        return root;
    }

    [GeneratedRegex(@"\bNaN\b|Infinity|∞|\bE[+-]?[0-9]{3}\b")]
    private static partial Regex NotANumber();
}
