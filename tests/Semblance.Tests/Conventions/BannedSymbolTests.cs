using System.Reflection;
using System.Text.RegularExpressions;

namespace Semblance.Tests.Conventions;

/// <summary>The analyser says nothing when a line of <c>BannedSymbols.txt</c> names nothing, so a misspelt ban would ban nothing.</summary>
public sealed class BannedSymbolTests
{
    private const string List = "src/Semblance/BannedSymbols.txt";

    [Fact]
    public void Every_banned_symbol_exists()
    {
        var unknown = Repository.Read(List).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(';')[0]).Where(id => !Exists(id)).ToList();
        Assert.True(unknown.Count == 0, "these name nothing: " + string.Join(", ", unknown));
    }

    [Theory]
    [InlineData("M:System.Math.Exp(System.Double)", true)]
    [InlineData("M:System.Math.Expo(System.Double)", false)]
    [InlineData("M:System.Math.Exp(System.Single)", false)]
    [InlineData("P:System.DateTime.Now", true)]
    [InlineData("T:System.Randon", false)]
    public void A_misspelt_symbol_is_seen(string id, bool exists) => Assert.Equal(exists, Exists(id));

    [Fact]
    public void Every_ban_says_what_to_do_instead() =>
        Assert.DoesNotContain(Repository.Read(List).Split('\n', StringSplitOptions.RemoveEmptyEntries), l => l.Split(';').ElementAtOrDefault(1) is not { Length: > 10 });

    [Fact]
    public void Clock_chance_console_and_transcendentals_are_banned()
    {
        var list = Repository.Read(List);
        foreach (var symbol in new[] { "System.DateTime.Now", "System.DateTime.UtcNow", "T:System.Random;", "T:System.Console;", "System.Math.Exp(", "System.Math.Log(", "System.Math.Pow(", "System.Math.Sin(", "System.MathF.Exp(" })
            Assert.Contains(symbol, list);
    }

    [Fact]
    public void The_analyser_reads_the_list_and_its_findings_are_errors()
    {
        Assert.Contains("<AdditionalFiles Include=\"BannedSymbols.txt\" />", Repository.Read("src/Semblance/Semblance.csproj"));
        Assert.Contains("Microsoft.CodeAnalysis.BannedApiAnalyzers", Repository.Read("src/Directory.Build.props"));
        Assert.Contains("dotnet_diagnostic.RS0030.severity = error", Repository.Read(".editorconfig"));
    }

    private static bool Exists(string id)
    {
        var match = Regex.Match(id, @"^(?<kind>[TMPF]):(?<name>[\w.]+)(?:\((?<parameters>.*)\))?$");
        if (!match.Success) return false;
        var name = match.Groups["name"].Value;
        if (match.Groups["kind"].Value == "T") return TypeNamed(name) is not null;
        var dot = name.LastIndexOf('.');
        if (TypeNamed(name[..dot]) is not { } type) return false;
        var parameters = match.Groups["parameters"].Value;
        const BindingFlags Any = BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance;
        return type.GetMember(name[(dot + 1)..], Any).Any(m => m is not MethodInfo method || string.Join(',', method.GetParameters().Select(p => p.ParameterType.FullName)) == parameters);
    }

    private static Type? TypeNamed(string name) =>
        Type.GetType(name) ?? AppDomain.CurrentDomain.GetAssemblies().Append(typeof(Console).Assembly).Select(a => a.GetType(name)).FirstOrDefault(t => t is not null);
}
