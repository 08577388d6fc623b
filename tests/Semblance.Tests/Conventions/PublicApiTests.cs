namespace Semblance.Tests.Conventions;

/// <summary>The public API is a promise: a change of it is a visible line in <c>PublicApi.txt</c>.</summary>
public sealed class PublicApiTests
{
    private const string Snapshot = "tests/Semblance.Tests/Conventions/PublicApi.txt";
    private const string Accept = "SEMBLANCE_ACCEPT";

    [Fact]
    public void The_public_API_is_what_was_agreed()
    {
        var path = Path.Combine(Repository.Root, Snapshot);
        var now = PublicApi.Of(typeof(Seed).Assembly);
        if (Environment.GetEnvironmentVariable(Accept) == "1") File.WriteAllText(path, now);
        var agreed = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        Assert.True(agreed == now,
            $"the public API changed (- agreed, + now). Where that is meant, run the tests once with {Accept}=1, which rewrites {Snapshot}, and commit it.\n{Difference(agreed, now)}");
    }

    [Fact]
    public void A_difference_names_the_type_and_the_lines() => Assert.Equal(
        "  Semblance: record Run\n-     int Threads { get; init; }\n+     int? Threads { get; init; }",
        Difference("Semblance: enum Stage\n    Read = 0\nSemblance: record Run\n    int Threads { get; init; }\n", "Semblance: enum Stage\n    Read = 0\nSemblance: record Run\n    int? Threads { get; init; }\n"));

    private static string Difference(string agreed, string now)
    {
        // A member line stands for itself only together with its type.
        Dictionary<string, List<string>> before = ByType(agreed), after = ByType(now);
        var lines = new List<string>();
        foreach (var type in before.Keys.Union(after.Keys).Order(StringComparer.Ordinal))
        {
            var (was, isNow) = (before.GetValueOrDefault(type), after.GetValueOrDefault(type));
            if (was is not null && isNow is not null && was.SequenceEqual(isNow)) continue;
            lines.Add((was is null ? "+ " : isNow is null ? "- " : "  ") + type);
            lines.AddRange((was ?? []).Except(isNow ?? []).Select(l => "- " + l));
            lines.AddRange((isNow ?? []).Except(was ?? []).Select(l => "+ " + l));
        }
        return string.Join('\n', lines.Take(200));
    }

    private static Dictionary<string, List<string>> ByType(string text)
    {
        var types = new Dictionary<string, List<string>>();
        List<string>? members = null;
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (line[0] != ' ') types[line] = members = [];
            else members?.Add(line);
        return types;
    }
}
